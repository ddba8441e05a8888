-- Of leads, tickets and subscriptions whose source tells changes of a field (status, priority): with what that history ends,
-- against what the newest export says, and where a change begins with a value that none before it left. Values are compared as
-- both are written, case apart. Changes after the export count for nothing. A field that no history of its source tells has no rows.
-- parts: record_id
-- part of rec.field_change: _source || ':' || record_key
-- part of model.lead_version: lead_id
-- part of model.ticket_version: ticket_id
-- part of model.subscription_version: subscription_id
-- can wait: what a history lacks is told when all of it is in
-- needs: rec.field_change, model.record_tracking, model.lead_version, model.ticket_version, model.subscription_version
CREATE OR REPLACE TABLE model.record_history AS
WITH told AS (
  SELECT f.object AS entity, f._source AS source, f._source || ':' || f.record_key AS record_id, n.field, f."at",
    lower(trim(coalesce(f.old_value, ''))) AS old_value, lower(trim(coalesce(f.new_value, ''))) AS new_value,
    dense_rank() OVER (PARTITION BY f.object, f._source, f.record_key, n.field ORDER BY f."at" NULLS LAST) AS moment
  FROM rec.field_change AS f
  JOIN (VALUES ('status', 'status'), ('status_id', 'status'), ('hs_lead_status', 'status'), ('lead_status', 'status'),
               ('hs_pipeline_stage', 'status'), ('priority', 'priority'), ('hs_ticket_priority', 'priority')) AS n(name, field)
    ON n.name = lower(f.field)
  WHERE f.object IN ('lead', 'ticket', 'subscription') AND f."at" IS NOT NULL AND NOT coalesce(f._deleted, FALSE)
),
seen AS (
  SELECT 'lead' AS entity, lead_id AS record_id, source, 'status' AS field, status AS value, recorded_at, home_slot
  FROM model.lead_version WHERE valid_to IS NULL AND NOT is_deleted
  UNION ALL
  SELECT 'ticket', ticket_id, source, 'status', status, recorded_at, home_slot
  FROM model.ticket_version WHERE valid_to IS NULL AND NOT is_deleted
  UNION ALL
  SELECT 'ticket', ticket_id, source, 'priority', priority, recorded_at, home_slot
  FROM model.ticket_version WHERE valid_to IS NULL AND NOT is_deleted
  UNION ALL
  SELECT 'subscription', subscription_id, source, 'status', status, recorded_at, home_slot
  FROM model.subscription_version WHERE valid_to IS NULL AND NOT is_deleted
),
known AS (
  SELECT t.entity, t.record_id, t.field, count(*) AS changes,
    max(CASE WHEN t."at" <= s.recorded_at THEN t."at" END) AS last_at
  FROM told AS t
  JOIN seen AS s ON s.entity = t.entity AND s.record_id = t.record_id AND s.field = t.field
  GROUP BY t.entity, t.record_id, t.field
),
-- Of several values of one moment any may be the last.
ending AS (
  SELECT k.entity, k.record_id, k.field, max(t.new_value) AS value, bool_or(t.new_value = lower(trim(coalesce(s.value, '')))) AS agrees
  FROM known AS k
  JOIN told AS t ON t.entity = k.entity AND t.record_id = k.record_id AND t.field = k.field AND t."at" = k.last_at
  JOIN seen AS s ON s.entity = k.entity AND s.record_id = k.record_id AND s.field = k.field
  GROUP BY k.entity, k.record_id, k.field
),
-- Neither the moment before nor another edit of the same moment left what the change says was there.
broken AS (
  SELECT p.entity, p.record_id, p.field, count(*) AS breaks, max(p."at") AS last_break_at
  FROM told AS p
  JOIN model.record_tracking AS t ON t.entity = p.entity AND t.source = p.source AND t.field = p.field AND t.gives_old
  LEFT JOIN (SELECT DISTINCT entity, record_id, field, moment, new_value FROM told) AS q
    ON q.entity = p.entity AND q.record_id = p.record_id AND q.field = p.field AND q.new_value = p.old_value
      AND q.moment BETWEEN p.moment - 1 AND p.moment
  WHERE p.moment > 1 AND q.record_id IS NULL
  GROUP BY p.entity, p.record_id, p.field
)
SELECT s.entity || ':' || s.record_id || '/' || s.field AS record_history_id, s.entity, s.record_id, s.source, s.field,
  coalesce(k.changes, 0) AS changes, k.last_at, e.value AS history_value, s.value AS export_value, s.recorded_at AS observed_at,
  coalesce(e.agrees, FALSE) AS agrees, coalesce(s.value IS NOT NULL AND NOT e.agrees, FALSE) AS is_different,
  k.changes IS NULL AND s.value IS NOT NULL AND NOT t.gives_old AS is_missing, coalesce(b.breaks, 0) AS breaks, b.last_break_at,
  s.home_slot
FROM seen AS s
JOIN model.record_tracking AS t ON t.entity = s.entity AND t.source = s.source AND t.field = s.field
LEFT JOIN known AS k ON k.entity = s.entity AND k.record_id = s.record_id AND k.field = s.field
LEFT JOIN ending AS e ON e.entity = s.entity AND e.record_id = s.record_id AND e.field = s.field
LEFT JOIN broken AS b ON b.entity = s.entity AND b.record_id = s.record_id AND b.field = s.field
ORDER BY s.home_slot NULLS LAST, s.entity NULLS LAST, s.record_id NULLS LAST, s.field NULLS LAST;
