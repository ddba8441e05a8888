-- Where the facts of a record lie, and of which kinds there are any: by the slot of an account, a person, a deal or a lead
-- the slots of the homes under which they are kept. Facts without an account stand under `alone` by their home. What reads
-- one record asks here first: it then reads the blocks of those homes alone, and nothing where there is nothing.
-- can wait: the pages of single records are quick when all is in
-- needs: model.activity, model.touch, model.ticket_version, model.invoice_version, model.payment, model.subscription_version, model.contract_version, model.survey_answer, model.call, model.message, model.lead_version, model.lead_deal, model.deal, model.deal_contact, model.person_version
CREATE OR REPLACE TABLE model.record_place AS
WITH facts AS (
  SELECT DISTINCT 'activity' AS fact, home_slot, account_id IS NULL AS is_alone, person_slot, deal_slot,
    CASE WHEN lead_id IS NOT NULL THEN slot_of(lead_id) END AS lead_slot
  FROM model.activity
  UNION ALL
  SELECT DISTINCT 'touch', home_slot, account_id IS NULL, person_slot, CAST(NULL AS INTEGER),
    CASE WHEN lead_id IS NOT NULL THEN slot_of(lead_id) END
  FROM model.touch
  UNION ALL
  SELECT DISTINCT 'ticket', home_slot, account_id IS NULL, person_slot, NULL, NULL FROM model.ticket_version
  UNION ALL
  SELECT DISTINCT 'invoice', home_slot, account_id IS NULL, NULL, deal_slot, NULL FROM model.invoice_version
  UNION ALL
  SELECT DISTINCT 'payment', home_slot, account_id IS NULL, NULL, NULL, NULL FROM model.payment
  UNION ALL
  SELECT DISTINCT 'subscription', home_slot, account_id IS NULL, NULL, deal_slot, NULL FROM model.subscription_version
  UNION ALL
  SELECT DISTINCT 'contract', home_slot, account_id IS NULL, NULL, deal_slot, NULL FROM model.contract_version
  UNION ALL
  SELECT DISTINCT 'survey_answer', home_slot, account_id IS NULL, person_slot, NULL, NULL FROM model.survey_answer
  UNION ALL
  SELECT DISTINCT 'call', home_slot, account_id IS NULL, person_slot, NULL, NULL FROM model."call"
  UNION ALL
  SELECT DISTINCT 'message', home_slot, account_id IS NULL, person_slot, deal_slot,
    CASE WHEN lead_id IS NOT NULL THEN slot_of(lead_id) END
  FROM model.message
  UNION ALL
  SELECT DISTINCT 'lead', home_slot, account_id IS NULL AND converted_account_id IS NULL, person_slot,
    CASE WHEN converted_deal_id IS NOT NULL THEN slot_of(converted_deal_id) END, self_slot
  FROM model.lead_version
  UNION ALL
  -- The deal of a lead that names none.
  SELECT DISTINCT 'lead', home_slot, FALSE, CAST(NULL AS INTEGER), slot_of(deal_id), NULL FROM model.lead_deal
  UNION ALL
  SELECT DISTINCT 'deal', home_slot, account_id IS NULL, person_slot, self_slot, NULL FROM model.deal
  UNION ALL
  SELECT DISTINCT 'deal_contact', home_slot, FALSE, person_slot, deal_slot, NULL FROM model.deal_contact
  UNION ALL
  SELECT DISTINCT 'person', home_slot, account_id IS NULL, self_slot, NULL, NULL FROM model.person_version
),
places AS (
  SELECT CASE WHEN is_alone THEN 'alone' ELSE 'account' END AS kind, home_slot AS slot, home_slot, fact FROM facts
  UNION ALL
  SELECT 'person', person_slot, home_slot, fact FROM facts WHERE person_slot IS NOT NULL
  UNION ALL
  SELECT 'deal', deal_slot, home_slot, fact FROM facts WHERE deal_slot IS NOT NULL
  UNION ALL
  SELECT 'lead', lead_slot, home_slot, fact FROM facts WHERE lead_slot IS NOT NULL
)
SELECT kind, slot, home_slot, bool_or(fact = 'activity') AS has_activity, bool_or(fact = 'touch') AS has_touch,
  bool_or(fact = 'ticket') AS has_ticket, bool_or(fact = 'invoice') AS has_invoice, bool_or(fact = 'payment') AS has_payment,
  bool_or(fact = 'subscription') AS has_subscription, bool_or(fact = 'contract') AS has_contract,
  bool_or(fact = 'survey_answer') AS has_survey_answer,
  bool_or(fact = 'call') AS has_call, bool_or(fact = 'message') AS has_message, bool_or(fact = 'lead') AS has_lead, bool_or(fact = 'deal') AS has_deal,
  bool_or(fact = 'deal_contact') AS has_deal_contact,
  bool_or(fact = 'person') AS has_person
FROM places
WHERE home_slot IS NOT NULL
GROUP BY kind, slot, home_slot
ORDER BY kind NULLS LAST, slot NULLS LAST, home_slot NULLS LAST;
