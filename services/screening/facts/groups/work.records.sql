-- Work of the last 12 months, of an ended job because it was lost, and what was taken back.
SELECT m.household_no, {reference}
FROM {persons_told 22}
WHERE v.ends_on IS NULL OR v.ends_on > $1::date - interval '12 months'
