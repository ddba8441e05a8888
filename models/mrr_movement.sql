-- Every movement of the monthly recurring revenue of a customer, over all of its subscriptions, a row a day and kind, in each
-- currency in which numbers are shown, under policy `weir` (docs/recurring-revenue.md). On each day, of each customer and of
-- all:
--   revenue of the evening before + fx + new + reactivation + expansion + contraction + churn = revenue of the evening
-- and so the sum of all amounts up to a day is the revenue of its evening. A day is one of the reporting zone; what comes and
-- goes within a day is no movement. Where the rate of the month changes, what is held is carried over by `fx` first.
--   new            from nothing, for the first time
--   reactivation   from nothing, having paid before
--   expansion      to more, or from a free subscription to a paid one by who has paid before
--   contraction    to less, or to nothing while a free subscription goes on
--   churn          to nothing; spell_from is the day since when revenue had come without a break
-- needs: model.subscription_mrr, model.mrr_rate, setting.currency
CREATE OR REPLACE TABLE model.mrr_movement AS
WITH turns AS (
  SELECT in_currency, subscription_id, customer_id, account_id, home_slot, from_day AS day, coalesce(mrr, 0) AS arrives, 0 AS leaves, 0 AS carried,
    1 AS opened, 0 AS closed
  FROM model.subscription_mrr
  UNION ALL
  SELECT m.in_currency, m.subscription_id, m.customer_id, m.account_id, m.home_slot, m.to_day, 0, coalesce(m.mrr, 0),
    coalesce(in_shown(m.monthly, r.rate, r.decimals), 0) - coalesce(m.mrr, 0), 0, 1
  FROM model.subscription_mrr AS m
  LEFT JOIN model.mrr_rate AS r ON r.in_currency = m.in_currency AND r.currency = m.currency AND r.from_day <= m.to_day
    AND coalesce(r.to_day, DATE 'infinity') > m.to_day
  WHERE m.to_day IS NOT NULL
),
days AS (
  SELECT in_currency, customer_id, min(account_id) AS account_id, min(home_slot) AS home_slot, day, sum(arrives) - sum(leaves) AS change,
    sum(carried) AS fx, sum(opened) - sum(closed) AS opened, count(DISTINCT subscription_id) AS subscriptions,
    min(subscription_id) AS subscription_id
  FROM turns
  GROUP BY in_currency, customer_id, day
),
evenings AS (
  SELECT *, sum(change) OVER w AS after, sum(opened) OVER w AS open_after
  FROM days
  WINDOW w AS (PARTITION BY in_currency, customer_id ORDER BY day NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),
told AS (
  SELECT *, after - change AS before, after - change + fx AS base, open_after - opened AS open_before,
    coalesce(bool_or(after > 0) OVER (PARTITION BY in_currency, customer_id ORDER BY day NULLS LAST
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), FALSE) AS has_paid
  FROM evenings
),
spelled AS (
  SELECT *, max(CASE WHEN before = 0 AND after > 0 THEN day END) OVER (
    PARTITION BY in_currency, customer_id ORDER BY day NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS spell_from
  FROM told
),
moved AS (
  SELECT *,
    CASE WHEN base = 0 AND after > 0 THEN CASE WHEN NOT has_paid THEN 'new' WHEN open_before > 0 THEN 'expansion' ELSE 'reactivation' END
         WHEN after = 0 AND base > 0 THEN CASE WHEN open_after > 0 THEN 'contraction' ELSE 'churn' END
         WHEN after > base THEN 'expansion'
         WHEN after < base THEN 'contraction' END AS kind
  FROM spelled
),
listed AS (
  SELECT in_currency, customer_id, account_id, home_slot, day, kind, after - base AS amount, base AS before, after, spell_from, subscriptions,
    subscription_id
  FROM moved
  WHERE kind IS NOT NULL
  UNION ALL
  SELECT in_currency, customer_id, account_id, home_slot, day, 'fx', fx, before, base, spell_from, subscriptions, subscription_id
  FROM moved
  WHERE fx <> 0
)
SELECT customer_id || ':' || CAST(day AS VARCHAR) || ':' || kind AS mrr_movement_id, in_currency, customer_id, account_id, day, kind,
  CAST(amount AS DECIMAL(18,4)) AS amount, CAST(before AS DECIMAL(18,4)) AS before, CAST(after AS DECIMAL(18,4)) AS after, spell_from,
  CASE WHEN subscriptions = 1 THEN subscription_id END AS subscription_id, home_slot
FROM listed
ORDER BY in_currency NULLS LAST, home_slot NULLS LAST, customer_id NULLS LAST, day NULLS LAST, kind NULLS LAST;
