#include "metrics/bridge.h"

#include <algorithm>

#include "metrics/bridge_across.h"
#include "metrics/bridge_ratio.h"
#include "metrics/bridge_words.h"
#include "metrics/fraction.h"

namespace weir::metrics {
namespace {

enum class Kind : std::uint8_t { kSum, kDistinct, kMedian, kRatio };

Kind KindOf(const Metric& metric) {
  if (metric.IsRatio()) return Kind::kRatio;
  if (metric.measure.aggregate == Aggregate::kMedian) return Kind::kMedian;
  return metric.measure.aggregate == Aggregate::kCountDistinct ? Kind::kDistinct : Kind::kSum;
}

Result<Int128> Rounded(Int128 units, std::uint8_t scale, std::int64_t per_unit, int digits) {
  const auto rounded = Fraction(units, per_unit * PowerOfTen(scale)).Rounded(digits);
  if (!rounded) return Fail(TooLarge("the sum has more digits than can be kept"));
  return *rounded;
}

Status CheckComparable(const Comparison& comparison) {
  const Metric& from = *comparison.start.metric;
  const Metric& to = *comparison.end.metric;
  const bool is_alike = from.unit == to.unit && KindOf(from) == KindOf(to);
  if (!is_alike) {
    return Fail(BadUsage("'{}' ({}, {}) and '{}' ({}, {}) do not measure the same: there is nothing between them",
                         from.id, NameOf(from.unit), NameOf(from.additivity), to.id, NameOf(to.unit),
                         NameOf(to.additivity))
                    .Field("metrics")
                    .Mend("Compare metrics of one unit and one additivity: 'weir metrics catalog' says both"));
  }
  if (comparison.by.empty()) return {};
  for (const Metric* metric : {&from, &to}) {
    if (std::ranges::find(metric->dimensions, comparison.by) == metric->dimensions.end()) {
      return Fail(BadUsage("'{}' cannot be split by '{}'", metric->id, comparison.by)
                      .Field("by")
                      .Mend("Its dimensions: {}", fmt::join(metric->dimensions, ", ")));
    }
  }
  if (KindOf(from) == Kind::kMedian || KindOf(from) == Kind::kDistinct) {
    return Fail(BadUsage("'{}' does not add up over '{}': a median or a number of different values is counted anew for "
                         "each group",
                         from.id, comparison.by)
                    .Field("by")
                    .Mend("Leave 'by' out, or compare a sum or a count"));
  }
  return {};
}

// Rows of different kinds need a record that both belong to.
Status CheckShared(const Comparison& comparison) {
  if (!comparison.by.empty()) return {};
  const auto from = comparison.start.catalog->BasesOf(*comparison.start.metric);
  const auto to = comparison.end.catalog->BasesOf(*comparison.end.metric);
  for (std::size_t i = 0; i < std::min(from.size(), to.size()); ++i) {
    const View& start = *comparison.start.catalog->FindView(from[i]->view);
    const View& end = *comparison.end.catalog->FindView(to[i]->view);
    if (start.entity == end.entity || !SharedEntities(start, end).empty()) continue;
    return Fail(BadUsage("rows of {} and rows of {} belong to nothing in common", start.entity, end.entity)
                    .Field("metrics")
                    .Mend("Split both by a dimension with 'by'"));
  }
  return {};
}

Result<std::vector<BridgePart>> SumParts(const Comparison& comparison, const Bridge& bridge) {
  const int digits = bridge.start.digits;
  WEIR_TRY(SumBridge sums, BridgeSums(comparison));
  WEIR_TRY(const Int128 start, Rounded(sums.start, sums.scale, sums.per_unit, digits));
  WEIR_TRY(const Int128 end, Rounded(sums.end, sums.scale, sums.per_unit, digits));
  WEIR_CHECK(start == bridge.start.units && end == bridge.end.units);
  std::vector<BridgePart> parts;
  for (SumPart& part : sums.parts) {
    WEIR_TRY(const Int128 units, Rounded(part.change, sums.scale, sums.per_unit, digits));
    parts.push_back({.key = part.key,
                     .title = std::move(part.title),
                     .units = units,
                     .rows = std::move(part.rows),
                     .row_scale = sums.scale,
                     .row_per_unit = sums.per_unit});
  }
  return parts;
}

// A number of different values: each value counts for one, however many rows have it.
Result<std::vector<BridgePart>> DistinctParts(const Comparison& comparison) {
  std::map<std::string, Fact> values[2];
  for (const bool is_start : {true, false}) {
    WEIR_TRY(std::vector<Fact> facts, ReadFacts(is_start ? comparison.start : comparison.end, {}));
    std::ranges::sort(facts, {}, &Fact::id);
    for (Fact& fact : facts) {
      if (store::IsNull(fact.inputs.front())) continue;
      std::string value = store::ToText(fact.inputs.front());
      values[is_start ? 0 : 1].try_emplace(std::move(value), std::move(fact));
    }
  }
  PartList parts;
  for (const bool is_start : {true, false}) {
    const Side& side = is_start ? comparison.start : comparison.end;
    const auto& others = values[is_start ? 1 : 0];
    for (const auto& [value, fact] : values[is_start ? 0 : 1]) {
      if (others.contains(value)) continue;
      PartRow row{.entity = side.view().entity, .id = fact.id, .name = fact.name, .change = is_start ? -1 : 1};
      (is_start ? row.start : row.end) = 1;
      parts.Add(is_start ? "start_only" : "end_only", is_start ? 1 : 2,
                is_start ? Text{"Values that are no longer there", "Значения, которых больше нет"}
                         : Text{"Values that are new", "Новые значения"},
                std::move(row));
    }
  }
  std::vector<BridgePart> bridged;
  for (SumPart& part : parts.Take()) {
    bridged.push_back({.key = part.key, .title = part.title, .units = part.change, .rows = std::move(part.rows)});
  }
  return bridged;
}

// A median is no sum: it is one step, with the rows that came, went or changed beneath it.
Result<std::vector<BridgePart>> MedianParts(const Comparison& comparison, Bridge& bridge) {
  const Metric& from = *comparison.start.metric;
  const Metric& to = *comparison.end.metric;
  const std::uint8_t scale = std::max(from.measure.scale, to.measure.scale);
  BridgePart part{.key = "whole",
                  .title = {"The median as a whole", "Медиана целиком"},
                  .units = bridge.end.units - bridge.start.units,
                  .row_scale = scale,
                  .row_per_unit = from.measure.per_unit};
  std::map<std::string, PartRow> rows;
  for (const bool is_start : {true, false}) {
    const Side& side = is_start ? comparison.start : comparison.end;
    WEIR_TRY(const std::vector<Fact> facts, ReadFacts(side, {}));
    for (const Fact& fact : facts) {
      if (!fact.units) continue;
      PartRow& row = rows[fact.id];
      row = {.entity = side.view().entity, .id = fact.id, .name = fact.name, .start = row.start, .end = row.end};
      (is_start ? row.start : row.end) = *fact.units;
    }
  }
  for (auto& [id, row] : rows) {
    if (row.start == row.end) continue;
    row.change = row.end.value_or(0) - row.start.value_or(0);
    part.rows.push_back(std::move(row));
  }
  bridge.warnings.push_back(
      {.code = "not_a_sum",
       .message = MakePhrase("a median is no sum: no parts of '{}' add up to its change; the rows that came, went or "
                             "changed are listed",
                             to.id),
       .params = {{"metric", to.id}}});
  return std::vector<BridgePart>{std::move(part)};
}

// What rounding leaves: shown as it is, and never more than half a last digit for each number that was rounded.
void AddRounding(Bridge& bridge) {
  Int128 rest = bridge.end.units - bridge.start.units;
  for (const BridgePart& part : bridge.parts) rest -= part.units;
  if (rest == 0) return;
  const Int128 most = Int128{2} + bridge.parts.size();
  WEIR_CHECK(2 * rest <= most && -2 * rest <= most);
  bridge.parts.push_back(
      {.key = "rounding", .title = {"Rounding of the last digit", "Округление последнего знака"}, .units = rest});
}

}  // namespace

store::Value Cell(Int128 units, const Number& number) {
  if (number.column.type == analysis::ColumnType::kInteger) return static_cast<std::int64_t>(units);
  return Decimal{units, static_cast<std::uint8_t>(number.digits)};
}

Result<Number> NumberOf(const Side& side) {
  WEIR_TRY(const Compiled compiled, Compile(*side.catalog, side.query, store::DuckDbDialect()));
  Number number{.column = compiled.columns.at(1)};
  const auto missing = [&] {
    const Text days = DaysInWords(side.query.from, side.query.to);
    return Fail(NotEnoughData("'{}' is not known for {}", side.metric->id, InBoth(days.en, days.ru))
                    .Field("metrics")
                    .Mend("Choose a period and a moment that have it"));
  };
  if (compiled.is_empty) return missing();
  WEIR_TRY(const store::Rows rows, side.session->Query(compiled.sql, compiled.parameters));
  if (rows.size() == 0) return missing();
  const store::Value& value = rows.rows.front()[1];
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    number.units = *integer;
  } else if (const auto* decimal = std::get_if<Decimal>(&value)) {
    number.units = decimal->units;
    number.digits = decimal->scale;
  } else {
    return missing();
  }
  return number;
}

Result<Bridge> BuildBridge(const Comparison& comparison) {
  WEIR_TRY(CheckComparable(comparison));
  WEIR_TRY(CheckShared(comparison));
  Bridge bridge;
  WEIR_TRY(bridge.start, NumberOf(comparison.start));
  WEIR_TRY(bridge.end, NumberOf(comparison.end));
  WEIR_CHECK(bridge.start.digits == bridge.end.digits);
  switch (KindOf(*comparison.start.metric)) {
    case Kind::kSum: {
      WEIR_TRY(bridge.parts, SumParts(comparison, bridge));
      break;
    }
    case Kind::kDistinct: {
      WEIR_TRY(bridge.parts, DistinctParts(comparison));
      break;
    }
    case Kind::kMedian: {
      WEIR_TRY(bridge.parts, MedianParts(comparison, bridge));
      break;
    }
    case Kind::kRatio: {
      WEIR_TRY(bridge.parts, RatioParts(comparison, bridge.start.digits));
      break;
    }
  }
  AddRounding(bridge);
  return bridge;
}

}  // namespace weir::metrics
