-- From when until when how much of an invoice was paid by payments that were found to be for it, and since when all of it
-- is: by money of the invoice's own currency, since nobody says at which rate another settles it. A source that names the invoice
-- of a payment says itself what is paid.
-- needs: model.payment, model.invoice_version
CREATE OR REPLACE TABLE model.invoice_settlement AS
WITH moments AS (
  SELECT p.invoice_id, p."at" AS since, sum(p.amount - coalesce(p.amount_refunded, 0)) AS amount
  FROM model.payment AS p
  JOIN model.invoice_version AS i ON i.invoice_id = p.invoice_id AND i.valid_to IS NULL
    AND coalesce(i.currency, p.currency, 'XXX') = coalesce(p.currency, i.currency, 'XXX')
  WHERE p.matched_by IN ('number', 'amount') AND p."at" IS NOT NULL AND coalesce(p.status, 'succeeded') = 'succeeded'
  GROUP BY p.invoice_id, p."at"
),
summed AS (
  SELECT m.invoice_id, m.since, lead(m.since) OVER following AS until, sum(m.amount) OVER following AS paid, i.total, i.home_slot
  FROM moments AS m
  JOIN model.invoice_version AS i ON i.invoice_id = m.invoice_id AND i.valid_to IS NULL
  WINDOW following AS (PARTITION BY m.invoice_id ORDER BY m.since NULLS LAST)
)
SELECT invoice_id, since, until, CAST(paid AS DECIMAL(18,4)) AS paid,
  min(CASE WHEN paid >= total THEN since END) OVER (PARTITION BY invoice_id ORDER BY since NULLS LAST) AS settled_at, home_slot
FROM summed
ORDER BY home_slot NULLS LAST, invoice_id NULLS LAST, since NULLS LAST;
