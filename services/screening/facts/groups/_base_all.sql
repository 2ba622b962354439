-- Households and members visible at (D, T), all of them: $1 = D (date), $2 = T (timestamptz).
-- A person belongs to the visible household version naming them with the greatest
-- (effective_on, version, source_id) (screening §1). hid and pid number them in this statement: joins and groups by
-- a number take half the time of those by a text. A member's or a state's version is found by an outer join behind
-- OFFSET 0, though it is always there: the planner takes the two columns that name one version for two conditions,
-- expects one row of an inner join, and joins all that follows row by row.
WITH h AS MATERIALIZED (
    SELECT row_number() OVER ()::int AS hid, q.*
    FROM (
        SELECT DISTINCT ON (v.household_no)
            v.household_no, v.division_code, s.base_status, s.policy_entitled, s.resettlement, s.no_labour_household
        FROM record_version_17 v
        LEFT JOIN household_state s ON s.source_id = v.source_id AND s.version = v.version
        WHERE {visible v}
        ORDER BY v.household_no, v.effective_on DESC, v.version DESC, v.source_id DESC
    ) q
),
m AS MATERIALIZED (
    SELECT h.hid, row_number() OVER ()::int AS pid, b.person_key, b.insurance_exempt, b.labour, b.birth_on
    FROM (
        SELECT DISTINCT ON (q.person_key)
            q.person_key, q.household_no, q.insurance_exempt, q.labour, q.birth_on
        FROM (
            SELECT p.*, v.effective_on
            FROM member p
            LEFT JOIN record_version_17 v ON v.source_id = p.source_id AND v.version = p.version AND {visible v}
            OFFSET 0
        ) q
        WHERE q.effective_on IS NOT NULL
        ORDER BY q.person_key, q.effective_on DESC, q.version DESC, q.source_id DESC
    ) b
    JOIN h ON h.household_no = b.household_no
),
prm AS MATERIALIZED ({parameters})
