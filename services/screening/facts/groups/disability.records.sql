-- Certificates and diseases, and of those who have one what the other departments give them or took back.
, concerned AS MATERIALIZED (
    SELECT m.person_key FROM {persons 13}
    UNION
    SELECT m.person_key FROM {persons 5}
)
SELECT m.household_no, {reference} FROM {persons 13}
UNION ALL
SELECT m.household_no, {reference} FROM {persons 5}
UNION ALL
SELECT m.household_no, {reference} FROM {persons_told 14}
WHERE m.person_key IN (SELECT c.person_key FROM concerned c)
UNION ALL
SELECT m.household_no, {reference} FROM {persons_told 2}
WHERE m.person_key IN (SELECT c.person_key FROM concerned c)
UNION
SELECT m.household_no, {reference} FROM {covered 1}
WHERE m.person_key IN (SELECT c.person_key FROM concerned c)
