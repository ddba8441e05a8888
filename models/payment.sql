-- Payments, refunds and failures, and which invoice each of them pays: the one that its source names; else, where a bank
-- knows only who paid and what for, that one of the payer's invoices whose number stands in the purpose, else that one
-- whose total it is. The payer is the only account with his tax id. `matched_by` says how the invoice was found: source,
-- number, amount; several where more than one fits, which is left open; nothing where none does. One that names no account
-- is the payment of whom its invoice is made out to.
-- needs: rec.payment, model.identity_link, model.invoice_version, model.account_record, setting.time_zone
CREATE OR REPLACE TABLE model.payment AS
WITH newest AS (
  SELECT r.*, row_number() OVER (PARTITION BY r._source, r._object, r._key, r._emit
                                 ORDER BY r._observed_at DESC NULLS LAST, r._recorded_at DESC NULLS LAST, r._obs DESC NULLS LAST) AS from_the_last
  FROM rec.payment AS r
),
said AS (
  SELECT r._source || ':' || r._object || ':' || r._key
      || CASE WHEN r._emit > 0 THEN '#' || CAST(r._emit AS VARCHAR) ELSE '' END AS payment_id,
    r._source AS source, r._object AS object, r._key AS source_key, r._observed_at AS recorded_at,
    r._source || ':' || r.invoice_key AS invoice_id, a.entity_id AS account_id, r."at", r.amount, r.amount_refunded, r.currency,
    r.status, r.kind, r.failure_code, r.payer, r.payer_tax_id, r.purpose
  FROM newest AS r
  LEFT JOIN model.identity_link AS a ON a.entity = 'account' AND a.source = r._source AND a.source_key = r.account_key
  WHERE r.from_the_last = 1 AND NOT coalesce(r._deleted, FALSE)
),
tax_holders AS (
  SELECT tax_number, min(account_id) AS account_id
  FROM (SELECT tax_digits(tax_id) AS tax_number, account_id FROM model.account_record) AS told
  WHERE tax_number IS NOT NULL
  GROUP BY tax_number
  HAVING count(DISTINCT account_id) = 1
),
-- Money that came in and bears no invoice, and may say in its purpose which numbers and days it means: "Оплата по счету № 123 от 05.03.2026".
asking AS (
  SELECT s.payment_id, coalesce(s.account_id, h.account_id) AS account_id, local_date(s."at") AS paid_on, s.amount, s.currency,
    regexp_extract_all(array_to_string(regexp_extract_all(upper(s.purpose),
      '(?:^|[^А-ЯЁA-Z0-9])(?:СЧ[ЕЁ]Т[А-ЯЁ]*|СЧ|INVOICE|INV)[-.\s]*(?:ФАКТУР[А-ЯЁ]*\s*|НА ОПЛАТУ\s*|ОФЕРТ[А-ЯЁ]*\s*|ДОГОВОР[А-ЯЁ]*\s*)?'
      || '(?:ОТ\s*[0-9.]+\s*(?:Г\.?\s*)?)?(?:(?:№+|N[OR]?|#)\.?)?\s*'
      || '[0-9A-ZА-ЯЁ/_-]*[0-9][0-9A-ZА-ЯЁ/_-]*(?:\s*[,;И]\s*(?:№+|N|#)?\s*[0-9A-ZА-ЯЁ/_-]*[0-9][0-9A-ZА-ЯЁ/_-]*)*'), ' '),
      '[0-9A-ZА-ЯЁ/_-]*[0-9][0-9A-ZА-ЯЁ/_-]*') AS numbers,
    regexp_extract_all(s.purpose, '[0-3][0-9][.][01][0-9][.]20[0-9][0-9]') AS days
  FROM said AS s
  LEFT JOIN tax_holders AS h ON h.tax_number = tax_digits(s.payer_tax_id)
  WHERE s.invoice_id IS NULL AND (s.payer_tax_id IS NOT NULL OR s.purpose IS NOT NULL)
    AND coalesce(s.status, 'succeeded') = 'succeeded' AND coalesce(lower(s.kind), 'charge') IN ('charge', 'payment', 'transfer')
),
-- A form of 1C prints 0000-000123 and АБ-000123 as 123.
invoices AS (
  SELECT invoice_id, account_id, upper(trim("number")) AS "number",
    nullif(regexp_extract(upper(trim("number")), '^[0-9A-ZА-ЯЁ]{0,4}-0*([1-9][0-9]*)$', 1), '') AS printed_number,
    local_date(issued_at) AS issued_on, total, currency
  FROM model.invoice_version
  WHERE valid_to IS NULL AND NOT is_deleted AND account_id IS NOT NULL
    AND coalesce(lower(status), 'open') NOT IN ('draft', 'void', 'voided', 'canceled', 'cancelled', 'deleted')
),
numbers AS (
  SELECT DISTINCT payment_id, account_id, unnest(numbers) AS "number" FROM asking
),
borne AS (
  SELECT invoice_id, account_id, "number" FROM invoices
  UNION
  SELECT invoice_id, account_id, printed_number FROM invoices WHERE printed_number IS NOT NULL
),
matches AS (
  SELECT DISTINCT n.payment_id, b.invoice_id
  FROM numbers AS n
  JOIN borne AS b ON b.account_id = n.account_id AND b."number" = n."number"
),
named AS (
  SELECT m.payment_id, m.invoice_id, len(p.days) > 0 AS has_days,
    2 * CAST(list_contains(p.days, strftime(i.issued_on, '%d.%m.%Y')) AS INTEGER) + CAST(coalesce(i.total = p.amount, FALSE) AS INTEGER) AS agreement
  FROM matches AS m
  JOIN asking AS p ON p.payment_id = m.payment_id
  JOIN invoices AS i ON i.invoice_id = m.invoice_id
  WHERE coalesce(i.issued_on <= p.paid_on, TRUE) OR i.total = p.amount
),
-- Numbers begin anew each year: of several the one whose day and total agree best, and none against the day that is named.
by_number AS (
  SELECT payment_id, CASE WHEN (count(*) = 1 AND NOT bool_or(has_days)) OR (max(agreement) > 0 AND count(*) FILTER (WHERE agreement = best) = 1)
                          THEN max(CASE WHEN place = 1 THEN invoice_id END) END AS invoice_id
  FROM (SELECT *, max(agreement) OVER (PARTITION BY payment_id) AS best,
          row_number() OVER (PARTITION BY payment_id ORDER BY agreement DESC NULLS LAST, invoice_id NULLS LAST) AS place
        FROM named) AS judged
  GROUP BY payment_id
),
settled AS (
  SELECT invoice_id, sum(amount) AS amount
  FROM (SELECT n.invoice_id, p.amount FROM by_number AS n JOIN asking AS p ON p.payment_id = n.payment_id
        UNION ALL SELECT invoice_id, amount - coalesce(amount_refunded, 0) FROM said WHERE coalesce(status, 'succeeded') = 'succeeded') AS paid
  WHERE invoice_id IS NOT NULL
  GROUP BY invoice_id
),
fitting AS (
  SELECT p.payment_id, i.invoice_id,
    dense_rank() OVER (PARTITION BY p.account_id, p.amount ORDER BY p.paid_on NULLS LAST, p.payment_id NULLS LAST) AS payment_place,
    dense_rank() OVER (PARTITION BY p.account_id, p.amount ORDER BY i.issued_on NULLS LAST, i.invoice_id NULLS LAST) AS invoice_place,
    p.account_id, p.amount
  FROM asking AS p
  JOIN invoices AS i ON i.account_id = p.account_id AND i.total = p.amount
  LEFT JOIN by_number AS n ON n.payment_id = p.payment_id
  LEFT JOIN settled AS s ON s.invoice_id = i.invoice_id
  WHERE n.payment_id IS NULL AND coalesce(s.amount, 0) < i.total AND i.issued_on <= p.paid_on
    AND coalesce(i.currency, p.currency, 'XXX') = coalesce(p.currency, i.currency, 'XXX')
),
-- As many payments as invoices of one total settle all of them, whichever pays which: they are taken in their order.
measured AS (
  SELECT *, max(payment_place) OVER alike AS payments, max(invoice_place) OVER alike AS invoices,
    count(CASE WHEN payment_place = invoice_place THEN 1 END) OVER alike AS pairs
  FROM fitting
  WINDOW alike AS (PARTITION BY account_id, amount)
),
by_amount AS (
  SELECT payment_id,
    max(CASE WHEN payments = invoices AND pairs = payments AND payment_place = invoice_place THEN invoice_id END) AS invoice_id
  FROM measured
  GROUP BY payment_id
),
found AS (
  SELECT s.payment_id, s.source, s.object, s.source_key, s.recorded_at, coalesce(s.invoice_id, n.invoice_id, f.invoice_id) AS invoice_id,
    coalesce(s.account_id, p.account_id) AS account_id, s."at", s.amount, s.amount_refunded, s.currency, s.status, s.kind,
    s.failure_code, s.payer, s.payer_tax_id, s.purpose,
    CASE WHEN s.invoice_id IS NOT NULL THEN 'source'
         WHEN n.invoice_id IS NOT NULL THEN 'number'
         WHEN f.invoice_id IS NOT NULL THEN 'amount'
         WHEN n.payment_id IS NOT NULL OR f.payment_id IS NOT NULL THEN 'several' END AS matched_by
  FROM said AS s
  LEFT JOIN asking AS p ON p.payment_id = s.payment_id
  LEFT JOIN by_number AS n ON n.payment_id = s.payment_id
  LEFT JOIN by_amount AS f ON f.payment_id = s.payment_id
),
owned AS (
  SELECT f.payment_id, f.source, f.object, f.source_key, f.recorded_at, f.invoice_id, coalesce(f.account_id, i.account_id) AS account_id,
    f."at", f.amount, f.amount_refunded, f.currency, f.status, f.kind, f.failure_code, f.payer, f.payer_tax_id, f.purpose, f.matched_by
  FROM found AS f
  LEFT JOIN model.invoice_version AS i ON i.invoice_id = f.invoice_id AND i.valid_to IS NULL
)
SELECT *, slot_of(coalesce(account_id, invoice_id)) AS home_slot
FROM owned
ORDER BY home_slot NULLS LAST, payment_id NULLS LAST;
