-- The newest check tells; no check: NULL, unknown.
, checked AS MATERIALIZED (
    SELECT DISTINCT ON (h.hid) h.hid, v.flag AS safe
    FROM {households 20}
    WHERE v.happened_on <= $1
    ORDER BY h.hid, v.happened_on DESC, v.version DESC, v.source_id DESC
)
SELECT NOT checked.safe AS water_unsafe
FROM h
LEFT JOIN checked USING (hid)
