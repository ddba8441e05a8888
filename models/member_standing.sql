-- Who belongs where and does what, moment by moment: what was decided, else what the sources say, else what is guessed.
-- Everything that asks for the department, team, function, manager, start or end of a member asks here (through
-- state.member), and so does everything that counts per seller (through state.seller).
-- needs: model.member_version, model.member_guess, model.member_decision, model.member_work, setting.time_zone
CREATE OR REPLACE TABLE model.member_standing AS
WITH moments AS (
  SELECT member_id, valid_from AS "at", 0 AS class, version, CAST(NULL AS VARCHAR) AS department, CAST(NULL AS VARCHAR) AS function,
    CAST(NULL AS VARCHAR) AS team_id, CAST(NULL AS VARCHAR) AS manager_id, CAST(NULL AS VARCHAR) AS started_on, CAST(NULL AS VARCHAR) AS ended_on
  FROM model.member_version
  UNION ALL
  SELECT d.member_id, CASE WHEN d.since <= DATE '1900-01-01' THEN TIMESTAMP '1900-01-01 00:00:00' ELSE local_midnight(d.since) END,
    1, NULL, d.department, d.function, d.team_id, d.manager_id, d.started_on, d.ended_on
  FROM model.member_decision AS d
  WHERE EXISTS (SELECT 1 FROM model.member_version AS v WHERE v.member_id = d.member_id)
),
carried AS (
  SELECT member_id, "at",
    last_value(version IGNORE NULLS) OVER w AS version,
    nullif(last_value(department IGNORE NULLS) OVER w, '') AS department,
    nullif(last_value(function IGNORE NULLS) OVER w, '') AS function,
    nullif(last_value(team_id IGNORE NULLS) OVER w, '') AS team_id,
    nullif(last_value(manager_id IGNORE NULLS) OVER w, '') AS manager_id,
    nullif(last_value(started_on IGNORE NULLS) OVER w, '') AS started_on,
    nullif(last_value(ended_on IGNORE NULLS) OVER w, '') AS ended_on,
    row_number() OVER (PARTITION BY member_id, "at" ORDER BY class DESC NULLS LAST) AS from_the_last
  FROM moments
  WINDOW w AS (PARTITION BY member_id ORDER BY "at" NULLS LAST, class NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),
-- By the same source: exports without ids know the manager by name.
named AS (
  SELECT name_key(name) AS name, min(member_id) AS member_id
  FROM model.member_version
  WHERE valid_to IS NULL AND NOT is_deleted AND name IS NOT NULL
  GROUP BY name_key(name)
  HAVING count(*) = 1
),
seen AS (
  SELECT member_id, min(first_at) AS first_at, max(last_at) AS last_at
  FROM model.member_work
  WHERE kind NOT IN ('campaigns', 'content')
  GROUP BY member_id
),
joined AS (
  SELECT c.member_id, c."at" AS valid_from, v.is_deleted, v.origin, v.recorded_at,
    v.name, v.email, v.title, v.source, v.is_active, v.started_at AS source_started_at, v.ended_at AS source_ended_at,
    coalesce(c.department, g.department) AS department,
    CASE WHEN c.department IS NOT NULL THEN 'decision' ELSE g.department_origin END AS department_origin,
    CASE WHEN c.department IS NULL THEN g.department_reasons END AS department_reasons,
    CASE WHEN c.department IS NULL THEN g.department_certainty END AS department_certainty,
    coalesce(c.function, g.function) AS function,
    CASE WHEN c.function IS NOT NULL THEN 'decision' ELSE g.function_origin END AS function_origin,
    CASE WHEN c.function IS NULL THEN g.function_reasons END AS function_reasons,
    CASE WHEN c.function IS NULL THEN g.function_certainty END AS function_certainty,
    coalesce(c.team_id, v.team_id) AS team_id, CASE WHEN c.team_id IS NULL THEN v.team_name END AS team_name,
    CASE WHEN c.team_id IS NOT NULL THEN 'decision' WHEN v.team_id IS NOT NULL THEN 'source' END AS team_origin,
    coalesce(c.manager_id, described.member_id, n.member_id) AS manager_id,
    CASE WHEN c.manager_id IS NOT NULL THEN 'decision'
         WHEN coalesce(described.member_id, n.member_id) IS NOT NULL THEN 'source' END AS manager_origin,
    CASE WHEN c.manager_id IS NULL THEN v.manager_name END AS manager_name,
    CAST(c.started_on AS DATE) AS decided_start, CAST(c.ended_on AS DATE) AS decided_end, s.first_at, s.last_at
  FROM carried AS c
  JOIN model.member_version AS v ON v.member_id = c.member_id AND v.version = c.version
  JOIN model.member_guess AS g ON g.member_id = v.member_id AND g.version = v.version
  LEFT JOIN (SELECT DISTINCT member_id FROM model.member_version) AS described ON described.member_id = v.manager_id
  LEFT JOIN named AS n ON n.name = name_key(v.manager_name)
  LEFT JOIN seen AS s ON s.member_id = c.member_id
  WHERE c.from_the_last = 1
)
SELECT member_id, row_number() OVER (PARTITION BY member_id ORDER BY valid_from NULLS LAST) AS version, valid_from,
  lead(valid_from) OVER (PARTITION BY member_id ORDER BY valid_from NULLS LAST) AS valid_to, recorded_at, origin, is_deleted, source,
  name, email, title, department, department_origin, department_reasons, department_certainty, function, function_origin,
  function_reasons, function_certainty, team_id, team_name, team_origin, manager_id, manager_origin, manager_name, is_active,
  CASE WHEN decided_start IS NOT NULL THEN local_midnight(decided_start) ELSE coalesce(source_started_at, first_at) END AS started_at,
  CASE WHEN decided_start IS NOT NULL THEN 'decision' WHEN source_started_at IS NOT NULL THEN 'source'
       WHEN first_at IS NOT NULL THEN 'guess' END AS started_origin,
  CASE WHEN decided_end IS NOT NULL THEN local_midnight(decided_end) WHEN source_ended_at IS NOT NULL THEN source_ended_at
       WHEN NOT is_active THEN last_at END AS ended_at,
  CASE WHEN decided_end IS NOT NULL THEN 'decision' WHEN source_ended_at IS NOT NULL THEN 'source'
       WHEN NOT is_active AND last_at IS NOT NULL THEN 'guess' END AS ended_origin
FROM joined
ORDER BY member_id NULLS LAST, valid_from NULLS LAST;
