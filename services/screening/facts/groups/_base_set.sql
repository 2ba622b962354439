-- The same for the households in $3 (text[]). One lookup a household and a person: whatever the
-- statistics of a table that has just been filled say, the planner knows how many it asks for, and
-- never joins two of these sets row by row.
WITH h AS MATERIALIZED (
    SELECT v.household_no, v.division_code, v.base_status, v.policy_entitled
    FROM unnest($3::text[]) AS asked (household_no)
    CROSS JOIN LATERAL (
        SELECT r.household_no, r.division_code, s.base_status, s.policy_entitled
        FROM record_version_17 r
        JOIN household_state s ON s.source_id = r.source_id AND s.version = r.version
        WHERE r.household_no = asked.household_no
            AND r.visible_from <= $2 AND $2 < r.visible_to AND r.effective_on <= $1 AND $1 < r.holds_to
        ORDER BY r.effective_on DESC, r.version DESC, r.source_id DESC
        LIMIT 1
    ) v
),
candidates AS MATERIALIZED (
    SELECT DISTINCT q.person_key
    FROM unnest($3::text[]) AS asked (household_no) JOIN member q ON q.household_no = asked.household_no
),
belongs AS MATERIALIZED (
    SELECT c.person_key, p.household_no, p.insurance_exempt
    FROM candidates c
    CROSS JOIN LATERAL (
        SELECT p.household_no, p.insurance_exempt
        FROM member p
        JOIN record_version_17 v ON v.kind = 17 AND v.source_id = p.source_id AND v.version = p.version
        WHERE p.person_key = c.person_key
            AND v.visible_from <= $2 AND $2 < v.visible_to AND v.effective_on <= $1 AND $1 < v.holds_to
        ORDER BY v.effective_on DESC, v.version DESC, v.source_id DESC
        LIMIT 1
    ) p
),
m AS MATERIALIZED (
    SELECT b.person_key, b.household_no, b.insurance_exempt
    FROM belongs b JOIN h ON h.household_no = b.household_no
)
