#include "metrics/bridge_steps.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "analysis/columns.h"

namespace weir::metrics {
namespace {

using analysis::ColumnType;
using analysis::CountOf;
using analysis::Of;
using analysis::Table;
using analysis::TextOf;

constexpr std::size_t kMostEvidence = 1000;

// What a row adds; of a ratio what it adds to what stands above or below the line.
store::Value RowCell(const std::optional<Int128>& units, const BridgePart& part) {
  if (!units) return {};
  if (part.row_per_unit == 1) return Decimal{*units, part.row_scale};
  // Hours of milliseconds: to the fourth digit.
  const Int128 scaled = *units * 20'000 / part.row_per_unit;
  return Decimal{(scaled + (scaled < 0 ? -1 : 1)) / 2, 4};
}

}  // namespace

void Steps::Add(const std::string& cause, Bridge bridge) {
  for (BridgePart& part : bridge.parts) {
    part.key = cause + ":" + part.key;
    steps.push_back({.cause = cause, .part = std::move(part)});
  }
  std::ranges::move(bridge.warnings, std::back_inserter(warnings));
}

void Steps::AddWhole(const std::string& cause, const analysis::Text& title, Int128 units) {
  if (units == 0) return;
  steps.push_back({.cause = cause, .part = {.key = cause + ":whole", .title = title, .units = units}});
}

analysis::TableSpec StepsSpec(std::string name, analysis::Text title) {
  return {.name = std::move(name),
          .title = std::move(title),
          .key = {"part"},
          .columns = {CountOf("position", "Position", "Место"), TextOf("part", "Part", "Часть"),
                      TextOf("kind", "Kind: start, part or end", "Вид: start — начало, part — часть, end — итог"),
                      TextOf("cause", "Cause: data, definition or program",
                             "Причина: data — данные, definition — определение, program — программа"),
                      TextOf("title_en", "What it is", "Что это"), TextOf("title_ru", "What it is", "Что это"),
                      Of("value", ColumnType::kDecimal, "Value", "Значение"), CountOf("row_count", "Rows", "Строк")},
          .chart = analysis::Chart{.kind = "waterfall", .x = "title_en", .y = "value"}};
}

Table StepsTable(const analysis::TableSpec& spec, const Steps& steps) {
  Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  analysis::Column& value = table.columns[table.IndexOf("value")];
  value.type = steps.end.column.type;
  value.unit = steps.end.column.unit;
  std::int64_t position = 0;
  const auto add = [&](const std::string& part, const char* kind, const std::string& cause, const analysis::Text& title,
                       store::Value cell, store::Value rows) {
    table.rows.push_back({position++, part, std::string(kind), cause.empty() ? store::Value() : store::Value(cause),
                          title.en, title.ru, std::move(cell), std::move(rows)});
  };
  add("start", "start", "", steps.start_title, Cell(steps.start.units, steps.start), {});
  for (const BridgeStep& step : steps.steps) {
    add(step.part.key, "part", step.cause, step.part.title, Cell(step.part.units, steps.end),
        static_cast<std::int64_t>(step.part.rows.size()));
  }
  add("end", "end", "", steps.end_title, Cell(steps.end.units, steps.end), {});
  return table;
}

analysis::TableSpec PartRowsSpec() {
  return {.name = "rows",
          .title = {"Rows behind the parts", "Строки за частями"},
          .key = {"part", "table", "id"},
          .columns = {TextOf("part", "Part", "Часть"), TextOf("table", "Kind of row", "Вид строки"),
                      TextOf("id", "Id", "Id"), TextOf("name", "Name", "Название"),
                      Of("start_value", ColumnType::kDecimal, "At the start", "В начале"),
                      Of("end_value", ColumnType::kDecimal, "At the end", "В итоге"),
                      Of("change", ColumnType::kDecimal, "In this part", "В этой части")}};
}

void AddPartRows(const BridgePart& part, std::int64_t limit, Table& table) {
  const auto count = std::min(part.rows.size(), static_cast<std::size_t>(limit));
  for (std::size_t i = 0; i < count; ++i) {
    const PartRow& row = part.rows[i];
    table.rows.push_back({part.key, row.entity, row.id, row.name, RowCell(row.start, part), RowCell(row.end, part),
                          RowCell(row.change, part)});
  }
}

Table StepRowsTable(const Steps& steps, std::int64_t limit) {
  const analysis::TableSpec spec = PartRowsSpec();
  Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  for (const BridgeStep& step : steps.steps) AddPartRows(step.part, limit, table);
  return table;
}

Result<analysis::Evidence> EvidenceOf(const Steps& steps, const std::string& part) {
  const auto step = std::ranges::find(steps.steps, part, [](const BridgeStep& one) { return one.part.key; });
  if (step == steps.steps.end()) return Fail(NotFound("there is no part '{}'", part).Field("explain"));
  std::map<std::string, std::size_t> kinds;
  for (const PartRow& row : step->part.rows) ++kinds[row.entity];
  analysis::Evidence evidence;
  if (kinds.empty()) return Fail(NotFound("part '{}' has no rows", part).Field("explain"));
  evidence.table = std::ranges::max_element(kinds, {}, [](const auto& kind) { return kind.second; })->first;
  std::set<std::string_view> seen;
  for (const PartRow& row : step->part.rows) {
    if (row.entity == evidence.table && seen.insert(row.id).second) evidence.ids.push_back(row.id);
  }
  evidence.total = static_cast<std::int64_t>(evidence.ids.size());
  if (evidence.ids.size() > kMostEvidence) evidence.ids.resize(kMostEvidence);
  return evidence;
}

}  // namespace weir::metrics
