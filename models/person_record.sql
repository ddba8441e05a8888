-- What each source said of each person, import by import.
-- needs: rec.person, model.identity_link
-- parts of entity: person
CREATE OR REPLACE TABLE model.person_record AS
SELECT l.entity_id AS person_id, r._source AS source, r._object AS object, r.key AS source_key, r._observed_at AS observed_at,
  r._obs AS observation, r._cleaned AS cleaned, coalesce(r.full_name, nullif(trim(concat_ws(' ', r.first_name, r.last_name)), '')) AS full_name,
  r.email, r.phone, r.mobile, r.title, r.account_name AS account, r.country, r.city, r.lifecycle_stage, r.source AS lead_source,
  r.owner_key, o.entity_id AS owner_id, r.created_at, slot_of(l.entity_id) AS self_slot, r._key AS row_key
FROM rec.person AS r
JOIN model.identity_link AS l ON l.entity = 'person' AND l.source = r._source AND l.source_key = r.key
LEFT JOIN model.identity_link AS o ON o.entity = 'member' AND o.source = r._source AND o.source_key = r.owner_key
WHERE NOT coalesce(r._deleted, FALSE) AND NOT is_correction(r._obs)
ORDER BY self_slot NULLS LAST, person_id NULLS LAST, observed_at NULLS LAST, observation NULLS LAST, object NULLS LAST;
