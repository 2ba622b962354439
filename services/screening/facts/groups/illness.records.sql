SELECT m.household_no, v.kind, v.source_id, v.version, v.part_id, v.line, v.submission_id, v.partition, v."offset"
FROM m JOIN record_version_8 v ON v.subject_key = m.person_key
WHERE v.visible_from <= $2 AND $2 < v.visible_to AND v.effective_on <= $1 AND $1 < v.holds_to
    AND v.happened_on > $1::date - interval '12 months' AND v.happened_on <= $1
