-- What a customer paid twelve months ago beside what it pays now, day by day, in each currency in which
-- numbers are shown, both at the rate that
-- counted then, so that no exchange rate is taken for growth. Customers that paid nothing then have no row. Twelve months
-- before the 29th of February is the 28th.
-- needs: model.subscription_mrr, model.subscription_value, model.mrr_rate, setting.currency, setting.time_zone
CREATE OR REPLACE TABLE model.customer_retention AS
WITH rates AS (
  SELECT in_currency, currency, CASE WHEN from_day = DATE '1900-01-01' THEN from_day ELSE year_after(from_day) END AS from_day,
    year_after(to_day) AS to_day, rate, decimals
  FROM model.mrr_rate
),
now AS (
  SELECT r.in_currency, v.customer_id, v.account_id, v.home_slot, v.origin, greatest(v.from_day, r.from_day) AS from_day,
    least(v.to_day, r.to_day) AS to_day, coalesce(in_shown(v.monthly, r.rate, r.decimals), 0) AS mrr
  FROM model.subscription_value AS v
  JOIN rates AS r ON r.currency = v.currency AND r.from_day < coalesce(v.to_day, DATE 'infinity')
    AND coalesce(r.to_day, DATE 'infinity') > v.from_day
),
held_then AS (
  SELECT in_currency, customer_id, account_id, home_slot, origin, year_after(from_day) AS from_day, year_after(to_day) AS to_day, coalesce(mrr, 0) AS mrr
  FROM model.subscription_mrr
),
turns AS (
  SELECT in_currency, customer_id, account_id, home_slot, origin, from_day AS day, mrr AS now, 0 AS a_year_ago FROM now
  UNION ALL SELECT in_currency, customer_id, account_id, home_slot, origin, to_day, -mrr, 0 FROM now WHERE to_day IS NOT NULL
  UNION ALL SELECT in_currency, customer_id, account_id, home_slot, origin, from_day, 0, mrr FROM held_then
  UNION ALL SELECT in_currency, customer_id, account_id, home_slot, origin, to_day, 0, -mrr FROM held_then WHERE to_day IS NOT NULL
),
days AS (
  SELECT in_currency, customer_id, min(account_id) AS account_id, min(home_slot) AS home_slot, day, sum(now) AS now, sum(a_year_ago) AS a_year_ago,
    CASE WHEN bool_and(origin = 'history') THEN 'history' ELSE min(origin) END AS origin
  FROM turns
  GROUP BY in_currency, customer_id, day
),
steps AS (
  SELECT in_currency, customer_id, account_id, home_slot, origin, day, lead(day) OVER w AS until, sum(now) OVER w AS now, sum(a_year_ago) OVER w AS a_year_ago
  FROM days
  WINDOW w AS (PARTITION BY in_currency, customer_id ORDER BY day NULLS LAST)
)
SELECT in_currency, customer_id, row_number() OVER (PARTITION BY in_currency, customer_id ORDER BY day NULLS LAST) AS version, account_id,
  local_midnight(day) AS valid_from, local_midnight(until) AS valid_to, CAST(now AS DECIMAL(18,4)) AS mrr,
  CAST(a_year_ago AS DECIMAL(18,4)) AS mrr_a_year_ago, CAST(least(now, a_year_ago) AS DECIMAL(18,4)) AS mrr_kept, origin, home_slot
FROM steps
WHERE a_year_ago > 0
ORDER BY in_currency NULLS LAST, home_slot NULLS LAST, customer_id NULLS LAST, version NULLS LAST;
