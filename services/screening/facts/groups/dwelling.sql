-- The newest appraisal of any member (the head it was made out to may have changed since), and
-- what was renovated since. No appraisal: NULL, unknown.
, appraised AS MATERIALIZED (
    SELECT DISTINCT ON (m.household_no) m.household_no, v.grade, v.happened_on
    FROM {persons 9}
    WHERE v.happened_on <= $1
    ORDER BY m.household_no, v.happened_on DESC, v.version DESC, v.source_id DESC
),
renovated AS MATERIALIZED (
    SELECT m.household_no,
        max(v.ends_on) FILTER (WHERE v.flag AND v.ends_on <= $1) AS accepted_on,
        max(v.effective_on) AS recorded_on,
        max(v.year) FILTER (WHERE NOT v.flag AND v.year < extract(year FROM $1::date)) AS overdue_year
    FROM {persons 10}
    GROUP BY m.household_no
)
SELECT h.household_no,
    a.grade AS dwelling_grade,
    a.grade >= {code DWELLING_GRADE C} AND (r.accepted_on >= a.happened_on) IS NOT TRUE AS dwelling_unsafe,
    CASE WHEN a.household_no IS NOT NULL THEN (r.recorded_on >= a.happened_on) IS TRUE END AS renovation_recorded,
    (r.overdue_year > coalesce(extract(year FROM r.accepted_on), 0)) IS TRUE AS renovation_overdue
FROM h
LEFT JOIN appraised a ON a.household_no = h.household_no
LEFT JOIN renovated r ON r.household_no = h.household_no
