-- Stages of every pipeline: as the source declares them, as deals use them, and as history remembers them, so that a
-- stage that was deleted or renamed survives. `status` is what a deal in the stage is: open, won or lost.
-- needs: rec.pipeline_stage, rec.deal, rec.lead, model.deal_change, model.stage_name
CREATE OR REPLACE TABLE model.stage AS
WITH declared AS (
  SELECT r._source AS source, coalesce(r.pipeline_key, r.pipeline, '') AS pipeline_key,
    coalesce(r.pipeline, r.pipeline_key, '') AS pipeline, coalesce(r.stage_key, r.stage) AS stage_key,
    coalesce(r.stage, r.stage_key) AS stage, r.position, r.kind, r.probability,
    coalesce(r.is_active, TRUE) AND NOT coalesce(r._deleted, FALSE) AS is_active,
    row_number() OVER (PARTITION BY r._source, coalesce(r.pipeline_key, r.pipeline, ''), coalesce(r.stage_key, r.stage)
                       ORDER BY r._observed_at DESC NULLS LAST, r._obs DESC NULLS LAST) AS from_the_last
  FROM rec.pipeline_stage AS r
  WHERE coalesce(r.stage_key, r.stage) IS NOT NULL
),
-- A source may name its pipelines in a table of their own, without stages.
pipeline_names AS (
  SELECT r._source AS source, r.pipeline_key, max_by(r.pipeline, r._obs) AS pipeline
  FROM rec.pipeline_stage AS r
  WHERE coalesce(r.stage_key, r.stage) IS NULL AND r.pipeline_key IS NOT NULL AND r.pipeline IS NOT NULL
  GROUP BY r._source, r.pipeline_key
),
used AS (
  SELECT r._source AS source, coalesce(r.pipeline, '') AS pipeline_key, r.stage AS stage_key,
    count(*) FILTER (WHERE r.stage_kind = 'won') AS won_count,
    count(*) FILTER (WHERE r.stage_kind = 'lost') AS lost_count,
    count(*) FILTER (WHERE r.stage_kind = 'open') AS open_count,
    max(r.probability) AS probability
  FROM rec.deal AS r
  WHERE r.stage IS NOT NULL
  GROUP BY r._source, coalesce(r.pipeline, ''), r.stage
),
pipeline_of AS (
  SELECT r._source AS source, r._source || ':' || r.key AS deal_id, max_by(coalesce(r.pipeline, ''), r._obs) AS pipeline_key
  FROM rec.deal AS r
  WHERE r.key IS NOT NULL
  GROUP BY r._source, r.key
),
-- Where a source keeps requests and deals in one list, its history tells of both: stages of requests are none of deals.
requests AS (
  SELECT DISTINCT r._source || ':' || r.key AS lead_id FROM rec.lead AS r WHERE r.key IS NOT NULL
),
remembered AS (
  SELECT c.source, coalesce(p.pipeline_key, '') AS pipeline_key, coalesce(n.stage_key, c.stage) AS stage_key,
    max(c.probability) AS probability
  FROM model.deal_change AS c
  LEFT JOIN pipeline_of AS p ON p.deal_id = c.deal_id
  LEFT JOIN model.stage_name AS n ON n.source = c.source AND n.said = c.stage
  LEFT JOIN requests AS q ON q.lead_id = c.deal_id
  WHERE c.stage IS NOT NULL AND (p.deal_id IS NOT NULL OR q.lead_id IS NULL)
  GROUP BY c.source, coalesce(p.pipeline_key, ''), coalesce(n.stage_key, c.stage)
),
every_key AS (
  SELECT source, pipeline_key, stage_key FROM declared WHERE from_the_last = 1
  UNION
  SELECT source, pipeline_key, stage_key FROM used
  UNION
  SELECT source, pipeline_key, stage_key FROM remembered
),
described AS (
  SELECT k.source, k.pipeline_key, k.stage_key, coalesce(n.pipeline, d.pipeline, k.pipeline_key) AS pipeline,
    coalesce(d.stage, k.stage_key) AS stage, d.position AS declared_position,
    coalesce(d.probability, u.probability, m.probability) AS probability, coalesce(d.is_active, u.stage_key IS NOT NULL) AS is_active,
    CASE
      WHEN d.kind IS NOT NULL THEN d.kind
      WHEN coalesce(u.won_count, 0) > coalesce(u.lost_count, 0) + coalesce(u.open_count, 0) THEN 'won'
      WHEN coalesce(u.lost_count, 0) > coalesce(u.won_count, 0) + coalesce(u.open_count, 0) THEN 'lost'
      WHEN coalesce(u.open_count, 0) > 0 THEN 'open'
      WHEN lower(k.stage_key) IN ('won', 'closedwon', 'closed won', 'closed_won') THEN 'won'
      WHEN lower(k.stage_key) IN ('lost', 'closedlost', 'closed lost', 'closed_lost') THEN 'lost'
      ELSE 'open'
    END AS status
  FROM every_key AS k
  LEFT JOIN declared AS d
    ON d.source = k.source AND d.pipeline_key = k.pipeline_key AND d.stage_key = k.stage_key AND d.from_the_last = 1
  LEFT JOIN pipeline_names AS n ON n.source = k.source AND n.pipeline_key = k.pipeline_key
  LEFT JOIN used AS u ON u.source = k.source AND u.pipeline_key = k.pipeline_key AND u.stage_key = k.stage_key
  LEFT JOIN remembered AS m ON m.source = k.source AND m.pipeline_key = k.pipeline_key AND m.stage_key = k.stage_key
)
SELECT source || ':' || pipeline_key || ':' || stage_key AS stage_id, source, pipeline_key, stage_key, pipeline, stage,
  status, probability, is_active,
  row_number() OVER (PARTITION BY source, pipeline_key
    ORDER BY CASE status WHEN 'open' THEN 0 WHEN 'won' THEN 1 ELSE 2 END NULLS LAST, declared_position NULLS LAST,
      probability NULLS LAST, stage_key NULLS LAST) AS position
FROM described
ORDER BY stage_id NULLS LAST;
