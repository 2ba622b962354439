-- Where the members go to school and what they were granted this year, and what was taken back: a withdrawn record is
-- why a child has none.
SELECT m.household_no, {reference} FROM {persons_told 11}
UNION ALL
SELECT m.household_no, {reference} FROM {persons_told 12}
WHERE v.retracted OR v.year = {school_year}
