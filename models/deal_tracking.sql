-- Which fields of deals the history of each source tells of at all.
-- needs: model.deal_change
CREATE OR REPLACE TABLE model.deal_tracking AS
SELECT source, count(amount) > 0 AS amount, count(close_date) > 0 AS close_date
FROM model.deal_change
GROUP BY source
ORDER BY source NULLS LAST;
