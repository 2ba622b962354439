-- uses: covered
-- uses: monitoring
, low_income AS (
    SELECT DISTINCT household_no FROM cover WHERE active
)
SELECT h.household_no,
    h.base_status = 'lifted' AS lifted,
    h.policy_entitled,
    h.resettlement IN ('site', 'dispersed') AS resettled,
    CASE
        WHEN h.division_code = ANY({listed key_village}) THEN true
        WHEN h.division_code NOT LIKE '%000' AND h.division_code <> ALL({doubtful key_village}) THEN false
    END AS key_village,
    b.banner_code = ANY({listed regional_key_banner}) AS regional_key_banner,
    b.banner_code = ANY({listed key_banner}) AS city_key_banner,
    s.monitored IS TRUE AS monitored,
    CASE WHEN s.monitored THEN ({texts MONITORED_KIND})[s.grade] END AS monitored_kind,
    CASE WHEN s.monitored THEN greatest(0,
        12 * (extract(year FROM $1::date) - extract(year FROM s.starts_on))
        + extract(month FROM $1::date) - extract(month FROM s.starts_on)
    )::int END AS months_since_identified,
    w.household_no IS NOT NULL AS low_income
FROM h
CROSS JOIN LATERAL (
    SELECT CASE WHEN h.division_code NOT LIKE '____00%' THEN left(h.division_code, 6) || '000000' END AS banner_code
) b
LEFT JOIN monitoring s ON s.household_no = h.household_no
LEFT JOIN low_income w ON w.household_no = h.household_no
