-- What insures, and what was taken back: a withdrawn enrolment is why somebody is uninsured.
SELECT m.household_no, v.kind, v.source_id, v.version, v.part_id, v.line, v.submission_id, v.partition, v."offset"
FROM m JOIN record_version_7 v ON v.subject_key = m.person_key
WHERE (v.year = extract(year FROM $1::date)::int
    AND v.visible_from <= $2 AND $2 < v.visible_to AND v.effective_on <= $1 AND $1 < v.holds_to)
    OR (v.retracted AND v.known_at <= $2 AND NOT EXISTS (
        SELECT 1 FROM record_version_7 n
        WHERE n.source_id = v.source_id AND n.version > v.version AND n.known_at <= $2))
