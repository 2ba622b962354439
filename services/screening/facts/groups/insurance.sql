-- Either scheme counts, once. Early in January last year's enrolment does too; how early is a local figure, and where
-- there is none nobody can say of those who have no other.
, enrolled AS MATERIALIZED (
    SELECT m.person_key,
        bool_or(v.year = extract(year FROM $1::date)) AS this_year,
        bool_or(v.year = extract(year FROM $1::date) - 1) AS last_year
    FROM {persons 7}
    WHERE v.flag AND v.year BETWEEN extract(year FROM $1::date) - 1 AND extract(year FROM $1::date)
    GROUP BY m.person_key
)
SELECT h.household_no,
    CASE
        WHEN extract(month FROM $1::date) <> 1 OR extract(day FROM $1::date) > p.insurance_grace_days
            THEN count(m.person_key) FILTER (WHERE e.this_year IS NOT TRUE)
        WHEN p.insurance_grace_days IS NOT NULL OR bool_or(e.last_year AND NOT e.this_year) IS NOT TRUE
            THEN count(m.person_key) FILTER (WHERE e.person_key IS NULL)
    END::int AS uninsured_members
FROM h
LEFT JOIN prm p ON p.division_code = h.division_code
LEFT JOIN m ON m.household_no = h.household_no AND NOT m.insurance_exempt
LEFT JOIN enrolled e ON e.person_key = m.person_key
GROUP BY h.household_no, p.insurance_grace_days
