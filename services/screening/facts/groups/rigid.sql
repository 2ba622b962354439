-- uses: income
-- uses: bills
-- Rigid spending is that of today's members over the twelve months of the income, so that both are of one period.
, education AS MATERIALIZED (
    SELECT m.hid, sum(v.amount2_fen)::bigint AS fen
    FROM {persons 12}
    JOIN income i ON i.hid = m.hid AND v.effective_on > i.after_on AND v.effective_on <= i.happened_on
    WHERE v.grade NOT IN {code STAGE primary junior}
    GROUP BY m.hid
),
-- Without an income nothing is known of its period; with one, no bill is nothing paid.
spent AS MATERIALIZED (
    SELECT i.hid, i.net, i.payout, i.members, coalesce(b.in_period, 0) AS medical, coalesce(e.fen, 0) AS education
    FROM income i
    LEFT JOIN billed b ON b.hid = i.hid
    LEFT JOIN education e ON e.hid = i.hid
)
SELECT
    spent.medical AS medical_rigid_12m,
    spent.education AS education_rigid_12m,
    spent.medical + spent.education AS rigid_spending_12m,
    round((spent.net + spent.payout - spent.medical - spent.education)::numeric / nullif(spent.members, 0))::bigint
        AS income_after_rigid_per_capita
FROM h
LEFT JOIN spent USING (hid)
