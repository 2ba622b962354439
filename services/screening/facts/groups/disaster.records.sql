-- uses: homes
SELECT h.household_no, {reference}
FROM homes b
JOIN h ON h.household_no = b.household_no
JOIN record_version v ON v.kind = b.kind AND v.source_id = b.source_id AND v.version = b.version AND v.piece = 0
WHERE b.kind = 15 AND {window b.happened_on b 90} OR b.kind = 16 AND {window b.happened_on b 180}
