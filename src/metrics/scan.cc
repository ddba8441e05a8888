#include "metrics/scan.h"

#include <algorithm>

#include "metrics/where.h"

namespace weir::metrics {
namespace {

// Instants are kept in microseconds: the first one that is too late.
Instant After(Instant instant) { return {instant.micros + 1}; }

Status CheckDimensions(const MetricCatalog& catalog, const Query& query, const std::vector<const Metric*>& asked) {
  for (const std::string& id : query.by) {
    if (std::ranges::count(query.by, id) > 1) return Fail(BadUsage("'{}' is given twice", id).Field("by"));
    for (const Metric* metric : asked) {
      if (std::ranges::find(metric->dimensions, id) != metric->dimensions.end()) continue;
      return Fail(BadUsage("'{}' cannot be split by '{}'", metric->id, id)
                      .Field("by")
                      .Mend("Its dimensions: {}", fmt::join(metric->dimensions, ", ")));
    }
  }
  for (const Metric* metric : asked) {
    for (const Metric* base : catalog.BasesOf(*metric)) {
      const View& view = *catalog.FindView(base->view);
      if (!query.team_ids.empty() && !view.team) {
        return Fail(BadUsage("'{}' knows no team", metric->id).Field("team").Mend("Leave the team out"));
      }
      if (!query.segment.empty() && !view.segment) {
        return Fail(BadUsage("'{}' knows no segment", metric->id).Field("segment").Mend("Leave the segment out"));
      }
    }
  }
  return {};
}

std::string PeriodOf(const Plan& plan, const Scan& scan, Scope& scope, const SqlWriter& writer) {
  if (scan.HasSpine(plan)) return scope.spine + ".period";
  // Without history, now is the end of the only period that there is.
  if (scan.kind == ScanKind::kNow) return store::DateLiteral(plan.buckets.back().period);
  return PeriodSql(writer.Column(*scan.time, scope), plan.query->grain, plan.query->first_month);
}

std::string SpineCondition(const Scan& scan, Scope& scope, const SqlWriter& writer) {
  if (scan.kind != ScanKind::kRunning) return "";
  return fmt::format("{0} >= spine.first_day AND {0} <= spine.last_day", writer.Column(*scan.time, scope));
}

// The filters that limit the rows of a scan: any of them; none where some base takes every row. Narrower ones that
// another covers are left out.
std::vector<const Condition*> WidestFilters(const Plan& plan, const Scan& scan) {
  std::vector<const Condition*> widest;
  for (const std::size_t index : scan.bases) {
    const auto& filter = plan.bases[index]->filter;
    if (!filter) return {};
    if (std::ranges::any_of(widest, [&](const Condition* wide) { return Implies(*filter, *wide); })) continue;
    std::erase_if(widest, [&](const Condition* narrow) { return Implies(*narrow, *filter); });
    widest.push_back(&*filter);
  }
  return widest;
}

// The filter of one aggregate, empty where the rows of the scan all meet it.
std::string OwnFilter(const Plan& plan, const Scan& scan, const Metric& base, Scope& scope, SqlWriter& writer) {
  if (!base.filter) return "";
  const auto widest = WidestFilters(plan, scan);
  const bool is_met = !widest.empty() &&
                      std::ranges::all_of(widest, [&](const Condition* wide) { return Implies(*wide, *base.filter); });
  return is_met ? "" : writer.Definition(*base.filter, scope);
}

std::string Filtered(std::string aggregate, const std::string& condition) {
  return condition.empty() ? std::move(aggregate) : fmt::format("{} FILTER (WHERE {})", aggregate, condition);
}

// The value as an integer, for medians: decimals in units of their last digit.
std::string IntegerOf(const Metric& base, Scope& scope, const SqlWriter& writer) {
  std::string value = writer.Value(*base.measure.value, scope);
  if (base.measure.scale == 0) return value;
  return fmt::format("CAST(CAST({0} AS DECIMAL(38,{1})) * 1{2:0>{1}} AS BIGINT)", value, base.measure.scale, "");
}

// So many rows: those of the view, or those that the rows of a mart stand for.
std::string CountSql(const std::string& condition, const Scope& scope) {
  if (scope.mart == nullptr) return Filtered("count(*)", condition);
  return fmt::format("CAST(coalesce({}, 0) AS BIGINT)",
                     Filtered(fmt::format("sum({}.rows)", Name(scope.view->name)), condition));
}

// The place of the base's value among the sums of the mart.
std::size_t SumIn(const Mart& mart, const MetricCatalog& catalog, const Metric& base) {
  const auto found = std::ranges::find(mart.sums, SummedText(catalog, base));
  WEIR_CHECK(found != mart.sums.end());
  return static_cast<std::size_t>(found - mart.sums.begin());
}

std::string SumOfMart(const Plan& plan, const Metric& base, const std::string& condition, const Scope& scope) {
  const std::string sum = fmt::format("sum({}.s{})", Name(scope.view->name), SumIn(*scope.mart, *plan.catalog, base));
  return fmt::format("CAST({} AS DECIMAL(38,{}))", Filtered(sum, condition), base.measure.scale);
}

std::string AggregateSql(const Plan& plan, const Metric& base, const std::string& condition, Scope& scope,
                         const SqlWriter& writer) {
  switch (base.measure.aggregate) {
    case Aggregate::kCount:
      return CountSql(condition, scope);
    case Aggregate::kCountDistinct:
      return Filtered(fmt::format("count(DISTINCT {})", writer.Value(*base.measure.value, scope)), condition);
    case Aggregate::kSum:
      if (scope.mart != nullptr) return SumOfMart(plan, base, condition, scope);
      return fmt::format("CAST({} AS DECIMAL(38,{}))",
                         Filtered(fmt::format("sum({})", writer.Value(*base.measure.value, scope)), condition),
                         base.measure.scale);
    case Aggregate::kMedian:
      return writer.dialect().sum_of_medians(IntegerOf(base, scope, writer), condition);
  }
  ThrowBug(__FILE__, __LINE__, "an aggregate without SQL");
}

std::vector<std::string> DimensionsSql(const Plan& plan, const Scan& scan, Scope& scope, const SqlWriter& writer) {
  std::vector<std::string> columns;
  for (std::size_t i = 0; i < plan.query->by.size(); ++i) {
    const Dimension& dimension = *scan.view->FindDimension(plan.query->by[i]);
    columns.push_back(fmt::format("{} AS d{}", writer.Column(dimension.column, scope), i));
  }
  return columns;
}

std::string GroupBy(std::size_t keys) {
  std::vector<std::string> ordinals;
  for (std::size_t i = 1; i <= keys; ++i) ordinals.push_back(fmt::format("{}", i));
  return ordinals.empty() ? "" : "\n  GROUP BY " + Joined(ordinals, ", ");
}

// Medians where the engine has none: number the rows of each group and add up the two in the middle. Half of n is
// reached first by the lower median; the last that is not beyond half of n + 2 is the upper one.
Result<std::string> RankedSql(const Plan& plan, const Scan& scan, SqlWriter& writer) {
  Scope scope = ScopeOf(plan, scan);
  const std::size_t index = scan.bases.front();
  std::vector<std::string> keys;
  std::vector<std::string> columns;
  if (!plan.buckets.empty()) {
    keys.push_back("period");
    columns.push_back(PeriodOf(plan, scan, scope, writer) + " AS period");
  }
  for (std::size_t i = 0; i < plan.query->by.size(); ++i) keys.push_back(fmt::format("d{}", i));
  for (std::string& column : DimensionsSql(plan, scan, scope, writer)) columns.push_back(std::move(column));
  columns.push_back(IntegerOf(*plan.bases[index], scope, writer) + " AS v");
  WEIR_TRY(std::string where, WhereOf(plan, scan, scope, writer));
  const std::string spine = SpineCondition(scan, scope, writer);
  const std::string values =
      fmt::format("SELECT {} {} WHERE {}", Joined(columns, ", "), writer.From(scope, spine), where);
  const std::string partition = keys.empty() ? "" : "PARTITION BY " + Joined(keys, ", ");
  const std::string listed = keys.empty() ? "" : Joined(keys, ", ") + ", ";
  return fmt::format(
      "SELECT {0}min(CASE WHEN 2 * r >= n THEN v END) + max(CASE WHEN 2 * r <= n + 2 THEN v END) AS b{1}\n"
      "  FROM (SELECT {0}v, row_number() OVER ({2} ORDER BY v NULLS LAST) AS r, count(*) OVER ({2}) AS n\n"
      "    FROM ({3}) AS row_value WHERE v IS NOT NULL) AS ranked{4}",
      listed, index, partition, values, GroupBy(keys.size()));
}

// The columns that a scan compares and splits by. Nothing where it reads more of a row than that.
Result<std::optional<std::vector<ColumnRef>>> ColumnsAsked(const Plan& plan, const Scan& scan) {
  const Query& query = *plan.query;
  const View& view = *scan.view;
  std::vector<ColumnRef> columns;
  for (const std::size_t index : scan.bases) {
    const Metric& base = *plan.bases[index];
    if (!IsAdditive(base)) return std::optional<std::vector<ColumnRef>>();
    if (base.filter) CollectColumns(*base.filter, columns);
  }
  for (const std::string& id : query.by) columns.push_back(view.FindDimension(id)->column);
  if (!query.where.empty()) {
    const ViewNames names(view, plan.catalog->views());
    auto asked = ParseCondition(query.where, names);
    if (!asked) return Fail(InCondition(asked.error(), "where"));
    CollectColumns(*asked, columns);
  }
  if (!query.team_ids.empty()) columns.push_back(*view.team);
  if (!query.segment.empty()) columns.push_back(*view.segment);
  return std::optional(std::move(columns));
}

// The values that a scan sums. Nothing where one depends on the question.
std::optional<std::vector<std::string>> SumsAsked(const Plan& plan, const Scan& scan) {
  std::vector<std::string> sums;
  for (const std::size_t index : scan.bases) {
    const Metric& base = *plan.bases[index];
    if (base.measure.aggregate != Aggregate::kSum) continue;
    sums.push_back(SummedText(*plan.catalog, base));
    if (sums.back().empty()) return std::nullopt;
  }
  return sums;
}

}  // namespace

Status TakeMarts(const Plan& plan, std::vector<Scan>& scans) {
  const Query& query = *plan.query;
  if (query.marts.empty()) return {};
  for (Scan& scan : scans) {
    const bool is_by_day = scan.kind == ScanKind::kFlow || scan.kind == ScanKind::kRunning;
    if (!is_by_day || scan.is_ranked) continue;
    WEIR_TRY(const std::optional<std::vector<ColumnRef>> columns, ColumnsAsked(plan, scan));
    const auto sums = SumsAsked(plan, scan);
    if (!columns || !sums) continue;
    const std::string shape = ShapeOf(*scan.view);
    const auto serves = [&](const Mart& mart) {
      return mart.view == scan.view->name && mart.day == scan.time->Path() && mart.shape == shape &&
             std::ranges::all_of(*columns, [&](const ColumnRef& column) { return mart.Has(column); }) &&
             std::ranges::all_of(
                 *sums, [&](const std::string& sum) { return std::ranges::find(mart.sums, sum) != mart.sums.end(); });
    };
    const auto found = std::ranges::find_if(query.marts, serves);
    if (found != query.marts.end()) scan.mart = &*found;
  }
  return {};
}

bool AsksForOpening(const Metric& base) {
  const auto asks = [](const auto& self, const Condition& condition) -> bool {
    return condition.day == AskedDay::kOpening ||
           std::ranges::any_of(condition.children, [&](const Condition& child) { return self(self, child); });
  };
  return base.is_of_opening || (base.filter && asks(asks, *base.filter));
}

Result<Plan> MakePlan(const MetricCatalog& catalog, const Query& query) {
  Plan plan{.catalog = &catalog, .query = &query, .first = query.from};
  plan.last = query.AsOfDay();
  if (query.to) plan.last = std::min(plan.last, *query.to);
  if (query.from && query.to && *query.from > *query.to) {
    return Fail(
        BadUsage("the period ends on {}, before it begins on {}", FormatDate(*query.to), FormatDate(*query.from))
            .Field("from"));
  }
  for (const std::string& id : query.metrics) {
    WEIR_TRY(const Metric* metric, catalog.Require(id));
    if (std::ranges::find(plan.asked, metric) != plan.asked.end()) {
      return Fail(BadUsage("'{}' is given twice", id).Field("metrics"));
    }
    plan.asked.push_back(metric);
    for (const Metric* base : catalog.BasesOf(*metric)) {
      if (std::ranges::find(plan.bases, base) == plan.bases.end()) plan.bases.push_back(base);
    }
  }
  WEIR_TRY(CheckDimensions(catalog, query, plan.asked));
  if (!query.steps.empty()) {
    WEIR_CHECK(query.is_running && query.grain == Grain::kNone);
    plan.buckets = query.steps;
  } else if (query.grain != Grain::kNone && !plan.IsEmpty()) {
    WEIR_CHECK(plan.first.has_value());
    WEIR_TRY(plan.buckets, BucketsOf({*plan.first, plan.last}, query.grain, query.first_month));
  }
  return plan;
}

Result<std::vector<Scan>> MakeScans(const Plan& plan, const store::Dialect& dialect) {
  std::vector<Scan> scans;
  const bool is_past = plan.last < plan.query->AsOfDay() || plan.buckets.size() > 1;
  for (std::size_t i = 0; i < plan.bases.size(); ++i) {
    const Metric& base = *plan.bases[i];
    Scan scan{.view = plan.catalog->FindView(base.view),
              .time = base.time,
              .bases = {i},
              .is_of_opening = base.is_of_opening,
              .is_since_opening = base.time && !plan.first && AsksForOpening(base)};
    if (base.time) {
      scan.kind = plan.query->is_running && !plan.buckets.empty() ? ScanKind::kRunning : ScanKind::kFlow;
    } else {
      scan.kind = is_past || base.is_of_opening ? ScanKind::kPast : ScanKind::kNow;
      if (scan.kind == ScanKind::kPast && !scan.view->history) {
        return Fail(BadUsage("'{}' is known only as it is now: the past of {} is not kept", base.id, base.view)
                        .Field(plan.buckets.empty() ? "to" : "grain")
                        .Mend("Ask without a grain and without a last day, or with another as-of"));
      }
    }
    scan.is_ranked = base.measure.aggregate == Aggregate::kMedian && dialect.sum_of_medians == nullptr;
    const auto same = std::ranges::find_if(scans, [&](const Scan& other) {
      return other.view == scan.view && other.kind == scan.kind && other.time == scan.time && !other.is_ranked &&
             !scan.is_ranked && other.is_of_opening == scan.is_of_opening &&
             other.is_since_opening == scan.is_since_opening;
    });
    if (same == scans.end()) {
      scans.push_back(std::move(scan));
    } else {
      same->bases.push_back(i);
    }
  }
  return scans;
}

Scope ScopeOf(const Plan& plan, const Scan& scan) {
  Scope scope{
      .view = scan.view, .mart = scan.mart, .is_past = scan.kind == ScanKind::kPast, .is_spread = scan.HasSpine(plan)};
  if (scan.is_of_opening) scope.spine = "openings";
  if (scope.is_spread) {
    scope.at = scope.spine + ".last_day";
    scope.ends_at = scope.spine + ".ends_at";
  } else {
    const Date last = scan.is_of_opening ? AddDays(plan.Opening(), -1) : plan.last;
    scope.at = store::DateLiteral(last);
    scope.ends_at = store::InstantLiteral(std::min(plan.query->zone.EndOfDay(last), After(plan.query->as_of)));
  }
  if (scan.kind == ScanKind::kRunning && scope.is_spread) {
    scope.opening = "spine.first_day";
  } else {
    scope.opening = store::DateLiteral(plan.Opening());
    // The period of a row, or what is asked of it.
    if (scan.time && !plan.buckets.empty()) {
      const std::string day = fmt::format("{}.{}", Name(scan.view->name), Name(scan.time->column));
      scope.opening =
          fmt::format("greatest({}, {})", PeriodSql(day, plan.query->grain, plan.query->first_month), scope.opening);
    }
  }
  return scope;
}

Result<std::vector<std::string>> AskedTerms(const Plan& plan, const View& view, Scope& scope, SqlWriter& writer) {
  std::vector<std::string> terms;
  if (!plan.query->where.empty()) {
    const ViewNames names(view, plan.catalog->views());
    auto asked = ParseCondition(plan.query->where, names);
    if (!asked) return Fail(InCondition(asked.error(), "where"));
    terms.push_back(writer.Asked(*asked, scope));
  }
  if (!plan.query->team_ids.empty()) {
    std::vector<std::string> teams;
    teams.reserve(plan.query->team_ids.size());
    for (const std::string& id : plan.query->team_ids) teams.push_back(writer.Bind(id));
    terms.push_back(fmt::format("{} IN ({})", writer.Column(*view.team, scope), Joined(teams, ", ")));
  }
  if (!plan.query->segment.empty()) {
    terms.push_back(fmt::format("{} = {}", writer.Column(*view.segment, scope), writer.Bind(plan.query->segment)));
  }
  // A mart has none of them.
  if (scope.mart != nullptr) return terms;
  for (const Described* taken : TakenWith(view, plan.query->leave_out)) {
    terms.push_back("NOT " + IsLeftOut(plan.query->leave_out, taken->entity, writer.Column(taken->id, scope)));
  }
  return terms;
}

Result<std::string> WhereOf(const Plan& plan, const Scan& scan, Scope& scope, SqlWriter& writer) {
  std::vector<std::string> terms;
  if (scan.time) {
    const std::string day = writer.Column(*scan.time, scope);
    if (plan.first || scan.is_since_opening) {
      terms.push_back(fmt::format("{} >= {}", day, store::DateLiteral(plan.Opening())));
    }
    terms.push_back(fmt::format("{} <= {}", day, store::DateLiteral(plan.last)));
  } else if (scope.is_past && !scope.is_spread) {
    terms.push_back(SqlWriter::HeldThen(scope));
  }
  const std::vector<const Condition*> widest = WidestFilters(plan, scan);
  std::vector<std::string> filters;
  filters.reserve(widest.size());
  for (const Condition* filter : widest) filters.push_back(writer.Definition(*filter, scope));
  if (!filters.empty()) terms.push_back(filters.size() == 1 ? filters.front() : "(" + Joined(filters, " OR ") + ")");
  WEIR_TRY(const std::vector<std::string> asked, AskedTerms(plan, *scan.view, scope, writer));
  terms.insert(terms.end(), asked.begin(), asked.end());
  return terms.empty() ? std::string("TRUE") : Joined(terms, " AND ");
}

std::optional<std::pair<ColumnRef, ColumnRef>> ConvertedBy(const Metric& base, const View& view) {
  std::vector<ColumnRef> columns;
  if (base.measure.value) CollectColumns(*base.measure.value, columns);
  for (const auto& [converted, original] : view.converted) {
    const auto found = std::ranges::find(columns, converted, &ColumnRef::column);
    if (found != columns.end()) return std::pair(*found, ColumnRef{.column = original});
  }
  return std::nullopt;
}

std::vector<Part> PartsOf(const Metric& base, std::size_t index, const View& view) {
  const auto name = [&](char letter) { return fmt::format("{}{}", letter, index); };
  switch (base.measure.aggregate) {
    case Aggregate::kCount:
    case Aggregate::kCountDistinct:
    case Aggregate::kMedian:
      return {{name('b'), "BIGINT"}};
    case Aggregate::kSum:
      break;
  }
  std::vector<Part> parts{{name('b'), fmt::format("DECIMAL(38,{})", base.measure.scale)}, {name('n'), "BIGINT"}};
  if (ConvertedBy(base, view)) parts.push_back({name('u'), "BIGINT"});
  return parts;
}

Result<std::string> ScanSql(const Plan& plan, const Scan& scan, SqlWriter& writer) {
  if (scan.is_ranked) return RankedSql(plan, scan, writer);
  Scope scope = ScopeOf(plan, scan);
  std::vector<std::string> columns;
  if (!plan.buckets.empty()) columns.push_back(PeriodOf(plan, scan, scope, writer) + " AS period");
  for (std::string& column : DimensionsSql(plan, scan, scope, writer)) columns.push_back(std::move(column));
  const std::size_t keys = columns.size();
  for (const std::size_t index : scan.bases) {
    const Metric& base = *plan.bases[index];
    const std::string condition = OwnFilter(plan, scan, base, scope, writer);
    columns.push_back(fmt::format("{} AS b{}", AggregateSql(plan, base, condition, scope, writer), index));
    const auto parts = PartsOf(base, index, *scan.view);
    const std::string rows = CountSql(condition, scope);
    if (parts.size() > 1) columns.push_back(fmt::format("{} AS n{}", rows, index));
    if (parts.size() > 2 && scope.mart != nullptr) {
      const std::string known = Filtered(
          fmt::format("sum({}.c{})", Name(scan.view->name), SumIn(*scope.mart, *plan.catalog, base)), condition);
      columns.push_back(fmt::format("{} - CAST(coalesce({}, 0) AS BIGINT) AS u{}", rows, known, index));
    } else if (parts.size() > 2) {
      const std::string amount = writer.Column(ConvertedBy(base, *scan.view)->first, scope);
      const std::string known = Filtered(fmt::format("count({})", amount), condition);
      columns.push_back(fmt::format("{} - {} AS u{}", rows, known, index));
    }
  }
  WEIR_TRY(std::string where, WhereOf(plan, scan, scope, writer));
  const std::string spine = SpineCondition(scan, scope, writer);
  return fmt::format("SELECT {}\n  {}\n  WHERE {}{}", Joined(columns, ", "), writer.From(scope, spine), where,
                     GroupBy(keys));
}

}  // namespace weir::metrics
