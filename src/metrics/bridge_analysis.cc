// metrics.explain: why one number is not another.
#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include "analysis/columns.h"
#include "analysis/params.h"
#include "metrics/bridge.h"
#include "metrics/bridge_steps.h"
#include "metrics/bridge_words.h"
#include "metrics/custom_columns.h"
#include "metrics/metrics_analysis.h"
#include "metrics/question.h"
#include "metrics/versions.h"

namespace weir::metrics {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::Evidence;
using analysis::Of;
using analysis::Output;
using analysis::ParamVisitor;
using analysis::Table;
using analysis::TextOf;

constexpr std::int64_t kMostListed = 1000;
constexpr std::size_t kMostParts = 60;

struct ExplainParams {
  std::vector<std::string> metrics = {};
  QuestionParams question = {};
  std::string against = {};
  std::optional<Date> start_from = {};
  std::optional<Date> start_to = {};
  std::string start_as_of = {};
  std::int64_t start_known_at = 0;
  std::int64_t start_definition_version = 0;
  std::string by = {};
  std::int64_t rows = 100;

  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "metrics",
                 .help = {"The metric; two of them: the definitions to compare, from the first to the second",
                          "Показатель; если два — определения, которые сравниваются, от первого ко второму"},
                 .required = true,
                 .positional = true},
                metrics);
    question.DescribePeriod(visitor);
    visitor.Add({.name = "against",
                 .help = {"Start from the same part of the period before, or of a year ago",
                          "Начать с той же части прошлого периода или с неё же год назад"},
                 .allowed = {"previous", "year_ago"}},
                against);
    visitor.Add(
        {.name = "start_from", .help = {"First day of the period to start from", "Первый день исходного периода"}},
        start_from);
    visitor.Add(
        {.name = "start_to", .help = {"Last day of the period to start from", "Последний день исходного периода"}},
        start_to);
    visitor.Add(
        {.name = "start_as_of",
         .help = {"Start from what was true at this day or moment", "Начать с того, что было на этот день или момент"}},
        start_as_of);
    visitor.Add(
        {.name = "start_known_at",
         .help = {"Start from what was known by this data version", "Начать с того, что знали в этой версии данных"}},
        start_known_at);
    visitor.Add({.name = "start_definition_version",
                 .help = {"Start from this version of the definition (see metrics history)",
                          "Начать с этой версии определения (см. metrics history)"}},
                start_definition_version);
    visitor.Add({.name = "by",
                 .help = {"Parts are the values of this dimension; of a ratio its mix and its own change",
                          "Части — значения этого разреза; у отношений — доля и собственное изменение"}},
                by);
    question.DescribeRows(visitor);
    visitor.Add({.name = "rows",
                 .help = {"So many rows of each part are listed, the greatest first",
                          "Сколько строк каждой части перечислить, сначала самые крупные"}},
                rows);
  }
};

Error NeedsAnother() {
  return BadUsage("there is nothing to compare with")
      .Field("metrics")
      .Mend(
          "Name a second metric, or give 'against', 'start_from' and 'start_to', 'start_as_of', 'start_known_at' or "
          "'start_definition_version'");
}

// Which one of the ways to have two numbers was asked for.
Result<Compared> WhatIsCompared(const ExplainParams& params) {
  if (params.metrics.empty() || params.metrics.size() > 2) {
    return Fail(BadUsage("one metric or two, not {}", params.metrics.size()).Field("metrics"));
  }
  const bool has_moment = !params.start_as_of.empty() || params.start_known_at != 0;
  const bool has_period = !params.against.empty() || params.start_from || params.start_to;
  const bool has_version = params.start_definition_version != 0;
  const int ways =
      (params.metrics.size() == 2 ? 1 : 0) + (has_version ? 1 : 0) + (has_moment ? 1 : 0) + (has_period ? 1 : 0);
  if (ways > 1) {
    return Fail(BadUsage("definitions, periods and moments are compared one at a time: else no part has one reason")
                    .Field("metrics"));
  }
  if (!params.against.empty() && (params.start_from || params.start_to)) {
    return Fail(BadUsage("'against' names the period to start from already").Field("against"));
  }
  if (has_moment) return Compared::kMoments;
  if (has_version) return Compared::kDefinitions;
  if (has_period || (params.metrics.size() == 1 && params.question.from)) return Compared::kPeriods;
  if (params.metrics.size() == 1) return Fail(NeedsAnother());
  if (params.metrics[0] == params.metrics[1]) return Fail(NeedsAnother());
  return Compared::kDefinitions;
}

Result<Query> AskedBy(const ExplainParams& params, const std::string& metric, Context& context) {
  WEIR_TRY(Query query, QueryOf(params.question, context));
  query.metrics = {metric};
  return query;
}

// The period to start from: that which is named, or the one before.
Status SetStartPeriod(const ExplainParams& params, const Metric& metric, const Query& end, Query& start) {
  if (params.start_from || params.start_to) {
    start.from = params.start_from;
    start.to = params.start_to;
    return {};
  }
  const Date last = end.to ? std::min(*end.to, end.AsOfDay()) : end.AsOfDay();
  if (!end.from || *end.from > last) {
    return Fail(BadUsage("a period to compare with needs a first day").Field("from").Mend("Give 'from', and 'to'"));
  }
  // Of a stock the day before the period is where it began.
  if (metric.IsStock() && params.against != "year_ago") {
    start.to = AddDays(*end.from, -1);
    start.from.reset();
    return {};
  }
  if (params.against == "year_ago") {
    start.from = AddMonths(*end.from, -12);
    start.to = AddMonths(last, -12);
    return {};
  }
  const DayRange before = SamePartOfLastPeriod({*end.from, last}, end.first_month);
  start.from = before.first;
  start.to = before.last;
  return {};
}

Result<Instant> MomentOf(const std::string& text, const TimeZone& zone) {
  if (const auto date = ParseIsoDate(text)) return Instant{zone.EndOfDay(*date).micros - 1};
  if (const auto instant = ParseIsoInstant(text)) return *instant;
  return Fail(BadUsage("'{}' is not a moment", text)
                  .Field("start_as_of")
                  .Mend("Use a date (2026-11-23, the end of that day) or an instant (2026-11-23T09:40:00Z)"));
}

// The definition has to be the same in both: what it was at a past data version is not at hand here.
Status CheckDefinition(const Metric& metric, Context& other) {
  WEIR_TRY(const Output catalog, other.Run("metrics.catalog", {}));
  const Table& table = *catalog.Find("definitions");
  for (const auto& row : table.rows) {
    if (store::ToText(row[table.IndexOf("id")]) != metric.id) continue;
    const std::string version = store::ToText(row[table.IndexOf("version")]);
    if (version == fmt::format("{}", metric.version)) return {};
    return Fail(BadUsage("at that data version '{}' was defined by version {}, now by version {}", metric.id, version,
                         metric.version)
                    .Field("start_known_at")
                    .Mend("Compare data versions that have one definition"));
  }
  if (metric.is_part) return {};
  return Fail(NotFound("at that data version there was no metric '{}'", metric.id).Field("start_known_at"));
}

// Both sides with what they read; the session of the other moment lives as long as this.
struct Asked {
  MetricCatalog wider;                      // with the custom columns that the condition names
  std::optional<MetricCatalog> older = {};  // of another version of the definition, so too
  std::unique_ptr<Context> other = {};
  Comparison comparison = {};
};

Result<std::unique_ptr<Asked>> Prepare(const MetricCatalog& governed, const ExplainParams& params, Context& context) {
  WEIR_TRY(const Compared what, WhatIsCompared(params));
  WEIR_TRY(const std::vector<CustomColumn> custom, NamedColumns({}, params.question.where, context.session()));
  auto asked = std::make_unique<Asked>(Asked{.wider = custom.empty() ? governed : governed.With(custom)});
  const MetricCatalog& catalog = asked->wider;
  Comparison& comparison = asked->comparison;
  comparison.what = what;
  comparison.by = params.by;
  Side& start = comparison.start;
  Side& end = comparison.end;
  WEIR_TRY(start.metric, catalog.Require(params.metrics.front()));
  WEIR_TRY(end.metric, catalog.Require(params.metrics.back()));
  start.catalog = end.catalog = &catalog;
  start.session = end.session = &context.session();
  WEIR_TRY(end.query, AskedBy(params, end.metric->id, context));
  start.query = end.query;
  start.query.metrics = {start.metric->id};
  if (params.start_definition_version != 0) {
    WEIR_TRY(const auto found, CatalogOfVersion(governed, end.metric->id, params.start_definition_version,
                                                context.session(), context.known_at()));
    if (!found) return Fail(NeedsAnother());
    asked->older = custom.empty() ? *found : found->With(custom);
    start.catalog = &*asked->older;
    start.metric = start.catalog->FindMetric(end.metric->id);
  }
  if (what == Compared::kPeriods) {
    WEIR_TRY(SetStartPeriod(params, *start.metric, end.query, start.query));
  }
  if (what == Compared::kMoments) {
    std::optional<Instant> moment;
    if (!params.start_as_of.empty()) {
      WEIR_TRY(moment, MomentOf(params.start_as_of, end.query.zone));
    }
    std::optional<std::int64_t> version;
    if (params.start_known_at != 0) version = params.start_known_at;
    WEIR_TRY(asked->other, context.Elsewhere(moment, version));
    if (version) {
      WEIR_TRY(CheckDefinition(*start.metric, *asked->other));
    }
    WEIR_TRY(start.query, AskedBy(params, start.metric->id, *asked->other));
    start.session = &asked->other->session();
  }
  return asked;
}

analysis::TableSpec BridgeSpec() {
  return {.name = "bridge",
          .title = {"From the start to the end", "От начала к концу"},
          .key = {"part"},
          .columns = {CountOf("position", "Position", "Место"), TextOf("part", "Part", "Часть"),
                      TextOf("kind", "Kind: start, part or end", "Вид: start — начало, part — часть, end — итог"),
                      TextOf("title_en", "What it is", "Что это"), TextOf("title_ru", "What it is", "Что это"),
                      Of("value", ColumnType::kDecimal, "Value", "Значение"), CountOf("row_count", "Rows", "Строк")},
          .chart = analysis::Chart{.kind = "waterfall", .x = "title_en", .y = "value"}};
}

analysis::TableSpec SidesSpec() {
  return {.name = "sides",
          .title = {"What is compared", "Что сравнивается"},
          .key = {"side"},
          .columns = {TextOf("side", "Side: start or end", "Сторона: start — начало, end — итог"),
                      TextOf("metric", "Metric", "Показатель"),
                      Of("version", ColumnType::kInteger, "Version of the definition", "Версия определения"),
                      TextOf("title_en", "Title", "Название"), TextOf("title_ru", "Title", "Название"),
                      Of("from", ColumnType::kDate, "First day", "Первый день"),
                      Of("to", ColumnType::kDate, "Last day", "Последний день"),
                      Of("as_of", ColumnType::kInstant, "As of", "На момент"),
                      Of("known_at", ColumnType::kInteger, "Data version", "Версия данных"),
                      Of("value", ColumnType::kDecimal, "Value", "Значение")}};
}

Table BridgeTable(const Bridge& bridge, const Comparison& comparison) {
  const analysis::TableSpec spec = BridgeSpec();
  Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  analysis::Column& value = table.columns[table.IndexOf("value")];
  value.type = bridge.end.column.type;
  value.unit = bridge.end.column.unit;
  std::int64_t position = 0;
  const auto add = [&](const std::string& part, const char* kind, const Text& title, store::Value cell,
                       store::Value rows) {
    table.rows.push_back({position++, part, std::string(kind), title.en, title.ru, std::move(cell), std::move(rows)});
  };
  const auto title = [&](const Side& side) {
    if (comparison.start.catalog != comparison.end.catalog && comparison.what == Compared::kDefinitions) {
      return Fill({"{}, version {}", "{}, версия {}"},
                  {side.metric->title, {std::to_string(side.metric->version), std::to_string(side.metric->version)}});
    }
    if (comparison.what == Compared::kDefinitions) return side.metric->title;
    if (comparison.what == Compared::kMoments && comparison.start.query.as_of == comparison.end.query.as_of) {
      return &side == &comparison.start ? Text{"As it was known", "Как было известно"}
                                        : Text{"As it is known", "Как известно"};
    }
    if (comparison.what == Compared::kMoments) return DaysInWords(side.query.AsOfDay(), side.query.AsOfDay());
    if (side.metric->IsStock()) return DaysInWords(side.last_day(), side.last_day());
    return DaysInWords(side.query.from, side.query.to);
  };
  add("start", "start", title(comparison.start), Cell(bridge.start.units, bridge.start), {});
  for (const BridgePart& part : bridge.parts) {
    add(part.key, "part", part.title, Cell(part.units, bridge.end), static_cast<std::int64_t>(part.rows.size()));
  }
  add("end", "end", title(comparison.end), Cell(bridge.end.units, bridge.end), {});
  return table;
}

Table SidesTable(const Bridge& bridge, const Asked& asked, const Context& context) {
  const analysis::TableSpec spec = SidesSpec();
  Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  analysis::Column& value = table.columns[table.IndexOf("value")];
  value.type = bridge.end.column.type;
  value.unit = bridge.end.column.unit;
  const auto day = [](const std::optional<Date>& date) { return date ? store::Value(*date) : store::Value(); };
  for (const bool is_start : {true, false}) {
    const Side& side = is_start ? asked.comparison.start : asked.comparison.end;
    const Number& number = is_start ? bridge.start : bridge.end;
    const Context& at = is_start && asked.other ? *asked.other : context;
    table.rows.push_back({std::string(is_start ? "start" : "end"), side.metric->id, side.metric->version,
                          side.metric->title.en, side.metric->title.ru, day(side.query.from), day(side.query.to),
                          side.query.as_of, at.known_at(), Cell(number.units, number)});
  }
  return table;
}

Table RowsTable(const Bridge& bridge, std::int64_t limit) {
  const analysis::TableSpec spec = PartRowsSpec();
  Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  for (const BridgePart& part : bridge.parts) AddPartRows(part, limit, table);
  return table;
}

// Many small parts of one kind become unreadable: the smallest are added up, rows and all.
void JoinSmallest(Bridge& bridge) {
  if (bridge.parts.size() <= kMostParts) return;
  const auto magnitude = [](const BridgePart& part) { return part.units < 0 ? -part.units : part.units; };
  std::ranges::stable_sort(bridge.parts, std::greater<>(), magnitude);
  const bool is_alike = std::ranges::all_of(
      bridge.parts, [&](const BridgePart& part) { return part.row_scale == bridge.parts.front().row_scale; });
  BridgePart others{
      .key = "others", .title = {"All others", "Все остальные"}, .row_scale = bridge.parts.front().row_scale};
  for (std::size_t i = kMostParts - 1; i < bridge.parts.size(); ++i) {
    others.units += bridge.parts[i].units;
    if (is_alike) std::ranges::move(bridge.parts[i].rows, std::back_inserter(others.rows));
  }
  bridge.parts.resize(kMostParts - 1);
  bridge.parts.push_back(std::move(others));
}

Status AddWarnings(const Asked& asked, Output& output) {
  const Comparison& comparison = asked.comparison;
  const Query& query = comparison.end.query;
  std::int64_t unconverted = 0;
  for (const Side* side : {&comparison.start, &comparison.end}) {
    WEIR_TRY(const std::int64_t count, CountUnconverted(*side->catalog, side->query, *side->session));
    unconverted = std::max(unconverted, count);
    WEIR_TRY(const std::vector<LeftOut> left_out, CountLeftOut(*side->catalog, side->query, *side->session));
    if (side == &comparison.end) std::ranges::move(WarnOfLeftOut(left_out), std::back_inserter(output.warnings));
  }
  if (unconverted > 0) output.warnings.push_back(NoExchangeRate(unconverted, query.currency));
  if (comparison.start.last_day() < comparison.start.query.AsOfDay()) {
    WEIR_TRY(output.history,
             HistoryOf(*comparison.start.catalog, {comparison.start.metric->id, comparison.end.metric->id},
                       *comparison.start.session));
  }
  return {};
}

Result<Output> RunExplain(const MetricCatalog& catalog, const ExplainParams& params, Context& context) {
  if (params.rows < 0 || params.rows > kMostListed) {
    return Fail(BadUsage("'rows' is from 0 to {}", kMostListed).Field("rows"));
  }
  WEIR_TRY(const std::unique_ptr<Asked> asked, Prepare(catalog, params, context));
  WEIR_TRY(Bridge bridge, BuildBridge(asked->comparison));
  JoinSmallest(bridge);
  Output output;
  output.warnings = std::move(bridge.warnings);
  WEIR_TRY(AddWarnings(*asked, output));
  output.tables.push_back(BridgeTable(bridge, asked->comparison));
  output.tables.push_back(SidesTable(bridge, *asked, context));
  output.tables.push_back(RowsTable(bridge, params.rows));
  output.definition = {asked->comparison.end.metric->id, asked->comparison.end.metric->version};
  return output;
}

// The rows of a part; where it has rows of two kinds, those of the end, since the other kind is listed in `rows`.
Result<Evidence> ExplainExplained(const MetricCatalog& catalog, const ExplainParams& params, const std::string& table,
                                  const std::vector<std::string>& key, Context& context) {
  if (table == "rows" && key.size() == 3) return Evidence{.table = key[1], .ids = {key[2]}, .total = 1};
  if (table != "bridge" || key.size() != 1) {
    return Fail(NotFound("table '{}' has no rows behind it", table).Field("explain"));
  }
  WEIR_TRY(const std::unique_ptr<Asked> asked, Prepare(catalog, params, context));
  WEIR_TRY(Bridge bridge, BuildBridge(asked->comparison));
  JoinSmallest(bridge);
  const auto part = std::ranges::find(bridge.parts, key.front(), &BridgePart::key);
  if (part == bridge.parts.end()) return Fail(NotFound("there is no part '{}'", key.front()).Field("explain"));
  const Metric& metric = *asked->comparison.end.catalog->BasesOf(*asked->comparison.end.metric).front();
  Evidence evidence{.table = catalog.FindView(metric.view)->entity};
  const bool has_end =
      std::ranges::any_of(part->rows, [&](const PartRow& row) { return row.entity == evidence.table; });
  if (!has_end && !part->rows.empty()) evidence.table = part->rows.front().entity;
  std::set<std::string_view> seen;
  for (const PartRow& row : part->rows) {
    if (row.entity == evidence.table && seen.insert(row.id).second) evidence.ids.push_back(row.id);
  }
  evidence.total = static_cast<std::int64_t>(evidence.ids.size());
  if (evidence.ids.size() > static_cast<std::size_t>(kMostListed)) evidence.ids.resize(kMostListed);
  return evidence;
}

analysis::Info ExplainInfo(const MetricCatalog& catalog) {
  return {
      .id = "metrics.explain",
      .title = {"Why a number differs", "Почему число другое"},
      .help = {"From one number to another in named parts that add up to the last digit, each with its rows: two "
               "definitions of one period, two periods, two moments or two data versions. With one metric and a "
               "first day, the period before is the start.",
               "От одного числа к другому по названным частям, которые сходятся до последнего знака, с их строками: "
               "два определения, два периода, два момента или две версии данных. Если дан один показатель и первый "
               "день, начало — предыдущий период."},
      .asks = {"metrics.catalog"},
      .needs = NeedsOf(catalog),
      .tables = {BridgeSpec(), SidesSpec(), PartRowsSpec()}};
}

}  // namespace

analysis::Analysis ExplainAnalysis(std::shared_ptr<const MetricCatalog> catalog) {
  return analysis::DeclareOver<ExplainParams>(catalog, ExplainInfo(*catalog), &RunExplain, &ExplainExplained);
}

}  // namespace weir::metrics
