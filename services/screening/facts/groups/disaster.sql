-- uses: homes
, losses AS MATERIALIZED (
    SELECT v.hid,
        max(v.grade) AS damage,
        (array_agg(v.reason ORDER BY v.grade DESC, v.happened_on DESC, v.version DESC, v.source_id DESC))[1] AS cause,
        sum(v.amount_fen - v.amount2_fen)::bigint AS net
    FROM homes v
    WHERE v.kind = 15 AND {window v.happened_on v 90}
    GROUP BY v.hid
),
victims AS MATERIALIZED (
    SELECT v.hid, v.subject_key, v.reason, v.status = {code CASUALTY_OUTCOME injured} AS injured,
        row_number() OVER (
            PARTITION BY v.hid, v.status = {code CASUALTY_OUTCOME injured}
            ORDER BY v.happened_on DESC, v.version DESC, v.source_id DESC
        ) AS place
    FROM homes v
    WHERE v.kind = 16 AND v.labour IN ('ordinary', 'skilled') AND {window v.happened_on v 180}
),
casualties AS MATERIALIZED (
    SELECT c.hid,
        count(DISTINCT c.subject_key) FILTER (WHERE NOT c.injured)::int AS lost,
        max(c.reason) FILTER (WHERE NOT c.injured AND c.place = 1) AS lost_by,
        count(DISTINCT c.subject_key) FILTER (WHERE c.injured)::int AS hurt,
        max(c.reason) FILTER (WHERE c.injured AND c.place = 1) AS hurt_by
    FROM victims c
    GROUP BY c.hid
)
SELECT
    coalesce(losses.damage, 0)::smallint AS house_damage_90d,
    CASE WHEN losses.damage > 0 THEN ({texts DISASTER_TYPE})[losses.cause] END AS house_damage_cause,
    coalesce(losses.net, 0) AS disaster_net_loss_90d,
    coalesce(casualties.lost, 0) AS labour_casualty_180d,
    ({texts CASUALTY_CAUSE})[casualties.lost_by] AS labour_casualty_cause,
    coalesce(casualties.hurt, 0) AS labour_injury_180d,
    ({texts CASUALTY_CAUSE})[casualties.hurt_by] AS labour_injury_cause
FROM h
LEFT JOIN losses USING (hid)
LEFT JOIN casualties USING (hid)
