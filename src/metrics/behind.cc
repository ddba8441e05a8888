// The rows behind one row of a metric's result.
#include <algorithm>
#include <set>

#include "metrics/formula.h"
#include "metrics/query.h"
#include "metrics/scan.h"

namespace weir::metrics {
namespace {

// What the row adds to the measure, so that the largest come first.
std::string WeightOf(const Metric& base, Scope& scope, const SqlWriter& writer) {
  const bool has_weight = base.measure.aggregate == Aggregate::kSum || base.measure.aggregate == Aggregate::kMedian;
  return fmt::format("CAST({} AS DECIMAL(38,6))", has_weight ? writer.Value(*base.measure.value, scope) : "0");
}

// The value of a dimension as results say it; of decimals and moments that is one of several ways to write them.
std::string AsText(const ColumnRef& dimension, const std::string& column) {
  if (dimension.type == ValueType::kDecimal) return column;
  if (dimension.type == ValueType::kInstant) return column;
  return fmt::format("CAST({} AS VARCHAR)", column);
}

std::string Bound(const ColumnRef& dimension, const std::string& value, SqlWriter& writer) {
  std::string bound = writer.Bind(value);
  if (dimension.type == ValueType::kDecimal)
    return fmt::format("TRY_CAST({} AS DECIMAL(38,{}))", bound, dimension.scale);
  if (dimension.type == ValueType::kInstant) return fmt::format("TRY_CAST({} AS TIMESTAMP)", bound);
  return bound;
}

Result<std::string> RowsOf(const Plan& plan, const Scan& scan, const std::vector<std::string>& values, int rank,
                           SqlWriter& writer) {
  const Metric& base = *plan.bases[scan.bases.front()];
  Scope scope = ScopeOf(plan, scan);
  const std::string weight = WeightOf(base, scope, writer);
  WEIR_TRY(std::string where, WhereOf(plan, scan, scope, writer));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const ColumnRef& dimension = scan.view->FindDimension(plan.query->by[i])->column;
    const std::string column = writer.Column(dimension, scope);
    where += values[i].empty()
                 ? fmt::format(" AND {} IS NULL", column)
                 : fmt::format(" AND {} = {}", AsText(dimension, column), Bound(dimension, values[i], writer));
  }
  return fmt::format("SELECT {}.{} AS id, {} AS place, {} AS weight\n  {}\n  WHERE {}", Name(scan.view->name),
                     Name(scan.view->id), rank, weight, writer.From(scope), where);
}

}  // namespace

Result<Behind> CompileBehind(const MetricCatalog& catalog, const Query& query, const std::vector<std::string>& values,
                             std::size_t limit, const store::Dialect& dialect) {
  WEIR_CHECK(query.grain == Grain::kNone && query.metrics.size() == 1 && values.size() == query.by.size());
  WEIR_TRY(Plan plan, MakePlan(catalog, query));
  WEIR_TRY(Formula formula, FormulaOf(plan, *plan.asked.front()));
  const std::string entity = catalog.FindView(plan.bases.front()->view)->entity;
  WEIR_TRY(std::vector<Scan> scans, MakeScans(plan, dialect));
  SqlWriter writer(catalog, dialect);
  std::vector<std::string> parts;
  for (const Scan& scan : scans) {
    if (scan.view->entity != entity) continue;
    for (const std::size_t index : scan.bases) {
      Scan alone = scan;
      alone.bases = {index};
      const bool is_above = std::ranges::find(formula.denominator, index) == formula.denominator.end();
      WEIR_TRY(std::string rows, RowsOf(plan, alone, values, is_above ? 0 : 1, writer));
      parts.push_back(std::move(rows));
    }
  }
  Behind behind{.entity = entity};
  std::tie(behind.sql, behind.parameters) = writer.Finish(fmt::format(
      "SELECT id, count(*) OVER () AS total\n"
      "FROM (SELECT id, min(place) AS place, max(weight) AS weight FROM (\n  {}) AS found GROUP BY id) AS ranked\n"
      "ORDER BY place NULLS LAST, weight DESC NULLS LAST, id NULLS LAST\nLIMIT {}",
      Joined(parts, "\n  UNION ALL "), limit));
  return behind;
}

Result<analysis::Evidence> RowsBehind(const MetricCatalog& catalog, const Query& query,
                                      const std::vector<std::string>& values, std::size_t limit,
                                      store::Session& session) {
  WEIR_TRY(const Behind behind, CompileBehind(catalog, query, values, limit, store::DuckDbDialect()));
  WEIR_TRY(const store::Rows rows, session.Query(behind.sql, behind.parameters));
  analysis::Evidence evidence{.table = behind.entity};
  for (std::size_t row = 0; row < rows.size(); ++row) evidence.ids.push_back(rows.TextAt(row, 0));
  if (rows.size() > 0) evidence.total = rows.IntegerAt(0, 1);
  return evidence;
}

Result<std::int64_t> CountUnconverted(const MetricCatalog& catalog, const Query& query, store::Session& session) {
  Query whole = query;
  whole.by.clear();
  whole.grain = Grain::kNone;
  whole.steps.clear();
  WEIR_TRY(const Plan plan, MakePlan(catalog, whole));
  WEIR_TRY(const std::vector<Scan> scans, MakeScans(plan, store::DuckDbDialect()));
  std::int64_t count = 0;
  for (const Scan& scan : scans) {
    for (const std::size_t index : scan.bases) {
      const auto converted = ConvertedBy(*plan.bases[index], *scan.view);
      if (!converted) continue;
      Scan alone = scan;
      alone.bases = {index};
      SqlWriter writer(catalog, store::DuckDbDialect());
      Scope scope = ScopeOf(plan, alone);
      WEIR_TRY(const std::string where, WhereOf(plan, alone, scope, writer));
      const std::string lacks = fmt::format("{} IS NULL AND {} IS NOT NULL", writer.Column(converted->first, scope),
                                            writer.Column(converted->second, scope));
      const auto [sql, parameters] =
          writer.Finish(fmt::format("SELECT count(*) {} WHERE {} AND {}", writer.From(scope), where, lacks));
      WEIR_TRY(const std::int64_t found, session.QueryInteger(sql, parameters));
      count = std::max(count, found);
    }
  }
  return count;
}

Result<std::vector<LeftOut>> CountLeftOut(const MetricCatalog& catalog, const Query& query, store::Session& session) {
  std::vector<LeftOut> left_out;
  if (query.leave_out.IsNothing()) return left_out;
  Query whole = query;
  whole.by.clear();
  whole.grain = Grain::kNone;
  whole.steps.clear();
  whole.leave_out = {};
  WEIR_TRY(const Plan plan, MakePlan(catalog, whole));
  if (plan.IsEmpty()) return left_out;
  WEIR_TRY(const std::vector<Scan> scans, MakeScans(plan, store::DuckDbDialect()));
  SqlWriter writer(catalog, store::DuckDbDialect());
  std::vector<std::string> parts;
  for (const Scan& scan : scans) {
    for (const Described* taken : TakenWith(*scan.view, query.leave_out)) {
      Scope scope = ScopeOf(plan, scan);
      const std::string id = writer.Column(taken->id, scope);
      WEIR_TRY(const std::string where, WhereOf(plan, scan, scope, writer));
      parts.push_back(fmt::format(
          "SELECT '{}' AS entity, {}.{} AS id, left_out.rule\n  {} JOIN scoped.excluded AS left_out ON left_out.entity "
          "= '{}' AND left_out.entity_id = {}\n  WHERE {}",
          scan.view->entity, Name(scan.view->name), Name(scan.view->id), writer.From(scope), taken->entity, id, where));
    }
  }
  if (parts.empty()) return left_out;
  const auto [sql, parameters] =
      writer.Finish(fmt::format("SELECT entity, count(DISTINCT id), count(DISTINCT rule)\nFROM (\n  {}) AS taken\n"
                                "GROUP BY entity ORDER BY entity NULLS LAST",
                                Joined(parts, "\n  UNION ALL ")));
  WEIR_TRY(const store::Rows rows, session.Query(sql, parameters));
  left_out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    left_out.push_back({rows.TextAt(i, 0), rows.IntegerAt(i, 1), rows.IntegerAt(i, 2)});
  }
  return left_out;
}

Result<analysis::History> HistoryOf(const MetricCatalog& catalog, const std::vector<std::string>& metrics,
                                    store::Session& session) {
  std::set<std::string> views;
  for (const std::string& id : metrics) {
    for (const Metric* base : catalog.BasesOf(*catalog.FindMetric(id))) {
      const View& view = *catalog.FindView(base->view);
      if (base->IsStock() && view.history) views.insert(view.history->view);
    }
  }
  std::int64_t known = 0;
  std::int64_t inferred = 0;
  for (const std::string& view : views) {
    WEIR_TRY(const store::Rows rows,
             session.Query(fmt::format("SELECT count(*) FILTER (WHERE origin = 'history'), "
                                       "count(*) FILTER (WHERE origin <> 'history') FROM scoped.{}",
                                       view)));
    known += rows.IntegerAt(0, 0);
    inferred += rows.IntegerAt(0, 1);
  }
  if (inferred == 0) return analysis::History::kComplete;
  return known == 0 ? analysis::History::kNone : analysis::History::kPartial;
}

Result<std::vector<analysis::Warning>> WarnOfHoles(const MetricCatalog& catalog,
                                                   const std::vector<std::string>& metrics, bool reads_history,
                                                   store::Session& session) {
  std::vector<analysis::Warning> warnings;
  const bool is_of_deals = std::ranges::any_of(metrics, [&](const std::string& id) {
    return std::ranges::any_of(catalog.BasesOf(*catalog.FindMetric(id)), [&](const Metric* base) {
      const View& view = *catalog.FindView(base->view);
      return view.name == "deal_version" ||
             (reads_history && base->IsStock() && view.history && view.history->view == "deal_version");
    });
  });
  if (!is_of_deals) return warnings;
  WEIR_TRY(const store::Rows rows,
           session.Query("SELECT count(DISTINCT deal_id) FILTER (WHERE NOT is_whole), count(DISTINCT deal_id) "
                         "FROM scoped.deal_history WHERE field IN ('stage', 'amount', 'close_date')"));
  const std::int64_t touched = rows.IntegerAt(0, 0);
  if (touched == 0) return warnings;
  warnings.push_back({.code = "history_holes",
                      .message = MakePhrase("the past of {} of {} deals is not wholly known (see history gaps)",
                                            touched, rows.IntegerAt(0, 1)),
                      .params = {{"deals", std::to_string(touched)}}});
  return warnings;
}

}  // namespace weir::metrics
