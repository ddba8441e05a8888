-- Of which fields of leads, tickets and subscriptions the history of a source tells, and whether it says what was there before.
-- needs: rec.field_change
CREATE OR REPLACE TABLE model.record_tracking AS
SELECT f.object AS entity, f._source AS source, n.field, bool_or(lower(trim(coalesce(f.old_value, ''))) <> '') AS gives_old
FROM rec.field_change AS f
JOIN (VALUES ('status', 'status'), ('status_id', 'status'), ('hs_lead_status', 'status'), ('lead_status', 'status'),
             ('hs_pipeline_stage', 'status'), ('priority', 'priority'), ('hs_ticket_priority', 'priority')) AS n(name, field)
  ON n.name = lower(f.field)
WHERE f.object IN ('lead', 'ticket', 'subscription') AND f."at" IS NOT NULL AND NOT coalesce(f._deleted, FALSE)
GROUP BY f.object, f._source, n.field
ORDER BY entity NULLS LAST, source NULLS LAST, n.field NULLS LAST;
