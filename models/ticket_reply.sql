-- When each ticket was first answered, from its comments: the first that the customer could read, after the ticket came
-- in, by somebody of ours who did not ask it himself; where the source describes no colleague at all, whoever is no customer.
-- can wait: tickets are counted when all of them are in
-- needs: rec.ticket_event, rec.ticket, rec.member, model.correspondent
CREATE OR REPLACE TABLE model.ticket_reply AS
WITH comments AS (
  SELECT r.*, row_number() OVER (PARTITION BY r._source, r._object, r._key, r._emit
                                 ORDER BY r._observed_at DESC NULLS LAST, r._obs DESC NULLS LAST) AS from_the_last
  FROM rec.ticket_event AS r
  WHERE r.kind = 'comment'
),
tickets AS (
  SELECT _source, key, min(created_at) AS created_at, max_by(person_key, _obs) AS person_key
  FROM rec.ticket
  WHERE key IS NOT NULL
  GROUP BY _source, key
),
with_colleagues AS (
  SELECT DISTINCT _source FROM rec.member
)
SELECT c._source || ':' || coalesce(m.into_key, c.ticket_key) AS ticket_id, min(c."at") AS first_reply_at
FROM comments AS c
JOIN tickets AS t ON t._source = c._source AND t.key = c.ticket_key
LEFT JOIN model.merge_map AS m ON m.entity = 'ticket' AND m.source = c._source AND m.from_key = c.ticket_key
LEFT JOIN model.correspondent AS w ON w.source = c._source AND w.key = c.by_key
LEFT JOIN with_colleagues AS k ON k._source = c._source
WHERE c.from_the_last = 1 AND NOT coalesce(c._deleted, FALSE) AND coalesce(c.is_public, FALSE) AND c.by_key IS NOT NULL
  AND c."at" > t.created_at AND c.by_key IS DISTINCT FROM t.person_key
  AND (coalesce(w.is_ours, FALSE) OR (NOT coalesce(w.is_customer, FALSE) AND k._source IS NULL))
GROUP BY 1
ORDER BY ticket_id NULLS LAST;
