#include "hygiene/redirty.h"

#include <array>
#include <string>

#include "analysis/columns.h"
#include "analysis/tables.h"

namespace weir::hygiene {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::Evidence;
using analysis::Of;
using analysis::Output;
using analysis::ReadTable;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

constexpr std::int64_t kMostCases = 1000;
constexpr std::string_view kStepTable = "temp.redirty_step";  // of the session, while it is read

struct RedirtyParams {
  std::string entity;
  std::string field;
  std::string source;
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "entity",
                 .help = {"Only these records", "Только такие записи"},
                 .allowed = {"account", "person", "deal", "lead", "ticket", "subscription"}},
                entity);
    visitor.Add({.name = "field", .help = {"Only this field, as the answer has it", "Только это поле — как в ответе"}},
                field);
    visitor.Add({.name = "source", .help = {"Only this source", "Только этот источник"}}, source);
  }
};

TableSpec FieldsTable() {
  return {
      .name = "fields",
      .title = {"Per field", "По полям"},
      .key = {"source", "entity", "field"},
      .columns = {TextOf("source", "Source", "Источник"), TextOf("entity", "Records", "Записи"),
                  TextOf("field", "Field", "Поле"),
                  TextOf("history", "Known by: edits, exports", "Известно по: edits — правкам, exports — выгрузкам"),
                  CountOf("writes", "Writings", "Правок"), CountOf("fixed", "Mended", "Исправлено"),
                  CountOf("came_back", "Dirty again", "Испорчено снова"),
                  Of("share", ColumnType::kShare, "Came back", "Вернулось", "share"),
                  Of("median_days", ColumnType::kInteger, "Median until then", "Медиана до этого", "days"),
                  CountOf("dirtied", "Spoilt in all", "Испорчено всего"),
                  CountOf("flips", "Put back by another", "Возвращено другим"),
                  CountOf("records", "Records that came back", "Записей вернулось"),
                  Of("exposed", ColumnType::kMoney, "Money behind", "Деньги за этим")},
      .chart = analysis::Chart{.kind = "bar", .x = "field", .y = "came_back", .series = "source"}};
}

TableSpec CausesTable() {
  return {.name = "causes",
          .title = {"Who or what dirties it again", "Кто или что портит снова"},
          .key = {"way", "writer_id"},
          .columns = {TextOf("way", "How: person, integration, import, api, automation, form, unknown",
                             "Как: person — человек, integration — интеграция, import — импорт, api, automation — "
                             "автоматизация, form — форма, unknown — неизвестно"),
                      TextOf("writer_id", "Id", "Id"), TextOf("writer", "Who", "Кто"),
                      CountOf("came_back", "Dirty again", "Испорчено снова"),
                      Of("share", ColumnType::kShare, "Of all that came back", "От всего вернувшегося", "share"),
                      CountOf("dirtied", "Spoilt in all", "Испорчено всего"), CountOf("fixed", "Mended", "Исправлено"),
                      CountOf("flips", "Put back what another wrote", "Вернул написанное другим"),
                      CountOf("records", "Records", "Записей"),
                      Of("exposed", ColumnType::kMoney, "Money behind", "Деньги за этим")}};
}

TableSpec MonthsTable() {
  return {.name = "months",
          .title = {"By month", "По месяцам"},
          .key = {"period"},
          .columns = {Of("period", ColumnType::kDate, "Month", "Месяц"), CountOf("fixed", "Mended", "Исправлено"),
                      CountOf("dirtied", "Spoilt in all", "Испорчено всего"),
                      CountOf("came_back", "Dirty again", "Испорчено снова")},
          .chart = analysis::Chart{.kind = "bar", .x = "period", .y = "came_back", .series = ""}};
}

TableSpec CasesTable() {
  return {
      .name = "cases",
      .title = {"Examples, the newest first", "Примеры, сначала новые"},
      .key = {"entity", "record_id", "field", "at"},  // one number may be of a company and of a deal
      .columns = {
          TextOf("record_id", "Record", "Запись"), TextOf("entity", "Kind", "Вид"), TextOf("name", "Name", "Название"),
          TextOf("source", "Source", "Источник"), TextOf("field", "Field", "Поле"),
          TextOf("kind", "What: came_back, flip", "Что: came_back — испорчено снова, flip — возвращено другим"),
          Of("fixed_at", ColumnType::kInstant, "Mended", "Исправлено"),
          Of("at", ColumnType::kInstant, "Written again", "Записано снова"), TextOf("way", "How", "Как"),
          TextOf("writer", "By whom", "Кем"), TextOf("old_value", "Before", "Было"),
          TextOf("new_value", "After", "Стало"), Of("is_last", ColumnType::kBoolean, "Still so", "Так и осталось"),
          Of("exposed", ColumnType::kMoney, "Money behind", "Деньги за этим")}};
}

// Writings step by step. What a source's history does not say of the value before is the value that the writing before
// left; of the first one nothing is known, unless the source tells what was there, and there was nothing.
// What two rows of a source's exports say of a record (its own, and those of deals that name it) are two stories.
constexpr std::string_view kSteps = R"(CREATE OR REPLACE TEMP TABLE redirty_step AS
WITH tracked AS (
  SELECT source, entity, field, bool_or(tells_old) AS gives_old FROM scoped.field_write GROUP BY source, entity, field
),
written AS (
  SELECT w.source, w.entity, w.record_key, '' AS told_by, w.record_id, w.field, 'edits' AS history, w."at",
    w.field_write_id AS id, coalesce(w.by_id, '') AS writer_id, w.writer, w.way, w.old_value, w.new_value, w.old_key, w.new_key, w.is_unfit,
    CASE WHEN t.gives_old THEN w.was_unfit END AS was_unfit, t.gives_old
  FROM scoped.field_write AS w
  JOIN tracked AS t ON t.source = w.source AND t.entity = w.entity AND t.field = w.field
  WHERE w.field NOT IN ('stage', 'status', 'created') AND w."at" IS NOT NULL
  UNION ALL
  SELECT s.source, s.entity, s.record_key, s.object || chr(31) || s.row_key, s.record_id, s.field, 'exports', s."at",
    lpad(CAST(s.observation AS VARCHAR), 20, '0'), '', NULL, 'unknown', s.old_value, s.new_value, s.old_key, s.new_key,
    s.is_unfit, s.was_unfit, TRUE
  FROM scoped.field_sight AS s
  LEFT JOIN tracked AS t ON t.source = s.source AND t.entity = s.entity AND t.field = s.field
  WHERE t.source IS NULL
),
followed AS (
  SELECT *, coalesce(was_unfit, lag(is_unfit) OVER w) AS before_unfit, lag(new_key) OVER w AS key_before,
    CASE WHEN gives_old THEN lag(old_key) OVER w ELSE lag(new_key, 2) OVER w END AS key_before_that,
    lag(writer_id || '/' || way) OVER w AS writer_before, lag("at") OVER w AS at_before,
    lead("at") OVER w IS NULL AS is_last
  FROM written
  WINDOW w AS (PARTITION BY source, entity, record_key, told_by, field ORDER BY "at" NULLS LAST, id NULLS LAST)
),
judged AS (
  SELECT *, coalesce(before_unfit AND NOT is_unfit, FALSE) AS is_fix, coalesce(NOT before_unfit AND is_unfit, FALSE) AS is_spoiling,
    coalesce(new_key = key_before_that AND new_key <> key_before AND NOT is_unfit AND NOT before_unfit AND way <> 'unknown'
      AND writer_id || '/' || way <> writer_before AND "at" - at_before <= INTERVAL 90 DAY, FALSE) AS is_flip
  FROM followed
),
placed AS (
  SELECT *, max(CASE WHEN is_fix THEN "at" END) OVER (
      PARTITION BY source, entity, record_key, told_by, field ORDER BY "at" NULLS LAST, id NULLS LAST
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS fixed_at
  FROM judged
)
SELECT p.source, p.entity, p.record_id, p.field, p.history, p."at", p.writer_id, p.writer, p.way, p.old_value, p.new_value, p.is_fix,
  p.is_spoiling, p.is_spoiling AND p.fixed_at IS NOT NULL AS is_back, p.is_flip, p.fixed_at, p.is_last,
  coalesce(a.worth, n.worth, d.amount_reporting) AS worth
FROM placed AS p
LEFT JOIN scoped.account_worth AS a ON a.account_id = CASE p.entity WHEN 'account' THEN p.record_id END
LEFT JOIN scoped.person_worth AS n ON n.person_id = CASE p.entity WHEN 'person' THEN p.record_id END
LEFT JOIN scoped.deal AS d ON d.deal_id = CASE p.entity WHEN 'deal' THEN p.record_id END
WHERE (? = '' OR p.entity = ?) AND (? = '' OR p.field = ?) AND (? = '' OR p.source = ?))";

constexpr std::string_view kFields = R"(
WITH counted AS (
  SELECT source, entity, field, min(history) AS history, count(*) AS writes, count(*) FILTER (WHERE is_fix) AS fixed,
    count(*) FILTER (WHERE is_back) AS came_back,
    quantile_disc(CASE WHEN is_back THEN CAST(date_diff('day', fixed_at, "at") AS BIGINT) END, 0.5) AS median_days,
    count(*) FILTER (WHERE is_spoiling) AS dirtied, count(*) FILTER (WHERE is_flip) AS flips,
    count(DISTINCT CASE WHEN is_back THEN record_id END) AS records
  FROM {0}
  GROUP BY source, entity, field
),
money AS (
  SELECT source, entity, field, sum(worth) AS exposed
  FROM (SELECT DISTINCT source, entity, field, record_id, worth FROM {0} WHERE is_back) AS records
  GROUP BY source, entity, field
)
SELECT c.source, c.entity, c.field, c.history, c.writes, c.fixed, c.came_back,
  CASE WHEN c.fixed > 0 THEN CAST(CAST(c.came_back AS DECIMAL(18,6)) / c.fixed AS DECIMAL(18,6)) END AS share, c.median_days, c.dirtied,
  c.flips, c.records, m.exposed
FROM counted AS c
LEFT JOIN money AS m ON m.source = c.source AND m.entity = c.entity AND m.field = c.field
WHERE c.fixed + c.dirtied + c.flips > 0
ORDER BY c.came_back DESC NULLS LAST, c.dirtied DESC NULLS LAST, c.source NULLS LAST, c.entity NULLS LAST, c.field NULLS LAST)";

constexpr std::string_view kCauses = R"(
WITH named AS (
  SELECT *, CASE WHEN way = 'unknown' THEN '' ELSE writer_id END AS cause FROM {0}
),
counted AS (
  SELECT way, cause, min(writer) AS writer, count(*) FILTER (WHERE is_back) AS came_back, count(*) FILTER (WHERE is_spoiling) AS dirtied,
    count(*) FILTER (WHERE is_fix) AS fixed, count(*) FILTER (WHERE is_flip) AS flips,
    count(DISTINCT CASE WHEN is_back THEN entity || '/' || record_id END) AS records
  FROM named
  GROUP BY way, cause
),
money AS (
  SELECT way, cause, sum(worth) AS exposed
  FROM (SELECT DISTINCT way, cause, entity, record_id, worth FROM named WHERE is_back) AS records
  GROUP BY way, cause
),
whole AS (SELECT count(*) FILTER (WHERE is_back) AS came_back FROM {0})
SELECT c.way, c.cause AS writer_id, c.writer, c.came_back,
  CASE WHEN w.came_back > 0 THEN CAST(CAST(c.came_back AS DECIMAL(18,6)) / w.came_back AS DECIMAL(18,6)) END AS share, c.dirtied, c.fixed,
  c.flips, c.records, m.exposed
FROM counted AS c
CROSS JOIN whole AS w
LEFT JOIN money AS m ON m.way = c.way AND m.cause = c.cause
WHERE c.fixed + c.dirtied + c.flips > 0
ORDER BY c.came_back DESC NULLS LAST, c.dirtied DESC NULLS LAST, c.way NULLS LAST, c.cause NULLS LAST)";

constexpr std::string_view kMonths = R"(
SELECT CAST(date_trunc('month', local_date("at")) AS DATE) AS period, count(*) FILTER (WHERE is_fix) AS fixed,
  count(*) FILTER (WHERE is_spoiling) AS dirtied, count(*) FILTER (WHERE is_back) AS came_back
FROM {0}
WHERE is_fix OR is_spoiling
GROUP BY CAST(date_trunc('month', local_date("at")) AS DATE)
ORDER BY period NULLS LAST)";

constexpr std::string_view kCases = R"(
SELECT s.record_id, s.entity, coalesce(a.name, p.full_name, d.name, l.full_name) AS name, s.source, s.field,
  CASE WHEN s.is_back THEN 'came_back' ELSE 'flip' END AS kind, s.fixed_at, s."at", s.way, s.writer, s.old_value, s.new_value, s.is_last,
  s.worth AS exposed
FROM (
  SELECT * FROM {0} WHERE is_back OR is_flip
  ORDER BY "at" DESC NULLS LAST, entity NULLS LAST, record_id NULLS LAST, field NULLS LAST, source NULLS LAST
  LIMIT ?
) AS s
LEFT JOIN scoped.account AS a ON a.account_id = CASE s.entity WHEN 'account' THEN s.record_id END
LEFT JOIN scoped.person AS p ON p.person_id = CASE s.entity WHEN 'person' THEN s.record_id END
LEFT JOIN scoped.deal AS d ON d.deal_id = CASE s.entity WHEN 'deal' THEN s.record_id END
LEFT JOIN scoped.lead AS l ON l.lead_id = CASE s.entity WHEN 'lead' THEN s.record_id END
ORDER BY s."at" DESC NULLS LAST, s.entity NULLS LAST, s.record_id NULLS LAST, s.field NULLS LAST, s.source NULLS LAST)";

// Whether the sources of companies, people and deals all keep a history of edits.
constexpr std::string_view kHistory = R"(
SELECT count(*) AS sources, count(*) FILTER (WHERE w.source IS NOT NULL) AS with_edits
FROM (
  SELECT DISTINCT 'account' AS entity, source FROM scoped.account_record
  UNION ALL
  SELECT DISTINCT 'person', source FROM scoped.person_record
  UNION ALL
  SELECT DISTINCT 'deal', source FROM scoped.deal_record
) AS r
LEFT JOIN (SELECT DISTINCT entity, source FROM scoped.field_write) AS w ON w.entity = r.entity AND w.source = r.source)";

// The statement over the steps.
std::string Over(std::string_view sql) { return fmt::format(fmt::runtime(sql), kStepTable); }

Result<Table> Read(const TableSpec& spec, Context& context, std::string_view sql, std::span<const Value> values = {}) {
  WEIR_TRY(Table table, ReadTable(spec, context.session(), sql, values));
  for (analysis::Column& column : table.columns) {
    if (column.type == ColumnType::kMoney) column.unit = context.settings().currency;
  }
  return table;
}

Result<Output> RunRedirty(const RedirtyParams& params, Context& context) {
  const std::array<Value, 6> values{params.entity, params.entity, params.field,
                                    params.field,  params.source, params.source};
  WEIR_TRY(context.session().Execute(kSteps, values));
  Output output;
  const std::array<Value, 1> most{kMostCases};
  for (const auto& [spec, sql] :
       {std::pair{FieldsTable(), kFields}, {CausesTable(), kCauses}, {MonthsTable(), kMonths}}) {
    WEIR_TRY(Table table, Read(spec, context, Over(sql)));
    output.tables.push_back(std::move(table));
  }
  WEIR_TRY(Table cases, Read(CasesTable(), context, Over(kCases), most));
  output.tables.push_back(std::move(cases));
  WEIR_TRY(context.session().Execute(fmt::format("DROP TABLE {}", kStepTable)));
  WEIR_TRY(const store::Rows history, context.session().Query(kHistory));
  const std::int64_t sources = history.IntegerAt(0, 0);
  const std::int64_t with_edits = history.IntegerAt(0, 1);
  output.history = sources > 0 && sources == with_edits ? analysis::History::kComplete
                   : with_edits > 0                     ? analysis::History::kPartial
                                                        : analysis::History::kNone;
  return output;
}

Result<Evidence> ExplainRedirty(const RedirtyParams& /*params*/, const std::string& table,
                                const std::vector<std::string>& key, Context& context) {
  if (table != "cases" || key.size() != 4) {
    return Fail(BadUsage("table '{}' has no rows behind it", table).Mend("Ask for rows of the table {}", "cases"));
  }
  const std::array<Value, 2> record{key[0], key[1]};
  WEIR_TRY(const store::Rows rows,
           context.session().Query("SELECT entity FROM (SELECT entity, record_id FROM scoped.field_write UNION ALL "
                                   "SELECT entity, record_id FROM scoped.field_sight) AS told WHERE entity = ? AND "
                                   "record_id = ? LIMIT 1",
                                   record));
  if (rows.size() == 0) return Fail(NotFound("there is no record '{}'", key[1]));
  return Evidence{.table = rows.TextAt(0, 0), .ids = {key[1]}};
}

}  // namespace

std::vector<analysis::Analysis> RedirtyAnalyses() {
  return {analysis::Declare<RedirtyParams>(
      {.id = "hygiene.redirty",
       .title = {"What gets dirty again", "Что портится снова"},
       .help =
           {"What was mended and became dirty again: per field and per cause (person, integration, import, API), with "
            "the money behind and examples; and values that two writers put back and forth",
            "Что исправили, а оно испортилось снова: по полям и по причинам (человек, интеграция, импорт, API), с "
            "деньгами за этим и примерами; и значения, которые двое переписывают туда и обратно"},
       .needs = {"field_write", "field_sight", "account_record", "person_record", "deal_record"},
       .tables = {FieldsTable(), CausesTable(), MonthsTable(), CasesTable()}},
      &RunRedirty, &ExplainRedirty)};
}

}  // namespace weir::hygiene
