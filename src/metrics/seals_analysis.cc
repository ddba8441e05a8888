// metrics.seals: sealed months, what they are now, and why they differ.
#include <algorithm>

#include "analysis/columns.h"
#include "analysis/params.h"
#include "metrics/bridge_steps.h"
#include "metrics/metrics_analysis.h"
#include "metrics/question.h"
#include "metrics/seals.h"
#include "metrics/versions.h"

namespace weir::metrics {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::Of;
using analysis::Output;
using analysis::ParamVisitor;
using analysis::Table;
using analysis::Text;
using analysis::TextOf;

constexpr std::int64_t kRowsOfAPart = 100;

struct SealsParams {
  std::string metric = {};
  std::string month = {};

  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "metric", .help = {"Only of this metric", "Только по этому показателю"}, .positional = true},
                metric);
    visitor.Add({.name = "month",
                 .help = {"With a metric: only this month, as 2026-10, and why its number is another now",
                          "С показателем: только этот месяц, в виде 2026-10, и почему его число теперь другое"},
                 .positional = true},
                month);
  }
};

analysis::TableSpec SealsSpec() {
  return {
      .name = "seals",
      .title = {"Sealed months", "Зафиксированные месяцы"},
      .key = {"metric", "month"},
      .columns = {TextOf("metric", "Metric", "Показатель"), Of("month", ColumnType::kDate, "Month", "Месяц"),
                  Of("sealed", ColumnType::kDecimal, "Sealed", "Зафиксировано"),
                  Of("adjustment", ColumnType::kDecimal, "Adjustment", "Поправка"),
                  Of("now", ColumnType::kDecimal, "Now", "Сейчас"), TextOf("unit", "Unit", "Единица"),
                  Of("definition_version", ColumnType::kInteger, "Version of the definition", "Версия определения"),
                  Of("definition_now", ColumnType::kInteger, "Version now", "Версия сейчас"),
                  Of("data_version", ColumnType::kInteger, "Data version", "Версия данных"),
                  Of("as_of", ColumnType::kInstant, "As of", "На момент"),
                  TextOf("sealed_by", "Sealed by", "Кто зафиксировал"),
                  Of("sealed_at", ColumnType::kInstant, "Sealed on", "Когда"), TextOf("note", "Note", "Пояснение")}};
}

analysis::TableSpec CausesSpec() {
  return StepsSpec("causes", {"From the sealed number to that of now", "От зафиксированного числа к нынешнему"});
}

Result<std::vector<SealedMonth>> SealsAsked(const SealsParams& params, Context& context) {
  std::vector<std::string> metrics;
  if (!params.metric.empty()) metrics.push_back(params.metric);
  WEIR_TRY(std::vector<SealedMonth> seals, SealsOf(metrics, context));
  if (params.month.empty()) return seals;
  if (params.metric.empty()) return Fail(BadUsage("a month is asked of a metric").Field("month"));
  std::erase_if(seals,
                [&](const SealedMonth& seal) { return FormatDate(seal.days.first).substr(0, 7) != params.month; });
  if (seals.empty()) return Fail(NotFound("'{}' of {} is not sealed", params.metric, params.month).Field("month"));
  return seals;
}

// Whether all of these are in the unit of the sealed number, to the same digit.
bool AreAlike(const SealedMonth& seal, std::initializer_list<const Number*> numbers) {
  return std::ranges::all_of(numbers, [&](const Number* number) {
    return number->column.unit == seal.unit && number->digits == (*numbers.begin())->digits &&
           Rescale(seal.value, static_cast<std::uint8_t>(number->digits)).has_value();
  });
}

// The parts of a bridge, or where it cannot be built the difference as it is.
Status AddBridge(Steps& steps, const std::string& cause, const Text& whole, const Comparison& comparison,
                 const Number& start, const Number& end) {
  Result<Bridge> bridge = BuildBridge(comparison);
  if (bridge) {
    steps.Add(cause, std::move(*bridge));
    return {};
  }
  if (bridge.error().code() == Code::kBug || bridge.error().code() == Code::kCancelled) return Fail(bridge.error());
  steps.AddWhole(cause, whole, end.units - start.units);
  steps.warnings.push_back({.code = "no_bridge", .message = bridge.error().phrase(), .params = {}});
  return {};
}

// First other data under the sealed definition, then another definition over the data of now.
Result<Steps> CausesOf(const SealedMonth& seal, const MetricCatalog& catalog, Context& context) {
  WEIR_TRY(const std::unique_ptr<Context> then, context.Elsewhere(seal.as_of, seal.known_at));
  WEIR_TRY(const std::vector<DefinitionFile> files, MetricFilesAt(context.session(), seal.known_at));
  WEIR_TRY(const MetricCatalog sealed_by, MetricCatalog::Load(files));
  const auto side = [&](const MetricCatalog& of, Context& at) -> Result<Side> {
    WEIR_TRY(Query query, QueryOf({.from = seal.days.first, .to = seal.days.last}, at));
    query.metrics = {seal.metric};
    WEIR_TRY(const Metric* metric, of.Require(seal.metric));
    return Side{.catalog = &of, .metric = metric, .query = std::move(query), .session = &at.session()};
  };
  WEIR_TRY(const Side start, side(sealed_by, *then));
  WEIR_TRY(const Side between, side(sealed_by, context));
  WEIR_TRY(const Side end, side(catalog, context));
  WEIR_TRY(const Number was, NumberOf(start));
  WEIR_TRY(const Number by_old, NumberOf(between));
  Steps steps{.start = was, .start_title = {"Sealed", "Зафиксировано"}, .end_title = {"Now", "Сейчас"}};
  WEIR_TRY(steps.end, NumberOf(end));
  if (!AreAlike(seal, {&was, &by_old, &steps.end})) {
    return Fail(Conflict("'{}' is of another unit now than the sealed number ({})", seal.metric, seal.unit));
  }
  steps.start.units = Rescale(seal.value, static_cast<std::uint8_t>(was.digits))->units;
  steps.AddWhole("program",
                 {"This release of Weir counts the same data otherwise", "Этот выпуск Weir считает те же данные иначе"},
                 was.units - steps.start.units);
  WEIR_TRY(AddBridge(steps, "data", {"Other data", "Другие данные"},
                     {.what = Compared::kMoments, .start = start, .end = between}, was, by_old));
  if (sealed_by.fingerprint() == catalog.fingerprint()) return steps;
  WEIR_TRY(AddBridge(steps, "definition", {"Another definition", "Другое определение"},
                     {.what = Compared::kDefinitions, .start = between, .end = end}, by_old, steps.end));
  return steps;
}

Result<Output> RunSeals(const MetricCatalog& catalog, const SealsParams& params, Context& context) {
  WEIR_TRY(std::vector<SealedMonth> seals, SealsAsked(params, context));
  WEIR_TRY(const Query query, QueryOf({}, context));
  Output output;
  const analysis::TableSpec spec = SealsSpec();
  Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  WEIR_TRY(const std::vector<Adjusted> adjusted, AdjustmentsOf(seals, catalog, query, context));
  for (const Adjusted& month : adjusted) {
    const SealedMonth& seal = month.seal;
    const Metric* metric = catalog.FindMetric(seal.metric);
    const auto decimal = [](const store::Value& value) {
      const auto number = ParsePlainDecimal(store::ToText(value));
      return number ? store::Value(*number) : store::Value();
    };
    table.rows.push_back({seal.metric, seal.days.first, seal.value,
                          month.adjustment ? store::Value(*month.adjustment) : store::Value(), decimal(month.now),
                          seal.unit, seal.definition_version,
                          metric == nullptr ? store::Value() : store::Value(metric->version), seal.known_at, seal.as_of,
                          seal.sealed_by, seal.sealed_at, seal.note});
  }
  output.tables.push_back(std::move(table));
  if (!context.principal().sees_all_rows) {
    output.warnings.push_back(
        {.code = "seals_of_all_rows",
         .message = MakePhrase("sealed numbers are of all rows: who sees those of some teams is not shown them"),
         .params = {}});
  }
  if (params.month.empty()) return output;
  Result<Steps> found = CausesOf(seals.front(), catalog, context);
  if (!found) {
    // The seal is told all the same: of a metric that is gone or of another unit there is nothing between.
    const Code code = found.error().code();
    if (code == Code::kBug || code == Code::kCancelled || code == Code::kUnavailable) return Fail(found.error());
    output.warnings.push_back({.code = "no_bridge", .message = found.error().phrase(), .params = {}});
    return output;
  }
  Steps steps = std::move(*found);
  output.tables.push_back(StepsTable(CausesSpec(), steps));
  output.tables.push_back(StepRowsTable(steps, kRowsOfAPart));
  output.warnings = std::move(steps.warnings);
  return output;
}

}  // namespace

analysis::Analysis SealsAnalysis(std::shared_ptr<const MetricCatalog> catalog) {
  analysis::Analysis declared{
      .info =
          {.id = "metrics.seals",
           .title = {"Sealed months", "Зафиксированные месяцы"},
           .help = {"Months that were sealed, the number of now and the adjustment between. Of one month: its causes, "
                    "other data first and then another definition, each part with its rows.",
                    "Зафиксированные месяцы, нынешнее число и поправка между ними. Об одном месяце: причины — сначала "
                    "другие данные, затем другое определение, каждая часть со строками."},
           .needs = NeedsOf(*catalog),
           .tables = {SealsSpec(), CausesSpec(), PartRowsSpec()}},
      .params = analysis::SpecsOf<SealsParams>()};
  declared.run = [catalog](const analysis::RawParams& raw, Context& context) -> Result<Output> {
    WEIR_TRY(const SealsParams params, analysis::Bind<SealsParams>(raw));
    return RunSeals(*catalog, params, context);
  };
  declared.explain = [catalog](const analysis::RawParams& raw, const std::string& table,
                               const std::vector<std::string>& key, Context& context) -> Result<analysis::Evidence> {
    if (table == "rows" && key.size() == 3) return analysis::Evidence{.table = key[1], .ids = {key[2]}, .total = 1};
    WEIR_TRY(const SealsParams params, analysis::Bind<SealsParams>(raw));
    if (table != "causes" || key.size() != 1 || params.month.empty()) {
      return Fail(NotFound("table '{}' has no rows behind it", table).Field("explain"));
    }
    WEIR_TRY(const std::vector<SealedMonth> seals, SealsAsked(params, context));
    WEIR_TRY(const Steps steps, CausesOf(seals.front(), *catalog, context));
    return EvidenceOf(steps, key.front());
  };
  return declared;
}

}  // namespace weir::metrics
