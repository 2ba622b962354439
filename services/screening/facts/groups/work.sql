-- A stretch of work is active on its last day too. That a job was lost counts from when its end was first told: the
-- record itself may have been known for years.
, works AS MATERIALIZED (
    SELECT m.household_no, m.person_key, v.source_id, v.starts_on, v.ends_on,
        v.grade = {code WORK seeking} AS seeking,
        v.starts_on <= $1 AND (v.ends_on IS NULL OR v.ends_on >= $1) AS active
    FROM {persons 22}
),
ended AS (
    SELECT DISTINCT w.person_key
    FROM works w
    CROSS JOIN LATERAL (
        SELECT min(v.known_at) AS known_at
        FROM record_version_22 v
        WHERE v.source_id = w.source_id AND v.ends_on = w.ends_on
    ) told
    WHERE NOT w.seeking AND w.ends_on <= $1 AND w.ends_on > $1::date - interval '12 months'
        AND {window w.ends_on told.known_at 90}
),
worker AS (
    SELECT w.household_no, w.person_key,
        bool_or(w.active AND NOT w.seeking) AS employed,
        bool_or(w.active AND w.seeking) AS seeking,
        min(w.starts_on) FILTER (WHERE w.active AND NOT w.seeking) AS since
    FROM works w
    GROUP BY w.household_no, w.person_key
)
SELECT h.household_no,
    count(w.person_key) FILTER (WHERE w.employed)::int AS employed_members,
    CASE WHEN prm.stable_months IS NOT NULL THEN count(w.person_key) FILTER (
        WHERE w.since <= $1::date - make_interval(months => prm.stable_months::int)
    )::int END AS stable_employed_members,
    count(e.person_key) FILTER (WHERE NOT w.employed)::int AS job_lost_90d,
    count(w.person_key) FILTER (WHERE w.seeking AND NOT w.employed)::int AS seeking_members
FROM h
LEFT JOIN prm ON prm.division_code = h.division_code
LEFT JOIN worker w ON w.household_no = h.household_no
LEFT JOIN ended e ON e.person_key = w.person_key
GROUP BY h.household_no, prm.stable_months
