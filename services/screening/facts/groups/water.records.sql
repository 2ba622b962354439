SELECT DISTINCT ON (h.household_no) h.household_no, {reference}
FROM {households 20}
WHERE v.happened_on <= $1
ORDER BY h.household_no, v.happened_on DESC, v.version DESC, v.source_id DESC
