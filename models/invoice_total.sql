-- What an invoice of which only lines are known comes to: their sum, where each has an amount and all are in one currency.
-- needs: model.invoice_version, model.invoice_line
CREATE OR REPLACE TABLE model.invoice_total AS
WITH lacking AS (
  SELECT invoice_id, min(home_slot) AS home_slot
  FROM model.invoice_version
  WHERE valid_to IS NULL
  GROUP BY invoice_id
  HAVING max(total) IS NULL
)
SELECT l.invoice_id, CAST(sum(l.amount) AS DECIMAL(18,4)) AS total, min(l.currency) AS currency, i.home_slot
FROM model.invoice_line AS l
JOIN lacking AS i ON i.invoice_id = l.invoice_id
GROUP BY l.invoice_id, i.home_slot
HAVING count(*) = count(l.amount) AND count(DISTINCT coalesce(l.currency, 'XXX')) = 1
ORDER BY i.home_slot NULLS LAST, l.invoice_id NULLS LAST;
