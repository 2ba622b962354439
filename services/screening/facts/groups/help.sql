-- uses: monitoring
-- uses: income
-- A measure is active on its last day too.
, measures AS (
    SELECT h.household_no,
        count(*) FILTER (WHERE v.ends_on IS NULL OR v.ends_on >= $1)::int AS active,
        count(*) FILTER (
            WHERE (v.ends_on IS NULL OR v.ends_on >= $1)
                AND v.grade IN {code MEASURE industry employment public_post finance}
        )::int AS developmental,
        bool_or((v.ends_on IS NULL OR v.ends_on >= $1) AND v.grade = {code MEASURE industry}) AS industry,
        max(v.ends_on) AS last_on
    FROM {households 19}
    WHERE v.starts_on <= $1
    GROUP BY h.household_no
),
linked AS (
    SELECT DISTINCT h.household_no
    FROM {households 21}
    WHERE v.flag AND v.starts_on <= $1 AND (v.ends_on IS NULL OR v.ends_on >= $1)
)
SELECT h.household_no,
    coalesce(a.active, 0) AS active_measures,
    coalesce(a.developmental, 0) AS developmental_measures,
    CASE
        WHEN s.monitored IS NOT TRUE THEN NULL
        WHEN a.active > 0 THEN 0
        ELSE greatest($1::date - greatest(s.starts_on, a.last_on), 0)
    END AS days_without_measure,
    CASE
        WHEN i.wage > 0 OR i.operating > 0 OR a.industry THEN true
        WHEN i.household_no IS NOT NULL THEN false
    END AS income_project,
    l.household_no IS NOT NULL AS tight_linkage
FROM h
LEFT JOIN measures a ON a.household_no = h.household_no
LEFT JOIN monitoring s ON s.household_no = h.household_no
LEFT JOIN income i ON i.household_no = h.household_no
LEFT JOIN linked l ON l.household_no = h.household_no
