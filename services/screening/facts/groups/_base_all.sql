-- Households and members visible at (D, T), all of them: $1 = D (date), $2 = T (timestamptz).
-- A person belongs to the visible household version naming them with the greatest
-- (effective_on, version, source_id) (screening §1).
WITH h AS MATERIALIZED (
    SELECT DISTINCT ON (v.household_no)
        v.household_no, v.division_code, s.base_status, s.policy_entitled
    FROM record_version_17 v
    JOIN household_state s ON s.source_id = v.source_id AND s.version = v.version
    WHERE v.visible_from <= $2 AND $2 < v.visible_to AND v.effective_on <= $1 AND $1 < v.holds_to
    ORDER BY v.household_no, v.effective_on DESC, v.version DESC, v.source_id DESC
),
belongs AS MATERIALIZED (
    SELECT DISTINCT ON (p.person_key)
        p.person_key, p.household_no, p.insurance_exempt
    FROM member p
    JOIN record_version_17 v ON v.kind = 17 AND v.source_id = p.source_id AND v.version = p.version
    WHERE v.visible_from <= $2 AND $2 < v.visible_to AND v.effective_on <= $1 AND $1 < v.holds_to
    ORDER BY p.person_key, v.effective_on DESC, v.version DESC, v.source_id DESC
),
m AS MATERIALIZED (
    SELECT b.person_key, b.household_no, b.insurance_exempt
    FROM belongs b JOIN h ON h.household_no = b.household_no
)
