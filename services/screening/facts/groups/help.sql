-- uses: monitoring
-- uses: income
-- A measure is active on its last day too.
, measures AS MATERIALIZED (
    SELECT h.hid,
        count(*) FILTER (WHERE v.ends_on IS NULL OR v.ends_on >= $1)::int AS active,
        count(*) FILTER (
            WHERE (v.ends_on IS NULL OR v.ends_on >= $1)
                AND v.grade IN {code MEASURE industry employment public_post finance}
        )::int AS developmental,
        bool_or((v.ends_on IS NULL OR v.ends_on >= $1) AND v.grade = {code MEASURE industry}) AS industry,
        max(v.ends_on) AS last_on
    FROM {households 19}
    WHERE v.starts_on <= $1
    GROUP BY h.hid
),
linked AS MATERIALIZED (
    SELECT h.hid
    FROM {households 21}
    WHERE v.flag AND v.starts_on <= $1 AND (v.ends_on IS NULL OR v.ends_on >= $1)
    GROUP BY h.hid
)
SELECT
    coalesce(measures.active, 0) AS active_measures,
    coalesce(measures.developmental, 0) AS developmental_measures,
    CASE
        WHEN monitoring.monitored IS NOT TRUE THEN NULL
        WHEN measures.active > 0 THEN 0
        ELSE greatest($1::date - greatest(monitoring.starts_on, measures.last_on), 0)
    END AS days_without_measure,
    CASE
        WHEN income.wage > 0 OR income.operating > 0 OR measures.industry THEN true
        WHEN income.hid IS NOT NULL THEN false
    END AS income_project,
    linked.hid IS NOT NULL AS tight_linkage
FROM h
LEFT JOIN measures USING (hid)
LEFT JOIN monitoring USING (hid)
LEFT JOIN income USING (hid)
LEFT JOIN linked USING (hid)
