-- Who writes in a source: ours is whom it describes as a colleague or gave a ticket, a customer whom it describes as a
-- person or who asked. Somebody may be both.
-- needs: rec.member, rec.person, rec.ticket
CREATE OR REPLACE TABLE model.correspondent AS
SELECT source, key, bool_or(is_ours) AS is_ours, bool_or(NOT is_ours) AS is_customer
FROM (
  SELECT _source AS source, key, TRUE AS is_ours FROM rec.member
  UNION ALL
  SELECT _source, owner_key, TRUE FROM rec.ticket
  UNION ALL
  SELECT _source, key, FALSE FROM rec.person
  UNION ALL
  SELECT _source, person_key, FALSE FROM rec.ticket
) AS told
WHERE key IS NOT NULL
GROUP BY source, key
ORDER BY source NULLS LAST, key NULLS LAST;
