-- The unified log, a view over the fact tables: who did what when, with the case keys that journeys are read by.
-- needs: model.activity, model.meeting_twin, model.deal_version, model.deal, model.lead_version, model.touch, model.ticket_version, model.ticket_event, model.message, model.invoice_version, model.invoice_total, model.payment, model.subscription_version
CREATE OR REPLACE VIEW model.event AS
SELECT 'activity:' || a.activity_id AS event_id, a.account_id, a.person_id, a.lead_id, a.deal_id, a.ticket_id,
  a.kind AS activity, a."at", a.owner_id AS member_id, 'sales' AS department, CAST(NULL AS DECIMAL(18,4)) AS amount,
  CAST(NULL AS VARCHAR) AS currency
FROM model.activity AS a
LEFT JOIN model.meeting_twin AS w ON w.activity_id = a.activity_id
WHERE a."at" IS NOT NULL AND w.activity_id IS NULL
UNION ALL
SELECT 'touch:' || touch_id, account_id, person_id, lead_id, NULL, NULL, 'touch ' || coalesce(kind, channel, 'unknown'), "at",
  NULL, 'marketing', NULL, NULL
FROM model.touch
WHERE "at" IS NOT NULL
UNION ALL
SELECT 'lead created:' || lead_id, account_id, person_id, lead_id, NULL, NULL, 'lead created', created_at, owner_id,
  'marketing', NULL, NULL
FROM model.lead_version
WHERE valid_to IS NULL AND created_at IS NOT NULL
UNION ALL
SELECT 'lead converted:' || lead_id, account_id, person_id, lead_id, converted_deal_id, NULL, 'lead converted', converted_at,
  owner_id, 'sales', NULL, NULL
FROM model.lead_version
WHERE valid_to IS NULL AND converted_at IS NOT NULL
UNION ALL
SELECT 'deal:' || v.deal_id || ':' || CAST(v.version AS VARCHAR), d.account_id, d.person_id, d.lead_id, v.deal_id, NULL,
  'stage ' || v.stage, v.valid_from, v.owner_id, 'sales', v.amount, v.currency
FROM model.deal_version AS v
JOIN model.deal AS d ON d.deal_id = v.deal_id
LEFT JOIN model.deal_version AS b ON b.deal_id = v.deal_id AND b.version = v.version - 1
WHERE v.stage IS NOT NULL AND b.stage IS DISTINCT FROM v.stage AND v.valid_from > TIMESTAMP '1900-01-01 00:00:00'
UNION ALL
SELECT 'ticket created:' || ticket_id, account_id, person_id, NULL, NULL, ticket_id, 'ticket created', created_at,
  owner_id, 'success', NULL, NULL
FROM model.ticket_version
WHERE valid_to IS NULL AND created_at IS NOT NULL
UNION ALL
-- A comment that the customer could read is a message and stands below.
SELECT 'ticket:' || e.ticket_event_id, NULL, NULL, NULL, NULL, e.ticket_id,
  'ticket ' || coalesce(e.kind, 'event') || coalesce(' ' || e.field, ''), e."at", e.by_id, 'success', NULL, NULL
FROM model.ticket_event AS e
LEFT JOIN model.message AS m
  ON m.source = e.source AND m.object = e.object AND m.source_key = CASE WHEN e.kind = 'comment' THEN e.source_key END
WHERE e."at" IS NOT NULL AND m.message_id IS NULL
UNION ALL
SELECT 'message:' || message_id, account_id, person_id, lead_id, deal_id, ticket_id,
  CASE WHEN ticket_id IS NOT NULL THEN 'ticket comment' ELSE coalesce(channel, 'message') END, "at", member_id,
  CASE WHEN ticket_id IS NOT NULL THEN 'success' ELSE 'sales' END, NULL, NULL
FROM model.message
WHERE "at" IS NOT NULL AND activity_id IS NULL
UNION ALL
SELECT 'invoice issued:' || i.invoice_id, i.account_id, NULL, NULL, i.deal_id, NULL, 'invoice issued', i.issued_at, NULL, 'finance',
  coalesce(i.total, t.total), coalesce(i.currency, t.currency)
FROM model.invoice_version AS i
LEFT JOIN model.invoice_total AS t ON t.home_slot = i.home_slot AND t.invoice_id = i.invoice_id
WHERE i.valid_to IS NULL AND i.issued_at IS NOT NULL
UNION ALL
SELECT 'payment:' || payment_id, account_id, NULL, NULL, NULL, NULL, 'payment ' || coalesce(status, 'made'), "at", NULL,
  'finance', amount, currency
FROM model.payment
WHERE "at" IS NOT NULL
UNION ALL
SELECT 'subscription started:' || subscription_id, account_id, NULL, NULL, deal_id, NULL, 'subscription started',
  started_at, NULL, 'finance', NULL, NULL
FROM model.subscription_version
WHERE valid_to IS NULL AND started_at IS NOT NULL
UNION ALL
SELECT 'subscription ended:' || subscription_id, account_id, NULL, NULL, deal_id, NULL, 'subscription ended', ended_at,
  NULL, 'finance', NULL, NULL
FROM model.subscription_version
WHERE valid_to IS NULL AND ended_at IS NOT NULL;
