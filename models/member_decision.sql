-- What people have decided about members, from which day on: '' means that the decision was taken back, null that
-- nothing was said. A decision from a day on puts aside what was decided before it for that day and later ones; what was
-- undone counts as never said.
-- needs: meta.member_change, model.identity_link
CREATE OR REPLACE TABLE model.member_decision AS
WITH standing AS (
  SELECT coalesce(a.entity_id, c.member_id) AS member_id, c.field, c.value, c.since, c.data_version
  FROM meta.member_change AS c
  LEFT JOIN model.entity_alias AS a ON a.entity = 'member' AND a.alias_id = c.member_id
  WHERE NOT EXISTS (SELECT 1 FROM meta.member_undo AS u WHERE u.undone = c.data_version)
),
valid AS (
  SELECT s.member_id, s.field, s.value, s.since
  FROM standing AS s
  WHERE NOT EXISTS (
    SELECT 1 FROM standing AS l
    WHERE l.member_id = s.member_id AND l.field = s.field AND l.since <= s.since AND l.data_version > s.data_version)
)
SELECT member_id, since,
  max(CASE WHEN field = 'department' THEN value END) AS department,
  max(CASE WHEN field = 'function' THEN value END) AS function,
  max(CASE WHEN field = 'team' THEN value END) AS team_id,
  max(CASE WHEN field = 'manager' THEN value END) AS manager_id,
  max(CASE WHEN field = 'started_on' THEN value END) AS started_on,
  max(CASE WHEN field = 'ended_on' THEN value END) AS ended_on
FROM valid
GROUP BY member_id, since
ORDER BY member_id NULLS LAST, since NULLS LAST;
