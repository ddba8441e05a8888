-- What each member is seen to do, in counts: whose records they own, what they answer, send and edit. From it the
-- function is guessed where nobody says it, and for what somebody is seen to do the guess gives its reason.
-- A bulk edit changes at least 25 records within one hour.
-- needs: model.deal_version, model.lead_version, model.account_version, model.activity, model.meeting_twin, model.ticket_version, model.ticket_event, model.campaign, model.content, model.field_change, model.deal_change, model.tool_usage, model.forecast_submission, model.member_version
CREATE OR REPLACE TABLE model.member_work AS
WITH edits AS (
  SELECT by_id AS member_id, object || ':' || source || ':' || record_key AS record, "at"
  FROM model.field_change
  WHERE by_id IS NOT NULL AND "at" IS NOT NULL
  UNION ALL
  SELECT by_id, 'deal:' || deal_id, "at"
  FROM model.deal_change
  WHERE by_id IS NOT NULL AND "at" IS NOT NULL
),
bursts AS (
  SELECT member_id, count(DISTINCT record) AS records, min("at") AS first_at, max("at") AS last_at
  FROM edits
  GROUP BY member_id, date_trunc('hour', "at")
),
seen AS (
  SELECT owner_id AS member_id, 'deals' AS kind, '' AS detail, count(DISTINCT deal_id) AS amount,
    min(CASE WHEN valid_from > TIMESTAMP '1900-01-01 00:00:00' THEN valid_from END) AS first_at, max(valid_from) AS last_at
  FROM model.deal_version
  WHERE owner_id IS NOT NULL
  GROUP BY owner_id
  UNION ALL
  SELECT owner_id, 'leads', '', count(DISTINCT lead_id), min(created_at), max(created_at)
  FROM model.lead_version
  WHERE owner_id IS NOT NULL
  GROUP BY owner_id
  UNION ALL
  SELECT owner_id, 'accounts', '', count(DISTINCT account_id), NULL, NULL
  FROM model.account_version
  WHERE owner_id IS NOT NULL
  GROUP BY owner_id
  UNION ALL
  SELECT a.owner_id, CASE WHEN a.kind IN ('call', 'meeting') THEN 'talks' ELSE 'messages' END, '', count(*), min(a."at"), max(a."at")
  FROM model.activity AS a
  LEFT JOIN model.meeting_twin AS w ON w.activity_id = a.activity_id
  WHERE a.owner_id IS NOT NULL AND a.kind IN ('call', 'meeting', 'email', 'chat') AND w.activity_id IS NULL
  GROUP BY a.owner_id, CASE WHEN a.kind IN ('call', 'meeting') THEN 'talks' ELSE 'messages' END
  UNION ALL
  SELECT owner_id, 'tickets', '', count(DISTINCT ticket_id), min(created_at), max(created_at)
  FROM model.ticket_version
  WHERE owner_id IS NOT NULL
  GROUP BY owner_id
  UNION ALL
  SELECT by_id, 'replies', '', count(*), min("at"), max("at")
  FROM model.ticket_event
  WHERE by_id IS NOT NULL AND kind = 'comment'
  GROUP BY by_id
  UNION ALL
  SELECT owner_id, 'campaigns', '', count(*), CAST(min(start_date) AS TIMESTAMP), CAST(max(start_date) AS TIMESTAMP)
  FROM model.campaign
  WHERE owner_id IS NOT NULL
  GROUP BY owner_id
  UNION ALL
  SELECT owner_id, 'content', '', count(*), min(created_at), max(modified_at)
  FROM model.content
  WHERE owner_id IS NOT NULL
  GROUP BY owner_id
  UNION ALL
  SELECT member_id, 'forecasts', '', count(*), min("at"), max("at")
  FROM model.forecast_submission
  WHERE member_id IS NOT NULL
  GROUP BY member_id
  UNION ALL
  SELECT member_id, 'edits', '', count(*), min("at"), max("at")
  FROM edits
  GROUP BY member_id
  UNION ALL
  SELECT member_id, 'bulk_edits', '', CAST(sum(records) AS BIGINT), min(first_at), max(last_at)
  FROM bursts
  WHERE records >= 25
  GROUP BY member_id
  UNION ALL
  SELECT member_id, 'tool', tool, count(*), min("at"), max("at")
  FROM model.tool_usage
  WHERE member_id IS NOT NULL AND tool IS NOT NULL
  GROUP BY member_id, tool
  UNION ALL
  -- Managers of managers.
  SELECT m.manager_id, 'managers', '', count(DISTINCT m.member_id), NULL, NULL
  FROM model.member_version AS m
  WHERE m.manager_id IS NOT NULL AND m.valid_to IS NULL AND NOT m.is_deleted AND EXISTS (
    SELECT 1 FROM model.member_version AS r WHERE r.manager_id = m.member_id AND r.valid_to IS NULL AND NOT r.is_deleted)
  GROUP BY m.manager_id
)
SELECT member_id, kind, detail, amount, first_at, last_at
FROM seen
ORDER BY member_id NULLS LAST, kind NULLS LAST, detail NULLS LAST;
