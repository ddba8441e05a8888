// metrics.proposals: definitions that were proposed, who has approved them, and what each would do to the numbers.
#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "analysis/columns.h"
#include "analysis/params.h"
#include "metrics/bridge_steps.h"
#include "metrics/definition_changes.h"
#include "metrics/metrics_analysis.h"
#include "metrics/question.h"
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

constexpr int kMonths = 3;
constexpr std::int64_t kRowsOfAPart = 100;

struct ProposalsParams {
  std::string metric = {};
  std::int64_t proposal = 0;

  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "metric", .help = {"Only of this metric", "Только по этому показателю"}, .positional = true},
                metric);
    visitor.Add({.name = "proposal",
                 .help = {"Only this one, with its effect on the last closed months and who uses the metric",
                          "Только это, с влиянием на последние закрытые месяцы и с тем, кто использует показатель"}},
                proposal);
  }
};

analysis::TableSpec ProposalsSpec() {
  return {
      .name = "proposals",
      .title = {"Proposals", "Предложения"},
      .key = {"proposal"},
      .columns = {Of("proposal", ColumnType::kInteger, "Proposal", "Предложение"),
                  TextOf("metric", "Metric", "Показатель"), Of("version", ColumnType::kInteger, "Version", "Версия"),
                  TextOf("state", "State: proposed, in_force, declined, withdrawn",
                         "Состояние: proposed — предложено, in_force — действует, declined — отклонено, withdrawn — "
                         "отозвано"),
                  TextOf("note", "Why", "Зачем"), TextOf("changed_en", "What changes", "Что меняется"),
                  TextOf("changed_ru", "What changes", "Что меняется"), TextOf("owners", "Owners", "Владельцы"),
                  TextOf("approved", "Approved by", "Одобрили"), TextOf("waiting", "Waiting for", "Ждём"),
                  Of("approvals", ColumnType::kJson, "Approvals", "Одобрения"),
                  TextOf("proposed_by", "Proposed by", "Кто предложил"),
                  Of("proposed_at", ColumnType::kInstant, "Proposed", "Когда"),
                  TextOf("changed_by", "Last changed by", "Кем изменено"),
                  Of("changed_at", ColumnType::kInstant, "Last changed", "Когда изменено"),
                  TextOf("reason", "Reason", "Причина"), TextOf("text", "Definition", "Определение")}};
}

analysis::TableSpec EffectSpec() {
  return {.name = "effect",
          .title = {"The last closed months", "Последние закрытые месяцы"},
          .key = {"month"},
          .columns = {Of("month", ColumnType::kDate, "Month", "Месяц"),
                      Of("before", ColumnType::kDecimal, "By the definition in force", "По действующему определению"),
                      Of("after", ColumnType::kDecimal, "By the proposed one", "По предложенному"),
                      Of("change", ColumnType::kDecimal, "Change", "Изменение")}};
}

analysis::TableSpec CausesSpec() {
  return StepsSpec("causes", {"From the definition in force to the proposed one", "От действующего к предложенному"});
}

struct Row {
  std::int64_t id = 0;
  std::string metric, text, state;
  std::vector<store::Value> cells;
};

std::string Joined(const std::vector<std::string>& names) { return fmt::format("{}", fmt::join(names, ", ")); }

// The catalogue in force at this data version, with one more text of the workspace.
Result<MetricCatalog> CatalogWith(const std::string& text, Context& context) {
  WEIR_TRY(std::vector<DefinitionFile> files, MetricFilesAt(context.session(), context.known_at()));
  if (!text.empty()) files.push_back({.path = "proposal", .text = text, .is_own = true});
  return MetricCatalog::Load(files);
}

// What a text would change, as long as it can still come into force.
Text WhatChanges(const Row& row, const MetricCatalog& now, Context& context) {
  if (row.state != "proposed") return {};
  const auto with = CatalogWith(row.text, context);
  if (!with) return {with.error().ToString(), with.error().ToString()};
  const Metric* before = now.FindMetric(row.metric);
  if (before == nullptr) return {"A new metric", "Новый показатель"};
  return InOneSentence(ChangesBetween(*before, now, *with->FindMetric(row.metric), *with));
}

Result<std::vector<Row>> ReadProposals(const ProposalsParams& params, const MetricCatalog& now, Context& context) {
  const std::array<store::Value, 1> parameters{context.known_at()};
  WEIR_TRY(
      const store::Rows rows,
      context.session().Query(
          "SELECT proposal_id, metric, version, state, note, owners, approvals, proposed_by, proposed_at, changed_by, "
          "changed_at, reason, text FROM (SELECT *, row_number() OVER (PARTITION BY proposal_id ORDER BY data_version "
          "DESC NULLS LAST) AS place FROM scoped.metric_proposal WHERE data_version <= ?) AS p WHERE place = 1 AND "
          "state <> 'undone' ORDER BY proposal_id DESC NULLS LAST",
          parameters));
  std::vector<Row> proposals;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Row row{.id = rows.IntegerAt(i, 0),
            .metric = rows.TextAt(i, 1),
            .text = rows.TextAt(i, 12),
            .state = rows.TextAt(i, 3)};
    if ((!params.metric.empty() && row.metric != params.metric) ||
        (params.proposal != 0 && row.id != params.proposal)) {
      continue;
    }
    const auto owners = nlohmann::json::parse(rows.TextAt(i, 5)).get<std::vector<std::string>>();
    const auto approvals = nlohmann::json::parse(rows.TextAt(i, 6));
    std::vector<std::string> approved;
    std::vector<std::string> waiting = owners;
    for (const auto& one : approvals) {
      const std::string department = one.value("department", "");
      approved.push_back(fmt::format("{} ({})", department, one.value("who", "")));
      std::erase(waiting, department);
    }
    const Text changed = WhatChanges(row, now, context);
    const auto& cells = rows.rows[i];
    row.cells = {row.id,     row.metric,     cells[2],         row.state,       cells[4],         changed.en,
                 changed.ru, Joined(owners), Joined(approved), Joined(waiting), approvals.dump(), cells[7],
                 cells[8],   cells[9],       cells[10],        cells[11],       row.text};
    proposals.push_back(std::move(row));
  }
  if (proposals.empty() && params.proposal != 0) {
    return Fail(NotFound("there is no proposal {}", params.proposal).Field("proposal"));
  }
  return proposals;
}

Side SideOf(const MetricCatalog& catalog, const std::string& metric, const Query& query, Context& context) {
  Side side{.catalog = &catalog, .metric = catalog.FindMetric(metric), .query = query, .session = &context.session()};
  side.query.metrics = {metric};
  return side;
}

store::Value CellOf(const Result<Number>& number) { return number ? Cell(number->units, *number) : store::Value(); }

// What a proposal would do, month by month; the newest first.
Result<Table> EffectTable(const std::string& metric, const MetricCatalog& now, const MetricCatalog& with,
                          const Query& base, DayRange month, Context& context) {
  const analysis::TableSpec spec = EffectSpec();
  Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  for (int i = 0; i < kMonths; ++i, month = PeriodAround(AddDays(month.first, -1), Grain::kMonth, 1)) {
    Query query = base;
    query.from = month.first;
    query.to = month.last;
    const Result<Number> after = NumberOf(SideOf(with, metric, query, context));
    Result<Number> before = Fail(NotFound("{}", metric));
    if (now.FindMetric(metric) != nullptr) before = NumberOf(SideOf(now, metric, query, context));
    store::Value change;
    if (before && after && before->digits == after->digits) change = Cell(after->units - before->units, *after);
    if (after) {
      for (std::size_t column = 1; column < table.columns.size(); ++column) {
        table.columns[column].type = after->column.type;
        table.columns[column].unit = after->column.unit;
      }
    }
    table.rows.push_back({month.first, CellOf(before), CellOf(after), std::move(change)});
  }
  return table;
}

// From old to new over the last closed month. A proposal of a new metric has no bridge; one that cannot be compared
// says why.
Result<Steps> Bridged(const std::string& metric, const MetricCatalog& now, const MetricCatalog& with, Query query,
                      DayRange month, Context& context) {
  query.from = month.first;
  query.to = month.last;
  const Comparison comparison{.what = Compared::kDefinitions,
                              .start = SideOf(now, metric, query, context),
                              .end = SideOf(with, metric, query, context)};
  WEIR_TRY(Bridge bridge, BuildBridge(comparison));
  Steps steps{.start = bridge.start,
              .end = bridge.end,
              .start_title = {"By the definition in force", "По действующему определению"},
              .end_title = {"By the proposed one", "По предложенному"}};
  steps.Add("definition", std::move(bridge));
  return steps;
}

// The one proposal that is asked for, with both catalogues.
struct Asked {
  MetricCatalog now;
  std::vector<Row> proposals;
  std::optional<MetricCatalog> with = {};  // of an open one
  Query query = {};
  DayRange month = {};

  bool CanBridge() const { return with && now.FindMetric(proposals.front().metric) != nullptr; }
};

Result<Asked> Prepare(const ProposalsParams& params, Context& context) {
  WEIR_TRY(MetricCatalog now, CatalogWith("", context));
  WEIR_TRY(std::vector<Row> proposals, ReadProposals(params, now, context));
  Asked asked{.now = std::move(now), .proposals = std::move(proposals)};
  if (params.proposal == 0 || asked.proposals.front().state != "proposed") return asked;
  WEIR_TRY(asked.with, CatalogWith(asked.proposals.front().text, context));
  WEIR_TRY(asked.query, QueryOf({}, context));
  asked.month = LastClosedMonth(context.as_of(), asked.query.zone);
  return asked;
}

Result<Output> RunProposals(const ProposalsParams& params, Context& context) {
  WEIR_TRY(Asked asked, Prepare(params, context));
  Output output;
  const analysis::TableSpec spec = ProposalsSpec();
  Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  for (Row& row : asked.proposals) table.rows.push_back(std::move(row.cells));
  output.tables.push_back(std::move(table));
  if (!asked.with) return output;
  const std::string& metric = asked.proposals.front().metric;
  WEIR_TRY(Table effect, EffectTable(metric, asked.now, *asked.with, asked.query, asked.month, context));
  output.tables.push_back(std::move(effect));
  if (!asked.CanBridge()) return output;
  WEIR_TRY(Output uses, context.Run("metrics.uses", {{"metric", {metric}}}));
  output.tables.push_back(std::move(uses.tables.front()));
  Result<Steps> steps = Bridged(metric, asked.now, *asked.with, asked.query, asked.month, context);
  if (!steps) {
    if (steps.error().code() == Code::kBug || steps.error().code() == Code::kCancelled) return Fail(steps.error());
    output.warnings.push_back({.code = "no_bridge", .message = steps.error().phrase(), .params = {}});
    return output;
  }
  output.tables.push_back(StepsTable(CausesSpec(), *steps));
  output.tables.push_back(StepRowsTable(*steps, kRowsOfAPart));
  output.warnings = std::move(steps->warnings);
  return output;
}

Result<analysis::Evidence> ExplainProposals(const ProposalsParams& params, const std::string& table,
                                            const std::vector<std::string>& key, Context& context) {
  if (table == "rows" && key.size() == 3) return analysis::Evidence{.table = key[1], .ids = {key[2]}, .total = 1};
  WEIR_TRY(const Asked asked, Prepare(params, context));
  if (table != "causes" || key.size() != 1 || !asked.CanBridge()) {
    return Fail(NotFound("table '{}' has no rows behind it", table).Field("explain"));
  }
  WEIR_TRY(const Steps steps,
           Bridged(asked.proposals.front().metric, asked.now, *asked.with, asked.query, asked.month, context));
  return EvidenceOf(steps, key.front());
}

}  // namespace

analysis::Analysis ProposalsAnalysis(const MetricCatalog& catalog) {
  return analysis::Declare<ProposalsParams>(
      {.id = "metrics.proposals",
       .title = {"Proposed definitions", "Предложенные определения"},
       .help =
           {"Definitions that were proposed, with their approvals. Of one: what it would do to the last closed months, "
            "from old to new part by part, and who uses the metric.",
            "Предложенные определения и их одобрения. Об одном: как изменятся последние закрытые месяцы, от старого "
            "к новому по частям, и кто использует показатель."},
       .asks = {"metrics.uses"},
       .needs = NeedsOf(catalog),
       .tables = {ProposalsSpec(), EffectSpec(), CausesSpec(), PartRowsSpec()},
       .is_cacheable = false},
      &RunProposals, &ExplainProposals);
}

}  // namespace weir::metrics
