-- uses: income
-- The newest income and the one a year before.
SELECT h.household_no, {reference}
FROM {households 18}
JOIN income i ON i.hid = h.hid
    AND (v.happened_on = i.happened_on OR v.happened_on >= i.before_from AND v.happened_on < i.before_until)
