-- What each subscription adds to the monthly recurring revenue, day by day, in the reporting currency at the rate of the first
-- day of the month; and in each other currency in which numbers are shown.
-- needs: model.subscription_value, model.mrr_rate, setting.currency, setting.time_zone
CREATE OR REPLACE TABLE model.subscription_mrr AS
WITH shown AS (
  SELECT unnest(getvariable('currencies')) AS in_currency
),
rated AS (
  SELECT s.in_currency, v.subscription_id, v.customer_id, v.account_id, v.home_slot, v.source, v.origin, v.currency, v.monthly,
    greatest(v.from_day, r.from_day) AS from_day, least(v.to_day, r.to_day) AS to_day, r.rate, r.decimals
  FROM model.subscription_value AS v
  CROSS JOIN shown AS s
  LEFT JOIN model.mrr_rate AS r ON r.in_currency = s.in_currency AND r.currency = v.currency AND r.from_day < coalesce(v.to_day, DATE 'infinity')
    AND coalesce(r.to_day, DATE 'infinity') > v.from_day
)
SELECT in_currency, subscription_id, row_number() OVER (PARTITION BY in_currency, subscription_id ORDER BY from_day NULLS LAST) AS version,
  customer_id, account_id, from_day, to_day, local_midnight(from_day) AS valid_from,
  local_midnight(to_day) AS valid_to, currency, monthly, rate,
  in_shown(monthly, rate, decimals) AS mrr,
  origin, source, home_slot
FROM rated
ORDER BY in_currency NULLS LAST, home_slot NULLS LAST, subscription_id NULLS LAST, from_day NULLS LAST;
