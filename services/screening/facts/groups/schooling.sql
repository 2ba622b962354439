-- A school year is named by the year in which it began; ages are those of 31 August before it.
, pupils AS MATERIALIZED (
    SELECT DISTINCT ON (m.person_key)
        m.household_no, m.person_key, v.status, v.reason,
        m.birth_on > make_date({school_year} - 16, 8, 31)
            AND m.birth_on <= make_date({school_year} - 6, 8, 31) AS of_compulsory_age
    FROM {persons 11}
    ORDER BY m.person_key, v.effective_on DESC, v.version DESC, v.source_id DESC
),
granted AS MATERIALIZED (
    SELECT m.household_no, m.person_key,
        bool_or(v.amount_fen > 0) AS aided,
        sum(v.amount2_fen) FILTER (WHERE v.grade NOT IN {code STAGE primary junior}) AS self_paid
    FROM {persons 12}
    WHERE v.year = {school_year}
    GROUP BY m.household_no, m.person_key
),
schooled AS MATERIALIZED (
    SELECT p.household_no,
        count(*) FILTER (WHERE p.of_compulsory_age AND p.reason IS DISTINCT FROM {code ABSENCE physical}
            AND p.status IN {code SCHOOLING_STATUS suspected_dropout dropped_out})::int AS dropouts,
        count(*) FILTER (WHERE p.of_compulsory_age AND p.reason = {code ABSENCE physical}
            AND p.status IN {code SCHOOLING_STATUS suspected_dropout dropped_out})::int AS unserved,
        count(*) FILTER (WHERE g.aided IS NOT TRUE
            AND p.status IN {code SCHOOLING_STATUS enrolled enrolled_elsewhere returned})::int AS without_aid
    FROM pupils p LEFT JOIN granted g ON g.person_key = p.person_key
    GROUP BY p.household_no
),
paid AS MATERIALIZED (
    SELECT g.household_no, sum(g.self_paid)::bigint AS self_paid FROM granted g GROUP BY g.household_no
),
unrecorded AS MATERIALIZED (
    SELECT m.household_no, count(*)::int AS children
    FROM m LEFT JOIN pupils p ON p.person_key = m.person_key
    WHERE p.person_key IS NULL AND m.birth_on > make_date({school_year} - 15, 8, 31)
        AND m.birth_on <= make_date({school_year} - 6, 8, 31)
    GROUP BY m.household_no
)
SELECT h.household_no,
    coalesce(s.dropouts, 0) AS dropout_members,
    coalesce(s.unserved, 0) AS physical_absence_unserved,
    coalesce(u.children, 0) AS compulsory_children_without_record,
    coalesce(p.self_paid, 0) AS education_self_paid_year_sum,
    coalesce(s.without_aid, 0) AS students_without_aid,
    $1::date - (SELECT max(t.begins_on) FROM unnest({term_starts}) AS t (begins_on) WHERE t.begins_on <= $1::date)
        AS days_into_term
FROM h
LEFT JOIN schooled s ON s.household_no = h.household_no
LEFT JOIN unrecorded u ON u.household_no = h.household_no
LEFT JOIN paid p ON p.household_no = h.household_no
