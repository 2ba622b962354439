-- What befell whom: losses (15) and casualties (16) of the last 12 months, with the household and the labour of the
-- person on that day. Who was in no household then counts with the first that names them afterwards, a record that came
-- before its household. Today's household would forget a dead member as soon as the register does.
, befallen AS MATERIALIZED (
    SELECT v.kind, v.subject_key, v.source_id, v.version, v.happened_on, v.first_known_at, v.grade, v.status, v.reason,
        v.amount_fen, v.amount2_fen
    FROM {former_members 15}
    WHERE {year v.happened_on}
    UNION ALL
    SELECT v.kind, v.subject_key, v.source_id, v.version, v.happened_on, v.first_known_at, v.grade, v.status, v.reason,
        v.amount_fen, v.amount2_fen
    FROM {former_members 16}
    WHERE {year v.happened_on}
),
homes AS MATERIALIZED (
    SELECT b.*, h.hid, h.household_no, home.labour
    FROM befallen b
    CROSS JOIN LATERAL (
        SELECT q.household_no, q.labour
        FROM (SELECT q.* FROM member q WHERE q.person_key = b.subject_key OFFSET 0) q
        CROSS JOIN LATERAL (
            SELECT v.effective_on, v.version, v.source_id
            FROM record_version_17 v
            WHERE v.kind = 17 AND v.source_id = q.source_id AND v.version = q.version
                AND v.visible_from <= $2 AND $2 < v.visible_to
                AND (v.effective_on <= b.happened_on AND b.happened_on < v.holds_to
                    OR v.effective_on > b.happened_on AND v.effective_on <= $1)
            OFFSET 0
        ) v
        ORDER BY v.effective_on > b.happened_on, abs(v.effective_on - b.happened_on), v.version DESC, v.source_id DESC
        LIMIT 1
    ) home
    JOIN h ON h.household_no = home.household_no
)
