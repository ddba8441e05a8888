-- Where a member belongs and what the member does, as far as nobody has decided it: candidates with a score and a
-- reason each, added up. A department that a source names is taken as it is, in our words where we know it; everything
-- else is a guess. The reasons are `kind=detail`, the strongest first, divided by the unit separator; faces get sentences
-- from the analysis `people`.
-- needs: model.member_version, model.member_word, model.member_work, model.team_version
CREATE OR REPLACE TABLE model.member_guess AS
WITH texts AS (
  SELECT member_id, version, 'title' AS kind, title AS said FROM model.member_version WHERE title IS NOT NULL
  UNION ALL
  SELECT member_id, version, 'department', department FROM model.member_version WHERE department IS NOT NULL
  UNION ALL
  SELECT v.member_id, v.version, 'team', coalesce(t.name, v.team_name)
  FROM model.member_version AS v
  LEFT JOIN (
    SELECT team_id, name, row_number() OVER (PARTITION BY team_id ORDER BY valid_from DESC NULLS LAST) AS from_the_last
    FROM model.team_version
    WHERE name IS NOT NULL
  ) AS t ON t.team_id = v.team_id AND t.from_the_last = 1
  WHERE coalesce(t.name, v.team_name) IS NOT NULL
),
distinct_texts AS (
  SELECT DISTINCT said FROM texts
),
-- The longest word that a text holds.
understood AS (
  SELECT t.said, w.department, w.function, w.weight,
    row_number() OVER (PARTITION BY t.said ORDER BY length(w.word) DESC NULLS LAST, w.weight DESC NULLS LAST, w.word NULLS LAST) AS place
  FROM distinct_texts AS t
  JOIN model.member_word AS w ON w.field = 'text' AND position(' ' || w.word IN ' ' || name_key(t.said) || ' ') > 0
),
tools AS (
  SELECT t.tool, w.department, w.function, w.weight,
    row_number() OVER (PARTITION BY t.tool ORDER BY length(w.word) DESC NULLS LAST, w.word NULLS LAST) AS place
  FROM (SELECT DISTINCT detail AS tool FROM model.member_work WHERE kind = 'tool') AS t
  JOIN model.member_word AS w ON w.field = 'tool' AND position(' ' || w.word IN ' ' || name_key(t.tool) || ' ') > 0
),
work AS (
  SELECT member_id,
    coalesce(sum(CASE WHEN kind = 'deals' THEN amount END), 0) AS deals,
    coalesce(sum(CASE WHEN kind = 'leads' THEN amount END), 0) AS leads,
    coalesce(sum(CASE WHEN kind = 'tickets' THEN amount END), 0) AS tickets,
    coalesce(sum(CASE WHEN kind = 'replies' THEN amount END), 0) AS replies,
    coalesce(sum(CASE WHEN kind = 'campaigns' THEN amount END), 0) AS campaigns,
    coalesce(sum(CASE WHEN kind = 'content' THEN amount END), 0) AS content,
    coalesce(sum(CASE WHEN kind = 'talks' THEN amount END), 0) AS talks,
    coalesce(sum(CASE WHEN kind = 'forecasts' THEN amount END), 0) AS forecasts,
    coalesce(sum(CASE WHEN kind = 'managers' THEN amount END), 0) AS managers,
    coalesce(sum(CASE WHEN kind = 'bulk_edits' THEN amount END), 0) AS bulk_edits
  FROM model.member_work
  GROUP BY member_id
),
by_work AS (
  SELECT member_id, CASE WHEN leads > 4 * deals THEN 'sales_development' ELSE 'sales' END AS department, 'seller' AS function,
    4 AS score, CASE WHEN leads > 4 * deals THEN 'leads' ELSE 'deals' END AS kind,
    CAST(CASE WHEN leads > 4 * deals THEN leads ELSE deals END AS VARCHAR) AS detail
  FROM work
  WHERE deals + leads > 0
  UNION ALL
  SELECT member_id, 'support', 'support', CASE WHEN deals + leads + talks > tickets + replies THEN 1 ELSE 4 END, 'tickets',
    CAST(CASE WHEN tickets > 0 THEN tickets ELSE replies END AS VARCHAR)
  FROM work
  WHERE tickets + replies > 0
  UNION ALL
  SELECT member_id, 'marketing', 'marketing', CASE WHEN deals + leads > 10 * campaigns THEN 1 ELSE 4 END, 'campaigns',
    CAST(campaigns AS VARCHAR)
  FROM work
  WHERE campaigns > 0
  UNION ALL
  SELECT member_id, 'marketing', 'marketing', 2, 'content', CAST(content AS VARCHAR)
  FROM work
  WHERE content > 0
  UNION ALL
  SELECT member_id, 'success', 'success', 3, 'talks', CAST(talks AS VARCHAR)
  FROM work
  WHERE talks > 0 AND deals + leads = 0 AND tickets + replies < talks
  UNION ALL
  SELECT member_id, 'sales', 'seller', 1, 'forecasts', CAST(forecasts AS VARCHAR)
  FROM work
  WHERE forecasts > 0
  UNION ALL
  SELECT member_id, 'management', 'management', CASE WHEN managers >= 2 THEN 5 ELSE 1 END, 'managers', CAST(managers AS VARCHAR)
  FROM work
  WHERE managers > 0
  UNION ALL
  -- Who edits many records at once that belong to others.
  SELECT member_id, 'operations', 'sales_operations', 5, 'bulk_edits', CAST(bulk_edits AS VARCHAR)
  FROM work
  WHERE bulk_edits > 3 * (deals + leads)
  UNION ALL
  -- Once or twice is a look, not work.
  SELECT k.member_id, t.department, t.function, t.weight, 'tool', k.detail
  FROM model.member_work AS k
  JOIN tools AS t ON t.tool = k.detail AND t.place = 1
  WHERE k.kind = 'tool' AND k.amount >= 3
),
candidates AS (
  SELECT t.member_id, t.version, u.department, u.function,
    CASE t.kind WHEN 'title' THEN u.weight + 2 WHEN 'department' THEN u.weight - 1 ELSE u.weight - 3 END AS score, t.kind, t.said AS detail
  FROM texts AS t
  JOIN understood AS u ON u.said = t.said AND u.place = 1
  -- The name of a team mostly repeats that of its department.
  WHERE t.kind <> 'team' OR NOT EXISTS (
    SELECT 1 FROM texts AS o JOIN understood AS k ON k.said = o.said AND k.place = 1
    WHERE o.member_id = t.member_id AND o.version = t.version AND o.kind = 'department')
  UNION ALL
  SELECT v.member_id, v.version, b.department, b.function, b.score, b.kind, b.detail
  FROM model.member_version AS v
  JOIN by_work AS b ON b.member_id = v.member_id
),
functions AS (
  SELECT member_id, version, function, CAST(sum(score) AS BIGINT) AS score,
    string_agg(kind || '=' || detail, chr(31) ORDER BY score DESC NULLS LAST, kind NULLS LAST, detail NULLS LAST) AS reasons
  FROM candidates
  GROUP BY member_id, version, function
),
best_functions AS (
  SELECT *, lead(score) OVER w AS next_score, row_number() OVER w AS place
  FROM functions
  WINDOW w AS (PARTITION BY member_id, version ORDER BY score DESC NULLS LAST, function NULLS LAST)
),
departments AS (
  SELECT member_id, version, department, CAST(sum(score) AS BIGINT) AS score,
    string_agg(kind || '=' || detail, chr(31) ORDER BY score DESC NULLS LAST, kind NULLS LAST, detail NULLS LAST) AS reasons
  FROM candidates
  WHERE kind <> 'department'
  GROUP BY member_id, version, department
),
best_departments AS (
  SELECT *, lead(score) OVER w AS next_score, row_number() OVER w AS place
  FROM departments
  WINDOW w AS (PARTITION BY member_id, version ORDER BY score DESC NULLS LAST, department NULLS LAST)
)
SELECT v.member_id, v.version,
  coalesce(said.department, v.department, d.department) AS department,
  CASE WHEN v.department IS NOT NULL THEN 'source' WHEN d.department IS NOT NULL THEN 'guess' END AS department_origin,
  CASE WHEN v.department IS NOT NULL THEN 'department=' || v.department ELSE d.reasons END AS department_reasons,
  CASE WHEN v.department IS NOT NULL OR d.score - coalesce(d.next_score, 0) >= 4 THEN 'high'
       WHEN d.score - coalesce(d.next_score, 0) >= 2 THEN 'medium' WHEN d.score IS NOT NULL THEN 'low' END AS department_certainty,
  f.function,
  CASE WHEN f.function IS NOT NULL THEN 'guess' END AS function_origin,
  f.reasons AS function_reasons,
  CASE WHEN f.score - coalesce(f.next_score, 0) >= 4 THEN 'high' WHEN f.score - coalesce(f.next_score, 0) >= 2 THEN 'medium'
       WHEN f.score IS NOT NULL THEN 'low' END AS function_certainty
FROM model.member_version AS v
LEFT JOIN understood AS said ON said.said = v.department AND said.place = 1
LEFT JOIN best_functions AS f ON f.member_id = v.member_id AND f.version = v.version AND f.place = 1
LEFT JOIN best_departments AS d ON d.member_id = v.member_id AND d.version = v.version AND d.place = 1
ORDER BY v.member_id NULLS LAST, v.version NULLS LAST;
