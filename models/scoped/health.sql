-- What the rules of data quality (catalog/hygiene), re-dirtying and the cost of fields read: flags of what is personal in
-- place of the values, so that who may not see an address is told the same of it; who wrote a field last.

-- Whose word on a company or a person counts most among the sources that know it.
CREATE OR REPLACE VIEW scoped.entity_source AS
SELECT l.entity, l.entity_id, substr(min(CAST(coalesce(r.rank, 9) AS VARCHAR) || l.source), 2) AS source
FROM model.identity_link AS l
LEFT JOIN model.source_rank AS r ON r.source = l.source
WHERE l.entity IN ('account', 'person')
GROUP BY l.entity, l.entity_id;

-- What is open with a company, and what it pays in a year.
CREATE OR REPLACE VIEW scoped.account_worth AS
SELECT account_id, sum(amount) AS worth
FROM (
  SELECT account_id, amount_reporting AS amount FROM scoped.deal WHERE status = 'open'
  UNION ALL
  SELECT account_id, CAST(mrr * 12 AS DECIMAL(18,4)) FROM scoped.subscription_mrr WHERE is_active
) AS parts
WHERE account_id IS NOT NULL
GROUP BY account_id;

-- Open deals in which a person takes part.
CREATE OR REPLACE VIEW scoped.person_worth AS
SELECT person_id, sum(amount_reporting) AS worth
FROM (
  SELECT d.person_id, d.deal_id, d.amount_reporting FROM scoped.deal AS d WHERE d.status = 'open' AND d.person_id IS NOT NULL
  UNION
  SELECT c.person_id, d.deal_id, d.amount_reporting
  FROM scoped.deal_contact AS c
  JOIN scoped.deal AS d ON d.deal_id = c.deal_id
  WHERE d.status = 'open'
) AS parts
GROUP BY person_id;

CREATE OR REPLACE VIEW scoped.account_check AS
SELECT a.account_id, a.name, a.domain, a.country, a.industry, a.employees, a.tax_id, a.type, a.parent_account_id, a.owner_id, a.owner,
  a.team_id, a.team, a.segment, a.created_at, s.source, personal(v.phone) AS phone, v.phone IS NOT NULL AS has_phone,
  NOT starts_with(v.phone, '+' || calling_code(a.country)) AS is_phone_abroad, is_filler(v.name) AS is_name_filler
FROM state.account AS a
JOIN model.account_version AS v ON v.self_slot = a.self_slot AND v.account_id = a.account_id AND v.valid_from <= getvariable('as_of')
  AND (v.valid_to IS NULL OR v.valid_to > getvariable('as_of')) AND NOT v.is_deleted
LEFT JOIN scoped.entity_source AS s ON s.entity = 'account' AND s.entity_id = a.account_id
WHERE is_visible(a.team_id);

-- The team and owner of a person are its company's where it has none of its own.
CREATE OR REPLACE VIEW scoped.person_check AS
WITH named AS (
  SELECT p.*, coalesce(p.full_name, nullif(trim(concat_ws(' ', p.first_name, p.last_name)), '')) AS said
  FROM model.person_version AS p
  WHERE p.valid_from <= getvariable('as_of') AND (p.valid_to IS NULL OR p.valid_to > getvariable('as_of')) AND NOT p.is_deleted
)
SELECT p.person_id, personal(p.said) AS name, p.account_id, a.name AS account, coalesce(p.owner_id, a.owner_id) AS owner_id,
  coalesce(m.name, a.owner) AS owner, a.team_id, a.team, a.segment, p.title, coalesce(p.country, a.country) AS country,
  p.lifecycle_stage, p.created_at, s.source, personal(p.email) AS email, personal(coalesce(p.phone, p.mobile)) AS phone,
  p.email IS NOT NULL AS has_email, coalesce(p.phone, p.mobile) IS NOT NULL AS has_phone,
  NOT starts_with(coalesce(p.phone, p.mobile), '+' || calling_code(coalesce(p.country, a.country))) AS is_phone_abroad,
  f.domain IS NOT NULL AS is_private_mail,
  f.domain IS NULL AND lower(mail_host(p.email)) <> '' AND a.domain IS NOT NULL
    AND lower(mail_host(p.email)) <> a.domain AND NOT ends_with(lower(mail_host(p.email)), '.' || a.domain) AS is_mail_of_another,
  p.said IS NOT NULL AS has_name, is_filler(p.said) AS is_name_filler, is_garbled(p.said) AS is_name_garbled,
  is_badly_cased(coalesce(p.last_name, p.said)) AS is_name_badly_cased,
  is_international_number(p.title) OR regexp_full_match(p.title, '[0-9 ()\-+/.]{7,}') AS is_title_phone,
  md5(lower(p.email)) AS mail_key, personal(coalesce(p.last_name, p.said)) AS cased_part,
  personal(cased_name(coalesce(p.last_name, p.said))) AS cased, CASE WHEN p.last_name IS NULL THEN 'full_name' ELSE 'last_name' END AS cased_field
FROM named AS p
LEFT JOIN state.account AS a ON a.self_slot = p.home_slot AND a.account_id = p.account_id
LEFT JOIN state.member AS m ON m.member_id = p.owner_id
LEFT JOIN meta.free_mail AS f ON f.domain = lower(mail_host(p.email))
LEFT JOIN scoped.entity_source AS s ON s.entity = 'person' AND s.entity_id = p.person_id
WHERE is_visible(a.team_id);

-- Leads that did not become a deal yet are those that somebody still works on.
CREATE OR REPLACE VIEW scoped.lead_check AS
SELECT l.lead_id, l.full_name AS name, l.company, l.account_id, l.owner_id, l.owner, l.team_id, l.team, l.segment, l.source_name,
  l.campaign_id, l.status, l.created_at, l.converted_at, l.deal_id, l.source,
  v.email IS NOT NULL AS has_email, v.phone IS NOT NULL AS has_phone, v.country,
  is_filler(coalesce(v.full_name, trim(concat_ws(' ', v.first_name, v.last_name)))) AS is_name_filler,
  is_garbled(coalesce(v.full_name, trim(concat_ws(' ', v.first_name, v.last_name)))) AS is_name_garbled
FROM scoped.lead AS l
JOIN model.lead_version AS v ON v.home_slot = l.home_slot AND v.lead_id = l.lead_id AND v.valid_from <= getvariable('as_of')
  AND (v.valid_to IS NULL OR v.valid_to > getvariable('as_of')) AND NOT v.is_deleted;

-- Every known writing of a field, with who wrote it by which way; what was written is personal where it is somebody's.
CREATE OR REPLACE VIEW scoped.field_write AS
WITH told AS (
  SELECT f.field_change_id, f.source, f.object_1 AS entity, f.record_key,
    CASE WHEN f.object_1 IN ('account', 'person') THEN i.entity_id ELSE f.source || ':' || f.record_key END AS record_id,
    field_word(f.field) AS field, f.field AS said_field, f."at", f.recorded_at, f.by_id, m.name AS writer, m.team_id AS writer_team_id,
    writing_way(f.via, m.member_id IS NOT NULL, m.name) AS way, f.old_value, f.new_value
  FROM model.field_change AS f
  LEFT JOIN model.identity_link AS i
    ON i.entity = CASE WHEN f.object_1 IN ('account', 'person') THEN f.object_1 END AND i.source = f.source AND i.source_key = f.record_key
  LEFT JOIN state.member AS m ON m.member_id = f.by_id
  WHERE f."at" <= getvariable('as_of')
)
SELECT t.field_change_id AS field_write_id, t.source, t.entity, t.record_key, t.record_id, t.field, t.said_field, t."at", t.by_id,
  CASE WHEN is_visible(t.writer_team_id) OR t.way <> 'person' THEN t.writer END AS writer, t.writer_team_id, t.way,
  written_value(t.entity, t.field, t.old_value) AS old_value, written_value(t.entity, t.field, t.new_value) AS new_value,
  is_unfit(t.field, t.old_value) AS was_unfit, is_unfit(t.field, t.new_value) AS is_unfit,
  t.old_value IS NOT NULL AS tells_old, value_key(t.field, t.old_value) AS old_key, value_key(t.field, t.new_value) AS new_key
FROM told AS t
LEFT JOIN model.person_version AS p ON is_restricted() AND p.person_id = CASE t.entity WHEN 'person' THEN t.record_id END
  AND p.valid_from <= getvariable('as_of') AND (p.valid_to IS NULL OR p.valid_to > getvariable('as_of'))
LEFT JOIN model.ticket_version AS k ON is_restricted() AND k.ticket_id = CASE t.entity WHEN 'ticket' THEN t.record_id END
  AND k.valid_from <= getvariable('as_of') AND (k.valid_to IS NULL OR k.valid_to > getvariable('as_of'))
LEFT JOIN model.subscription_version AS s ON is_restricted() AND s.subscription_id = CASE t.entity WHEN 'subscription' THEN t.record_id END
  AND s.valid_from <= getvariable('as_of') AND (s.valid_to IS NULL OR s.valid_to > getvariable('as_of'))
LEFT JOIN state.account AS a ON is_restricted() AND a.account_id =
  CASE t.entity WHEN 'account' THEN t.record_id WHEN 'person' THEN p.account_id WHEN 'ticket' THEN k.account_id
                WHEN 'subscription' THEN s.account_id END
LEFT JOIN model.deal_version AS d ON is_restricted() AND d.deal_id = CASE t.entity WHEN 'deal' THEN t.record_id END
  AND d.valid_from <= getvariable('as_of') AND (d.valid_to IS NULL OR d.valid_to > getvariable('as_of'))
LEFT JOIN model.lead_version AS l ON is_restricted() AND l.lead_id = CASE t.entity WHEN 'lead' THEN t.record_id END
  AND l.valid_from <= getvariable('as_of') AND (l.valid_to IS NULL OR l.valid_to > getvariable('as_of'))
LEFT JOIN state.member AS w ON is_restricted() AND w.member_id = coalesce(d.owner_id, l.owner_id)
WHERE is_visible(CASE WHEN t.entity IN ('deal', 'lead') THEN coalesce(d.team_id, w.team_id) ELSE a.team_id END);

-- Who wrote a field of a record last. Of several writings of one moment the one with the last id.
CREATE OR REPLACE VIEW scoped.field_writer AS
SELECT entity, record_id, field, "at", by_id, writer, way
FROM (
  SELECT entity, record_id, field, "at", by_id, writer, way,
    row_number() OVER (PARTITION BY entity, record_id, field ORDER BY "at" DESC NULLS LAST, field_write_id DESC NULLS LAST) AS place
  FROM scoped.field_write
) AS written
WHERE place = 1;

-- Values that differ between two exports of one record, where nothing tells who changed them and when. Compared is
-- what was said and not what may be shown, so that who may not see a number is told as often that it changed.
CREATE OR REPLACE VIEW scoped.field_sight AS
WITH account_told AS (
  SELECT r.account_id, r.source, r.object, r.source_key, r.row_key, r.observed_at, r.observation, r.phone, r.domain, r.industry, r.country,
    r.employees, r.tax_id
  FROM model.account_record AS r
  JOIN state.account AS a ON a.self_slot = r.self_slot AND a.account_id = r.account_id
  WHERE is_visible(a.team_id)
  UNION ALL
  SELECT e.account_id, e.source, e.object, e.source_key, '' AS row_key, e.observed_at, e.observation, e.phone, e.domain, e.industry, e.country,
    e.employees, e.tax_id
  FROM model.account_enrichment AS e
  JOIN state.account AS a ON a.account_id = e.account_id
  WHERE is_visible(a.team_id)
),
person_told AS (
  SELECT r.person_id, r.self_slot, r.source, r.object, r.source_key, r.row_key, r.observed_at, r.observation, r.phone, r.email, r.title
  FROM model.person_record AS r
  UNION ALL
  SELECT e.person_id, slot_of(e.person_id), e.source, e.object, e.source_key, '' AS row_key, e.observed_at, e.observation, e.phone, e.email, e.title
  FROM model.person_enrichment AS e
  WHERE e.person_id IS NOT NULL
),
account_seen AS (
  SELECT account_id, source, object, row_key, source_key, observed_at, observation, row_number() OVER w AS place, phone, lag(phone) OVER w AS phone_before,
    domain, lag(domain) OVER w AS domain_before, industry, lag(industry) OVER w AS industry_before, country,
    lag(country) OVER w AS country_before, employees, lag(employees) OVER w AS employees_before, tax_id, lag(tax_id) OVER w AS tax_id_before
  FROM account_told
  WINDOW w AS (PARTITION BY source, object, row_key, source_key ORDER BY observation NULLS LAST)
),
person_seen AS (
  SELECT t.person_id, t.source, t.object, t.row_key, t.source_key, t.observed_at, t.observation,
    row_number() OVER w AS place, t.phone, lag(t.phone) OVER w AS phone_before,
    t.email, lag(t.email) OVER w AS email_before, t.title, lag(t.title) OVER w AS title_before
  FROM person_told AS t
  JOIN model.person_version AS p ON p.self_slot = t.self_slot AND p.person_id = t.person_id AND p.valid_from <= getvariable('as_of')
    AND (p.valid_to IS NULL OR p.valid_to > getvariable('as_of')) AND NOT p.is_deleted
  LEFT JOIN state.account AS a ON is_restricted() AND a.self_slot = p.home_slot AND a.account_id = p.account_id
  WHERE is_visible(a.team_id)
  WINDOW w AS (PARTITION BY t.source, t.object, t.row_key, t.source_key ORDER BY t.observation NULLS LAST)
),
deal_seen AS (
  SELECT deal_id, source, object, source_key, observed_at, observation, row_number() OVER w AS place, amount, lag(amount) OVER w AS amount_before,
    close_date, lag(close_date) OVER w AS close_date_before, next_step, lag(next_step) OVER w AS next_step_before
  FROM scoped.deal_record
  WINDOW w AS (PARTITION BY source, object, source_key ORDER BY observation NULLS LAST)
),
told AS (
  SELECT 'account' AS entity, s.account_id AS record_id, s.source, s.source_key AS record_key, s.object, s.row_key, f.field,
    s.observed_at AS "at", s.observation,
    CASE f.field WHEN 'phone' THEN s.phone_before WHEN 'website' THEN s.domain_before WHEN 'industry' THEN s.industry_before
                 WHEN 'country' THEN s.country_before WHEN 'employees' THEN CAST(s.employees_before AS VARCHAR) ELSE s.tax_id_before END AS old_value,
    CASE f.field WHEN 'phone' THEN s.phone WHEN 'website' THEN s.domain WHEN 'industry' THEN s.industry
                 WHEN 'country' THEN s.country WHEN 'employees' THEN CAST(s.employees AS VARCHAR) ELSE s.tax_id END AS new_value
  FROM account_seen AS s
  CROSS JOIN (VALUES ('phone'), ('website'), ('industry'), ('country'), ('employees'), ('tax_id')) AS f(field)
  WHERE s.place > 1
  UNION ALL
  SELECT 'person', s.person_id, s.source, s.source_key, s.object, s.row_key, f.field, s.observed_at, s.observation,
    CASE f.field WHEN 'phone' THEN s.phone_before WHEN 'email' THEN s.email_before ELSE s.title_before END,
    CASE f.field WHEN 'phone' THEN s.phone WHEN 'email' THEN s.email ELSE s.title END
  FROM person_seen AS s
  CROSS JOIN (VALUES ('phone'), ('email'), ('title')) AS f(field)
  WHERE s.place > 1
  UNION ALL
  SELECT 'deal', s.deal_id, s.source, s.source_key, s.object, '', f.field, s.observed_at, s.observation,
    CASE f.field WHEN 'amount' THEN CAST(s.amount_before AS VARCHAR) WHEN 'close_date' THEN CAST(s.close_date_before AS VARCHAR) ELSE s.next_step_before END,
    CASE f.field WHEN 'amount' THEN CAST(s.amount AS VARCHAR) WHEN 'close_date' THEN CAST(s.close_date AS VARCHAR) ELSE s.next_step END
  FROM deal_seen AS s
  CROSS JOIN (VALUES ('amount'), ('close_date'), ('next_step')) AS f(field)
  WHERE s.place > 1
)
SELECT t.entity, t.record_id, t.source, t.record_key, t.field, t."at",
  CASE WHEN holds_contact(t.field) THEN personal(t.old_value) ELSE t.old_value END AS old_value,
  CASE WHEN holds_contact(t.field) THEN personal(t.new_value) ELSE t.new_value END AS new_value,
  is_unfit(t.field, t.old_value) AS was_unfit, is_unfit(t.field, t.new_value) AS is_unfit, value_key(t.field, t.old_value) AS old_key,
  value_key(t.field, t.new_value) AS new_key, t.object, t.row_key, t.observation
FROM told AS t
WHERE t.old_value IS DISTINCT FROM t.new_value;
