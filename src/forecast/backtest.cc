#include "forecast/backtest.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "base/executor.h"
#include "forecast/deal_book.h"
#include "forecast/deals/period_backtest.h"
#include "metrics/ask.h"

namespace weir::forecast {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::EmptyTable;
using analysis::Of;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

constexpr std::int64_t kMostPeriods = 40;
constexpr std::size_t kMostWeeks = 6;
// Of earlier periods so many are used to learn how far off forecasts are.
constexpr std::size_t kWarmUp = 4;

struct BacktestParams {
  std::string period = "quarter";
  std::int64_t periods = 8;
  std::string weeks = {};
  std::string team = {};

  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "period",
                 .help = {"Length of the periods; quarters are fiscal ones", "Длина периодов; кварталы — финансовые"},
                 .allowed = {"month", "quarter"}},
                period);
    visitor.Add({.name = "periods", .help = {"How many past periods, 1 to 40", "Сколько прошлых периодов, от 1 до 40"}},
                periods);
    visitor.Add({.name = "weeks",
                 .help = {"After which weeks of a period a forecast is made; without it 1,5,9 of a quarter, 1,2,3 of a "
                          "month",
                          "После каких недель периода делается прогноз; без него 1,5,9 квартала, 1,2,3 месяца"}},
                weeks);
    visitor.Add({.name = "team", .help = {"Only this team and those below it", "Только эта команда и входящие в неё"}},
                team);
  }
};

bool IsMonth(const BacktestParams& params) { return params.period == "month"; }

Result<std::vector<int>> WeeksAsked(const BacktestParams& params) {
  if (params.weeks.empty()) return IsMonth(params) ? std::vector<int>{1, 2, 3} : std::vector<int>{1, 5, 9};
  const int most = IsMonth(params) ? 3 : 12;
  std::vector<int> weeks;
  for (std::size_t start = 0; start <= params.weeks.size();) {
    const std::size_t end = std::min(params.weeks.find(',', start), params.weeks.size());
    int week = 0;
    const auto [stop, error] = std::from_chars(params.weeks.data() + start, params.weeks.data() + end, week);
    if (error != std::errc() || stop != params.weeks.data() + end || week < 1 || week > most) {
      return Fail(
          BadUsage("'{}' is not a list of weeks from 1 to {}", params.weeks, most).Field("weeks").Mend("Write 1,5,9"));
    }
    weeks.push_back(week);
    start = end + 1;
  }
  std::ranges::sort(weeks);
  weeks.erase(std::unique(weeks.begin(), weeks.end()), weeks.end());
  if (weeks.size() <= kMostWeeks) return weeks;
  return Fail(BadUsage("{} weeks are more than {}", weeks.size(), kMostWeeks).Field("weeks"));
}

// The periods to judge and those before, from which the spread of forecasts is learnt.
Result<BacktestOptions> OptionsAsked(const BacktestParams& params, const DealBook& book, const Context& context) {
  if (params.periods < 1 || params.periods > kMostPeriods) {
    return Fail(BadUsage("{} is not a number of periods from 1 to {}", params.periods, kMostPeriods).Field("periods"));
  }
  BacktestOptions options{.known_by = book.as_of, .quarter_starts = book.quarter_starts, .scope = book.scope};
  WEIR_TRY(options.weeks, WeeksAsked(params));
  const metrics::Grain grain = IsMonth(params) ? metrics::Grain::kMonth : metrics::Grain::kQuarter;
  const int first_month = context.settings().fiscal_year_start_month;
  const metrics::DayRange now = metrics::PeriodNow(params.period, context);
  const auto judged = static_cast<std::size_t>(params.periods);
  std::vector<ForecastPeriod> periods = PeriodsBefore({.first = now.first.days, .last = now.last.days}, grain,
                                                      first_month, book.first_known, judged + kWarmUp);
  if (periods.empty()) {
    return Fail(
        NotEnoughData("a back-test takes a whole period with what was known of deals then; deals are known "
                      "since {}",
                      FormatDate({book.first_known})));
  }
  std::ranges::reverse(periods);
  // What lies before is learnt from; of few periods the first one at least.
  const std::size_t warm_up = std::min(kWarmUp, periods.size() - std::min(judged, periods.size()));
  options.warm_up.assign(periods.begin(), periods.begin() + static_cast<std::ptrdiff_t>(warm_up));
  options.periods.assign(periods.begin() + static_cast<std::ptrdiff_t>(warm_up), periods.end());
  return options;
}

TableSpec AccuracySpec() {
  return {
      .name = "accuracy",
      .title = {"How far off forecasts would have been", "Насколько ошибались бы прогнозы"},
      .key = {"method", "week"},
      .columns = {TextOf("method", "Method", "Метод"), CountOf("week", "After week", "После недели"),
                  CountOf("periods", "Periods", "Периодов"),
                  Of("wape", ColumnType::kShare, "Error, of what came (WAPE)", "Ошибка, доля факта (WAPE)", "share"),
                  Of("bias", ColumnType::kShare, "Too high on average by", "В среднем завышает на", "share"),
                  Of("pinball10", ColumnType::kShare, "Pinball loss of p10", "Pinball-потеря p10", "share"),
                  Of("pinball50", ColumnType::kShare, "Pinball loss of p50", "Pinball-потеря p50", "share"),
                  Of("pinball90", ColumnType::kShare, "Pinball loss of p90", "Pinball-потеря p90", "share"),
                  Of("crps", ColumnType::kShare, "CRPS, of what came", "CRPS, доля факта", "share"),
                  Of("coverage80", ColumnType::kShare, "Came within p10 to p90", "Попало между p10 и p90", "share"),
                  Of("skill", ColumnType::kShare, "Error less than the best plain way's by",
                     "Ошибка меньше лучшего простого способа на", "share")},
      .chart = analysis::Chart{.kind = "line", .x = "week", .y = "wape", .series = "method"}};
}

TableSpec SnapshotsSpec() {
  return {.name = "snapshots",
          .title = {"What would have been said, and what came", "Что было бы сказано и что вышло"},
          .key = {"period", "week"},
          .columns = {Of("period", ColumnType::kDate, "Period begins", "Начало периода"),
                      CountOf("week", "After week", "После недели"), Of("day", ColumnType::kDate, "As of", "На день"),
                      Of("won", ColumnType::kMoney, "Won by then", "Выиграно к тому дню"),
                      Of("p10", ColumnType::kMoney, "p10", "p10"), Of("p50", ColumnType::kMoney, "p50", "p50"),
                      Of("p90", ColumnType::kMoney, "p90", "p90"),
                      Of("stage_weighted", ColumnType::kMoney, "By win rates of stages", "По долям этапов"),
                      Of("last_period", ColumnType::kMoney, "As the period before", "Как прошлый период"),
                      Of("linear", ColumnType::kMoney, "At the pace so far", "По темпу к тому дню"),
                      Of("actual", ColumnType::kMoney, "Came", "Вышло"), TextOf("model", "Model", "Модель"),
                      CountOf("open_deals", "Open deals", "Открытых сделок")},
          .chart = analysis::Chart{.kind = "line", .x = "period", .y = "actual"}};
}

TableSpec CalibrationSpec() {
  return {
      .name = "calibration",
      .title = {"Probabilities that were said, and how often it came", "Сказанные вероятности и как часто сбывалось"},
      .key = {"bin"},
      .columns = {TextOf("bin", "Said", "Сказано"), CountOf("deals", "Deals", "Сделок"),
                  Of("said", ColumnType::kShare, "Said on average", "Сказано в среднем", "share"),
                  Of("came", ColumnType::kShare, "Came", "Сбылось", "share"),
                  Of("brier", ColumnType::kNumber, "Brier score", "Оценка Брайера", ""),
                  Of("log_loss", ColumnType::kNumber, "Log loss", "Логарифмическая потеря", "")},
      .chart = analysis::Chart{.kind = "line", .x = "said", .y = "came"}};
}

Value Money(double amount, const std::string& currency) {
  constexpr double kMost = 1e14;
  double scale = 1;
  for (int i = 0; i < CurrencyDecimals(currency); ++i) scale *= 10;
  const Decimal rounded{std::llround(std::clamp(amount, -kMost, kMost) * scale), CurrencyDecimals(currency)};
  return Rescale(rounded, kAmountScale).value_or(rounded);
}

std::string ModelName(HazardKind kind) {
  return kind == HazardKind::kLogit ? "logit" : kind == HazardKind::kBoosted ? "trees" : "rates";
}

Table SnapshotsTable(const std::vector<BacktestSnapshot>& snapshots, const BacktestOptions& options,
                     const std::string& currency) {
  Table table = EmptyTable(SnapshotsSpec(), currency);
  table.rows.reserve(snapshots.size());
  for (const BacktestSnapshot& each : snapshots) {
    const auto said = [&](double amount) { return each.is_said ? Money(amount, currency) : Value(); };
    const auto baseline = [&](Baseline of) {
      const auto& told = each.baselines[static_cast<std::size_t>(of)];
      return told ? Money(*told, currency) : Value();
    };
    table.rows.push_back(
        {Date{options.periods[each.period].first}, static_cast<std::int64_t>(each.week), Date{each.as_of},
         said(each.won), said(each.p10), said(each.p50), said(each.p90), baseline(Baseline::kStageWeighted),
         baseline(Baseline::kLastPeriod), baseline(Baseline::kLinear), Money(each.actual, currency),
         each.is_said ? Value(ModelName(each.kind)) : Value(), static_cast<std::int64_t>(each.deals.size())});
  }
  return table;
}

void AddAccuracy(const std::vector<BacktestSnapshot>& snapshots, int week, Table* table) {
  std::vector<BacktestSnapshot> of_week;
  for (const BacktestSnapshot& each : snapshots) {
    if (each.week == week) of_week.push_back(each);
  }
  const auto ours = ScoreOf(of_week, std::nullopt);
  if (!ours) return;
  std::vector<std::pair<std::string, BacktestScore>> plain;
  double best = -1;
  for (const Baseline baseline : {Baseline::kStageWeighted, Baseline::kLastPeriod, Baseline::kLinear}) {
    const auto score = ScoreOf(of_week, baseline);
    // One that says nothing of some period is not compared with those that speak of all.
    if (!score) continue;
    if (score->snapshots == ours->snapshots && (best < 0 || score->wape < best)) best = score->wape;
    plain.emplace_back(NameOf(baseline), *score);
  }
  const Value skill = best > 0 ? Value(1 - ours->wape / best) : Value();
  const auto week_value = Value(static_cast<std::int64_t>(week));
  table->rows.push_back({std::string("weir"), week_value, static_cast<std::int64_t>(ours->snapshots), ours->wape,
                         ours->bias, ours->pinball[0], ours->pinball[1], ours->pinball[2], ours->crps, ours->coverage,
                         skill});
  for (const auto& [name, score] : plain) {
    table->rows.push_back({name, week_value, static_cast<std::int64_t>(score.snapshots), score.wape, score.bias,
                           Value(), score.wape / 2, Value(), score.wape, Value(), Value()});
  }
}

Table CalibrationTable(const std::vector<BacktestSnapshot>& snapshots) {
  Table table = EmptyTable(CalibrationSpec());
  const BacktestCalibration calibration = CalibrationOf(snapshots);
  for (std::size_t i = 0; i < calibration.bins.size(); ++i) {
    const CalibrationBin& bin = calibration.bins[i];
    if (bin.deals == 0) continue;
    table.rows.push_back({fmt::format("{}-{} %", 10 * i, 10 * (i + 1)), static_cast<std::int64_t>(bin.deals), bin.said,
                          bin.came, Value(), Value()});
  }
  if (calibration.deals == 0) return table;
  double said = 0;
  double came = 0;
  for (const CalibrationBin& bin : calibration.bins) {
    said += bin.said * static_cast<double>(bin.deals) / static_cast<double>(calibration.deals);
    came += bin.came * static_cast<double>(bin.deals) / static_cast<double>(calibration.deals);
  }
  table.rows.push_back({std::string("all"), static_cast<std::int64_t>(calibration.deals), said, came, calibration.brier,
                        calibration.log_loss});
  return table;
}

void AddWarnings(const std::vector<BacktestSnapshot>& snapshots, const BacktestParams& params,
                 const BacktestOptions& options, std::vector<analysis::Warning>* warnings) {
  const auto silent = std::ranges::count_if(snapshots, [](const BacktestSnapshot& each) { return !each.is_said; });
  if (silent > 0) {
    warnings->push_back({.code = "too_early",
                         .message = MakePhrase("on {} of {} days too little was known for a forecast: they are not "
                                               "judged",
                                               silent, snapshots.size()),
                         .params = {{"snapshots", fmt::format("{}", silent)}}});
  }
  if (std::ssize(options.periods) < params.periods) {
    warnings->push_back({.code = "few_periods",
                         .message = MakePhrase("{} of {} periods are known from their beginning",
                                               options.periods.size(), params.periods),
                         .params = {{"periods", fmt::format("{}", options.periods.size())}}});
  }
}

Result<Output> RunBacktestAnalysis(const metrics::MetricCatalog& catalog, const BacktestParams& params,
                                   Context& context) {
  WEIR_TRY(const DealBook book, ReadDealBook(catalog, {.team = params.team}, context));
  WEIR_TRY(const BacktestOptions options, OptionsAsked(params, book, context));
  const std::size_t models = (options.periods.size() + options.warm_up.size()) * options.weeks.size();
  const auto report = [&](double done) { context.Report(MakePhrase("forecasts of {} past days", models), done); };
  report(0);
  WEIR_TRY(const std::vector<BacktestSnapshot> snapshots,
           RunBacktest(book.histories, options, Executor(), context.stop(), report));
  if (std::ranges::none_of(snapshots, [](const BacktestSnapshot& each) { return each.is_said; })) {
    return Fail(NotEnoughData("on none of {} past days enough was known for a forecast; deals are known since {}",
                              snapshots.size(), FormatDate({book.first_known})));
  }
  Table accuracy = EmptyTable(AccuracySpec());
  for (const int week : options.weeks) AddAccuracy(snapshots, week, &accuracy);
  Output output{.warnings = book.warnings, .history = book.history};
  output.tables = {std::move(accuracy), SnapshotsTable(snapshots, options, context.settings().currency),
                   CalibrationTable(snapshots)};
  AddWarnings(snapshots, params, options, &output.warnings);
  return output;
}

// Behind a snapshot the deals that were won in its period.
Result<analysis::Evidence> ExplainBacktest(const metrics::MetricCatalog& catalog, const BacktestParams& params,
                                           const std::string& table, const std::vector<std::string>& key,
                                           Context& context) {
  if (key.empty()) return Fail(BadUsage("the key is empty").Field("explain"));
  if (table != "snapshots") return Fail(NotFound("table '{}' has no rows behind it", table).Field("explain"));
  WEIR_TRY(const DealBook book, ReadDealBook(catalog, {.team = params.team}, context));
  WEIR_TRY(const BacktestOptions options, OptionsAsked(params, book, context));
  const auto period = std::ranges::find(options.periods, key.front(),
                                        [](const ForecastPeriod& each) { return FormatDate({each.first}); });
  if (period == options.periods.end()) {
    return Fail(NotFound("there is no period '{}' here", key.front()).Field("explain"));
  }
  analysis::Evidence evidence{.table = "deal"};
  for (std::size_t i = 0; i < book.deals.size(); ++i) {
    const BookedDeal& deal = book.deals[i];
    if (deal.kind == DealKind::kWon && deal.close_day && period->Has(*deal.close_day) && book.IsAsked(i)) {
      evidence.ids.push_back(deal.id);
    }
  }
  evidence.total = static_cast<std::int64_t>(evidence.ids.size());
  return evidence;
}

analysis::Info BacktestInfo() {
  return {
      .id = "forecast.backtest",
      .title = {"Back-test of the forecast", "Проверка прогноза на прошлом"},
      .help = {"Forecasts of past periods made again by what was known on those days alone, against what came: error, "
               "bias, interval, and the same of plain ways to forecast: win rates of stages, the period before, the "
               "pace so far",
               "Прогнозы прошлых периодов, сделанные заново только по тому, что было известно в те дни, против "
               "того, что вышло: ошибка, смещение, интервал, и то же для простых способов: доли выигранных на "
               "этапах, прошлый период, темп к тому дню"},
      .needs = {"deal", "deal_version", "activity", "message", "account", "member", "team", "excluded"},
      .tables = {AccuracySpec(), SnapshotsSpec(), CalibrationSpec()}};
}

}  // namespace

analysis::Analysis BacktestAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog) {
  return analysis::DeclareOver<BacktestParams>(catalog, BacktestInfo(), &RunBacktestAnalysis, &ExplainBacktest);
}

}  // namespace weir::forecast
