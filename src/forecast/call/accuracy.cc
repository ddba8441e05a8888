#include "forecast/call/accuracy.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "forecast/call/call_history.h"
#include "metrics/ask.h"
#include "metrics/left_out.h"

namespace weir::forecast {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::Evidence;
using analysis::Of;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

constexpr std::int64_t kMostPeriods = 40;

struct AccuracyParams {
  std::string period = "quarter";
  std::int64_t periods = 8;
  std::string team = {};
  std::string category = {};
  std::int64_t week = 0;
  std::string counts = std::string(kTotalCounts);

  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "period",
                 .help = {"What kind of period; quarters and years are fiscal ones",
                          "Какой период; кварталы и годы — финансовые"},
                 .allowed = metrics::PeriodNames()},
                period);
    visitor.Add(
        {.name = "periods", .help = {"How many past periods to judge by", "По скольким прошлым периодам судить"}},
        periods);
    visitor.Add({.name = "team", .help = {"Only this team and those below it", "Только эта команда и входящие в неё"}},
                team);
    visitor.Add({.name = "category",
                 .help = {"Only this category", "Только эта категория"},
                 .allowed = {kCallCategories.begin(), kCallCategories.end()}},
                category);
    visitor.Add({.name = "week",
                 .help = {"Only this week of the period, from 1; 0: all", "Только эта неделя периода, с 1; 0 — все"}},
                week);
    visitor.Add({.name = "counts",
                 .help = {"What people submit: all that the period brings (total), or what is not won yet (open)",
                          "Что сдают люди: всё, что принесёт период (total), или ещё не выигранное (open)"},
                 .allowed = {std::string(kTotalCounts), std::string(kOpenCounts)}},
                counts);
  }

  bool Has(std::int32_t past_category, std::int32_t past_week) const {
    return (category.empty() || kCallCategories[static_cast<std::size_t>(past_category)] == category) &&
           (week == 0 || week == past_week);
  }
};

TableSpec AccuracySpec() {
  return {
      .name = "accuracy",
      .title = {"How good the words were", "Насколько сбывались прогнозы"},
      .key = {"node", "category", "week"},
      .columns = {TextOf("node", "Line", "Строка"), TextOf("name", "Who", "Кто"),
                  TextOf("kind", "Kind of line", "Вид строки"), TextOf("category", "Category", "Категория"),
                  CountOf("week", "Week of the period", "Неделя периода"), CountOf("n", "Periods", "Периодов"),
                  Of("said", ColumnType::kMoney, "Said", "Сказано"), Of("came", ColumnType::kMoney, "Came", "Пришло"),
                  Of("bias", ColumnType::kNumber, "Bias: too much above 0", "Смещение: больше 0 — завышают"),
                  Of("wape", ColumnType::kNumber, "Missed by, of what came", "Ошибка к пришедшему"),
                  Of("bias_shrunk", ColumnType::kNumber, "Bias, drawn to all", "Смещение с поправкой на всех"),
                  Of("wape_shrunk", ColumnType::kNumber, "Missed by, drawn to all", "Ошибка с поправкой на всех")},
      .chart = analysis::Chart{.kind = "line", .x = "week", .y = "wape_shrunk", .series = "name"}};
}

TableSpec PastsSpec() {
  return {.name = "pasts",
          .title = {"What was said and what came", "Что сказано и что пришло"},
          .key = {"node", "category", "period", "week"},
          .columns = {
              TextOf("node", "Line", "Строка"), TextOf("name", "Who", "Кто"),
              TextOf("category", "Category", "Категория"), Of("period", ColumnType::kDate, "Period from", "Период с"),
              CountOf("week", "Week of the period", "Неделя периода"),
              Of("said", ColumnType::kMoney, "Said", "Сказано"), Of("came", ColumnType::kMoney, "Came", "Пришло"),
              Of("missed", ColumnType::kMoney, "Said less came", "Сказано минус пришло")}};
}

TableSpec WeightsSpec() {
  return {.name = "weights",
          .title = {"How words are weighed beside the model", "Как слова людей взвешиваются с моделью"},
          .key = {"week"},
          .columns = {CountOf("week", "Week of the period", "Неделя периода"),
                      TextOf("state", "Weights from", "Откуда веса"), CountOf("n", "Periods", "Периодов"),
                      Of("weight", ColumnType::kShare, "Weight of people", "Вес людей", "share"),
                      Of("model_weight", ColumnType::kShare, "Weight of the model", "Вес модели", "share"),
                      Of("bias_share", ColumnType::kNumber, "Share of what is said that does not come",
                         "Доля сказанного, которая не приходит"),
                      Of("judgement_error", ColumnType::kMoney, "Usual error of people", "Обычная ошибка людей"),
                      Of("model_error", ColumnType::kMoney, "Usual error of the model", "Обычная ошибка модели"),
                      Of("pooled_error", ColumnType::kMoney, "Usual error of both", "Обычная ошибка вместе")}};
}

Value MoneyValue(Int128 units) { return Decimal{units, kAmountScale}; }
Value MoneyValue(double amount, std::uint8_t decimals) {
  const auto exact = ParsePlainDecimal(fmt::format("{:.{}f}", amount, decimals));
  const auto kept = exact ? Rescale(*exact, kAmountScale) : std::nullopt;
  return kept ? Value(*kept) : Value();
}
// Six digits are what a share of sums of money is good for.
Value Rounded(const std::optional<double>& number) { return number ? Value(std::round(*number * 1e6) / 1e6) : Value(); }

std::vector<Value> RowOf(const std::string& node, const std::string& name, const std::string& kind,
                         const std::string& category, const WordAccuracy& one, std::uint8_t decimals) {
  return {node,
          analysis::OrNull(name),
          kind,
          category,
          static_cast<std::int64_t>(one.week),
          one.n,
          MoneyValue(one.said, decimals),
          MoneyValue(one.came, decimals),
          Rounded(one.bias),
          Rounded(one.wape),
          Rounded(one.shrunk_bias),
          Rounded(one.shrunk_wape)};
}

void AddModel(const AccuracyParams& params, const ModelPasts& model, std::uint8_t decimals, Table& table) {
  std::vector<PastWord> pasts;
  for (const ModelPast& past : model.pasts) {
    if (params.week == 0 || params.week == past.week) pasts.push_back({0, 0, past.week, past.p50, past.came});
  }
  for (const WordAccuracy& one : AccuracyOf(pasts)) {
    table.rows.push_back(RowOf("model", "", "model", "p50", one, decimals));
  }
}

Table AccuracyTable(const AccuracyParams& params, const CallHistory& history, const ModelPasts& model,
                    const std::string& currency) {
  Table table = EmptyTable(AccuracySpec(), currency);
  std::vector<PastWord> pasts;
  for (const PastSaid& past : history.said) {
    if (!params.Has(past.category, past.week)) continue;
    pasts.push_back({static_cast<std::int32_t>(past.line), past.category, past.week, PlainAmount(past.said),
                     PlainAmount(past.came)});
  }
  const std::uint8_t decimals = CurrencyDecimals(currency);
  for (const WordAccuracy& one : AccuracyOf(pasts)) {
    const CallLine& line = history.tree.lines[static_cast<std::size_t>(one.submitter)];
    table.rows.push_back(RowOf(line.node, line.name, line.kind,
                               std::string(kCallCategories[static_cast<std::size_t>(one.category)]), one, decimals));
  }
  AddModel(params, model, decimals, table);
  return table;
}

Table PastsTable(const AccuracyParams& params, const CallHistory& history, const std::string& currency) {
  Table table = EmptyTable(PastsSpec(), currency);
  for (const PastSaid& past : history.said) {
    if (!params.Has(past.category, past.week)) continue;
    const CallLine& line = history.tree.lines[past.line];
    table.rows.push_back({line.node, analysis::OrNull(line.name),
                          std::string(kCallCategories[static_cast<std::size_t>(past.category)]),
                          history.periods[past.period].first, static_cast<std::int64_t>(past.week),
                          MoneyValue(past.said), MoneyValue(past.came), MoneyValue(past.said - past.came)});
  }
  return table;
}

std::string StateName(const PoolingFound& found) {
  if (found.model_week == 0) return "no_model";
  switch (found.pooling.state) {
    case PoolState::kTold:
      return "told";
    case PoolState::kFewPasts:
      return "few_pasts";
    case PoolState::kNoPasts:
      return "no_pasts";
  }
  return "";
}

Table WeightsTable(const CallHistory& history, const ModelPasts& model, const std::string& currency) {
  Table table = EmptyTable(WeightsSpec(), currency);
  std::vector<std::int32_t> weeks;
  weeks.reserve(model.pasts.size() + 1);
  for (const ModelPast& past : model.pasts) weeks.push_back(past.week);
  std::ranges::sort(weeks);
  const auto repeated = std::ranges::unique(weeks);
  weeks.erase(repeated.begin(), repeated.end());
  if (weeks.empty()) weeks.push_back(1);
  const std::uint8_t decimals = CurrencyDecimals(currency);
  for (const std::int32_t week : weeks) {
    const PoolingFound found = PoolingOfWhole(history, model.pasts, week);
    const Pooling& pooling = found.pooling;
    const auto error = [&](double amount) { return pooling.n == 0 ? Value() : MoneyValue(amount, decimals); };
    table.rows.push_back({static_cast<std::int64_t>(week), StateName(found), pooling.n, Rounded(pooling.weight),
                          Rounded(1 - pooling.weight), Rounded(pooling.bias), error(pooling.judgement_error),
                          error(pooling.model_error), error(pooling.pooled_error)});
  }
  return table;
}

Status CheckParams(const AccuracyParams& params) {
  if (params.periods < 1 || params.periods > kMostPeriods) {
    return Fail(BadUsage("{} is not a number of periods from 1 to {}", params.periods, kMostPeriods).Field("periods"));
  }
  if (params.week < 0 || params.week > 53) {
    return Fail(BadUsage("{} is not a week of a period", params.week).Field("week"));
  }
  return {};
}

// Years are not back-tested: too few have passed to judge by.
Result<ModelPasts> ModelOf(const AccuracyParams& params, const CallHistory& history, Context& context) {
  if (history.said.empty()) return ModelPasts{};
  if (params.period == "year") return ModelPasts{.why_not = MakePhrase("years are not back-tested")};
  return AskModelPasts(params.period, params.team, context);
}

Result<Output> RunAccuracy(const metrics::MetricCatalog& catalog, const AccuracyParams& params, Context& context) {
  WEIR_TRY(CheckParams(params));
  WEIR_TRY(
      CallHistory history,
      ReadCallHistory(
          catalog, {.period = params.period, .team = params.team, .periods = params.periods, .counts = params.counts},
          context));
  WEIR_TRY(const ModelPasts model, ModelOf(params, history, context));
  std::vector<analysis::Warning> warnings = std::move(history.warnings);
  if (history.said.empty()) {
    warnings.push_back(
        {.code = "no_submissions",
         .message = MakePhrase("nobody submitted a forecast for any of the last {} periods", params.periods)});
  } else if (model.pasts.empty()) {
    warnings.push_back({.code = "no_model", .message = MakePhrase("the model stands not beside: {}", model.why_not)});
  }
  const std::string& currency = context.settings().currency;
  return Output{.tables = {AccuracyTable(params, history, model, currency), PastsTable(params, history, currency),
                           WeightsTable(history, model, currency)},
                .warnings = std::move(warnings)};
}

// Behind a past word the deals that came: won by that line in that period.
Result<Evidence> ExplainAccuracy(const metrics::MetricCatalog& catalog, const AccuracyParams& params,
                                 const std::string& table, const std::vector<std::string>& key, Context& context) {
  if (table != "pasts" || key.size() != 4) {
    return Fail(NotFound("table '{}' has no rows behind it", table).Field("explain"));
  }
  const auto day = ParseIsoDate(key[2]);
  if (!day) return Fail(NotFound("there is no period '{}' here", key[2]).Field("explain"));
  const metrics::DayRange period =
      metrics::PeriodAround(*day, metrics::GrainNamed(params.period).value_or(metrics::Grain::kQuarter),
                            context.settings().fiscal_year_start_month);
  WEIR_TRY(const std::string counted, metrics::CountedSql(catalog, "deal", context.session()));
  return DealsBehind(counted, key[0], period, true, context);
}

}  // namespace

analysis::Analysis CallAccuracyAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog) {
  return analysis::DeclareOver<AccuracyParams>(
      catalog,
      {.id = "forecast.accuracy",
       .title = {"Accuracy of submitted forecasts", "Точность сданных прогнозов"},
       .help =
           {"What people said in each week of past periods and what came: bias and error by submitter and category, "
            "drawn to those of all where there is little, and how words are weighed beside the model",
            "Что люди говорили на каждой неделе прошлых периодов и что пришло: смещение и ошибка по каждому и по "
            "категориям, с поправкой на всех, где данных мало, и как слова людей взвешиваются с моделью"},
       .asks = {"?forecast.backtest"},
       .needs = {"forecast_submission", "deal", "deal_version", "member", "team", "excluded"},
       .tables = {AccuracySpec(), PastsSpec(), WeightsSpec()},
       .is_cacheable = false},  // words are said without a data version
      &RunAccuracy, &ExplainAccuracy);
}

}  // namespace weir::forecast
