-- When each lead was first answered: the first outgoing activity to it after it came in, or what the source says. The
-- activities of a lead that was converted hang on the contact that it became. A lead that had several homes has a row for
-- each, so that it is found wherever the lead is read.
-- needs: model.lead_version, model.activity
CREATE OR REPLACE TABLE model.lead_response AS
WITH leads AS (
  SELECT lead_id, created_at, person_id, converted_person_id, first_response_at FROM model.lead_version WHERE valid_to IS NULL
),
people AS (
  SELECT lead_id, created_at, person_id FROM leads
  UNION
  SELECT lead_id, created_at, converted_person_id FROM leads
),
answers AS (
  SELECT l.lead_id, a."at"
  FROM leads AS l
  JOIN model.activity AS a ON a.lead_id = l.lead_id
  WHERE a.kind IN ('call', 'email', 'meeting', 'chat') AND coalesce(a.direction, 'out') = 'out' AND a."at" >= l.created_at
  UNION ALL
  SELECT l.lead_id, a."at"
  FROM people AS l
  JOIN model.activity AS a ON a.person_id = l.person_id
  WHERE a.kind IN ('call', 'email', 'meeting', 'chat') AND coalesce(a.direction, 'out') = 'out' AND a."at" >= l.created_at
  UNION ALL
  SELECT lead_id, first_response_at FROM leads WHERE first_response_at >= created_at
)
SELECT r.lead_id, r.first_response_at, h.home_slot
FROM (SELECT lead_id, min("at") AS first_response_at FROM answers GROUP BY lead_id) AS r
JOIN (SELECT DISTINCT lead_id, home_slot FROM model.lead_version) AS h ON h.lead_id = r.lead_id
ORDER BY h.home_slot NULLS LAST, r.lead_id NULLS LAST;
