-- People of a deal and their roles. They lie where the deal lies, whose rights they have.
-- needs: rec.deal_contact, model.identity_link, model.deal
-- generate: facts deal_contact
CREATE OR REPLACE TABLE model.deal_contact AS
SELECT c.deal_contact_id, c.source, c.object, c.source_key, c.recorded_at, c.deal_id, c.person_id, c.role, c.is_primary,
  coalesce(d.home_slot, c.home_slot) AS home_slot, c.person_slot, c.deal_slot
FROM model.deal_contact AS c
LEFT JOIN model.deal AS d ON d.deal_id = c.deal_id
ORDER BY 10 NULLS LAST, c.deal_contact_id NULLS LAST;
