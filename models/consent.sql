-- Who refused to be written to or called, and by whose word. Of one record the newest word counts; of several records, of
-- whatever sources, any refusal: a box that nobody ticked is no consent. What was deleted since has refused all the same.
-- needs: rec.consent, model.identity_link
CREATE OR REPLACE TABLE model.consent AS
WITH told AS (
  SELECT r.*, row_number() OVER (
    PARTITION BY r._source, r.person_key, r.lead_key,
      CASE WHEN r.person_key IS NULL AND r.lead_key IS NULL THEN coalesce(lower(trim(r.email)), r.phone) END, r.channel, r.topic
    ORDER BY coalesce(r."at", r._recorded_at) DESC NULLS LAST, r._observed_at DESC NULLS LAST, r._obs DESC NULLS LAST,
      r._emit DESC NULLS LAST) AS from_the_last
  FROM rec.consent AS r
  WHERE r.is_out IS NOT NULL AND NOT coalesce(r._deleted, FALSE) AND coalesce(r.person_key, r.lead_key, r.email, r.phone) IS NOT NULL
),
channels(channel) AS (VALUES ('email'), ('phone'))
SELECT c.channel, l.entity_id AS person_id, t._source || ':' || coalesce(m.into_key, t.lead_key) AS lead_id, lower(trim(t.email)) AS email, t.phone,
  t.topic, t._source AS source, t._object AS object, t._obs AS observation, coalesce(t."at", t._recorded_at) AS since
FROM told AS t
JOIN channels AS c ON c.channel = coalesce(t.channel, c.channel)
LEFT JOIN model.identity_link AS l ON l.entity = 'person' AND l.source = t._source AND l.source_key = t.person_key
LEFT JOIN model.merge_map AS m ON m.entity = 'lead' AND m.source = t._source AND m.from_key = t.lead_key
WHERE t.from_the_last = 1 AND t.is_out
ORDER BY observation NULLS LAST, c.channel NULLS LAST, t._emit NULLS LAST;
