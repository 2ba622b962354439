-- No record of a feed stands behind it.
SELECT h.household_no, {reference}
FROM h JOIN record_version v ON false
