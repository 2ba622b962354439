SELECT DISTINCT ON (h.household_no) h.household_no, {reference}
FROM {households 17}
ORDER BY h.household_no, v.effective_on DESC, v.version DESC, v.source_id DESC
