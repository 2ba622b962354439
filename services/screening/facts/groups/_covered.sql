-- Who of the members is, was or will be covered: a row a member and version of 低保 (1), 特困 (2) and 低保边缘 (3).
-- The months say when a benefit is active, not the status: one that was left in May was active in March.
, cover AS MATERIALIZED (
    SELECT m.hid, m.pid, m.person_key, v.source_id, 1 AS kind, v.starts_on, v.ends_on, v.extra_on, v.first_known_at,
        v.starts_on <= $1 AND (v.ends_on IS NULL OR v.ends_on > $1) AS active
    FROM {covered 1}
    UNION ALL
    SELECT m.hid, m.pid, m.person_key, v.source_id, 2, v.starts_on, v.ends_on, NULL, v.first_known_at,
        v.starts_on <= $1 AND (v.ends_on IS NULL OR v.ends_on > $1)
    FROM {persons 2}
    UNION ALL
    SELECT m.hid, m.pid, m.person_key, v.source_id, 3, v.starts_on, v.ends_on, NULL, v.first_known_at,
        v.starts_on <= $1 AND (v.ends_on IS NULL OR v.ends_on > $1)
    FROM {covered 3}
)
