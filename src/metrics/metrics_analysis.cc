#include "metrics/metrics_analysis.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "analysis/params.h"
#include "metrics/custom_columns.h"
#include "metrics/query.h"
#include "metrics/question.h"
#include "metrics/scan.h"
#include "metrics/seals.h"
#include "metrics/versions.h"

namespace weir::metrics {
namespace {

using analysis::Context;
using analysis::Evidence;
using analysis::Output;
using analysis::ParamVisitor;
using analysis::Table;

constexpr std::size_t kMaxRows = 200'000;
constexpr std::size_t kMaxEvidence = 1000;

struct MetricsParams {
  std::vector<std::string> metrics = {};
  std::vector<std::string> by = {};
  std::string grain = "none";
  QuestionParams question = {};
  bool running = false;
  std::int64_t definition_version = 0;

  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "metrics",
                 .help = {"Which metrics; none lists the catalogue", "Какие показатели; без них — весь каталог"},
                 .positional = true},
                metrics);
    visitor.Add({.name = "by",
                 .help = {"Split by these dimensions, or by ext.SOURCE.OBJECT.COLUMN (see metrics columns)",
                          "Разрезы, в том числе ext.ИСТОЧНИК.ОБЪЕКТ.СТОЛБЕЦ (см. metrics columns)"}},
                by);
    visitor.Add({.name = "grain", .help = {"A row for each", "Строка на каждый"}, .allowed = GrainNames()}, grain);
    question.DescribePeriod(visitor);
    visitor.Add({.name = "running",
                 .help = {"Each period holds all from the first day to its end",
                          "Каждый период содержит всё с первого дня до своего конца"}},
                running);
    question.DescribeRows(visitor);
    visitor.Add({.name = "definition_version",
                 .help = {"By this version of the definition, with those that it rested on then; of one metric (see "
                          "metrics history)",
                          "По этой версии определения вместе с теми, на которых оно тогда стояло; для одного "
                          "показателя (см. metrics history)"}},
                definition_version);
  }
};

Result<Query> AskedBy(const MetricsParams& params, Context& context) {
  WEIR_TRY(Query query, QueryOf(params.question, context));
  query.metrics = params.metrics;
  query.by = params.by;
  query.grain = *GrainNamed(params.grain);
  query.is_running = params.running;
  return query;
}

// A series needs a first day: that of the first row, or of as-of where there are no rows.
Status SetFirstDay(const MetricCatalog& catalog, Query& query, Context& context) {
  if (query.grain == Grain::kNone || query.from) return {};
  WEIR_TRY(const std::optional<Date> first, FirstDay(catalog, query, store::DuckDbDialect(), context.session()));
  const Date last = query.to ? std::min(*query.to, query.AsOfDay()) : query.AsOfDay();
  query.from = std::min(first.value_or(last), last);
  return {};
}

// Amounts that no rate converts are left out of sums, and said so. Rows without an amount are quickly counted with the
// sums; why they have none is asked only where there are any.
Result<std::vector<analysis::Warning>> WarnUnconverted(const MetricCatalog& catalog, const Query& query,
                                                       const store::Rows& rows, std::size_t hidden,
                                                       store::Session& session) {
  std::vector<analysis::Warning> warnings;
  std::int64_t without_amount = 0;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t i = rows.columns.size() - hidden; i < rows.columns.size(); ++i) {
      without_amount += rows.IntegerAt(row, i);
    }
  }
  if (without_amount == 0) return warnings;
  WEIR_TRY(const std::int64_t count, CountUnconverted(catalog, query, session));
  if (count == 0) return warnings;
  warnings.push_back(NoExchangeRate(count, query.currency));
  return warnings;
}

// How many rows a metric leaves out because nothing can be known of them, and the systems that they are of.
struct Unknown {
  std::int64_t count = 0;
  std::vector<std::string> systems = {};
};

Result<Unknown> CountUnknown(const MetricCatalog& catalog, const Query& query, const Metric& counted,
                             store::Session& session) {
  constexpr std::string_view kSystem = "system";
  Query whole = query;
  whole.metrics = {counted.id};
  whole.by.clear();
  if (std::ranges::find(counted.dimensions, kSystem) != counted.dimensions.end()) whole.by.emplace_back(kSystem);
  whole.grain = Grain::kNone;
  WEIR_TRY(const Compiled compiled, Compile(catalog, whole, store::DuckDbDialect()));
  Unknown unknown;
  if (compiled.is_empty) return unknown;
  WEIR_TRY(const store::Rows rows, session.Query(compiled.sql, compiled.parameters));
  for (std::size_t row = 0; row < rows.size(); ++row) {
    unknown.count += rows.IntegerAt(row, 1 + whole.by.size());
    if (!whole.by.empty()) unknown.systems.push_back(rows.TextAt(row, 1));
  }
  return unknown;
}

// Missing is said with its reason, once however many metrics miss the same.
Result<std::vector<analysis::Warning>> WarnUnknown(const MetricCatalog& catalog, const Query& query,
                                                   store::Session& session) {
  std::vector<analysis::Warning> warnings;
  std::set<std::string> said;
  for (const std::string& id : query.metrics) {
    const Metric& metric = *catalog.FindMetric(id);
    if (metric.unknown.empty() || !said.insert(metric.unknown).second) continue;
    const Metric& counted = *catalog.FindMetric(metric.unknown);
    WEIR_TRY(const Unknown unknown, CountUnknown(catalog, query, counted, session));
    if (unknown.count == 0) continue;
    const std::string systems = fmt::format("{}", fmt::join(unknown.systems, ", "));
    warnings.push_back(
        {.code = "unknown_left_out",
         .message = MakePhrase("{}: {} ({}) are left out. {}",
                               Phrase{.text = metric.title.en, .russian = metric.title.ru}, unknown.count, systems,
                               Phrase{.text = counted.description.en, .russian = counted.description.ru}),
         .params = {{"count", fmt::format("{}", unknown.count)},
                    {"systems", systems},
                    {"metric_en", metric.title.en},
                    {"metric_ru", metric.title.ru},
                    {"reason_en", counted.description.en},
                    {"reason_ru", counted.description.ru}}});
  }
  return warnings;
}

std::vector<std::string> KeyOf(const Query& query) {
  std::vector<std::string> key{"period"};
  key.insert(key.end(), query.by.begin(), query.by.end());
  return key;
}

// The catalogue of the version that was asked for; null: the one in force.
Result<std::shared_ptr<const MetricCatalog>> CatalogAsked(const MetricCatalog& current, const MetricsParams& params,
                                                          Context& context) {
  if (params.definition_version == 0) return std::shared_ptr<const MetricCatalog>();
  if (params.metrics.size() != 1) {
    return Fail(BadUsage("a version is of one metric, and {} are asked for", params.metrics.size())
                    .Field("definition_version")
                    .Mend("Ask for each metric by itself"));
  }
  return CatalogOfVersion(current, params.metrics.front(), params.definition_version, context.session(),
                          context.known_at());
}

Result<Output> RunMetrics(const MetricCatalog& current, const MetricsParams& params, Context& context) {
  WEIR_TRY(const std::shared_ptr<const MetricCatalog> asked, CatalogAsked(current, params, context));
  const MetricCatalog& governed = asked ? *asked : current;
  if (params.metrics.empty()) return Output{.tables = {DefinitionsTable(governed)}};
  WEIR_TRY(Query query, AskedBy(params, context));
  WEIR_TRY(const std::vector<CustomColumn> custom, NamedColumns(query.by, query.where, context.session()));
  std::optional<MetricCatalog> wider;
  if (!custom.empty()) wider = governed.With(custom);
  const MetricCatalog& catalog = wider ? *wider : governed;
  for (const std::string& id : query.metrics) WEIR_TRY(catalog.Require(id));
  WEIR_TRY(SetFirstDay(catalog, query, context));
  WEIR_TRY(Compiled compiled, Compile(catalog, query, store::DuckDbDialect()));
  Output output;
  Table table{.name = "metrics", .key = KeyOf(query), .columns = std::move(compiled.columns)};
  if (compiled.is_empty) {
    output.warnings.push_back(
        {.code = "after_as_of",
         .message = MakePhrase("the period begins after the moment that is asked for: there is nothing yet")});
  } else {
    WEIR_TRY(store::Rows rows, context.session().Query(compiled.sql, compiled.parameters, kMaxRows));
    WEIR_TRY(output.warnings, WarnUnconverted(catalog, query, rows, compiled.hidden_columns, context.session()));
    WEIR_TRY(std::vector<analysis::Warning> unknown, WarnUnknown(catalog, query, context.session()));
    std::ranges::move(unknown, std::back_inserter(output.warnings));
    std::ranges::move(WarnOfManyValues(query.by, custom), std::back_inserter(output.warnings));
    if (!query.from && std::ranges::any_of(query.metrics, [&](const std::string& id) {
          return std::ranges::any_of(catalog.BasesOf(*catalog.FindMetric(id)),
                                     [](const Metric* base) { return AsksForOpening(*base); });
        })) {
      output.warnings.push_back(
          {.code = "opening_assumed",
           .message =
               MakePhrase("what is counted from the opening of a period is of the twelve months to the last day: "
                          "no first day is asked for")});
    }
    WEIR_TRY(const std::vector<LeftOut> left_out, CountLeftOut(catalog, query, context.session()));
    std::ranges::move(WarnOfLeftOut(left_out), std::back_inserter(output.warnings));
    if (!params.question.with_excluded) {
      Query days = query;
      days.from = params.question.from;  // not the first day that has a row
      WEIR_TRY(std::vector<analysis::Warning> sealed, WarnOfSeals(catalog, days, context));
      std::ranges::move(sealed, std::back_inserter(output.warnings));
    }
    table.rows = std::move(rows.rows);
    for (auto& row : table.rows) row.resize(table.columns.size());
  }
  if (compiled.reads_history) {
    WEIR_TRY(output.history, HistoryOf(catalog, query.metrics, context.session()));
  }
  WEIR_TRY(std::vector<analysis::Warning> holes,
           WarnOfHoles(catalog, query.metrics, compiled.reads_history, context.session()));
  std::ranges::move(holes, std::back_inserter(output.warnings));
  if (params.metrics.size() == 1) {
    const Metric& metric = *catalog.FindMetric(params.metrics.front());
    output.definition = {metric.id, metric.version};
  }
  output.tables.push_back(std::move(table));
  return output;
}

// The rows behind a row of the table: those of its first metric.
Result<Evidence> ExplainMetrics(const MetricCatalog& current, const MetricsParams& params,
                                const std::vector<std::string>& key, Context& context) {
  WEIR_TRY(const std::shared_ptr<const MetricCatalog> asked, CatalogAsked(current, params, context));
  const MetricCatalog& governed = asked ? *asked : current;
  WEIR_TRY(Query query, AskedBy(params, context));
  WEIR_TRY(const std::vector<CustomColumn> custom, NamedColumns(query.by, query.where, context.session()));
  std::optional<MetricCatalog> wider;
  if (!custom.empty()) wider = governed.With(custom);
  const MetricCatalog& catalog = wider ? *wider : governed;
  if (query.metrics.empty()) return Fail(BadUsage("no metric is asked for").Field("metrics"));
  query.metrics.resize(1);
  WEIR_TRY(catalog.Require(query.metrics.front()));
  if (key.size() != query.by.size() + 1) {
    return Fail(BadUsage("the key has {} values, the table {}: period{}{}", key.size(), query.by.size() + 1,
                         query.by.empty() ? "" : ", ", fmt::join(query.by, ", "))
                    .Field("explain"));
  }
  if (query.grain != Grain::kNone) {
    const auto period = ParseIsoDate(key.front());
    if (!period) return Fail(BadUsage("'{}' is not the first day of a period", key.front()).Field("explain"));
    const DayRange days = PeriodAround(*period, query.grain, query.first_month);
    query.to = query.to ? std::min(*query.to, days.last) : days.last;
    if (!query.is_running) query.from = query.from ? std::max(*query.from, days.first) : days.first;
    query.grain = Grain::kNone;
  }
  const std::vector<std::string> values(key.begin() + 1, key.end());
  return RowsBehind(catalog, query, values, kMaxEvidence, context.session());
}

analysis::Info MetricsInfo(const MetricCatalog& catalog) {
  using analysis::ColumnType;
  analysis::Info info{.id = "metrics",
                      .title = {"Metrics", "Показатели"},
                      .help = {"Any metrics of the catalogue by period and dimensions, each by its one definition. "
                               "Without from and to: all time up to as-of in one row.",
                               "Любые показатели каталога по периодам и разрезам, каждый по единому определению. Без "
                               "from и to — всё время до даты отчёта одной строкой."},
                      .needs = NeedsOf(catalog)};
  info.tables.push_back({.name = "metrics",
                         .title = {"Metrics", "Показатели"},
                         .key = {"period"},
                         .columns = {{.name = "period", .type = ColumnType::kDate, .title = {"Period", "Период"}}},
                         .chart = analysis::Chart{.kind = "line", .x = "period"},
                         .is_open = true});
  info.tables.push_back(DefinitionsSpec());
  return info;
}

// The forms on the page offer what the catalogue has.
void OfferNames(const MetricCatalog& catalog, std::vector<analysis::ParamSpec>& specs) {
  for (analysis::ParamSpec& spec : specs) {
    if (spec.info.name == "metrics") {
      for (const Metric& metric : catalog.metrics()) {
        if (!metric.is_part) spec.info.allowed.push_back(metric.id);
      }
    } else if (spec.info.name == "by") {
      std::set<std::string> dimensions;
      for (const Metric& metric : catalog.metrics())
        dimensions.insert(metric.dimensions.begin(), metric.dimensions.end());
      spec.info.allowed.assign(dimensions.begin(), dimensions.end());
      spec.info.is_open = true;
    }
  }
}

}  // namespace

analysis::Analysis MetricsAnalysis(std::shared_ptr<const MetricCatalog> catalog) {
  analysis::Analysis declared{.info = MetricsInfo(*catalog), .params = analysis::SpecsOf<MetricsParams>()};
  OfferNames(*catalog, declared.params);
  declared.run = [catalog](const analysis::RawParams& raw, Context& context) -> Result<Output> {
    WEIR_TRY(MetricsParams params, analysis::Bind<MetricsParams>(raw));
    return RunMetrics(*catalog, params, context);
  };
  declared.explain = [catalog](const analysis::RawParams& raw, const std::string& table,
                               const std::vector<std::string>& key, Context& context) -> Result<Evidence> {
    if (table != "metrics") return Fail(NotFound("table '{}' has no rows behind it", table).Field("explain"));
    WEIR_TRY(MetricsParams params, analysis::Bind<MetricsParams>(raw));
    return ExplainMetrics(*catalog, params, key, context);
  };
  return declared;
}

}  // namespace weir::metrics
