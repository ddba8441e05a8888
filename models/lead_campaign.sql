-- The campaign of the touch that made each lead: its newest touch of a campaign at or before its creation. It counts
-- where the lead's own row names no campaign. A lead that had several homes has a row for each, so that it is found wherever
-- it is read.
-- needs: model.lead_version, model.touch
CREATE OR REPLACE TABLE model.lead_campaign AS
WITH touches AS (
  SELECT t.lead_id, t.campaign_id, t.touch_id,
    row_number() OVER (PARTITION BY t.lead_id ORDER BY t."at" DESC NULLS LAST, t.touch_id NULLS LAST) AS from_the_last
  FROM model.touch AS t
  JOIN model.lead_version AS l ON l.lead_id = t.lead_id AND l.valid_to IS NULL
  WHERE t.campaign_id IS NOT NULL AND t."at" <= l.created_at
)
SELECT t.lead_id, t.campaign_id, t.touch_id, h.home_slot
FROM touches AS t
JOIN (SELECT DISTINCT lead_id, home_slot FROM model.lead_version) AS h ON h.lead_id = t.lead_id
WHERE t.from_the_last = 1
ORDER BY h.home_slot NULLS LAST, t.lead_id NULLS LAST;
