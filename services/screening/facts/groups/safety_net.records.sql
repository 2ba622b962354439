SELECT m.household_no, {reference} FROM {persons 2}
UNION ALL
SELECT m.household_no, {reference} FROM {persons 4}
WHERE {year v.happened_on}
UNION
SELECT m.household_no, {reference} FROM {covered 1}
UNION
SELECT m.household_no, {reference} FROM {covered 3}
