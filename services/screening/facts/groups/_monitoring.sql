-- The newest of what the national system says of a household; removed ones are here too.
, monitoring AS MATERIALIZED (
    SELECT DISTINCT ON (h.hid)
        h.hid, v.grade, v.starts_on, v.status IS DISTINCT FROM {code MONITORING_STATE removed} AS monitored
    FROM {households 23}
    ORDER BY h.hid, v.effective_on DESC, v.version DESC, v.source_id DESC
)
