-- uses: income
-- The newest income, and what was spent in its twelve months.
SELECT h.household_no, {reference}
FROM {households 18}
JOIN income i ON i.hid = h.hid AND v.happened_on = i.happened_on
UNION ALL
SELECT m.household_no, {reference}
FROM {persons 8}
JOIN income i ON i.hid = m.hid AND v.happened_on > i.after_on AND v.happened_on <= i.happened_on
UNION ALL
SELECT m.household_no, {reference}
FROM {persons 12}
JOIN income i ON i.hid = m.hid AND v.effective_on > i.after_on AND v.effective_on <= i.happened_on
WHERE v.grade NOT IN {code STAGE primary junior}
