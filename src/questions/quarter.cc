#include "questions/quarter.h"

#include <algorithm>

#include "analysis/columns.h"
#include "questions/answer.h"
#include "questions/past_quarters.h"
#include "questions/words.h"

namespace weir::questions {
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
using metrics::DayRange;
using store::Value;

struct QuarterParams {
  ScopeParams scope = {};

  void Describe(analysis::ParamVisitor& visitor) { scope.Describe(visitor); }
};

Result<Scope> ScopeOf(const metrics::MetricCatalog& catalog, const QuarterParams& params, Context& context) {
  WEIR_TRY(Scope scope, MakeScope(catalog, params.scope, context));
  const DayRange whole = metrics::PeriodAround(scope.today, metrics::Grain::kQuarter, scope.first_month);
  scope.now = {whole.first, scope.today};
  return scope;
}

DayRange WholeQuarter(const Scope& scope) {
  return metrics::PeriodAround(scope.today, metrics::Grain::kQuarter, scope.first_month);
}

// --- The goal -------------------------------------------------------------------------------------------------------

struct Goal {
  std::optional<Decimal> target = {};
  Text of = {};               // whose it is
  std::string currency = {};  // where it is not that of reports: then it is not compared
};

// Of the won amount of this quarter: of the company, else of a department where nobody is asked about in particular; of
// the team or the segment that is asked about.
Result<Goal> ReadGoal(const Scope& scope, Context& context) {
  WEIR_TRY(const Output registers, context.Run("goals", {}));
  const Table& goals = registers.tables.front();
  const DayRange quarter = WholeQuarter(scope);
  Goal best;
  int best_rank = 0;
  for (const auto& row : goals.rows) {
    const auto text = [&](std::string_view column) { return store::ToText(row[goals.IndexOf(column)]); };
    if (text("metric") != "won_amount" || text("state") == "retired") continue;
    if (text("period_start") != FormatDate(quarter.first) || text("period_end") != FormatDate(quarter.last)) continue;
    const std::string kind = text("scope").empty() ? "company" : text("scope");
    const bool is_narrow = !scope.team.empty() || !scope.segment.empty();
    int rank = 0;
    if (!is_narrow) rank = kind == "company" ? 2 : kind == "department" ? 1 : 0;
    if (kind == "team" && scope.segment.empty() && !scope.team.empty() && text("scope_of") == scope.team) rank = 2;
    if (kind == "segment" && scope.team.empty() && !scope.segment.empty() && text("scope_of") == scope.segment)
      rank = 2;
    const auto target = ParsePlainDecimal(text("target"));
    if (rank <= best_rank || !target) continue;
    best_rank = rank;
    const std::string currency = text("currency");
    best = {.target = Rescale(*target, kAmountScale),
            .of = kind == "company" ? Text{"company", "компания"} : Same(text("scope_of"))};
    if (!currency.empty() && currency != scope.currency) {
      best.currency = currency;
      best.target.reset();
    }
  }
  return best;
}

// The plan of the settings, spread over the quarter by Pulse; it is of the whole company.
Result<Goal> ReadPlan(const Scope& scope, Context& context) {
  if (context.settings().plan_won_amount.empty() || !scope.team.empty() || !scope.segment.empty()) return Goal{};
  WEIR_TRY(const Output pulse, context.Run("pulse", {}));
  const Table* plan = pulse.Find("plan");
  if (plan == nullptr || plan->rows.empty()) return Goal{};
  return Goal{.target = AmountOf(plan->rows.front()[plan->IndexOf("plan")]),
              .of = {"company, from the plan of the year", "компания, из годового плана"}};
}

// --- Tables ---------------------------------------------------------------------------------------------------------

TableSpec OutlookSpec() {
  return {.name = "outlook",
          .title = {"Where the quarter stands and may end", "Как идёт квартал и чем может кончиться"},
          .key = {"part"},
          .columns = {TextOf("part", "Part", "Часть"), TextOf("title_en", "What", "Что"),
                      TextOf("title_ru", "What (Russian)", "Что (по-русски)"),
                      Of("amount", ColumnType::kMoney, "Amount", "Сумма"), CountOf("deals", "Deals", "Сделок")},
          .chart = analysis::Chart{.kind = "bar", .x = "title_en", .y = "amount"}};
}

TableSpec QuartersSpec() {
  return {.name = "quarters",
          .title = {"What past quarters did from that day on", "Что было в прошлых кварталах с этого дня"},
          .key = {"quarter"},
          .columns = {Of("quarter", ColumnType::kDate, "Quarter begins", "Начало квартала"),
                      Of("day", ColumnType::kDate, "As many days left on", "Столько же дней оставалось"),
                      Of("won_by_then", ColumnType::kMoney, "Won by then", "Выиграно к тому дню"),
                      Of("open_then", ColumnType::kMoney, "Open then", "Было открыто"),
                      CountOf("open_deals", "Deals open", "Открытых сделок"),
                      Of("won_of_open", ColumnType::kMoney, "Won of these by the end", "Из них выиграно до конца"),
                      Of("part_won", ColumnType::kShare, "Part won", "Доля выигранного", "share"),
                      Of("won_of_later", ColumnType::kMoney, "Won of later deals", "Выиграно из пришедших позже"),
                      Of("won", ColumnType::kMoney, "Won in all", "Выиграно всего"),
                      Of("as_now", ColumnType::kMoney, "This quarter, if as then", "Этот квартал, если так же")},
          .chart = analysis::Chart{.kind = "bar", .x = "quarter", .y = "as_now"}};
}

TableSpec BacktestSpec() {
  return {
      .name = "backtest",
      .title = {"What this way would have said before", "Что этот способ сказал бы раньше"},
      .key = {"quarter"},
      .columns = {Of("quarter", ColumnType::kDate, "Quarter begins", "Начало квартала"),
                  CountOf("known", "Quarters known before", "Известно кварталов до него"),
                  Of("low", ColumnType::kMoney, "From", "От"), Of("middle", ColumnType::kMoney, "Middle", "Середина"),
                  Of("high", ColumnType::kMoney, "To", "До"), Of("won", ColumnType::kMoney, "Came", "Вышло"),
                  Of("off", ColumnType::kShare, "Off by", "Ошибка", "share"),
                  Of("is_within", ColumnType::kBoolean, "Within the range", "В пределах")}};
}

struct Now {
  Standing standing;
  std::int64_t won_deals = 0;
  std::int64_t open_deals = 0;
};

Table OutlookTable(const Now& now, const Outlook& outlook, const Goal& goal, const Scope& scope) {
  Table table = Empty(OutlookSpec(), scope.currency);
  const auto add = [&](const char* part, Text title, const std::optional<Decimal>& amount, Value deals) {
    if (amount) table.rows.push_back({std::string(part), title.en, title.ru, *amount, std::move(deals)});
  };
  add("won", {"Won so far", "Уже выиграно"}, now.standing.won, now.won_deals);
  add("open", {"Open pipeline", "Открытая воронка"}, now.standing.open, now.open_deals);
  add("low", {"The least of past quarters would make it", "По худшему из прошлых кварталов"}, outlook.low, {});
  add("middle", {"The middle of past quarters", "По середине прошлых кварталов"}, outlook.middle, {});
  add("high", {"The most of past quarters would make it", "По лучшему из прошлых кварталов"}, outlook.high, {});
  add("goal", {"Goal", "Цель"}, goal.target, {});
  return table;
}

Table QuartersTable(const std::vector<const PastQuarter*>& known, const Outlook& outlook, const Scope& scope) {
  Table table = Empty(QuartersSpec(), scope.currency);
  for (std::size_t i = 0; i < known.size(); ++i) {
    const PastQuarter& one = *known[i];
    table.rows.push_back({one.days.first, one.day, one.won_by_then, one.open_then, one.open_deals, one.won_of_open,
                          Maybe(ShareOf(one.won_of_open.units, one.open_then.units)), one.won_of_later, one.won(),
                          outlook.ends[i]});
  }
  return table;
}

struct Backtest {
  Table table;
  std::vector<double> misses = {};
  std::int64_t ranged = 0;
  std::int64_t within = 0;
};

// Each quarter judged by those before it alone.
Backtest MakeBacktest(const std::vector<PastQuarter>& quarters, const Scope& scope) {
  Backtest test{.table = Empty(BacktestSpec(), scope.currency)};
  for (std::size_t i = 0; i < std::min(kMostQuarters, quarters.size()); ++i) {
    const PastQuarter& one = quarters[i];
    const std::vector<const PastQuarter*> earlier = KnownFrom(quarters, i + 1);
    if (!one.is_known || earlier.empty()) continue;
    const Outlook said = OutlookOf({one.won_by_then, one.open_then}, earlier);
    const Int128 came = one.won().units;
    const std::optional<Decimal> off = ShareOf(said.middle->units - came, came);
    if (off) test.misses.push_back(std::abs(ToDouble(*off)));
    Value within;
    if (said.low) {
      const bool is_within = said.low->units <= came && came <= said.high->units;
      within = is_within;
      ++test.ranged;
      test.within += is_within ? 1 : 0;
    }
    test.table.rows.push_back({one.days.first, static_cast<std::int64_t>(earlier.size()), Maybe(said.low),
                               Maybe(said.middle), Maybe(said.high), one.won(), Maybe(off), within});
  }
  return test;
}

// --- Sentences ------------------------------------------------------------------------------------------------------

Text Quarters(std::int64_t count) {
  return {fmt::format("{} {}", count, count == 1 ? "quarter" : "quarters"),
          fmt::format("{} {}", count, analysis::RussianForm(count, "квартал", "квартала", "кварталов"))};
}

std::int64_t Reaching(const Outlook& outlook, const Decimal& target) {
  return std::ranges::count_if(outlook.ends, [&](const Decimal& end) { return end.units >= target.units; });
}

Text HeadlineOf(const Now& now, const Outlook& outlook, const Goal& goal, const Scope& scope) {
  const Text name = Speak(WholeQuarter(scope)).within;
  const Text so_far = Money(now.standing.won, scope.currency);
  if (!outlook.middle) {
    return Say(
        "{0} is won so far {1}; how it will end cannot be told: no past quarter is known on the same day.",
        "{1} пока выиграно {0}; чем он кончится, сказать нельзя: ни один прошлый квартал на этот день не известен.",
        {so_far, name});
  }
  Text text = outlook.low
                  ? Say("Between {0} and {1} {2} if it goes on as past quarters did; {3} is won so far",
                        "{2} — от {0} до {1}, если пойдёт как в прошлых кварталах; уже выиграно {3}",
                        {Money(*outlook.low, scope.currency), Money(*outlook.high, scope.currency), name, so_far})
                  : Say("About {0} {1}, by too few past quarters to give a range; {2} is won so far",
                        "{1} — около {0}; прошлых кварталов слишком мало, чтобы назвать пределы; уже выиграно {2}",
                        {Money(*outlook.middle, scope.currency), name, so_far});
  if (goal.target && outlook.low) {
    text = Say("{0}. {2} of those {3} quarters lead to the goal of {1}",
               "{0}. К цели в {1} ведут {2} из {3} этих кварталов",
               {text, Money(*goal.target, scope.currency), Count(Reaching(outlook, *goal.target)),
                Count(static_cast<std::int64_t>(outlook.ends.size()))});
  }
  return Say("{0}.", "{0}.", {text});
}

void AddSteps(const Now& now, const std::vector<const PastQuarter*>& known, const Outlook& outlook, const Goal& goal,
              const Backtest& backtest, const Scope& scope, Reply& reply) {
  const std::int64_t days_left = WholeQuarter(scope).last.days - scope.today.days;
  Text stands = Say("{0} won for {1}, {2} open for {3}, {4} days left",
                    "Выиграно {0} на {1}, открыто {2} на {3}, осталось дней: {4}",
                    {Deals(now.won_deals), Money(now.standing.won, scope.currency), Deals(now.open_deals),
                     Money(now.standing.open, scope.currency), Count(days_left)});
  if (goal.target) {
    const Int128 gap = goal.target->units - now.standing.won.units;
    stands = gap > 0
                 ? Say("{0}; the goal ({1}) is {2}, {3} more.", "{0}; цель ({1}) — {2}, не хватает {3}.",
                       {stands, goal.of, Money(*goal.target, scope.currency), Money(LedgerAmount(gap), scope.currency)})
                 : Say("{0}; the goal ({1}), {2}, is reached.", "{0}; цель ({1}), {2}, достигнута.",
                       {stands, goal.of, Money(*goal.target, scope.currency)});
  } else {
    stands = Say("{0}.", "{0}.", {stands});
  }
  reply.steps.push_back({"outlook", stands, "outlook"});
  if (known.empty()) return;
  const auto part = [](const PastQuarter* one) { return ShareOf(one->won_of_open.units, one->open_then.units)->units; };
  const auto [least, most] = std::ranges::minmax_element(known, {}, part);
  const auto [fewest, highest] =
      std::ranges::minmax_element(known, {}, [](const PastQuarter* one) { return one->won_of_later.units; });
  Text past =
      Say("In {0}, with as many days left, {1} to {2} of what was open was won by the end, and {3} to {4} came of "
          "deals opened later.",
          "За {0}, когда оставалось столько же дней, до конца выигрывали от {1} до {2} открытого и ещё от {3} до {4} "
          "— из сделок, пришедших позже.",
          {Quarters(static_cast<std::int64_t>(known.size())), Percent(Decimal{part(*least), 6}),
           Percent(Decimal{part(*most), 6}), Money((*fewest)->won_of_later, scope.currency),
           Money((*highest)->won_of_later, scope.currency)});
  if (outlook.chance) {
    past = Say("{0} If this quarter is one like them, it ends between the least and the most with a chance of {1}.",
               "{0} Если этот квартал такой же, он окажется между худшим и лучшим с вероятностью {1}.",
               {past, Percent(outlook.chance)});
  }
  reply.steps.push_back({"quarters", past, "quarters"});
  if (backtest.misses.empty()) return;
  std::vector<double> misses = backtest.misses;
  std::ranges::sort(misses);
  const std::vector<Text> said{Quarters(static_cast<std::int64_t>(misses.size())),
                               Percent(Rounded(misses[misses.size() / 2], 6)), Count(backtest.within),
                               Count(backtest.ranged)};
  reply.steps.push_back(
      {"backtest",
       backtest.ranged > 0
           ? Say("Asked on the same day of {0} before, the middle would have been off by {1} half of the time or more; "
                 "{2} of {3} ended within their range.",
                 "Если бы так же спросили раньше ({0}), середина в половине случаев ошиблась бы на {1} и больше; в "
                 "свои "
                 "пределы попали {2} из {3}.",
                 said)
           : Say("Asked on the same day of {0} before, the middle would have been off by {1} half of the time or more.",
                 "Если бы так же спросили раньше ({0}), середина в половине случаев ошиблась бы на {1} и больше.",
                 said),
       "backtest"});
}

void AddUnknown(const std::vector<PastQuarter>& quarters, const std::vector<const PastQuarter*>& known,
                const Goal& goal, Reply& reply) {
  const auto count = static_cast<std::int64_t>(known.size());
  if (known.size() < kFewestQuarters) {
    reply.unknown.push_back(
        {"few_quarters",
         Say("The range: it takes {0} whose open deals are known on the same day; here it is {1}. Bring the "
             "history of deals, or wait.",
             "Пределы: нужно {0}, у которых на этот день известны открытые сделки; здесь {1}. Загрузите "
             "историю сделок или подождите.",
             {Quarters(static_cast<std::int64_t>(kFewestQuarters)), Quarters(count)})});
  }
  const std::int64_t untold = std::ranges::count_if(
      quarters.begin(), quarters.begin() + static_cast<std::ptrdiff_t>(std::min(quarters.size(), kMostQuarters)),
      [](const PastQuarter& one) { return !one.is_known && one.open_deals > 0; });
  if (untold > 0) {
    reply.unknown.push_back(
        {"untold", Say("What was open in {0} more: the data begin later, or do not say what those deals "
                       "were worth then.",
                       "Что было открыто ещё за {0}: данные начинаются позже или не говорят, сколько те "
                       "сделки тогда стоили.",
                       {Quarters(untold)})});
  }
  if (!goal.currency.empty()) {
    reply.unknown.push_back({"goal_currency", Say("How far the goal is: it is in {0}.", "Далеко ли до цели: она в {0}.",
                                                  {Same(goal.currency)})});
  } else if (!goal.target) {
    reply.unknown.push_back({"no_goal",
                             {"The goal: none is set for this quarter. Enter it on the page Registers.",
                              "Цель: на этот квартал её нет. Введите её на странице «Реестры»."}});
  }
  if (!known.empty()) {
    reply.unknown.push_back({"method",
                             {"What is particular about the deals of this quarter: their stages, sizes and sellers are "
                              "not looked at, only how "
                              "much of such a pipeline was won before.",
                              "Чем особенны сделки этого квартала: этапы, размеры и продавцы не учтены — только то, "
                              "какая часть такой воронки "
                              "выигрывалась раньше."}});
  }
}

Result<Output> RunQuarter(const metrics::MetricCatalog& catalog, const QuarterParams& params, Context& context) {
  WEIR_TRY(const Scope scope, ScopeOf(catalog, params, context));
  WEIR_TRY(const Numbers numbers,
           Numbers::Ask(scope, {"won_amount", "deals_won", "pipeline_amount", "deals_open"}, scope.now, context));
  WEIR_TRY(const std::vector<PastQuarter> quarters, ReadQuarters(scope, context));
  WEIR_TRY(Goal goal, ReadGoal(scope, context));
  if (!goal.target && goal.currency.empty()) {
    WEIR_TRY(goal, ReadPlan(scope, context));
  }
  const Now now{.standing = {numbers.Amount("won_amount"), numbers.Amount("pipeline_amount")},
                .won_deals = numbers.Count("deals_won"),
                .open_deals = numbers.Count("deals_open")};
  const std::vector<const PastQuarter*> known = KnownFrom(quarters, 0);
  const Outlook outlook = OutlookOf(now.standing, known);
  Backtest backtest = MakeBacktest(quarters, scope);

  Reply reply{.now_days = WholeQuarter(scope)};
  const bool has_deals = now.won_deals + now.open_deals > 0 ||
                         std::ranges::any_of(quarters, [](const PastQuarter& one) { return one.open_deals > 0; });
  if (!has_deals) {
    reply.state = "nothing";
    reply.headline = {"There are no deals yet to say what the quarter will be.",
                      "Пока нет сделок, чтобы сказать, каким будет квартал."};
    reply.next.push_back({{"Bring the exports of your CRM", "Загрузите выгрузки из CRM"}, "/sources"});
  } else {
    reply.state = known.size() < kFewestQuarters ? "too_little" : "answered";
    reply.headline = HeadlineOf(now, outlook, goal, scope);
    reply.value = Maybe(outlook.middle);
    reply.before = Maybe(goal.target);
    AddSteps(now, known, outlook, goal, backtest, scope, reply);
    AddUnknown(quarters, known, goal, reply);
    reply.next.push_back({{"Push the deals that stand still", "Сдвиньте сделки, которые стоят"}, "/questions/lose"});
    if (!goal.target) reply.next.push_back({{"Set a goal for the quarter", "Задайте цель на квартал"}, "/registers"});
    reply.next.push_back({{"See the open pipeline by stage, seller or segment",
                           "Посмотрите открытую воронку по этапам, продавцам или сегментам"},
                          "/catalog/pipeline_amount"});
  }
  std::vector<Table> tables;
  if (has_deals) {
    tables = {OutlookTable(now, outlook, goal, scope), QuartersTable(known, outlook, scope), std::move(backtest.table)};
  } else {
    for (const TableSpec& spec : {OutlookSpec(), QuartersSpec(), BacktestSpec()}) {
      tables.push_back(Empty(spec, scope.currency));
    }
  }
  Output output = MakeOutput("quarter", reply, std::move(tables), scope.currency);
  output.warnings = numbers.warnings();
  return output;
}

Result<Evidence> ExplainQuarter(const metrics::MetricCatalog& catalog, const QuarterParams& params,
                                const std::string& table, const std::vector<std::string>& key, Context& context) {
  WEIR_TRY(const Scope scope, ScopeOf(catalog, params, context));
  if (key.empty()) return Fail(BadUsage("the key is empty").Field("explain"));
  const auto deals = [&](const std::string& condition) {
    return EvidenceOf(
        "deal",
        fmt::format("SELECT deal_id FROM ({}) WHERE {} ORDER BY amount_reporting DESC NULLS LAST, deal_id",
                    CountedSql(scope, "deal"), condition),
        context.session());
  };
  if (table == "answer" || (table == "outlook" && key.front() == "won")) {
    return deals("status = 'won' AND " + InDaysSql("close_date", scope.now));
  }
  // Where the quarter may end rests on what is open; so does how far the goal is.
  if (table == "outlook") return deals("status = 'open'");
  if (table == "quarters" || table == "backtest") {
    WEIR_TRY(const std::vector<PastQuarter> quarters, ReadQuarters(scope, context));
    const auto found =
        std::ranges::find(quarters, key.front(), [](const PastQuarter& one) { return FormatDate(one.days.first); });
    if (found == quarters.end()) return Fail(NotFound("there is no quarter '{}' here", key.front()).Field("explain"));
    return EvidenceOf(
        "deal", ThenOpenSql(scope, {*found}) + "SELECT deal_id FROM then_open ORDER BY amount DESC NULLS LAST, deal_id",
        context.session());
  }
  return Fail(NotFound("table '{}' has no rows behind it", table).Field("explain"));
}

analysis::Info QuarterInfo() {
  return {
      .id = "questions.quarter",
      .title = {"What will the quarter be?", "Каким будет квартал?"},
      .help =
          {"What is won so far, what is open, and where the quarter would end if what is open is won as in past "
           "quarters with as many days left; what this would have said before; the goal.",
           "Сколько уже выиграно, сколько открыто и чем кончился бы квартал, если открытое выигрывается как в прошлых "
           "кварталах при том же остатке дней; что этот способ сказал бы раньше; цель."},
      .asks = {"goals", "metrics", "pulse"},
      .needs = {"deal", "deal_version", "account", "team", "excluded"},
      .tables = WithFrame({OutlookSpec(), QuartersSpec(), BacktestSpec()}),
      .is_cacheable = false};  // goals change without a data version
}

}  // namespace

analysis::Analysis QuarterAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog) {
  return analysis::DeclareOver<QuarterParams>(catalog, QuarterInfo(), &RunQuarter, &ExplainQuarter);
}

}  // namespace weir::questions
