SELECT m.household_no, {reference} FROM {persons 9}
UNION ALL
SELECT m.household_no, {reference} FROM {persons_told 10}
