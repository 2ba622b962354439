-- What the ledger of assets said of those it paid (`asset_income_stop`), not a feed.
, stopped AS MATERIALIZED (
    SELECT h.hid
    FROM h JOIN asset_income_stop a ON a.household_no = h.household_no
    WHERE a.known_at <= $2 AND {window a.stopped_on a.known_at 90}
    GROUP BY h.hid
)
SELECT stopped.hid IS NOT NULL AS asset_income_stopped_90d
FROM h
LEFT JOIN stopped USING (hid)
