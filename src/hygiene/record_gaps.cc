#include "hygiene/record_gaps.h"

#include <array>
#include <string_view>

#include "analysis/columns.h"
#include "store/value.h"

namespace weir::hygiene {
namespace {

using analysis::ColumnType;
using analysis::CountOf;
using analysis::Of;
using analysis::ReadTable;
using analysis::Table;
using analysis::TableSpec;
using analysis::Text;
using analysis::TextOf;
using store::Value;

constexpr std::size_t kMaxEvidence = 1000;

const TableSpec& RecordsTable() {
  static const TableSpec table{
      .name = "records",
      .title = {"Leads, tickets, subscriptions", "Лиды, обращения, подписки"},
      .key = {"entity", "source", "field"},
      .columns = {TextOf("entity", "Record", "Запись"), TextOf("source", "Source", "Источник"),
                  TextOf("field", "Field", "Поле"), TextOf("state", "State", "Состояние"),
                  CountOf("records", "Records", "Записей"), CountOf("with_history", "With a history", "С историей"),
                  CountOf("agree", "End as the export says", "Конец совпадает с выгрузкой"),
                  CountOf("different", "End differs from the export", "Конец расходится с выгрузкой"),
                  CountOf("broken", "Chain broken", "Разрыв цепочки"), CountOf("missing", "No history", "Нет истории"),
                  TextOf("en", "In words", "Словами по-английски"), TextOf("ru", "In words (Russian)", "Словами")},
      .chart = {}};
  return table;
}

const TableSpec& RecordGapsTable() {
  static const TableSpec table{
      .name = "record_gaps",
      .title = {"Gaps of leads, tickets and subscriptions", "Пробелы лидов, обращений и подписок"},
      .key = {"entity", "record_id", "field", "kind"},
      .columns = {TextOf("entity", "Record", "Запись"), TextOf("record_id", "Id", "Id"),
                  TextOf("source", "Source", "Источник"), TextOf("field", "Field", "Поле"),
                  TextOf("kind", "Kind", "Вид"),
                  Of("at", ColumnType::kInstant, "Last known change", "Последнее изменение"),
                  TextOf("history_value", "By the history", "По истории"),
                  TextOf("export_value", "By the export", "По выгрузке"),
                  Of("observed_at", ColumnType::kInstant, "Export of", "Выгрузка от")},
      .chart = {}};
  return table;
}

// Where no record agrees, the source writes the field in its history as it does not in its export: nothing can be said.
constexpr std::string_view kRecordsSql = R"(
SELECT entity, source, field, count(*) AS records, count(*) FILTER (WHERE changes > 0) AS with_history,
  count(*) FILTER (WHERE agrees) AS agree, count(*) FILTER (WHERE is_different) AS different,
  count(*) FILTER (WHERE breaks > 0) AS broken, count(*) FILTER (WHERE is_missing) AS missing
FROM scoped.record_history
WHERE ? = '' OR source = ?
GROUP BY entity, source, field
ORDER BY entity NULLS LAST, source NULLS LAST, field NULLS LAST)";

constexpr std::string_view kGapsSql = R"(
WITH comparable AS (
  SELECT entity, source, field FROM scoped.record_history GROUP BY entity, source, field HAVING bool_or(agrees)
),
gap AS (
  SELECT h.*, 'different' AS kind, h.last_at AS "at"
  FROM scoped.record_history AS h
  JOIN comparable AS c ON c.entity = h.entity AND c.source = h.source AND c.field = h.field
  WHERE h.is_different
  UNION ALL
  SELECT h.*, 'broken', h.last_break_at FROM scoped.record_history AS h WHERE h.breaks > 0
  UNION ALL
  SELECT h.*, 'missing', NULL FROM scoped.record_history AS h WHERE h.is_missing
)
SELECT entity, record_id, source, field, kind, "at", history_value, export_value, observed_at
FROM gap
WHERE ? = '' OR source = ?
ORDER BY entity NULLS LAST, source NULLS LAST, field NULLS LAST, kind NULLS LAST, observed_at DESC NULLS LAST, record_id NULLS LAST)";

Text NameOf(std::string_view entity) {
  if (entity == "lead") return {"leads", "лиды"};
  if (entity == "ticket") return {"tickets", "обращения"};
  return {"subscriptions", "подписки"};
}

struct Counts {
  std::string entity;
  std::string source;
  std::string field;
  std::int64_t records = 0;
  std::int64_t agree = 0;
  std::int64_t different = 0;
  std::int64_t broken = 0;
  std::int64_t missing = 0;
};

std::string_view StateOf(const Counts& counts) {
  if (counts.agree == 0 && counts.different > 0) return "incomparable";
  return counts.different + counts.broken + counts.missing == 0 ? "whole" : "holes";
}

Text SentenceOf(const Counts& counts) {
  const Text name = NameOf(counts.entity);
  const std::string_view state = StateOf(counts);
  if (state == "incomparable") {
    return {fmt::format("{}: the history of {} writes '{}' in other words than the export; the two cannot be compared",
                        counts.source, name.en, counts.field),
            fmt::format("{}: {} — в истории «{}» записано иначе, чем в выгрузке; сверить их нельзя", counts.source,
                        name.ru, counts.field)};
  }
  if (state == "whole") {
    return {
        fmt::format("{}: the history of '{}' of {} ends as the export says", counts.source, counts.field, name.en),
        fmt::format("{}: {} — история «{}» кончается тем же, что в выгрузке", counts.source, name.ru, counts.field)};
  }
  return {
      fmt::format("{}: of {} {}, the history of '{}' ends otherwise than the export in {}, its chain breaks in {}, and "
                  "there is none of {}",
                  counts.source, counts.records, name.en, counts.field, counts.different, counts.broken,
                  counts.missing),
      fmt::format("{}: {} ({}) — история «{}» расходится с выгрузкой: {}, рвётся: {}, истории нет: {}", counts.source,
                  name.ru, counts.records, counts.field, counts.different, counts.broken, counts.missing)};
}

}  // namespace

std::vector<TableSpec> RecordGapTables() { return {RecordsTable(), RecordGapsTable()}; }

Result<RecordGaps> ReadRecordGaps(const std::string& source, analysis::Context& context) {
  const std::array<Value, 2> asked{source, source};
  WEIR_TRY(const store::Rows rows, context.session().Query(kRecordsSql, asked));
  RecordGaps told;
  Table records{.name = RecordsTable().name, .key = RecordsTable().key, .columns = RecordsTable().columns};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Counts counts{.entity = rows.TextAt(i, 0),
                        .source = rows.TextAt(i, 1),
                        .field = rows.TextAt(i, 2),
                        .records = rows.IntegerAt(i, 3),
                        .agree = rows.IntegerAt(i, 5),
                        .different = rows.IntegerAt(i, 6),
                        .broken = rows.IntegerAt(i, 7),
                        .missing = rows.IntegerAt(i, 8)};
    const std::string_view state = StateOf(counts);
    told.has_holes = told.has_holes || state == "holes";
    const Text sentence = SentenceOf(counts);
    const auto& row = rows.rows[i];
    records.rows.push_back({counts.entity, counts.source, counts.field, std::string(state), row[3], row[4], row[5],
                            row[6], row[7], row[8], sentence.en, sentence.ru});
  }
  WEIR_TRY(Table gaps, ReadTable(RecordGapsTable(), context.session(), kGapsSql, asked));
  told.tables.push_back(std::move(records));
  told.tables.push_back(std::move(gaps));
  return told;
}

Result<analysis::Evidence> ExplainRecordGaps(const std::string& table, const std::vector<std::string>& key,
                                             analysis::Context& context) {
  if (table == "record_gaps") {
    if (key.size() != 4) return Fail(BadUsage("a gap has {} keys", 4));
    return analysis::Evidence{.table = key[0], .ids = {key[1]}};
  }
  if (key.size() != 3) return Fail(BadUsage("a field of a source has {} keys", 3));
  const std::array<Value, 3> values{key[0], key[1], key[2]};
  WEIR_TRY(const store::Rows rows, context.session().Query(
                                       R"(SELECT record_id, count(*) OVER () AS total
FROM scoped.record_history
WHERE entity = ? AND source = ? AND field = ? AND (is_different OR breaks > 0 OR is_missing)
ORDER BY record_id NULLS LAST)",
                                       values, kMaxEvidence));
  analysis::Evidence evidence{.table = key[0]};
  for (std::size_t i = 0; i < rows.size(); ++i) evidence.ids.push_back(rows.TextAt(i, 0));
  if (rows.size() > 0) evidence.total = rows.IntegerAt(0, 1);
  return evidence;
}

}  // namespace weir::hygiene
