-- uses: income
-- uses: bills
SELECT
    coalesce(billed.in_catalogue, 0) AS self_paid_in_catalogue_12m_sum,
    coalesce(billed.own, 0) AS self_paid_12m_sum,
    coalesce(billed.most, 0) AS self_paid_12m_max
FROM h
LEFT JOIN billed USING (hid)
