-- Which records of meetings another source tells, too (a CRM and a calendar): the same colleague has both, they begin within ten
-- minutes of each other, and they are with the same person or company; or they have the same subject, and no other company is
-- known of the one than of the other. Of two sources each record is taken once, the nearest first. A record listed here counts
-- in no number: `standing_id` stands for it, that which names a deal, else that of the source whose word counts more.
-- `is_covered` says that whatever the record names of a customer stands there, too.
-- needs: model.activity, model.person_version, model.deal, model.source_rank
CREATE OR REPLACE TABLE model.meeting_twin AS
WITH homes AS (
  SELECT person_id, account_id FROM model.person_version WHERE valid_to IS NULL
),
-- Only colleagues whose meetings two sources tell can have one twice.
told_twice AS (
  SELECT owner_id FROM model.activity WHERE kind = 'meeting' AND owner_id IS NOT NULL GROUP BY owner_id HAVING min(source) <> max(source)
),
meetings AS (
  SELECT a.activity_id, a.source, a.owner_id, a."at", a.person_id, coalesce(a.account_id, p.account_id, d.account_id) AS account_id,
    name_key(a.subject) AS subject, epoch_us(a."at") // 600000000 AS ten_minutes,
    row_number() OVER (ORDER BY CASE WHEN a.deal_id IS NOT NULL THEN 0 ELSE 1 END NULLS LAST, coalesce(r.rank, 9) NULLS LAST,
      a.source NULLS LAST, a.activity_id NULLS LAST) AS standing
  FROM model.activity AS a
  JOIN told_twice AS o ON o.owner_id = a.owner_id
  LEFT JOIN homes AS p ON p.person_id = a.person_id
  LEFT JOIN model.deal AS d ON d.deal_id = a.deal_id
  LEFT JOIN model.source_rank AS r ON r.source = a.source
  WHERE a.kind = 'meeting' AND a."at" IS NOT NULL
),
pairs AS (
  SELECT s.activity_id AS standing_id, t.activity_id, s.source AS standing_source, t.source,
    abs(epoch_us(s."at") - epoch_us(t."at")) AS apart,
    coalesce(t.person_id = s.person_id, t.person_id IS NULL)
      AND coalesce(t.account_id = s.account_id, t.account_id IS NULL) AS is_covered
  -- What is ten minutes apart at most lies in the same ten minutes of the clock or in those beside them: an equality to join by.
  FROM meetings AS s
  CROSS JOIN (VALUES (-1), (0), (1)) AS beside(shift)
  JOIN meetings AS t ON t.owner_id = s.owner_id AND t.ten_minutes = s.ten_minutes + beside.shift AND t.source <> s.source
    AND t.standing > s.standing AND t."at" BETWEEN s."at" - INTERVAL '10' MINUTE AND s."at" + INTERVAL '10' MINUTE
  WHERE t.person_id = s.person_id OR t.account_id = s.account_id
    OR t.subject = s.subject AND t.subject <> '' AND coalesce(t.account_id = s.account_id, TRUE)
),
nearest AS (
  SELECT *,
    row_number() OVER (PARTITION BY standing_id, source ORDER BY apart NULLS LAST, activity_id NULLS LAST) AS of_standing,
    row_number() OVER (PARTITION BY activity_id, standing_source ORDER BY apart NULLS LAST, standing_id NULLS LAST) AS of_twin
  FROM pairs
)
SELECT activity_id, min(standing_id) AS standing_id, bool_or(is_covered) AS is_covered
FROM nearest
WHERE of_standing = 1 AND of_twin = 1
GROUP BY activity_id
ORDER BY activity_id NULLS LAST;
