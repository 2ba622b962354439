-- uses: covered
-- uses: monitoring
, poor AS MATERIALIZED (
    SELECT cover.hid FROM cover WHERE cover.active GROUP BY cover.hid
),
-- A village that a name of the list may mean is unknown; so is everything of a household registered above its level.
place AS MATERIALIZED (
    SELECT d.division_code,
        CASE
            WHEN d.division_code = ANY({listed key_village}) THEN true
            WHEN d.division_code NOT LIKE '%000' AND d.division_code <> ALL({doubtful key_village}) THEN false
        END AS key_village,
        CASE WHEN d.division_code NOT LIKE '____00%' THEN left(d.division_code, 6) || '000000' END AS banner_code
    FROM h d
    GROUP BY d.division_code
)
SELECT
    h.base_status = 'lifted' AS lifted,
    h.policy_entitled,
    h.resettlement IN ('site', 'dispersed') AS resettled,
    place.key_village,
    place.banner_code = ANY({listed regional_key_banner}) AS regional_key_banner,
    place.banner_code = ANY({listed key_banner}) AS city_key_banner,
    monitoring.monitored IS TRUE AS monitored,
    CASE WHEN monitoring.monitored THEN ({texts MONITORED_KIND})[monitoring.grade] END AS monitored_kind,
    CASE WHEN monitoring.monitored THEN greatest(0,
        12 * (extract(year FROM $1::date) - extract(year FROM monitoring.starts_on))
        + extract(month FROM $1::date) - extract(month FROM monitoring.starts_on)
    )::int END AS months_since_identified,
    poor.hid IS NOT NULL AS low_income
FROM h
LEFT JOIN place ON place.division_code = h.division_code
LEFT JOIN monitoring USING (hid)
LEFT JOIN poor USING (hid)
