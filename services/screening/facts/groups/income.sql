-- uses: income
-- Rigid spending is that of today's members over the twelve months of the income, so that both are of one period.
, before AS (
    SELECT DISTINCT ON (h.household_no) h.household_no, v.amount_fen AS net, v.amount3_fen AS wage, v.amount4_fen AS operating
    FROM {households 18}
    JOIN income i ON i.household_no = h.household_no
        AND date_trunc('month', v.happened_on) = date_trunc('month', i.happened_on) - interval '12 months'
    ORDER BY h.household_no, v.happened_on DESC, v.version DESC, v.source_id DESC
),
medical AS (
    SELECT m.household_no, sum(v.amount_fen)::bigint AS fen
    FROM {persons 8}
    JOIN income i ON i.household_no = m.household_no
        AND v.happened_on > i.happened_on - interval '12 months' AND v.happened_on <= i.happened_on
    GROUP BY m.household_no
),
education AS (
    SELECT m.household_no, sum(v.amount2_fen)::bigint AS fen
    FROM {persons 12}
    JOIN income i ON i.household_no = m.household_no
        AND v.effective_on > i.happened_on - interval '12 months' AND v.effective_on <= i.happened_on
    WHERE v.grade NOT IN {code STAGE primary junior}
    GROUP BY m.household_no
)
SELECT h.household_no,
    i.net AS net_12m,
    i.payout AS payout_12m,
    i.members::int AS members_counted,
    round(i.net::numeric / nullif(i.members, 0))::bigint AS income_per_capita,
    $1::date - i.happened_on AS income_age_days,
    b.net AS prev_net_12m,
    b.wage - i.wage AS wage_drop,
    b.operating - i.operating AS operating_drop,
    r.medical AS medical_rigid_12m,
    r.education AS education_rigid_12m,
    r.medical + r.education AS rigid_spending_12m,
    round((i.net + i.payout - r.medical - r.education)::numeric / nullif(i.members, 0))::bigint
        AS income_after_rigid_per_capita
FROM h
LEFT JOIN income i ON i.household_no = h.household_no
LEFT JOIN before b ON b.household_no = h.household_no
LEFT JOIN medical md ON md.household_no = h.household_no
LEFT JOIN education ed ON ed.household_no = h.household_no
CROSS JOIN LATERAL (
    SELECT CASE WHEN i.household_no IS NOT NULL THEN coalesce(md.fen, 0) END AS medical,
        CASE WHEN i.household_no IS NOT NULL THEN coalesce(ed.fen, 0) END AS education
) r
