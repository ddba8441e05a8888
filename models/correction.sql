-- What people decided about single cells of records, with the record that it is about and what its source says meanwhile:
-- `pending` while it says what it said then, `taken` once it says the same, `differs` once it says something else, which
-- then holds.
-- needs: rec.correction, model.identity_link
CREATE OR REPLACE TABLE model.correction AS
SELECT c.entity,
  CASE WHEN c.entity IN ('deal', 'lead') THEN c.source || ':' || coalesce(m.into_key, c.record_key) ELSE l.entity_id END AS entity_id,
  c.field, c.source, c.object, c.row_key, c.record_key, c.column_name, c.told, c.value, c.shown, c.header, c.key_header,
  c.cell, c.obstacle, c.said, c.state, c.field IN ('email', 'phone', 'mobile', 'full_name', 'first_name', 'last_name') AS is_personal,
  c.data_version
FROM rec.correction AS c
LEFT JOIN model.identity_link AS l ON l.entity = c.entity AND l.source = c.source AND l.source_key = c.record_key
LEFT JOIN model.merge_map AS m ON m.entity = CASE WHEN c.entity IN ('deal', 'lead') THEN c.entity END AND m.source = c.source AND m.from_key = c.record_key
ORDER BY c.source NULLS LAST, c.object NULLS LAST, c.row_key NULLS LAST, c.column_name NULLS LAST;
