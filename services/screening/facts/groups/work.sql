-- A stretch of work is active on its last day too. That a job was lost counts from when its end was first told: the
-- record itself may have been known for years.
, works AS MATERIALIZED (
    SELECT m.hid, m.pid, v.source_id, v.starts_on, v.ends_on,
        v.grade = {code WORK seeking} AS seeking,
        v.starts_on <= $1 AND (v.ends_on IS NULL OR v.ends_on >= $1) AS active
    FROM {persons 22}
),
ended AS MATERIALIZED (
    SELECT w.pid
    FROM works w
    CROSS JOIN LATERAL (
        SELECT min(v.known_at) AS known_at
        FROM record_version_22 v
        WHERE v.kind = 22 AND v.source_id = w.source_id AND v.ends_on = w.ends_on
    ) told
    WHERE NOT w.seeking AND {year w.ends_on} AND {window w.ends_on told.known_at 90}
    GROUP BY w.pid
),
worker AS MATERIALIZED (
    SELECT w.pid, min(w.hid) AS hid,
        bool_or(w.active AND NOT w.seeking) AS employed,
        bool_or(w.active AND w.seeking) AS seeking,
        min(w.starts_on) FILTER (WHERE w.active AND NOT w.seeking) AS since
    FROM works w
    GROUP BY w.pid
),
workers AS MATERIALIZED (
    SELECT w.hid,
        count(*) FILTER (WHERE w.employed)::int AS employed,
        count(*) FILTER (WHERE w.since <= $1::date - make_interval(months => p.stable_months::int))::int AS stable,
        count(e.pid) FILTER (WHERE NOT w.employed)::int AS lost,
        count(*) FILTER (WHERE w.seeking AND NOT w.employed)::int AS seeking
    FROM worker w
    JOIN h ON h.hid = w.hid
    LEFT JOIN prm p ON p.division_code = h.division_code
    LEFT JOIN ended e ON e.pid = w.pid
    GROUP BY w.hid
)
SELECT
    coalesce(workers.employed, 0) AS employed_members,
    CASE WHEN prm.stable_months IS NOT NULL THEN coalesce(workers.stable, 0) END AS stable_employed_members,
    coalesce(workers.lost, 0) AS job_lost_90d,
    coalesce(workers.seeking, 0) AS seeking_members
FROM h
LEFT JOIN workers USING (hid)
LEFT JOIN prm ON prm.division_code = h.division_code
