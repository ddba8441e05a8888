-- Messages between us and customers, and whose they are. A source may have one as an activity, too: `activity_id` says
-- which, and what the message itself does not say is said by it. A comment of a ticket belongs to whom the ticket does.
-- needs: rec.message, model.correspondent, model.identity_link, model.activity, model.ticket_version, model.person_version
-- parts: source_key
-- part of rec.message: _key
-- part of model.activity: source_key
-- touched by model.correspondent: SELECT _key FROM rec.message WHERE (_source, author_key) IN (SELECT source, key
--   FROM changed)
-- touched by model.identity_link: SELECT _key FROM rec.message WHERE (_source, member_key) IN (SELECT source,
--   source_key FROM moved) OR (_source, person_key) IN (SELECT source, source_key FROM moved) OR (_source,
--   account_key) IN (SELECT source, source_key FROM moved)
-- touched by model.identity_link: SELECT _key FROM rec.message WHERE (_source, author_key) IN (SELECT source,
--   source_key FROM changed)
-- touched by model.merge_map: SELECT _key FROM rec.message WHERE (_source, deal_key) IN (SELECT source, from_key
--   FROM changed) OR (_source, lead_key) IN (SELECT source, from_key FROM changed) OR (_source, ticket_key) IN (SELECT
--   source, from_key FROM changed)
-- touched by model.ticket_version: SELECT source_key FROM model.message WHERE ticket_id IN (SELECT ticket_id FROM
--   changed)
-- touched by model.person_version: SELECT source_key FROM model.message WHERE person_id IN (SELECT person_id FROM
--   changed)
CREATE OR REPLACE TABLE model.message AS
WITH newest AS (
  SELECT r.*, row_number() OVER (PARTITION BY r._source, r._object, r._key, r._emit
                                 ORDER BY r._observed_at DESC NULLS LAST, r._recorded_at DESC NULLS LAST, r._obs DESC NULLS LAST) AS from_the_last
  FROM rec.message AS r
),
as_activity AS (
  SELECT source, object, source_key, min(activity_id) AS activity_id
  FROM model.activity
  WHERE kind IN ('email', 'chat')
  GROUP BY source, object, source_key
),
authored AS (
  SELECT r.*, coalesce(r.member_key, CASE WHEN w.is_ours THEN w.key END) AS from_or_to_member,
    coalesce(r.person_key, CASE WHEN NOT w.is_ours THEN w.key END) AS from_or_to_person,
    CASE WHEN w.is_ours THEN 'out' WHEN w.is_customer THEN 'in' END AS by_author
  FROM newest AS r
  LEFT JOIN model.correspondent AS w ON w.source = r._source AND w.key = r.author_key
  WHERE r.from_the_last = 1 AND NOT coalesce(r._deleted, FALSE)
),
named AS (
  SELECT r._source || ':' || r._object || ':' || r._key
      || CASE WHEN r._emit > 0 THEN '#' || CAST(r._emit AS VARCHAR) ELSE '' END AS message_id,
    r._source AS source, r._object AS object, r._key AS source_key, r._observed_at AS recorded_at, coalesce(r."at", a."at") AS "at",
    coalesce(r.channel, a.kind) AS channel,
    coalesce(r.direction, r.by_author, a.direction) AS direction, r.thread, coalesce(m.entity_id, a.owner_id) AS member_id,
    coalesce(p.entity_id, a.person_id) AS person_id,
    coalesce(c.entity_id, a.account_id) AS account_id,
    coalesce(r._source || ':' || coalesce(in_deal.into_key, r.deal_key), a.deal_id) AS deal_id,
    coalesce(r._source || ':' || coalesce(in_lead.into_key, r.lead_key), a.lead_id) AS lead_id,
    coalesce(r._source || ':' || coalesce(in_ticket.into_key, r.ticket_key), a.ticket_id) AS ticket_id,
    r.length, a.activity_id
  FROM authored AS r
  LEFT JOIN as_activity AS s ON s.source = r._source AND s.object = r._object AND s.source_key = r._key
  LEFT JOIN model.activity AS a ON a.activity_id = s.activity_id
  LEFT JOIN model.identity_link AS m ON m.entity = 'member' AND m.source = r._source AND m.source_key = r.from_or_to_member
  LEFT JOIN model.identity_link AS p ON p.entity = 'person' AND p.source = r._source AND p.source_key = r.from_or_to_person
  LEFT JOIN model.identity_link AS c ON c.entity = 'account' AND c.source = r._source AND c.source_key = r.account_key
  LEFT JOIN model.merge_map AS in_deal ON in_deal.entity = 'deal' AND in_deal.source = r._source AND in_deal.from_key = r.deal_key
  LEFT JOIN model.merge_map AS in_lead ON in_lead.entity = 'lead' AND in_lead.source = r._source AND in_lead.from_key = r.lead_key
  LEFT JOIN model.merge_map AS in_ticket
    ON in_ticket.entity = 'ticket' AND in_ticket.source = r._source AND in_ticket.from_key = r.ticket_key
),
placed AS (
  SELECT n.message_id, n.source, n.object, n.source_key, n.recorded_at, n."at", n.channel, n.direction, n.thread, n.member_id,
    coalesce(n.person_id, t.person_id) AS person_id, coalesce(n.account_id, t.account_id, h.account_id) AS account_id, n.deal_id,
    n.lead_id, n.ticket_id, n.length, n.activity_id
  FROM named AS n
  LEFT JOIN model.ticket_version AS t ON t.ticket_id = n.ticket_id AND t.valid_to IS NULL
  LEFT JOIN model.person_version AS h ON h.person_id = n.person_id AND h.valid_to IS NULL
)
SELECT *, slot_of(coalesce(account_id, deal_id, person_id, lead_id, ticket_id)) AS home_slot, slot_of(person_id) AS person_slot,
  slot_of(deal_id) AS deal_slot
FROM placed
ORDER BY home_slot NULLS LAST, message_id NULLS LAST;
