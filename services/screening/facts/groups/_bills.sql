-- uses: income
-- What members paid themselves for treatment, in the 12 months to D and in the twelve of the income. A bill belongs to
-- the day of settlement, whatever day it was reported.
, bills AS (
    SELECT m.pid, min(m.hid) AS hid,
        sum(v.amount_fen) FILTER (WHERE {year v.happened_on})::bigint AS in_catalogue,
        sum(v.amount2_fen) FILTER (WHERE {year v.happened_on})::bigint AS own,
        sum(v.amount_fen) FILTER (WHERE v.happened_on > i.after_on AND v.happened_on <= i.happened_on)::bigint
            AS in_period
    FROM {persons 8}
    LEFT JOIN income i ON i.hid = m.hid
    WHERE v.happened_on > least((SELECT min(j.after_on) FROM income j), ($1::date - interval '12 months')::date)
    GROUP BY m.pid
),
billed AS MATERIALIZED (
    SELECT b.hid, sum(b.in_catalogue)::bigint AS in_catalogue, sum(b.own)::bigint AS own, max(b.own) AS most,
        sum(b.in_period)::bigint AS in_period
    FROM bills b
    GROUP BY b.hid
)
