-- The same for the households in $3 (text[]). One lookup a household, a person and a version, each behind OFFSET 0:
-- whatever the statistics of a table that has just been filled say, or lack, the planner has no other way to go, and
-- never joins two of these sets row by row. A version is looked for with its kind, the first column of the index.
-- `m.household_no` is for the records behind the facts.
WITH h AS MATERIALIZED (
    SELECT row_number() OVER ()::int AS hid, v.*, s.base_status, s.policy_entitled, s.resettlement, s.no_labour_household
    FROM unnest($3::text[]) AS asked (household_no)
    CROSS JOIN LATERAL (
        SELECT v.household_no, v.division_code, v.source_id, v.version
        FROM record_version_17 v
        WHERE v.household_no = asked.household_no AND {visible v}
        ORDER BY v.effective_on DESC, v.version DESC, v.source_id DESC
        LIMIT 1
    ) v
    CROSS JOIN LATERAL (
        SELECT s.* FROM household_state s WHERE s.source_id = v.source_id AND s.version = v.version OFFSET 0
    ) s
),
candidates AS MATERIALIZED (
    SELECT DISTINCT q.person_key
    FROM unnest($3::text[]) AS asked (household_no)
    CROSS JOIN LATERAL (SELECT q.person_key FROM member q WHERE q.household_no = asked.household_no OFFSET 0) q
),
m AS MATERIALIZED (
    SELECT h.hid, row_number() OVER ()::int AS pid, h.household_no, c.person_key, p.insurance_exempt, p.labour, p.birth_on
    FROM candidates c
    CROSS JOIN LATERAL (
        SELECT p.household_no, p.insurance_exempt, p.labour, p.birth_on
        FROM (SELECT p.* FROM member p WHERE p.person_key = c.person_key OFFSET 0) p
        CROSS JOIN LATERAL (
            SELECT v.effective_on
            FROM record_version_17 v
            WHERE v.kind = 17 AND v.source_id = p.source_id AND v.version = p.version AND {visible v}
            OFFSET 0
        ) v
        ORDER BY v.effective_on DESC, p.version DESC, p.source_id DESC
        LIMIT 1
    ) p
    JOIN h ON h.household_no = p.household_no
),
prm AS MATERIALIZED ({parameters})
