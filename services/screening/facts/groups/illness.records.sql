SELECT m.household_no, {reference}
FROM {persons 5}
UNION ALL
SELECT m.household_no, {reference}
FROM {persons 6}
