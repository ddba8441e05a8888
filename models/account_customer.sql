-- Since when an account is a customer: since the first of its deals was won.
-- needs: model.deal, model.deal_version
CREATE OR REPLACE TABLE model.account_customer AS
SELECT d.account_id, min(v.valid_from) AS since, d.home_slot AS account_slot
FROM model.deal AS d
JOIN model.deal_version AS v ON v.home_slot = d.home_slot AND v.deal_id = d.deal_id
WHERE d.account_id IS NOT NULL AND v.status = 'won'
GROUP BY d.account_id, d.home_slot
ORDER BY account_slot NULLS LAST, d.account_id NULLS LAST;
