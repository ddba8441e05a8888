-- The newest moment in the data, never the wall clock: the last thing that happened, or the last change that two imports
-- show. Stamps later than every observation are typing errors or plans, and do not count.
-- needs: model.event, rec.deal, rec.lead, rec.account, rec.person, rec.invoice, rec.activity, rec.ticket, rec.touch, rec.subscription, rec.payment, rec.spend, model.deal, model.spend, model.call, model.survey_answer, model.product_usage, model.tool_usage, model.time_entry, rec.call, rec.queue_event, rec.message, rec.survey_answer, rec.product_usage, rec.tool_usage, rec.time_entry, model.deal_version, model.lead_version, model.account_version, model.person_version, setting.time_zone
CREATE OR REPLACE TABLE model.newest_moment AS
WITH observed AS (
  SELECT max(_observed_at) AS "at"
  FROM (
    SELECT _observed_at FROM rec.deal
    UNION ALL SELECT _observed_at FROM rec.lead
    UNION ALL SELECT _observed_at FROM rec.account
    UNION ALL SELECT _observed_at FROM rec.person
    UNION ALL SELECT _observed_at FROM rec.invoice
    UNION ALL SELECT _observed_at FROM rec.activity
    UNION ALL SELECT _observed_at FROM rec.ticket
    UNION ALL SELECT _observed_at FROM rec.touch
    UNION ALL SELECT _observed_at FROM rec.subscription
    UNION ALL SELECT _observed_at FROM rec.payment
    UNION ALL SELECT _observed_at FROM rec.spend
    UNION ALL SELECT _observed_at FROM rec."call"
    UNION ALL SELECT _observed_at FROM rec.queue_event
    UNION ALL SELECT _observed_at FROM rec.message
    UNION ALL SELECT _observed_at FROM rec.survey_answer
    UNION ALL SELECT _observed_at FROM rec.product_usage
    UNION ALL SELECT _observed_at FROM rec.tool_usage
    UNION ALL SELECT _observed_at FROM rec.time_entry
  ) AS every_observation
),
happened AS (
  SELECT 'event' AS what, max(e."at") AS "at" FROM model.event AS e, observed AS o WHERE e."at" <= o."at"
  UNION ALL
  SELECT 'deal created', max(d.created_at) FROM model.deal AS d, observed AS o WHERE d.created_at <= o."at"
  UNION ALL
  SELECT 'account created', max(a.created_at) FROM model.account_version AS a, observed AS o WHERE a.created_at <= o."at"
  UNION ALL
  SELECT 'person created', max(p.created_at) FROM model.person_version AS p, observed AS o WHERE p.created_at <= o."at"
  UNION ALL
  SELECT 'deal changed', max(v.valid_from) FROM model.deal_version AS v WHERE v.origin = 'difference'
  UNION ALL
  SELECT 'lead changed', max(v.valid_from) FROM model.lead_version AS v WHERE v.origin = 'difference'
  UNION ALL
  SELECT 'account changed', max(v.valid_from) FROM model.account_version AS v WHERE v.origin = 'difference'
  UNION ALL
  SELECT 'person changed', max(v.valid_from) FROM model.person_version AS v WHERE v.origin = 'difference'
  UNION ALL
  SELECT 'call', max(c."at") FROM model."call" AS c, observed AS o WHERE c."at" <= o."at"
  UNION ALL
  SELECT 'survey answer', max(s."at") FROM model.survey_answer AS s, observed AS o WHERE s."at" <= o."at"
  UNION ALL
  SELECT 'product usage', max(local_midnight(u.day)) FROM model.product_usage AS u, observed AS o WHERE local_midnight(u.day) <= o."at"
  UNION ALL
  SELECT 'tool usage', max(u."at") FROM model.tool_usage AS u, observed AS o WHERE u."at" <= o."at"
  UNION ALL
  SELECT 'time entry', max(coalesce(e.started_at, local_midnight(e.day))) FROM model.time_entry AS e, observed AS o
  WHERE coalesce(e.started_at, local_midnight(e.day)) <= o."at"
  UNION ALL
  SELECT 'spend', max(local_midnight(s.day)) FROM model.spend AS s, observed AS o WHERE local_midnight(s.day) <= o."at"
)
SELECT what, "at" FROM happened WHERE "at" IS NOT NULL ORDER BY what NULLS LAST;
