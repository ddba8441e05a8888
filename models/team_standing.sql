-- The teams, moment by moment: those of the sources, and those that nobody but a decision knows (weir:<name>).
-- needs: model.team_version, model.member_decision
CREATE OR REPLACE TABLE model.team_standing AS
SELECT team_id, name, parent_id AS parent_team_id, department, valid_from, valid_to
FROM model.team_version
WHERE NOT is_deleted
UNION ALL
SELECT DISTINCT team_id, substr(team_id, 6), CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), TIMESTAMP '1900-01-01 00:00:00',
  CAST(NULL AS TIMESTAMP)
FROM model.member_decision
WHERE team_id LIKE 'weir:%'
ORDER BY team_id NULLS LAST, valid_from NULLS LAST;
