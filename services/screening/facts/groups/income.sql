-- uses: income
-- uses: bills
-- Rigid spending is that of today's members over the twelve months of the income, so that both are of one period.
, before AS MATERIALIZED (
    SELECT DISTINCT ON (b.hid) b.hid, b.net, b.wage, b.operating
    FROM incomes b
    JOIN income i ON i.hid = b.hid AND b.happened_on >= i.before_from AND b.happened_on < i.before_until
    ORDER BY b.hid, b.happened_on DESC, b.version DESC, b.source_id DESC
),
education AS MATERIALIZED (
    SELECT m.hid, sum(v.amount2_fen)::bigint AS fen
    FROM {persons 12}
    JOIN income i ON i.hid = m.hid AND v.effective_on > i.after_on AND v.effective_on <= i.happened_on
    WHERE v.grade NOT IN {code STAGE primary junior}
    GROUP BY m.hid
),
-- Without an income nothing is known of its period; with one, no bill is nothing paid.
means AS MATERIALIZED (
    SELECT i.*, coalesce(b.in_period, 0) AS medical, coalesce(e.fen, 0) AS education
    FROM income i
    LEFT JOIN billed b ON b.hid = i.hid
    LEFT JOIN education e ON e.hid = i.hid
)
SELECT
    means.net AS net_12m,
    means.payout AS payout_12m,
    means.members::int AS members_counted,
    round(means.net::numeric / nullif(means.members, 0))::bigint AS income_per_capita,
    $1::date - means.happened_on AS income_age_days,
    before.net AS prev_net_12m,
    before.wage - means.wage AS wage_drop,
    before.operating - means.operating AS operating_drop,
    means.medical AS medical_rigid_12m,
    means.education AS education_rigid_12m,
    means.medical + means.education AS rigid_spending_12m,
    round((means.net + means.payout - means.medical - means.education)::numeric / nullif(means.members, 0))::bigint
        AS income_after_rigid_per_capita
FROM h
LEFT JOIN means USING (hid)
LEFT JOIN before USING (hid)
