-- uses: illness
, patients AS MATERIALIZED (
    SELECT i.hid, count(*)::int AS members, count(*) FILTER (WHERE i.newly)::int AS diagnosed FROM ill i GROUP BY i.hid
),
uncontracted AS MATERIALIZED (
    SELECT m.hid, count(DISTINCT m.pid)::int AS members
    FROM {persons 6}
    WHERE NOT v.flag
    GROUP BY m.hid
)
SELECT
    coalesce(patients.diagnosed, 0) AS new_major_disease_90d,
    coalesce(patients.members, 0) AS major_disease_members,
    coalesce(uncontracted.members, 0) AS chronic_not_contracted
FROM h
LEFT JOIN patients USING (hid)
LEFT JOIN uncontracted USING (hid)
