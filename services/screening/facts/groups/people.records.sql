SELECT DISTINCT ON (v.household_no) v.household_no, v.kind, v.source_id, v.version, v.part_id, v.line, v.submission_id, v.partition, v."offset"
FROM record_version_17 v JOIN h ON h.household_no = v.household_no
WHERE v.visible_from <= $2 AND $2 < v.visible_to AND v.effective_on <= $1 AND $1 < v.holds_to
ORDER BY v.household_no, v.effective_on DESC, v.version DESC, v.source_id DESC
