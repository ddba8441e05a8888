-- What the search can find, and how each was called, moment by moment: accounts, people, deals, leads, tickets, invoices.
-- `entry` is a number made of kind and id. Who may see a row is decided by scoped.search_entry: by the team of the
-- record itself, or, where `is_of_account`, by that of the account. What has no page of its own opens that of whom it belongs to.
-- What opens itself has nothing in `opens_kind` and `opens_id`.
-- can wait: the search finds what has come in when all of it has
-- needs: model.account_version, model.person_version, model.deal, model.deal_version, model.lead_version, model.ticket_version, model.invoice_version
-- parts: id
-- part of model.account_version: account_id
-- part of model.person_version: person_id
-- part of model.deal: deal_id
-- part of model.deal_version: deal_id
-- part of model.lead_version: lead_id
-- part of model.ticket_version: ticket_id
-- part of model.invoice_version: invoice_id
CREATE OR REPLACE TABLE model.search_entry AS
WITH called AS (
  SELECT 'account' AS kind, account_id AS id, valid_from, valid_to, is_deleted, CAST(NULL AS TIMESTAMP) AS begins_at,
    coalesce(name, legal_name, domain, account_id) AS title, FALSE AS is_personal, coalesce(domain, city, country) AS subtitle,
    CAST(NULL AS VARCHAR) AS account_id, owner_id, CAST(NULL AS VARCHAR) AS team_id, FALSE AS is_of_account,
    CAST(NULL AS VARCHAR) AS opens_kind, CAST(NULL AS VARCHAR) AS opens_id
  FROM model.account_version
  UNION ALL
  SELECT 'person', person_id, valid_from, valid_to, is_deleted, NULL,
    coalesce(full_name, nullif(trim(concat_ws(' ', first_name, last_name)), ''), email), TRUE, title, account_id, NULL, NULL, TRUE, NULL,
    NULL
  FROM model.person_version
  UNION ALL
  SELECT 'deal', v.deal_id, v.valid_from, v.valid_to, v.is_deleted, NULL, d.name, FALSE, NULL, d.account_id, v.owner_id,
    v.team_id, FALSE, NULL, NULL
  FROM model.deal_version AS v
  JOIN model.deal AS d ON d.deal_id = v.deal_id
  UNION ALL
  SELECT 'lead', lead_id, valid_from, valid_to, is_deleted, created_at,
    coalesce(full_name, nullif(trim(concat_ws(' ', first_name, last_name)), ''), email), TRUE, company, NULL, owner_id, NULL, FALSE,
    CASE WHEN coalesce(converted_person_id, person_id) IS NOT NULL THEN 'person'
         WHEN coalesce(converted_account_id, account_id) IS NOT NULL THEN 'account' END,
    coalesce(converted_person_id, person_id, converted_account_id, account_id)
  FROM model.lead_version
  WHERE created_at IS NOT NULL
  UNION ALL
  SELECT 'ticket', ticket_id, valid_from, valid_to, is_deleted, created_at, subject, TRUE, status, account_id, NULL, NULL, TRUE, 'account',
    account_id
  FROM model.ticket_version
  WHERE created_at IS NOT NULL
  UNION ALL
  SELECT 'invoice', invoice_id, valid_from, valid_to, is_deleted, issued_at, number, FALSE, status, account_id, NULL, NULL, TRUE,
    'account', account_id
  FROM model.invoice_version
  WHERE issued_at IS NOT NULL
)
SELECT search_number(kind, id) AS entry, slot_of(account_id) AS home_slot, called.*
FROM called
ORDER BY entry NULLS LAST, valid_from NULLS LAST;
