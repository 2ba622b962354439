-- What the household record and the national system say of it, and every benefit that covers somebody now.
(
    SELECT DISTINCT ON (h.household_no) h.household_no, {reference}
    FROM {households 17}
    ORDER BY h.household_no, v.effective_on DESC, v.version DESC, v.source_id DESC
)
UNION ALL
(
    SELECT DISTINCT ON (h.household_no) h.household_no, {reference}
    FROM {households 23}
    ORDER BY h.household_no, v.effective_on DESC, v.version DESC, v.source_id DESC
)
UNION ALL
SELECT m.household_no, {reference}
FROM {covered 1}
WHERE v.starts_on <= $1 AND (v.ends_on IS NULL OR v.ends_on > $1)
UNION ALL
SELECT m.household_no, {reference}
FROM {persons 2}
WHERE v.starts_on <= $1 AND (v.ends_on IS NULL OR v.ends_on > $1)
UNION ALL
SELECT m.household_no, {reference}
FROM {covered 3}
WHERE v.starts_on <= $1 AND (v.ends_on IS NULL OR v.ends_on > $1)
