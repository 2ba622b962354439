SELECT m.household_no, {reference}
FROM {persons 8}
WHERE {year v.happened_on}
