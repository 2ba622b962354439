-- The same for the households in $3 (text[]). One lookup a household and a person: whatever the
-- statistics of a table that has just been filled say, the planner knows how many it asks for, and
-- never joins two of these sets row by row. `m.household_no` is for the records behind the facts.
WITH h AS MATERIALIZED (
    SELECT row_number() OVER ()::int AS hid, v.*
    FROM unnest($3::text[]) AS asked (household_no)
    CROSS JOIN LATERAL (
        SELECT v.household_no, v.division_code, s.base_status, s.policy_entitled, s.resettlement, s.no_labour_household
        FROM record_version_17 v
        JOIN household_state s ON s.source_id = v.source_id AND s.version = v.version
        WHERE v.household_no = asked.household_no AND {visible v}
        ORDER BY v.effective_on DESC, v.version DESC, v.source_id DESC
        LIMIT 1
    ) v
),
candidates AS MATERIALIZED (
    SELECT DISTINCT q.person_key
    FROM unnest($3::text[]) AS asked (household_no) JOIN member q ON q.household_no = asked.household_no
),
m AS MATERIALIZED (
    SELECT h.hid, row_number() OVER ()::int AS pid, h.household_no, c.person_key, p.insurance_exempt, p.labour, p.birth_on
    FROM candidates c
    CROSS JOIN LATERAL (
        SELECT p.household_no, p.insurance_exempt, p.labour, p.birth_on
        FROM member p
        JOIN record_version_17 v ON v.source_id = p.source_id AND v.version = p.version
        WHERE p.person_key = c.person_key AND {visible v}
        ORDER BY v.effective_on DESC, v.version DESC, v.source_id DESC
        LIMIT 1
    ) p
    JOIN h ON h.household_no = p.household_no
),
prm AS MATERIALIZED ({parameters})
