-- Campaigns that are the same one in another source (docs/decisions/0023): an advertisement and the campaign of the sales
-- system that it was run for, or the utm_campaign of its links. They have the same name but for case, blanks, hyphens and
-- underscores, and ran at the same time: by their own dates, else by what happened in them. Each such name has one campaign
-- in each of its sources, and one moment lies in the time of all; else nothing is said. `main_id` is that of the source whose
-- word counts most.
-- needs: model.campaign, model.spend, model.touch, model.lead_version, model.source_rank, setting.time_zone
CREATE OR REPLACE TABLE model.campaign_twin AS
WITH named AS (
  SELECT campaign_id, source, name, start_date, end_date, budget,
    nullif(trim(regexp_replace(lower(name), '[\s_+-]+', ' ', 'g')), '') AS words
  FROM model.campaign
),
shared AS (
  SELECT n.*
  FROM named AS n
  JOIN (SELECT words FROM named GROUP BY words HAVING count(DISTINCT source) > 1 AND count(DISTINCT source) = count(*)) AS s
    ON s.words = n.words
),
happened AS (
  SELECT campaign_id, min(day) AS first_day, max(day) AS last_day
  FROM (
    SELECT campaign_id, day FROM model.spend
    UNION ALL
    SELECT campaign_id, local_date("at") FROM model.touch
    UNION ALL
    SELECT campaign_id, local_date(created_at) FROM model.lead_version
  ) AS facts
  WHERE campaign_id IN (SELECT campaign_id FROM shared)
  GROUP BY campaign_id
),
dated AS (
  SELECT s.*, coalesce(s.start_date, h.first_day) AS began, coalesce(s.end_date, greatest(h.last_day, s.start_date)) AS ended
  FROM shared AS s
  LEFT JOIN happened AS h ON h.campaign_id = s.campaign_id
),
together AS (
  SELECT words
  FROM dated
  GROUP BY words
  HAVING count(*) = count(began) AND count(*) = count(ended) AND max(began) <= min(ended)
),
ranked AS (
  SELECT d.campaign_id, d.words, d.budget,
    row_number() OVER (PARTITION BY d.words ORDER BY coalesce(r.rank, 9) NULLS LAST, d.campaign_id NULLS LAST) AS place
  FROM dated AS d
  JOIN together AS t ON t.words = d.words
  LEFT JOIN model.source_rank AS r ON r.source = d.source
)
SELECT o.campaign_id, m.campaign_id AS main_id
FROM ranked AS o
JOIN ranked AS m ON m.words = o.words AND m.place = 1
WHERE o.place > 1
ORDER BY o.campaign_id NULLS LAST;
