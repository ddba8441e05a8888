-- The deal of each lead, moment by moment: of the deals that name the lead, the one with the least id that had begun. A
-- lead that had several homes has a row for each, so that it is found wherever the lead is read.
-- needs: model.deal, model.lead_version
CREATE OR REPLACE TABLE model.lead_deal AS
WITH began AS (
  SELECT lead_id, deal_id, coalesce(created_at, closed_at) AS "at" FROM model.deal
  WHERE lead_id IS NOT NULL AND coalesce(created_at, closed_at) IS NOT NULL
),
least AS (
  SELECT lead_id, "at", min(deal_id) OVER (PARTITION BY lead_id ORDER BY "at" NULLS LAST, deal_id NULLS LAST
                                           ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS deal_id
  FROM began
),
spans AS (
  SELECT lead_id, deal_id, min("at") AS valid_from,
    lead(min("at")) OVER (PARTITION BY lead_id ORDER BY min("at") NULLS LAST) AS valid_to
  FROM least
  GROUP BY lead_id, deal_id
)
SELECT s.lead_id, s.deal_id, s.valid_from, s.valid_to, h.home_slot
FROM spans AS s
JOIN (SELECT DISTINCT lead_id, home_slot FROM model.lead_version) AS h ON h.lead_id = s.lead_id
ORDER BY h.home_slot NULLS LAST, s.lead_id NULLS LAST, s.valid_from NULLS LAST;
