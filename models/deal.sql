-- What does not change with the stage of a deal: who it is with, under which key its source knows that company, where it
-- came from. The newest word of the source.
-- needs: rec.deal, rec.link, rec.emptied, model.identity_link, model.stage, setting.time_zone
-- parts of entity: deal
-- touched by rec.link: SELECT _source || ':' || record_key FROM rec.link WHERE kind = 'deal' AND
--   (_source, _object, _key, _emit) IN (SELECT _source, _object, _key, _emit FROM changed WHERE kind = 'deal')
-- within rec.link: SELECT * FROM rec.link WHERE kind = 'deal' AND (_source, _object, _key, _emit) IN (SELECT _source,
--   _object, _key, _emit FROM rec.link WHERE kind = 'deal' AND _source || ':' || record_key IN (SELECT part FROM
--   temp.weir_parts))
-- touched by model.identity_link: SELECT _source || ':' || record_key FROM rec.link WHERE kind = 'deal' AND
--   ((_source, account_key) IN (SELECT source, source_key FROM moved) OR (_source, person_key) IN (SELECT source,
--   source_key FROM moved))
CREATE OR REPLACE TABLE model.deal AS
WITH link_rows AS (
  SELECT l.*, row_number() OVER (PARTITION BY l._source, l._object, l._key, l._emit
                                 ORDER BY l._observed_at DESC NULLS LAST, l._obs DESC NULLS LAST) AS from_the_last
  FROM rec.link AS l
  WHERE l.kind = 'deal'
),
-- Of several companies of a deal the primary one, else the smallest key.
links AS (
  SELECT _source, record_key, coalesce(min(CASE WHEN is_primary THEN account_key END), min(account_key)) AS account_key,
    coalesce(min(CASE WHEN is_primary THEN person_key END), min(person_key)) AS person_key
  FROM link_rows
  WHERE from_the_last = 1 AND NOT coalesce(_deleted, FALSE)
  GROUP BY _source, record_key
),
emptied AS (
  SELECT _source, _object, _emit, _obs, ',' || string_agg(field, ',' ORDER BY field NULLS LAST) || ',' AS fields
  FROM rec.emptied
  WHERE kind = 'deal'
  GROUP BY _source, _object, _emit, _obs
),
resolved AS (
  SELECT r._source || ':' || r.key AS deal_id, r._source AS source, r.key AS source_key, r.name,
    a.entity_id AS account_id, coalesce(r.account_key, links.account_key) AS account_key, p.entity_id AS person_id,
    CASE WHEN r.lead_key IS NOT NULL THEN r._source || ':' || r.lead_key END AS lead_id,
    CASE WHEN r.product_key IS NOT NULL THEN r._source || ':' || r.product_key END AS product_id,
    CASE WHEN r.campaign_key IS NOT NULL THEN r._source || ':' || r.campaign_key END AS campaign_id,
    coalesce(r.pipeline, '') AS pipeline_key, text_or_emptied(x.fields, 'type', r.type) AS type,
    text_or_emptied(x.fields, 'lead_source', r.lead_source) AS lead_source,
    text_or_emptied(x.fields, 'loss_reason', r.loss_reason) AS loss_reason,
    text_or_emptied(x.fields, 'next_step', r.next_step) AS next_step, r.created_at, r.closed_at, r.last_activity_at,
    row_number() OVER (PARTITION BY r._source, r.key ORDER BY r._observed_at NULLS LAST, r._obs NULLS LAST) AS sight
  FROM rec.deal AS r
  LEFT JOIN emptied AS x ON x._source = r._source AND x._object = r._object AND x._emit = r._emit AND x._obs = r._obs
  LEFT JOIN links ON links._source = r._source AND links.record_key = r.key
  LEFT JOIN model.identity_link AS a
    ON a.entity = 'account' AND a.source = r._source AND a.source_key = coalesce(r.account_key, links.account_key)
  LEFT JOIN model.identity_link AS p
    ON p.entity = 'person' AND p.source = r._source AND p.source_key = coalesce(r.person_key, links.person_key)
  LEFT JOIN model.merge_map AS m ON m.entity = 'deal' AND m.source = r._source AND m.from_key = r.key
  WHERE r.key IS NOT NULL AND m.into_key IS NULL
),
newest AS (
  SELECT deal_id, max(source) AS source, max(source_key) AS source_key, max_by(name, sight) AS name,
    max_by(account_id, sight) AS account_id, max_by(account_key, sight) AS account_key, max_by(person_id, sight) AS person_id,
    max_by(lead_id, sight) AS lead_id,
    max_by(product_id, sight) AS product_id, max_by(campaign_id, sight) AS campaign_id,
    max_by(pipeline_key, sight) AS pipeline_key, unless_emptied(max_by(type, sight)) AS type,
    unless_emptied(max_by(lead_source, sight)) AS lead_source, unless_emptied(max_by(loss_reason, sight)) AS loss_reason,
    unless_emptied(max_by(next_step, sight)) AS next_step,
    max_by(created_at, sight) AS created_at, max_by(closed_at, sight) AS closed_at,
    max_by(last_activity_at, sight) AS last_activity_at
  FROM resolved
  GROUP BY deal_id
)
SELECT n.*, coalesce(names.pipeline, n.pipeline_key) AS pipeline, local_date(n.created_at) AS created_date,
  slot_of(coalesce(n.account_id, n.person_id, n.lead_id, n.deal_id)) AS home_slot, slot_of(n.person_id) AS person_slot,
  slot_of(n.deal_id) AS self_slot
FROM newest AS n
LEFT JOIN (SELECT source, pipeline_key, max(pipeline) AS pipeline FROM model.stage GROUP BY source, pipeline_key) AS names
  ON names.source = n.source AND names.pipeline_key = n.pipeline_key
ORDER BY home_slot NULLS LAST, n.deal_id NULLS LAST;
