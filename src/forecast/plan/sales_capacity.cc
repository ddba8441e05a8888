#include "forecast/plan/sales_capacity.h"

#include <algorithm>
#include <cmath>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "forecast/money.h"
#include "forecast/months.h"
#include "forecast/plan/capacity_facts.h"
#include "forecast/plan/positive_sum.h"
#include "forecast/targets.h"
#include "metrics/left_out.h"
#include "store/dialect.h"

namespace weir::forecast {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::EmptyTable;
using analysis::Evidence;
using analysis::Maybe;
using analysis::Of;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

constexpr std::int64_t kMostMonths = 36;
constexpr std::int64_t kLongestGivenRamp = 36;
// Of fewer deals a month's capacity says little.
constexpr std::int64_t kFewDeals = 30;
constexpr std::size_t kMostEvidence = 1000;

struct CapacityParams {
  std::int64_t months = 12;
  std::vector<std::string> hires = {};
  std::int64_t ramp_months = 0;
  std::string attrition = {};
  double away = 0;
  std::string target = {};
  std::string team = {};

  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "months", .help = {"How many months are planned, 1 to 36", "Сколько месяцев, от 1 до 36"}},
                months);
    visitor.Add({.name = "hires",
                 .help = {"Who is hired when: 2026-07:3,2026-10:2", "Кого и когда наймут: 2026-07:3,2026-10:2"}},
                hires);
    visitor.Add({.name = "ramp_months",
                 .help = {"Months until a new seller is at full strength; 0: as the data say",
                          "За сколько месяцев новый продавец выходит на полную силу; 0 — как говорят данные"}},
                ramp_months);
    visitor.Add({.name = "attrition",
                 .help = {"Share of sellers who leave within a year, 0 to 1; without it as many as left",
                          "Какая доля продавцов уходит за год, от 0 до 1; без неё — сколько уходило"}},
                attrition);
    visitor.Add({.name = "away",
                 .help = {"Share of time away beyond what past months hold, 0 to 0.9",
                          "Доля отсутствия сверх той, что была в прошлом, от 0 до 0,9"}},
                away);
    visitor.Add({.name = "target",
                 .help = {"What is to be won in all these months; without it the goals of won_amount, else the plan",
                          "Сколько нужно выиграть за все эти месяцы; без него — цели по won_amount, иначе план"}},
                target);
    visitor.Add({.name = "team", .help = {"Only this team and those below it", "Только эта команда и входящие в неё"}},
                team);
  }
};

struct Planned {
  CapacityFacts facts = {};
  CapacityPast past = {};
  CapacityPlan plan = {};
  std::vector<std::size_t> places = {};  // of the facts
  std::vector<PlannedSeller> sellers = {};
  std::vector<CapacityMonth> months = {};
  double others = 0;  // a month, by the past twelve
  double others_variance = 0;
  bool is_ramp_learnt = true;
  MonthlyTargets targets = {};
};

Result<double> AttritionAsked(const std::string& asked) {
  const auto share = ParsePlainDecimal(asked);
  const double yearly = share ? ToDouble(*share) : -1;
  if (yearly < 0 || yearly > .95) {
    return Fail(BadUsage("'{}' is not a share of sellers from 0 to 0.95", asked).Field("attrition").Mend("Write 0.2"));
  }
  return 1 - std::pow(1 - yearly, 1.0 / 12);
}

Status CheckParams(const CapacityParams& params) {
  if (params.months < 1 || params.months > kMostMonths) {
    return Fail(BadUsage("{} is not a number of months from 1 to {}", params.months, kMostMonths).Field("months"));
  }
  if (params.ramp_months < 0 || params.ramp_months > kLongestGivenRamp) {
    return Fail(BadUsage("{} is not a number of months from 0 to {}", params.ramp_months, kLongestGivenRamp)
                    .Field("ramp_months"));
  }
  if (params.away < 0 || params.away > .9) {
    return Fail(BadUsage("the share of time away is not from 0 to 0.9").Field("away"));
  }
  return {};
}

void LearnOthers(Planned& planned) {
  const std::vector<double>& months = planned.facts.others;
  const std::size_t count = std::min<std::size_t>(12, months.size());
  const std::span<const double> last = std::span(months).last(count);
  if (count == 0) return;
  for (const double month : last) planned.others += month / static_cast<double>(count);
  for (const double month : last) {
    const double distance = month - planned.others;
    if (count > 1) planned.others_variance += distance * distance / static_cast<double>(count - 1);
  }
}

Result<Planned> Plan(const metrics::MetricCatalog& catalog, const CapacityParams& params, Context& context) {
  WEIR_TRY(CheckParams(params));
  Planned planned;
  WEIR_TRY(planned.facts, ReadCapacityFacts(catalog, params.team, context));
  const CapacityFacts& facts = planned.facts;
  const auto months = static_cast<int>(params.months);
  planned.plan = {.months = months, .away = params.away};
  planned.is_ramp_learnt = params.ramp_months == 0;
  planned.plan.attrition = MonthlyAttrition(facts.left, facts.seller_months);
  if (!params.attrition.empty()) {
    WEIR_TRY(planned.plan.attrition, AttritionAsked(params.attrition));
  }
  WEIR_TRY(planned.plan.hires, HiresAsked(params.hires, facts.plan_month, months));
  std::optional<int> ramp;
  if (params.ramp_months > 0) ramp = static_cast<int>(params.ramp_months);
  WEIR_TRY(planned.past, LearnCapacity(facts.months, facts.sellers.size(), ramp));
  planned.sellers = PlannedOf(facts, planned.past, planned.places);
  planned.months = PlanCapacity(planned.past, planned.sellers, planned.plan);
  LearnOthers(planned);
  WEIR_TRY(planned.targets, TargetsByMonth(params.target, facts.plan_month, months, {.team = params.team}, context));
  return planned;
}

TableSpec CapacitySpec() {
  return {
      .name = "capacity",
      .title = {"What sellers can win, month by month", "Сколько продавцы могут выиграть, по месяцам"},
      .key = {"month"},
      .columns = {Of("month", ColumnType::kDate, "Month", "Месяц"),
                  Of("sellers", ColumnType::kNumber, "Sellers", "Продавцов"),
                  Of("ramped_sellers", ColumnType::kNumber, "As ramped ones", "В пересчёте на опытных"),
                  Of("existing", ColumnType::kMoney, "By sellers of now", "Нынешние продавцы"),
                  Of("hires", ColumnType::kMoney, "By hires", "Новые"),
                  Of("others", ColumnType::kMoney, "By others", "Прочие"),
                  Of("capacity", ColumnType::kMoney, "Capacity", "Мощность"),
                  Of("p10", ColumnType::kMoney, "p10", "p10"), Of("p90", ColumnType::kMoney, "p90", "p90"),
                  Of("target", ColumnType::kMoney, "Target", "Цель"),
                  Of("gap", ColumnType::kMoney, "Missing", "Не хватает"),
                  Of("capacity_so_far", ColumnType::kMoney, "Capacity up to here", "Мощность нарастающим"),
                  Of("p10_so_far", ColumnType::kMoney, "p10 up to here", "p10 нарастающим"),
                  Of("p90_so_far", ColumnType::kMoney, "p90 up to here", "p90 нарастающим"),
                  Of("target_so_far", ColumnType::kMoney, "Target up to here", "Цель нарастающим"),
                  Of("gap_so_far", ColumnType::kMoney, "Missing up to here", "Не хватает нарастающим"),
                  Of("target_probability", ColumnType::kShare, "Target is reached with", "Вероятность цели", "share")},
      .chart = analysis::Chart{.kind = "line", .x = "month", .y = "capacity"}};
}

TableSpec NeededSpec() {
  return {.name = "needed",
          .title = {"Hires that close the gap, by when they start", "Сколько нанять, чтобы закрыть разрыв, по началу"},
          .key = {"start"},
          .columns = {Of("start", ColumnType::kDate, "They start in", "Начинают в"),
                      Of("by_one", ColumnType::kMoney, "One wins by the end", "Один принесёт до конца"),
                      Of("gap", ColumnType::kMoney, "Missing at the end", "Не хватает в конце"),
                      CountOf("hires", "Hires needed", "Сколько нанять")}};
}

TableSpec StepsSpec() {
  return {.name = "steps",
          .title = {"The arithmetic, step by step", "Расчёт по шагам"},
          .key = {"step"},
          .columns = {TextOf("step", "Step", "Шаг"), TextOf("title_en", "What", "Что"),
                      TextOf("title_ru", "What (Russian)", "Что (по-русски)"),
                      Of("number", ColumnType::kNumber, "Number", "Число"),
                      Of("amount", ColumnType::kMoney, "Amount", "Сумма")}};
}

TableSpec RampSpec() {
  return {.name = "ramp",
          .title = {"How new sellers come to strength", "Как новые продавцы набирают силу"},
          .key = {"tenure"},
          .columns = {CountOf("tenure", "Month of work", "Месяц работы"),
                      Of("seller_months", ColumnType::kNumber, "Seller-months known", "Известно месяцев"),
                      Of("won", ColumnType::kMoney, "Won in them", "Выиграно в них"),
                      Of("observed", ColumnType::kShare, "Of a ramped month", "От месяца опытного", "share"),
                      Of("used", ColumnType::kShare, "Taken", "Принято", "share")},
          .chart = analysis::Chart{.kind = "line", .x = "tenure", .y = "used"}};
}

TableSpec SellersSpec() {
  return {.name = "sellers",
          .title = {"Sellers of the plan", "Продавцы в плане"},
          .key = {"seller_id"},
          .columns = {TextOf("seller_id", "Id", "Id"), TextOf("seller", "Seller", "Продавец"),
                      TextOf("team", "Team", "Команда"), Of("since", ColumnType::kDate, "Since", "С"),
                      Of("leaves", ColumnType::kDate, "Leaves", "Уходит"),
                      Of("won", ColumnType::kMoney, "Won in twelve months", "Выиграно за 12 месяцев"),
                      Of("own_month", ColumnType::kMoney, "Taken for a ramped month", "Принято за опытный месяц"),
                      Of("trust", ColumnType::kShare, "Weight of own months", "Вес своих месяцев", "share"),
                      Of("capacity", ColumnType::kMoney, "In the plan", "В плане")}};
}

Table CapacityTable(const Planned& planned, const Rounding& rounding, const std::string& currency) {
  Table table = EmptyTable(CapacitySpec(), currency);
  table.rows.reserve(planned.months.size());
  Int128 so_far = 0;
  double mean = 0;
  std::optional<Int128> target_so_far = 0;
  for (std::size_t m = 0; m < planned.months.size(); ++m) {
    const CapacityMonth& month = planned.months[m];
    const std::int64_t existing = rounding.Of(month.existing);
    const std::int64_t hires = rounding.Of(month.hires);
    const std::int64_t others = rounding.Of(planned.others);
    const std::int64_t capacity = existing + hires + others;
    const double count = static_cast<double>(m + 1);
    so_far += capacity;
    mean += month.Mean() + planned.others;
    const PositiveSum own(month.Mean() + planned.others, month.variance + planned.others_variance);
    const PositiveSum all(mean, month.variance_so_far + planned.others_variance * count);
    const auto& target = planned.targets.months[m];
    if (target && target_so_far) {
      *target_so_far += target->units;
    } else {
      target_so_far.reset();
    }
    const auto quantile = [&](const PositiveSum& of, double share) { return rounding.MoneyOf(of.Quantile(share)); };
    table.rows.push_back(
        {FirstDayOf(planned.facts.plan_month + static_cast<int>(m)), Rounded(month.sellers, 2),
         Rounded(month.ramped, 2), Ledger(existing), Ledger(hires), Ledger(others), Ledger(capacity), quantile(own, .1),
         quantile(own, .9), Maybe(target), target ? Value(Ledger(target->units - capacity)) : Value(), Ledger(so_far),
         quantile(all, .1), quantile(all, .9), target_so_far ? Value(Ledger(*target_so_far)) : Value(),
         target_so_far ? Value(Ledger(*target_so_far - so_far)) : Value(),
         target_so_far ? Value(Rounded(all.AtLeast(static_cast<double>(*target_so_far)), 4)) : Value()});
  }
  return table;
}

// Of all months, as the table of capacity has them.
Int128 CapacityOf(const Planned& planned, const Rounding& rounding) {
  Int128 sum = 0;
  for (const CapacityMonth& month : planned.months) {
    sum += rounding.Of(month.existing) + rounding.Of(month.hires) + rounding.Of(planned.others);
  }
  return sum;
}

std::optional<Int128> GapOf(const Planned& planned, const Rounding& rounding) {
  const auto target = planned.targets.Sum();
  if (!target) return std::nullopt;
  return target->units - CapacityOf(planned, rounding);
}

Table NeededTable(const Planned& planned, const Rounding& rounding, const std::string& currency) {
  Table table = EmptyTable(NeededSpec(), currency);
  const std::optional<Int128> gap = GapOf(planned, rounding);
  table.rows.reserve(planned.months.size());
  for (int m = 0; m < planned.plan.months; ++m) {
    const std::int64_t by_one = rounding.Of(ByOneHire(planned.past, planned.plan, m));
    Value hires;
    if (gap && *gap <= 0) hires = std::int64_t{0};
    if (gap && *gap > 0 && by_one > 0) hires = static_cast<std::int64_t>((*gap + by_one - 1) / by_one);
    table.rows.push_back(
        {FirstDayOf(planned.facts.plan_month + m), Ledger(by_one), gap ? Value(Ledger(*gap)) : Value(), hires});
  }
  return table;
}

Table StepsTable(const Planned& planned, const Rounding& rounding, const std::string& currency) {
  Table table = EmptyTable(StepsSpec(), currency);
  const CapacityPast& past = planned.past;
  const CapacitySteps steps = StepsOf(past, planned.sellers, planned.plan);
  const auto add = [&](const char* step, const analysis::Text& title, const Value& number, const Value& amount) {
    table.rows.push_back({std::string(step), title.en, title.ru, number, amount});
  };
  const double months = planned.plan.months;
  std::int64_t hired = 0;
  for (const Hire& hire : planned.plan.hires) hired += hire.people;
  const std::int64_t whole = static_cast<std::int64_t>(CapacityOf(planned, rounding));
  // The parts as they are rounded; what rounding leaves goes to the largest.
  const std::vector<std::int64_t> parts =
      rounding.Share(whole, std::vector<double>{steps.mean_sellers, steps.own, steps.ramp, steps.leaving, steps.away,
                                                steps.hires, planned.others * months});
  add("productivity", {"Won in a month by a ramped seller", "Опытный продавец выигрывает за месяц"}, past.ramped_months,
      rounding.MoneyOf(past.productivity));
  add("spread", {"Give or take, from seller to seller", "Разброс между продавцами"}, {},
      rounding.MoneyOf(past.between));
  add("sellers",
      {"Sellers of the plan, all ramped and of that productivity",
       "Продавцы плана, все опытные и с такой "
       "производительностью"},
      static_cast<std::int64_t>(planned.sellers.size()), Ledger(parts[0]));
  add("own", {"What they win more or less than that", "Насколько они сильнее или слабее"}, {}, Ledger(parts[1]));
  add("ramp", {"Not at full strength yet", "Ещё не в полной силе"}, {}, Ledger(parts[2]));
  add("leaving", {"Who leaves within the plan; share of a year", "Кто уйдёт за это время; доля в год"},
      Rounded(1 - std::pow(1 - planned.plan.attrition, 12), 4), Ledger(parts[3]));
  add("away", {"Away more than in the past", "Отсутствуют больше прежнего"}, Rounded(planned.plan.away, 4),
      Ledger(parts[4]));
  add("hires", {"Who is hired", "Кого наймут"}, hired, Ledger(parts[5]));
  add("others",
      {"Won by nobody who is a seller, as in the past twelve months",
       "Выигрывают не продавцы, как в последние двенадцать месяцев"},
      {}, Ledger(parts[6]));
  add("capacity", {"Capacity of all months", "Мощность за все месяцы"}, std::int64_t{planned.plan.months},
      Ledger(whole));
  const auto target = planned.targets.Sum();
  add("target", {"To be won in them", "Нужно выиграть"}, {}, Maybe(target));
  add("gap", {"Missing", "Не хватает"}, {}, target ? Value(Ledger(target->units - whole)) : Value());
  return table;
}

Table RampTable(const Planned& planned, const Rounding& rounding, const std::string& currency) {
  Table table = EmptyTable(RampSpec(), currency);
  table.rows.reserve(planned.past.ramp.size());
  for (std::size_t t = 0; t < planned.past.ramp.size(); ++t) {
    const RampMonth& at = planned.past.ramp[t];
    table.rows.push_back(
        {static_cast<std::int64_t>(t) + 1, at.seller_months, rounding.MoneyOf(at.won), Maybe(at.observed), at.used});
  }
  return table;
}

Table SellersTable(const Planned& planned, const Rounding& rounding, const std::string& currency) {
  Table table = EmptyTable(SellersSpec(), currency);
  table.rows.reserve(planned.sellers.size());
  for (std::size_t i = 0; i < planned.sellers.size(); ++i) {
    const SellerFact& fact = planned.facts.sellers[planned.places[i]];
    double won = 0;
    const CapacityPlan alone{
        .months = planned.plan.months, .attrition = planned.plan.attrition, .away = planned.plan.away};
    for (const CapacityMonth& month : PlanCapacity(planned.past, std::span(planned.sellers).subspan(i, 1), alone)) {
      won += month.existing;
    }
    const OwnProductivity& own = planned.sellers[i].own;
    table.rows.push_back({fact.id, fact.name, analysis::OrNull(fact.team), Maybe(fact.started), Maybe(fact.ended),
                          Ledger(fact.won_units), rounding.MoneyOf(own.mean), Rounded(own.trust, 4),
                          rounding.MoneyOf(won)});
  }
  return table;
}

std::vector<analysis::Warning> WarningsOf(const Planned& planned) {
  std::vector<analysis::Warning> warnings = planned.targets.warnings;
  const CapacityFacts& facts = planned.facts;
  const auto add = [&](const char* code, Phrase message) {
    warnings.push_back({.code = code, .message = std::move(message)});
  };
  if (facts.won_deals < kFewDeals) {
    add("few_deals",
        MakePhrase("productivity and ramp rest on {} won deals: take them as a first guess", facts.won_deals));
  }
  if (facts.without_start > 0) {
    add("no_start_date", MakePhrase("{} sellers have no start date and count as ramped", facts.without_start));
  }
  if (facts.without_amount > 0) {
    add("without_amount", MakePhrase("{} won deals have no amount and add none", facts.without_amount));
  }
  if (facts.not_closing > 0) {
    std::string names;
    for (const std::string& name : facts.departments) {
      names.append(names.empty() ? "" : ", ").append(name.empty() ? "?" : name);
    }
    add("not_closing", MakePhrase("{} sellers of departments whose sellers never won a deal are not planned: {}",
                                  facts.not_closing, names));
  }
  if (planned.is_ramp_learnt && planned.past.ramp.front().seller_months == 0) {
    add("ramp_unknown", MakePhrase("no seller started within the known months: the ramp is the usual line of "
                                   "six months; give 'ramp_months' where yours is another"));
  }
  return warnings;
}

Result<Output> RunCapacity(const metrics::MetricCatalog& catalog, const CapacityParams& params, Context& context) {
  WEIR_TRY(const Planned planned, Plan(catalog, params, context));
  const std::string& currency = context.settings().currency;
  const Rounding rounding(currency);
  return Output{.tables = {CapacityTable(planned, rounding, currency), NeededTable(planned, rounding, currency),
                           StepsTable(planned, rounding, currency), RampTable(planned, rounding, currency),
                           SellersTable(planned, rounding, currency)},
                .warnings = WarningsOf(planned)};
}

// Behind a seller the deals that were won in the months that the plan is learnt from.
Result<Evidence> ExplainCapacity(const metrics::MetricCatalog& catalog, const CapacityParams& params,
                                 const std::string& table, const std::vector<std::string>& key, Context& context) {
  if (key.size() != 1) return Fail(BadUsage("the key is empty").Field("explain"));
  if (table != "sellers" && table != "steps") {
    return Fail(NotFound("table '{}' has no rows behind it", table).Field("explain"));
  }
  WEIR_TRY(const CapacityFacts facts, ReadCapacityFacts(catalog, params.team, context));
  WEIR_TRY(const std::string deals, metrics::CountedSql(catalog, "deal", context.session()));
  std::string whose = "seller_id IS NOT NULL";
  std::vector<Value> values;
  if (table == "sellers") {
    whose = "seller_id = ?";
    values.emplace_back(key.front());
  }
  WEIR_TRY(const store::Rows rows,
           context.session().Query(
               fmt::format("SELECT deal_id FROM ({}) WHERE status = 'won' AND close_date >= {} AND close_date < {} AND "
                           "{} ORDER BY amount_reporting DESC NULLS LAST, deal_id NULLS LAST",
                           deals, store::DateLiteral(FirstDayOf(facts.first_month)),
                           store::DateLiteral(FirstDayOf(facts.plan_month)), whose),
               values));
  Evidence evidence{.table = "deal", .total = static_cast<std::int64_t>(rows.size())};
  for (std::size_t row = 0; row < std::min(rows.size(), kMostEvidence); ++row) {
    evidence.ids.push_back(rows.TextAt(row, 0));
  }
  return evidence;
}

analysis::Info CapacityInfo() {
  return {.id = "forecast.capacity",
          .title = {"Sales capacity", "Мощность продаж"},
          .help = {"What the sellers of now and those to be hired can win, month by month, with an interval, against "
                   "the target: ramp, productivity and leaving as the data have them or as given; how many hires "
                   "close the gap, by when they start; the arithmetic step by step",
                   "Сколько нынешние продавцы и те, кого наймут, могут выиграть по месяцам, с интервалом, против "
                   "цели: выход на силу, производительность и уходы — по данным или как задано; сколько людей "
                   "закроют разрыв, смотря когда они начнут; расчёт по шагам"},
          .asks = {"goals"},
          .needs = {"deal", "account", "member", "team", "excluded"},
          .tables = {CapacitySpec(), NeededSpec(), StepsSpec(), RampSpec(), SellersSpec()},
          .is_cacheable = false};  // goals change without a data version
}

}  // namespace

Result<std::vector<Hire>> HiresAsked(const std::vector<std::string>& asked, int first, int months) {
  std::vector<Hire> hires;
  hires.reserve(asked.size());
  for (const std::string& one : asked) {
    const std::size_t colon = one.find(':');
    const auto day = colon == std::string::npos ? std::nullopt : ParseIsoDate(one.substr(0, colon) + "-01");
    const auto people = colon == std::string::npos ? std::nullopt : ParsePlainDecimal(one.substr(colon + 1));
    if (!day || !people || people->scale != 0 || people->units < 1 || people->units > 1000) {
      return Fail(BadUsage("'{}' is not a month with a number of hires", one).Field("hires").Mend("Write 2026-07:3"));
    }
    const int month = MonthOf(*day) - first;
    if (month < 0 || month >= months) {
      return Fail(BadUsage("hires of {} are outside the plan, which goes from {} to {}", one.substr(0, colon),
                           FormatDate(FirstDayOf(first)), FormatDate(LastDayOf(first + months - 1)))
                      .Field("hires"));
    }
    hires.push_back({month, static_cast<int>(people->units)});
  }
  return hires;
}

analysis::Analysis CapacityAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog) {
  return analysis::DeclareOver<CapacityParams>(catalog, CapacityInfo(), &RunCapacity, &ExplainCapacity);
}

}  // namespace weir::forecast
