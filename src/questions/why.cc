#include "questions/why.h"

#include <algorithm>
#include <cmath>

#include "questions/why_parts.h"
#include "store/database.h"

namespace weir::questions {
namespace {

using analysis::Context;
using analysis::Evidence;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using metrics::DayRange;
using store::Rows;
using store::Value;

// Fewer deals than this on a side, and one of them more or less is a good part of the sum.
constexpr std::int64_t kFewDeals = 30;
struct WhyParams {
  std::optional<Date> from = {};
  std::optional<Date> to = {};
  std::string period = "quarter";
  std::string against = "previous";
  ScopeParams scope = {};

  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "from",
                 .help = {"First day; without days, the last whole period is taken",
                          "Первый день; без дней берётся последний полный период"}},
                from);
    visitor.Add({.name = "to", .help = {"Last day", "Последний день"}}, to);
    visitor.Add({.name = "period",
                 .help = {"Which last whole period", "Какой последний полный период"},
                 .allowed = {"month", "quarter", "year"}},
                period);
    visitor.Add({.name = "against",
                 .help = {"Compared with the period before, or the same a year ago",
                          "С предыдущим периодом или с таким же год назад"},
                 .allowed = {"previous", "year_ago"}},
                against);
    scope.Describe(visitor);
  }
};

Result<Scope> ScopeOf(const metrics::MetricCatalog& catalog, const WhyParams& params, Context& context) {
  WEIR_TRY(Scope scope, MakeScope(catalog, params.scope, context));
  const auto grain = *metrics::GrainNamed(params.period);
  const DayRange current = metrics::PeriodAround(scope.today, grain, scope.first_month);
  const DayRange last = metrics::PeriodAround(metrics::AddDays(current.first, -1), grain, scope.first_month);
  WEIR_TRY(scope.now, DaysAsked(params.from, params.to, last, scope));
  scope.before = params.against == "year_ago" ? YearBefore(scope.now)
                                              : metrics::SamePartOfLastPeriod(scope.now, scope.first_month);
  return scope;
}

// How far chance alone moves the amount where it rests on few deals: twice the root of the sum of their squares.
struct Chance {
  Decimal spread = {};
  bool is_within = false;  // the change is no larger
};

std::optional<Chance> ChanceOf(const std::vector<Places>& places, const Side& before, const Side& now) {
  if (places.empty() || std::min(before.won, now.won) >= kFewDeals) return std::nullopt;
  double squares = 0;
  for (const Place& place : places.front().places) squares += place.squares_before + place.squares_now;
  const Decimal spread = Rounded(2 * std::sqrt(squares), kAmountScale);
  const Int128 change = now.amount.units - before.amount.units;
  return Chance{spread, (change < 0 ? -change : change) <= spread.units};
}

Text HeadlineOf(const std::vector<Cause>& causes, const Side& before, const Side& now,
                const std::optional<Chance>& chance, const Scope& scope) {
  const PeriodWords when = Speak(scope.now);
  const PeriodWords against = Speak(scope.before);
  const Int128 change = now.amount.units - before.amount.units;
  const Text to = Money(now.amount, scope.currency);
  if (change == 0) {
    return Say("Sales did not change {0} against {1}: {2} won both times.",
               "Продажи {0} не изменились против {1}: оба раза выиграно {2}.", {when.within, against.name, to});
  }
  const std::optional<Decimal> share = ShareOf(change, before.amount.units);
  const Text by = share ? Say("{0} ({1})", "{0} ({1})", {Money(LedgerAmount(change), scope.currency), Percent(share)})
                        : Money(LedgerAmount(change), scope.currency);
  const Text moved = change < 0 ? Say("Sales fell by {0}", "Продажи упали на {0}", {by})
                                : Say("Sales rose by {0}", "Продажи выросли на {0}", {by});
  // What pulled the sum where it went, not what held against it.
  const auto main =
      std::ranges::find_if(causes, [&](const Cause& cause) { return (cause.effect < 0) == (change < 0); });
  Text said = Say("{0} {1} against {2}, from {3} to {4}: mostly because {5}.",
                  "{0} {1} против {2}, с {3} до {4}: главное — {5}.",
                  {moved, when.within, against.name, Money(before.amount, scope.currency), to,
                   change < 0 ? main->fewer : main->more});
  if (!chance || !chance->is_within) return said;
  return Say("{0} With so few deals it may be chance.", "{0} При таком числе сделок это может быть случайностью.",
             {said});
}

// The day before which the data hold no deal.
Result<std::optional<Date>> FirstDay(const Scope& scope, Context& context) {
  WEIR_TRY(const Rows rows, context.session().Query(
                                fmt::format("SELECT min(least(coalesce(created_date, close_date), coalesce(close_date, "
                                            "created_date))) FROM ({})",
                                            CountedSql(scope, "deal"))));
  const auto* day = rows.size() == 0 ? nullptr : std::get_if<Date>(&rows.rows[0][0]);
  return day == nullptr ? std::optional<Date>() : std::optional<Date>(*day);
}

Remark NoDeals() {
  return {"no_deals",
          {"No deals are known that you may see. Bring the deals of your CRM on the page Sources.",
           "Сделок, которые вам видны, нет. Загрузите сделки из CRM на странице «Источники»."}};
}

void AddChance(const Chance& chance, const Side& before, const Side& now, const Scope& scope, Reply& reply) {
  const std::vector<Text> said{Count(now.won), Count(before.won), Money(chance.spread, scope.currency)};
  const Text text = Say(
      "How much of it is chance: with {0} and {1} won deals of such sizes it alone moves the amount by up to {2}",
      "Сколько здесь случайного: при {0} и {1} выигранных сделках таких размеров одна случайность сдвигает сумму на "
      "величину до {2}",
      said);
  reply.unknown.push_back(
      {"chance", chance.is_within ? Say("{0}, and the change is no larger.", "{0}, и изменение не больше.", {text})
                                  : Say("{0}; the change is larger.", "{0}; изменение больше.", {text})});
}

void AddUnknown(const std::vector<Places>& places, const Side& before, const Side& now,
                const std::optional<Date>& first_day, bool knows_due, const std::optional<Chance>& chance,
                const Scope& scope, Reply& reply) {
  if (first_day && *first_day > scope.before.first) {
    reply.unknown.push_back({"short_past", Say("The whole of {1}: the data begin on {0}.",
                                               "Весь период, с которым сравниваем: данные начинаются {0}.",
                                               {analysis::DayName(*first_day), Speak(scope.before).name})});
  }
  if (chance) AddChance(*chance, before, now, scope, reply);
  const std::int64_t without = before.won - before.with_amount + now.won - now.with_amount;
  if (without > 0) {
    reply.unknown.push_back({"no_amount", Say("What {0} won without an amount in {1} would add.",
                                              "Сколько добавили бы {0}, выигранные без суммы в {1}.",
                                              {Deals(without), Same(scope.currency)})});
  }
  for (const Places& one : places) {
    if (one.unnamed_share <= kMostUnnamed) continue;
    reply.unknown.push_back(
        {"no_" + one.dimension, Say("What “{0}” explains: {1} of the won amount has none.",
                                    "Что объясняет разрез «{0}»: у {1} выигранной суммы он не указан.",
                                    {one.title, Percent(Rounded(one.unnamed_share, 6))})});
  }
  if (!knows_due) {
    reply.unknown.push_back(
        {"due",
         {"Whether deals slipped to a later day: the history of close dates does not reach back to the first days of "
          "both periods.",
          "Переносились ли сделки: история дат закрытия не достаёт до первых дней обоих периодов."}});
  }
}

void AddNext(const std::vector<Cause>& causes, const Places* chosen, const Scope& scope, Reply& reply) {
  const std::string days = fmt::format("?from={}&to={}", FormatDate(scope.now.first), FormatDate(scope.now.last));
  const std::string& cause = causes.front().id;
  if (cause == "win_rate") {
    reply.next.push_back(
        {{"See at which stage and why deals are lost", "Посмотрите, на каком этапе и почему проигрывают"},
         "/questions/lose"});
  } else if (cause == "decided") {
    reply.next.push_back({{"See which deals stand still", "Посмотрите, какие сделки стоят"}, "/questions/lose"});
  } else if (cause == "pool") {
    reply.next.push_back(
        {{"See how many deals come in, and from where", "Посмотрите, сколько сделок приходит и откуда"},
         "/catalog/deals_created" + days});
  } else {
    reply.next.push_back({{"See how the average deal has moved", "Посмотрите, как менялась средняя сделка"},
                          "/catalog/average_deal_amount" + days});
  }
  if (chosen != nullptr && chosen->dimension == "owner") {
    reply.next.push_back({{"See whose figures lag by more than chance", "Посмотрите, чьи цифры отстают не случайно"},
                          "/questions/help"});
  }
  reply.next.push_back(
      {{"Split the amount in any other way", "Разложите сумму любым другим способом"}, "/catalog/won_amount" + days});
}

std::vector<TableSpec> Specs() {
  return WithFrame({CausesSpec(), PlacesSpec(), DimensionsSpec(), CustomersSpec(), DueSpec()});
}

Result<Output> RunWhy(const metrics::MetricCatalog& catalog, const WhyParams& params, Context& context) {
  WEIR_TRY(const Scope scope, ScopeOf(catalog, params, context));
  WEIR_TRY(const Numbers numbers_before, Numbers::Ask(scope, SideMetrics(), scope.before, context));
  WEIR_TRY(const Numbers numbers_now, Numbers::Ask(scope, SideMetrics(), scope.now, context));
  const Side before = SideOf(numbers_before);
  const Side now = SideOf(numbers_now);
  WEIR_TRY(const std::optional<Date> first_day, FirstDay(scope, context));

  Reply reply{.now_days = scope.now, .before_days = scope.before};
  std::vector<Table> tables;
  const auto nothing = [&](const char* state, Text headline) {
    reply.state = state;
    reply.headline = std::move(headline);
    for (const TableSpec& spec : {CausesSpec(), PlacesSpec(), DimensionsSpec(), CustomersSpec(), DueSpec()}) {
      tables.push_back(Empty(spec, scope.currency));
    }
    return MakeOutput("why", reply, std::move(tables), scope.currency);
  };
  if (!first_day) {
    reply.unknown.push_back(NoDeals());
    reply.next.push_back({{"Bring the exports of your CRM", "Загрузите выгрузки из CRM"}, "/sources"});
    return nothing("nothing", {"There are no deals yet to say why sales changed.",
                               "Пока нет сделок, чтобы сказать, почему изменились продажи."});
  }
  if (before.pool == 0 && before.won == 0) {
    reply.value = now.amount;
    reply.unknown.push_back(
        {"no_past", Say("How it was before: the data begin on {1}, so there is no comparison with {0}.",
                        "Что было до этого: данные начинаются {1}, сравнить с периодом {0} нельзя.",
                        {Speak(scope.before).name, analysis::DayName(*first_day)})});
    return nothing("too_little",
                   Say("{0} won {1}, and nothing is known of {2} to compare with.",
                       "{1} выиграно {0}; сравнить не с чем: о времени до этого данных нет.",
                       {Money(now.amount, scope.currency), Speak(scope.now).within, Speak(scope.before).name}));
  }
  const std::vector<Cause> causes = CausesOf(before, now);
  WEIR_TRY(const std::vector<Places> places, ReadPlaces(scope, context));
  const Places* chosen = Chosen(places);
  WEIR_TRY(const auto customers, ReadCustomers(scope, context));
  WEIR_TRY(const DueByFate due_before, ReadDue(scope, scope.before, context));
  WEIR_TRY(const DueByFate due_now, ReadDue(scope, scope.now, context));

  const std::optional<Chance> chance = ChanceOf(places, before, now);
  reply.headline = HeadlineOf(causes, before, now, chance, scope);
  reply.value = now.amount;
  reply.before = before.amount;
  reply.steps.push_back(CausesStep(causes, before, now, scope));
  if (auto step = PlacesStep(chosen, scope)) reply.steps.push_back(std::move(*step));
  reply.steps.push_back(CustomersStep(customers, scope));
  auto due_step = DueStep(due_before, due_now, scope);
  const bool knows_due = due_step.has_value();
  if (due_step) reply.steps.push_back(std::move(*due_step));
  AddUnknown(places, before, now, first_day, knows_due, chance, scope, reply);
  AddNext(causes, chosen, scope, reply);
  tables = {CausesTable(causes, before, now, scope), PlacesTable(chosen, scope), DimensionsTable(places, scope),
            CustomersTable(customers, scope), DueTable(due_before, due_now, scope)};
  Output output = MakeOutput("why", reply, std::move(tables), scope.currency);
  output.warnings = numbers_now.warnings();
  return output;
}

// Deals of the days that meet the condition, the largest first.
Result<Evidence> DealsOf(const Scope& scope, const std::string& condition, Context& context) {
  return EvidenceOf("deal",
                    fmt::format("SELECT deal_id FROM ({}) WHERE {} ORDER BY amount_reporting DESC NULLS LAST, deal_id",
                                CountedSql(scope, "deal"), condition),
                    context.session());
}

Result<Evidence> ExplainCause(const Scope& scope, const std::string& cause, Context& context) {
  const bool is_start = cause == "start";
  const std::string closed = InDaysSql("close_date", is_start ? scope.before : scope.now);
  if (cause == "pool") {
    return DealsOf(scope,
                   fmt::format("(status <> 'open' AND {}) OR (created_date <= {} AND (status = 'open' OR close_date > "
                               "{}))",
                               closed, DaySql(scope.now.last), DaySql(scope.now.last)),
                   context);
  }
  if (cause == "decided" || cause == "win_rate")
    return DealsOf(scope, "status IN ('won', 'lost') AND " + closed, context);
  return DealsOf(scope, "status = 'won' AND " + closed, context);
}

Result<Evidence> ExplainPlace(const Scope& scope, const std::vector<std::string>& key, Context& context) {
  if (key.size() != 2) return Fail(BadUsage("the key is not a dimension and a value").Field("explain"));
  const auto column = ColumnOf(*scope.catalog, key[0]);
  if (!column) return Fail(NotFound("there is no dimension '{}'", key[0]).Field("explain"));
  const std::string value =
      key[1].empty() ? *column + " IS NULL" : fmt::format("{} = {}", *column, store::QuoteText(key[1]));
  return DealsOf(scope,
                 fmt::format("status = 'won' AND {} AND ({} OR {})", value, InDaysSql("close_date", scope.now),
                             InDaysSql("close_date", scope.before)),
                 context);
}

Result<Evidence> ExplainWhy(const metrics::MetricCatalog& catalog, const WhyParams& params, const std::string& table,
                            const std::vector<std::string>& key, Context& context) {
  WEIR_TRY(const Scope scope, ScopeOf(catalog, params, context));
  if (key.empty()) return Fail(BadUsage("the key is empty").Field("explain"));
  if (table == "answer") return ExplainCause(scope, "end", context);
  if (table == "causes") return ExplainCause(scope, key.front(), context);
  if (table == "places") return ExplainPlace(scope, key, context);
  if (table == "customers") {
    return EvidenceOf(
        "deal",
        CustomersSql(scope) +
            fmt::format("SELECT d.deal_id FROM ({}) AS d JOIN kinds AS k ON k.account_id IS NOT DISTINCT FROM "
                        "d.account_id WHERE d.status = 'won' AND k.kind = {} AND ({} OR {}) ORDER BY "
                        "d.amount_reporting DESC NULLS LAST, d.deal_id",
                        CountedSql(scope, "deal"), store::QuoteText(key.front()), InDaysSql("d.close_date", scope.now),
                        InDaysSql("d.close_date", scope.before)),
        context.session());
  }
  if (table == "due") {
    return EvidenceOf(
        "deal",
        DueSql(scope, scope.now) +
            fmt::format("SELECT deal_id FROM due WHERE fate = {} ORDER BY amount DESC NULLS LAST, deal_id",
                        store::QuoteText(key.front())),
        context.session());
  }
  return Fail(NotFound("table '{}' has no rows behind it", table).Field("explain"));
}

analysis::Info WhyInfo() {
  return {
      .id = "questions.why",
      .title = {"Why did sales change?", "Почему изменились продажи?"},
      .help =
          {"Why the won amount of the last whole period is not that of the period before or of the same a year ago: "
           "by deals to work on, decided, won and their size, which add up to the change; where it comes from; "
           "which customers; what slipped.",
           "Почему сумма выигранных сделок последнего полного периода не та, что в предыдущем или год назад: по "
           "числу сделок в работе, доле закрытых, доле выигранных и размеру, которые складываются в изменение; "
           "откуда оно; какие клиенты; что перенеслось."},
      .asks = {"metrics"},
      .needs = {"deal", "deal_version", "account", "team", "excluded"},
      .tables = Specs()};
}

}  // namespace

analysis::Analysis WhyAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog) {
  return analysis::DeclareOver<WhyParams>(catalog, WhyInfo(), &RunWhy, &ExplainWhy);
}

}  // namespace weir::questions
