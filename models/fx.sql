-- What one unit of a currency is worth in the reporting currency, day by day: given rates, their inverses, and crosses
-- through a third currency. A rate holds until the next one; the first also holds before. And the same in each other
-- currency in which numbers may be shown (setting display_currencies), through the reporting currency, so that both ways
-- of showing a number rest on the same rates.
--
-- XCC stands for the corporate currency of a source that does not name it (Salesforce lists rates of all others). It is
-- the reporting currency, unless that one has a rate to XCC itself; then everything crosses through XCC.
-- needs: rec.fx_rate, setting.currency
CREATE OR REPLACE TABLE model.fx AS
WITH corporate AS (
  SELECT CASE WHEN count(*) > 0 THEN 'XCC' ELSE getvariable('currency') END AS code
  FROM rec.fx_rate
  WHERE to_currency = 'XCC' AND currency = getvariable('currency')
),
named AS (
  SELECT r.currency, CASE WHEN r.to_currency = 'XCC' THEN c.code ELSE r.to_currency END AS to_currency, r.day, r.rate,
    r._observed_at, r._obs
  FROM rec.fx_rate AS r
  CROSS JOIN corporate AS c
),
given AS (
  SELECT r.currency, r.to_currency, r.day, CAST(r.rate AS DECIMAL(18,9)) AS rate,
    row_number() OVER (PARTITION BY r.currency, r.to_currency, r.day ORDER BY r._observed_at DESC NULLS LAST, r._obs DESC NULLS LAST) AS from_the_last
  FROM named AS r
  WHERE r.rate > 0 AND r.currency IS NOT NULL AND r.to_currency IS NOT NULL AND r.day IS NOT NULL
    AND r.currency <> r.to_currency
),
both_ways AS (
  SELECT currency, to_currency, day, rate, 1 AS preference FROM given WHERE from_the_last = 1
  UNION ALL
  SELECT to_currency, currency, day, CAST(CAST(1 AS DECIMAL(18,9)) / rate AS DECIMAL(18,9)), 2
  FROM given WHERE from_the_last = 1
),
direct AS (
  SELECT currency, day, rate, preference FROM both_ways WHERE to_currency = getvariable('currency')
),
crossed AS (
  SELECT a.currency, a.day, CAST(a.rate * b.rate AS DECIMAL(18,9)) AS rate, 3 AS preference
  FROM both_ways AS a
  JOIN both_ways AS b ON b.currency = a.to_currency AND b.day = a.day AND b.to_currency = getvariable('currency')
  WHERE a.currency <> getvariable('currency')
),
chosen AS (
  SELECT currency, day, rate,
    row_number() OVER (PARTITION BY currency, day ORDER BY preference NULLS LAST, rate NULLS LAST) AS choice
  FROM (SELECT * FROM direct UNION ALL SELECT * FROM crossed) AS candidates
),
dated AS (
  SELECT currency, day, rate, row_number() OVER (PARTITION BY currency ORDER BY day NULLS LAST) AS place
  FROM chosen
  WHERE choice = 1
),
in_reporting AS (
  SELECT currency, CASE WHEN place = 1 THEN DATE '1900-01-01' ELSE day END AS valid_from,
    coalesce(lead(day) OVER (PARTITION BY currency ORDER BY day NULLS LAST), DATE '9999-12-31') AS valid_to, rate
  FROM dated
  UNION ALL
  SELECT getvariable('currency'), DATE '1900-01-01', DATE '9999-12-31', CAST(1 AS DECIMAL(18,9))
  UNION ALL
  -- Amounts without any currency are taken as the reporting currency, with a warning.
  SELECT 'XXX', DATE '1900-01-01', DATE '9999-12-31', CAST(1 AS DECIMAL(18,9))
  WHERE getvariable('currency') <> 'XXX'
),
shown AS (
  SELECT unnest(getvariable('currencies')) AS in_currency, unnest(getvariable('currencies_decimals')) AS decimals
)
SELECT s.in_currency, r.currency, r.valid_from, r.valid_to, r.rate, s.decimals
FROM in_reporting AS r
JOIN shown AS s ON s.in_currency = getvariable('currency')
UNION ALL
SELECT s.in_currency, r.currency, greatest(r.valid_from, o.valid_from), least(r.valid_to, o.valid_to),
  CASE WHEN r.currency = s.in_currency THEN CAST(1 AS DECIMAL(18,9)) ELSE CAST(r.rate / o.rate AS DECIMAL(18,9)) END, s.decimals
FROM shown AS s
JOIN in_reporting AS o ON o.currency = s.in_currency AND o.rate > 0
JOIN in_reporting AS r ON r.valid_from < o.valid_to AND r.valid_to > o.valid_from
WHERE s.in_currency <> getvariable('currency')
ORDER BY 1 NULLS LAST, 2 NULLS LAST, 3 NULLS LAST;
