-- uses: folk
-- Either scheme counts, once. Early in January last year's enrolment does too; how early is a local figure, and where
-- there is none nobody can say of those who have no other.
, enrolled AS (
    SELECT m.pid, min(m.hid) AS hid, bool_or(v.year = extract(year FROM $1::date)::int) AS this_year
    FROM {persons 7}
    WHERE v.flag AND NOT m.insurance_exempt
        AND (v.year = extract(year FROM $1::date)::int
            OR v.year = extract(year FROM $1::date)::int - 1 AND extract(month FROM $1::date) = 1)
    GROUP BY m.pid
),
insured AS MATERIALIZED (
    SELECT e.hid, count(*) FILTER (WHERE e.this_year)::int AS this_year, count(*)::int AS either_year
    FROM enrolled e
    GROUP BY e.hid
)
SELECT
    CASE
        WHEN extract(month FROM $1::date) <> 1 OR extract(day FROM $1::date) > prm.insurance_grace_days
            THEN coalesce(folk.insurable, 0) - coalesce(insured.this_year, 0)
        WHEN prm.insurance_grace_days IS NOT NULL OR (insured.either_year > insured.this_year) IS NOT TRUE
            THEN coalesce(folk.insurable, 0) - coalesce(insured.either_year, 0)
    END AS uninsured_members
FROM h
LEFT JOIN folk USING (hid)
LEFT JOIN insured USING (hid)
LEFT JOIN prm ON prm.division_code = h.division_code
