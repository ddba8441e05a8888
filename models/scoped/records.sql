-- What record pages and the search read beside views.sql: how things are called, what each source says, what was said
-- before.

-- Ids under which a record may be asked for. It tells ids alone; whether the record may be seen, its own view decides.
CREATE OR REPLACE VIEW scoped.record_alias AS
SELECT entity, alias_id, entity_id, 1 AS rank FROM model.entity_alias
UNION ALL
SELECT entity, source || ':' || from_key, source || ':' || into_key, 2
FROM model.merge_map WHERE entity NOT IN ('account', 'person', 'member')
UNION ALL
SELECT entity, source || ':' || source_key, entity_id, 2 FROM model.identity_link
UNION ALL
SELECT entity, source_key, entity_id, 3 FROM model.identity_link
UNION ALL
SELECT entity, from_key, source || ':' || into_key, 3
FROM model.merge_map WHERE entity NOT IN ('account', 'person', 'member')
UNION ALL
SELECT 'deal', source_key, deal_id, 3 FROM model.deal;

CREATE OR REPLACE VIEW scoped.account_record AS
SELECT r.account_id, r.source, r.object, r.source_key, r.observed_at, r.observation, r.name, r.legal_name, r.domain, r.website,
  personal(r.email) AS email, personal(r.phone) AS phone, r.tax_id, r.country, r.region, r.city, r.industry, r.employees,
  r.annual_revenue, r.currency, r.segment, r.type, coalesce(m.name, r.owner_key) AS owner, r.created_at, r.self_slot, r.cleaned
FROM model.account_record AS r
JOIN state.account AS a ON a.self_slot = r.self_slot AND a.account_id = r.account_id
LEFT JOIN state.member AS m ON m.member_id = r.owner_id
WHERE is_visible(a.team_id)
UNION ALL
SELECT e.account_id, e.source, e.object, e.source_key, e.observed_at, e.observation, e.name, e.legal_name, e.domain, e.website,
  personal(e.email), personal(e.phone), e.tax_id, e.country, e.region, e.city, e.industry, e.employees, e.annual_revenue, e.currency,
  e.segment, e.type, NULL, NULL, a.self_slot, NULL
FROM model.account_enrichment AS e
JOIN state.account AS a ON a.account_id = e.account_id
WHERE is_visible(a.team_id);

CREATE OR REPLACE VIEW scoped.person_record AS
SELECT r.person_id, r.source, r.object, r.source_key, r.observed_at, r.observation, personal(r.full_name) AS full_name,
  personal(r.email) AS email, personal(r.phone) AS phone, personal(r.mobile) AS mobile, r.title, r.account, r.country, r.city,
  r.lifecycle_stage, r.lead_source, coalesce(m.name, r.owner_key) AS owner, r.created_at, r.self_slot, r.cleaned
FROM model.person_record AS r
JOIN model.person_version AS p ON p.self_slot = r.self_slot AND p.person_id = r.person_id AND p.valid_from <= getvariable('as_of')
  AND (p.valid_to IS NULL OR p.valid_to > getvariable('as_of')) AND NOT p.is_deleted
LEFT JOIN state.account AS a ON is_restricted() AND a.self_slot = p.home_slot AND a.account_id = p.account_id
LEFT JOIN state.member AS m ON m.member_id = r.owner_id
WHERE is_visible(a.team_id)
UNION ALL
SELECT e.person_id, e.source, e.object, e.source_key, e.observed_at, e.observation,
  personal(coalesce(e.full_name, nullif(trim(concat_ws(' ', e.first_name, e.last_name)), ''))), personal(e.email), personal(e.phone),
  personal(e.mobile), e.title, NULL, e.country, e.city, NULL, NULL, NULL, NULL, p.self_slot, NULL
FROM model.person_enrichment AS e
JOIN model.person_version AS p ON p.person_id = e.person_id AND p.valid_from <= getvariable('as_of')
  AND (p.valid_to IS NULL OR p.valid_to > getvariable('as_of')) AND NOT p.is_deleted
LEFT JOIN state.account AS a ON is_restricted() AND a.self_slot = p.home_slot AND a.account_id = p.account_id
WHERE is_visible(a.team_id);

CREATE OR REPLACE VIEW scoped.deal_record AS
SELECT r.deal_id, r.source, r.object, r.source_key, r.observed_at, r.observation, r.name, r.stage, r.pipeline, r.amount,
  r.currency, r.close_date, r.probability, r.forecast_category, r.type, r.lead_source, r.loss_reason, r.next_step,
  coalesce(m.name, r.owner_key) AS owner, r.created_at, r.closed_at, r.home_slot, r.cleaned
FROM model.deal_record AS r
JOIN model.deal_version AS v ON v.home_slot = r.home_slot AND v.deal_id || '' = r.deal_id AND v.valid_from <= getvariable('as_of')
  AND (v.valid_to IS NULL OR v.valid_to > getvariable('as_of')) AND NOT v.is_deleted
LEFT JOIN state.member AS w ON w.member_id = v.owner_id
LEFT JOIN state.member AS m ON m.member_id = r.owner_id
WHERE is_visible(coalesce(v.team_id, w.team_id));

CREATE OR REPLACE VIEW scoped.account_version AS
SELECT v.account_id || '@' || CAST(v.version AS VARCHAR) AS account_version_id, v.account_id, v.version, v.valid_from, v.recorded_at,
  v.origin, v.source, v.name, v.legal_name, v.domain, v.website, personal(v.email) AS email, personal(v.phone) AS phone, v.tax_id,
  v.country, v.region, v.city, v.industry, v.employees, v.annual_revenue, v.currency, v.segment, v.type, m.name AS owner, v.self_slot
FROM model.account_version AS v
JOIN state.account AS a ON a.self_slot = v.self_slot AND a.account_id = v.account_id
LEFT JOIN state.member AS m ON m.member_id = v.owner_id
WHERE v.valid_from <= getvariable('as_of') AND is_visible(a.team_id);

CREATE OR REPLACE VIEW scoped.person_version AS
SELECT v.person_id || '@' || CAST(v.version AS VARCHAR) AS person_version_id, v.person_id, v.version, v.valid_from, v.recorded_at,
  v.origin, v.source, personal(coalesce(v.full_name, nullif(trim(concat_ws(' ', v.first_name, v.last_name)), ''))) AS full_name,
  personal(v.email) AS email, personal(v.phone) AS phone, personal(v.mobile) AS mobile, v.title,
  coalesce(w.name, v.account_name) AS account, v.country, v.city, v.lifecycle_stage, v.source_name AS lead_source, m.name AS owner,
  v.home_slot, v.self_slot
FROM model.person_version AS v
JOIN model.person_version AS p ON p.self_slot = v.self_slot AND p.person_id = v.person_id AND p.valid_from <= getvariable('as_of')
  AND (p.valid_to IS NULL OR p.valid_to > getvariable('as_of')) AND NOT p.is_deleted
LEFT JOIN state.account AS a ON is_restricted() AND a.self_slot = p.home_slot AND a.account_id = p.account_id
LEFT JOIN state.account AS w ON w.self_slot = v.home_slot AND w.account_id = v.account_id
LEFT JOIN state.member AS m ON m.member_id = v.owner_id
WHERE v.valid_from <= getvariable('as_of') AND is_visible(a.team_id);

-- What people decided about single fields, and whether their sources say so meanwhile.
CREATE OR REPLACE VIEW scoped.correction AS
SELECT c.entity, c.entity_id, c.field, c.source, c.object, c.row_key, c.record_key, c.header, c.key_header, c.obstacle,
  c.is_personal, CASE WHEN c.is_personal THEN personal(c.told) ELSE c.told END AS told,
  CASE WHEN c.is_personal THEN personal(c.shown) ELSE c.shown END AS value, c.value = '' AS is_emptied,
  CASE WHEN c.is_personal THEN personal(c.cell) ELSE c.cell END AS cell,
  CASE WHEN c.is_personal THEN personal(c.said) ELSE c.said END AS said, c.state, c.data_version
FROM model.correction AS c
WHERE CASE c.entity WHEN 'account' THEN c.entity_id IN (SELECT account_id FROM scoped.account)
                    WHEN 'person' THEN c.entity_id IN (SELECT person_id FROM scoped.person)
                    WHEN 'lead' THEN c.entity_id IN (SELECT lead_id FROM scoped.lead)
                    ELSE c.entity_id IN (SELECT deal_id FROM scoped.deal) END;

-- Fields whose value somebody took away, while nobody says anything newer. Who reads it knows the record already.
CREATE OR REPLACE VIEW scoped.emptied_field AS
SELECT c.entity, c.entity_id, c.field FROM model.correction AS c WHERE c.value = '' AND c.state IN ('pending', 'taken');

-- Records of one source that are one company or person here, and which of them the others should be merged into.
CREATE OR REPLACE VIEW scoped.duplicate_record AS
SELECT d.entity, d.entity_id, d.source, d.survivor_key, d.loser_key
FROM model.duplicate_record AS d
WHERE CASE d.entity WHEN 'account' THEN d.entity_id IN (SELECT account_id FROM scoped.account)
                    ELSE d.entity_id IN (SELECT person_id FROM scoped.person) END;

-- Where the facts of a record lie, in slots.
CREATE OR REPLACE VIEW scoped.record_place AS
SELECT kind, slot, home_slot, has_activity, has_touch, has_ticket, has_invoice, has_payment, has_subscription, has_contract,
  has_survey_answer, has_call, has_message, has_lead, has_deal, has_deal_contact, has_person
FROM model.record_place;

CREATE OR REPLACE VIEW scoped.search_term AS
SELECT word, kind, is_personal, length, term, hits
FROM model.search_term
WHERE since <= getvariable('as_of') AND (NOT is_personal OR coalesce(getvariable('sees_personal_data'), FALSE));

CREATE OR REPLACE VIEW scoped.search_word AS
SELECT term, word, kind, entry, field
FROM model.search_word
WHERE since <= getvariable('as_of') AND (NOT is_personal OR coalesce(getvariable('sees_personal_data'), FALSE));

-- The same rules of rights as in the view of each kind.
CREATE OR REPLACE VIEW scoped.search_entry AS
SELECT e.entry, e.kind, e.id, CASE WHEN e.is_personal THEN personal(e.title) ELSE e.title END AS title, e.subtitle,
  a.title AS account, CASE WHEN e.kind IN ('account', 'person', 'deal') THEN e.kind ELSE e.opens_kind END AS opens_kind,
  CASE WHEN e.kind IN ('account', 'person', 'deal') THEN e.id ELSE e.opens_id END AS opens_id
FROM model.search_entry AS e
LEFT JOIN (
  SELECT self_slot, account_id || '' AS account_id, owner_id, coalesce(name, legal_name, domain, account_id) AS title
  FROM model.account_version
  WHERE valid_from <= getvariable('as_of') AND (valid_to IS NULL OR valid_to > getvariable('as_of')) AND NOT is_deleted
) AS a ON a.self_slot = e.home_slot AND a.account_id = e.account_id
LEFT JOIN state.member AS m ON m.member_id = CASE WHEN e.is_of_account THEN a.owner_id ELSE e.owner_id END
WHERE e.valid_from <= getvariable('as_of') AND (e.valid_to IS NULL OR e.valid_to > getvariable('as_of')) AND NOT e.is_deleted
  AND (e.begins_at IS NULL OR e.begins_at <= getvariable('as_of'))
  AND is_visible(CASE WHEN e.is_of_account THEN m.team_id ELSE coalesce(e.team_id, m.team_id) END);

-- Whom no list may carry, and by whose word (models/refusal.sql): what holds in the newest data holds at every moment, since
-- a list is used today. An address is told to whoever sees somebody who has it.
CREATE OR REPLACE VIEW scoped.refusal AS
SELECT r.channel, r.kind, r.id, r.source, r.object, r.since
FROM model.refusal AS r
WHERE CASE WHEN r.kind <> 'address' THEN NOT is_restricted()
           ELSE NOT is_restricted() AND coalesce(getvariable('sees_personal_data'), FALSE) END
  OR r.kind = 'person' AND r.id IN (SELECT p.person_id FROM scoped.person AS p)
  OR r.kind = 'lead' AND r.id IN (SELECT l.lead_id FROM scoped.lead AS l)
  OR r.kind = 'address' AND (r.id IN (SELECT lower(p.email) FROM scoped.person AS p WHERE p.email IS NOT NULL)
    OR r.id IN (SELECT p.phone FROM scoped.person AS p WHERE p.phone IS NOT NULL)
    OR r.id IN (SELECT lower(l.email) FROM scoped.lead AS l WHERE l.email IS NOT NULL));

-- Values that recipes cleaned, one row a value of an observation, by the recipe that did; cleaned again by another one it
-- is a row of that, too. `record` names what the caller may see: an account, person, lead or deal of a source.
CREATE OR REPLACE VIEW scoped.cleaned_value AS
WITH cleaned AS (
  SELECT 'account' AS entity, r._source AS source, r._object AS object, r.key, r._obs AS observation, r._version AS data_version,
    unnest(string_split(substr(r._cleaned, 2), ',')) AS mark
  FROM rec.account AS r WHERE r._cleaned IS NOT NULL AND NOT is_correction(r._obs)
  UNION ALL
  SELECT 'person', r._source, r._object, r.key, r._obs, r._version, unnest(string_split(substr(r._cleaned, 2), ','))
  FROM rec.person AS r WHERE r._cleaned IS NOT NULL AND NOT is_correction(r._obs)
  UNION ALL
  SELECT 'lead', r._source, r._object, r.key, r._obs, r._version, unnest(string_split(substr(r._cleaned, 2), ','))
  FROM rec.lead AS r WHERE r._cleaned IS NOT NULL AND NOT is_correction(r._obs)
  UNION ALL
  SELECT 'deal', r._source, r._object, r.key, r._obs, r._version, unnest(string_split(substr(r._cleaned, 2), ','))
  FROM rec.deal AS r WHERE r._cleaned IS NOT NULL AND NOT is_correction(r._obs)
)
SELECT c.entity, c.source, c.object, c.key AS source_key, c.observation, c.data_version, split_part(c.mark, '=', 1) AS field,
  split_part(split_part(c.mark, '=', 2), '@', 1) AS recipe, CAST(split_part(c.mark, '@', 2) AS BIGINT) AS version
FROM cleaned AS c
WHERE NOT is_restricted()
  OR c.entity = 'account' AND (c.source, c.key) IN (SELECT (x.source, x.source_key) FROM scoped.account_record AS x)
  OR c.entity = 'person' AND (c.source, c.key) IN (SELECT (x.source, x.source_key) FROM scoped.person_record AS x)
  OR c.entity = 'lead' AND c.source || ':' || c.key IN (SELECT x.lead_id FROM scoped.lead AS x)
  OR c.entity = 'deal' AND c.source || ':' || c.key IN (SELECT x.deal_id FROM scoped.deal AS x);

-- Fixes of fields that people made by hand, from the histories of sources: what was written over what, on how many
-- records. Whoever sees a part of the rows only is told none.
CREATE OR REPLACE VIEW scoped.field_fix AS
SELECT entity, source, field, written_value(entity, field_word(field), old_value) AS old_value,
  written_value(entity, field_word(field), new_value) AS new_value, records, last_at
FROM (
  SELECT f.object_1 AS entity, f.source, f.field, f.old_value, f.new_value, count(DISTINCT f.record_key) AS records, max(f."at") AS last_at
  FROM model.field_change AS f
  WHERE f.old_value IS NOT NULL AND f.by_id IS NOT NULL AND f."at" <= getvariable('as_of') AND NOT is_restricted()
  GROUP BY 1, 2, 3, 4, 5
  HAVING count(DISTINCT f.record_key) > 1
) AS fixes;

-- What files of enrichment say of whom, the newest word of each row: `matched_by` tells by what it was found out whose it
-- is (tax_id, domain, email), that several have the key (several) or nobody (none).
CREATE OR REPLACE VIEW scoped.enrichment AS
WITH told AS (
  SELECT 'account' AS entity, account_id AS entity_id, matched_by, source, object, source_key, observed_at, observation,
    tax_id, domain, personal(email) AS email
  FROM model.account_enrichment
  UNION ALL
  SELECT 'person', person_id, matched_by, source, object, source_key, observed_at, observation, NULL, NULL, personal(email)
  FROM model.person_enrichment
),
newest AS (
  SELECT *, row_number() OVER (PARTITION BY entity, source, object, source_key
                              ORDER BY observed_at DESC NULLS LAST, observation DESC NULLS LAST) AS from_the_last
  FROM told
)
SELECT entity, entity_id, matched_by, source, object, source_key, observed_at, tax_id, domain, email
FROM newest
WHERE from_the_last = 1 AND (NOT is_restricted()
  OR entity = 'account' AND entity_id IN (SELECT x.account_id FROM scoped.account AS x)
  OR entity = 'person' AND entity_id IN (SELECT x.person_id FROM scoped.person AS x));

-- Whose word counts most where nobody has settled anything.
CREATE OR REPLACE VIEW scoped.source_rank AS SELECT source, rank FROM model.source_rank;
