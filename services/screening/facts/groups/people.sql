-- monitored and low_income wait for their feeds: NULL, that is unknown.
SELECT h.household_no,
    count(m.person_key)::int AS members,
    h.base_status = 'lifted' AS lifted,
    h.policy_entitled AS policy_entitled,
    NULL::boolean AS monitored,
    NULL::boolean AS low_income
FROM h LEFT JOIN m ON m.household_no = h.household_no
GROUP BY h.household_no, h.base_status, h.policy_entitled
