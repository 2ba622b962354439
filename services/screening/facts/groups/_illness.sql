-- Members with a major disease who live.
, ill AS MATERIALIZED (
    SELECT m.pid, min(m.hid) AS hid, bool_or({window v.happened_on v 90}) AS newly
    FROM {persons 5}
    WHERE v.status <> {code TREATMENT deceased}
    GROUP BY m.pid
)
