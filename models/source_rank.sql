-- Whose word on a name or an owner counts most where several systems describe one entity: the sales system before
-- marketing, marketing before support and billing. Sources not named rank last.
CREATE OR REPLACE TABLE model.source_rank AS
SELECT source, CAST(rank AS INTEGER) AS rank
FROM (VALUES ('salesforce', 1), ('pipedrive', 1), ('amocrm', 1), ('bitrix24', 1), ('hubspot', 2), ('zendesk', 4),
             ('stripe', 3), ('recurly', 3),
             ('intercom', 4), ('shopify', 3), ('netsuite', 3)) AS ranks(source, rank);
