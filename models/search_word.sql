-- The words by which the search finds: of names each word, of ids, numbers, addresses and phones the whole without
-- punctuation; all folded (scoped/macros.sql), old names too, since the moment given. Words are numbered by kind, length
-- and letters (`term`; model.search_term) and lie in that order: the words of one length with one beginning are one range of
-- numbers, and the shortest, which are the nearest to what was typed, are read first and alone.
-- can wait: the search finds what has come in when all of it has
-- needs: model.account_version, model.person_version, model.deal, model.deal_version, model.lead_version, model.ticket_version, model.invoice_version, model.identity_link
CREATE OR REPLACE TABLE model.search_word AS
WITH named AS (
  SELECT 'account' AS kind, account_id AS id, valid_from AS since, name AS words, FALSE AS is_personal FROM model.account_version
  UNION ALL
  SELECT 'account', account_id, valid_from, legal_name, FALSE FROM model.account_version
  UNION ALL
  SELECT 'person', person_id, valid_from, coalesce(full_name, concat_ws(' ', first_name, last_name)), TRUE FROM model.person_version
  UNION ALL
  SELECT 'deal', v.deal_id, v.valid_from, d.name, FALSE
  FROM model.deal_version AS v
  JOIN model.deal AS d ON d.deal_id = v.deal_id
  WHERE v.version = 1
  UNION ALL
  SELECT 'lead', lead_id, valid_from, coalesce(full_name, concat_ws(' ', first_name, last_name)), TRUE FROM model.lead_version
  UNION ALL
  SELECT 'lead', lead_id, valid_from, company, FALSE FROM model.lead_version
  UNION ALL
  SELECT 'ticket', ticket_id, valid_from, subject, TRUE FROM model.ticket_version
),
whole AS (
  SELECT 'account' AS kind, account_id AS id, valid_from AS since, domain AS words, 'domain' AS field, FALSE AS is_personal
  FROM model.account_version
  UNION ALL
  SELECT 'account', account_id, valid_from, email, 'email', TRUE FROM model.account_version
  UNION ALL
  SELECT 'account', account_id, valid_from, tax_id, 'number', FALSE FROM model.account_version
  UNION ALL
  SELECT 'person', person_id, valid_from, email, 'email', TRUE FROM model.person_version
  UNION ALL
  SELECT 'lead', lead_id, valid_from, email, 'email', TRUE FROM model.lead_version
  UNION ALL
  SELECT 'lead', lead_id, valid_from, domain, 'domain', FALSE FROM model.lead_version
  UNION ALL
  SELECT 'invoice', invoice_id, valid_from, number, 'number', FALSE FROM model.invoice_version
  UNION ALL
  SELECT entity, entity_id, TIMESTAMP '1900-01-01 00:00:00', source_key, 'id', FALSE
  FROM model.identity_link
  WHERE entity IN ('account', 'person')
  UNION ALL
  SELECT 'deal', deal_id, TIMESTAMP '1900-01-01 00:00:00', source_key, 'id', FALSE FROM model.deal
  UNION ALL
  SELECT 'lead', lead_id, valid_from, substr(lead_id, length(source) + 2), 'id', FALSE FROM model.lead_version
  UNION ALL
  SELECT 'ticket', ticket_id, valid_from, substr(ticket_id, length(source) + 2), 'id', FALSE FROM model.ticket_version
  UNION ALL
  SELECT 'invoice', invoice_id, valid_from, substr(invoice_id, length(source) + 2), 'id', FALSE FROM model.invoice_version
),
dialled AS (
  SELECT 'account' AS kind, account_id AS id, valid_from AS since, regexp_replace(phone, '[^0-9]+', '', 'g') AS digits
  FROM model.account_version
  UNION ALL
  SELECT 'person', person_id, valid_from, regexp_replace(phone, '[^0-9]+', '', 'g') FROM model.person_version
  UNION ALL
  SELECT 'person', person_id, valid_from, regexp_replace(mobile, '[^0-9]+', '', 'g') FROM model.person_version
  UNION ALL
  SELECT 'lead', lead_id, valid_from, regexp_replace(phone, '[^0-9]+', '', 'g') FROM model.lead_version
),
-- Most versions bear the name that the one before bore: each text is taken apart once.
names AS (
  SELECT kind, id, words, is_personal, min(since) AS since
  FROM named
  WHERE words IS NOT NULL
  GROUP BY kind, id, words, is_personal
),
wholes AS (
  SELECT kind, id, words, field, is_personal, min(since) AS since
  FROM whole
  WHERE words IS NOT NULL
  GROUP BY kind, id, words, field, is_personal
),
words AS (
  SELECT kind, id, since, 'name' AS field, is_personal,
    unnest(string_split_regex(folded(words), '[^\p{L}\p{N}]+')) AS word
  FROM names
  UNION ALL
  SELECT kind, id, since, field, is_personal, squeezed(words) FROM wholes
  UNION ALL
  SELECT kind, id, since, 'phone', TRUE, digits FROM dialled
  UNION ALL
  -- As it is dialled inside the country.
  SELECT kind, id, since, 'phone', TRUE, right(digits, 10) FROM dialled WHERE length(digits) > 10
),
first_words AS (
  SELECT word, kind, id, field, is_personal, min(since) AS since
  FROM words
  WHERE word IS NOT NULL AND word <> ''
  GROUP BY word, kind, id, field, is_personal
)
SELECT n.term, w.word, w.kind, search_number(w.kind, w.id) AS entry, w.field, w.is_personal, w.since
FROM first_words AS w
JOIN (
  SELECT word, kind, is_personal,
    row_number() OVER (ORDER BY kind NULLS LAST, is_personal NULLS LAST, length(word) NULLS LAST, word NULLS LAST) AS term
  FROM (SELECT DISTINCT word, kind, is_personal FROM first_words) AS known
) AS n ON n.word = w.word AND n.kind = w.kind AND n.is_personal = w.is_personal
ORDER BY n.term NULLS LAST, entry NULLS LAST, w.field NULLS LAST;
