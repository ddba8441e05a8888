#include "metrics/tie_out_rows.h"

#include <algorithm>

#include "metrics/bridge_words.h"
#include "metrics/scan.h"

namespace weir::metrics {
namespace {

bool HasColumn(const View& view, std::string_view name) {
  return std::ranges::find(view.columns, name, &ColumnRef::column) != view.columns.end();
}

std::string CastToText(const std::string& column) { return fmt::format("CAST({} AS VARCHAR)", column); }

std::string NameSql(const View& view, Scope& scope, const SqlWriter& writer) {
  for (const std::string_view name : {"name", "number", "full_name", "subject"}) {
    if (HasColumn(view, name)) return CastToText(writer.Column({.column = std::string(name)}, scope));
  }
  if (view.FindLookup(view.entity) == nullptr) return "CAST(NULL AS VARCHAR)";
  return CastToText(writer.Column({.lookup = view.entity, .column = "name"}, scope));
}

std::string UnitsSql(const Metric& metric, Scope& scope, const SqlWriter& writer) {
  const Aggregate aggregate = metric.measure.aggregate;
  if (aggregate != Aggregate::kSum && aggregate != Aggregate::kMedian) return "CAST(1 AS BIGINT)";
  return fmt::format("CAST({} AS DECIMAL(38,{}))", writer.Value(*metric.measure.value, scope), metric.measure.scale);
}

// Columns of days other than the one that places a row.
std::vector<ColumnRef> OtherDates(const Metric& metric, const View& view) {
  std::vector<ColumnRef> dates;
  if (!metric.time || !metric.time->lookup.empty()) return dates;
  for (const ColumnRef& column : view.columns) {
    if (column.type == ValueType::kDate && column != *metric.time) dates.push_back(column);
  }
  return dates;
}

struct Layout {
  static constexpr std::size_t kId = 0;
  static constexpr std::size_t kName = 1;
  static constexpr std::size_t kUnits = 2;
  static constexpr std::size_t kOriginal = 3;
  static constexpr std::size_t kCurrency = 4;
  static constexpr std::size_t kDistinct = 5;
  static constexpr std::size_t kDay = 6;
  static constexpr std::size_t kStamp = 7;
  static constexpr std::size_t kDates = 8;
};

std::vector<std::string> Columns(const Metric& metric, const View& view, const TieRows& found,
                                 const std::vector<std::string>& dimensions, Scope& scope, const SqlWriter& writer) {
  const auto converted = ConvertedBy(metric, view);
  const bool has_currency = converted && HasColumn(view, "currency");
  const auto stamp = metric.time ? StampOf(*metric.time, view) : std::nullopt;
  const bool is_distinct = metric.measure.aggregate == Aggregate::kCountDistinct;
  std::vector<std::string> columns{
      CastToText(writer.Column({.column = view.id}, scope)),
      NameSql(view, scope, writer),
      UnitsSql(metric, scope, writer),
      found.has_original ? writer.Column(converted->second, scope) : "CAST(NULL AS DECIMAL(18,4))",
      has_currency ? CastToText(writer.Column({.lookup = converted->first.lookup, .column = "currency"}, scope))
                   : "CAST(NULL AS VARCHAR)",
      is_distinct ? CastToText(writer.Value(*metric.measure.value, scope)) : "CAST(NULL AS VARCHAR)",
      metric.time ? writer.Column(*metric.time, scope) : "CAST(NULL AS DATE)",
      stamp ? writer.Column(*stamp, scope) : "CAST(NULL AS TIMESTAMP)"};
  for (const ColumnRef& date : found.dates) columns.push_back(writer.Column(date, scope));
  for (const std::string& dimension : dimensions) {
    columns.push_back(CastToText(writer.Column(view.FindDimension(dimension)->column, scope)));
  }
  return columns;
}

std::string_view TextAt(const store::Chunk& chunk, std::size_t column, std::size_t row) {
  const store::ColumnView& view = chunk.Column(column);
  return view.IsNullAt(row) ? std::string_view() : view.TextAt(row);
}

std::optional<Date> DayAt(const store::Chunk& chunk, std::size_t column, std::size_t row) {
  const store::ColumnView& view = chunk.Column(column);
  return view.IsNullAt(row) ? std::nullopt : std::optional(view.Dates()[row]);
}

TieRow RowAt(const store::Chunk& chunk, std::size_t row, std::size_t dates, std::size_t dimensions, Codes& codes) {
  TieRow found{.id = std::string(TextAt(chunk, Layout::kId, row)),
               .name = std::string(TextAt(chunk, Layout::kName, row))};
  const store::ColumnView& units = chunk.Column(Layout::kUnits);
  if (!units.IsNullAt(row)) found.units = units.UnitsAt(row);
  const store::ColumnView& original = chunk.Column(Layout::kOriginal);
  if (!original.IsNullAt(row)) found.original = Decimal{original.UnitsAt(row), original.scale()};
  found.currency = codes.Of(TextAt(chunk, Layout::kCurrency, row));
  found.distinct = codes.Of(TextAt(chunk, Layout::kDistinct, row));
  found.day = DayAt(chunk, Layout::kDay, row);
  const store::ColumnView& stamp = chunk.Column(Layout::kStamp);
  if (!stamp.IsNullAt(row)) found.stamp = stamp.Instants()[row];
  for (std::size_t i = 0; i < dates; ++i) found.dates.push_back(DayAt(chunk, Layout::kDates + i, row));
  for (std::size_t i = 0; i < dimensions; ++i) {
    found.values.push_back(codes.Of(TextAt(chunk, Layout::kDates + dates + i, row)));
  }
  return found;
}

}  // namespace

int Codes::Of(std::string_view text) {
  if (const auto found = codes_.find(text); found != codes_.end()) return found->second;
  const int code = static_cast<int>(texts_.size());
  codes_.emplace(text, code);
  texts_.emplace_back(text);
  return code;
}

std::optional<ColumnRef> StampOf(const ColumnRef& day, const View& view) {
  constexpr std::string_view kEnd = "_date";
  if (!day.lookup.empty() || !day.column.ends_with(kEnd)) return std::nullopt;
  const std::string stamp = day.column.substr(0, day.column.size() - kEnd.size()) + "_at";
  const auto found = std::ranges::find_if(view.columns, [&](const ColumnRef& column) {
    return column.column == stamp && column.type == ValueType::kInstant;
  });
  return found == view.columns.end() ? std::nullopt : std::optional(*found);
}

Result<TieRows> ReadTieRows(const Side& side, const std::vector<std::string>& dimensions, Codes& codes) {
  const Metric& metric = *side.metric;
  const View& view = side.view();
  TieRows found{.dates = OtherDates(metric, view),
                .has_stamp = metric.time && StampOf(*metric.time, view),
                .has_original = ConvertedBy(metric, view) && metric.measure.value->kind == Arithmetic::Kind::kColumn};
  WEIR_TRY(const Plan plan, MakePlan(*side.catalog, side.query));
  if (plan.IsEmpty()) return found;
  WEIR_TRY(const std::vector<Scan> scans, MakeScans(plan, store::DuckDbDialect()));
  WEIR_CHECK(scans.size() == 1 && plan.bases.size() == 1);
  SqlWriter writer(*side.catalog, store::DuckDbDialect());
  Scope scope = ScopeOf(plan, scans.front());
  const std::vector<std::string> columns = Columns(metric, view, found, dimensions, scope, writer);
  WEIR_TRY(const std::string where, WhereOf(plan, scans.front(), scope, writer));
  const auto [sql, parameters] =
      writer.Finish(fmt::format("SELECT {}\n{}\nWHERE {}\nORDER BY 1 NULLS LAST, 7 NULLS LAST, 3 NULLS LAST",
                                Joined(columns, ",\n  "), writer.From(scope), where));
  WEIR_TRY(const auto stream, side.session->Stream(sql, parameters));
  while (true) {
    WEIR_TRY(const store::Chunk* chunk, stream->Next());
    if (chunk == nullptr) return found;
    for (std::size_t row = 0; row < chunk->size(); ++row) {
      found.rows.push_back(RowAt(*chunk, row, found.dates.size(), dimensions.size(), codes));
    }
    if (found.rows.size() > kMostFacts) {
      return Fail(TooLarge("'{}' has more than {} rows here: too many to compare one by one", metric.id, kMostFacts)
                      .Field("metrics")
                      .Mend("Choose a shorter period, a team, a segment or a condition"));
    }
  }
}

analysis::Text WhyNotCounted(const Fact& fact, const Metric& metric, const View& view, const MetricCatalog& catalog) {
  const std::vector<const Condition*> conditions = ConditionsOf(metric);
  const auto failed = static_cast<std::size_t>(fact.failed);
  if (failed < conditions.size()) return WhatIsInstead(*conditions[failed], fact.why, view, catalog);
  if (failed > conditions.size()) return {"left out by what was asked", "не проходит по условию вопроса"};
  if (!fact.day) return {"without a date", "без даты"};
  return Fill({"of another day: {}", "другой день: {}"}, {DaysInWords(fact.day, fact.day)});
}

}  // namespace weir::metrics
