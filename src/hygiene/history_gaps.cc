#include "hygiene/history_gaps.h"

#include <array>
#include <string>
#include <string_view>

#include "analysis/columns.h"
#include "base/decimal.h"
#include "hygiene/record_gaps.h"
#include "store/value.h"

namespace weir::hygiene {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::Evidence;
using analysis::Of;
using analysis::Output;
using analysis::ParamVisitor;
using analysis::ReadTable;
using analysis::Table;
using analysis::TableSpec;
using analysis::Text;
using analysis::TextOf;
using store::Value;

constexpr std::size_t kMaxEvidence = 1000;

struct GapsParams {
  std::string source;
  std::string field = "all";
  double share = 0.95;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "source", .help = {"Only this source", "Только этот источник"}}, source);
    visitor.Add({.name = "field",
                 .help = {"Only this field", "Только это поле"},
                 .allowed = {"all", "stage", "amount", "close_date", "owner"}},
                field);
    visitor.Add({.name = "share",
                 .help = {"Reliable is a history that is whole for this share of the deals",
                          "Надёжной считается история, полная у такой доли сделок"}},
                share);
  }
};

const TableSpec& FieldsTable() {
  static const TableSpec table{
      .name = "fields",
      .title = {"Histories of fields", "Истории полей"},
      .key = {"source", "field"},
      .columns = {TextOf("source", "Source", "Источник"),
                  TextOf("field", "Field", "Поле"),
                  TextOf("state", "State", "Состояние"),
                  CountOf("deals", "Deals", "Сделок"),
                  CountOf("with_history", "With a history", "С историей"),
                  CountOf("changes", "Known values", "Известных значений"),
                  CountOf("whole", "Whole", "Полных"),
                  Of("whole_share", ColumnType::kShare, "Share of whole", "Доля полных", "share"),
                  CountOf("cut", "Beginning lost", "Нет начала"),
                  CountOf("broken", "Chain broken", "Разрыв цепочки"),
                  CountOf("different", "End differs from the export", "Конец расходится с выгрузкой"),
                  CountOf("missing", "No history", "Нет истории"),
                  CountOf("touched", "Deals touched", "Задето сделок"),
                  Of("touched_amount", ColumnType::kMoney, "Their amount", "Их сумма"),
                  Of("reliable_from", ColumnType::kInstant, "Reliable from", "Надёжна с"),
                  TextOf("en", "In words", "Словами по-английски"),
                  TextOf("ru", "In words (Russian)", "Словами"),
                  TextOf("rests_en", "What rests on it", "Что на ней держится (по-английски)"),
                  TextOf("rests_ru", "What rests on it (Russian)", "Что на ней держится"),
                  TextOf("model_en", "What the model takes instead", "Что берёт модель (по-английски)"),
                  TextOf("model_ru", "What the model takes instead (Russian)", "Что берёт модель")},
      .chart = {}};
  return table;
}

const TableSpec& GapsTable() {
  static const TableSpec table{
      .name = "gaps",
      .title = {"Gaps", "Пробелы"},
      .key = {"deal_id", "field", "kind"},
      .columns = {TextOf("deal_id", "Deal", "Сделка"), TextOf("name", "Name", "Название"),
                  TextOf("source", "Source", "Источник"), TextOf("field", "Field", "Поле"),
                  TextOf("kind", "Kind", "Вид"), Of("amount", ColumnType::kMoney, "Amount", "Сумма"),
                  Of("created_at", ColumnType::kInstant, "Created", "Создана"),
                  Of("at", ColumnType::kInstant, "Known from then on", "С этого времени известно"),
                  CountOf("count", "Gaps", "Пробелов"), TextOf("history_value", "By the history", "По истории"),
                  TextOf("export_value", "By the export", "По выгрузке"),
                  Of("observed_at", ColumnType::kInstant, "Export of", "Выгрузка от"),
                  Of("reconciled_at", ColumnType::kInstant, "Reconciled at", "Сверено на")},
      .chart = {}};
  return table;
}

std::vector<TableSpec> AllTables() {
  std::vector<TableSpec> tables{FieldsTable(), GapsTable()};
  for (TableSpec& table : RecordGapTables()) tables.push_back(std::move(table));
  return tables;
}

// A field of deals, the numbers that need its past, and what the model takes where it is not known.
struct FieldWords {
  std::string_view field;
  Text name;
  Text rests;
  Text instead;
};

const std::array<FieldWords, 4>& Fields() {
  static const std::array<FieldWords, 4> fields{{
      {"stage",
       {"the stage", "этапа"},
       {"time in a stage, conversion between stages, deals and pipeline of a past day",
        "время в этапе, конверсия между этапами, сделки и воронка на прошлую дату"},
       {"where the beginning is lost the deal is open in an unknown stage until its first known one; between changes "
        "that "
        "do not fit it stays in the last known stage; where no history tells, an open deal has been in the stage of "
        "the "
        "first export from the start, and a closed one was open in an unknown stage until its close date; from the "
        "export on, what the export says holds, as a version of origin 'difference'",
        "если начало утеряно, сделка открыта на неизвестном этапе до первого известного; между изменениями, которые не "
        "стыкуются, она остаётся на последнем известном; если истории нет, открытая сделка с самого начала на этапе "
        "первой выгрузки, а закрытая была открыта на неизвестном этапе до даты закрытия; с момента выгрузки действует "
        "то, что в ней, — версией с происхождением difference"}},
      {"amount",
       {"the amount", "суммы"},
       {"pipeline of a past day, growth and shrinkage of deals", "воронка на прошлую дату, рост и уменьшение сделок"},
       {"where the beginning is lost the deal has no amount until the first known one; where no history tells, it has "
        "the "
        "amount of the first export from its birth (known, for a back-test, from the export on)",
        "если начало утеряно, у сделки нет суммы до первой известной; если истории нет, сумма первой выгрузки "
        "действует "
        "с рождения сделки (для проверки прогноза задним числом — известна с выгрузки)"}},
      {"close_date",
       {"the close date", "даты закрытия"},
       {"slippage, pipeline of a period as of a past day", "переносы сроков, воронка периода на прошлую дату"},
       {"where no history tells, an open deal has the day of the first export, and a closed one that day from its "
        "closing "
        "on",
        "если истории нет, у открытой сделки день из первой выгрузки, а у закрытой — этот день с момента закрытия"}},
      {"owner",
       {"the owner", "ответственного"},
       {"pipeline per seller of a past day, hand-overs", "воронка по продавцам на прошлую дату, передачи сделок"},
       {"where no history tells, the owner of the first export is the owner from the start",
        "если истории нет, ответственный из первой выгрузки считается ответственным с самого начала"}},
  }};
  return fields;
}

const FieldWords& WordsOf(std::string_view field) {
  for (const FieldWords& words : Fields()) {
    if (words.field == field) return words;
  }
  throw Bug("no such field of deals");
}

// Sources that have deals, times the fields; a field without rows in deal_history is tracked by no history. The moment
// from which it is reliable is the first by which no more than the rest of the deals have a gap before them.
constexpr std::string_view kFieldsSql = R"(
WITH field AS (
  SELECT f.field, f.position
  FROM (VALUES ('stage', 1), ('amount', 2), ('close_date', 3), ('owner', 4)) AS f(field, position)
  WHERE ? = 'all' OR f.field = ?
),
deal AS (
  SELECT source, deal_id, amount_reporting, created_at FROM scoped.deal WHERE ? = '' OR source = ?
),
judged AS (
  SELECT d.source, f.field, f.position, d.deal_id, d.amount_reporting, d.created_at, h.deal_id IS NOT NULL AS is_tracked,
    coalesce(h.changes, 0) AS changes, coalesce(h.is_whole, FALSE) AS is_whole, coalesce(h.is_cut, FALSE) AS is_cut,
    coalesce(h.breaks, 0) AS breaks, coalesce(h.is_different, FALSE) AS is_different,
    coalesce(h.is_missing, FALSE) AS is_missing,
    row_number() OVER (PARTITION BY d.source, f.field
                       ORDER BY CASE WHEN h.is_whole THEN 0 ELSE 1 END, h.whole_from NULLS LAST, d.deal_id NULLS LAST) AS place,
    count(*) OVER (PARTITION BY d.source, f.field) AS deals, h.whole_from
  FROM deal AS d
  CROSS JOIN field AS f
  LEFT JOIN scoped.deal_history AS h ON h.deal_id = d.deal_id AND h.field = f.field
)
SELECT source, field, max(position) AS position, CASE WHEN bool_or(is_tracked) THEN 1 ELSE 0 END AS is_tracked,
  count(*) AS deals, count(*) FILTER (WHERE changes > 0) AS with_history,
  CAST(sum(changes) AS BIGINT) AS changes, count(*) FILTER (WHERE is_whole) AS whole,
  CAST(CAST(count(*) FILTER (WHERE is_whole) AS DECIMAL(18,6)) / count(*) AS DECIMAL(9,6)) AS whole_share,
  count(*) FILTER (WHERE is_cut) AS cut, count(*) FILTER (WHERE breaks > 0) AS broken,
  count(*) FILTER (WHERE is_different) AS different, count(*) FILTER (WHERE is_missing) AS missing,
  count(*) FILTER (WHERE NOT is_whole) AS touched,
  sum(amount_reporting) FILTER (WHERE NOT is_whole) AS touched_amount,
  max(CASE WHEN is_tracked AND place = CAST(ceil(deals * CAST(? AS DECIMAL(9,6))) AS BIGINT)
           THEN coalesce(whole_from, created_at) END) AS reliable_at,
  min(created_at) AS first_created_at,
  max(CASE WHEN place = CAST(ceil(deals * CAST(? AS DECIMAL(9,6))) AS BIGINT) AND is_whole THEN 1 ELSE 0 END) AS is_reliable
FROM judged
GROUP BY source, field
ORDER BY source NULLS LAST, position NULLS LAST)";

constexpr std::string_view kGapsSql = R"(
WITH gap AS (
  SELECT h.*, 'cut' AS kind, h.first_at AS "at", CAST(1 AS BIGINT) AS gaps FROM scoped.deal_history AS h WHERE h.is_cut
  UNION ALL
  SELECT h.*, 'broken', h.last_break_at, h.breaks FROM scoped.deal_history AS h WHERE h.breaks > 0
  UNION ALL
  SELECT h.*, 'different', h.observed_at, 1 FROM scoped.deal_history AS h WHERE h.is_different
  UNION ALL
  SELECT h.*, 'missing', h.whole_from, 1 FROM scoped.deal_history AS h WHERE h.is_missing
),
reconciled AS (
  SELECT deal_id, max(valid_from) AS reconciled_at FROM scoped.deal_version WHERE origin = 'difference' GROUP BY deal_id
)
SELECT g.deal_id, g.name, g.source, g.field, g.kind, g.amount_reporting AS amount, g.created_at, g."at", g.gaps AS "count",
  CASE WHEN g.kind = 'broken' THEN g.break_found WHEN g.field = 'amount' THEN regexp_replace(g.history_value, '\.?0+$', '')
       ELSE g.history_value END AS history_value,
  CASE WHEN g.field = 'amount' THEN regexp_replace(g.export_value, '\.?0+$', '') ELSE g.export_value END AS export_value,
  g.observed_at,
  CASE WHEN g.kind = 'different' THEN r.reconciled_at END AS reconciled_at
FROM gap AS g
LEFT JOIN reconciled AS r ON r.deal_id = g.deal_id
WHERE (? = 'all' OR g.field = ?) AND (? = '' OR g.source = ?)
ORDER BY g.amount_reporting DESC NULLS LAST, g.deal_id NULLS LAST, g.field NULLS LAST, g.kind NULLS LAST)";

// What is said of one field of one source.
struct Counts {
  std::string source;
  std::string field;
  bool is_tracked = false;
  std::int64_t deals = 0;
  std::int64_t touched = 0;
  std::int64_t cut = 0;
  std::int64_t broken = 0;
  std::int64_t different = 0;
  std::int64_t missing = 0;
};

void AddPart(std::int64_t count, const Text& what, Text& sentence) {
  if (count == 0) return;
  const std::string_view joint = sentence.en.empty() ? "" : ", ";
  sentence.en += fmt::format("{}{}: {}", joint, what.en, count);
  sentence.ru += fmt::format("{}{}: {}", joint, what.ru, count);
}

Text SentenceOf(const Counts& counts) {
  const Text& name = WordsOf(counts.field).name;
  if (!counts.is_tracked) {
    return {fmt::format("{}: no history tells {}; of {} deals only what imports saw is known", counts.source, name.en,
                        counts.deals),
            fmt::format("{}: истории {} нет; о сделках ({}) известно только то, что видели импорты", counts.source,
                        name.ru, counts.deals)};
  }
  if (counts.touched == 0) {
    return {fmt::format("{}: the history of {} is whole", counts.source, name.en),
            fmt::format("{}: история {} полная", counts.source, name.ru)};
  }
  Text parts;
  AddPart(counts.cut, {"the beginning is lost", "нет начала"}, parts);
  AddPart(counts.broken, {"the chain of changes breaks", "цепочка изменений рвётся"}, parts);
  AddPart(counts.different, {"it ends with another value than the export says", "конец расходится с выгрузкой"}, parts);
  AddPart(counts.missing, {"no history at all", "истории нет вовсе"}, parts);
  return {fmt::format("{}: the history of {} has holes in {} of {} deals ({})", counts.source, name.en, counts.touched,
                      counts.deals, parts.en),
          fmt::format("{}: в истории {} пробелы у {} из {} сделок ({})", counts.source, name.ru, counts.touched,
                      counts.deals, parts.ru)};
}

Value DecimalShare(double share) { return fmt::format("{:.6f}", share); }

Result<Output> RunGaps(const GapsParams& params, Context& context) {
  if (!(params.share > 0 && params.share <= 1)) {
    return Fail(BadUsage("a share is above 0 and at most 1").Field("share"));
  }
  const std::array<Value, 6> values{
      params.field, params.field, params.source, params.source, DecimalShare(params.share), DecimalShare(params.share)};
  WEIR_TRY(const store::Rows rows, context.session().Query(kFieldsSql, values));
  WEIR_TRY(RecordGaps others, ReadRecordGaps(params.source, context));
  if (rows.size() == 0 && !params.source.empty() && others.tables.front().rows.empty()) {
    return Fail(NotFound("no deals of source '{}' are known", params.source).Field("source"));
  }
  Table fields{.name = "fields", .key = FieldsTable().key, .columns = FieldsTable().columns};
  for (analysis::Column& column : fields.columns) {
    if (column.type == ColumnType::kMoney) column.unit = context.settings().currency;
  }
  Output output;
  bool has_holes = false;
  bool has_history = false;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Counts counts{.source = rows.TextAt(i, 0),
                        .field = rows.TextAt(i, 1),
                        .is_tracked = rows.IntegerAt(i, 3) == 1,
                        .deals = rows.IntegerAt(i, 4),
                        .touched = rows.IntegerAt(i, 13),
                        .cut = rows.IntegerAt(i, 9),
                        .broken = rows.IntegerAt(i, 10),
                        .different = rows.IntegerAt(i, 11),
                        .missing = rows.IntegerAt(i, 12)};
    has_holes = has_holes || counts.touched > 0;
    has_history = has_history || counts.is_tracked;
    const FieldWords& words = WordsOf(counts.field);
    const Text sentence = SentenceOf(counts);
    const std::string_view state = !counts.is_tracked ? "untracked" : (counts.touched == 0 ? "whole" : "holes");
    const auto& row = rows.rows[i];
    const Value reliable = rows.IntegerAt(i, 17) == 1 ? row[16] : row[15];
    fields.rows.push_back({counts.source,
                           counts.field,
                           std::string(state),
                           counts.deals,
                           row[5],
                           row[6],
                           row[7],
                           row[8],
                           counts.cut,
                           counts.broken,
                           counts.different,
                           counts.missing,
                           counts.touched,
                           row[14],
                           reliable,
                           sentence.en,
                           sentence.ru,
                           words.rests.en,
                           words.rests.ru,
                           counts.touched == 0 ? Value() : Value(words.instead.en),
                           counts.touched == 0 ? Value() : Value(words.instead.ru)});
  }
  const std::array<Value, 4> asked{params.field, params.field, params.source, params.source};
  WEIR_TRY(Table gaps, ReadTable(GapsTable(), context.session(), kGapsSql, asked));
  for (analysis::Column& column : gaps.columns) {
    if (column.type == ColumnType::kMoney) column.unit = context.settings().currency;
  }
  output.history = !has_holes    ? analysis::History::kComplete
                   : has_history ? analysis::History::kPartial
                                 : analysis::History::kNone;
  output.tables.push_back(std::move(fields));
  output.tables.push_back(std::move(gaps));
  for (Table& table : others.tables) output.tables.push_back(std::move(table));
  return output;
}

// Behind a field of a source: the deals that it touches, the largest first; behind a gap: its deal.
Result<Evidence> ExplainGaps(const GapsParams& /*params*/, const std::string& table,
                             const std::vector<std::string>& key, Context& context) {
  if (table == "records" || table == "record_gaps") return ExplainRecordGaps(table, key, context);
  if (table == "gaps") {
    if (key.size() != 3) return Fail(BadUsage("a gap has {} keys", 3));
    return Evidence{.table = "deal", .ids = {key.front()}};
  }
  if (key.size() != 2) return Fail(BadUsage("a field of a source has {} keys", 2));
  const std::array<Value, 2> values{key[1], key[0]};
  WEIR_TRY(const store::Rows rows, context.session().Query(
                                       R"(SELECT d.deal_id, count(*) OVER () AS total
FROM scoped.deal AS d
LEFT JOIN scoped.deal_history AS h ON h.deal_id = d.deal_id AND h.field = ?
WHERE d.source = ? AND NOT coalesce(h.is_whole, FALSE)
ORDER BY d.amount_reporting DESC NULLS LAST, d.deal_id NULLS LAST)",
                                       values, kMaxEvidence));
  Evidence evidence{.table = "deal"};
  for (std::size_t i = 0; i < rows.size(); ++i) evidence.ids.push_back(rows.TextAt(i, 0));
  if (rows.size() > 0) evidence.total = rows.IntegerAt(0, 1);
  return evidence;
}

}  // namespace

std::vector<analysis::Analysis> Analyses() {
  return {analysis::Declare<GapsParams>(
      {.id = "history.gaps",
       .title = {"Holes in history", "Пробелы в истории"},
       .help =
           {"Where the history of deals is not whole, by source and field: what is lost, how much money it touches, "
            "what rests on it and since when it is reliable; and whether the histories of leads, tickets and "
            "subscriptions end as the newest export says",
            "Где история сделок неполна, по источникам и полям: чего нет, сколько денег задето, что на этом держится "
            "и с какого времени история надёжна; и кончаются ли истории лидов, обращений и подписок тем же, что в "
            "последней выгрузке"},
       .needs = {"deal", "deal_history", "deal_version", "record_history"},
       .tables = AllTables()},
      &RunGaps, &ExplainGaps)};
}

}  // namespace weir::hygiene
