-- Calls as the telephone system saw them, and whose they are: what the source says itself, else whoever alone has the
-- number on the other side. `known_by` says how: source, number; several where more than one has it; nothing where
-- nobody does. Where the log of a queue tells of the call too, who answered, how long the customer waited and whether he gave
-- up is its word: to the record of calls the queue itself has answered. A call that only the queue knows came in.
-- Where the record does not say which way a call went, it came in where it stood in a queue, or went from outside to an
-- extension, or from a number that a customer has to one that none has; and out the other way round. Between two extensions it
-- is `internal`. Else nobody knows.
-- needs: rec.call, rec.queue_event, model.identity_link, model.phone_holder, model.person_version
-- parts: source_key
-- touched by rec.call: SELECT _key FROM changed UNION ALL SELECT key FROM changed UNION ALL SELECT _key FROM rec.call
--   WHERE key IN (SELECT key FROM changed)
-- within rec.call: SELECT * FROM rec.call WHERE _key IN (SELECT part FROM temp.weir_parts)
-- touched by rec.queue_event: SELECT call_key FROM changed UNION ALL SELECT _key FROM rec.call WHERE key
--   IN (SELECT call_key FROM changed)
-- within rec.queue_event: SELECT * FROM rec.queue_event WHERE call_key IN (SELECT part FROM temp.weir_parts) OR
--   (_source, call_key) IN (SELECT _source, key FROM rec.call WHERE _key IN (SELECT part FROM temp.weir_parts))
-- touched by model.identity_link: SELECT _key FROM rec.call WHERE (_source, member_key) IN (SELECT source,
--   source_key FROM moved) OR (_source, person_key) IN (SELECT source, source_key FROM moved) OR (_source,
--   account_key) IN (SELECT source, source_key FROM moved) UNION ALL SELECT call_key FROM rec.queue_event WHERE
--   (_source, member_key) IN (SELECT source, source_key FROM moved) UNION ALL SELECT c._key FROM rec.call AS c JOIN
--   rec.queue_event AS q ON q._source = c._source AND q.call_key = c.key WHERE (q._source, q.member_key) IN (SELECT
--   source, source_key FROM moved)
-- touched by model.phone_holder: SELECT source_key FROM model."call" WHERE from_number IN (SELECT number FROM
--   changed) OR to_number IN (SELECT number FROM changed)
-- touched by model.person_version: SELECT source_key FROM model."call" WHERE person_id IN (SELECT person_id FROM
--   changed)
CREATE OR REPLACE TABLE model."call" AS
WITH newest AS (
  SELECT r.*, row_number() OVER (PARTITION BY r._source, r._object, r._key, r._emit
                                 ORDER BY r._observed_at DESC NULLS LAST, r._recorded_at DESC NULLS LAST, r._obs DESC NULLS LAST) AS from_the_last
  FROM rec.call AS r
),
recorded AS (
  SELECT * FROM newest WHERE from_the_last = 1 AND NOT coalesce(_deleted, FALSE)
),
queue_events AS (
  SELECT r.*, row_number() OVER (PARTITION BY r._source, r._object, r._key, r._emit
                                 ORDER BY r._observed_at DESC NULLS LAST, r._obs DESC NULLS LAST) AS from_the_last,
    row_number() OVER (PARTITION BY r._source, r.call_key ORDER BY r."at" NULLS LAST, r._obs NULLS LAST) AS event_no
  FROM rec.queue_event AS r
),
-- A call may go through several queues: the last that it came into, and who answered it at last.
queued AS (
  SELECT _source, call_key, min(_object) AS _object, min(_observed_at) AS _observed_at, min("at") AS "at",
    max(from_number) AS from_number, max_by(queue, event_no) FILTER (WHERE kind = 'entered') AS queue,
    max_by(member_key, event_no) FILTER (WHERE kind = 'answered') AS member_key,
    coalesce(max(wait_s) FILTER (WHERE kind = 'answered'), max(wait_s)) AS wait_s, max(talk_s) AS talk_s,
    CASE WHEN bool_or(kind = 'answered') THEN 'answered' WHEN bool_or(kind = 'abandoned') THEN 'missed'
         WHEN bool_or(kind = 'left') THEN 'left' END AS outcome
  FROM queue_events
  WHERE from_the_last = 1 AND NOT coalesce(_deleted, FALSE) AND call_key IS NOT NULL
  GROUP BY _source, call_key
),
-- Who left a queue unanswered may have been taken elsewhere: then the record of calls says by whom.
together AS (
  SELECT coalesce(r._source, q._source) AS source, coalesce(r._object, q._object) AS object, coalesce(r._key, q.call_key) AS source_key,
    coalesce(r._emit, 0) AS emit, coalesce(r._observed_at, q._observed_at) AS recorded_at, coalesce(r."at", q."at") AS "at",
    CASE WHEN r._source IS NULL THEN 'in' ELSE call_direction(r.direction) END AS direction, coalesce(r.from_number, q.from_number) AS from_number, r.to_number,
    coalesce(q.queue, r.queue) AS queue, coalesce(q.member_key, r.member_key) AS member_key, r.person_key, r.account_key,
    coalesce(q.wait_s, r.wait_s) AS wait_s, coalesce(q.talk_s, r.talk_s) AS talk_s,
    coalesce(CASE WHEN q.outcome = 'left' THEN CASE WHEN r.member_key IS NULL THEN 'missed' END ELSE q.outcome END, r.outcome) AS outcome,
    coalesce(q.outcome = 'missed' OR q.outcome = 'left' AND r.member_key IS NULL, FALSE) AS is_given_up
  FROM recorded AS r
  FULL JOIN queued AS q ON q._source = r._source AND q.call_key = r.key
),
directed AS (
  SELECT t.* REPLACE (CASE
      WHEN t.direction IS NOT NULL THEN t.direction
      WHEN t.queue IS NOT NULL THEN 'in'
      WHEN is_extension(t.from_number) AND is_extension(t.to_number) THEN 'internal'
      WHEN is_extension(t.to_number) AND t.from_number IS NOT NULL THEN 'in'
      WHEN is_extension(t.from_number) AND t.to_number IS NOT NULL THEN 'out'
      WHEN f.number IS NOT NULL AND o.number IS NULL AND t.to_number IS NOT NULL THEN 'in'
      WHEN o.number IS NOT NULL AND f.number IS NULL AND t.from_number IS NOT NULL THEN 'out' END AS direction)
  FROM together AS t
  LEFT JOIN model.phone_holder AS f ON f.number = CASE WHEN t.direction IS NULL THEN t.from_number END
  LEFT JOIN model.phone_holder AS o ON o.number = CASE WHEN t.direction IS NULL THEN t.to_number END
),
calls AS (
  SELECT * REPLACE (CASE WHEN NOT is_given_up THEN member_key END AS member_key, CASE WHEN is_given_up THEN 0 ELSE talk_s END AS talk_s)
  FROM directed
),
named AS (
  SELECT r.source || ':' || r.object || ':' || r.source_key
      || CASE WHEN r.emit > 0 THEN '#' || CAST(r.emit AS VARCHAR) ELSE '' END AS call_id,
    r.source, r.object, r.source_key, r.recorded_at, r."at", r.direction,
    r.from_number, r.to_number, r.queue, m.entity_id AS member_id, p.entity_id AS person_id,
    coalesce(a.entity_id, h.account_id) AS account_id, r.wait_s, r.talk_s, r.outcome,
    CASE WHEN r.direction = 'in' THEN r.from_number ELSE r.to_number END AS outside_number
  FROM calls AS r
  LEFT JOIN model.identity_link AS m ON m.entity = 'member' AND m.source = r.source AND m.source_key = r.member_key
  LEFT JOIN model.identity_link AS p ON p.entity = 'person' AND p.source = r.source AND p.source_key = r.person_key
  LEFT JOIN model.identity_link AS a ON a.entity = 'account' AND a.source = r.source AND a.source_key = r.account_key
  LEFT JOIN model.person_version AS h ON h.person_id = p.entity_id AND h.valid_to IS NULL
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
