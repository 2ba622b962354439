-- The newest income of each household. Of the twelve months before it there is one that ends in the same month.
, incomes AS MATERIALIZED (
    SELECT h.hid, v.happened_on, v.version, v.source_id, v.amount_fen AS net, v.amount2_fen AS payout,
        v.amount3_fen AS wage, v.amount4_fen AS operating, v.count AS members
    FROM {households 18}
    WHERE v.happened_on <= $1
),
income AS MATERIALIZED (
    SELECT DISTINCT ON (i.hid) i.*,
        (i.happened_on - interval '12 months')::date AS after_on,
        (date_trunc('month', i.happened_on) - interval '12 months')::date AS before_from,
        (date_trunc('month', i.happened_on) - interval '11 months')::date AS before_until
    FROM incomes i
    ORDER BY i.hid, i.happened_on DESC, i.version DESC, i.source_id DESC
)
