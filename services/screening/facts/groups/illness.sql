-- A bill belongs to the day of settlement, whatever day it was reported.
, bills AS (
    SELECT m.household_no, m.person_key, sum(v.amount_fen) AS in_catalogue, sum(v.amount2_fen) AS own
    FROM {persons 8}
    WHERE {year v.happened_on}
    GROUP BY m.household_no, m.person_key
),
billed AS (
    SELECT b.household_no, sum(b.in_catalogue)::bigint AS in_catalogue, sum(b.own)::bigint AS own,
        max(b.own)::bigint AS most
    FROM bills b
    GROUP BY b.household_no
),
ill AS (
    SELECT m.household_no, count(DISTINCT m.person_key)::int AS members,
        count(DISTINCT m.person_key) FILTER (WHERE {window v.happened_on v 90})::int AS diagnosed
    FROM {persons 5}
    WHERE v.status <> {code TREATMENT deceased}
    GROUP BY m.household_no
),
uncontracted AS (
    SELECT m.household_no, count(DISTINCT m.person_key)::int AS members
    FROM {persons 6}
    WHERE NOT v.flag
    GROUP BY m.household_no
)
SELECT h.household_no,
    coalesce(b.in_catalogue, 0) AS self_paid_in_catalogue_12m_sum,
    coalesce(b.own, 0) AS self_paid_12m_sum,
    coalesce(b.most, 0) AS self_paid_12m_max,
    coalesce(i.diagnosed, 0) AS new_major_disease_90d,
    coalesce(i.members, 0) AS major_disease_members,
    coalesce(u.members, 0) AS chronic_not_contracted
FROM h
LEFT JOIN billed b ON b.household_no = h.household_no
LEFT JOIN ill i ON i.household_no = h.household_no
LEFT JOIN uncontracted u ON u.household_no = h.household_no
