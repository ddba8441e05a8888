-- Every known state of every deal: from the source's own history where it has one (origin `history`), from the
-- differences of successive imports where not (`difference`), and what was first seen (`first_sight`).
--
-- A deal that was already closed when first seen, without history, was open from its creation to its close, in a stage
-- and at an amount that nobody recorded: its first version says so with nulls. A null field of an event means "not said".
-- A field of which the history does not tell holds what was first seen: the amount from the birth of the deal, the close
-- date of a closed deal from its closing on. It makes no version of its own (docs/decisions/0013): `recorded_at` is then of
-- the move, `amount_recorded_at` and `close_date_recorded_at` of the export that said them.
-- A history that never says a field does not track it: that its rows are empty there empties nothing.
-- needs: rec.deal, rec.emptied, rec.field_change, model.deal, model.deal_change, model.deal_tracking, model.stage, model.stage_name, model.identity_link, setting.time_zone
-- parts of entity: deal
-- part of model.deal: deal_id
-- part of model.deal_change: deal_id
-- part of rec.field_change: _source || ':' || record_key
CREATE OR REPLACE TABLE model.deal_version AS
WITH emptied AS (
  SELECT _source, _object, _emit, _obs, ',' || string_agg(field, ',' ORDER BY field NULLS LAST) || ',' AS fields
  FROM rec.emptied
  WHERE kind = 'deal'
  GROUP BY _source, _object, _emit, _obs
),
sighted AS (
  SELECT r._source || ':' || coalesce(m.into_key, r.key) AS deal_id, r._source AS source,
    coalesce(r.pipeline, '') AS pipeline_key, r.stage, r.stage_kind,
    CASE WHEN is_emptied(x.fields, 'amount') THEN CAST(-99999999999999 AS DECIMAL(18,4)) ELSE r.amount END AS amount, r.currency,
    CASE WHEN is_emptied(x.fields, 'close_date') THEN DATE '0001-01-01' ELSE r.close_date END AS close_date, r.probability,
    r.forecast_category, o.entity_id AS owner_id,
    CASE WHEN r.team_key IS NOT NULL THEN r._source || ':' || r.team_key END AS team_id,
    r.created_at, r.modified_at, r.closed_at, r._observed_at AS recorded_at, r._obs AS observation,
    coalesce(r._deleted, FALSE) AS is_deleted
  FROM rec.deal AS r
  LEFT JOIN emptied AS x ON x._source = r._source AND x._object = r._object AND x._emit = r._emit AND x._obs = r._obs
  LEFT JOIN model.merge_map AS m ON m.entity = 'deal' AND m.source = r._source AND m.from_key = r.key
  LEFT JOIN model.identity_link AS o ON o.entity = 'member' AND o.source = r._source AND o.source_key = r.owner_key
  WHERE r.key IS NOT NULL AND m.into_key IS NULL
),
ordered AS (
  SELECT s.*, coalesce(s.stage_kind, st.status, 'open') AS status,
    row_number() OVER (PARTITION BY s.deal_id ORDER BY s.recorded_at NULLS LAST, s.observation NULLS LAST) AS sight,
    lag(s.recorded_at) OVER (PARTITION BY s.deal_id ORDER BY s.recorded_at NULLS LAST, s.observation NULLS LAST) AS previous_at,
    coalesce(s.closed_at, local_midnight(s.close_date)) AS closing_at
  FROM sighted AS s
  LEFT JOIN model.stage AS st
    ON st.source = s.source AND st.pipeline_key = s.pipeline_key AND st.stage_key = s.stage
),
edited AS (
  SELECT c.*, CASE WHEN c.cleared = 'amount' AND NOT t.amount THEN NULL WHEN c.cleared = 'close_date' AND NOT t.close_date THEN NULL
                   ELSE c.cleared END AS emptied
  FROM model.deal_change AS c
  JOIN model.deal_tracking AS t ON t.source = c.source
),
past AS (
  SELECT deal_id, min("at") AS first_at, max("at") AS last_at FROM model.deal_change WHERE "at" IS NOT NULL GROUP BY deal_id
),
-- The stage, the amount, the close date and the owner with which a deal began are what its first known change of each left.
changed AS (
  SELECT f._source || ':' || f.record_key AS deal_id, f._source AS source, f.field, f.old_value, f."at",
    min(f."at") OVER (PARTITION BY f._source, f.record_key, f.field) AS first_at
  FROM rec.field_change AS f
  WHERE f.object = 'deal' AND f.field IN ('stage', 'amount', 'close_date', 'owner') AND f.old_value IS NOT NULL
),
begun AS (
  SELECT c.deal_id, min(CASE WHEN c.field = 'stage' THEN coalesce(n.stage_key, c.old_value) END) AS stage,
    min(CASE WHEN c.field = 'amount' THEN TRY_CAST(nullif(regexp_extract(c.old_value, '^([0-9.]+)', 1), '') AS DECIMAL(18,4)) END) AS amount,
    min(CASE WHEN c.field = 'close_date'
             THEN coalesce(TRY_CAST(substr(c.old_value, 1, 10) AS DATE), CAST(try_strptime(substr(c.old_value, 1, 10), '%d.%m.%Y') AS DATE)) END) AS close_date,
    min(coalesce(o.entity_id, m.entity_id)) AS owner_id
  FROM changed AS c
  LEFT JOIN model.stage_name AS n ON n.source = c.source AND n.said = c.old_value
  LEFT JOIN model.identity_link AS o
    ON o.entity = 'member' AND o.source = c.source AND o.source_key = CASE WHEN c.field = 'owner' THEN c.old_value END
  -- Histories that people read say names.
  LEFT JOIN model.identity_link AS m
    ON m.entity = 'member' AND m.source = c.source AND m.source_key = CASE WHEN c.field = 'owner' THEN name_key(c.old_value) END
  WHERE c."at" = c.first_at
  GROUP BY c.deal_id
),
-- What has a history of days after its first sight alone has no past either, unless that history says how an open deal
-- began: until its first move it was what was seen.
birth AS (
  SELECT o.deal_id, o.source, o.pipeline_key, coalesce(o.created_at, TIMESTAMP '1900-01-01 00:00:00') AS born_at,
    p.deal_id IS NOT NULL AND (p.first_at <= o.recorded_at OR (o.status = 'open' AND g.stage IS NOT NULL)) AS has_past,
    o.status <> 'open' AS was_closed, o.closing_at, o.recorded_at, o.observation
  FROM ordered AS o
  LEFT JOIN past AS p ON p.deal_id = o.deal_id
  LEFT JOIN begun AS g ON g.deal_id = o.deal_id
  WHERE o.sight = 1
),
-- What the first sight says of fields of which the history before it is silent.
told AS (
  SELECT b.deal_id, bool_or(c.amount IS NOT NULL OR coalesce(c.emptied = 'amount', FALSE)) AS amount,
    bool_or(c.close_date IS NOT NULL OR coalesce(c.emptied = 'close_date', FALSE)) AS close_date
  FROM birth AS b
  JOIN edited AS c ON c.deal_id = b.deal_id AND c."at" <= b.recorded_at
  GROUP BY b.deal_id
),
untold AS (
  SELECT o.deal_id, CASE WHEN NOT coalesce(t.amount, FALSE) THEN o.amount END AS amount,
    CASE WHEN NOT coalesce(t.close_date, FALSE) THEN o.close_date END AS close_date, b.was_closed, o.recorded_at
  FROM ordered AS o
  JOIN birth AS b ON b.deal_id = o.deal_id
  LEFT JOIN told AS t ON t.deal_id = o.deal_id
  WHERE o.sight = 1 AND b.has_past
),
events AS (
  -- What the source remembers.
  SELECT c.deal_id, CASE WHEN c."at" < b.born_at THEN b.born_at ELSE c."at" END AS "at", c."at" AS recorded_at, 'history' AS origin,
    1 AS class, c.deal_change_id AS tie, coalesce(n.stage_key, c.stage) AS stage, coalesce(c.status, st.status) AS status,
    coalesce(st.status, c.status, 'open') AS stage_kind, c.amount, c.currency, c.close_date, c.probability,
    c.forecast_category, c.owner_id, CAST(NULL AS VARCHAR) AS team_id, c.emptied AS cleared, FALSE AS is_deleted
  FROM edited AS c
  JOIN birth AS b ON b.deal_id = c.deal_id
  LEFT JOIN model.stage_name AS n ON n.source = b.source AND n.said = c.stage
  LEFT JOIN model.stage AS st
    ON st.source = b.source AND st.pipeline_key = b.pipeline_key AND st.stage_key = coalesce(n.stage_key, c.stage)
  WHERE c."at" IS NOT NULL
  UNION ALL
  -- Before the first remembered edit, and before the close of a deal first seen closed: open, and little else known.
  SELECT b.deal_id, b.born_at, b.recorded_at, CASE WHEN g.stage IS NULL THEN 'first_sight' ELSE 'history' END, 0, '', g.stage,
    'open', 'open', g.amount, NULL, g.close_date, NULL, NULL, g.owner_id, NULL, NULL, FALSE
  FROM birth AS b
  LEFT JOIN begun AS g ON g.deal_id = CASE WHEN b.has_past THEN b.deal_id END
  WHERE b.has_past OR (b.was_closed AND b.closing_at > b.born_at)
  UNION ALL
  -- What the imports saw. The first sight of a deal with a past only reconciles that past with the present.
  SELECT o.deal_id,
    CASE
      WHEN o.sight = 1 AND NOT b.has_past AND b.was_closed AND b.closing_at > b.born_at THEN b.closing_at
      WHEN o.sight = 1 AND NOT b.has_past THEN b.born_at
      WHEN o.status <> 'open' AND o.closed_at > o.previous_at AND o.closed_at <= o.recorded_at THEN o.closed_at
      WHEN o.modified_at > o.previous_at AND o.modified_at <= o.recorded_at THEN o.modified_at
      ELSE o.recorded_at
    END,
    o.recorded_at, CASE WHEN o.sight = 1 AND NOT b.has_past THEN 'first_sight' ELSE 'difference' END, 2,
    lpad(CAST(o.observation AS VARCHAR), 20, '0'), o.stage, o.status, o.status, o.amount, o.currency, o.close_date,
    o.probability, o.forecast_category, o.owner_id, o.team_id, NULL, o.is_deleted
  FROM ordered AS o
  JOIN birth AS b ON b.deal_id = o.deal_id
),
carried AS (
  SELECT deal_id, "at", recorded_at, origin, class, tie,
    -- A deal that is said to be open again is back in the open stage that it was in before.
    CASE WHEN last_value(CASE WHEN stage IS NOT NULL THEN stage_kind END IGNORE NULLS) OVER w IN ('won', 'lost')
           AND last_value(CASE WHEN stage IS NOT NULL THEN stage_kind END IGNORE NULLS) OVER w <> last_value(status IGNORE NULLS) OVER w
         THEN last_value(CASE WHEN stage_kind = 'open' THEN stage END IGNORE NULLS) OVER w
         ELSE last_value(stage IGNORE NULLS) OVER w END AS stage,
    last_value(status IGNORE NULLS) OVER w AS status,
    last_value(CASE WHEN cleared = 'amount' THEN CAST(-99999999999999 AS DECIMAL(18,4)) ELSE amount END IGNORE NULLS) OVER w AS amount,
    last_value(currency IGNORE NULLS) OVER w AS currency,
    last_value(CASE WHEN cleared = 'close_date' THEN DATE '0001-01-01' ELSE close_date END IGNORE NULLS) OVER w AS close_date,
    last_value(probability IGNORE NULLS) OVER w AS probability,
    last_value(forecast_category IGNORE NULLS) OVER w AS forecast_category,
    last_value(owner_id IGNORE NULLS) OVER w AS owner_id,
    last_value(team_id IGNORE NULLS) OVER w AS team_id,
    last_value(is_deleted IGNORE NULLS) OVER w AS is_deleted,
    lead(deal_id) OVER w IS NULL OR lead("at") OVER w IS DISTINCT FROM "at" AS is_last_of_moment
  FROM events
  WINDOW w AS (PARTITION BY deal_id ORDER BY "at" NULLS LAST, class NULLS LAST, recorded_at NULLS LAST, tie NULLS LAST
               ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),
-- A field that the history does not track holds what the first import saw, for all the time before.
first_seen AS (
  SELECT deal_id,
    min_by(currency, observation) AS currency, min_by(owner_id, observation) AS owner_id,
    min_by(team_id, observation) AS team_id
  FROM ordered
  GROUP BY deal_id
),
-- Of several events of one moment what stands after the last of them counts.
-- A deal may have been closed and opened again: each closing has a day of its own.
closings AS (
  SELECT c.*, max(CASE WHEN c.status <> 'open' AND c.is_other_status THEN c."at" END) OVER w AS closed_from,
    u.amount AS untold_amount, u.close_date AS untold_close_date, u.was_closed, u.recorded_at AS untold_recorded_at
  FROM (
    SELECT deal_id, "at", recorded_at, origin, stage, status, amount, currency, close_date, probability, forecast_category,
      owner_id, team_id, is_deleted, lag(status) OVER w IS DISTINCT FROM status AS is_other_status
    FROM carried
    WHERE is_last_of_moment
    WINDOW w AS (PARTITION BY deal_id ORDER BY "at" NULLS LAST)
  ) AS c
  LEFT JOIN untold AS u ON u.deal_id = c.deal_id
  WINDOW w AS (PARTITION BY c.deal_id ORDER BY c."at" NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),
closed AS (
  SELECT *,
    first_value(nullif(close_date, DATE '0001-01-01') IGNORE NULLS) OVER w AS said_later,
    first_value(CASE WHEN close_date <> DATE '0001-01-01' THEN recorded_at END IGNORE NULLS) OVER w AS later_recorded_at
  FROM closings
  WINDOW w AS (PARTITION BY deal_id, closed_from, status = 'open'
               ORDER BY "at" NULLS LAST ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
),
settled AS (
  SELECT c.deal_id, c."at", c.recorded_at, c.origin, c.stage, c.status,
    CASE WHEN c.amount = CAST(-99999999999999 AS DECIMAL(18,4)) THEN NULL ELSE coalesce(c.amount, c.untold_amount) END AS amount,
    coalesce(c.currency, f.currency) AS currency,
    CASE
      WHEN c.close_date = DATE '0001-01-01' THEN NULL
      WHEN c.close_date IS NOT NULL THEN c.close_date
      WHEN c.status = 'open' THEN CASE WHEN NOT c.was_closed THEN c.untold_close_date END
      WHEN c.said_later IS NOT NULL THEN c.said_later
      WHEN c.untold_close_date IS NOT NULL THEN local_date(c.closed_from)
    END AS close_date,
    CASE WHEN c.amount IS NULL AND c.untold_amount IS NOT NULL THEN greatest(c.recorded_at, c.untold_recorded_at)
         ELSE c.recorded_at END AS amount_recorded_at,
    -- The day of the move itself is known with the move.
    CASE WHEN c.close_date IS NOT NULL THEN c.recorded_at
         WHEN c.status = 'open' THEN greatest(c.recorded_at, c.untold_recorded_at)
         WHEN c.said_later IS NOT NULL THEN greatest(c.recorded_at, c.later_recorded_at)
         ELSE c.recorded_at END AS close_date_recorded_at,
    c.probability, c.forecast_category, coalesce(c.owner_id, f.owner_id) AS owner_id,
    coalesce(c.team_id, f.team_id) AS team_id, c.is_deleted
  FROM closed AS c
  JOIN first_seen AS f ON f.deal_id = c.deal_id
),
-- Who made the edits of one moment.
editors AS (
  SELECT deal_id, "at", max(by_id) AS editor_id FROM model.deal_change WHERE by_id IS NOT NULL GROUP BY deal_id, "at"
),
compared AS (
  SELECT s.*,
    row_number() OVER v AS place,
    lag(s.stage) OVER v IS NOT DISTINCT FROM s.stage AND lag(s.status) OVER v IS NOT DISTINCT FROM s.status
      AND lag(s.amount) OVER v IS NOT DISTINCT FROM s.amount AND lag(s.currency) OVER v IS NOT DISTINCT FROM s.currency
      AND lag(s.close_date) OVER v IS NOT DISTINCT FROM s.close_date
      AND lag(s.probability) OVER v IS NOT DISTINCT FROM s.probability
      AND lag(s.forecast_category) OVER v IS NOT DISTINCT FROM s.forecast_category
      AND lag(s.owner_id) OVER v IS NOT DISTINCT FROM s.owner_id AND lag(s.team_id) OVER v IS NOT DISTINCT FROM s.team_id
      AND lag(s.is_deleted) OVER v IS NOT DISTINCT FROM s.is_deleted AS is_same
  FROM settled AS s
  WINDOW v AS (PARTITION BY s.deal_id ORDER BY s."at" NULLS LAST)
),
versions AS (
  SELECT *, lag(stage) OVER v IS DISTINCT FROM stage AS is_other_stage, lag(owner_id) OVER v <> owner_id AS is_other_owner
  FROM compared
  WHERE place = 1 OR NOT is_same
  WINDOW v AS (PARTITION BY deal_id ORDER BY "at" NULLS LAST)
)
SELECT c.deal_id, row_number() OVER v AS version, c."at" AS valid_from, lead(c."at") OVER v AS valid_to, c.recorded_at,
  CASE WHEN c.amount IS NOT NULL THEN c.amount_recorded_at END AS amount_recorded_at,
  CASE WHEN c.close_date IS NOT NULL THEN c.close_date_recorded_at END AS close_date_recorded_at, c.origin,
  c.is_deleted, c.stage, max(CASE WHEN c.is_other_stage THEN c."at" END) OVER v AS entered_stage_at,
  max(CASE WHEN c.is_other_owner THEN c."at" END) OVER v AS handed_over_at, c.status, c.amount,
  coalesce(c.currency, 'XXX') AS currency, c.close_date, c.probability, c.forecast_category, c.owner_id, c.team_id, e.editor_id,
  coalesce(d.home_slot, slot_of(c.deal_id)) AS home_slot
FROM versions AS c
LEFT JOIN model.deal AS d ON d.deal_id = c.deal_id
LEFT JOIN editors AS e ON e.deal_id = c.deal_id AND e."at" = c."at"
WINDOW v AS (PARTITION BY c.deal_id ORDER BY c."at" NULLS LAST)
ORDER BY home_slot NULLS LAST, c.deal_id NULLS LAST, c."at" NULLS LAST;
