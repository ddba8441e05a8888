-- The sources in which at least one lead has its deal: of the leads of the others nobody knows what became.
-- needs: model.lead_version, model.lead_deal
CREATE OR REPLACE TABLE model.lead_followed AS
SELECT DISTINCT l.source
FROM model.lead_version AS l
LEFT JOIN (SELECT DISTINCT lead_id FROM model.lead_deal) AS d ON d.lead_id = l.lead_id
WHERE l.converted_deal_id IS NOT NULL OR d.lead_id IS NOT NULL
ORDER BY l.source NULLS LAST;
