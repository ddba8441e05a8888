-- What the histories of a source call its stages, where the records call them otherwise: a history of amoCRM knows a stage
-- by its number, the list of deals by its title. The source says which number is which title (rec.merge of kind stage).
-- needs: rec.merge
CREATE OR REPLACE TABLE model.stage_name AS
SELECT r._source AS source, r.from_key AS said, min(r.into_key) AS stage_key
FROM rec.merge AS r
WHERE r.kind = 'stage' AND r.from_key IS NOT NULL AND r.into_key IS NOT NULL AND NOT coalesce(r._deleted, FALSE)
GROUP BY r._source, r.from_key
ORDER BY source NULLS LAST, said NULLS LAST;
