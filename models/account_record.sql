-- What each source said of each company, import by import.
-- needs: rec.account, model.identity_link
-- parts of entity: account
CREATE OR REPLACE TABLE model.account_record AS
SELECT l.entity_id AS account_id, r._source AS source, r._object AS object, r.key AS source_key, r._observed_at AS observed_at,
  r._obs AS observation, r._cleaned AS cleaned, r.name, r.legal_name, r.domain, r.website, r.email, r.phone, r.tax_id, r.country, r.region, r.city,
  r.industry, r.employees, r.annual_revenue, r.currency, r.segment, r.type, r.owner_key, o.entity_id AS owner_id, r.created_at,
  slot_of(l.entity_id) AS self_slot, r._key AS row_key
FROM rec.account AS r
JOIN model.identity_link AS l ON l.entity = 'account' AND l.source = r._source AND l.source_key = r.key
LEFT JOIN model.identity_link AS o ON o.entity = 'member' AND o.source = r._source AND o.source_key = r.owner_key
WHERE NOT coalesce(r._deleted, FALSE) AND NOT is_correction(r._obs)
ORDER BY self_slot NULLS LAST, account_id NULLS LAST, observed_at NULLS LAST, observation NULLS LAST, object NULLS LAST;
