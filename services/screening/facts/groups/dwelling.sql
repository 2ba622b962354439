-- The newest appraisal of any member (the head it was made out to may have changed since), and
-- what was renovated since. No appraisal: NULL, unknown.
, appraised AS (
    SELECT DISTINCT ON (m.household_no) m.household_no, v.grade, v.happened_on
    FROM m JOIN record_version_9 v ON v.subject_key = m.person_key
    WHERE v.visible_from <= $2 AND $2 < v.visible_to AND v.effective_on <= $1 AND $1 < v.holds_to
        AND v.happened_on <= $1
    ORDER BY m.household_no, v.happened_on DESC, v.version DESC, v.source_id DESC
),
renovated AS (
    SELECT a.household_no,
        bool_or(v.flag AND v.ends_on BETWEEN a.happened_on AND $1::date) AS accepted,
        bool_or(v.effective_on >= a.happened_on) AS recorded
    FROM appraised a
    JOIN m ON m.household_no = a.household_no
    JOIN record_version_10 v ON v.subject_key = m.person_key
    WHERE v.visible_from <= $2 AND $2 < v.visible_to AND v.effective_on <= $1 AND $1 < v.holds_to
    GROUP BY a.household_no
)
SELECT h.household_no,
    a.grade AS dwelling_grade,
    a.grade >= 3 AND r.accepted IS NOT TRUE AS dwelling_unsafe,
    CASE WHEN a.household_no IS NOT NULL THEN r.recorded IS TRUE END AS renovation_recorded
FROM h
LEFT JOIN appraised a ON a.household_no = h.household_no
LEFT JOIN renovated r ON r.household_no = h.household_no
