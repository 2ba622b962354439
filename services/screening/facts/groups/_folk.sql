-- How many belong to each household, and of what kind; one that nobody belongs to has no row.
, folk AS MATERIALIZED (
    SELECT m.hid,
        count(*)::int AS members,
        count(*) FILTER (WHERE m.labour IN ('ordinary', 'skilled'))::int AS labour,
        count(*) FILTER (WHERE m.birth_on <= $1::date - interval '60 years')::int AS elderly,
        bool_or(m.birth_on IS NULL) AS unborn,
        count(*) FILTER (WHERE NOT m.insurance_exempt)::int AS insurable
    FROM m
    GROUP BY m.hid
)
