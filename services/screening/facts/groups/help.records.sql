-- Measures, past ones and those that were taken back too: they say since when there is none.
SELECT h.household_no, {reference}
FROM {households_told 19}
UNION ALL
(
    SELECT DISTINCT ON (h.household_no) h.household_no, {reference}
    FROM {households 23}
    ORDER BY h.household_no, v.effective_on DESC, v.version DESC, v.source_id DESC
)
UNION ALL
(
    SELECT DISTINCT ON (h.household_no) h.household_no, {reference}
    FROM {households 18}
    WHERE v.happened_on <= $1
    ORDER BY h.household_no, v.happened_on DESC, v.version DESC, v.source_id DESC
)
UNION ALL
SELECT h.household_no, {reference}
FROM {households 21}
