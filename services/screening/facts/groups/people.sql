SELECT h.household_no,
    count(m.person_key)::int AS members,
    count(m.person_key) FILTER (WHERE m.labour IN ('ordinary', 'skilled'))::int AS labour_members,
    h.no_labour_household,
    CASE WHEN bool_or(m.person_key IS NOT NULL AND m.birth_on IS NULL) IS NOT TRUE
        THEN count(m.person_key) FILTER (WHERE m.birth_on <= $1::date - interval '60 years')::int
    END AS elderly_members
FROM h LEFT JOIN m ON m.household_no = h.household_no
GROUP BY h.household_no, h.no_labour_household
