-- What files of enrichment say, and of which company: the one whose records have that tax id, else that domain, else that
-- e-mail address, if it is one alone. They make no company and join none; what they say counts as their source ranks.
-- needs: rec.account_enrichment, model.account_record
CREATE OR REPLACE TABLE model.account_enrichment AS
WITH told AS (
  SELECT r.*, coalesce(r._recorded_at, r._observed_at) AS said_at,
    lag(r._observed_at) OVER (
      PARTITION BY r._source, r._object, r._key, r._emit ORDER BY r._observed_at NULLS LAST, r._obs NULLS LAST) AS previous_at
  FROM rec.account_enrichment AS r
  WHERE NOT coalesce(r._deleted, FALSE)
),
taxes AS (
  SELECT tax_digits(tax_id) AS key, min(account_id) AS account_id, count(DISTINCT account_id) AS holders
  FROM model.account_record
  WHERE tax_digits(tax_id) IN (SELECT tax_digits(tax_id) FROM told)
  GROUP BY 1
),
domains AS (
  SELECT lower(trim(domain)) AS key, min(account_id) AS account_id, count(DISTINCT account_id) AS holders
  FROM model.account_record
  WHERE lower(trim(domain)) IN (SELECT lower(trim(domain)) FROM told)
  GROUP BY 1
),
mails AS (
  SELECT lower(trim(email)) AS key, min(account_id) AS account_id, count(DISTINCT account_id) AS holders
  FROM model.account_record
  WHERE lower(trim(email)) IN (SELECT lower(trim(email)) FROM told)
  GROUP BY 1
)
SELECT CASE WHEN taxes.holders = 1 THEN taxes.account_id WHEN domains.holders = 1 THEN domains.account_id
              WHEN mails.holders = 1 THEN mails.account_id END AS account_id,
  CASE WHEN taxes.holders = 1 THEN 'tax_id' WHEN domains.holders = 1 THEN 'domain' WHEN mails.holders = 1 THEN 'email'
       WHEN coalesce(taxes.holders, domains.holders, mails.holders) > 1 THEN 'several' ELSE 'none' END AS matched_by,
  t._source AS source, t._object AS object, t._key AS source_key, t._obs AS observation, t._observed_at AS observed_at,
  t.said_at AS recorded_at,
  CASE WHEN t.previous_at IS NULL THEN TIMESTAMP '1900-01-01 00:00:00'
       WHEN t.said_at > t.previous_at THEN t.said_at ELSE t._observed_at END AS valid_from,
  CASE WHEN t.previous_at IS NULL THEN 'first_sight' ELSE 'difference' END AS origin,
  t.domain, t.tax_id, t.email, t.name, t.legal_name, t.website, t.country, t.region, t.city,
  t.industry, t.employees, t.annual_revenue, t.currency, t.phone, t.type, t.segment
FROM told AS t
LEFT JOIN taxes ON taxes.key = tax_digits(t.tax_id)
LEFT JOIN domains ON domains.key = lower(trim(t.domain))
LEFT JOIN mails ON mails.key = lower(trim(t.email))
ORDER BY observation NULLS LAST, t._emit NULLS LAST;
