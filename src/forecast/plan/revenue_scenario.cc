#include "forecast/plan/revenue_scenario.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "forecast/deal_book.h"
#include "forecast/money.h"
#include "forecast/months.h"
#include "forecast/plan/capacity_facts.h"
#include "forecast/plan/sales_capacity.h"
#include "forecast/plan/scenario.h"
#include "metrics/ask.h"

namespace weir::forecast {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::EmptyTable;
using analysis::Evidence;
using analysis::Maybe;
using analysis::Of;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::Text;
using analysis::TextOf;
using metrics::DayRange;
using store::Value;

constexpr std::int64_t kMostQuarters = 4;
constexpr int kMostWeeks = 53;
constexpr int kLeastWeeks = 14;
// Units of the ledger in one of the currency, which histories of deals are in.
constexpr double kUnits = 10'000;
// What sensitivities move each lever by, in percent.
constexpr double kMove = 10;

struct ScenarioParams {
  double win_rate = 0;
  double cycle = 0;
  double volume = 0;
  double price = 0;
  std::vector<std::string> hires = {};
  std::int64_t ramp_months = 0;
  std::string from = {};
  std::int64_t quarters = 1;
  std::string target = {};
  BookScope scope = {};

  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "win_rate",
                 .help = {"Win rate, percent more or less: 10, -5", "Доля выигранных, на сколько процентов: 10, -5"}},
                win_rate);
    visitor.Add({.name = "cycle", .help = {"Length of the cycle, percent", "Длина цикла, процентов"}}, cycle);
    visitor.Add({.name = "volume", .help = {"Deals created, percent", "Создаваемых сделок, процентов"}}, volume);
    visitor.Add({.name = "price", .help = {"Amounts of deals, percent", "Суммы сделок, процентов"}}, price);
    visitor.Add({.name = "hires",
                 .help = {"Who is hired when: 2026-07:3,2026-10:2", "Кого и когда наймут: 2026-07:3,2026-10:2"}},
                hires);
    visitor.Add({.name = "ramp_months",
                 .help = {"Months until a new seller is at full strength; 0: as the data say",
                          "За сколько месяцев новый продавец выходит на полную силу; 0 — как говорят данные"}},
                ramp_months);
    visitor.Add({.name = "from",
                 .help = {"The month from which the levers stand so: 2026-10; without it, from tomorrow on",
                          "Месяц, с которого рычаги стоят так: 2026-10; без него — с завтрашнего дня"}},
                from);
    visitor.Add({.name = "quarters",
                 .help = {"How many quarters after this one, 0 to 4", "Сколько кварталов после этого, от 0 до 4"}},
                quarters);
    visitor.Add({.name = "target",
                 .help = {"What is to be won in each quarter; without it the goals of won_amount, else the plan",
                          "Сколько нужно выиграть в каждом квартале; без него — цели по won_amount, иначе план"}},
                target);
    scope.Describe(visitor);
  }
};

enum Move : std::uint8_t { kVolume, kWinRate, kPrice, kCycle, kHires };
constexpr std::size_t kMoves = 5;

const Text& TitleOf(std::size_t move) {
  static const std::array<Text, kMoves> kTitles{{{"Deals created", "Создаваемые сделки"},
                                                 {"Win rate", "Доля выигранных"},
                                                 {"Amounts", "Суммы"},
                                                 {"Length of the cycle", "Длина цикла"},
                                                 {"Hires", "Наём"}}};
  return kTitles[move];
}
const char* NameOf(std::size_t move) {
  static constexpr std::array<const char*, kMoves> kNames{"volume", "win_rate", "price", "cycle", "hires"};
  return kNames[move];
}

double& LeverOf(Levers& levers, std::size_t move) {
  return move == kVolume    ? levers.volume
         : move == kWinRate ? levers.win_rate
         : move == kPrice   ? levers.price
                            : levers.cycle;
}

struct Quarter {
  DayRange days = {};
  ForecastPeriod period = {};
  metrics::Target target = {};
  AddedRevenue hires = {};
};

struct Facts {
  DealBook book = {};
  std::optional<PeriodModel> model = {};
  std::vector<Quarter> quarters = {};
  Quarter whole = {};  // all of them as one period
  Day from = 0;
  Levers levers = {};
  bool has_hires = false;
  std::vector<analysis::Warning> warnings = {};
};

Result<double> FactorOfPercent(double percent, const char* name) {
  if (!(percent >= -90 && percent <= 300)) {
    return Fail(BadUsage("{} percent is not from -90 to 300", percent).Field(name));
  }
  return 1 + percent / 100;
}

Result<Levers> LeversAsked(const ScenarioParams& params) {
  Levers levers;
  WEIR_TRY(levers.win_rate, FactorOfPercent(params.win_rate, "win_rate"));
  WEIR_TRY(levers.cycle, FactorOfPercent(params.cycle, "cycle"));
  WEIR_TRY(levers.volume, FactorOfPercent(params.volume, "volume"));
  WEIR_TRY(levers.price, FactorOfPercent(params.price, "price"));
  return levers;
}

Result<Day> FromAsked(const ScenarioParams& params, const Facts& facts) {
  const Day tomorrow = facts.book.as_of + 1;
  if (params.from.empty()) return tomorrow;
  const auto day = ParseIsoDate(params.from.size() == 7 ? params.from + "-01" : params.from);
  if (!day) return Fail(BadUsage("'{}' is not a month", params.from).Field("from").Mend("Write 2026-10"));
  if (day->days > facts.whole.period.last) {
    return Fail(BadUsage("the levers would stand from {} on, after all that is foretold", params.from)
                    .Field("from")
                    .Mend("Ask for more 'quarters', or for an earlier month"));
  }
  return std::max(day->days, tomorrow);
}

Status ReadQuarters(const ScenarioParams& params, Context& context, Facts& facts) {
  if (params.quarters < 0 || params.quarters > kMostQuarters) {
    return Fail(
        BadUsage("{} is not a number of quarters from 0 to {}", params.quarters, kMostQuarters).Field("quarters"));
  }
  const metrics::WhoseParams whose{
      .team = params.scope.team, .segment = params.scope.segment, .where = params.scope.owner.empty() ? "" : "narrow"};
  DayRange days = metrics::PeriodNow("quarter", context);
  bool has_target = true;
  for (std::int64_t i = 0; i <= params.quarters; ++i) {
    Quarter quarter{.days = days, .period = {days.first.days, days.last.days}};
    WEIR_TRY(quarter.target, metrics::TargetOf(params.target, days, whose, context));
    if (!quarter.target.amount && has_target) facts.warnings = metrics::WarningsOf(quarter.target);
    has_target = has_target && quarter.target.amount.has_value();
    facts.quarters.push_back(std::move(quarter));
    days = metrics::PeriodAround({days.last.days + 1}, metrics::Grain::kQuarter,
                                 context.settings().fiscal_year_start_month);
  }
  facts.whole = facts.quarters.front();
  facts.whole.days.last = facts.quarters.back().days.last;
  facts.whole.period.last = facts.quarters.back().period.last;
  if (!has_target) facts.whole.target = {};
  for (std::size_t i = 1; i < facts.quarters.size() && has_target; ++i) {
    facts.whole.target.amount->units += facts.quarters[i].target.amount->units;
  }
  return {};
}

// What hires win in each quarter, through the kernel of capacity. Where it knows too little, they are left out.
Status AddHires(const metrics::MetricCatalog& catalog, const ScenarioParams& params, Context& context, Facts& facts) {
  if (params.hires.empty()) return {};
  const int first = FirstUnended({facts.book.as_of});
  const int months = MonthOf(facts.whole.days.last) - first + 1;
  if (months <= 0) return {};
  WEIR_TRY(const std::vector<Hire> hires, HiresAsked(params.hires, first, months));
  WEIR_TRY(const CapacityFacts sellers, ReadCapacityFacts(catalog, params.scope.team, context));
  std::optional<int> ramp;
  if (params.ramp_months > 0) ramp = static_cast<int>(std::min<std::int64_t>(params.ramp_months, 36));
  const auto past = LearnCapacity(sellers.months, sellers.sellers.size(), ramp);
  if (!past) {
    if (past.error().code() != Code::kNotEnoughData) return Fail(past.error());
    facts.warnings.push_back(
        {.code = "no_capacity", .message = MakePhrase("hires are left out: {}", past.error().phrase())});
    return {};
  }
  facts.has_hires = true;
  const CapacityPlan plan{
      .months = months, .attrition = MonthlyAttrition(sellers.left, sellers.seller_months), .hires = hires};
  const std::vector<CapacityMonth> by_month = PlanCapacity(*past, {}, plan);
  for (std::size_t m = 0; m < by_month.size(); ++m) {
    const Date day = FirstDayOf(first + static_cast<int>(m));
    for (Quarter& quarter : facts.quarters) {
      if (day < quarter.days.first || quarter.days.last < day) continue;
      quarter.hires.mean += by_month[m].hires / kUnits;
      quarter.hires.variance += by_month[m].variance / (kUnits * kUnits);
    }
    facts.whole.hires.mean += by_month[m].hires / kUnits;
  }
  facts.whole.hires.variance = by_month.back().variance_so_far / (kUnits * kUnits);
  return {};
}

Result<Facts> ReadFacts(const metrics::MetricCatalog& catalog, const ScenarioParams& params, Context& context) {
  Facts facts;
  WEIR_TRY(facts.levers, LeversAsked(params));
  WEIR_TRY(ReadQuarters(params, context, facts));
  WEIR_TRY(facts.book, ReadDealBook(catalog, params.scope, context));
  WEIR_TRY(facts.from, FromAsked(params, facts));
  WEIR_TRY(AddHires(catalog, params, context, facts));
  context.Report(MakePhrase("learning from {} deals", facts.book.deals.size()), .1);
  // The model of the forecast of deals, with hazards as far ahead as is asked.
  LearnOptions options = OptionsOf(facts.book, facts.book.as_of, facts.quarters.front().period,
                                   metrics::Grain::kQuarter, context.settings().fiscal_year_start_month);
  options.horizon_weeks = std::clamp((facts.whole.period.last - facts.book.as_of + 6) / 7, kLeastWeeks, kMostWeeks);
  WEIR_TRY(facts.model, PeriodModel::Learn(facts.book.histories, options, Executor()));
  if (context.stop().stop_requested()) return Fail(Cancelled("the forecast was cancelled"));
  return facts;
}

// One distribution that is asked for.
struct Asked {
  const Quarter* quarter;
  Levers levers;
  bool has_hires;
};

Result<std::vector<RevenueDistribution>> Answer(const Facts& facts, const std::vector<Asked>& asked) {
  std::vector<std::optional<Result<RevenueDistribution>>> each(asked.size());
  Executor().ForEach(asked.size(), [&](std::size_t i) {
    const Asked& one = asked[i];
    const Scenario scenario{
        .levers = one.levers, .from = facts.from, .hires = one.has_hires ? one.quarter->hires : AddedRevenue{}};
    each[i] = RevenueUnder(*facts.model, facts.book.histories, facts.book.scope, one.quarter->period, scenario);
  });
  std::vector<RevenueDistribution> answers;
  answers.reserve(each.size());
  for (auto& one : each) {
    WEIR_TRY(RevenueDistribution known, std::move(*one));
    answers.push_back(std::move(known));
  }
  return answers;
}

TableSpec ScenarioSpec() {
  return {.name = "scenario",
          .title = {"What quarters bring in", "Что принесут кварталы"},
          .key = {"first_day", "last_day"},
          .columns = {Of("first_day", ColumnType::kDate, "From", "С"), Of("last_day", ColumnType::kDate, "To", "По"),
                      Of("base_p10", ColumnType::kMoney, "Now, p10", "Сейчас, p10"),
                      Of("base_p50", ColumnType::kMoney, "Now, p50", "Сейчас, p50"),
                      Of("base_p90", ColumnType::kMoney, "Now, p90", "Сейчас, p90"),
                      Of("base_mean", ColumnType::kMoney, "Now, mean", "Сейчас, среднее"),
                      Of("p10", ColumnType::kMoney, "p10", "p10"), Of("p50", ColumnType::kMoney, "p50", "p50"),
                      Of("p90", ColumnType::kMoney, "p90", "p90"), Of("mean", ColumnType::kMoney, "Mean", "Среднее"),
                      Of("change", ColumnType::kMoney, "Change of p50", "Изменение p50"),
                      Of("by_hires", ColumnType::kMoney, "Hires win", "Принесут новые"),
                      Of("target", ColumnType::kMoney, "Target", "Цель"),
                      Of("base_probability", ColumnType::kShare, "Target is reached now with",
                         "Вероятность цели сейчас", "share"),
                      Of("probability", ColumnType::kShare, "Target is reached then with", "Вероятность цели тогда",
                         "share")},
          .chart = analysis::Chart{.kind = "bar", .x = "first_day", .y = "p50"}};
}

TableSpec StepsSpec() {
  return {.name = "steps",
          .title = {"What each lever adds", "Что даёт каждый рычаг"},
          .key = {"step"},
          .columns = {TextOf("step", "Step", "Шаг"), TextOf("title_en", "What", "Что"),
                      TextOf("title_ru", "What (Russian)", "Что (по-русски)"),
                      Of("moved", ColumnType::kShare, "Moved by", "Сдвинут на", "share"),
                      Of("amount", ColumnType::kMoney, "Amount", "Сумма")},
          .chart = analysis::Chart{.kind = "waterfall", .x = "title_en", .y = "amount"}};
}

TableSpec SensitivitySpec() {
  return {.name = "sensitivity",
          .title = {"What a tenth of each lever does", "Что даёт десятая часть каждого рычага"},
          .key = {"lever"},
          .columns = {TextOf("lever", "Lever", "Рычаг"), TextOf("title_en", "What", "Что"),
                      TextOf("title_ru", "What (Russian)", "Что (по-русски)"),
                      Of("base_p50", ColumnType::kMoney, "As it stands", "Как есть"),
                      Of("less", ColumnType::kMoney, "A tenth less", "На десятую меньше"),
                      Of("more", ColumnType::kMoney, "A tenth more", "На десятую больше"),
                      Of("less_change", ColumnType::kMoney, "That changes", "Меняет на"),
                      Of("more_change", ColumnType::kMoney, "This changes", "Меняет на"),
                      Of("swing", ColumnType::kMoney, "Between both", "Размах")},
          .chart = analysis::Chart{.kind = "bar", .x = "lever", .y = "swing"}};
}

Result<Table> ScenarioTable(const Facts& facts, const Rounding& rounding, const std::string& currency) {
  Table table = EmptyTable(ScenarioSpec(), currency);
  std::vector<const Quarter*> rows;
  rows.reserve(facts.quarters.size() + 1);
  for (const Quarter& quarter : facts.quarters) rows.push_back(&quarter);
  if (facts.quarters.size() > 1) rows.push_back(&facts.whole);
  std::vector<Asked> asked;
  for (const Quarter* row : rows) {
    asked.push_back({row, {}, false});
    asked.push_back({row, facts.levers, facts.has_hires});
  }
  WEIR_TRY(const std::vector<RevenueDistribution> answers, Answer(facts, asked));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const RevenueDistribution& base = answers[2 * i];
    const RevenueDistribution& moved = answers[2 * i + 1];
    const auto money = [&](double amount) { return rounding.MoneyOf(kUnits * amount); };
    const Decimal base_p50 = money(base.Quantile(.5));
    const Decimal p50 = money(moved.Quantile(.5));
    const auto& target = rows[i]->target.amount;
    const auto reached = [&](const RevenueDistribution& of) {
      return target ? Value(Rounded(of.AtLeast(ToDouble(*target)), 4)) : Value();
    };
    table.rows.push_back({rows[i]->days.first, rows[i]->days.last, money(base.Quantile(.1)), base_p50,
                          money(base.Quantile(.9)), money(base.Mean()), money(moved.Quantile(.1)), p50,
                          money(moved.Quantile(.9)), money(moved.Mean()), Ledger(p50.units - base_p50.units),
                          money(facts.has_hires ? rows[i]->hires.mean : 0), Maybe(target), reached(base),
                          reached(moved)});
  }
  return table;
}

// From the p50 of all quarters as they stand to that of the scenario: the mean over all orders of moving the levers.
Result<Table> StepsTable(const Facts& facts, const Rounding& rounding, const std::string& currency) {
  std::vector<std::size_t> moved;
  Levers levers = facts.levers;
  for (std::size_t move = 0; move < kHires; ++move) {
    if (LeverOf(levers, move) != 1) moved.push_back(move);
  }
  if (facts.has_hires) moved.push_back(kHires);
  std::vector<Asked> asked;
  for (std::size_t set = 0; set < (std::size_t{1} << moved.size()); ++set) {
    Asked one{&facts.whole, {}, false};
    for (std::size_t i = 0; i < moved.size(); ++i) {
      if ((set >> i & 1U) == 0) continue;
      if (moved[i] == kHires) {
        one.has_hires = true;
      } else {
        LeverOf(one.levers, moved[i]) = LeverOf(levers, moved[i]);
      }
    }
    asked.push_back(one);
  }
  WEIR_TRY(const std::vector<RevenueDistribution> answers, Answer(facts, asked));
  std::vector<double> p50s;
  p50s.reserve(answers.size());
  for (const RevenueDistribution& answer : answers) p50s.push_back(kUnits * answer.Quantile(.5));
  const std::int64_t base = rounding.Of(p50s.front());
  const std::int64_t then = rounding.Of(p50s.back());
  const std::vector<std::int64_t> parts = rounding.Share(then - base, AddedByEach(moved.size(), p50s));
  Table table = EmptyTable(StepsSpec(), currency);
  const auto add = [&](const char* step, const Text& title, const Value& by, std::int64_t amount) {
    table.rows.push_back({std::string(step), title.en, title.ru, by, Ledger(amount)});
  };
  add("base", {"As it stands, p50 of all quarters", "Как есть, p50 всех кварталов"}, {}, base);
  for (std::size_t i = 0; i < moved.size(); ++i) {
    const Value by = moved[i] == kHires ? Value() : Value(Rounded(LeverOf(levers, moved[i]) - 1, 4));
    add(NameOf(moved[i]), TitleOf(moved[i]), by, parts[i]);
  }
  add("scenario", {"Then, p50 of all quarters", "Тогда, p50 всех кварталов"}, {}, then);
  return table;
}

// Each lever a tenth less and more than the scenario has it, for all quarters; the widest first.
Result<Table> SensitivityTable(const Facts& facts, const Rounding& rounding, const std::string& currency) {
  std::vector<Asked> asked{{&facts.whole, facts.levers, facts.has_hires}};
  for (std::size_t move = 0; move < kHires; ++move) {
    for (const double percent : {-kMove, kMove}) {
      Asked one = asked.front();
      LeverOf(one.levers, move) *= 1 + percent / 100;
      asked.push_back(one);
    }
  }
  WEIR_TRY(const std::vector<RevenueDistribution> answers, Answer(facts, asked));
  const std::int64_t base = rounding.Of(kUnits * answers.front().Quantile(.5));
  struct Swing {
    std::size_t move;
    std::int64_t less;
    std::int64_t more;
    std::int64_t Width() const { return std::abs(more - less); }
  };
  std::vector<Swing> swings;
  swings.reserve(kHires);
  for (std::size_t move = 0; move < kHires; ++move) {
    swings.push_back({move, rounding.Of(kUnits * answers[2 * move + 1].Quantile(.5)),
                      rounding.Of(kUnits * answers[2 * move + 2].Quantile(.5))});
  }
  std::ranges::stable_sort(swings, [](const Swing& a, const Swing& b) { return a.Width() > b.Width(); });
  Table table = EmptyTable(SensitivitySpec(), currency);
  for (const Swing& swing : swings) {
    const Text& title = TitleOf(swing.move);
    table.rows.push_back({std::string(NameOf(swing.move)), title.en, title.ru, Ledger(base), Ledger(swing.less),
                          Ledger(swing.more), Ledger(swing.less - base), Ledger(swing.more - base),
                          Ledger(swing.Width())});
  }
  return table;
}

Result<Output> RunScenario(const metrics::MetricCatalog& catalog, const ScenarioParams& params, Context& context) {
  WEIR_TRY(Facts facts, ReadFacts(catalog, params, context));
  const std::string& currency = context.settings().currency;
  const Rounding rounding(currency);
  context.Report(MakePhrase("moving the levers"), .6);
  WEIR_TRY(Table scenario, ScenarioTable(facts, rounding, currency));
  if (context.stop().stop_requested()) return Fail(Cancelled("the forecast was cancelled"));
  WEIR_TRY(Table steps, StepsTable(facts, rounding, currency));
  if (context.stop().stop_requested()) return Fail(Cancelled("the forecast was cancelled"));
  WEIR_TRY(Table sensitivity, SensitivityTable(facts, rounding, currency));
  Output output{.tables = {std::move(scenario), std::move(sensitivity), std::move(steps)},
                .warnings = std::move(facts.book.warnings),
                .history = facts.book.history};
  for (analysis::Warning& warning : facts.warnings) output.warnings.push_back(std::move(warning));
  const bool is_far = (facts.whole.period.last - facts.book.as_of + 6) / 7 > kMostWeeks;
  if (is_far) {
    output.warnings.push_back(
        {.code = "far_ahead",
         .message = MakePhrase("rates are learnt for {} weeks ahead and taken to go on so after them", kMostWeeks)});
  }
  return output;
}

// Behind a quarter its open deals and those won in it, the largest first.
Result<Evidence> ExplainScenario(const metrics::MetricCatalog& catalog, const ScenarioParams& params,
                                 const std::string& table, const std::vector<std::string>& key, Context& context) {
  const auto first = key.empty() ? std::nullopt : ParseIsoDate(key.front());
  if (table != "scenario" || key.size() != 2 || !first) {
    return Fail(NotFound("table '{}' has no rows behind it", table).Field("explain"));
  }
  WEIR_TRY(const DealBook book, ReadDealBook(catalog, params.scope, context));
  const auto last = ParseIsoDate(key.back());
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < book.deals.size(); ++i) {
    const BookedDeal& deal = book.deals[i];
    const bool is_won = deal.kind == DealKind::kWon && deal.close_day && *deal.close_day >= first->days && last &&
                        *deal.close_day <= last->days;
    if (book.IsAsked(i) && (is_won || deal.kind == DealKind::kOpen)) places.push_back(i);
  }
  std::ranges::stable_sort(places, [&](std::size_t a, std::size_t b) {
    return book.deals[a].amount.value_or(0) > book.deals[b].amount.value_or(0);
  });
  constexpr std::size_t kMostEvidence = 1000;
  Evidence evidence{.table = "deal", .total = static_cast<std::int64_t>(places.size())};
  for (std::size_t i = 0; i < std::min(places.size(), kMostEvidence); ++i) {
    evidence.ids.push_back(book.deals[places[i]].id);
  }
  return evidence;
}

analysis::Info ScenarioInfo() {
  return {.id = "forecast.scenario",
          .title = {"Scenario", "Сценарий"},
          .help = {"What this quarter and the next bring in if win rate, cycle, number of deals, amounts or hires were "
                   "others from a month on: with intervals and the probability of the target beside how it stands, "
                   "what each lever adds, and what a tenth of each does",
                   "Что принесут этот квартал и следующие, если с некоторого месяца изменить долю выигранных, цикл, "
                   "число сделок, суммы или наём: с интервалами и вероятностью цели рядом с нынешними, что даёт каждый "
                   "рычаг и что даёт его десятая часть"},
          .asks = {"goals"},
          .needs = {"deal", "deal_version", "activity", "message", "account", "member", "team", "excluded"},
          .tables = {ScenarioSpec(), SensitivitySpec(), StepsSpec()},
          .is_cacheable = false};  // goals change without a data version
}

}  // namespace

analysis::Analysis ScenarioAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog) {
  return analysis::DeclareOver<ScenarioParams>(catalog, ScenarioInfo(), &RunScenario, &ExplainScenario);
}

}  // namespace weir::forecast
