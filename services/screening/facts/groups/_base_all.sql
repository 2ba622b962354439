-- Households and members visible at (D, T), all of them: $1 = D (date), $2 = T (timestamptz).
-- A person belongs to the visible household version naming them with the greatest
-- (effective_on, version, source_id) (screening §1). hid and pid number them in this statement: joins and groups by
-- a number take half the time of those by a text.
WITH h AS MATERIALIZED (
    SELECT row_number() OVER ()::int AS hid, q.*
    FROM (
        SELECT DISTINCT ON (v.household_no)
            v.household_no, v.division_code, s.base_status, s.policy_entitled, s.resettlement, s.no_labour_household
        FROM record_version_17 v
        JOIN household_state s ON s.source_id = v.source_id AND s.version = v.version
        WHERE {visible v}
        ORDER BY v.household_no, v.effective_on DESC, v.version DESC, v.source_id DESC
    ) q
),
m AS MATERIALIZED (
    SELECT h.hid, row_number() OVER ()::int AS pid, b.person_key, b.insurance_exempt, b.labour, b.birth_on
    FROM (
        SELECT DISTINCT ON (p.person_key)
            p.person_key, p.household_no, p.insurance_exempt, p.labour, p.birth_on
        FROM member p
        JOIN record_version_17 v ON v.source_id = p.source_id AND v.version = p.version
        WHERE {visible v}
        ORDER BY p.person_key, v.effective_on DESC, v.version DESC, v.source_id DESC
    ) b
    JOIN h ON h.household_no = b.household_no
),
prm AS MATERIALIZED ({parameters})
