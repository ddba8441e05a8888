-- From when until when each ticket stood solved or not, where its source has the changes of its status. Closing what is
-- solved changes nothing; a ticket that was opened again is not solved until it is solved once more.
-- can wait: tickets are counted when all of them are in
-- needs: model.ticket_event
CREATE OR REPLACE TABLE model.ticket_standing AS
WITH said AS (
  SELECT ticket_id, "at", lower("value") IN ('solved', 'closed') AS is_solved,
    row_number() OVER (PARTITION BY ticket_id, "at" ORDER BY ticket_event_id DESC NULLS LAST) AS from_the_last
  FROM model.ticket_event
  WHERE kind = 'field' AND field = 'status' AND "value" IS NOT NULL AND "at" IS NOT NULL AND ticket_id IS NOT NULL
),
turns AS (
  SELECT ticket_id, "at", is_solved, lag(is_solved) OVER (PARTITION BY ticket_id ORDER BY "at" NULLS LAST) AS was_solved
  FROM said
  WHERE from_the_last = 1
)
SELECT ticket_id, "at" AS since, lead("at") OVER (PARTITION BY ticket_id ORDER BY "at" NULLS LAST) AS until, is_solved
FROM turns
WHERE was_solved IS DISTINCT FROM is_solved
ORDER BY ticket_id NULLS LAST, since NULLS LAST;
