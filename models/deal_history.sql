-- For each deal and each of its fields that the history of its source ever tells: how much of that field's history is
-- known, and how it fails to be whole (docs/history-gaps.md says the rules). A field that no history tells has no rows.
--
-- The beginning is lost where the first known value is of a later day than the record and what it replaced is not said: of
-- the stage, which every deal has from its birth. Of a field that may have been empty till then it is lost where that
-- source loses stages too and this deal has as many values as any deal of the source (a source that keeps the last ones).
-- can wait: what a history lacks is told when all of it is in
-- needs: rec.field_change, model.deal, model.deal_change, model.deal_record, model.stage, model.stage_name
CREATE OR REPLACE TABLE model.deal_history AS
WITH said AS (
  SELECT c.deal_id, c.source, c."at", f.field,
    CASE f.field
      WHEN 'stage' THEN coalesce(st.stage, n.stage_key, c.stage)
      WHEN 'amount' THEN CASE WHEN c.cleared = 'amount' THEN '' ELSE CAST(c.amount AS VARCHAR) END
      WHEN 'close_date' THEN CASE WHEN c.cleared = 'close_date' THEN '' ELSE CAST(c.close_date AS VARCHAR) END
      ELSE c.owner_id
    END AS new_value
  FROM model.deal_change AS c
  JOIN model.deal AS d ON d.deal_id = c.deal_id
  LEFT JOIN model.stage_name AS n ON n.source = c.source AND n.said = c.stage
  LEFT JOIN model.stage AS st
    ON st.source = c.source AND st.pipeline_key = d.pipeline_key AND st.stage_key = coalesce(n.stage_key, c.stage)
  CROSS JOIN (VALUES ('stage'), ('amount'), ('close_date'), ('owner')) AS f(field)
  WHERE c."at" IS NOT NULL
),
told AS (
  SELECT s.*, min(s."at") OVER (PARTITION BY s.source) AS source_from
  FROM said AS s
  WHERE s.new_value IS NOT NULL
),
-- What was before and after, as the source writes both.
pair AS (
  SELECT f._source || ':' || f.record_key AS deal_id, f._source AS source, f.field, f."at",
    coalesce(f.old_value, '') AS old_value, coalesce(f.new_value, '') AS new_value,
    dense_rank() OVER (PARTITION BY f._source, f.record_key, f.field ORDER BY f."at" NULLS LAST) AS moment
  FROM rec.field_change AS f
  WHERE f.object = 'deal' AND f.field IN ('stage', 'amount', 'close_date', 'owner') AND f."at" IS NOT NULL
    AND NOT coalesce(f._deleted, FALSE)
),
tracked AS (
  SELECT t.source, t.field, min(t.source_from) AS source_from,
    coalesce(max(p.gives_old), FALSE) AS gives_old
  FROM told AS t
  LEFT JOIN (SELECT source, field, bool_or(old_value <> '') AS gives_old FROM pair GROUP BY source, field) AS p
    ON p.source = t.source AND p.field = t.field
  WHERE t.new_value <> ''
  GROUP BY t.source, t.field
),
-- A change of what was not there: neither the moment before nor another edit of the same moment left it.
unmatched AS (
  SELECT p.deal_id, p.field, p.old_value, p."at", max(p."at") OVER (PARTITION BY p.deal_id, p.field) AS last_break_at
  FROM pair AS p
  JOIN tracked AS t ON t.source = p.source AND t.field = p.field AND t.gives_old
  LEFT JOIN (SELECT DISTINCT deal_id, field, moment, new_value FROM pair) AS q
    ON q.deal_id = p.deal_id AND q.field = p.field AND q.new_value = p.old_value AND q.moment = p.moment - 1
  LEFT JOIN (SELECT DISTINCT deal_id, field, moment, new_value FROM pair) AS w
    ON w.deal_id = p.deal_id AND w.field = p.field AND w.new_value = p.old_value AND w.moment = p.moment
  WHERE p.moment > 1 AND q.deal_id IS NULL AND w.deal_id IS NULL
),
broken AS (
  SELECT deal_id, field, count(*) AS breaks, max("at") AS last_break_at,
    max(CASE WHEN "at" = last_break_at THEN old_value END) AS break_found
  FROM unmatched
  GROUP BY deal_id, field
),
sight AS (
  SELECT r.deal_id, r.observed_at, r.observation, f.field,
    CASE f.field
      WHEN 'stage' THEN r.stage
      WHEN 'amount' THEN CAST(r.amount AS VARCHAR)
      WHEN 'close_date' THEN CAST(r.close_date AS VARCHAR)
      ELSE r.owner_id
    END AS value
  FROM model.deal_record AS r
  CROSS JOIN (VALUES ('stage'), ('amount'), ('close_date'), ('owner')) AS f(field)
),
-- An export that lacks the column says nothing of it.
seen AS (
  SELECT deal_id, field, max_by(value, observation) AS value, max_by(observed_at, observation) AS observed_at,
    min_by(value, observation) AS first_value, min(observed_at) AS first_observed_at
  FROM sight
  WHERE value IS NOT NULL
  GROUP BY deal_id, field
),
known AS (
  SELECT t.deal_id, t.field, count(*) AS changes, min(t."at") AS first_at,
    max(CASE WHEN t."at" <= coalesce(s.observed_at, t."at") THEN t."at" END) AS last_at
  FROM told AS t
  LEFT JOIN seen AS s ON s.deal_id = t.deal_id AND s.field = t.field
  GROUP BY t.deal_id, t.field
),
-- With what the history ends, by the newest export; of several values of one moment any may be the last.
ending AS (
  SELECT k.deal_id, k.field, max(t.new_value) AS value,
    bool_or(t.new_value IS NOT DISTINCT FROM s.value) AS agrees
  FROM known AS k
  JOIN told AS t ON t.deal_id = k.deal_id AND t.field = k.field AND t."at" = k.last_at
  LEFT JOIN seen AS s ON s.deal_id = k.deal_id AND s.field = k.field
  GROUP BY k.deal_id, k.field
),
compared AS (
  SELECT d.deal_id, d.source, d.home_slot, t.field, d.created_at, t.gives_old, t.source_from,
    coalesce(k.changes, 0) AS changes, k.first_at, k.last_at, e.value AS history_value, s.value AS export_value,
    s.observed_at, s.first_observed_at,
    coalesce(b.breaks, 0) AS breaks, b.last_break_at, b.break_found,
    coalesce(s.value IS NOT NULL AND CASE
      WHEN k.last_at IS NOT NULL THEN NOT e.agrees
      -- Never changed, says the history, and two exports differ.
      ELSE t.gives_old AND k.first_at IS NULL AND s.first_value <> s.value
    END, FALSE) AS is_different,
    k.changes IS NULL AND s.value IS NOT NULL AND NOT t.gives_old AS is_missing,
    coalesce(CASE
      WHEN t.gives_old THEN d.created_at + INTERVAL '90' DAY < t.source_from
      ELSE d.created_at + INTERVAL '1' DAY < k.first_at
    END, FALSE) AS is_late,
    max(k.changes) OVER (PARTITION BY d.source, t.field) AS most_changes
  FROM model.deal AS d
  JOIN tracked AS t ON t.source = d.source
  LEFT JOIN known AS k ON k.deal_id = d.deal_id AND k.field = t.field
  LEFT JOIN ending AS e ON e.deal_id = d.deal_id AND e.field = t.field
  LEFT JOIN seen AS s ON s.deal_id = d.deal_id AND s.field = t.field
  LEFT JOIN broken AS b ON b.deal_id = d.deal_id AND b.field = t.field
),
judged AS (
  SELECT c.*,
    c.is_late AND (c.gives_old OR c.field = 'stage'
      OR (c.changes = c.most_changes AND coalesce(bool_or(c.field = 'stage' AND c.is_late) OVER (PARTITION BY c.source), FALSE))) AS is_cut
  FROM compared AS c
)
SELECT j.deal_id || '/' || j.field AS deal_history_id, j.deal_id, j.source, j.field, j.changes, j.first_at, j.last_at,
  j.history_value, j.export_value, j.observed_at, j.is_cut, j.breaks, j.last_break_at, j.break_found, j.is_different,
  j.is_missing, NOT j.is_cut AND j.breaks = 0 AND NOT j.is_different AND NOT j.is_missing AS is_whole,
  -- From then on nothing is missing.
  nullif(greatest(
    CASE WHEN j.is_cut THEN CASE WHEN j.gives_old THEN j.source_from ELSE j.first_at END ELSE TIMESTAMP '0001-01-01 00:00:00' END,
    coalesce(j.last_break_at, TIMESTAMP '0001-01-01 00:00:00'),
    CASE WHEN j.is_different THEN j.observed_at ELSE TIMESTAMP '0001-01-01 00:00:00' END,
    CASE WHEN j.is_missing THEN j.first_observed_at ELSE TIMESTAMP '0001-01-01 00:00:00' END
  ), TIMESTAMP '0001-01-01 00:00:00') AS whole_from,
  j.home_slot
FROM judged AS j
ORDER BY j.home_slot NULLS LAST, j.deal_id NULLS LAST, j.field NULLS LAST;
