-- Where everybody belongs with the name that the team had then: what every other view joins, so it is one plain table.
-- A member's standing is cut where the team changed; how it is known (reasons, origins) stays in model.member_standing.
-- needs: model.member_standing, model.team_standing
CREATE OR REPLACE TABLE model.member_state AS
WITH cuts AS (
  SELECT member_id, version, valid_from AS "at" FROM model.member_standing
  UNION
  SELECT s.member_id, s.version, t.valid_from
  FROM model.member_standing AS s
  JOIN model.team_standing AS t ON t.team_id = s.team_id
  WHERE t.valid_from > s.valid_from AND (s.valid_to IS NULL OR t.valid_from < s.valid_to)
  UNION
  SELECT s.member_id, s.version, t.valid_to
  FROM model.member_standing AS s
  JOIN model.team_standing AS t ON t.team_id = s.team_id
  WHERE t.valid_to > s.valid_from AND (s.valid_to IS NULL OR t.valid_to < s.valid_to)
)
SELECT s.member_id, coalesce(s.name, s.email, s.member_id) AS name, s.email, s.title, s.department, s.function, s.team_id,
  coalesce(t.name, s.team_name) AS team, s.manager_id, s.manager_name, s.is_active, s.started_at, s.ended_at, s.ended_origin,
  c."at" AS valid_from, lead(c."at") OVER (PARTITION BY s.member_id ORDER BY c."at" NULLS LAST) AS valid_to, s.is_deleted
FROM cuts AS c
JOIN model.member_standing AS s ON s.member_id = c.member_id AND s.version = c.version
LEFT JOIN model.team_standing AS t ON t.team_id = s.team_id AND t.valid_from <= c."at" AND open_ended(t.valid_to) > c."at"
ORDER BY s.member_id NULLS LAST, valid_from NULLS LAST;
