-- uses: income
, before AS MATERIALIZED (
    SELECT DISTINCT ON (b.hid) b.hid, b.net, b.wage, b.operating
    FROM incomes b
    JOIN income i ON i.hid = b.hid AND b.happened_on >= i.before_from AND b.happened_on < i.before_until
    ORDER BY b.hid, b.happened_on DESC, b.version DESC, b.source_id DESC
)
SELECT
    income.net AS net_12m,
    income.payout AS payout_12m,
    income.members::int AS members_counted,
    round(income.net::numeric / nullif(income.members, 0))::bigint AS income_per_capita,
    $1::date - income.happened_on AS income_age_days,
    before.net AS prev_net_12m,
    before.wage - income.wage AS wage_drop,
    before.operating - income.operating AS operating_drop
FROM h
LEFT JOIN income USING (hid)
LEFT JOIN before USING (hid)
