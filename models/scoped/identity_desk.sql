-- Who may be whom: pairs that entity resolution weighed, what people said of them, under which of its records a company is
-- named by a deal.

-- Pairs of which both sides may be seen. What speaks for them and against is told without what is personal to who may not
-- see that.
CREATE OR REPLACE VIEW scoped.identity_pair AS
SELECT p.entity, p.source_a, p.key_a, p.source_b, p.key_b, a.entity_id AS id_a, b.entity_id AS id_b, p.weight, p.probability, p.status,
  CASE WHEN coalesce(getvariable('sees_personal_data'), FALSE) THEN p.evidence
       ELSE regexp_replace(p.evidence, CASE p.entity
         WHEN 'account' THEN '("field":"(?:email|phone)","level":"(?:[^"\\]|\\.)*","a":")(?:[^"\\]|\\.)*(","b":")(?:[^"\\]|\\.)*"'
         ELSE '("field":"(?:name|email|phone)","level":"(?:[^"\\]|\\.)*","a":")(?:[^"\\]|\\.)*(","b":")(?:[^"\\]|\\.)*"' END, '\1\2"', 'g')
  END AS evidence
FROM model.identity_pair AS p
JOIN model.identity_link AS a ON a.entity = p.entity AND a.source = p.source_a AND a.source_key = p.key_a
JOIN model.identity_link AS b ON b.entity = p.entity AND b.source = p.source_b AND b.source_key = p.key_b
WHERE CASE p.entity
  WHEN 'account' THEN a.entity_id IN (SELECT account_id FROM scoped.account) AND b.entity_id IN (SELECT account_id FROM scoped.account)
  ELSE a.entity_id IN (SELECT person_id FROM scoped.person) AND b.entity_id IN (SELECT person_id FROM scoped.person) END;

-- What decisions taught of the weights: whether probabilities are checked, and drawn to them. Numbers of decisions alone.
CREATE OR REPLACE VIEW scoped.identity_calibration AS
SELECT entity, labels, same, is_checked, is_used, loss_before, loss_after FROM model.identity_calibration;

-- What stands of what people said of two records, the newest word of each two.
CREATE OR REPLACE VIEW scoped.identity_verdict AS
WITH told AS (
  SELECT d.*, row_number() OVER (PARTITION BY d.entity, d.source_a, d.key_a, d.source_b, d.key_b ORDER BY d.data_version DESC NULLS LAST) AS place
  FROM meta.identity_decision AS d
  WHERE d.entity IN ('account', 'person') AND d.data_version NOT IN (SELECT undone FROM meta.identity_decision_undo)
)
SELECT t.entity, t.source_a, t.key_a, t.source_b, t.key_b, a.entity_id AS id_a, b.entity_id AS id_b, t.verdict, t.who, t.decided_at,
  t.data_version, n.decision_id
FROM told AS t
JOIN model.identity_link AS a ON a.entity = t.entity AND a.source = t.source_a AND a.source_key = t.key_a
JOIN model.identity_link AS b ON b.entity = t.entity AND b.source = t.source_b AND b.source_key = t.key_b
LEFT JOIN meta.decision AS n ON n.data_version = t.data_version AND n.undoes IS NULL
LEFT JOIN model.identity_fallen AS f ON f.entity = t.entity AND f.data_version = t.data_version AND f.source_a = t.source_a
  AND f.key_a = t.key_a AND f.source_b = t.source_b AND f.key_b = t.key_b
WHERE t.place = 1 AND f.entity IS NULL AND CASE t.entity
  WHEN 'account' THEN a.entity_id IN (SELECT account_id FROM scoped.account) AND b.entity_id IN (SELECT account_id FROM scoped.account)
  ELSE a.entity_id IN (SELECT person_id FROM scoped.person) AND b.entity_id IN (SELECT person_id FROM scoped.person) END;

-- Why a record of a source belongs to its company or person.
CREATE OR REPLACE VIEW scoped.record_link AS
SELECT l.entity, l.source, l.source_key, l.entity_id, l.probability, l.decided_by,
  CASE WHEN l.entity = 'person' OR l.reason LIKE '%@%' THEN personal(l.reason) ELSE l.reason END AS reason
FROM model.identity_link AS l
WHERE CASE l.entity WHEN 'account' THEN l.entity_id IN (SELECT account_id FROM scoped.account)
                    WHEN 'person' THEN l.entity_id IN (SELECT person_id FROM scoped.person)
                    ELSE FALSE END;

-- Which sources tell of companies and people: their names are nobody's secret.
CREATE OR REPLACE VIEW scoped.identity_source AS
SELECT DISTINCT l.source FROM model.identity_link AS l WHERE l.entity IN ('account', 'person');

-- By which record its source names the company of a deal.
CREATE OR REPLACE VIEW scoped.deal_company_record AS
SELECT d.deal_id, d.source, d.account_key
FROM model.deal AS d
WHERE d.account_key IS NOT NULL AND d.deal_id IN (SELECT deal_id FROM scoped.deal);
