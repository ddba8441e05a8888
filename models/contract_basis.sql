-- For how many months the amounts of a source's contracts are: one, or a quarter, half a year, a year, or the term (0). No
-- export says so; it is that of which most of the contracts that can be compared agree with a subscription of the same
-- account during their term. Null where no basis fits half of them, or fewer than three can be compared.
-- needs: model.contract_version, model.subscription_value
CREATE OR REPLACE TABLE model.contract_basis AS
WITH stated AS (
  SELECT contract_id, account_id, source, currency, start_date, coalesce(end_date, DATE '9999-12-31') AS end_date,
    coalesce(amount, CAST(quantity * unit_price AS DECIMAL(18,4))) AS amount,
    CASE WHEN end_date >= start_date THEN greatest(1, (CAST(end_date - start_date AS INTEGER) * 12 + 183) // 365) END AS months
  FROM model.contract_version
  WHERE valid_to IS NULL AND NOT is_deleted AND start_date IS NOT NULL
),
compared AS (
  SELECT c.contract_id, c.source, c.amount, c.months, v.monthly
  FROM stated AS c
  JOIN model.subscription_value AS v ON v.account_id = c.account_id AND v.monthly > 0
  WHERE c.amount > 0 AND v.from_day <= c.end_date AND coalesce(v.to_day, DATE '9999-12-31') > c.start_date
    AND (c.currency IS NULL OR v.currency = c.currency)
),
candidates AS (
  SELECT unnest([0, 1, 3, 6, 12]) AS basis
),
agreeing AS (
  SELECT p.source, b.basis, count(DISTINCT p.contract_id) AS contracts
  FROM compared AS p
  JOIN candidates AS b ON abs(p.amount - p.monthly * CASE WHEN b.basis = 0 THEN p.months ELSE b.basis END) * 200 <= p.amount
  GROUP BY p.source, b.basis
),
ranked AS (
  SELECT source, basis, contracts,
    row_number() OVER (PARTITION BY source ORDER BY contracts DESC NULLS LAST, basis NULLS LAST) AS place
  FROM agreeing
)
SELECT t.source, CASE WHEN r.contracts * 2 >= t.contracts AND t.contracts >= 3 THEN r.basis END AS basis, t.contracts AS compared,
  coalesce(r.contracts, 0) AS agreeing
FROM (SELECT source, count(DISTINCT contract_id) AS contracts FROM compared GROUP BY source) AS t
LEFT JOIN ranked AS r ON r.source = t.source AND r.place = 1
ORDER BY t.source NULLS LAST;
