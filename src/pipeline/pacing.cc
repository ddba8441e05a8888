#include "pipeline/pacing.h"

#include <algorithm>

#include "analysis/columns.h"
#include "metrics/ask.h"
#include "pipeline/pace.h"
#include "pipeline/rows.h"
#include "pipeline/scope.h"
#include "store/dialect.h"

namespace weir::pipeline {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::Evidence;
using analysis::Of;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::Text;
using analysis::TextOf;
using metrics::DayRange;
using metrics::PeriodNames;
using metrics::PeriodNow;
using metrics::RatioOf;
using metrics::Target;
using metrics::TargetOf;
using metrics::WarningsOf;
using metrics::WhoseParams;
using store::Value;

constexpr std::int64_t kMostPeriods = 40;
// Of fewer earlier periods nothing is said of the end.
constexpr std::size_t kFewestPeriods = 4;

struct PacingParams {
  std::string period = "quarter";
  std::int64_t periods = 8;
  std::string target = {};
  ScopeParams scope = {};

  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "period",
                 .help = {"The period that holds as-of; quarters and years are fiscal ones",
                          "Период, в который попадает дата отчёта; кварталы и годы — финансовые"},
                 .allowed = PeriodNames()},
                period);
    visitor.Add({.name = "periods", .help = {"How many earlier ones, 1 to 40", "Сколько прежних, от 1 до 40"}},
                periods);
    visitor.Add({.name = "target",
                 .help = {"What is to be won in the period; without it the goal of won_amount, else the plan",
                          "Сколько нужно выиграть за период; без него — цель по won_amount, иначе план"}},
                target);
    scope.Describe(visitor);
  }
};

struct Period {
  DayRange days = {};
  Pace pace = {};
  bool is_known = false;  // deals are known from before it began
};

struct Facts {
  std::int32_t number = 0;  // of the day, the first is 1
  Period now = {};
  std::vector<Period> earlier = {};  // the newest first
  std::vector<DayWon> won = {};
  std::int64_t without_amount = 0;
};

Result<Facts> ReadFacts(const Scope& scope, const PacingParams& params, Context& context) {
  if (params.periods < 1 || params.periods > kMostPeriods) {
    return Fail(BadUsage("{} is not a number of periods from 1 to {}", params.periods, kMostPeriods).Field("periods"));
  }
  Facts facts;
  const Date today = context.LocalAsOfDate();
  std::int32_t first_known = today.days;
  WEIR_TRY(
      EachRow(context.session(),
              fmt::format("SELECT min(least(coalesce(created_date, close_date), coalesce(close_date, created_date))) "
                          "AS first_day FROM ({})",
                          ScopedDealsSql(scope)),
              [&](const store::Chunk& chunk, std::size_t row) {
                if (const std::int32_t day = DayOf(chunk, 0, row); day != kNoDay) first_known = day;
              }));
  WEIR_TRY(EachRow(
      context.session(),
      fmt::format("SELECT close_date, CAST(sum(amount_reporting) AS DECIMAL(18,4)) AS amount, count(*) AS deals, "
                  "count(*) FILTER (WHERE amount_reporting IS NULL) AS without FROM ({}) WHERE status = 'won' "
                  "AND close_date <= {} GROUP BY close_date ORDER BY close_date NULLS LAST",
                  ScopedDealsSql(scope), store::DateLiteral(today)),
      [&](const store::Chunk& chunk, std::size_t row) {
        const std::int64_t amount = AmountOf(chunk, 1, row);
        facts.won.push_back({DayOf(chunk, 0, row), amount == kNoAmount ? 0 : amount, chunk.Column(2).Integers()[row]});
        facts.without_amount += chunk.Column(3).Integers()[row];
      }));
  facts.now.days = PeriodNow(params.period, context);
  facts.number = today.days - facts.now.days.first.days + 1;
  const auto pace = [&](DayRange days) { return PaceOf(facts.won, days.first.days, days.last.days, facts.number); };
  facts.now.pace = pace(facts.now.days);
  const metrics::Grain grain = metrics::GrainNamed(params.period).value_or(metrics::Grain::kQuarter);
  DayRange days = facts.now.days;
  for (std::int64_t i = 0; i < params.periods; ++i) {
    days = metrics::PeriodAround(metrics::AddDays(days.first, -1), grain, context.settings().fiscal_year_start_month);
    if (days.last.days < first_known) break;  // nothing is known of it, which is not nothing won
    facts.earlier.push_back({days, pace(days), first_known < days.first.days});
  }
  return facts;
}

Decimal Ledger(Int128 units) { return {units, kAmountScale}; }
// Of what is no amount of a ledger: a mean, a part of a target.
Decimal Cents(Int128 units) {
  const auto rounded = Rescale(Ledger(units), 2);
  return rounded ? Rescale(*rounded, kAmountScale).value_or(Ledger(units)) : Ledger(units);
}
std::optional<Decimal> ShareOf(Int128 part, Int128 whole) { return RatioOf(Ledger(part), Ledger(whole)); }

// The lower and the upper middle are averaged, in whole units.
Int128 MedianOf(std::vector<Int128> values) {
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

TableSpec OutlookSpec() {
  return {.name = "outlook",
          .title = {"Where the period stands", "Как идёт период"},
          .key = {"part"},
          .columns = {TextOf("part", "Part", "Часть"), TextOf("title_en", "What", "Что"),
                      TextOf("title_ru", "What (Russian)", "Что (по-русски)"),
                      Of("amount", ColumnType::kMoney, "Amount", "Сумма"),
                      Of("share", ColumnType::kShare, "Share", "Доля", "share")}};
}

TableSpec PeriodsSpec() {
  return {.name = "periods",
          .title = {"The same day of earlier periods", "Тот же день прежних периодов"},
          .key = {"period"},
          .columns = {Of("period", ColumnType::kDate, "Period begins", "Начало периода"),
                      Of("is_known", ColumnType::kBoolean, "Known from its beginning", "Известен с начала"),
                      Of("day", ColumnType::kDate, "The same day", "Тот же день"),
                      Of("won_by_then", ColumnType::kMoney, "Won by then", "Выиграно к тому дню"),
                      CountOf("deals_by_then", "Deals by then", "Сделок к тому дню"),
                      Of("won", ColumnType::kMoney, "Won in all", "Выиграно всего"),
                      Of("share_by_then", ColumnType::kShare, "Part won by then", "Доля к тому дню", "share"),
                      Of("first_third", ColumnType::kShare, "Won in its first third", "В первой трети", "share"),
                      Of("second_third", ColumnType::kShare, "In the second", "Во второй", "share"),
                      Of("last_third", ColumnType::kShare, "In the last", "В последней", "share")},
          .chart = analysis::Chart{.kind = "bar", .x = "period", .y = "won_by_then"}};
}

TableSpec DaysSpec() {
  return {
      .name = "days",
      .title = {"Won up to each day", "Выиграно к каждому дню"},
      .key = {"number"},
      .columns = {CountOf("number", "Day of the period", "День периода"), Of("day", ColumnType::kDate, "Day", "День"),
                  Of("won", ColumnType::kMoney, "This period", "Этот период"),
                  Of("before", ColumnType::kMoney, "The one before", "Прошлый период"),
                  Of("usual", ColumnType::kMoney, "Median of earlier ones", "Медиана прежних"),
                  Of("linear", ColumnType::kMoney, "The target, evenly", "Цель, равномерно")},
      .chart = analysis::Chart{.kind = "line", .x = "day", .y = "won"}};
}

std::vector<const Period*> KnownOf(const Facts& facts) {
  std::vector<const Period*> known;
  for (const Period& period : facts.earlier) {
    if (period.is_known) known.push_back(&period);
  }
  return known;
}

std::int64_t LengthOf(DayRange days) { return days.last.days - days.first.days + 1; }

Table OutlookTable(const Facts& facts, const Target& target, const std::string& currency) {
  Table table = Empty(OutlookSpec(), currency);
  const auto add = [&](const char* part, const Text& title, const std::optional<Decimal>& amount,
                       const std::optional<Decimal>& share) {
    table.rows.push_back({std::string(part), title.en, title.ru, Maybe(amount), Maybe(share)});
  };
  const Int128 won = facts.now.pace.by_then;
  add("won", {"Won so far", "Уже выиграно"}, Ledger(won), {});
  add("passed", {"Days that have passed", "Прошло дней"}, {},
      RatioOf(Decimal{facts.number, 0}, Decimal{LengthOf(facts.now.days), 0}));
  std::vector<Int128> by_then;
  std::vector<Int128> ends;  // of this period, if as much comes from here on as came in each
  for (const Period* period : KnownOf(facts)) {
    by_then.push_back(period->pace.by_then);
    ends.push_back(won + period->pace.whole - period->pace.by_then);
  }
  if (!by_then.empty()) {
    const Int128 usual = Cents(MedianOf(by_then)).units;
    add("usual", {"Median of earlier ones by the same day", "Медиана прежних к тому же дню"}, Ledger(usual), {});
    add("ahead", {"Ahead of it", "Опережение"}, Ledger(won - usual), ShareOf(won - usual, usual));
  }
  if (target.amount) {
    const Int128 linear = Cents(target.amount->units * facts.number / LengthOf(facts.now.days)).units;
    add("target", {"To be won in the period", "Нужно выиграть за период"}, target.amount,
        ShareOf(won, target.amount->units));
    add("linear", {"The target, evenly up to now", "Цель, равномерно к этому дню"}, Ledger(linear), {});
    add("ahead_of_linear", {"Ahead of the even pace", "Опережение равномерного хода"}, Ledger(won - linear),
        ShareOf(won - linear, linear));
  }
  if (ends.size() < kFewestPeriods) return table;
  const auto [low, high] = std::ranges::minmax(ends);
  add("low", {"End, if as little comes from here on as in the least of them", "Итог, если дальше как в худшем из них"},
      Ledger(low), {});
  add("middle", {"End, if as much comes as in the middle of them", "Итог, если дальше как в среднем из них"},
      Cents(MedianOf(ends)), {});
  add("high", {"End, if as much comes as in the most of them", "Итог, если дальше как в лучшем из них"}, Ledger(high),
      {});
  return table;
}

Table PeriodsTable(const Facts& facts, const std::string& currency) {
  Table table = Empty(PeriodsSpec(), currency);
  const auto add = [&](const Period& period, bool is_over) {
    const Pace& pace = period.pace;
    const Date day = std::min(metrics::AddDays(period.days.first, facts.number - 1), period.days.last);
    const auto share = [&](Int128 part) { return is_over ? Maybe(ShareOf(part, pace.whole)) : Value(); };
    table.rows.push_back({period.days.first, period.is_known, day, Ledger(pace.by_then), pace.deals_by_then,
                          is_over ? Value(Ledger(pace.whole)) : Value(), share(pace.by_then), share(pace.thirds[0]),
                          share(pace.thirds[1]), share(pace.thirds[2])});
  };
  Period now = facts.now;
  now.is_known = true;
  add(now, false);
  for (const Period& period : facts.earlier) add(period, true);
  return table;
}

Table DaysTable(const Facts& facts, const Target& target, const std::string& currency) {
  Table table = Empty(DaysSpec(), currency);
  const auto running = [&](DayRange days) { return RunningOf(facts.won, days.first.days, days.last.days); };
  const std::vector<Int128> now = running(facts.now.days);
  std::vector<std::vector<Int128>> known;
  const std::vector<const Period*> periods = KnownOf(facts);
  known.reserve(periods.size());
  for (const Period* period : periods) known.push_back(running(period->days));
  const bool has_before = !facts.earlier.empty() && facts.earlier.front().is_known;
  const std::vector<Int128> before = has_before ? running(facts.earlier.front().days) : std::vector<Int128>{};
  const std::int64_t length = LengthOf(facts.now.days);
  for (std::int64_t i = 0; i < length; ++i) {
    const auto at = [&](const std::vector<Int128>& sums) {
      return sums[std::min(static_cast<std::size_t>(i), sums.size() - 1)];
    };
    std::vector<Int128> then;
    then.reserve(known.size());
    for (const std::vector<Int128>& sums : known) then.push_back(at(sums));
    table.rows.push_back({i + 1, metrics::AddDays(facts.now.days.first, static_cast<int>(i)),
                          i < facts.number ? Value(Ledger(at(now))) : Value(),
                          before.empty() ? Value() : Value(Ledger(at(before))),
                          then.empty() ? Value() : Value(Cents(MedianOf(then))),
                          target.amount ? Value(Cents(target.amount->units * (i + 1) / length)) : Value()});
  }
  return table;
}

Result<Output> RunPacing(const metrics::MetricCatalog& catalog, const PacingParams& params, Context& context) {
  WEIR_TRY(const Scope scope, ScopeAt(catalog, params.scope, context));
  WEIR_TRY(const Facts facts, ReadFacts(scope, params, context));
  // Goals are of teams and segments; of an owner, a product or a pipeline there are none.
  const bool is_narrow = !(params.scope.owner + params.scope.product + params.scope.pipeline).empty();
  const WhoseParams whose{
      .team = params.scope.team, .segment = params.scope.segment, .where = is_narrow ? "narrow" : ""};
  WEIR_TRY(const Target target, TargetOf(params.target, facts.now.days, whose, context));
  const std::string& currency = context.settings().currency;
  Output output{.tables = {OutlookTable(facts, target, currency), PeriodsTable(facts, currency),
                           DaysTable(facts, target, currency)},
                .warnings = WarningsOf(target)};
  if (facts.without_amount > 0) {
    output.warnings.push_back({.code = "without_amount",
                               .message = MakePhrase("{} won deals have no amount and add none", facts.without_amount),
                               .params = {{"deals", fmt::format("{}", facts.without_amount)}}});
  }
  if (const std::size_t known = KnownOf(facts).size(); known < kFewestPeriods) {
    output.warnings.push_back(
        {.code = "few_periods",
         .message = MakePhrase("{} earlier periods are known from their beginning; it takes {} to say "
                               "where this one may end",
                               known, kFewestPeriods),
         .params = {{"periods", fmt::format("{}", known)}}});
  }
  return output;
}

// Behind a period what was won by the same day of it; behind a day what was won up to it.
Result<Evidence> ExplainPacing(const metrics::MetricCatalog& catalog, const PacingParams& params,
                               const std::string& table, const std::vector<std::string>& key, Context& context) {
  if (key.size() != 1) return Fail(BadUsage("the key is empty").Field("explain"));
  WEIR_TRY(const Scope scope, ScopeAt(catalog, params.scope, context));
  WEIR_TRY(const Facts facts, ReadFacts(scope, params, context));
  DayRange days{facts.now.days.first, metrics::AddDays(facts.now.days.first, facts.number - 1)};
  if (table == "periods") {
    const auto found = std::ranges::find(facts.earlier, key.front(),
                                         [](const Period& period) { return FormatDate(period.days.first); });
    if (found != facts.earlier.end()) {
      days = {found->days.first, std::min(metrics::AddDays(found->days.first, facts.number - 1), found->days.last)};
    } else if (key.front() != FormatDate(days.first)) {
      return Fail(NotFound("there is no period '{}' here", key.front()).Field("explain"));
    }
  } else if (table == "days") {
    const auto number = ParsePlainDecimal(key.front());
    if (!number || number->scale != 0 || number->units < 1 || number->units > LengthOf(facts.now.days)) {
      return Fail(NotFound("there is no day '{}' here", key.front()).Field("explain"));
    }
    days.last = std::min(days.last, metrics::AddDays(days.first, static_cast<int>(number->units) - 1));
  } else if (table != "outlook") {
    return Fail(NotFound("table '{}' has no rows behind it", table).Field("explain"));
  }
  return DealsOf(fmt::format("SELECT deal_id FROM ({}) WHERE status = 'won' AND close_date BETWEEN {} AND {} ORDER BY "
                             "amount_reporting DESC NULLS LAST, deal_id NULLS LAST",
                             ScopedDealsSql(scope), store::DateLiteral(days.first), store::DateLiteral(days.last)),
                 context.session());
}

analysis::Info PacingInfo() {
  return {
      .id = "pipeline.pacing",
      .title = {"Pacing", "Ход периода"},
      .help = {"What is won of the period up to now against the same day of earlier ones and against the target evenly "
               "spread; how evenly earlier periods were won; where this one ends if the rest goes as theirs did",
               "Сколько выиграно за период к этому дню против того же дня прежних периодов и против равномерно "
               "разложенной цели; насколько равномерно выигрывали раньше; чем кончится период, если дальше пойдёт как "
               "в прежних"},
      .asks = {"goals"},
      .needs = {"deal", "account", "member", "team", "excluded"},
      .tables = {OutlookSpec(), PeriodsSpec(), DaysSpec()},
      .is_cacheable = false};  // goals change without a data version
}

}  // namespace

analysis::Analysis PacingAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog) {
  return analysis::DeclareOver<PacingParams>(catalog, PacingInfo(), &RunPacing, &ExplainPacing);
}

}  // namespace weir::pipeline
