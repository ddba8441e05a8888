-- What people are known by, observation by observation: the part of rec.person by which it is found who is who.
-- before identity: the words by which records are joined
-- adds up: all
CREATE OR REPLACE TABLE model.person_word AS
SELECT _source AS source, key, _obs AS observation, lower(email) AS email, coalesce(phone, mobile) AS phone,
  coalesce(full_name, trim(concat_ws(' ', first_name, last_name))) AS name, account_key, mobile, title, country, city,
  _key AS row_key
FROM rec.person
WHERE key IS NOT NULL;
