-- The newest appraisal of any member (the head it was made out to may have changed since), and
-- what was renovated since. No appraisal: NULL, unknown.
, appraised AS MATERIALIZED (
    SELECT DISTINCT ON (m.hid) m.hid, v.grade, v.happened_on
    FROM {persons 9}
    WHERE v.happened_on <= $1
    ORDER BY m.hid, v.happened_on DESC, v.version DESC, v.source_id DESC
),
renovated AS MATERIALIZED (
    SELECT m.hid,
        max(v.ends_on) FILTER (WHERE v.flag AND v.ends_on <= $1) AS accepted_on,
        max(v.effective_on) AS recorded_on,
        max(v.year) FILTER (WHERE NOT v.flag AND v.year < extract(year FROM $1::date)) AS overdue_year
    FROM {persons 10}
    GROUP BY m.hid
)
SELECT
    appraised.grade AS dwelling_grade,
    appraised.grade >= {code DWELLING_GRADE C}
        AND (renovated.accepted_on >= appraised.happened_on) IS NOT TRUE AS dwelling_unsafe,
    CASE WHEN appraised.hid IS NOT NULL
        THEN (renovated.recorded_on >= appraised.happened_on) IS TRUE END AS renovation_recorded,
    (renovated.overdue_year > coalesce(extract(year FROM renovated.accepted_on), 0)) IS TRUE AS renovation_overdue
FROM h
LEFT JOIN appraised USING (hid)
LEFT JOIN renovated USING (hid)
