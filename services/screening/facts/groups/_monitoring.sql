-- The newest of what the national system says of a household; removed ones are here too.
, monitoring AS MATERIALIZED (
    SELECT DISTINCT ON (h.household_no)
        h.household_no, v.grade, v.starts_on, v.status IS DISTINCT FROM 3 AS monitored
    FROM {households 23}
    ORDER BY h.household_no, v.effective_on DESC, v.version DESC, v.source_id DESC
)
