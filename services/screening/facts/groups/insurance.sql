-- Either scheme counts, once. No grace in January: no such parameter is in force.
, insured AS (
    SELECT DISTINCT m.person_key
    FROM m JOIN record_version_7 v ON v.subject_key = m.person_key
    WHERE v.flag AND v.year = extract(year FROM $1::date)::int
        AND v.visible_from <= $2 AND $2 < v.visible_to AND v.effective_on <= $1 AND $1 < v.holds_to
)
SELECT h.household_no,
    count(m.person_key) FILTER (WHERE NOT m.insurance_exempt AND i.person_key IS NULL)::int AS uninsured_members
FROM h
LEFT JOIN m ON m.household_no = h.household_no
LEFT JOIN insured i ON i.person_key = m.person_key
GROUP BY h.household_no
