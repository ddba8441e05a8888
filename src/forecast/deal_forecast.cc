#include "forecast/deal_forecast.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/executor.h"
#include "forecast/deal_forecast_tables.h"
#include "forecast/deal_reasons.h"
#include "metrics/ask.h"

namespace weir::forecast {
namespace {

using analysis::Context;
using analysis::Evidence;
using analysis::Output;

constexpr int kUsualDaysBack = 7;
constexpr std::size_t kMostEvidence = 1000;

struct DealForecastParams {
  std::string period = "quarter";
  std::string target = {};
  std::optional<Date> since = {};
  BookScope scope = {};

  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "period",
                 .help = {"The period that holds as-of; quarters and years are fiscal ones",
                          "Период, в который попадает дата отчёта; кварталы и годы — финансовые"},
                 .allowed = metrics::PeriodNames()},
                period);
    visitor.Add({.name = "target",
                 .help = {"What is to be won in the period; without it the goal of won_amount, else the plan",
                          "Сколько нужно выиграть за период; без него — цель по won_amount, иначе план"}},
                target);
    visitor.Add({.name = "since",
                 .help = {"Why the forecast moved since the end of this day; without it, seven days ago",
                          "Почему прогноз изменился с конца этого дня; без него — за семь дней"}},
                since);
    scope.Describe(visitor);
  }
};

metrics::Grain GrainOf(const DealForecastParams& params) {
  return metrics::GrainNamed(params.period).value_or(metrics::Grain::kQuarter);
}

Result<Day> SinceAsked(const DealForecastParams& params, Day today) {
  if (!params.since) return today - kUsualDaysBack;
  if (params.since->days < today) return params.since->days;
  return Fail(BadUsage("{} is not before the day of the forecast", FormatDate(*params.since)).Field("since"));
}

// What is read, without a model yet.
Result<DealForecastFacts> ReadFacts(const metrics::MetricCatalog& catalog, const DealForecastParams& params,
                                    Context& context) {
  DealForecastFacts facts{.currency = context.settings().currency};
  facts.days = metrics::PeriodNow(params.period, context);
  facts.period = {.first = facts.days.first.days, .last = facts.days.last.days};
  WEIR_TRY(facts.book, ReadDealBook(catalog, params.scope, context));
  return facts;
}

Result<MadeForecast> Make(const DealForecastFacts& facts, const DealForecastParams& params, Day day, Context& context) {
  if (context.stop().stop_requested()) return Fail(Cancelled("stopped before it was done"));
  const Executor executor;
  const LearnOptions options =
      OptionsOf(facts.book, day, facts.period, GrainOf(params), context.settings().fiscal_year_start_month);
  WEIR_TRY(PeriodModel model, PeriodModel::Learn(facts.book.histories, options, executor));
  WEIR_TRY(PeriodForecast forecast, model.Forecast(facts.book.histories, facts.period, {}, executor));
  return MadeForecast{.model = std::move(model), .forecast = std::move(forecast)};
}

Status AddReasons(DealForecastFacts* facts) {
  const std::vector<DealProspect>& open = facts->now->forecast.open;
  facts->reasons.resize(open.size());
  std::vector<Status> done(open.size());
  Executor().ForEach(open.size(), [&](std::size_t i) {
    const auto effects = facts->now->model.ReasonsOf(facts->book.histories, open[i].deal, open, facts->period);
    if (!effects) {
      done[i] = Fail(effects.error());
    } else {
      facts->reasons[i] = ReasonsOf(facts->book, open[i].deal, *effects);
    }
  });
  for (const Status& status : done) WEIR_TRY(status);
  return {};
}

// What the model of the earlier day says of a deal that was open then and is open now.
Status AddOldView(const DealForecastFacts& facts, const DealForecast& earlier, DealForecast* later) {
  const std::vector<DealHistory>& histories = facts.book.histories;
  const PeriodModel& model = facts.then->model;
  std::vector<ForecastDeal*> both;
  std::vector<DealFeatures> with_date;
  std::vector<DealFeatures> as_now;
  auto before = earlier.deals.begin();
  for (ForecastDeal& deal : later->deals) {
    while (before != earlier.deals.end() && before->id < deal.id) ++before;
    if (before == earlier.deals.end() || before->id != deal.id) continue;
    if (before->kind != DealKind::kOpen || deal.kind != DealKind::kOpen) continue;
    const DealHistory& history = histories[static_cast<std::size_t>(deal.id)];
    both.push_back(&deal);
    with_date.push_back(model.space().At(history, model.as_of()));
    with_date.back().days_to_close = deal.close_day ? std::optional(*deal.close_day - model.as_of()) : std::nullopt;
    as_now.push_back(model.space().At(history, facts.book.as_of));
    const DealState* state = StateAt(history, facts.book.as_of, facts.book.as_of);
    double amount = 0;
    for (const PossibleAmount& possible : model.drift().AmountsOf(before->stage, state->amount)) {
      amount += possible.share * possible.amount;
    }
    deal.old_model_amount = amount;
  }
  WEIR_TRY(const std::vector<double> dated, model.ChancesOf(with_date, model.as_of(), facts.period));
  WEIR_TRY(const std::vector<double> now, model.ChancesOf(as_now, facts.book.as_of, facts.period));
  for (std::size_t i = 0; i < both.size(); ++i) {
    both[i]->old_model_new_date = dated[i];
    both[i]->old_model_now = now[i];
  }
  return {};
}

Status AddChange(DealForecastFacts* facts) {
  const auto published = [](const MadeForecast& made) { return made.forecast.total.Quantile(.5); };
  const DealForecast earlier = DealForecastOf(facts->book, *facts->then, published(*facts->then));
  DealForecast later = DealForecastOf(facts->book, *facts->now, published(*facts->now));
  WEIR_TRY(AddOldView(*facts, earlier, &later));
  facts->change = ChangeBetween(earlier, later, MinorUnitsOf(facts->currency));
  return {};
}

// Where there was too little to learn from on the earlier day, there is no change to tell.
Status MakeChange(const DealForecastParams& params, Day since, DealForecastFacts* facts, Context& context) {
  Result<MadeForecast> then = Make(*facts, params, since, context);
  if (!then && then.error().code() != Code::kNotEnoughData) return Fail(std::move(then).error());
  if (!then) {
    facts->book.warnings.push_back(
        {.code = "no_earlier",
         .message = MakePhrase("on {} too little was known for a forecast: what moved it since is not known",
                               FormatDate({since}))});
    return {};
  }
  facts->then = std::move(*then);
  return AddChange(facts);
}

void AddWarnings(const DealForecastFacts& facts, std::vector<analysis::Warning>* warnings) {
  constexpr std::size_t kFewPasts = 4;
  const Learnt& learnt = facts.now->model.learnt();
  if (!learnt.is_judged) {
    warnings->push_back({.code = "not_judged",
                         .message = MakePhrase("too few deals closed in the last weeks to compare models: a plain one "
                                               "is used, which nobody has checked")});
  }
  if (learnt.judgement.kind == HazardKind::kRates) {
    warnings->push_back({.code = "plain_rates",
                         .message = MakePhrase("nothing that is known of deals tells which are won: all have the same "
                                               "rates")});
  }
  if (learnt.pasts < kFewPasts) {
    warnings->push_back({.code = "few_pasts",
                         .message = MakePhrase("{} earlier periods could be forecast to measure how far off forecasts "
                                               "are: the interval rests on what is usual elsewhere too",
                                               learnt.pasts),
                         .params = {{"periods", fmt::format("{}", learnt.pasts)}}});
  }
}

Result<Output> RunPeriod(const metrics::MetricCatalog& catalog, const DealForecastParams& params, Context& context) {
  WEIR_TRY(DealForecastFacts facts, ReadFacts(catalog, params, context));
  WEIR_TRY(const Day since, SinceAsked(params, facts.book.as_of));
  if (!params.target.empty()) {
    WEIR_TRY(facts.target, metrics::TargetOf(params.target, facts.days, {}, context));
  }
  context.Report(MakePhrase("learning from {} deals", facts.book.deals.size()), .1);
  WEIR_TRY(facts.now, Make(facts, params, facts.book.as_of, context));
  context.Report(MakePhrase("the forecast of {}", FormatDate({since})), .5);
  WEIR_TRY(MakeChange(params, since, &facts, context));
  context.Report(MakePhrase("what moves each deal"), .9);
  WEIR_TRY(AddReasons(&facts));
  Output output{.tables = DealForecastTables(facts), .warnings = facts.book.warnings, .history = facts.book.history};
  AddWarnings(facts, &output.warnings);
  return output;
}

// The goal of the day is looked up here, so that all that takes long is kept until the data change.
Result<Output> RunDealForecast(const metrics::MetricCatalog& /*catalog*/, const DealForecastParams& params,
                               Context& context) {
  // Goals are of teams and segments; of an owner there is none.
  const metrics::WhoseParams whose{
      .team = params.scope.team, .segment = params.scope.segment, .where = params.scope.owner.empty() ? "" : "narrow"};
  WEIR_TRY(const metrics::Target target,
           metrics::TargetOf(params.target, metrics::PeriodNow(params.period, context), whose, context));
  analysis::RawParams asked{{"period", {params.period}}};
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) asked[name] = {value};
  };
  add("target", target.amount ? FormatDecimal(*target.amount) : "");
  add("since", params.since ? FormatDate(*params.since) : "");
  add("team", params.scope.team);
  add("owner", params.scope.owner);
  add("segment", params.scope.segment);
  WEIR_TRY(Output output, context.Run("forecast.period", asked));
  for (analysis::Warning& warning : metrics::WarningsOf(target)) output.warnings.push_back(std::move(warning));
  return output;
}

// Deals of the book by what they are worth, the greatest first.
Evidence EvidenceOf(const DealBook& book, std::vector<std::size_t> places) {
  std::ranges::stable_sort(places, [&](std::size_t one, std::size_t other) {
    return book.deals[one].amount.value_or(0) > book.deals[other].amount.value_or(0);
  });
  Evidence evidence{.table = "deal", .total = static_cast<std::int64_t>(places.size())};
  const std::size_t count = std::min(places.size(), kMostEvidence);
  evidence.ids.reserve(count);
  for (std::size_t i = 0; i < count; ++i) evidence.ids.push_back(book.deals[places[i]].id);
  return evidence;
}

// Open deals and those won in the period.
std::vector<std::size_t> DealsWithin(const DealForecastFacts& facts) {
  std::vector<std::size_t> places = WonDeals(facts.book, facts.period);
  for (std::size_t i = 0; i < facts.book.deals.size(); ++i) {
    if (facts.book.deals[i].kind == DealKind::kOpen && facts.book.IsAsked(i)) places.push_back(i);
  }
  std::ranges::sort(places);
  return places;
}

Result<Evidence> ExplainContribution(const DealForecastFacts& facts, const std::vector<std::string>& key) {
  if (key.size() != 2) return Fail(BadUsage("the key is not a kind of group and a name").Field("explain"));
  std::vector<std::size_t> places = DealsWithin(facts);
  std::erase_if(places, [&](std::size_t place) {
    const BookedDeal& deal = facts.book.deals[place];
    const std::string& name = key[0] == "owner" ? deal.owner : key[0] == "team" ? deal.team : deal.stage;
    return name != key[1];
  });
  return EvidenceOf(facts.book, std::move(places));
}

Result<Evidence> ExplainChange(const DealForecastParams& params, DealForecastFacts facts, const std::string& kind,
                               Context& context) {
  WEIR_TRY(const Day since, SinceAsked(params, facts.book.as_of));
  WEIR_TRY(facts.now, Make(facts, params, facts.book.as_of, context));
  WEIR_TRY(MakeChange(params, since, &facts, context));
  std::set<std::size_t> places;
  if (facts.change) {
    for (const DealChange& change : facts.change->deals) {
      if (NameOf(change.kind) == kind) places.insert(static_cast<std::size_t>(change.id));
    }
  }
  return EvidenceOf(facts.book, {places.begin(), places.end()});
}

Result<Evidence> ExplainDealForecast(const metrics::MetricCatalog& catalog, const DealForecastParams& params,
                                     const std::string& table, const std::vector<std::string>& key, Context& context) {
  if (key.empty()) return Fail(BadUsage("the key is empty").Field("explain"));
  if (table == "deals" || table == "change_deals") return Evidence{.table = "deal", .ids = {key.front()}};
  if (table != "forecast" && table != "distribution" && table != "contribution" && table != "changes") {
    return Fail(NotFound("table '{}' has no rows behind it", table).Field("explain"));
  }
  WEIR_TRY(DealForecastFacts facts, ReadFacts(catalog, params, context));
  if (table == "contribution") return ExplainContribution(facts, key);
  if (table == "changes" && key.front() != "before" && key.front() != "after") {
    return ExplainChange(params, std::move(facts), key.front(), context);
  }
  return EvidenceOf(facts.book, DealsWithin(facts));
}

analysis::Info PeriodInfo() {
  return {.id = "forecast.period",
          .title = {"Forecast of deals against a given target", "Прогноз по сделкам против заданной цели"},
          .help = {"What forecast.deals says, with no other target than the one that is given",
                   "То же, что forecast.deals, но цель — только та, что задана"},
          .needs = {"deal", "deal_version", "activity", "message", "account", "member", "team", "excluded"},
          .tables = DealForecastSpecs()};
}

analysis::Info DealForecastInfo() {
  return {
      .id = "forecast.deals",
      .title = {"Forecast of deals", "Прогноз по сделкам"},
      .help = {"What the period will bring in: won so far, what open deals and deals not created yet bring in, with "
               "an interval and the probability of reaching the target; each deal with its probability and what "
               "moves it; who contributes; and why the forecast moved since a day, to the cent",
               "Сколько принесёт период: уже выигранное, открытые и ещё не созданные сделки, с интервалом и "
               "вероятностью достичь цели; каждая сделка с её вероятностью и тем, что на неё влияет; чей это вклад; "
               "и почему прогноз изменился с заданного дня, до копейки"},
      .asks = {"forecast.period", "goals"},
      .needs = {"deal", "deal_version", "activity", "message", "account", "member", "team", "excluded"},
      .tables = DealForecastSpecs(),
      .is_cacheable = false};  // goals change without a data version
}

}  // namespace

analysis::Analysis DealForecastAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog) {
  return analysis::DeclareOver<DealForecastParams>(catalog, DealForecastInfo(), &RunDealForecast, &ExplainDealForecast);
}

analysis::Analysis PeriodAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog) {
  return analysis::DeclareOver<DealForecastParams>(catalog, PeriodInfo(), &RunPeriod, &ExplainDealForecast);
}

}  // namespace weir::forecast
