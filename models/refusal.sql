-- Whom no list may carry, by channel: people and leads of whom a record refused, or who have an address or a number that
-- was refused; and those addresses and numbers. One row for each word that says so.
-- needs: model.consent, model.person_version, model.lead_version
CREATE OR REPLACE TABLE model.refusal AS
WITH people AS (
  SELECT person_id, lower(trim(email)) AS email, phone, mobile FROM model.person_version WHERE valid_to IS NULL
),
leads AS (
  SELECT lead_id, lower(trim(email)) AS email, phone FROM model.lead_version WHERE valid_to IS NULL
),
-- What was refused is refused at every address of whoever refused it.
reached AS (
  SELECT channel, CASE WHEN channel = 'email' THEN email ELSE phone END AS address, source, object, since FROM model.consent
  UNION
  SELECT c.channel, unnest(CASE WHEN c.channel = 'email' THEN [p.email] ELSE [p.phone, p.mobile] END), c.source, c.object, c.since
  FROM model.consent AS c
  JOIN people AS p ON p.person_id = c.person_id
  UNION
  SELECT c.channel, CASE WHEN c.channel = 'email' THEN l.email ELSE l.phone END, c.source, c.object, c.since
  FROM model.consent AS c
  JOIN leads AS l ON l.lead_id = c.lead_id
),
addresses AS (
  SELECT * FROM reached WHERE address IS NOT NULL
),
refused AS (
  SELECT channel, 'person' AS kind, person_id AS id, source, object, since FROM model.consent WHERE person_id IS NOT NULL
  UNION
  SELECT channel, 'lead', lead_id, source, object, since FROM model.consent WHERE lead_id IS NOT NULL
  UNION
  SELECT channel, 'address', address, source, object, since FROM addresses
  UNION
  SELECT a.channel, 'person', p.person_id, a.source, a.object, a.since
  FROM addresses AS a
  JOIN people AS p ON a.channel = 'email' AND p.email = a.address
  UNION
  SELECT a.channel, 'person', p.person_id, a.source, a.object, a.since
  FROM addresses AS a
  JOIN (SELECT person_id, unnest([phone, mobile]) AS number FROM people) AS p ON a.channel = 'phone' AND p.number = a.address
  UNION
  SELECT a.channel, 'lead', l.lead_id, a.source, a.object, a.since
  FROM addresses AS a
  JOIN leads AS l ON CASE WHEN a.channel = 'email' THEN l.email ELSE l.phone END = a.address
)
SELECT channel, kind, id, source, object, since
FROM refused
ORDER BY kind NULLS LAST, id NULLS LAST, channel NULLS LAST, source NULLS LAST, object NULLS LAST, since NULLS LAST;
