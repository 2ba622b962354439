-- uses: folk
SELECT
    coalesce(folk.members, 0) AS members,
    coalesce(folk.labour, 0) AS labour_members,
    h.no_labour_household,
    CASE WHEN folk.unborn IS NOT TRUE THEN coalesce(folk.elderly, 0) END AS elderly_members
FROM h
LEFT JOIN folk USING (hid)
