-- When each stage was declared, and what it was then. A stage known only from deals is valid from the beginning.
-- needs: rec.pipeline_stage, model.stage
CREATE OR REPLACE TABLE model.stage_version AS
WITH seen AS (
  SELECT s.stage_id, s.status, coalesce(r.stage, r.stage_key) AS stage, r.position, r.probability,
    coalesce(r.is_active, TRUE) AND NOT coalesce(r._deleted, FALSE) AS is_active, r._observed_at AS recorded_at,
    row_number() OVER (PARTITION BY s.stage_id ORDER BY r._observed_at NULLS LAST, r._obs NULLS LAST) AS sight, r._obs AS observation
  FROM model.stage AS s
  JOIN rec.pipeline_stage AS r
    ON r._source = s.source AND coalesce(r.pipeline_key, r.pipeline, '') = s.pipeline_key
    AND coalesce(r.stage_key, r.stage) = s.stage_key
),
placed AS (
  SELECT stage_id, stage, status, position, probability, is_active, recorded_at, sight,
    CASE WHEN sight = 1 THEN TIMESTAMP '1900-01-01 00:00:00' ELSE recorded_at END AS valid_from,
    CASE WHEN sight = 1 THEN 'first_sight' ELSE 'difference' END AS origin
  FROM seen
  UNION ALL
  SELECT s.stage_id, s.stage, s.status, s.position, s.probability, s.is_active, CAST(NULL AS TIMESTAMP), 1,
    TIMESTAMP '1900-01-01 00:00:00', 'first_sight'
  FROM model.stage AS s
  WHERE NOT EXISTS (SELECT 1 FROM seen WHERE seen.stage_id = s.stage_id)
)
SELECT stage_id, row_number() OVER (PARTITION BY stage_id ORDER BY valid_from NULLS LAST, sight NULLS LAST) AS version, valid_from,
  lead(valid_from) OVER (PARTITION BY stage_id ORDER BY valid_from NULLS LAST, sight NULLS LAST) AS valid_to, recorded_at, origin, stage,
  status, position, probability, is_active
FROM placed
ORDER BY stage_id NULLS LAST, valid_from NULLS LAST, sight NULLS LAST;
