-- uses: income
-- The newest income and the one a year before, and what was spent in the twelve months of the newest.
SELECT h.household_no, {reference}
FROM {households 18}
JOIN income i ON i.household_no = h.household_no
    AND date_trunc('month', v.happened_on) IN (
        date_trunc('month', i.happened_on), date_trunc('month', i.happened_on) - interval '12 months'
    )
UNION ALL
SELECT m.household_no, {reference}
FROM {persons 8}
JOIN income i ON i.household_no = m.household_no
    AND v.happened_on > i.happened_on - interval '12 months' AND v.happened_on <= i.happened_on
UNION ALL
SELECT m.household_no, {reference}
FROM {persons 12}
JOIN income i ON i.household_no = m.household_no
    AND v.effective_on > i.happened_on - interval '12 months' AND v.effective_on <= i.happened_on
WHERE v.grade NOT IN {code STAGE primary junior}
