#include <algorithm>

#include "metrics/formula.h"
#include "metrics/query.h"
#include "metrics/scan.h"

namespace weir::metrics {
namespace {

using analysis::Column;
using analysis::ColumnType;

// A row a period: its name, the day before it opens, and the first instant that is too late for a stock of that day.
std::string OpeningsSql(const Plan& plan) {
  std::vector<std::string> rows;
  for (const Bucket& bucket : plan.buckets) {
    const Date first = plan.query->is_running ? *plan.first : bucket.days.first;
    rows.push_back(fmt::format("({}, {}, {})", store::DateLiteral(bucket.period),
                               store::DateLiteral(AddDays(first, -1)),
                               store::InstantLiteral(plan.query->zone.EndOfDay(AddDays(first, -1)))));
  }
  return fmt::format("openings(period, last_day, ends_at) AS (VALUES\n  {})", Joined(rows, ",\n  "));
}

// A row a period: its name, the days whose rows count, and the first instant that is too late for a stock.
std::string SpineSql(const Plan& plan, bool needs_days) {
  const Instant as_of_end{plan.query->as_of.micros + 1};
  std::vector<std::string> rows;
  for (const Bucket& bucket : plan.buckets) {
    if (!needs_days) {
      rows.push_back(fmt::format("({})", store::DateLiteral(bucket.period)));
      continue;
    }
    const Date first = plan.query->steps.empty() ? *plan.first : bucket.days.first;
    const Instant end = std::min(plan.query->zone.EndOfDay(bucket.days.last), as_of_end);
    rows.push_back(fmt::format("({}, {}, {}, {})", store::DateLiteral(bucket.period), store::DateLiteral(first),
                               store::DateLiteral(bucket.days.last), store::InstantLiteral(end)));
  }
  return fmt::format("spine({}) AS (VALUES\n  {})", needs_days ? "period, first_day, last_day, ends_at" : "period",
                     Joined(rows, ",\n  "));
}

struct Folding {
  std::vector<std::string> keys;     // period, d0, d1
  std::vector<Part> parts;           // of all scans
  std::vector<std::string> columns;  // what the folded rows offer: b0, u0
};

Folding FoldingOf(const Plan& plan) {
  Folding folding;
  if (!plan.buckets.empty()) folding.keys.push_back("period");
  for (std::size_t i = 0; i < plan.query->by.size(); ++i) folding.keys.push_back(fmt::format("d{}", i));
  for (std::size_t i = 0; i < plan.bases.size(); ++i) {
    const Metric& base = *plan.bases[i];
    const auto parts = PartsOf(base, i, *plan.catalog->FindView(base.view));
    folding.parts.insert(folding.parts.end(), parts.begin(), parts.end());
    const std::string value = fmt::format("max(b{})", i);
    switch (base.measure.aggregate) {
      case Aggregate::kCount:
      case Aggregate::kCountDistinct:
        folding.columns.push_back(fmt::format("coalesce({}, 0) AS b{}", value, i));
        break;
      // No rows sum to nothing at all; rows of unknown amount sum to an unknown amount.
      case Aggregate::kSum:
        folding.columns.push_back(
            fmt::format("CASE WHEN coalesce(max(n{0}), 0) = 0 THEN 0 ELSE {1} END AS b{0}", i, value));
        break;
      case Aggregate::kMedian:
        folding.columns.push_back(fmt::format("{} AS b{}", value, i));
        break;
    }
    if (parts.size() > 2) folding.columns.push_back(fmt::format("coalesce(max(u{0}), 0) AS u{0}", i));
  }
  return folding;
}

// The columns of one scan, and nulls in place of those of the others.
std::string StackSql(const Folding& folding, const std::vector<std::string>& own, std::string_view from) {
  std::vector<std::string> columns = folding.keys;
  for (const Part& part : folding.parts) {
    const bool is_own = std::ranges::find(own, part.name) != own.end();
    columns.push_back(is_own ? part.name : fmt::format("CAST(NULL AS {}) AS {}", part.type, part.name));
  }
  return fmt::format("SELECT {} FROM {}", Joined(columns, ", "), from);
}

std::vector<std::string> OwnParts(const Plan& plan, const Scan& scan) {
  std::vector<std::string> own;
  for (const std::size_t index : scan.bases) {
    for (const Part& part : PartsOf(*plan.bases[index], index, *scan.view)) own.push_back(part.name);
  }
  return own;
}

// Every period beside every combination of dimensions that occurs, so that gaps show.
std::string GridSql(const Folding& folding) {
  std::vector<std::string> dimensions(folding.keys.begin() + 1, folding.keys.end());
  if (dimensions.empty()) return StackSql(folding, {}, "spine");
  return StackSql(folding, {},
                  fmt::format("spine CROSS JOIN (SELECT DISTINCT {} FROM stacked) AS seen", Joined(dimensions, ", ")));
}

void AddKeyColumns(const Plan& plan, std::vector<std::string>& select, std::vector<Column>& columns) {
  const Query& query = *plan.query;
  const std::string whole = query.from ? store::DateLiteral(*query.from) : "CAST(NULL AS DATE)";
  select.push_back((plan.buckets.empty() ? whole : std::string("period")) + " AS period");
  columns.push_back({.name = "period", .type = ColumnType::kDate, .title = {"Period", "Период"}});
  for (std::size_t i = 0; i < query.by.size(); ++i) {
    const Dimension& dimension = *plan.catalog->FindView(plan.bases.front()->view)->FindDimension(query.by[i]);
    select.push_back(fmt::format("d{} AS {}", i, Name(dimension.id)));
    columns.push_back({.name = dimension.id, .type = ColumnTypeOf(dimension.column.type), .title = dimension.title});
  }
}

std::string OrderBy(const Folding& folding) {
  std::vector<std::string> keys;
  keys.reserve(folding.keys.size());
  for (const std::string& key : folding.keys) keys.push_back(key + " NULLS LAST");
  return keys.empty() ? "" : "\nORDER BY " + Joined(keys, ", ");
}

std::string GroupBy(const Folding& folding) {
  return folding.keys.empty() ? "" : "\n  GROUP BY " + Joined(folding.keys, ", ");
}

Result<std::vector<std::string>> TablesSql(const Plan& plan, const Folding& folding, const std::vector<Scan>& scans,
                                           SqlWriter& writer) {
  std::vector<std::string> tables;
  if (!plan.buckets.empty()) {
    const bool needs_days = std::ranges::any_of(scans, [&](const Scan& scan) { return scan.HasSpine(plan); });
    tables.push_back(SpineSql(plan, needs_days));
    if (std::ranges::any_of(scans, &Scan::is_of_opening)) tables.push_back(OpeningsSql(plan));
  }
  std::vector<std::string> stacked;
  for (std::size_t i = 0; i < scans.size(); ++i) {
    WEIR_TRY(std::string scan, ScanSql(plan, scans[i], writer));
    tables.push_back(fmt::format("scan{} AS (\n  {})", i, scan));
    stacked.push_back(StackSql(folding, OwnParts(plan, scans[i]), fmt::format("scan{}", i)));
  }
  tables.push_back(fmt::format("stacked AS (\n  {})", Joined(stacked, "\n  UNION ALL ")));
  std::string rows = "stacked";
  if (!plan.buckets.empty()) {
    tables.push_back(fmt::format("filled AS (\n  SELECT * FROM stacked\n  UNION ALL {})", GridSql(folding)));
    rows = "filled";
  }
  std::vector<std::string> columns = folding.keys;
  columns.insert(columns.end(), folding.columns.begin(), folding.columns.end());
  tables.push_back(
      fmt::format("folded AS (\n  SELECT {}\n  FROM {}{})", Joined(columns, ", "), rows, GroupBy(folding)));
  return tables;
}

}  // namespace

Result<Compiled> Compile(const MetricCatalog& catalog, const Query& query, const store::Dialect& dialect) {
  if (query.metrics.empty()) return Fail(BadUsage("no metric is asked for").Field("metrics"));
  WEIR_TRY(Plan plan, MakePlan(catalog, query));
  Compiled compiled;
  std::vector<std::string> select;
  AddKeyColumns(plan, select, compiled.columns);
  for (const Metric* metric : plan.asked) {
    WEIR_TRY(Formula formula, FormulaOf(plan, *metric));
    select.push_back(fmt::format("{} AS {}", FormulaSql(plan, *metric, formula, dialect), Name(metric->id)));
    compiled.columns.push_back(ColumnOf(query, *metric, formula));
  }
  compiled.is_empty = plan.IsEmpty();
  if (compiled.is_empty) return compiled;

  WEIR_TRY(std::vector<Scan> scans, MakeScans(plan, dialect));
  WEIR_TRY(TakeMarts(plan, scans));
  compiled.reads_history = std::ranges::any_of(scans, [](const Scan& scan) { return scan.kind == ScanKind::kPast; });
  const Folding folding = FoldingOf(plan);
  for (const Part& part : folding.parts) {
    if (part.name.front() != 'u') continue;
    select.push_back(part.name);
    ++compiled.hidden_columns;
  }
  SqlWriter writer(catalog, dialect);
  WEIR_TRY(std::vector<std::string> tables, TablesSql(plan, folding, scans, writer));
  std::tie(compiled.sql, compiled.parameters) = writer.Finish(fmt::format(
      "WITH {}\nSELECT {}\nFROM folded{}", Joined(tables, ",\n"), Joined(select, ",\n  "), OrderBy(folding)));
  return compiled;
}

Result<std::optional<Date>> FirstDay(const MetricCatalog& catalog, const Query& query, const store::Dialect& dialect,
                                     store::Session& session) {
  Query whole = query;
  whole.grain = Grain::kNone;
  whole.from.reset();
  WEIR_TRY(Plan plan, MakePlan(catalog, whole));
  std::optional<Date> first;
  const auto take = [&](Date day) { first = first ? std::min(*first, day) : day; };
  WEIR_TRY(std::vector<Scan> scans, MakeScans(plan, dialect));
  WEIR_TRY(TakeMarts(plan, scans));
  for (const Scan& scan : scans) {
    if (!scan.time && !scan.view->history) continue;
    SqlWriter writer(catalog, dialect);
    Scope scope = ScopeOf(plan, scan);
    std::string sql;
    if (scan.time) {
      WEIR_TRY(std::string where, WhereOf(plan, scan, scope, writer));
      const std::string day = writer.Column(*scan.time, scope);
      sql = fmt::format("SELECT min({}) {} WHERE {}", day, writer.From(scope), where);
    } else {
      const History& history = *scan.view->history;
      sql = fmt::format("SELECT min({}) FROM scoped.{}", Name(history.from), Name(history.view));
    }
    const auto [text, parameters] = writer.Finish(sql);
    WEIR_TRY(store::Value value, session.QueryValue(text, parameters));
    if (const auto* date = std::get_if<Date>(&value)) take(*date);
    if (const auto* instant = std::get_if<Instant>(&value)) take(query.zone.LocalDateOf(*instant));
  }
  return first;
}

}  // namespace weir::metrics
