-- What each subscription is worth a month, day by day, in its own currency, under policy `weir`: the price of the plan for a
-- month, whatever was invoiced; discounts that last for ever are taken off, others are not; trials, and what is paused or
-- unpaid, are worth nothing; past due is worth its price until it is given up; service counts to its end and not to the day of
-- the request; what costs nothing is active with 0. docs/recurring-revenue.md.
--
-- What a later export says of an end or of a trial is true of the time before it. A status that billing has only now, with no
-- date of its own, is true since the export that first said it. The customer is the account, or the subscription itself where
-- nobody knows whose it is.
--
-- Seats change by the day where the source keeps their history: that of a subscription is that of its item, if it has one.
-- needs: model.field_change, model.subscription_version, model.subscription_item_version, model.price, setting.time_zone
CREATE OR REPLACE TABLE model.subscription_value AS
WITH stated AS (
  SELECT s.subscription_id, s.account_id, s.home_slot, s.source, s.origin, s.recorded_at, s.is_deleted, s.quantity, s.unit_price, s.interval,
    s.interval_count, s.currency, s.discount_percent, s.discount_amount, s.discount_duration, s.trial_end,
    s.canceled_at, s.ended_at, s.period_end, s.version, subscription_standing(s.status) AS standing,
    CASE WHEN s.version = 1 THEN TIMESTAMP '1900-01-01 00:00:00' ELSE s.valid_from END AS said_from,
    open_ended(s.valid_to) AS said_to, coalesce(s.started_at, s.created_at, s.period_start, s.recorded_at) AS starts_at
  FROM model.subscription_version AS s
),
ending AS (
  SELECT *,
    CASE WHEN is_deleted THEN said_from
         WHEN standing = 'over' THEN
           coalesce(ended_at, CASE WHEN canceled_at IS NOT NULL THEN greatest(canceled_at, period_end) END,
             CASE WHEN version > 1 THEN said_from ELSE starts_at END)
         WHEN ended_at > said_from OR standing IS NULL AND ended_at IS NOT NULL THEN ended_at
         WHEN standing = 'off' AND version = 1 THEN recorded_at
         WHEN canceled_at IS NOT NULL AND period_end IS NOT NULL THEN greatest(canceled_at, period_end)
         WHEN standing IS NULL THEN canceled_at END AS ends_at
  FROM stated
),
bounded AS (
  SELECT *,
    lead(CASE WHEN standing = 'over' OR is_deleted THEN ends_at END) OVER (PARTITION BY subscription_id ORDER BY version NULLS LAST) AS known_end
  FROM ending
),
lived AS (
  SELECT *, local_date(greatest(said_from, starts_at, trial_end)) AS from_day,
    nullif(local_date(least(said_to, ends_at, known_end)), DATE 'infinity') AS to_day
  FROM bounded
  WHERE NOT is_deleted AND coalesce(standing, 'paying') <> 'never' AND (standing IS DISTINCT FROM 'off' OR version = 1)
    AND (standing IS DISTINCT FROM 'trial' OR trial_end IS NOT NULL)
),
licensed AS (
  SELECT i.subscription_id, i.subscription_item_id, coalesce(i.currency, p.currency) AS currency, i.quantity,
    coalesce(i.unit_price, p.unit_price) AS unit_price, billing_periods(coalesce(i.interval, p.interval)) AS periods,
    CAST(billing_months(coalesce(i.interval, p.interval)) * coalesce(i.interval_count, p.interval_count, 1) AS INTEGER) AS months,
    CASE WHEN i.version = 1 THEN DATE '1900-01-01' ELSE local_date(i.valid_from) END AS from_day,
    local_date(i.valid_to) AS to_day
  FROM model.subscription_item_version AS i
  LEFT JOIN model.price AS p ON p.source = i.source AND p.source_key = i.price_key
  WHERE NOT i.is_deleted AND p.usage_type IS DISTINCT FROM 'metered'
),
-- Of one day the last number of seats counts.
told AS (
  SELECT f.source || ':' || f.record_key AS subscription_id, local_date(f."at") AS day, TRY_CAST(f.new_value AS DECIMAL(38,12)) AS quantity,
    row_number() OVER (PARTITION BY f.source, f.record_key, local_date(f."at")
                       ORDER BY f."at" DESC NULLS LAST, f.field_change_id DESC NULLS LAST) AS from_the_last
  FROM model.field_change AS f
  WHERE f.object_1 = 'subscription' AND f.field = 'quantity' AND f."at" IS NOT NULL
),
sole AS (
  SELECT subscription_id FROM licensed GROUP BY subscription_id HAVING count(DISTINCT subscription_item_id) = 1
),
kept AS (
  SELECT t.subscription_id, t.quantity, CASE WHEN lag(t.day) OVER w IS NULL THEN DATE '1900-01-01' ELSE t.day END AS from_day,
    lead(t.day) OVER w AS to_day
  FROM told AS t
  JOIN sole AS s ON s.subscription_id = t.subscription_id
  WHERE t.from_the_last = 1 AND t.quantity IS NOT NULL
  WINDOW w AS (PARTITION BY t.subscription_id ORDER BY t.day NULLS LAST)
),
counted AS (
  SELECT l.subscription_id, l.subscription_item_id, l.currency, coalesce(k.quantity, l.quantity, 1) AS quantity, l.unit_price, l.periods, l.months,
    greatest(l.from_day, k.from_day) AS from_day, least(l.to_day, k.to_day) AS to_day
  FROM licensed AS l
  LEFT JOIN kept AS k ON k.subscription_id = l.subscription_id AND k.from_day < coalesce(l.to_day, DATE 'infinity')
    AND coalesce(k.to_day, DATE 'infinity') > l.from_day
),
items AS (
  SELECT subscription_id, subscription_item_id, currency, monthly_value(quantity, unit_price, periods, months) AS monthly, from_day, to_day
  FROM counted
),
turns AS (
  SELECT subscription_id, from_day AS day FROM lived
  UNION SELECT subscription_id, from_day FROM items
  UNION SELECT subscription_id, to_day FROM items WHERE to_day IS NOT NULL
),
pieces AS (
  SELECT l.subscription_id, l.version, greatest(l.from_day, t.day) AS from_day,
    least(l.to_day, lead(t.day) OVER (PARTITION BY l.subscription_id, l.version ORDER BY t.day NULLS LAST)) AS to_day
  FROM lived AS l
  JOIN turns AS t ON t.subscription_id = l.subscription_id AND (t.day < l.to_day OR l.to_day IS NULL)
  WHERE l.from_day < l.to_day OR l.to_day IS NULL
),
held AS (
  SELECT p.subscription_id, p.version, p.from_day, p.to_day, count(i.subscription_item_id) AS items, count(i.monthly) AS priced,
    sum(i.monthly) AS monthly, min(i.currency) AS currency
  FROM pieces AS p
  LEFT JOIN items AS i ON i.subscription_id = p.subscription_id AND i.from_day <= p.from_day
    AND coalesce(i.to_day, DATE 'infinity') > p.from_day
  WHERE p.from_day < p.to_day OR p.to_day IS NULL
  GROUP BY p.subscription_id, p.version, p.from_day, p.to_day
),
-- The items, where all of them have a price; else the subscription's own price, where it has one.
priced AS (
  SELECT h.subscription_id, l.account_id, l.home_slot, l.source, l.origin, h.from_day, h.to_day,
    coalesce(l.currency, h.currency, 'XXX') AS currency,
    CASE WHEN h.items > 0 AND (h.priced = h.items OR l.unit_price IS NULL) THEN h.monthly
         ELSE monthly_value(coalesce(l.quantity, 1), l.unit_price, billing_periods(l.interval),
           CAST(billing_months(l.interval) * coalesce(l.interval_count, 1) AS INTEGER)) END AS full_price,
    CASE WHEN l.discount_duration = 'forever' THEN least(greatest(coalesce(l.discount_percent, 0), 0), 100) ELSE 0 END AS percent_off,
    CASE WHEN l.discount_duration = 'forever' THEN
      coalesce(monthly_value(1, l.discount_amount, billing_periods(l.interval),
        CAST(billing_months(l.interval) * coalesce(l.interval_count, 1) AS INTEGER)), 0) ELSE 0 END AS amount_off
  FROM held AS h
  JOIN lived AS l ON l.subscription_id = h.subscription_id AND l.version = h.version
),
valued AS (
  SELECT subscription_id, account_id, home_slot, source, origin, from_day, to_day, currency,
    CASE WHEN full_price IS NOT NULL THEN
      greatest(in_own_decimals(monthly_value(CAST(100 - percent_off AS DECIMAL(38,12)), full_price, 1, 100) - amount_off, currency),
        CAST(0 AS DECIMAL(18,4))) END AS monthly
  FROM priced
),
-- Neighbours of one value are one row.
compared AS (
  SELECT *,
    CASE WHEN lag(to_day) OVER w = from_day AND lag(monthly) OVER w IS NOT DISTINCT FROM monthly
           AND lag(currency) OVER w = currency AND lag(account_id) OVER w IS NOT DISTINCT FROM account_id THEN 0 ELSE 1 END AS turns
  FROM valued
  WINDOW w AS (PARTITION BY subscription_id ORDER BY from_day NULLS LAST)
),
numbered AS (
  SELECT *, sum(turns) OVER (PARTITION BY subscription_id ORDER BY from_day NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS place
  FROM compared
)
SELECT subscription_id, coalesce(min(account_id), subscription_id) AS customer_id, min(account_id) AS account_id,
  min(home_slot) AS home_slot, min(source) AS source,
  min(from_day) AS from_day, nullif(max(coalesce(to_day, DATE 'infinity')), DATE 'infinity') AS to_day, min(currency) AS currency,
  CAST(min(monthly) AS DECIMAL(18,4)) AS monthly, CASE WHEN bool_and(origin = 'history') THEN 'history' ELSE min(origin) END AS origin
FROM numbered
GROUP BY subscription_id, place
ORDER BY home_slot NULLS LAST, subscription_id NULLS LAST, from_day NULLS LAST;
