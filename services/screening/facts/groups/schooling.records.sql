-- Where the members go to school and what they were granted this year, and what was taken back: a withdrawn record is
-- why a child has none.
SELECT m.household_no, {reference} FROM {persons 11}
UNION ALL
SELECT m.household_no, {reference} FROM {persons 12}
WHERE v.year = {school_year}
UNION ALL
SELECT m.household_no, {reference}
FROM m JOIN record_version_11 v ON v.subject_key = m.person_key
WHERE v.retracted AND v.known_at <= $2 AND NOT EXISTS (
    SELECT 1 FROM record_version_11 n WHERE n.source_id = v.source_id AND n.version > v.version AND n.known_at <= $2
)
