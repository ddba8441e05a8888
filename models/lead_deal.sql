-- The deal of each lead, moment by moment: of the deals that are its own, the one with the least id that had begun. Those
-- are the deals that name the lead. Where none of a source's leads and deals names the other, two ways are left: the source
-- keeps requests and deals in one list, and the request became a deal under its own number; or a request was won, and its
-- contact has one new deal within a day of that, which in turn fits no other request. Nothing is linked where several fit.
-- A lead that had several homes has a row for each, so that it is found wherever the lead is read.
-- needs: rec.lead, rec.deal, model.deal, model.lead_version
CREATE OR REPLACE TABLE model.lead_deal AS
WITH leads AS (
  SELECT lead_id, source, coalesce(converted_person_id, person_id) AS person_id, converted_at, converted_deal_id
  FROM model.lead_version
  WHERE valid_to IS NULL
),
silent AS (
  SELECT DISTINCT source FROM leads
  EXCEPT
  SELECT source FROM leads WHERE converted_deal_id IS NOT NULL
  EXCEPT
  SELECT source FROM model.deal WHERE lead_id IS NOT NULL
),
same_record AS (
  SELECT d._source || ':' || d.key AS lead_id, min(d._observed_at) AS "at"
  FROM rec.deal AS d
  JOIN (SELECT DISTINCT _source, _object, key FROM rec.lead) AS l
    ON l._source = d._source AND l._object = d._object AND l.key = d.key
  JOIN silent ON silent.source = d._source
  GROUP BY 1
),
won AS (
  SELECT l.lead_id, d.deal_id, l.converted_at AS "at", count(*) OVER (PARTITION BY l.lead_id) AS deals,
    count(*) OVER (PARTITION BY d.deal_id) AS leads
  FROM leads AS l
  JOIN silent ON silent.source = l.source
  JOIN model.deal AS d ON d.source = l.source AND d.person_id = l.person_id
    AND d.created_at BETWEEN l.converted_at - INTERVAL '1' DAY AND l.converted_at + INTERVAL '1' DAY
  WHERE NOT EXISTS (SELECT 1 FROM same_record AS s WHERE s.lead_id = l.lead_id OR s.lead_id = d.deal_id)
),
began AS (
  SELECT lead_id, deal_id, coalesce(created_at, closed_at) AS "at" FROM model.deal
  WHERE lead_id IS NOT NULL AND coalesce(created_at, closed_at) IS NOT NULL
  UNION ALL
  SELECT lead_id, lead_id, "at" FROM same_record
  UNION ALL
  SELECT lead_id, deal_id, "at" FROM won WHERE deals = 1 AND leads = 1
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
