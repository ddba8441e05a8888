-- What each source said of each deal, import by import.
-- can wait: the pages of single records are whole when all is in
-- needs: rec.deal, model.identity_link, model.stage, model.deal
-- parts of entity: deal
-- part of model.deal: deal_id
CREATE OR REPLACE TABLE model.deal_record AS
SELECT r._source || ':' || coalesce(g.into_key, r.key) AS deal_id, r._source AS source, r._object AS object, r.key AS source_key,
  r._observed_at AS observed_at, r._obs AS observation, r._cleaned AS cleaned, r.name, coalesce(st.stage, r.stage) AS stage,
  coalesce(st.pipeline, r.pipeline) AS pipeline, r.amount, r.currency, r.close_date, r.probability, r.forecast_category, r.type,
  r.lead_source, r.loss_reason, r.next_step, r.owner_key, o.entity_id AS owner_id, r.created_at, r.closed_at,
  d.home_slot
FROM rec.deal AS r
LEFT JOIN model.merge_map AS g ON g.entity = 'deal' AND g.source = r._source AND g.from_key = r.key
LEFT JOIN model.deal AS d ON d.deal_id = r._source || ':' || coalesce(g.into_key, r.key)
LEFT JOIN model.stage AS st ON st.source = r._source AND st.pipeline_key = coalesce(r.pipeline, '') AND st.stage_key = r.stage
LEFT JOIN model.identity_link AS o ON o.entity = 'member' AND o.source = r._source AND o.source_key = r.owner_key
WHERE r.key IS NOT NULL AND NOT coalesce(r._deleted, FALSE) AND NOT is_correction(r._obs)
ORDER BY home_slot NULLS LAST, deal_id NULLS LAST, observed_at NULLS LAST, observation NULLS LAST, object NULLS LAST;
