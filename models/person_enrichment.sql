-- What files of enrichment say, and of which person: the one whose records have that e-mail address, if it is one alone.
-- needs: rec.person_enrichment, model.person_record
CREATE OR REPLACE TABLE model.person_enrichment AS
WITH told AS (
  SELECT r.*, coalesce(r._recorded_at, r._observed_at) AS said_at,
    lag(r._observed_at) OVER (
      PARTITION BY r._source, r._object, r._key, r._emit ORDER BY r._observed_at NULLS LAST, r._obs NULLS LAST) AS previous_at
  FROM rec.person_enrichment AS r
  WHERE NOT coalesce(r._deleted, FALSE)
),
mails AS (
  SELECT lower(trim(email)) AS key, min(person_id) AS person_id, count(DISTINCT person_id) AS holders
  FROM model.person_record
  WHERE lower(trim(email)) IN (SELECT lower(trim(email)) FROM told)
  GROUP BY 1
)
SELECT CASE WHEN mails.holders = 1 THEN mails.person_id END AS person_id,
  CASE WHEN mails.holders = 1 THEN 'email' WHEN mails.holders > 1 THEN 'several' ELSE 'none' END AS matched_by,
  t._source AS source, t._object AS object, t._key AS source_key, t._obs AS observation, t._observed_at AS observed_at,
  t.said_at AS recorded_at,
  CASE WHEN t.previous_at IS NULL THEN TIMESTAMP '1900-01-01 00:00:00'
       WHEN t.said_at > t.previous_at THEN t.said_at ELSE t._observed_at END AS valid_from,
  CASE WHEN t.previous_at IS NULL THEN 'first_sight' ELSE 'difference' END AS origin,
  t.email, t.first_name, t.last_name, t.full_name, t.phone, t.mobile, t.title, t.country, t.city
FROM told AS t
LEFT JOIN mails ON mails.key = lower(trim(t.email))
ORDER BY observation NULLS LAST, t._emit NULLS LAST;
