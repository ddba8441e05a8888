-- When an account is a customer, and since when: while a deal of it stands won, or an invoice over an amount stands paid,
-- as scoped.deal and scoped.invoice say at the moment; what a later fact takes back was true until then. A deal is won
-- since its history says so; where exports alone tell of it, since its close date, if that is earlier. The one definition
-- of the list, the page and the filter.
-- needs: model.deal, model.deal_version, model.invoice_version, model.invoice_settlement, setting.time_zone
CREATE OR REPLACE TABLE model.account_customer AS
WITH standing AS (
  SELECT deal_id, home_slot, valid_from, valid_to, origin, close_date, status = 'won' AND NOT is_deleted AS is_won,
    lag(status = 'won' AND NOT is_deleted) OVER (PARTITION BY deal_id ORDER BY valid_from NULLS LAST) AS was_won
  FROM model.deal_version
),
-- A deal that is edited while it stands won stands won all that time.
wins AS (
  SELECT *, count(*) FILTER (WHERE is_won AND NOT coalesce(was_won, FALSE)) OVER (
    PARTITION BY deal_id ORDER BY valid_from NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS win
  FROM standing
),
won AS (
  SELECT deal_id, home_slot, min(valid_from) AS valid_from, nullif(max(open_ended(valid_to)), TIMESTAMP 'infinity') AS valid_to,
    min(CASE WHEN coalesce(was_won, FALSE) THEN NULL
             WHEN origin <> 'history' AND close_date < local_date(valid_from) THEN local_midnight(close_date)
             ELSE valid_from END) AS since
  FROM wins
  WHERE is_won
  GROUP BY deal_id, home_slot, win
),
invoices AS (
  SELECT invoice_id, account_id, home_slot, valid_from, valid_to, issued_at, paid_at
  FROM model.invoice_version
  WHERE account_id IS NOT NULL AND NOT is_deleted AND total > 0 AND coalesce(status, 'open') NOT IN ('void', 'draft')
    AND issued_at IS NOT NULL
),
bought AS (
  SELECT d.account_id, d.home_slot AS account_slot, w.valid_from, w.valid_to, w.since
  FROM won AS w
  JOIN model.deal AS d ON d.home_slot = w.home_slot AND d.deal_id = w.deal_id
  WHERE d.account_id IS NOT NULL
  UNION ALL
  SELECT account_id, home_slot, greatest(valid_from, issued_at, paid_at), valid_to, paid_at
  FROM invoices
  WHERE paid_at IS NOT NULL
  UNION ALL
  SELECT i.account_id, i.home_slot, greatest(i.valid_from, i.issued_at, s.since), least(i.valid_to, s.until), s.settled_at
  FROM invoices AS i
  JOIN model.invoice_settlement AS s ON s.home_slot = i.home_slot AND s.invoice_id = i.invoice_id
  WHERE s.settled_at IS NOT NULL
),
-- What begins later, says no earlier day and ends when another does not end adds nothing.
weighed AS (
  SELECT *, min(CASE WHEN valid_to IS NULL THEN since END) OVER (
    PARTITION BY account_id ORDER BY valid_from NULLS LAST, since NULLS LAST, open_ended(valid_to) DESC NULLS LAST
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS known_since
  FROM bought
  WHERE valid_from < open_ended(valid_to)
)
SELECT account_id, valid_from, valid_to, since, account_slot
FROM weighed
WHERE coalesce(known_since > since, TRUE)
ORDER BY account_slot NULLS LAST, account_id NULLS LAST, valid_from NULLS LAST, since NULLS LAST, valid_to NULLS LAST;
