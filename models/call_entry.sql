-- Which entry of a CRM tells of which call of the telephone system: the nearest within a quarter of an hour by the same
-- colleague, to or from the same person, or company where one of the two names no person. Each is taken once. The entry
-- says when, the call who, where the entry does not.
-- needs: model.call, model.activity, model.person_version
CREATE OR REPLACE TABLE model.call_entry AS
WITH calls AS (
  SELECT call_id, member_id, coalesce(account_id, person_id) AS customer_id, person_id, direction, "at", home_slot
  FROM model."call"
  WHERE member_id IS NOT NULL AND "at" IS NOT NULL
),
entries AS (
  SELECT a.activity_id, a.owner_id AS member_id, coalesce(a.account_id, p.account_id, a.person_id) AS customer_id, a.person_id,
    a.direction, a."at"
  FROM model.activity AS a
  LEFT JOIN model.person_version AS p ON p.person_id = a.person_id AND p.valid_to IS NULL
  WHERE a.kind = 'call' AND a.owner_id IS NOT NULL AND a."at" IS NOT NULL
),
pairs AS (
  SELECT c.call_id, e.activity_id, c.home_slot, c."at", c.person_id, e."at" AS entry_at, abs(epoch_us(e."at") - epoch_us(c."at")) AS apart
  FROM calls AS c
  JOIN entries AS e ON e.member_id = c.member_id AND e.customer_id = c.customer_id
    AND e."at" BETWEEN c."at" - INTERVAL '15' MINUTE AND c."at" + INTERVAL '15' MINUTE
  WHERE coalesce(e.direction = c.direction, TRUE) AND coalesce(e.person_id = c.person_id, TRUE)
),
nearest AS (
  SELECT *, row_number() OVER (PARTITION BY call_id ORDER BY apart NULLS LAST, activity_id NULLS LAST) AS of_call,
    row_number() OVER (PARTITION BY activity_id ORDER BY apart NULLS LAST, call_id NULLS LAST) AS of_entry
  FROM pairs
)
SELECT call_id, activity_id, "at", person_id, entry_at, home_slot
FROM nearest
WHERE of_call = 1 AND of_entry = 1
ORDER BY home_slot NULLS LAST, call_id NULLS LAST;
