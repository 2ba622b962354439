-- The window is (D − 12 months, D] on the day of settlement, whatever day it was reported.
SELECT h.household_no, coalesce(sum(v.amount_fen), 0)::bigint AS self_paid_in_catalogue_12m_sum
FROM h
LEFT JOIN m ON m.household_no = h.household_no
LEFT JOIN record_version_8 v ON v.subject_key = m.person_key
    AND v.visible_from <= $2 AND $2 < v.visible_to AND v.effective_on <= $1 AND $1 < v.holds_to
    AND v.happened_on > $1::date - interval '12 months' AND v.happened_on <= $1
GROUP BY h.household_no
