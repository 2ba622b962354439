-- uses: covered
-- uses: illness
-- The certificate that counts is a person's newest that is not cancelled: a cancellation takes back the record it is
-- in, not the certificate that replaced it under another number.
, certified AS MATERIALIZED (
    SELECT DISTINCT ON (m.pid)
        m.hid, m.pid, m.person_key, v.source_id, v.version, v.happened_on AS issued_on,
        {is_severe severe v.reason v.grade} AS severe,
        {is_severe single_person_allowance v.reason v.grade} AS severe_alone
    FROM {persons 13}
    WHERE v.status <> {code CERTIFICATE_EVENT cancelled}
    ORDER BY m.pid, v.effective_on DESC, v.version DESC, v.source_id DESC
),
-- Known for the first time is this issue, not the record: a changed grade comes in a record that is known for years.
newly_severe AS MATERIALIZED (
    SELECT c.pid
    FROM certified c
    CROSS JOIN LATERAL (
        SELECT min(x.known_at) AS first_known_at
        FROM record_version_13 x
        WHERE x.kind = 13 AND x.source_id = c.source_id AND x.happened_on = c.issued_on
    ) v
    WHERE c.severe AND {year c.issued_on} AND {window c.issued_on v 90}
        AND NOT EXISTS (
            SELECT 1 FROM record_version_13 v
            WHERE v.subject_key = c.person_key AND (v.source_id, v.version) <> (c.source_id, c.version)
                AND v.visible_from <= $2 AND $2 < v.visible_to AND v.effective_on < c.issued_on
                AND v.status <> {code CERTIFICATE_EVENT cancelled} AND {is_severe severe v.reason v.grade}
        )
),
-- Whom the minimum living allowance or extreme hardship support covers today, the person, not the household.
aided AS MATERIALIZED (
    SELECT c.pid, bool_or(c.kind = 2) AS in_hardship
    FROM cover c
    WHERE c.active AND c.kind IN (1, 2)
    GROUP BY c.pid
),
nursed AS MATERIALIZED (
    SELECT m.pid
    FROM {persons 14}
    WHERE v.grade = {code DISABILITY_BENEFIT nursing} AND v.starts_on <= $1 AND (v.ends_on IS NULL OR v.ends_on > $1)
    GROUP BY m.pid
),
disabled AS MATERIALIZED (
    SELECT c.hid,
        count(*)::int AS members,
        count(*) FILTER (WHERE c.severe)::int AS severe,
        count(s.pid)::int AS newly_severe,
        count(*) FILTER (WHERE c.severe AND n.pid IS NULL AND a.in_hardship IS NOT TRUE)::int AS not_nursed,
        count(*) FILTER (WHERE c.severe_alone AND a.pid IS NULL)::int AS not_covered
    FROM certified c
    LEFT JOIN newly_severe s ON s.pid = c.pid
    LEFT JOIN aided a ON a.pid = c.pid
    LEFT JOIN nursed n ON n.pid = c.pid
    GROUP BY c.hid
),
ill_and_alone AS MATERIALIZED (
    SELECT i.hid, count(*)::int AS not_covered
    FROM ill i LEFT JOIN aided a ON a.pid = i.pid
    WHERE a.pid IS NULL
    GROUP BY i.hid
)
SELECT
    coalesce(disabled.members, 0) AS disabled_members,
    coalesce(disabled.severe, 0) AS severe_disabled_members,
    coalesce(disabled.newly_severe, 0) AS new_severe_disability_90d,
    coalesce(disabled.not_nursed, 0) AS severe_without_nursing_benefit,
    coalesce(disabled.not_covered, 0) AS severe_not_covered,
    coalesce(ill_and_alone.not_covered, 0) AS severely_ill_not_covered
FROM h
LEFT JOIN disabled USING (hid)
LEFT JOIN ill_and_alone USING (hid)
