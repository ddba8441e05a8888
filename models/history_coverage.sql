-- For each entity and source: how much of its history the source kept, how much comes from comparing imports, and how
-- much is only a first sight.
-- needs: model.account_version, model.person_version, model.member_version, model.team_version, model.lead_version, model.deal_version, model.ticket_version, model.contract_version, model.subscription_version, model.invoice_version, model.stage_version
CREATE OR REPLACE TABLE model.history_coverage AS
WITH versions AS (
  SELECT 'account' AS entity, account_id AS id, origin FROM model.account_version
  UNION ALL SELECT 'person', person_id, origin FROM model.person_version
  UNION ALL SELECT 'member', member_id, origin FROM model.member_version
  UNION ALL SELECT 'team', team_id, origin FROM model.team_version
  UNION ALL SELECT 'lead', lead_id, origin FROM model.lead_version
  UNION ALL SELECT 'deal', deal_id, origin FROM model.deal_version
  UNION ALL SELECT 'ticket', ticket_id, origin FROM model.ticket_version
  UNION ALL SELECT 'contract', contract_id, origin FROM model.contract_version
  UNION ALL SELECT 'subscription', subscription_id, origin FROM model.subscription_version
  UNION ALL SELECT 'invoice', invoice_id, origin FROM model.invoice_version
  UNION ALL SELECT 'stage', stage_id, origin FROM model.stage_version
),
by_record AS (
  SELECT entity, id, max(CASE origin WHEN 'history' THEN 2 WHEN 'difference' THEN 1 ELSE 0 END) AS best,
    count(*) AS versions,
    count(*) FILTER (WHERE origin = 'history') AS from_history,
    count(*) FILTER (WHERE origin = 'difference') AS from_difference
  FROM versions
  GROUP BY entity, id
)
SELECT entity, count(*) AS records, CAST(sum(versions) AS BIGINT) AS versions,
  CAST(sum(from_history) AS BIGINT) AS from_history, CAST(sum(from_difference) AS BIGINT) AS from_difference,
  count(*) FILTER (WHERE best = 0) AS first_sight_only,
  CASE WHEN count(*) FILTER (WHERE best = 2) = count(*) THEN 'complete'
       WHEN count(*) FILTER (WHERE best > 0) > 0 THEN 'partial' ELSE 'none' END AS coverage
FROM by_record
GROUP BY entity
ORDER BY entity NULLS LAST;
