-- Whose an e-mail address is: the one person of whom any source ever said it. An address that several people share is nobody's.
-- needs: model.person_record
CREATE OR REPLACE TABLE model.mail_holder AS
SELECT lower(trim(email)) AS address, min(person_id) AS holder_id
FROM model.person_record
WHERE email LIKE '%@%'
GROUP BY lower(trim(email))
HAVING count(DISTINCT person_id) = 1
ORDER BY address NULLS LAST;
