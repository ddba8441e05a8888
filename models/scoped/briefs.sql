-- What a record page shows of each fact: the rows, rights and values of the view of the same kind in views.sql, with only
-- the joins that its columns need. Planning a statement over the wide views takes longer than reading the rows of one
-- record. A test holds each to the view whose name it bears. An id of a large table is joined as an expression: of a bare
-- column the store would compare the text with whole blocks before it looks at the slot.
CREATE OR REPLACE VIEW scoped.deal_brief AS
SELECT d.deal_id, d.name, v.status, coalesce(st.stage, v.stage) AS stage, v.amount, v.currency,
  to_reporting(v.amount, fx.rate) AS amount_reporting, v.close_date, m.name AS owner, d.type, d.pipeline, pr.name AS product,
  d.next_step, CASE WHEN v.status = 'lost' THEN d.loss_reason END AS loss_reason, d.created_at,
  CASE WHEN v.status <> 'open' THEN coalesce(d.closed_at, local_midnight(v.close_date)) END AS closed_at, d.account_id,
  d.person_id, d.lead_id, v.owner_id, d.source, d.created_date, v.probability, v.forecast_category,
  coalesce(a.name, a.legal_name, a.domain, a.account_id) AS account, coalesce(t.name, m.team) AS team,
  v.entered_stage_at, CASE WHEN is_visible(o.team_id) THEN a.owner_id END AS account_owner_id, d.home_slot, d.person_slot, d.self_slot
FROM model.deal AS d
JOIN model.deal_version AS v ON v.home_slot = d.home_slot AND v.deal_id || '' = d.deal_id
LEFT JOIN model.stage AS st ON st.source = d.source AND st.pipeline_key = d.pipeline_key AND st.stage_key = v.stage
LEFT JOIN state.member AS m ON m.member_id = v.owner_id
LEFT JOIN state.team AS t ON t.team_id = v.team_id
LEFT JOIN model.account_version AS a ON a.self_slot = d.home_slot AND a.account_id = d.account_id AND a.valid_from <= getvariable('as_of')
  AND (a.valid_to IS NULL OR a.valid_to > getvariable('as_of')) AND NOT a.is_deleted
LEFT JOIN state.member AS o ON is_restricted() AND o.member_id = a.owner_id
LEFT JOIN model.product AS pr ON pr.product_id = d.product_id
LEFT JOIN model.fx AS fx ON fx.in_currency = getvariable('currency') AND fx.currency = v.currency
  AND fx.valid_from <= CASE WHEN v.status = 'open' THEN getvariable('as_of_date') ELSE coalesce(v.close_date, getvariable('as_of_date')) END
  AND fx.valid_to > CASE WHEN v.status = 'open' THEN getvariable('as_of_date') ELSE coalesce(v.close_date, getvariable('as_of_date')) END
WHERE v.valid_from <= getvariable('as_of') AND (v.valid_to IS NULL OR v.valid_to > getvariable('as_of')) AND NOT v.is_deleted
  AND is_visible(coalesce(v.team_id, m.team_id));

-- The account is the one that the lead itself names.
CREATE OR REPLACE VIEW scoped.lead_brief AS
SELECT l.lead_id, personal(coalesce(l.full_name, trim(concat_ws(' ', l.first_name, l.last_name)))) AS full_name, l.status, l.channel,
  l.source_name, c.name AS campaign, m.name AS owner, l.created_at,
  CASE WHEN r.first_response_at <= getvariable('as_of') THEN r.first_response_at END AS first_response_at,
  CASE WHEN l.converted_at <= getvariable('as_of') THEN l.converted_at END AS converted_at,
  coalesce(CASE WHEN l.converted_at <= getvariable('as_of') THEN l.converted_deal_id END, own.deal_id) AS deal_id,
  coalesce(l.converted_person_id, l.person_id) AS person_id,
  coalesce(l.converted_account_id, l.account_id) AS account_id, coalesce(tw.main_id, l.campaign_id, made.campaign_id) AS campaign_id, l.owner_id, l.source,
  l.home_slot, l.person_slot
FROM model.lead_version AS l
LEFT JOIN state.member AS m ON m.member_id = l.owner_id
LEFT JOIN model.lead_campaign AS made ON made.home_slot = l.home_slot AND made.lead_id = l.lead_id
LEFT JOIN model.campaign_twin AS tw ON tw.campaign_id = coalesce(l.campaign_id, made.campaign_id)
LEFT JOIN model.campaign AS c ON c.campaign_id = coalesce(tw.main_id, l.campaign_id, made.campaign_id)
LEFT JOIN model.lead_response AS r ON r.home_slot = l.home_slot AND r.lead_id = l.lead_id
LEFT JOIN model.lead_deal AS own ON own.home_slot = l.home_slot AND own.lead_id = l.lead_id AND own.valid_from <= getvariable('as_of')
  AND (own.valid_to IS NULL OR own.valid_to > getvariable('as_of'))
WHERE l.valid_from <= getvariable('as_of') AND (l.valid_to IS NULL OR l.valid_to > getvariable('as_of')) AND NOT l.is_deleted
  AND l.created_at <= getvariable('as_of') AND is_visible(m.team_id);

-- What a lead was, state by state.
CREATE OR REPLACE VIEW scoped.lead_record_brief AS
SELECT v.lead_id, v.version, v.recorded_at, v.source, substr(v.lead_id, length(v.source) + 2) AS source_key,
  personal(coalesce(v.full_name, nullif(trim(concat_ws(' ', v.first_name, v.last_name)), ''))) AS full_name, v.title, v.company,
  personal(v.email) AS email, personal(v.phone) AS phone, v.country, v.industry, v.employees, v.status,
  v.source_name AS lead_source, v.medium, m.name AS owner, v.created_at
FROM model.lead_version AS v
JOIN scoped.lead_brief AS l ON l.lead_id = v.lead_id
LEFT JOIN state.member AS m ON m.member_id = v.owner_id
WHERE v.valid_from <= getvariable('as_of');

CREATE OR REPLACE VIEW scoped.activity_brief AS
SELECT a.activity_id, a."at", a.kind, a.direction, personal(a.subject) AS subject, a.outcome, m.name AS member, a.due_at,
  CASE WHEN a.done_at <= getvariable('as_of') THEN a.done_at END AS done_at, a.duration_s, a.person_id, a.deal_id, a.lead_id,
  a.owner_id AS member_id, a.source, a.account_id, a.home_slot, a.person_slot, a.deal_slot
FROM model.activity AS a
LEFT JOIN state.member AS m ON m.member_id = a.owner_id
LEFT JOIN model.meeting_twin AS w ON w.is_covered AND w.activity_id = a.activity_id
WHERE a."at" <= getvariable('as_of') AND w.activity_id IS NULL AND is_visible(m.team_id);

CREATE OR REPLACE VIEW scoped.touch_brief AS
SELECT t.touch_id, t."at", t.kind, t.channel, t.source_name, t.medium, coalesce(tw.main_id, t.campaign_id) AS campaign_id,
  t.person_id, t.lead_id, t.source, t.account_id,
  t.home_slot, t.person_slot
FROM model.touch AS t
LEFT JOIN model.campaign_twin AS tw ON tw.campaign_id = t.campaign_id
LEFT JOIN model.person_version AS p ON is_restricted() AND p.self_slot = t.person_slot AND p.person_id = t.person_id
  AND p.valid_from <= getvariable('as_of') AND (p.valid_to IS NULL OR p.valid_to > getvariable('as_of'))
LEFT JOIN state.account AS a ON is_restricted() AND a.self_slot = slot_of(coalesce(t.account_id, p.account_id))
  AND a.account_id = coalesce(t.account_id, p.account_id)
LEFT JOIN model.lead_version AS l ON is_restricted() AND l.self_slot = slot_of(t.lead_id) AND l.lead_id = t.lead_id
  AND l.valid_from <= getvariable('as_of') AND (l.valid_to IS NULL OR l.valid_to > getvariable('as_of'))
LEFT JOIN state.member AS m ON is_restricted() AND m.member_id = l.owner_id
WHERE t."at" <= getvariable('as_of') AND (is_visible(a.team_id) OR is_visible(m.team_id));

CREATE OR REPLACE VIEW scoped.ticket_brief AS
SELECT t.ticket_id, personal(t.subject) AS subject, t.status, t.priority, t.category, m.name AS owner, t.created_at,
  answered_at(t.first_reply_at, r.first_reply_at) AS first_reply_at,
  solved_moment(t.solved_at, t.status, s.is_solved, s.since) AS solved_at, t.person_id, t.owner_id, t.source, t.account_id,
  t.home_slot, t.person_slot
FROM model.ticket_version AS t
LEFT JOIN model.ticket_reply AS r ON r.ticket_id = t.ticket_id
LEFT JOIN model.ticket_standing AS s ON s.ticket_id = t.ticket_id AND s.since <= getvariable('as_of')
  AND open_ended(s.until) > getvariable('as_of')
LEFT JOIN state.account AS a ON is_restricted() AND a.self_slot = t.home_slot AND a.account_id = t.account_id
LEFT JOIN state.member AS m ON m.member_id = t.owner_id
WHERE t.valid_from <= getvariable('as_of') AND (t.valid_to IS NULL OR t.valid_to > getvariable('as_of')) AND NOT t.is_deleted
  AND t.created_at <= getvariable('as_of') AND is_visible(a.team_id);

CREATE OR REPLACE VIEW scoped.contract_brief AS
SELECT c.contract_id, c.status, c.amount, coalesce(c.currency, 'XXX') AS currency, c.start_date, c.end_date, c.signed_at, c.deal_id,
  c.source, c.account_id, c.home_slot, c.deal_slot
FROM model.contract_version AS c
LEFT JOIN state.account AS a ON is_restricted() AND a.self_slot = c.home_slot AND a.account_id = c.account_id
WHERE c.valid_from <= getvariable('as_of') AND (c.valid_to IS NULL OR c.valid_to > getvariable('as_of')) AND NOT c.is_deleted
  AND is_visible(a.team_id);

CREATE OR REPLACE VIEW scoped.subscription_brief AS
SELECT s.subscription_id, s.status, s.quantity, s.unit_price, s.interval, coalesce(s.currency, 'XXX') AS currency, s.started_at,
  s.period_end, CASE WHEN s.canceled_at <= getvariable('as_of') THEN s.canceled_at END AS canceled_at,
  CASE WHEN s.ended_at <= getvariable('as_of') THEN s.ended_at END AS ended_at, s.cancel_reason, s.deal_id, s.source, s.account_id,
  s.home_slot, s.deal_slot
FROM model.subscription_version AS s
LEFT JOIN state.account AS a ON is_restricted() AND a.self_slot = s.home_slot AND a.account_id = s.account_id
WHERE s.valid_from <= getvariable('as_of') AND (s.valid_to IS NULL OR s.valid_to > getvariable('as_of')) AND NOT s.is_deleted
  AND coalesce(s.created_at, s.started_at) <= getvariable('as_of') AND is_visible(a.team_id);

CREATE OR REPLACE VIEW scoped.invoice_brief AS
SELECT i.invoice_id, i.number, invoice_status(i.status, i.paid_at, s.settled_at) AS status, i.issued_at, i.due_date,
  CASE WHEN i.paid_at <= getvariable('as_of') THEN i.paid_at ELSE s.settled_at END AS paid_at, coalesce(i.total, t.total) AS total,
  amount_due_of(i.amount_due, i.status, i.paid_at, i.amount_paid, s.paid, coalesce(i.total, t.total)) AS amount_due,
  coalesce(i.currency, t.currency, 'XXX') AS currency, to_reporting(coalesce(i.total, t.total), fx.rate) AS total_reporting,
  to_reporting(amount_paid_of(i.status, i.paid_at, i.amount_paid, s.paid, coalesce(i.total, t.total)), fx.rate) AS amount_paid_reporting, i.deal_id, i.source,
  i.account_id, i.home_slot, i.deal_slot
FROM model.invoice_version AS i
LEFT JOIN model.invoice_total AS t ON t.home_slot = i.home_slot AND t.invoice_id = i.invoice_id
LEFT JOIN model.invoice_settlement AS s ON s.home_slot = i.home_slot AND s.invoice_id = i.invoice_id
  AND s.since <= getvariable('as_of') AND open_ended(s.until) > getvariable('as_of')
LEFT JOIN state.account AS a ON is_restricted() AND a.self_slot = i.home_slot AND a.account_id = i.account_id
LEFT JOIN model.fx AS fx ON fx.in_currency = getvariable('currency')
  AND fx.currency = coalesce(i.currency, t.currency, 'XXX') AND fx.valid_from <= local_date(i.issued_at)
  AND fx.valid_to > local_date(i.issued_at)
WHERE i.valid_from <= getvariable('as_of') AND (i.valid_to IS NULL OR i.valid_to > getvariable('as_of')) AND NOT i.is_deleted
  AND i.issued_at <= getvariable('as_of') AND is_visible(a.team_id);

CREATE OR REPLACE VIEW scoped.payment_brief AS
SELECT p.payment_id, p."at", p.status, p.kind, p.amount, coalesce(p.currency, 'XXX') AS currency, p.failure_code, p.invoice_id,
  p.matched_by, personal(p.purpose) AS purpose, p.source, p.account_id, p.home_slot
FROM model.payment AS p
LEFT JOIN state.account AS a ON is_restricted() AND a.self_slot = p.home_slot AND a.account_id = p.account_id
WHERE p."at" <= getvariable('as_of') AND is_visible(a.team_id);

CREATE OR REPLACE VIEW scoped.survey_answer_brief AS
SELECT s.survey_answer_id, s."at", s.kind, s.score, personal(s.comment) AS comment, s.person_id, s.ticket_id, s.source, s.account_id,
  s.home_slot, s.person_slot
FROM model.survey_answer AS s
LEFT JOIN state.account AS a ON is_restricted() AND a.self_slot = slot_of(s.account_id) AND a.account_id = s.account_id
WHERE s."at" <= getvariable('as_of') AND is_visible(a.team_id);

-- The entry is of the same colleague: who may see him sees it.
CREATE OR REPLACE VIEW scoped.call_brief AS
SELECT c.call_id, c."at", c.direction, c.outcome, personal(c.outside_number) AS outside_number, m.name AS member, c.person_id, c.source,
  e.activity_id, CASE WHEN e.entry_at <= getvariable('as_of') AND is_visible(m.team_id) THEN e.entry_at END AS entry_at, c.member_id,
  c.account_id, c.home_slot, c.person_slot
FROM model."call" AS c
LEFT JOIN model.call_entry AS e ON e.home_slot = c.home_slot AND e.call_id || '' = c.call_id
LEFT JOIN state.member AS m ON m.member_id = c.member_id
LEFT JOIN state.account AS a ON is_restricted() AND a.self_slot = slot_of(c.account_id) AND a.account_id = c.account_id
WHERE c."at" <= getvariable('as_of')
  AND is_visible(CASE WHEN c.account_id IS NULL AND c.person_id IS NULL THEN m.team_id ELSE a.team_id END);

CREATE OR REPLACE VIEW scoped.message_brief AS
SELECT x.message_id, x."at", x.channel, x.direction, m.name AS member, x.length, x.activity_id, x.ticket_id, x.person_id, x.deal_id,
  x.lead_id, x.source, x.member_id, x.account_id, x.home_slot, x.person_slot, x.deal_slot
FROM model.message AS x
LEFT JOIN state.member AS m ON m.member_id = x.member_id
LEFT JOIN state.account AS a ON is_restricted() AND a.self_slot = slot_of(x.account_id) AND a.account_id = x.account_id
WHERE x."at" <= getvariable('as_of')
  AND is_visible(CASE WHEN x.account_id IS NULL AND x.person_id IS NULL THEN m.team_id ELSE a.team_id END);

-- A version of a deal as the list of its changes tells it: who made it, and whose the deal was, named to who may see the
-- member.
CREATE OR REPLACE VIEW scoped.deal_version_brief AS
SELECT v.deal_id, v.version, v.valid_from, v.recorded_at, v.origin, v.stage, v.status, v.amount, v.currency, v.close_date, v.probability,
  v.forecast_category, CASE WHEN is_visible(m.team_id) THEN m.name END AS owner, e.name AS editor,
  v.home_slot
FROM model.deal_version AS v
LEFT JOIN state.member AS m ON m.member_id = v.owner_id
LEFT JOIN state.member AS e ON e.member_id = v.editor_id
WHERE v.valid_from <= getvariable('as_of') AND is_visible(coalesce(v.team_id, m.team_id));

-- What counts as an activity with a customer, once each: what was entered in a CRM, unless it is a task that nobody has
-- done; calls that were answered and messages, of which no entry that the reader may see tells. Whom an entry does not
-- name, its call or its message does. Lists count these, and so do the pages (src/customers/interactions.h).
CREATE OR REPLACE VIEW scoped.interaction AS
SELECT 'activity:' || a.activity_id AS interaction_id, a.kind, a."at", a.member_id,
  coalesce(a.person_id, c.person_id, x.person_id) AS person_id, coalesce(a.account_id, x.account_id) AS account_id,
  coalesce(a.deal_id, x.deal_id) AS deal_id, coalesce(a.lead_id, x.lead_id) AS lead_id
FROM scoped.activity_brief AS a
LEFT JOIN model.call_entry AS c ON c.activity_id = a.activity_id AND c."at" <= getvariable('as_of')
LEFT JOIN (
  SELECT activity_id, min(person_id) AS person_id, min(account_id) AS account_id, min(deal_id) AS deal_id, min(lead_id) AS lead_id
  FROM model.message
  WHERE activity_id IS NOT NULL AND "at" <= getvariable('as_of')
  GROUP BY activity_id
) AS x ON x.activity_id = a.activity_id
WHERE a.kind IS DISTINCT FROM 'task' OR a.done_at IS NOT NULL
UNION ALL
SELECT 'phone call:' || c.call_id, 'call', c."at", c.member_id, c.person_id, c.account_id, NULL, NULL
FROM scoped.call_brief AS c
WHERE c.outcome = 'answered' AND c.entry_at IS NULL
UNION ALL
SELECT 'message:' || x.message_id, 'message', x."at", x.member_id, x.person_id, x.account_id, x.deal_id, x.lead_id
FROM scoped.message_brief AS x
LEFT JOIN scoped.activity_brief AS e ON is_restricted() AND e.activity_id = x.activity_id
WHERE x.activity_id IS NULL OR is_restricted() AND e.activity_id IS NULL;
