-- Why records are one, and what became of them: what analyses of who is who read beside views.sql.

-- What each source says of its companies and people, observation by observation, as entity resolution compares it; with the
-- reason why a record belongs to its entity. It tells personal data as they are: what reads it hides what it shows of them
-- from who may not see that, since words that are hidden cannot be compared.
CREATE OR REPLACE VIEW scoped.identity_word AS
SELECT l.entity, l.entity_id, l.source, l.source_key, l.probability, l.decided_by, l.reason, w.observation, w.name, w.legal_name,
  w.domain, w.tax_id, w.email, w.phone, w.country, w.city, w.source || '|' || w.parent_key AS parent, w.employees, w.industry,
  CAST(NULL AS VARCHAR) AS mobile, CAST(NULL AS VARCHAR) AS account, CAST(NULL AS VARCHAR) AS title
FROM model.identity_link AS l
LEFT JOIN model.account_word AS w ON w.source = l.source AND w.key = l.source_key
WHERE l.entity = 'account' AND l.entity_id IN (SELECT account_id FROM scoped.account)
UNION ALL
SELECT l.entity, l.entity_id, l.source, l.source_key, l.probability, l.decided_by, l.reason, w.observation, w.name, NULL, NULL, NULL,
  w.email, w.phone, w.country, w.city, NULL, NULL, NULL, w.mobile, a.entity_id, w.title
FROM model.identity_link AS l
LEFT JOIN model.person_word AS w ON w.source = l.source AND w.key = l.source_key
LEFT JOIN model.identity_link AS a ON a.entity = 'account' AND a.source = w.source AND a.source_key = w.account_key
WHERE l.entity = 'person' AND l.entity_id IN (SELECT person_id FROM scoped.person);

-- How many companies and people there are to be told apart, roughly.
CREATE OR REPLACE VIEW scoped.identity_size AS
SELECT entity, max(entities) AS entities FROM model.identity_profile GROUP BY entity;

-- Where the contacts of a company get their mail, free mail and our own house left out: by the record that they belong to, so that
-- what one of them is known by is not told of another that was put together with it.
CREATE OR REPLACE VIEW scoped.identity_contact_host AS
SELECT DISTINCT l.source, l.source_key, regexp_extract(lower(w.email), '@(.+)$', 1) AS host
FROM model.person_word AS w
JOIN model.identity_link AS l ON l.entity = 'account' AND l.source = w.source AND l.source_key = w.account_key
WHERE w.email LIKE '%@%' AND l.entity_id IN (SELECT account_id FROM scoped.account)
  AND regexp_extract(lower(w.email), '@(.+)$', 1) NOT IN (
    SELECT domain FROM meta.free_mail
    UNION ALL SELECT regexp_extract(lower(email), '@(.+)$', 1) FROM model.member_state WHERE email LIKE '%@%');

-- Each time that a record was given to an entity, and which one it belonged to before: of the records that may be seen.
CREATE OR REPLACE VIEW scoped.identity_move AS
WITH moved AS (
  SELECT entity, source, source_key, entity_id AS to_id, decided_by, probability, reason, data_version,
    lag(entity_id) OVER (PARTITION BY entity, source, source_key ORDER BY data_version NULLS LAST) AS from_id
  FROM meta.identity_link
)
SELECT m.entity, m.source, m.source_key, m.from_id, m.to_id, m.decided_by, m.probability,
  CASE WHEN m.entity = 'account' THEN m.reason ELSE personal(m.reason) END AS reason, m.data_version
FROM moved AS m
JOIN model.identity_link AS l ON l.entity = m.entity AND l.source = m.source AND l.source_key = m.source_key
WHERE CASE m.entity WHEN 'account' THEN l.entity_id IN (SELECT account_id FROM scoped.account)
                    WHEN 'person' THEN l.entity_id IN (SELECT person_id FROM scoped.person)
                    ELSE l.entity_id IN (SELECT member_id FROM scoped.member) END;
