-- Since when an account is a customer: since the first deal that stands won was won, or the first invoice over an amount was
-- paid, whichever came first. A deal is won when it closed, and no later than its stage said so. The one definition of
-- the list, the page and the filter.
-- needs: model.deal, model.deal_version, model.invoice_version, model.invoice_settlement, setting.time_zone
CREATE OR REPLACE TABLE model.account_customer AS
WITH bought AS (
  SELECT d.account_id, d.home_slot AS account_slot,
    least(min(v.valid_from), coalesce(min(d.closed_at), local_midnight(min(v.close_date)), min(v.valid_from))) AS since
  FROM model.deal AS d
  JOIN model.deal_version AS v ON v.home_slot = d.home_slot AND v.deal_id = d.deal_id
  WHERE d.account_id IS NOT NULL AND v.status = 'won'
  GROUP BY d.account_id, d.home_slot, d.deal_id
  HAVING bool_or(v.valid_to IS NULL AND NOT v.is_deleted)
  UNION ALL
  SELECT i.account_id, i.home_slot, coalesce(i.paid_at, s.settled_at)
  FROM model.invoice_version AS i
  LEFT JOIN model.invoice_settlement AS s ON s.home_slot = i.home_slot AND s.invoice_id = i.invoice_id AND s.until IS NULL
  WHERE i.account_id IS NOT NULL AND i.valid_to IS NULL AND NOT i.is_deleted AND i.total > 0
    AND coalesce(i.status, 'open') NOT IN ('void', 'draft')
)
SELECT account_id, min(since) AS since, account_slot
FROM bought
WHERE since IS NOT NULL
GROUP BY account_id, account_slot
ORDER BY account_slot NULLS LAST, account_id NULLS LAST;
