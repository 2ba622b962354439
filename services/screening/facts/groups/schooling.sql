-- A school year is named by the year in which it began; ages are those of 31 August before it.
, pupils AS MATERIALIZED (
    SELECT DISTINCT ON (m.pid)
        m.hid, m.pid, v.status, v.reason,
        m.birth_on > make_date({school_year} - 16, 8, 31)
            AND m.birth_on <= make_date({school_year} - 6, 8, 31) AS of_compulsory_age
    FROM {persons 11}
    ORDER BY m.pid, v.effective_on DESC, v.version DESC, v.source_id DESC
),
granted AS MATERIALIZED (
    SELECT m.pid, min(m.hid) AS hid,
        bool_or(v.amount_fen > 0) AS aided,
        sum(v.amount2_fen) FILTER (WHERE v.grade NOT IN {code STAGE primary junior}) AS self_paid
    FROM {persons 12}
    WHERE v.year = {school_year}
    GROUP BY m.pid
),
schooled AS MATERIALIZED (
    SELECT p.hid,
        count(*) FILTER (WHERE p.of_compulsory_age AND p.reason IS DISTINCT FROM {code ABSENCE physical}
            AND p.status IN {code SCHOOLING_STATUS suspected_dropout dropped_out})::int AS dropouts,
        count(*) FILTER (WHERE p.of_compulsory_age AND p.reason = {code ABSENCE physical}
            AND p.status IN {code SCHOOLING_STATUS suspected_dropout dropped_out})::int AS unserved,
        count(*) FILTER (WHERE g.aided IS NOT TRUE
            AND p.status IN {code SCHOOLING_STATUS enrolled enrolled_elsewhere returned})::int AS without_aid
    FROM pupils p LEFT JOIN granted g ON g.pid = p.pid
    GROUP BY p.hid
),
paid AS MATERIALIZED (
    SELECT g.hid, sum(g.self_paid)::bigint AS self_paid FROM granted g GROUP BY g.hid
),
unrecorded AS MATERIALIZED (
    SELECT m.hid, count(*)::int AS children
    FROM m LEFT JOIN pupils p ON p.pid = m.pid
    WHERE p.pid IS NULL AND m.birth_on > make_date({school_year} - 15, 8, 31)
        AND m.birth_on <= make_date({school_year} - 6, 8, 31)
    GROUP BY m.hid
)
SELECT
    coalesce(schooled.dropouts, 0) AS dropout_members,
    coalesce(schooled.unserved, 0) AS physical_absence_unserved,
    coalesce(unrecorded.children, 0) AS compulsory_children_without_record,
    coalesce(paid.self_paid, 0) AS education_self_paid_year_sum,
    coalesce(schooled.without_aid, 0) AS students_without_aid,
    $1::date - (SELECT max(t.begins_on) FROM unnest({term_starts}) AS t (begins_on) WHERE t.begins_on <= $1::date)
        AS days_into_term
FROM h
LEFT JOIN schooled USING (hid)
LEFT JOIN unrecorded USING (hid)
LEFT JOIN paid USING (hid)
