-- What insures, and what was taken back: a withdrawn enrolment is why somebody is uninsured.
SELECT m.household_no, {reference}
FROM {persons_told 7}
WHERE v.retracted
    OR v.year BETWEEN extract(year FROM $1::date) - (extract(month FROM $1::date) = 1)::int AND extract(year FROM $1::date)
