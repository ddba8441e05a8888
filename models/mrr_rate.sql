-- At what rate recurring revenue in another currency counts: that of the first day of the month, the whole month long, so
-- that within a month no movement is an exchange rate's. A row as long as the rate is the same, in each currency in which numbers are shown.
-- needs: model.fx, model.subscription_value, setting.currency
CREATE OR REPLACE TABLE model.mrr_rate AS
WITH used AS (
  SELECT DISTINCT currency FROM model.subscription_value
),
known AS (
  SELECT f.in_currency, f.currency, f.valid_from, f.valid_to, f.rate, f.decimals FROM model.fx AS f JOIN used AS u ON u.currency = f.currency
),
-- Rates change between the first and the last day for which there is one; before and after them stands one for ever.
span AS (
  SELECT in_currency, currency, min(valid_to) AS first_change, max(valid_from) AS last_change
  FROM known
  GROUP BY in_currency, currency
  HAVING count(*) > 1
),
months AS (
  SELECT in_currency, currency, CAST(unnest(generate_series(CAST(date_trunc('month', first_change) AS TIMESTAMP),
    CAST(date_trunc('month', last_change) + INTERVAL 1 MONTH AS TIMESTAMP), INTERVAL 1 MONTH)) AS DATE) AS month
  FROM span
  UNION ALL
  SELECT DISTINCT in_currency, currency, DATE '1900-01-01' FROM known
),
rated AS (
  SELECT m.in_currency, m.currency, m.month, k.rate, k.decimals,
    lag(k.rate) OVER (PARTITION BY m.in_currency, m.currency ORDER BY m.month NULLS LAST) AS was
  FROM months AS m
  JOIN known AS k ON k.in_currency = m.in_currency AND k.currency = m.currency AND k.valid_from <= m.month AND k.valid_to > m.month
)
SELECT in_currency, currency, month AS from_day,
  lead(month) OVER (PARTITION BY in_currency, currency ORDER BY month NULLS LAST) AS to_day, rate, decimals
FROM rated
WHERE rate IS DISTINCT FROM was
ORDER BY in_currency NULLS LAST, currency NULLS LAST, from_day NULLS LAST;
