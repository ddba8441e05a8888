-- Days that are not as the week has them: holidays, working Saturdays, short days; each calendar has a row a day. A holiday
-- of several days is several rows. Of two words on a day the newer counts.
-- needs: rec.calendar
CREATE OR REPLACE TABLE model.calendar AS
WITH newest AS (
  SELECT r.*, row_number() OVER (PARTITION BY r._source, r._object, r._key, r._emit
                                 ORDER BY r._observed_at DESC NULLS LAST, r._obs DESC NULLS LAST) AS from_the_last
  FROM rec.calendar AS r
),
spans AS (
  SELECT r._source AS source, r._object AS object, r._key AS source_key, r._observed_at AS recorded_at, r._obs AS observation,
    coalesce(r.calendar, r.country, r._source) AS calendar, r.country, r.day AS first_day,
    -- A slip of the pen in a year must not make a holiday of a century.
    CASE WHEN r.last_day >= r.day AND r.last_day < r.day + 366 THEN r.last_day ELSE r.day END AS last_day,
    coalesce(r.is_business, r.hours > 0, FALSE) AS is_business, CASE WHEN r.hours > 0 AND r.hours <= 24 THEN r.hours END AS hours,
    r.name
  FROM newest AS r
  WHERE r.from_the_last = 1 AND NOT coalesce(r._deleted, FALSE) AND r.day IS NOT NULL
),
days AS (
  SELECT s.*, s.first_day + CAST(unnest(range(CAST(s.last_day - s.first_day + 1 AS BIGINT))) AS INTEGER) AS day FROM spans AS s
),
chosen AS (
  SELECT d.*, row_number() OVER (PARTITION BY d.source, d.calendar, d.day
                                 ORDER BY d.recorded_at DESC NULLS LAST, d.observation DESC NULLS LAST, d.source_key DESC NULLS LAST) AS choice
  FROM days AS d
)
SELECT source || ':' || calendar || ':' || CAST(CAST(day AS DATE) AS VARCHAR) AS calendar_id, source, object, source_key, recorded_at,
  calendar, country, CAST(day AS DATE) AS day, is_business, CASE WHEN is_business THEN hours END AS hours, name
FROM chosen
WHERE choice = 1
ORDER BY calendar_id NULLS LAST;
