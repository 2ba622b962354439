-- Households and members visible at (D, T), all of them: $1 = D (date), $2 = T (timestamptz).
-- A person belongs to the visible household version naming them with the greatest
-- (effective_on, version, source_id) (screening §1).
WITH h AS MATERIALIZED (
    SELECT DISTINCT ON (v.household_no)
        v.household_no, v.division_code, s.base_status, s.policy_entitled, s.resettlement, s.no_labour_household
    FROM record_version_17 v
    JOIN household_state s ON s.source_id = v.source_id AND s.version = v.version
    WHERE {visible v}
    ORDER BY v.household_no, v.effective_on DESC, v.version DESC, v.source_id DESC
),
belongs AS MATERIALIZED (
    SELECT DISTINCT ON (p.person_key)
        p.person_key, p.household_no, p.insurance_exempt, p.labour, p.birth_on
    FROM member p
    JOIN record_version_17 v ON v.source_id = p.source_id AND v.version = p.version
    WHERE {visible v}
    ORDER BY p.person_key, v.effective_on DESC, v.version DESC, v.source_id DESC
),
m AS MATERIALIZED (
    SELECT b.person_key, b.household_no, b.insurance_exempt, b.labour, b.birth_on
    FROM belongs b JOIN h ON h.household_no = b.household_no
),
prm AS MATERIALIZED ({parameters})
