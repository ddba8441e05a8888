-- Whose a telephone number is: the one person who has it, with his company, or the one company. A number that a company
-- gives as its own, and a number of several of its people, is the company's; what several hold otherwise is nobody's.
-- Whatever any source ever said of a number counts, so that a number that changed hands is left open.
-- needs: model.person_record, model.account_record, model.person_version
CREATE OR REPLACE TABLE model.phone_holder AS
WITH homes AS (
  SELECT person_id, account_id FROM model.person_version WHERE valid_to IS NULL
),
numbers AS (
  SELECT phone AS number, person_id, CAST(NULL AS VARCHAR) AS account_id FROM model.person_record
  UNION ALL
  SELECT mobile, person_id, NULL FROM model.person_record
  UNION ALL
  SELECT phone, NULL, account_id FROM model.account_record
),
held AS (
  SELECT DISTINCT n.number, n.person_id, coalesce(n.account_id, h.account_id) AS account_id
  FROM numbers AS n
  LEFT JOIN homes AS h ON h.person_id = n.person_id
  WHERE n.number LIKE '+%'
),
counted AS (
  SELECT number, count(DISTINCT person_id) AS people, min(person_id) AS person_id, count(DISTINCT account_id) AS accounts,
    min(account_id) AS account_id, count(*) FILTER (WHERE person_id IS NULL) AS of_accounts,
    count(*) FILTER (WHERE account_id IS NULL) AS homeless
  FROM held
  GROUP BY number
)
SELECT number, CASE WHEN people = 1 AND of_accounts = 0 THEN person_id END AS person_id,
  CASE WHEN accounts = 1 AND (homeless = 0 OR people = 1 AND of_accounts = 0) THEN account_id END AS account_id,
  people + of_accounts AS holders
FROM counted
ORDER BY number NULLS LAST;
