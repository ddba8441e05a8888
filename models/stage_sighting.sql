-- When each stage of each source was first seen and when the last record left it: stages of deals, statuses of leads,
-- subscriptions and contracts, lifecycle stages of people. Moments are those of the exports that said so. Stages that are
-- only declared or only remembered by a history stand here too.
-- needs: rec.deal, rec.lead, rec.person, rec.subscription, rec.contract, model.stage, model.stage_version
CREATE OR REPLACE TABLE model.stage_sighting AS
WITH renaming AS (
  SELECT v.stage_id, v.valid_from AS renamed_at, b.stage AS was,
    row_number() OVER (PARTITION BY v.stage_id ORDER BY v.version DESC NULLS LAST) AS from_the_last
  FROM model.stage_version AS v
  JOIN model.stage_version AS b ON b.stage_id = v.stage_id AND b.version = v.version - 1
  WHERE v.stage IS DISTINCT FROM b.stage
),
said AS (
  SELECT 'deal' AS kind, r._source AS source, r.key AS record, coalesce(s.pipeline, r.pipeline, '') AS pipeline,
    CASE WHEN NOT coalesce(r._deleted, FALSE) THEN coalesce(s.stage, r.stage) END AS stage, n.was AS called,
    r._observed_at AS observed_at, coalesce(greatest(r._observed_at, n.renamed_at), r._observed_at) AS seen_at, r._obs AS observation
  FROM rec.deal AS r
  LEFT JOIN model.stage AS s ON s.source = r._source AND s.pipeline_key = coalesce(r.pipeline, '') AND s.stage_key = r.stage
  LEFT JOIN renaming AS n ON n.stage_id = s.stage_id AND n.from_the_last = 1
  UNION ALL
  SELECT 'lead', _source, key, '', CASE WHEN NOT coalesce(_deleted, FALSE) THEN status END, NULL, _observed_at, _observed_at, _obs
  FROM rec.lead
  UNION ALL
  SELECT 'person', _source, key, '', CASE WHEN NOT coalesce(_deleted, FALSE) THEN lifecycle_stage END, NULL, _observed_at,
    _observed_at, _obs
  FROM rec.person
  UNION ALL
  SELECT 'subscription', _source, key, '', CASE WHEN NOT coalesce(_deleted, FALSE) THEN status END, NULL, _observed_at,
    _observed_at, _obs
  FROM rec.subscription
  UNION ALL
  SELECT 'contract', _source, key, '', CASE WHEN NOT coalesce(_deleted, FALSE) THEN status END, NULL, _observed_at,
    _observed_at, _obs
  FROM rec.contract
),
moves AS (
  SELECT kind, source, pipeline, stage, seen_at, coalesce(lag(stage) OVER w, called) AS was, lead(stage) OVER w AS next_stage,
    lead(seen_at) OVER w AS next_at
  FROM said
  WHERE record IS NOT NULL
  WINDOW w AS (PARTITION BY kind, source, record ORDER BY observed_at NULLS LAST, observation NULLS LAST)
),
seen AS (
  SELECT kind, source, pipeline, stage, min(seen_at) AS first_seen_at,
    max(CASE WHEN next_stage IS DISTINCT FROM stage THEN next_at END) AS left_at
  FROM moves
  WHERE stage <> ''
  GROUP BY kind, source, pipeline, stage
),
-- The one stage from which whatever was first seen in this one came.
came AS (
  SELECT m.kind, m.source, m.pipeline, m.stage, CASE WHEN min(m.was) = max(m.was) THEN min(m.was) END AS came_from
  FROM moves AS m
  JOIN seen AS s ON s.kind = m.kind AND s.source = m.source AND s.pipeline = m.pipeline AND s.stage = m.stage
    AND s.first_seen_at = m.seen_at
  WHERE m.was <> m.stage
  GROUP BY m.kind, m.source, m.pipeline, m.stage
),
declared AS (
  SELECT s.source, s.pipeline, s.stage, max(s.status) AS status, min(CASE WHEN v.stage = s.stage THEN v.recorded_at END) AS declared_at
  FROM model.stage AS s
  LEFT JOIN model.stage_version AS v ON v.stage_id = s.stage_id
  WHERE s.stage <> ''
  GROUP BY s.source, s.pipeline, s.stage
),
known AS (
  SELECT kind, source, pipeline, stage FROM seen
  UNION
  SELECT 'deal', source, pipeline, stage FROM declared
),
imports AS (SELECT kind, source, min(seen_at) AS first_at, max(seen_at) AS last_at FROM moves GROUP BY kind, source)
SELECT k.kind, k.source, k.pipeline, k.stage, coalesce(d.status, '') AS status,
  coalesce(least(s.first_seen_at, d.declared_at), s.first_seen_at, d.declared_at) AS first_seen_at, s.left_at, c.came_from,
  i.first_at AS source_first_at, i.last_at AS source_last_at
FROM known AS k
LEFT JOIN seen AS s ON s.kind = k.kind AND s.source = k.source AND s.pipeline = k.pipeline AND s.stage = k.stage
LEFT JOIN came AS c ON c.kind = k.kind AND c.source = k.source AND c.pipeline = k.pipeline AND c.stage = k.stage
LEFT JOIN declared AS d ON d.source = CASE WHEN k.kind = 'deal' THEN k.source END AND d.pipeline = k.pipeline AND d.stage = k.stage
LEFT JOIN imports AS i ON i.kind = k.kind AND i.source = k.source
ORDER BY k.kind NULLS LAST, k.source NULLS LAST, k.pipeline NULLS LAST, k.stage NULLS LAST;
