-- The words by which the search finds what is in model.search_entry: of names each word, of ids, numbers, addresses and
-- phones the whole without punctuation; all folded (scoped/macros.sql), old names too, since the moment given. They lie by
-- kind, length and letters, and `term` is a number of that order: the words of one length with one beginning are one range
-- of numbers, and the shortest, which are the nearest to what was typed, are read first and alone.
-- can wait: the search finds what has come in when all of it has
-- needs: model.account_version, model.person_version, model.deal, model.deal_version, model.lead_version, model.ticket_version, model.invoice_version, model.identity_link, model.search_entry
-- parts: entry
-- part of model.search_entry: entry
-- touched by model.account_version: SELECT search_number('account', account_id) FROM changed
-- within model.account_version: SELECT * FROM model.account_version WHERE account_id IN (SELECT id FROM model.search_entry WHERE
--   entry IN (SELECT part FROM temp.weir_parts))
-- touched by model.person_version: SELECT search_number('person', person_id) FROM changed
-- within model.person_version: SELECT * FROM model.person_version WHERE person_id IN (SELECT id FROM model.search_entry WHERE
--   entry IN (SELECT part FROM temp.weir_parts))
-- touched by model.deal: SELECT search_number('deal', deal_id) FROM changed
-- within model.deal: SELECT * FROM model.deal WHERE deal_id IN (SELECT id FROM model.search_entry WHERE
--   entry IN (SELECT part FROM temp.weir_parts))
-- touched by model.deal_version: SELECT search_number('deal', deal_id) FROM changed
-- within model.deal_version: SELECT * FROM model.deal_version WHERE deal_id IN (SELECT id FROM model.search_entry WHERE
--   entry IN (SELECT part FROM temp.weir_parts))
-- touched by model.lead_version: SELECT search_number('lead', lead_id) FROM changed
-- within model.lead_version: SELECT * FROM model.lead_version WHERE lead_id IN (SELECT id FROM model.search_entry WHERE
--   entry IN (SELECT part FROM temp.weir_parts))
-- touched by model.ticket_version: SELECT search_number('ticket', ticket_id) FROM changed
-- within model.ticket_version: SELECT * FROM model.ticket_version WHERE ticket_id IN (SELECT id FROM model.search_entry WHERE
--   entry IN (SELECT part FROM temp.weir_parts))
-- touched by model.invoice_version: SELECT search_number('invoice', invoice_id) FROM changed
-- within model.invoice_version: SELECT * FROM model.invoice_version WHERE invoice_id IN (SELECT id FROM model.search_entry WHERE
--   entry IN (SELECT part FROM temp.weir_parts))
-- touched by model.identity_link: SELECT search_number(entity, entity_id) FROM changed
-- within model.identity_link: SELECT * FROM model.identity_link WHERE entity_id IN (SELECT id FROM model.search_entry WHERE
--   entry IN (SELECT part FROM temp.weir_parts))
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
  SELECT word, kind, search_number(kind, id) AS entry, field, is_personal, min(since) AS since
  FROM words
  WHERE word IS NOT NULL AND word <> ''
  GROUP BY word, kind, entry, field, is_personal
)
SELECT search_order(kind, is_personal, word) AS term, word, kind, entry, field, is_personal, since
FROM first_words
WHERE entry IN (SELECT entry FROM model.search_entry)
ORDER BY term NULLS LAST, word NULLS LAST, entry NULLS LAST, field NULLS LAST;
