-- What companies are known by, observation by observation: the part of rec.account by which it is found who is who.
-- before identity: the words by which records are joined
-- adds up: all
CREATE OR REPLACE TABLE model.account_word AS
SELECT _source AS source, key, _obs AS observation, name, lower(domain) AS domain, tax_id, legal_name, lower(email) AS email,
  phone, country, city, parent_key, CAST(employees AS VARCHAR) AS employees, industry
FROM rec.account
WHERE key IS NOT NULL;
