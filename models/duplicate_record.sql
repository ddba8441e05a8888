-- Records of one source that are one company or person here, and that the source has not merged itself. The oldest is the
-- one that stays. What knows the other by its name alone is a mention and no record, and so is a person whom rows about
-- something else call by the address.
-- can wait: what to put in order is looked at when all is in
-- needs: rec.account, rec.person, rec.merge, model.identity_link
CREATE OR REPLACE TABLE model.duplicate_record AS
WITH own AS (
  SELECT 'account' AS entity, source, key, min(created_at) AS created_at
  FROM (
    SELECT r._source AS source, r.key, r.created_at, r.key IS NOT DISTINCT FROM name_key(r.name) AS is_mention,
      coalesce(r._deleted, FALSE) AS is_deleted,
      row_number() OVER (PARTITION BY r._source, r.key ORDER BY r._observed_at DESC NULLS LAST, r._obs DESC NULLS LAST) AS place
    FROM rec.account AS r
    WHERE r.key IS NOT NULL AND NOT is_correction(r._obs)
  ) AS accounts
  GROUP BY source, key
  HAVING NOT bool_or(is_mention) AND NOT bool_or(place = 1 AND is_deleted)
  UNION ALL
  SELECT 'person' AS entity, source, key, min(created_at) AS created_at
  FROM (
    SELECT r._source AS source, r.key, r.created_at, r.key IS NOT DISTINCT FROM name_key(r.full_name) AS is_mention,
      r._key <> r.key AND r.key = lower(r.email) AS is_called, coalesce(r._deleted, FALSE) AS is_deleted,
      row_number() OVER (PARTITION BY r._source, r.key ORDER BY r._observed_at DESC NULLS LAST, r._obs DESC NULLS LAST) AS place
    FROM rec.person AS r
    WHERE r.key IS NOT NULL AND NOT is_correction(r._obs)
  ) AS persons
  GROUP BY source, key
  HAVING NOT bool_or(is_mention) AND NOT bool_and(coalesce(is_called, FALSE)) AND NOT bool_or(place = 1 AND is_deleted)
),
linked AS (
  SELECT o.entity, o.source, o.key, l.entity_id,
    row_number() OVER (PARTITION BY o.entity, o.source, l.entity_id ORDER BY o.created_at NULLS LAST, o.key NULLS LAST) AS place
  FROM own AS o
  JOIN model.identity_link AS l ON l.entity = o.entity AND l.source = o.source AND l.source_key = o.key
  WHERE NOT EXISTS (
    SELECT 1 FROM rec.merge AS m WHERE m.kind = o.entity AND m._source = o.source AND m.from_key = o.key)
)
SELECT l.entity, l.entity_id, l.source, f.key AS survivor_key, l.key AS loser_key
FROM linked AS l
JOIN linked AS f ON f.entity = l.entity AND f.source = l.source AND f.entity_id = l.entity_id AND f.place = 1
WHERE l.place > 1
ORDER BY l.entity NULLS LAST, l.source NULLS LAST, f.key NULLS LAST, l.key NULLS LAST;
