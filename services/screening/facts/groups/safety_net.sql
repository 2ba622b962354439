-- uses: covered
, nets AS MATERIALIZED (
    SELECT c.hid,
        bool_or(c.active AND c.kind = 1) AS allowance,
        bool_or(c.active AND c.kind = 2) AS hardship,
        bool_or(c.active AND c.kind = 3) AS margin,
        bool_or(c.kind = 1 AND c.extra_on >= $1) AS tapering
    FROM cover c
    GROUP BY c.hid
),
-- Who joined was under none of the three the day before, by what held on that day.
joined AS MATERIALIZED (
    SELECT c.hid
    FROM cover c
    WHERE c.active AND {window c.starts_on c 90}
        AND NOT EXISTS (
            SELECT 1 FROM record_version_2 v
            WHERE v.subject_key = c.person_key AND v.visible_from <= $2 AND $2 < v.visible_to
                AND v.effective_on < c.starts_on AND c.starts_on <= v.holds_to
                AND v.starts_on < c.starts_on AND (v.ends_on IS NULL OR v.ends_on >= c.starts_on)
        )
        AND NOT EXISTS (
            SELECT 1
            FROM covered p JOIN record_version v ON v.kind = p.kind AND v.source_id = p.source_id AND v.version = p.version
            WHERE p.person_key = c.person_key AND v.kind IN (1, 3) AND v.visible_from <= $2 AND $2 < v.visible_to
                AND v.effective_on < c.starts_on AND c.starts_on <= v.holds_to
                AND v.starts_on < c.starts_on AND (v.ends_on IS NULL OR v.ends_on >= c.starts_on)
        )
    GROUP BY c.hid
),
-- Known for the first time is the exit, not the record: that is known since the allowance began.
exits AS MATERIALIZED (
    SELECT c.hid
    FROM cover c
    CROSS JOIN LATERAL (
        SELECT min(x.known_at) AS first_known_at
        FROM record_version_1 x
        WHERE x.kind = 1 AND x.source_id = c.source_id AND x.ends_on = c.ends_on
    ) v
    WHERE c.kind = 1 AND {year c.ends_on} AND {window c.ends_on v 90}
    GROUP BY c.hid
),
relieved AS MATERIALIZED (
    SELECT m.hid, count(*)::int AS times
    FROM {persons 4}
    WHERE v.grade = {code RELIEF_KIND emergency} AND {year v.happened_on}
    GROUP BY m.hid
)
SELECT
    coalesce(nets.allowance, false) AS on_minimum_living,
    coalesce(nets.hardship, false) AS on_extreme_hardship,
    coalesce(nets.margin, false) AS on_low_income_margin,
    joined.hid IS NOT NULL AS joined_net_90d,
    exits.hid IS NOT NULL AND nets.allowance IS NOT TRUE AS left_minimum_living_90d,
    coalesce(nets.tapering, false) AS tapering,
    coalesce(relieved.times, 0) AS emergency_relief_12m
FROM h
LEFT JOIN nets USING (hid)
LEFT JOIN joined USING (hid)
LEFT JOIN exits USING (hid)
LEFT JOIN relieved USING (hid)
