-- The newest income of each household, and that of the twelve months before it.
, income AS MATERIALIZED (
    SELECT DISTINCT ON (h.household_no)
        h.household_no, v.happened_on, v.amount_fen AS net, v.amount2_fen AS payout, v.amount3_fen AS wage,
        v.amount4_fen AS operating, v.count AS members
    FROM {households 18}
    WHERE v.happened_on <= $1
    ORDER BY h.household_no, v.happened_on DESC, v.version DESC, v.source_id DESC
)
