-- Each word of model.search_word once, in the order of the words: a beginning is a few blocks.
-- can wait: the search finds what has come in when all of it has
-- needs: model.search_word
-- parts: term
-- part of model.search_word: term
CREATE OR REPLACE TABLE model.search_term AS
SELECT word, kind, is_personal, search_length(word) AS length, term, count(*) AS hits, min(since) AS since
FROM model.search_word
GROUP BY word, kind, is_personal, term
ORDER BY word NULLS LAST, term NULLS LAST;
