-- `state.*` is the model as of the moment asked for, without rights; `scoped.*` adds who may see which rows and columns.
-- Analyses read scoped.* alone.
CREATE OR REPLACE VIEW state.team AS
SELECT team_id, name, parent_team_id, department
FROM model.team_standing
WHERE valid_from <= getvariable('as_of') AND (valid_to IS NULL OR valid_to > getvariable('as_of'));

CREATE OR REPLACE VIEW state.member AS
SELECT m.member_id, m.name, m.email, m.title, m.department, m.function, m.team_id, m.team, m.manager_id, m.manager_name,
  CASE WHEN m.ended_origin = 'decision' THEN m.ended_at > getvariable('as_of') ELSE coalesce(m.is_active, TRUE) END AS is_active,
  m.started_at, m.ended_at
FROM model.member_state AS m
WHERE m.valid_from <= getvariable('as_of') AND (m.valid_to IS NULL OR m.valid_to > getvariable('as_of')) AND NOT m.is_deleted;

-- The one place that says whose records count in figures per seller, and when: members while their function is seller.
-- Operations, marketing, success, support, finance and management own and edit records too, and count in no such figure.
CREATE OR REPLACE VIEW state.seller AS
SELECT s.member_id AS seller_id, m.name AS seller, s.valid_from, s.valid_to
FROM model.member_standing AS s
JOIN state.member AS m ON m.member_id = s.member_id
WHERE s.function = 'seller' AND NOT s.is_deleted;

CREATE OR REPLACE VIEW state.account AS
SELECT a.account_id, coalesce(a.name, a.legal_name, a.domain, a.account_id) AS name, a.domain, a.tax_id, a.country, a.region,
  a.city, a.industry, a.employees, a.annual_revenue, coalesce(a.segment, size_band(a.employees)) AS segment, a.type,
  a.parent_id AS parent_account_id, a.owner_id, m.name AS owner, m.team_id, m.team, a.created_at, a.self_slot
FROM model.account_version AS a
LEFT JOIN state.member AS m ON m.member_id = a.owner_id
WHERE a.valid_from <= getvariable('as_of') AND (a.valid_to IS NULL OR a.valid_to > getvariable('as_of')) AND NOT a.is_deleted;

CREATE OR REPLACE VIEW state.deal AS
SELECT d.deal_id, d.name, d.account_id, a.name AS account, d.person_id, d.lead_id, d.pipeline, coalesce(st.stage, v.stage) AS stage,
  st.position AS stage_position, v.status, v.amount, v.currency,
  to_reporting(v.amount, fx.rate) AS amount_reporting, v.probability, v.forecast_category, d.type, d.lead_source,
  c.channel, coalesce(tw.main_id, d.campaign_id) AS campaign_id, CASE WHEN v.status = 'lost' THEN d.loss_reason END AS loss_reason, d.next_step, d.product_id,
  pr.name AS product, d.created_at, d.created_date, v.close_date,
  CASE WHEN v.status <> 'open' THEN coalesce(d.closed_at, local_midnight(v.close_date)) END AS closed_at,
  v.valid_from AS version_from, v.entered_stage_at, v.owner_id, m.name AS owner, coalesce(v.team_id, m.team_id) AS team_id,
  coalesce(t.name, m.team) AS team, a.industry, a.country, a.segment, d.last_activity_at, d.source, v.origin,
  a.owner_id AS account_owner_id, a.team_id AS account_team_id, d.home_slot, d.person_slot, d.self_slot
FROM model.deal_version AS v
JOIN model.deal AS d ON d.home_slot = v.home_slot AND d.deal_id = v.deal_id
LEFT JOIN model.stage AS st ON st.source = d.source AND st.pipeline_key = d.pipeline_key AND st.stage_key = v.stage
LEFT JOIN state.account AS a ON a.self_slot = d.home_slot AND a.account_id = d.account_id
LEFT JOIN state.member AS m ON m.member_id = v.owner_id
LEFT JOIN state.team AS t ON t.team_id = v.team_id
LEFT JOIN model.product AS pr ON pr.product_id = d.product_id
LEFT JOIN model.campaign_twin AS tw ON tw.campaign_id = d.campaign_id
LEFT JOIN model.campaign AS c ON c.campaign_id = coalesce(tw.main_id, d.campaign_id)
LEFT JOIN model.fx AS fx ON fx.in_currency = getvariable('currency') AND fx.currency = v.currency
  AND fx.valid_from <= CASE WHEN v.status = 'open' THEN getvariable('as_of_date') ELSE coalesce(v.close_date, getvariable('as_of_date')) END
  AND fx.valid_to > CASE WHEN v.status = 'open' THEN getvariable('as_of_date') ELSE coalesce(v.close_date, getvariable('as_of_date')) END
WHERE v.valid_from <= getvariable('as_of') AND (v.valid_to IS NULL OR v.valid_to > getvariable('as_of')) AND NOT v.is_deleted;

CREATE OR REPLACE VIEW scoped.team AS SELECT * FROM state.team WHERE is_visible(team_id);

CREATE OR REPLACE VIEW scoped.member AS
SELECT member_id, name, personal(email) AS email, title, department, function, team_id, team, manager_id, is_active, started_at,
  ended_at
FROM state.member WHERE is_visible(team_id);

-- The only member of a department, or the one to whom the others of it report: among all who are in it, named to who may see
-- the member.
CREATE OR REPLACE VIEW scoped.department_head AS
WITH placed AS (
  SELECT m.member_id, m.department, m.team_id, b.department IS DISTINCT FROM m.department AS is_head
  FROM state.member AS m
  LEFT JOIN state.member AS b ON b.member_id = m.manager_id AND b.member_id <> m.member_id AND b.is_active
  WHERE m.is_active AND m.department IS NOT NULL
),
counted AS (
  SELECT department, count(*) AS members, count(*) FILTER (WHERE is_head) AS heads FROM placed GROUP BY department
)
SELECT p.member_id, p.department, c.members = 1 AS is_only
FROM placed AS p
JOIN counted AS c ON c.department = p.department AND c.heads = 1
WHERE p.is_head AND is_visible(p.team_id);

-- How it is known what is true of a member: decided, said by a source, or guessed with reasons.
CREATE OR REPLACE VIEW scoped.member_standing AS
SELECT m.member_id, m.name, personal(m.email) AS email, m.title, m.department, s.department_origin, s.department_reasons,
  s.department_certainty, m.function, s.function_origin, s.function_reasons, s.function_certainty, m.team_id, m.team, s.team_origin,
  m.manager_id, coalesce(h.name, m.manager_name) AS manager, s.manager_origin, m.is_active, m.started_at, s.started_origin,
  m.ended_at, s.ended_origin, s.valid_from, coalesce(m.function = 'seller', FALSE) AS is_seller, s.source
FROM state.member AS m
JOIN model.member_standing AS s ON s.member_id = m.member_id AND s.valid_from <= getvariable('as_of')
  AND (s.valid_to IS NULL OR s.valid_to > getvariable('as_of'))
LEFT JOIN state.member AS h ON h.member_id = m.manager_id
WHERE is_visible(m.team_id);

CREATE OR REPLACE VIEW scoped.member_history AS
SELECT s.member_id || '@' || CAST(s.version AS VARCHAR) AS member_history_id, s.member_id, s.version, s.valid_from, s.title,
  s.department, s.department_origin, s.function, s.function_origin, coalesce(t.name, s.team_name) AS team, s.team_origin,
  coalesce(h.name, s.manager_name) AS manager, s.source
FROM model.member_standing AS s
JOIN state.member AS m ON m.member_id = s.member_id
LEFT JOIN state.team AS t ON t.team_id = s.team_id
LEFT JOIN state.member AS h ON h.member_id = s.manager_id
WHERE s.valid_from <= getvariable('as_of') AND NOT s.is_deleted AND is_visible(m.team_id);

-- What was decided, from which day on: later days as well.
CREATE OR REPLACE VIEW scoped.member_decision AS
SELECT d.member_id, d.since, d.department, d.function, d.team_id, d.manager_id, d.started_on, d.ended_on,
  d.since > getvariable('as_of_date') AS is_planned
FROM model.member_decision AS d
JOIN state.member AS m ON m.member_id = d.member_id
WHERE is_visible(m.team_id);

-- Members in figures per seller, from when until when.
CREATE OR REPLACE VIEW scoped.seller AS
SELECT s.seller_id, s.seller, s.valid_from, s.valid_to
FROM state.seller AS s
JOIN state.member AS m ON m.member_id = s.seller_id
WHERE s.valid_from <= getvariable('as_of') AND is_visible(m.team_id);

CREATE OR REPLACE VIEW scoped.account AS
SELECT a.account_id, a.name, a.domain, a.tax_id, a.country, a.region, a.city, a.industry, a.employees, a.annual_revenue,
  a.segment, a.type, a.parent_account_id, a.owner_id, a.owner, s.seller_id, s.seller, a.team_id, a.team, a.created_at, a.self_slot,
  c.since IS NOT NULL AS is_customer, c.since AS customer_since
FROM state.account AS a
LEFT JOIN (
  SELECT account_id, account_slot, min(since) AS since
  FROM model.account_customer
  WHERE valid_from <= getvariable('as_of') AND (valid_to IS NULL OR valid_to > getvariable('as_of'))
  GROUP BY account_id, account_slot
) AS c ON c.account_slot = a.self_slot AND c.account_id = a.account_id
LEFT JOIN state.seller AS s ON s.seller_id = a.owner_id AND s.valid_from <= getvariable('as_of')
  AND (s.valid_to IS NULL OR s.valid_to > getvariable('as_of'))
WHERE is_visible(a.team_id);

CREATE OR REPLACE VIEW scoped.person AS
SELECT p.person_id, p.account_id, a.name AS account, personal(coalesce(p.full_name, trim(concat_ws(' ', p.first_name, p.last_name)))) AS full_name,
  personal(p.email) AS email, personal(coalesce(p.phone, p.mobile)) AS phone, p.title, p.country, p.lifecycle_stage, p.created_at,
  p.owner_id, a.owner_id AS account_owner_id, p.home_slot, p.self_slot
FROM model.person_version AS p
LEFT JOIN state.account AS a ON a.self_slot = p.home_slot AND a.account_id = p.account_id
WHERE p.valid_from <= getvariable('as_of') AND (p.valid_to IS NULL OR p.valid_to > getvariable('as_of')) AND NOT p.is_deleted
  AND is_visible(a.team_id);

CREATE OR REPLACE VIEW scoped.stage AS
SELECT s.stage_id, s.pipeline, s.stage, s.position, s.status, s.probability, s.is_active FROM model.stage AS s;

-- What one unit of a currency is worth in the currency in which numbers are shown, from a day until another.
CREATE OR REPLACE VIEW scoped.rate AS
SELECT currency || '@' || CAST(valid_from AS VARCHAR) AS rate_id, currency, valid_from, valid_to, rate, decimals
FROM model.fx
WHERE in_currency = getvariable('currency');

-- What every source calls the stages of its deals, leads, people, subscriptions and contracts, and since when.
CREATE OR REPLACE VIEW scoped.stage_sighting AS
SELECT kind || ':' || source || ':' || pipeline || ':' || stage AS stage_sighting_id, kind, source, pipeline, stage, status,
  first_seen_at, left_at, came_from, source_first_at, source_last_at
FROM model.stage_sighting;

CREATE OR REPLACE VIEW scoped.deal AS
SELECT d.deal_id, d.name, d.account_id, d.account, d.person_id, d.lead_id, d.pipeline, d.stage, d.stage_position, d.status,
  d.amount, d.currency, d.amount_reporting, d.probability, d.forecast_category, d.type, d.lead_source, d.channel,
  d.campaign_id, d.loss_reason, d.next_step, d.product_id, d.product, d.created_at, d.created_date, d.close_date,
  d.closed_at, d.entered_stage_at, d.owner_id, d.owner, s.seller_id, s.seller, d.team_id, d.team, d.industry, d.country, d.segment,
  d.last_activity_at AS source_last_activity_at, d.source, d.origin, sells_nothing(d.pipeline) AS is_not_sales,
  CASE WHEN is_visible(d.account_team_id) THEN d.account_owner_id END AS account_owner_id, d.home_slot, d.person_slot, d.self_slot
FROM state.deal AS d
LEFT JOIN state.seller AS s ON s.seller_id = d.owner_id AND s.valid_from <= coalesce(d.closed_at, getvariable('as_of'))
  AND open_ended(s.valid_to) > coalesce(d.closed_at, getvariable('as_of'))
WHERE is_visible(d.team_id);

-- `handed_over_at` is when the owner of the state took the deal over from another; null for its first owner. Who sees a
-- state learns of the handover, though the state before may be of a team that he does not see.
CREATE OR REPLACE VIEW scoped.deal_version AS
SELECT v.deal_id || '@' || CAST(v.version AS VARCHAR) AS deal_version_id, v.deal_id, v.version, v.valid_from,
  CASE WHEN v.valid_to <= getvariable('as_of') THEN v.valid_to END AS valid_to,
  v.recorded_at, v.amount_recorded_at, v.close_date_recorded_at, coalesce(st.stage, v.stage) AS stage,
  v.entered_stage_at, v.handed_over_at, v.status, v.amount, v.currency,
  to_reporting(v.amount, fx.rate) AS amount_reporting, v.close_date, v.probability, v.forecast_category, v.owner_id,
  coalesce(v.team_id, m.team_id) AS team_id, v.origin, v.is_deleted, v.home_slot
FROM model.deal_version AS v
LEFT JOIN model.deal AS d ON d.home_slot = v.home_slot AND d.deal_id = v.deal_id
LEFT JOIN model.stage AS st ON st.source = d.source AND st.pipeline_key = d.pipeline_key AND st.stage_key = v.stage
LEFT JOIN model.fx AS fx ON fx.in_currency = getvariable('currency') AND fx.currency = v.currency
  AND fx.valid_from <= CASE WHEN v.status = 'open' THEN getvariable('as_of_date') ELSE coalesce(v.close_date, getvariable('as_of_date')) END
  AND fx.valid_to > CASE WHEN v.status = 'open' THEN getvariable('as_of_date') ELSE coalesce(v.close_date, getvariable('as_of_date')) END
LEFT JOIN state.member AS m ON m.member_id = v.owner_id
WHERE v.valid_from <= getvariable('as_of') AND is_visible(coalesce(v.team_id, m.team_id));

-- What is missing of a deal's history, by all that is known now.
CREATE OR REPLACE VIEW scoped.deal_history AS
SELECT h.deal_history_id, h.deal_id, h.source, h.field, h.changes, h.first_at, h.last_at,
  CASE WHEN h.field = 'owner' THEN coalesce(a.name, h.history_value) ELSE h.history_value END AS history_value,
  CASE WHEN h.field = 'owner' THEN coalesce(b.name, h.export_value) ELSE h.export_value END AS export_value,
  h.observed_at, h.is_cut, h.breaks, h.last_break_at, h.break_found, h.is_different, h.is_missing, h.is_whole, h.whole_from,
  d.name, d.status, d.amount_reporting, d.created_at, h.home_slot
FROM model.deal_history AS h
JOIN state.deal AS d ON d.home_slot = h.home_slot AND d.deal_id = h.deal_id
LEFT JOIN state.member AS a ON a.member_id = h.history_value
LEFT JOIN state.member AS b ON b.member_id = h.export_value
WHERE is_visible(d.team_id);

-- The same of leads, tickets and subscriptions: with what a history ends, against the newest export.
CREATE OR REPLACE VIEW scoped.record_history AS
SELECT h.record_history_id, h.entity, h.record_id, h.source, h.field, h.changes, h.last_at, h.history_value, h.export_value,
  h.observed_at, h.agrees, h.is_different, h.is_missing, h.breaks, h.last_break_at, h.home_slot
FROM model.record_history AS h
LEFT JOIN model.lead_version AS l ON l.lead_id = CASE h.entity WHEN 'lead' THEN h.record_id END AND l.valid_to IS NULL
LEFT JOIN state.member AS m ON m.member_id = l.owner_id
LEFT JOIN model.ticket_version AS t ON t.ticket_id = CASE h.entity WHEN 'ticket' THEN h.record_id END AND t.valid_to IS NULL
LEFT JOIN model.subscription_version AS s ON s.subscription_id = CASE h.entity WHEN 'subscription' THEN h.record_id END AND s.valid_to IS NULL
LEFT JOIN state.account AS a ON a.account_id = CASE h.entity WHEN 'ticket' THEN t.account_id WHEN 'subscription' THEN s.account_id END
WHERE is_visible(CASE h.entity WHEN 'lead' THEN m.team_id ELSE a.team_id END);

CREATE OR REPLACE VIEW scoped.deal_line AS
SELECT l.deal_line_id AS line_id, l.deal_id, l.product_id, coalesce(p.name, l.product_name) AS product, l.quantity, l.unit_price,
  coalesce(l.list_price, CASE WHEN coalesce(p.currency, l.currency, d.currency) IS NOT DISTINCT FROM coalesce(l.currency, d.currency)
    THEN p.price END) AS list_price, l.list_price IS NOT NULL AS has_own_list_price,
  l.amount, coalesce(l.currency, d.currency) AS currency,
  to_reporting(l.amount, fx.rate) AS amount_reporting, d.team_id
FROM model.deal_line AS l
JOIN state.deal AS d ON d.deal_id = l.deal_id
LEFT JOIN model.product AS p ON p.product_id = l.product_id
LEFT JOIN model.fx AS fx ON fx.in_currency = getvariable('currency') AND fx.currency = coalesce(l.currency, d.currency)
  AND fx.valid_from <= CASE WHEN d.status = 'open' THEN getvariable('as_of_date') ELSE coalesce(d.close_date, getvariable('as_of_date')) END
  AND fx.valid_to > CASE WHEN d.status = 'open' THEN getvariable('as_of_date') ELSE coalesce(d.close_date, getvariable('as_of_date')) END
WHERE is_visible(d.team_id);

CREATE OR REPLACE VIEW scoped.deal_contact AS
SELECT c.deal_contact_id, c.deal_id, c.person_id, c.role, c.is_primary, c.home_slot, c.deal_slot, c.person_slot
FROM model.deal_contact AS c
JOIN model.deal_version AS v ON v.home_slot = c.home_slot AND v.deal_id || '' = c.deal_id AND v.valid_from <= getvariable('as_of')
  AND (v.valid_to IS NULL OR v.valid_to > getvariable('as_of')) AND NOT v.is_deleted
LEFT JOIN state.member AS m ON m.member_id = v.owner_id
WHERE is_visible(coalesce(v.team_id, m.team_id));

CREATE OR REPLACE VIEW scoped.lead AS
SELECT l.lead_id, personal(coalesce(l.full_name, trim(concat_ws(' ', l.first_name, l.last_name)))) AS full_name,
  personal(l.email) AS email, l.company, coalesce(l.converted_account_id, l.account_id, p.account_id) AS account_id,
  coalesce(l.converted_person_id, l.person_id) AS person_id, l.source_name, l.channel, l.medium,
  coalesce(tw.main_id, l.campaign_id, made.campaign_id) AS campaign_id, c.name AS campaign, l.landing_page, l.status,
  coalesce(coalesce(l.qualified_at, l.converted_at) <= getvariable('as_of'), FALSE) AS is_qualified,
  CASE WHEN coalesce(l.qualified_at, l.converted_at) <= getvariable('as_of')
       THEN coalesce(l.qualified_at, l.converted_at) END AS qualified_at,
  l.owner_id, m.name AS owner, s.seller_id, s.seller, m.team_id, m.team, coalesce(l.industry, a.industry) AS industry,
  coalesce(l.country, a.country) AS country, coalesce(a.segment, size_band(l.employees)) AS segment, l.created_at,
  local_date(l.created_at) AS created_date,
  CASE WHEN l.converted_at <= getvariable('as_of') THEN l.converted_at END AS converted_at,
  coalesce(CASE WHEN l.converted_at <= getvariable('as_of') THEN l.converted_deal_id END, own.deal_id) AS deal_id,
  CASE WHEN known.source IS NULL THEN TRUE END AS is_deal_unknown,
  CASE WHEN r.first_response_at <= getvariable('as_of') THEN r.first_response_at END AS first_response_at,
  CASE WHEN r.first_response_at <= getvariable('as_of')
       THEN make_timestamp(epoch_us(l.created_at) + working_ms_between(l.created_at, r.first_response_at) * 1000) END AS answered_at_work,
  l.source,
  l.home_slot, l.person_slot
FROM model.lead_version AS l
LEFT JOIN state.member AS m ON m.member_id = l.owner_id
LEFT JOIN state.seller AS s ON s.seller_id = l.owner_id AND s.valid_from <= l.created_at
  AND open_ended(s.valid_to) > l.created_at
LEFT JOIN model.person_version AS p ON p.person_id = l.person_id AND p.valid_from <= getvariable('as_of')
  AND (p.valid_to IS NULL OR p.valid_to > getvariable('as_of'))
LEFT JOIN state.account AS a ON a.account_id = coalesce(l.converted_account_id, l.account_id, p.account_id)
LEFT JOIN model.lead_campaign AS made ON made.home_slot = l.home_slot AND made.lead_id = l.lead_id
LEFT JOIN model.campaign_twin AS tw ON tw.campaign_id = coalesce(l.campaign_id, made.campaign_id)
LEFT JOIN model.campaign AS c ON c.campaign_id = coalesce(tw.main_id, l.campaign_id, made.campaign_id)
LEFT JOIN model.lead_response AS r ON r.home_slot = l.home_slot AND r.lead_id = l.lead_id
LEFT JOIN model.lead_deal AS own ON own.home_slot = l.home_slot AND own.lead_id = l.lead_id AND own.valid_from <= getvariable('as_of')
  AND (own.valid_to IS NULL OR own.valid_to > getvariable('as_of'))
LEFT JOIN model.lead_followed AS known ON known.source = l.source
WHERE l.valid_from <= getvariable('as_of') AND (l.valid_to IS NULL OR l.valid_to > getvariable('as_of')) AND NOT l.is_deleted
  AND l.created_at <= getvariable('as_of') AND is_visible(m.team_id);

CREATE OR REPLACE VIEW scoped.activity AS
SELECT a.activity_id, a.kind, a.direction, personal(a.subject) AS subject, a.owner_id AS member_id, m.name AS member, s.seller_id, s.seller,
  m.team_id, m.team, a.person_id, a.account_id, a.deal_id, a.lead_id, a.ticket_id, a."at", local_date(a."at") AS day, a.due_at,
  CASE WHEN a.done_at <= getvariable('as_of') THEN a.done_at END AS done_at, a.duration_s, a.outcome, a.source,
  a.home_slot, a.person_slot, a.deal_slot
FROM model.activity AS a
LEFT JOIN state.member AS m ON m.member_id = a.owner_id
LEFT JOIN state.seller AS s ON s.seller_id = a.owner_id AND s.valid_from <= a."at" AND open_ended(s.valid_to) > a."at"
LEFT JOIN model.meeting_twin AS w ON w.activity_id = a.activity_id
WHERE a."at" <= getvariable('as_of') AND w.activity_id IS NULL AND is_visible(m.team_id);

-- What is planned: not done by then, and due on that day or later; of a day in the past tasks and meetings that came later,
-- for when they were entered is not known.
CREATE OR REPLACE VIEW scoped.planned_activity AS
SELECT a.activity_id, a.kind, a.owner_id AS member_id, m.team_id, a.person_id, a.account_id, a.deal_id, a.lead_id,
  coalesce(a.due_at, a."at") AS planned_at, a.source, a.home_slot, a.deal_slot
FROM model.activity AS a
LEFT JOIN state.member AS m ON m.member_id = a.owner_id
LEFT JOIN model.meeting_twin AS w ON w.activity_id = a.activity_id
WHERE coalesce(a.due_at, a."at") >= local_midnight(getvariable('as_of_date')) AND w.activity_id IS NULL
  AND (a.kind IN ('task', 'meeting') OR a.done_at IS NULL AND a.is_done IS DISTINCT FROM TRUE)
  AND (a.kind = 'meeting' AND a."at" > getvariable('as_of') OR a.kind <> 'meeting' AND (a.done_at IS NULL OR a.done_at > getvariable('as_of')))
  AND is_visible(m.team_id);

-- Who may see the customer sees the message; of nobody known, who may see the colleague.
CREATE OR REPLACE VIEW scoped.message AS
SELECT x.message_id, x."at", local_date(x."at") AS day, x.channel, x.direction, x.thread, x.member_id, m.name AS member, m.team_id,
  x.person_id, x.account_id, x.deal_id, x.lead_id, x.ticket_id, x.length, x.activity_id, x.source, x.home_slot, x.person_slot,
  x.deal_slot
FROM model.message AS x
LEFT JOIN state.member AS m ON m.member_id = x.member_id
LEFT JOIN state.account AS a ON is_restricted() AND a.account_id = x.account_id
WHERE x."at" <= getvariable('as_of')
  AND is_visible(CASE WHEN x.account_id IS NULL AND x.person_id IS NULL THEN m.team_id ELSE a.team_id END);

-- When somebody talked or wrote with a customer about a deal, by whatever way; one of several sources may be there twice.
CREATE OR REPLACE VIEW scoped.deal_talk AS
SELECT a.deal_id, a."at"
FROM model.activity AS a
LEFT JOIN state.member AS m ON is_restricted() AND m.member_id = a.owner_id
WHERE a.deal_id IS NOT NULL AND a.kind IN ('call', 'email', 'meeting', 'chat') AND a."at" <= getvariable('as_of') AND is_visible(m.team_id)
UNION ALL
SELECT x.deal_id, x."at" FROM scoped.message AS x WHERE x.deal_id IS NOT NULL;

-- One that stands for the same in other sources says what they know where it does not.
CREATE OR REPLACE VIEW scoped.campaign AS
SELECT c.campaign_id, c.name, coalesce(c.channel, o.channel) AS channel, coalesce(c.type, o.type) AS type,
  coalesce(c.status, o.status) AS status, coalesce(c.start_date, o.start_date) AS start_date, coalesce(c.end_date, o.end_date) AS end_date,
  coalesce(c.budget, o.budget) AS budget, CASE WHEN c.budget IS NULL AND o.budget IS NOT NULL THEN o.currency ELSE c.currency END AS currency,
  CASE WHEN is_visible(m.team_id) THEN c.owner_id END AS owner_id
FROM model.campaign AS c
LEFT JOIN model.campaign_twin AS tw ON tw.campaign_id = c.campaign_id
LEFT JOIN (
  SELECT main_id, min(channel) AS channel, min(type) AS type, min(status) AS status, min(start_date) AS start_date,
    max(end_date) AS end_date, max(CASE WHEN place = 1 THEN budget END) AS budget, max(CASE WHEN place = 1 THEN currency END) AS currency
  FROM (
    SELECT t.main_id, n.channel, n.type, n.status, n.start_date, n.end_date, n.budget, n.currency,
      row_number() OVER (PARTITION BY t.main_id ORDER BY n.budget NULLS LAST, n.campaign_id NULLS LAST) AS place
    FROM model.campaign_twin AS t
    JOIN model.campaign AS n ON n.campaign_id = t.campaign_id
  ) AS others
  GROUP BY main_id
) AS o ON o.main_id = c.campaign_id
LEFT JOIN state.member AS m ON is_restricted() AND m.member_id = c.owner_id
WHERE tw.campaign_id IS NULL;

-- Which campaigns of other sources a campaign stands for.
CREATE OR REPLACE VIEW scoped.campaign_twin AS
SELECT t.campaign_id, n.name, n.source, t.main_id, c.name AS main_name, c.source AS main_source
FROM model.campaign_twin AS t
JOIN model.campaign AS n ON n.campaign_id = t.campaign_id
JOIN model.campaign AS c ON c.campaign_id = t.main_id;

CREATE OR REPLACE VIEW scoped.spend AS
SELECT s.spend_id, coalesce(tw.main_id, s.campaign_id) AS campaign_id, coalesce(c.name, s.campaign_name) AS campaign,
  coalesce(s.channel, c.channel, s.source) AS channel,
  s.day, s.cost, coalesce(s.currency, 'XXX') AS currency, to_reporting(s.cost, fx.rate) AS cost_reporting, s.impressions,
  s.clicks, s.conversions, s.source
FROM model.spend AS s
LEFT JOIN model.campaign_twin AS tw ON tw.campaign_id = s.campaign_id
LEFT JOIN model.campaign AS c ON c.campaign_id = coalesce(tw.main_id, s.campaign_id)
LEFT JOIN model.fx AS fx ON fx.in_currency = getvariable('currency') AND fx.currency = coalesce(s.currency, 'XXX')
  AND fx.valid_from <= s.day AND fx.valid_to > s.day
WHERE s.day <= getvariable('as_of_date');

CREATE OR REPLACE VIEW scoped.touch AS
SELECT t.touch_id, t.person_id, t.account_id, t.lead_id, coalesce(tw.main_id, t.campaign_id) AS campaign_id, t.channel, t.source_name,
  t.medium, t.kind, t."at", local_date(t."at") AS day, t.segment, t.source, t.home_slot, t.person_slot
FROM model.touch AS t
LEFT JOIN model.campaign_twin AS tw ON tw.campaign_id = t.campaign_id
LEFT JOIN model.person_version AS p ON is_restricted() AND p.person_id = t.person_id AND p.valid_from <= getvariable('as_of')
  AND (p.valid_to IS NULL OR p.valid_to > getvariable('as_of'))
LEFT JOIN state.account AS a ON is_restricted() AND a.account_id = coalesce(t.account_id, p.account_id)
LEFT JOIN model.lead_version AS l ON is_restricted() AND l.lead_id = t.lead_id AND l.valid_from <= getvariable('as_of')
  AND (l.valid_to IS NULL OR l.valid_to > getvariable('as_of'))
LEFT JOIN state.member AS m ON is_restricted() AND m.member_id = l.owner_id
WHERE t."at" <= getvariable('as_of') AND (is_visible(a.team_id) OR is_visible(m.team_id));

CREATE OR REPLACE VIEW scoped.ticket AS
SELECT t.ticket_id, t.account_id, a.name AS account, a.industry, a.country, a.segment, t.person_id, personal(t.subject) AS subject,
  t.status, t.priority, t.category, t.channel, t.owner_id, m.name AS owner, a.team_id, a.team, t.created_at,
  local_date(t.created_at) AS created_date, answered_at(t.first_reply_at, r.first_reply_at) AS first_reply_at,
  solved_moment(t.solved_at, t.status, s.is_solved, s.since) AS solved_at,
  local_date(solved_moment(t.solved_at, t.status, s.is_solved, s.since)) AS solved_date, t.source, t.home_slot, t.person_slot
FROM model.ticket_version AS t
LEFT JOIN model.ticket_reply AS r ON r.ticket_id = t.ticket_id
LEFT JOIN model.ticket_standing AS s ON s.ticket_id = t.ticket_id AND s.since <= getvariable('as_of')
  AND open_ended(s.until) > getvariable('as_of')
LEFT JOIN state.account AS a ON a.self_slot = t.home_slot AND a.account_id = t.account_id
LEFT JOIN state.member AS m ON m.member_id = t.owner_id
WHERE t.valid_from <= getvariable('as_of') AND (t.valid_to IS NULL OR t.valid_to > getvariable('as_of')) AND NOT t.is_deleted
  AND t.created_at <= getvariable('as_of') AND is_visible(a.team_id);

-- What a contract is worth a month, as far as it is known for how many months its amount is (model.contract_basis).
CREATE OR REPLACE VIEW scoped.contract AS
WITH stated AS (
  SELECT c.*, coalesce(c.amount, CAST(c.quantity * c.unit_price AS DECIMAL(18,4))) AS whole,
    CASE WHEN c.end_date >= c.start_date THEN greatest(1, (CAST(c.end_date - c.start_date AS INTEGER) * 12 + 183) // 365) END AS months
  FROM model.contract_version AS c
  WHERE c.valid_from <= getvariable('as_of') AND (c.valid_to IS NULL OR c.valid_to > getvariable('as_of')) AND NOT c.is_deleted
)
SELECT c.contract_id, c.account_id, a.name AS account, a.team_id, c.deal_id, c.status, c.amount, coalesce(c.currency, 'XXX') AS currency,
  c.quantity, c.unit_price, c.uplift_percent, c.start_date, c.end_date, c.months,
  monthly_value(1, c.whole, 1, CAST(CASE WHEN b.basis = 0 THEN c.months ELSE b.basis END AS INTEGER)) AS monthly,
  to_reporting(monthly_value(1, c.whole, 1, CAST(CASE WHEN b.basis = 0 THEN c.months ELSE b.basis END AS INTEGER)), fx.rate)
    AS monthly_reporting,
  c.signed_at, c.source, c.home_slot, c.deal_slot
FROM stated AS c
LEFT JOIN state.account AS a ON a.self_slot = c.home_slot AND a.account_id = c.account_id
LEFT JOIN model.contract_basis AS b ON b.source = c.source
LEFT JOIN model.fx AS fx ON fx.in_currency = getvariable('currency') AND fx.currency = coalesce(c.currency, 'XXX')
  AND fx.valid_from <= getvariable('as_of_date') AND fx.valid_to > getvariable('as_of_date')
WHERE is_visible(a.team_id);

CREATE OR REPLACE VIEW scoped.subscription AS
SELECT s.subscription_id, s.account_id, a.name AS account, a.team_id, s.deal_id, s.status, s.quantity, s.unit_price, s.interval,
  s.interval_count, coalesce(s.currency, 'XXX') AS currency, s.created_at, s.started_at,
  CASE WHEN s.canceled_at <= getvariable('as_of') THEN s.canceled_at END AS canceled_at,
  CASE WHEN s.ended_at <= getvariable('as_of') THEN s.ended_at END AS ended_at, s.trial_start, s.trial_end, s.period_start,
  s.period_end, s.cancel_reason, s.source, s.home_slot, s.deal_slot
FROM model.subscription_version AS s
LEFT JOIN state.account AS a ON a.self_slot = s.home_slot AND a.account_id = s.account_id
WHERE s.valid_from <= getvariable('as_of') AND (s.valid_to IS NULL OR s.valid_to > getvariable('as_of')) AND NOT s.is_deleted
  AND coalesce(s.created_at, s.started_at) <= getvariable('as_of') AND is_visible(a.team_id);

-- How many of it a subscription was for, since when: as billing's own history tells, else as exports have shown.
CREATE OR REPLACE VIEW scoped.subscription_quantity AS
WITH told AS (
  SELECT f.source || ':' || f.record_key AS subscription_id, f.at AS valid_from, TRY_CAST(f.new_value AS DECIMAL(18,4)) AS quantity
  FROM model.field_change AS f
  WHERE f.object_1 = 'subscription' AND f.field = 'quantity' AND f.at <= getvariable('as_of')
),
seen AS (
  SELECT s.subscription_id, s.valid_from, s.quantity
  FROM model.subscription_version AS s
  WHERE s.valid_from <= getvariable('as_of') AND s.quantity IS NOT NULL AND NOT s.is_deleted
    AND s.subscription_id NOT IN (SELECT t.subscription_id FROM told AS t)
),
known AS (
  SELECT * FROM told WHERE quantity IS NOT NULL
  UNION ALL
  SELECT * FROM seen
)
SELECT k.subscription_id || '@' || CAST(k.valid_from AS VARCHAR) AS subscription_quantity_id, k.subscription_id, k.valid_from,
  lead(k.valid_from) OVER (PARTITION BY k.subscription_id ORDER BY k.valid_from NULLS LAST) AS valid_to, k.quantity
FROM known AS k
WHERE k.subscription_id IN (SELECT s.subscription_id FROM scoped.subscription AS s);

CREATE OR REPLACE VIEW scoped.subscription_item AS
SELECT i.subscription_item_id, i.subscription_id, i.product_id, i.quantity, coalesce(i.unit_price, p.unit_price) AS unit_price,
  coalesce(i.interval, p.interval) AS interval, coalesce(i.interval_count, p.interval_count) AS interval_count,
  coalesce(i.currency, p.currency, s.currency) AS currency
FROM model.subscription_item_version AS i
JOIN scoped.subscription AS s ON s.subscription_id = i.subscription_id
LEFT JOIN model.price AS p ON p.source = i.source AND p.source_key = i.price_key
WHERE i.valid_from <= getvariable('as_of') AND (i.valid_to IS NULL OR i.valid_to > getvariable('as_of')) AND NOT i.is_deleted;

-- Recurring revenue, all of it under policy `weir` (docs/recurring-revenue.md). The team, segment, industry and country are
-- those of the account as it is now.
CREATE OR REPLACE VIEW scoped.subscription_mrr_version AS
SELECT m.subscription_id, m.version, m.customer_id, m.account_id, m.valid_from,
  CASE WHEN m.valid_to <= getvariable('as_of') THEN m.valid_to END AS valid_to, m.currency, m.monthly, m.mrr, m.origin, m.home_slot
FROM model.subscription_mrr AS m
LEFT JOIN state.account AS a ON is_restricted() AND a.account_id = m.account_id
WHERE m.in_currency = getvariable('currency') AND m.valid_from <= getvariable('as_of') AND is_visible(a.team_id);

-- Every subscription that was ever worth anything by then; what it is worth at the moment.
CREATE OR REPLACE VIEW scoped.subscription_mrr AS
WITH known AS (
  SELECT m.*, row_number() OVER (PARTITION BY m.subscription_id ORDER BY m.valid_from DESC NULLS LAST) AS from_the_last
  FROM model.subscription_mrr AS m
  WHERE m.in_currency = getvariable('currency') AND m.valid_from <= getvariable('as_of')
)
SELECT k.subscription_id, k.customer_id, k.account_id, a.name AS account, a.team_id, a.team, a.owner, a.industry, a.country, a.segment,
  k.currency, k.valid_to IS NULL OR k.valid_to > getvariable('as_of') AS is_active,
  CASE WHEN k.valid_to IS NULL OR k.valid_to > getvariable('as_of') THEN k.monthly END AS monthly,
  CASE WHEN k.valid_to IS NULL OR k.valid_to > getvariable('as_of') THEN k.mrr END AS mrr, k.source, k.home_slot
FROM known AS k
LEFT JOIN state.account AS a ON a.self_slot = k.home_slot AND a.account_id = k.account_id
WHERE k.from_the_last = 1 AND is_visible(a.team_id);

CREATE OR REPLACE VIEW scoped.mrr_movement AS
SELECT m.mrr_movement_id, m.customer_id, m.account_id, a.name AS account, a.team_id, a.team, a.owner, a.industry, a.country, a.segment,
  m.day, m.kind, m.amount, abs(m.amount) AS size, m.before, m.after, m.spell_from, m.subscription_id, m.home_slot
FROM model.mrr_movement AS m
LEFT JOIN state.account AS a ON a.self_slot = m.home_slot AND a.account_id = m.account_id
WHERE m.in_currency = getvariable('currency') AND m.day <= getvariable('as_of_date') AND is_visible(a.team_id);

CREATE OR REPLACE VIEW scoped.customer_retention_version AS
SELECT r.customer_id, r.version, r.account_id, r.valid_from, CASE WHEN r.valid_to <= getvariable('as_of') THEN r.valid_to END AS valid_to,
  r.mrr, r.mrr_a_year_ago, r.mrr_kept, r.origin, r.home_slot
FROM model.customer_retention AS r
LEFT JOIN state.account AS a ON is_restricted() AND a.account_id = r.account_id
WHERE r.in_currency = getvariable('currency') AND r.valid_from <= getvariable('as_of') AND is_visible(a.team_id);

-- Every customer that has paid twelve months before some moment by then; what it paid before this one, and pays now.
CREATE OR REPLACE VIEW scoped.customer_retention AS
WITH known AS (
  SELECT r.*, row_number() OVER (PARTITION BY r.customer_id ORDER BY r.valid_from DESC NULLS LAST) AS from_the_last,
    r.valid_to IS NULL OR r.valid_to > getvariable('as_of') AS holds
  FROM model.customer_retention AS r
  WHERE r.in_currency = getvariable('currency') AND r.valid_from <= getvariable('as_of')
)
SELECT k.customer_id, k.account_id, a.name AS account, a.team_id, a.team, a.owner, a.industry, a.country, a.segment,
  CASE WHEN k.holds THEN k.mrr END AS mrr, CASE WHEN k.holds THEN k.mrr_a_year_ago END AS mrr_a_year_ago,
  CASE WHEN k.holds THEN k.mrr_kept END AS mrr_kept, k.home_slot
FROM known AS k
LEFT JOIN state.account AS a ON a.self_slot = k.home_slot AND a.account_id = k.account_id
WHERE k.from_the_last = 1 AND is_visible(a.team_id);

CREATE OR REPLACE VIEW scoped.invoice AS
SELECT i.invoice_id, i.number, i.account_id, a.name AS account, a.team_id, a.team, a.industry, a.country, a.segment, i.subscription_id,
  i.deal_id,
  invoice_status(i.status, i.paid_at, s.settled_at) AS status,
  i.issued_at, local_date(i.issued_at) AS issued_date, i.due_date,
  CASE WHEN i.paid_at <= getvariable('as_of') THEN i.paid_at ELSE s.settled_at END AS paid_at, i.subtotal, i.tax,
  coalesce(i.total, t.total) AS total,
  amount_due_of(i.amount_due, i.status, i.paid_at, i.amount_paid, s.paid, coalesce(i.total, t.total)) AS amount_due,
  amount_paid_of(i.status, i.paid_at, i.amount_paid, s.paid, coalesce(i.total, t.total)) AS amount_paid, coalesce(i.currency, t.currency, 'XXX') AS currency,
  to_reporting(coalesce(i.total, t.total), fx.rate) AS total_reporting,
  to_reporting(amount_paid_of(i.status, i.paid_at, i.amount_paid, s.paid, coalesce(i.total, t.total)), fx.rate) AS amount_paid_reporting,
  i.period_start, i.period_end, i.source, i.home_slot, i.deal_slot
FROM model.invoice_version AS i
LEFT JOIN model.invoice_total AS t ON t.home_slot = i.home_slot AND t.invoice_id = i.invoice_id
LEFT JOIN model.invoice_settlement AS s ON s.home_slot = i.home_slot AND s.invoice_id = i.invoice_id
  AND s.since <= getvariable('as_of') AND open_ended(s.until) > getvariable('as_of')
LEFT JOIN state.account AS a ON a.self_slot = i.home_slot AND a.account_id = i.account_id
LEFT JOIN model.fx AS fx ON fx.in_currency = getvariable('currency')
  AND fx.currency = coalesce(i.currency, t.currency, 'XXX') AND fx.valid_from <= local_date(i.issued_at)
  AND fx.valid_to > local_date(i.issued_at)
WHERE i.valid_from <= getvariable('as_of') AND (i.valid_to IS NULL OR i.valid_to > getvariable('as_of')) AND NOT i.is_deleted
  AND i.issued_at <= getvariable('as_of') AND is_visible(a.team_id);

-- The last day on which another payer of an account's name or tax id got an invoice, who may be the same customer. Payers that
-- billing alone knows are nobody's, so it looks at all of them, and names none; equal names of different tax ids are two. A name
-- that differs by one letter is the same where somebody mistyped it: deals were won there and nothing is invoiced, and the payer
-- has invoices and no won deal, or came back with a new subscription just when a deal was won there.
CREATE OR REPLACE VIEW scoped.payer_namesake AS
WITH named AS MATERIALIZED (
  SELECT a.account_id, a.team_id, company_key(a.name) AS name, tax_digits(a.tax_id) AS tax_number
  FROM state.account AS a
),
billed AS (
  SELECT i.account_id, local_date(max(i.issued_at)) AS last_day, local_date(min(i.issued_at)) AS first_day
  FROM model.invoice_version AS i
  WHERE i.valid_from <= getvariable('as_of') AND (i.valid_to IS NULL OR i.valid_to > getvariable('as_of')) AND NOT i.is_deleted
    AND i.issued_at <= getvariable('as_of')
  GROUP BY i.account_id
),
payers AS MATERIALIZED (
  SELECT n.account_id, n.name, n.tax_number, b.last_day, b.first_day FROM billed AS b JOIN named AS n ON n.account_id = b.account_id
),
won AS MATERIALIZED (
  SELECT DISTINCT d.account_id, v.close_date
  FROM model.deal_version AS v
  JOIN model.deal AS d ON d.home_slot = v.home_slot AND d.deal_id = v.deal_id
  WHERE v.status = 'won' AND v.valid_from <= getvariable('as_of') AND (v.valid_to IS NULL OR v.valid_to > getvariable('as_of'))
    AND NOT v.is_deleted
),
unbilled AS (
  SELECT n.account_id, n.name, n.tax_number, length(n.name) AS letters
  FROM named AS n
  WHERE n.account_id IN (SELECT w.account_id FROM won AS w)
    AND n.account_id NOT IN (SELECT b.account_id FROM billed AS b WHERE b.account_id IS NOT NULL) AND is_visible(n.team_id)
),
began AS (
  SELECT v.account_id, local_date(max(v.started_at)) AS day
  FROM model.subscription_version AS v
  WHERE v.valid_to IS NULL AND NOT v.is_deleted AND v.started_at <= getvariable('as_of')
  GROUP BY v.account_id
),
unsold AS (
  SELECT p.account_id, p.name, p.tax_number, p.last_day, length(p.name) AS letters, CASE WHEN w.account_id IS NOT NULL THEN b.day END AS came_back
  FROM payers AS p
  LEFT JOIN began AS b ON b.account_id = p.account_id
  LEFT JOIN (SELECT DISTINCT account_id FROM won) AS w ON w.account_id = p.account_id
  WHERE w.account_id IS NULL OR b.day > p.first_day + 60
),
-- Two names that differ by one letter, or by two that changed places, have a text in common that lacks one letter at most.
unbilled_beginnings AS (
  SELECT account_id, name, tax_number, letters, unnest(range(0, letters + 1)) AS place FROM unbilled WHERE letters BETWEEN 6 AND 60
),
unsold_beginnings AS (
  SELECT account_id, name, tax_number, letters, last_day, came_back, unnest(range(0, letters + 1)) AS place
  FROM unsold
  WHERE letters BETWEEN 6 AND 60
),
mistyped AS (
  SELECT u.account_id, s.last_day
  FROM unbilled_beginnings AS u
  JOIN unsold_beginnings AS s ON CASE WHEN s.place = 0 THEN s.name ELSE left(s.name, s.place - 1) || substr(s.name, s.place + 1) END
      = CASE WHEN u.place = 0 THEN u.name ELSE left(u.name, u.place - 1) || substr(u.name, u.place + 1) END
  WHERE damerau_levenshtein(u.name, s.name) = 1 AND coalesce(s.tax_number = u.tax_number, TRUE)
    AND (s.came_back IS NULL
         OR EXISTS (SELECT 1 FROM won AS w WHERE w.account_id = u.account_id AND w.close_date BETWEEN s.came_back - 60 AND s.came_back + 7))
),
namesakes AS (
  SELECT n.account_id, p.last_day, FALSE AS is_by_tax_id
  FROM named AS n
  JOIN payers AS p ON p.name = n.name AND p.account_id <> n.account_id
  WHERE coalesce(p.tax_number = n.tax_number, TRUE) AND is_visible(n.team_id)
  UNION ALL
  SELECT n.account_id, p.last_day, TRUE
  FROM named AS n
  JOIN payers AS p ON p.tax_number = n.tax_number AND p.account_id <> n.account_id
  WHERE is_visible(n.team_id)
  UNION ALL
  SELECT m.account_id, m.last_day, FALSE FROM mistyped AS m
)
SELECT account_id, max(last_day) AS last_day, max(CASE WHEN is_by_tax_id THEN last_day END) AS last_day_by_tax_id
FROM namesakes
GROUP BY account_id;

CREATE OR REPLACE VIEW scoped.invoice_line AS
SELECT l.invoice_line_id, l.invoice_id, l.subscription_id, l.product_id, l.description, l.quantity, l.amount,
  coalesce(l.currency, i.currency) AS currency, l.is_proration, l.period_start, l.period_end
FROM model.invoice_line AS l
JOIN scoped.invoice AS i ON i.invoice_id = l.invoice_id;

CREATE OR REPLACE VIEW scoped.payment AS
SELECT p.payment_id, p.invoice_id, p.account_id, a.name AS account, a.team_id, p."at",
  local_date(p."at") AS day, p.amount, p.amount_refunded, coalesce(p.currency, 'XXX') AS currency,
  to_reporting(p.amount, fx.rate) AS amount_reporting, p.status, p.kind, p.failure_code, personal(p.payer) AS payer, p.payer_tax_id,
  personal(p.purpose) AS purpose, p.matched_by, p.source, p.home_slot
FROM model.payment AS p
LEFT JOIN state.account AS a ON a.self_slot = p.home_slot AND a.account_id = p.account_id
LEFT JOIN model.fx AS fx ON fx.in_currency = getvariable('currency') AND fx.currency = coalesce(p.currency, 'XXX') AND fx.valid_from <= local_date(p."at") AND fx.valid_to > local_date(p."at")
WHERE p."at" <= getvariable('as_of') AND is_visible(a.team_id);

CREATE OR REPLACE VIEW scoped.survey_answer AS
SELECT s.survey_answer_id, s.account_id, a.name AS account, a.team_id, a.team, a.industry, a.country, a.segment, s.person_id, s.ticket_id,
  s.kind, s.score, is_satisfied(s.kind, s.score, s.best) AS is_satisfied, nps_points(s.kind, s.score) AS nps_points,
  personal(s.comment) AS comment, s."at", local_date(s."at") AS day, s.source, s.home_slot, s.person_slot
FROM model.survey_answer AS s
LEFT JOIN state.account AS a ON a.account_id = s.account_id
WHERE s."at" <= getvariable('as_of') AND is_visible(a.team_id);

CREATE OR REPLACE VIEW scoped.product AS SELECT product_id, name, family, price, currency FROM model.product;

CREATE OR REPLACE VIEW scoped.event AS
SELECT e.event_id, e.account_id, e.person_id, e.lead_id, e.deal_id, e.ticket_id, e.activity, e."at", e.member_id, e.department,
  e.amount, e.currency, coalesce(m.team_id, a.team_id) AS team_id
FROM model.event AS e
LEFT JOIN state.member AS m ON m.member_id = e.member_id
LEFT JOIN state.account AS a ON a.account_id = e.account_id
WHERE e."at" <= getvariable('as_of') AND is_visible(coalesce(m.team_id, a.team_id));

CREATE OR REPLACE VIEW scoped.history_coverage AS SELECT * FROM model.history_coverage;

-- The operations desk. Rows of a member are seen by those who may see the member's team; the call of a customer by those
-- who may see the customer, whoever of ours had it.
CREATE OR REPLACE VIEW scoped.tool AS
SELECT t.tool_id, t.name, t.category, t.vendor, t.department, t.owner_id, t.annual_cost, coalesce(t.currency, 'XXX') AS currency,
  t.renews_on, t.status, t.source
FROM model.tool AS t;

CREATE OR REPLACE VIEW scoped.licence AS
SELECT l.licence_id, l.tool_id, t.name AS tool, l.member_id, m.name AS member, m.team_id, l.assigned_on,
  CASE WHEN l.revoked_on <= getvariable('as_of_date') THEN l.revoked_on END AS revoked_on, l.annual_cost,
  coalesce(l.currency, t.currency, 'XXX') AS currency, l.source
FROM model.licence AS l
LEFT JOIN model.tool AS t ON t.tool_id = l.tool_id
LEFT JOIN state.member AS m ON m.member_id = l.member_id
WHERE coalesce(l.assigned_on <= getvariable('as_of_date'), TRUE) AND is_visible(m.team_id);

CREATE OR REPLACE VIEW scoped.tool_usage AS
SELECT u.tool_usage_id, u.member_id, m.team_id, u.tool, u.kind, u."at", local_date(u."at") AS day, u.source
FROM model.tool_usage AS u
LEFT JOIN state.member AS m ON m.member_id = u.member_id
WHERE u."at" <= getvariable('as_of') AND is_visible(m.team_id);

CREATE OR REPLACE VIEW scoped.time_entry AS
SELECT e.time_entry_id, e.member_id, m.name AS member, m.department, m.team_id, m.team, coalesce(e.day, local_date(e.started_at)) AS day,
  e.started_at, e.duration_s, e.category, e.project, personal(e.description) AS description, e.account_id, e.deal_id,
  e.ticket_id, e.source
FROM model.time_entry AS e
LEFT JOIN state.member AS m ON m.member_id = e.member_id
WHERE coalesce(e.day, local_date(e.started_at)) <= getvariable('as_of_date') AND is_visible(m.team_id);

CREATE OR REPLACE VIEW scoped."call" AS
SELECT c.call_id, c."at", local_date(c."at") AS day, c.direction, personal(c.from_number) AS from_number,
  personal(c.to_number) AS to_number, c.queue, c.member_id, m.name AS member, m.team_id, c.person_id, c.account_id,
  c.known_by, personal(c.outside_number) AS outside_number, c.wait_s, c.talk_s, c.outcome, e.activity_id, c.source, c.home_slot,
  c.person_slot
FROM model."call" AS c
LEFT JOIN model.call_entry AS e ON e.home_slot = c.home_slot AND e.call_id = c.call_id
LEFT JOIN state.member AS m ON m.member_id = c.member_id
LEFT JOIN state.account AS a ON is_restricted() AND a.account_id = c.account_id
WHERE c."at" <= getvariable('as_of')
  AND is_visible(CASE WHEN c.account_id IS NULL AND c.person_id IS NULL THEN m.team_id ELSE a.team_id END);

CREATE OR REPLACE VIEW scoped.training AS
SELECT t.training_id, t.member_id, m.name AS member, m.department, m.team_id, t.course, t.kind, t.assigned_on, t.due_date,
  CASE WHEN t.completed_on <= getvariable('as_of_date') THEN t.completed_on END AS completed_on, t.score, t.status, t.source
FROM model.training AS t
LEFT JOIN state.member AS m ON m.member_id = t.member_id
WHERE coalesce(t.assigned_on <= getvariable('as_of_date'), TRUE) AND is_visible(m.team_id);

-- Who wrote which field of which record when; not what was written.
CREATE OR REPLACE VIEW scoped.field_edit AS
SELECT f.field_change_id AS field_edit_id, f.object_1 AS entity, f.source || ':' || f.record_key AS record_id, f.field, f."at",
  local_date(f."at") AS day, f.by_id AS member_id, m.team_id, m.team, f.source
FROM model.field_change AS f
JOIN state.member AS m ON m.member_id = f.by_id
WHERE f."at" <= getvariable('as_of') AND is_visible(m.team_id);

CREATE OR REPLACE VIEW scoped.product_usage AS
SELECT u.product_usage_id, u.account_id, a.name AS account, a.team_id, u.person_id, u.day, u.feature, u.quantity, u.source
FROM model.product_usage AS u
LEFT JOIN state.account AS a ON a.account_id = u.account_id
WHERE u.day <= getvariable('as_of_date') AND is_visible(a.team_id);

CREATE OR REPLACE VIEW scoped.forecast_submission AS
SELECT f.forecast_submission_id, f.member_id, m.name AS member, coalesce(f.team_id, m.team_id) AS team_id, f.period_start, f.period_end,
  f.category, f.amount, coalesce(f.currency, 'XXX') AS currency, f."at", f.comment, f.source
FROM model.forecast_submission AS f
LEFT JOIN state.member AS m ON m.member_id = f.member_id
WHERE f."at" <= getvariable('as_of') AND is_visible(coalesce(f.team_id, m.team_id));

-- When people work and what the departments agreed is for everybody.
CREATE OR REPLACE VIEW scoped.calendar AS
SELECT calendar_id, calendar, country, day, is_business, hours, name, source FROM model.calendar;

CREATE OR REPLACE VIEW scoped.content AS
SELECT content_id, name, kind, stage, owner_id, url, uses, created_at, modified_at, source FROM model.content;

CREATE OR REPLACE VIEW scoped.goal AS
SELECT g.goal_id, g.name, g.metric, g.department, g.team_id, g.owner_id, g.parent_id AS parent_goal_id, g.period_start,
  g.period_end, g.target, g.unit, coalesce(g.currency, 'XXX') AS currency, g.sense, g.status, g.source
FROM model.goal_version AS g
WHERE g.valid_from <= getvariable('as_of') AND (g.valid_to IS NULL OR g.valid_to > getvariable('as_of')) AND NOT g.is_deleted;

CREATE OR REPLACE VIEW scoped.agreement AS
SELECT agreement_id, name, from_department, to_department, metric, promised, unit, share, owner_id, start_date, end_date, status,
  source
FROM model.agreement;

CREATE OR REPLACE VIEW scoped.process AS
SELECT process_id, name, department, owner_id, parent_id AS parent_process_id, description, reviewed_on, status, source
FROM model.process;

CREATE OR REPLACE VIEW scoped.initiative AS
SELECT i.initiative_id, i.name, i.department, i.owner_id, i.goal_id, i.start_date, i.due_date,
  CASE WHEN i.done_on <= getvariable('as_of_date') THEN i.done_on END AS done_on, i.effort_hours, i.status, i.source
FROM model.initiative AS i;
