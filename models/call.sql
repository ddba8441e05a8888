-- Calls as the telephone system saw them, and whose they are: what the source says itself, else whoever alone has the
-- number on the other side. `known_by` says how: source, number; several where more than one has it; nothing where
-- nobody does.
-- needs: rec.call, model.identity_link, model.phone_holder, model.person_version
CREATE OR REPLACE TABLE model."call" AS
WITH newest AS (
  SELECT r.*, row_number() OVER (PARTITION BY r._source, r._object, r._key, r._emit
                                 ORDER BY r._observed_at DESC NULLS LAST, r._recorded_at DESC NULLS LAST, r._obs DESC NULLS LAST) AS from_the_last,
    CASE WHEN r.direction = 'in' THEN r.from_number ELSE r.to_number END AS outside_number
  FROM rec.call AS r
),
named AS (
  SELECT r._source || ':' || r._object || ':' || r._key
      || CASE WHEN r._emit > 0 THEN '#' || CAST(r._emit AS VARCHAR) ELSE '' END AS call_id,
    r._source AS source, r._object AS object, r._key AS source_key, r._observed_at AS recorded_at, r."at", r.direction,
    r.from_number, r.to_number, r.queue, m.entity_id AS member_id, p.entity_id AS person_id,
    coalesce(a.entity_id, h.account_id) AS account_id, r.wait_s, r.talk_s, r.outcome, r.outside_number
  FROM newest AS r
  LEFT JOIN model.identity_link AS m ON m.entity = 'member' AND m.source = r._source AND m.source_key = r.member_key
  LEFT JOIN model.identity_link AS p ON p.entity = 'person' AND p.source = r._source AND p.source_key = r.person_key
  LEFT JOIN model.identity_link AS a ON a.entity = 'account' AND a.source = r._source AND a.source_key = r.account_key
  LEFT JOIN model.person_version AS h ON h.person_id = p.entity_id AND h.valid_to IS NULL
  WHERE r.from_the_last = 1 AND NOT coalesce(r._deleted, FALSE)
),
found AS (
  SELECT n.call_id, n.source, n.object, n.source_key, n.recorded_at, n."at", n.direction, n.from_number, n.to_number, n.queue,
    n.member_id, n.wait_s, n.talk_s, n.outcome, n.outside_number,
    CASE WHEN n.person_id IS NOT NULL THEN n.person_id
         WHEN n.account_id IS NULL OR n.account_id = h.account_id THEN h.person_id END AS person_id,
    CASE WHEN n.person_id IS NOT NULL OR n.account_id IS NOT NULL THEN n.account_id ELSE h.account_id END AS account_id,
    CASE WHEN n.person_id IS NOT NULL OR n.account_id IS NOT NULL THEN 'source'
         WHEN h.person_id IS NOT NULL OR h.account_id IS NOT NULL THEN 'number'
         WHEN h.holders > 1 THEN 'several' END AS known_by
  FROM named AS n
  LEFT JOIN model.phone_holder AS h ON h.number = n.outside_number
)
SELECT *, slot_of(coalesce(account_id, person_id)) AS home_slot, slot_of(person_id) AS person_slot
FROM found
ORDER BY home_slot NULLS LAST, call_id NULLS LAST;
