-- The newest check tells; no check: NULL, unknown.
, checked AS MATERIALIZED (
    SELECT DISTINCT ON (h.household_no) h.household_no, v.flag AS safe
    FROM {households 20}
    WHERE v.happened_on <= $1
    ORDER BY h.household_no, v.happened_on DESC, v.version DESC, v.source_id DESC
)
SELECT h.household_no, NOT c.safe AS water_unsafe
FROM h LEFT JOIN checked c ON c.household_no = h.household_no
