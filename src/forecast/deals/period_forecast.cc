#include "forecast/deals/period_forecast.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace weir::forecast {
namespace {

constexpr std::size_t kFewestWins = 10;
constexpr std::size_t kFewestClosings = 20;

// Wins and closings known on a day.
void CountClosings(std::span<const DealHistory> deals, Day as_of, Learnt* learnt) {
  for (const DealHistory& deal : deals) {
    const DealState* state = StateAt(deal, as_of, as_of);
    if (state == nullptr || state->kind == DealKind::kOpen) continue;
    ++learnt->closings;
    if (state->kind == DealKind::kWon) ++learnt->wins;
  }
}

// As many deals close as did, of them so many times as many won: a loss becomes a win, or a win a loss. Where there are
// not losses enough, deals that would stay open are won too.
DealOutlook WithWinRate(const DealOutlook& outlook, double win_rate) {
  std::vector<WeeklyHazard> hazards;
  hazards.reserve(outlook.won_by.size());
  for (std::size_t week = 1; week < outlook.won_by.size(); ++week) {
    const double open = 1 - outlook.won_by[week - 1] - outlook.lost_by[week - 1];
    const double won = open > 0 ? (outlook.won_by[week] - outlook.won_by[week - 1]) / open : 0;
    const double lost = open > 0 ? (outlook.lost_by[week] - outlook.lost_by[week - 1]) / open : 0;
    const double moved = std::min(1.0, win_rate * won);
    hazards.push_back({.won = moved, .lost = std::max(0.0, won + lost - moved)});
  }
  return OutlookOf(hazards);
}

double MeanOf(const std::vector<PossibleAmount>& amounts) {
  double mean = 0;
  for (const PossibleAmount& possible : amounts) mean += possible.share * possible.amount;
  return mean;
}

int WeeksUntil(Day from, Day last, double cycle) {
  return std::max(1, static_cast<int>(std::ceil((last - from) / cycle / 7)));
}

// Won by the end of the period, less what is won before it begins.
double ChanceOf(const DealOutlook& outlook, Day day, const ForecastPeriod& period, double cycle) {
  const auto by = [&](Day until) { return outlook.WonWithin(static_cast<int>(std::lround((until - day) / cycle))); };
  return std::clamp(by(period.last) - (period.first > day + 1 ? by(period.first - 1) : 0), 0.0, 1.0);
}

struct Groups {
  std::map<int, GroupMeans> owners;
  std::map<int, GroupMeans> teams;
  std::map<int, GroupMeans> stages;

  void AddWon(const DealState& state) {
    for (GroupMeans* group : {&owners[state.owner], &teams[state.team], &stages[state.stage]}) {
      group->won += state.amount;
      ++group->won_deals;
    }
  }
  void AddOpen(const DealProspect& deal) {
    for (GroupMeans* group : {&owners[deal.owner], &teams[deal.team], &stages[deal.stage]}) {
      group->open += deal.Expected();
      ++group->open_deals;
    }
  }
};

std::vector<GroupMeans> ListOf(const std::map<int, GroupMeans>& groups) {
  std::vector<GroupMeans> list;
  list.reserve(groups.size());
  for (const auto& [group, means] : groups) {
    list.push_back(means);
    list.back().group = group;
  }
  return list;
}

// Those that are in the scope on the day; all of them without a copy.
class InScope {
 public:
  InScope(std::span<const DealHistory> deals, const ForecastScope& scope, Day as_of) : deals_(deals) {
    if (scope.teams.empty() && scope.owners.empty() && scope.deals.empty()) return;
    for (std::size_t i = 0; i < deals.size(); ++i) {
      const DealState* state = StateAt(deals[i], as_of, as_of);
      if (state != nullptr && scope.Has(i, *state)) kept_.push_back(deals[i]);
    }
    deals_ = kept_;
  }

  std::span<const DealHistory> deals() const { return deals_; }

 private:
  std::vector<DealHistory> kept_;
  std::span<const DealHistory> deals_;
};

bool IsWonIn(const DealState* state, const ForecastPeriod& period) {
  return state != nullptr && state->kind == DealKind::kWon && period.Has(CountsOn(*state));
}

}  // namespace

Day CountsOn(const DealState& closed) { return closed.close_day.value_or(closed.from_day); }

bool ForecastScope::Has(std::size_t deal, const DealState& state) const {
  const auto has = [](const std::vector<int>& names, int name) {
    return names.empty() || std::binary_search(names.begin(), names.end(), name);
  };
  return has(teams, state.team) && has(owners, state.owner) && (deals.empty() || deals[deal] != 0);
}

double WonIn(std::span<const DealHistory> deals, const ForecastPeriod& period, Day known_by,
             const ForecastScope& scope) {
  double won = 0;
  for (std::size_t i = 0; i < deals.size(); ++i) {
    const DealState* state = StateAt(deals[i], known_by, known_by);
    if (IsWonIn(state, period) && scope.Has(i, *state)) won += state->amount;
  }
  return won;
}

Result<PeriodModel> PeriodModel::LearnAlone(std::span<const DealHistory> deals, LearnOptions options, bool is_judged) {
  WEIR_CHECK(options.horizon_weeks >= 4 && options.horizon_weeks <= 53);
  Learnt learnt;
  CountClosings(deals, options.as_of, &learnt);
  if (learnt.wins < kFewestWins || learnt.closings < kFewestClosings) {
    return Fail(NotEnoughData("a forecast of deals takes {} won ones and {} closed ones; {} and {} are known",
                              kFewestWins, kFewestClosings, learnt.wins, learnt.closings));
  }
  const ChoiceOptions choice_options{.landmarks = {.as_of = options.as_of, .horizon_weeks = options.horizon_weeks},
                                     .may_boost = options.may_boost,
                                     .is_judged = is_judged};
  WEIR_TRY(HazardChoice choice, ChooseHazard(deals, options.quarter_starts, choice_options));
  PeriodModel model(std::move(options), std::move(choice));
  const Day as_of = model.options_.as_of;
  model.drift_ = AmountDrift::Fit(deals, {.as_of = as_of});
  const InScope in_scope(deals, model.options_.scope, as_of);
  model.arrivals_ = Arrivals::Fit(in_scope.deals(), {.as_of = as_of, .quarter_starts = model.options_.quarter_starts});
  learnt.judgement = model.choice_.judgement;
  learnt.is_judged = learnt.judgement.logit_loss == learnt.judgement.logit_loss;
  learnt.factor = FactorOf({});
  model.learnt_ = learnt;
  return model;
}

Result<PeriodModel> PeriodModel::Learn(std::span<const DealHistory> deals, const LearnOptions& options,
                                       const Executor& executor) {
  WEIR_TRY(PeriodModel model, LearnAlone(deals, options, true));
  std::vector<std::optional<Result<PeriodPast>>> each(options.past_periods.size());
  executor.ForEach(each.size(), [&](std::size_t i) {
    const ForecastPeriod& period = options.past_periods[i];
    WEIR_CHECK(period.last <= options.as_of);
    LearnOptions then = options;
    then.as_of = period.last - (options.period.last - options.as_of);
    then.may_boost = false;
    then.horizon_weeks = std::clamp(WeeksUntil(then.as_of, period.last, 1), 4, options.horizon_weeks);
    Result<PeriodModel> past = LearnAlone(deals, std::move(then), false);
    each[i] = past ? past->PastOf(deals, period, options.as_of) : Result<PeriodPast>(Fail(past.error()));
  });
  std::vector<PeriodPast> pasts;
  pasts.reserve(each.size());
  for (std::optional<Result<PeriodPast>>& past : each) {
    if (!*past && past->error().code() == Code::kNotEnoughData) continue;
    WEIR_TRY(PeriodPast known, std::move(*past));
    pasts.push_back(std::move(known));
  }
  model.Settle(pasts);
  return model;
}

void PeriodModel::Settle(std::span<const PeriodPast> pasts) {
  std::vector<FactorScore> scores;
  for (const PeriodPast& past : pasts) scores.insert(scores.end(), past.scores.begin(), past.scores.end());
  learnt_.factor = FactorOf(scores);
  learnt_.pasts = pasts.size();
}

Result<std::vector<DealProspect>> PeriodModel::ProspectsOf(std::span<const DealHistory> deals,
                                                           const ForecastPeriod& period, const Levers& levers) const {
  const Day today = options_.as_of;
  std::vector<DealProspect> open;
  std::vector<DealFeatures> features;
  for (std::size_t i = 0; i < deals.size(); ++i) {
    const DealState* state = StateAt(deals[i], today, today);
    if (state == nullptr || state->kind != DealKind::kOpen || !options_.scope.Has(i, *state)) continue;
    features.push_back(choice_.space.At(deals[i], today));
    open.push_back({.deal = i,
                    .stage = state->stage,
                    .owner = state->owner,
                    .team = state->team,
                    .amount = state->amount,
                    .close_day = state->close_day});
  }
  const int weeks = std::max(options_.horizon_weeks, WeeksUntil(today, period.last, levers.cycle));
  WEIR_TRY(const std::vector<DealOutlook> outlooks, OutlooksOf(choice_.model, choice_.space, features, today, weeks));
  for (std::size_t i = 0; i < open.size(); ++i) {
    const DealOutlook outlook = levers.win_rate == 1 ? outlooks[i] : WithWinRate(outlooks[i], levers.win_rate);
    open[i].probability = ChanceOf(outlook, today, period, levers.cycle);
    open[i].mean_amount = levers.price * MeanOf(drift_.AmountsOf(open[i].stage, open[i].amount));
    if (outlook.winning_week > 0) {
      open[i].winning_day = today + static_cast<Day>(std::lround(7 * outlook.winning_week * levers.cycle));
    }
  }
  return open;
}

std::vector<TeamDeals> PeriodModel::TeamsOf(std::span<const DealProspect> open, const Levers& levers) const {
  std::map<int, TeamDeals> teams;
  for (const DealProspect& deal : open) {
    if (deal.probability <= 0) continue;
    std::vector<PossibleAmount> amounts = drift_.AmountsOf(deal.stage, deal.amount);
    for (PossibleAmount& possible : amounts) possible.amount *= levers.price;
    teams[deal.team].deals.push_back({.win_probability = deal.probability, .amounts = std::move(amounts)});
  }
  std::vector<TeamDeals> list;
  list.reserve(teams.size());
  for (auto& [team, its_deals] : teams) {
    its_deals.correlation = learnt_.factor.correlation;
    list.push_back(std::move(its_deals));
  }
  return list;
}

Result<PeriodForecast> PeriodModel::Forecast(std::span<const DealHistory> deals, const ForecastPeriod& period,
                                             const Levers& levers, const Executor& executor) const {
  WEIR_CHECK(levers.win_rate > 0 && levers.cycle > 0 && levers.volume > 0 && levers.price > 0);
  WEIR_CHECK(period.first <= period.last && period.last >= options_.as_of);
  PeriodForecast forecast{.period = period};
  Groups groups;
  for (std::size_t i = 0; i < deals.size(); ++i) {
    const DealState* state = StateAt(deals[i], options_.as_of, options_.as_of);
    if (!IsWonIn(state, period) || !options_.scope.Has(i, *state)) continue;
    forecast.won += state->amount;
    ++forecast.won_deals;
    groups.AddWon(*state);
  }
  WEIR_TRY(forecast.open, ProspectsOf(deals, period, levers));
  for (const DealProspect& deal : forecast.open) {
    forecast.open_mean += deal.Expected();
    groups.AddOpen(deal);
  }
  const Day first = std::max(period.first, options_.as_of + 1);
  const ExpectedArrivals arrivals = arrivals_.Between(first, period.last, levers);
  forecast.arrivals_created = arrivals.created;
  forecast.arrivals_mean = arrivals.wins.mean * MeanOf(arrivals.wins.amounts);
  forecast.owners = ListOf(groups.owners);
  forecast.teams = ListOf(groups.teams);
  forecast.stages = ListOf(groups.stages);
  std::vector<CompoundWins> more;
  if (arrivals.wins.mean > 0) more.push_back(arrivals.wins);
  forecast.total = SumOfDeals(TeamsOf(forecast.open, levers), more, forecast.won, options_.cells, executor);
  return forecast;
}

Result<PeriodPast> PeriodModel::PastOf(std::span<const DealHistory> deals, const ForecastPeriod& period,
                                       Day known_by) const {
  WEIR_TRY(const std::vector<DealProspect> open, ProspectsOf(deals, period, {}));
  const ExpectedArrivals arrivals = arrivals_.Between(std::max(period.first, options_.as_of + 1), period.last);
  PeriodPast past{.arrivals_said = arrivals.wins.mean * MeanOf(arrivals.wins.amounts),
                  .arrivals_came = WonIn(deals, period, known_by, options_.scope) -
                                   WonIn(deals, period, options_.as_of, options_.scope)};
  std::map<int, TeamPast> teams;
  for (const DealProspect& deal : open) {
    TeamPast& team = teams[deal.team];
    team.deals.push_back({.win_probability = deal.probability, .amounts = drift_.AmountsOf(deal.stage, deal.amount)});
    past.open_said += deal.Expected();
    const DealState* after = StateAt(deals[deal.deal], known_by, known_by);
    if (!IsWonIn(after, period)) continue;
    team.came += after->amount;
    past.open_came += after->amount;
  }
  past.arrivals_came -= past.open_came;
  past.scores.reserve(teams.size());
  for (const auto& [name, team] : teams) {
    if (const auto score = ScoreOf(team)) past.scores.push_back(*score);
  }
  return past;
}

Result<std::vector<double>> PeriodModel::ChancesOf(std::span<const DealFeatures> deals, Day day,
                                                   const ForecastPeriod& period) const {
  WEIR_TRY(const std::vector<DealOutlook> outlooks,
           OutlooksOf(choice_.model, choice_.space, deals, day, WeeksUntil(day, period.last, 1)));
  std::vector<double> chances;
  chances.reserve(outlooks.size());
  for (const DealOutlook& outlook : outlooks) chances.push_back(ChanceOf(outlook, day, period, 1));
  return chances;
}

Result<std::vector<FeatureEffect>> PeriodModel::ReasonsOf(std::span<const DealHistory> deals, std::size_t deal,
                                                          std::span<const DealProspect> others,
                                                          const ForecastPeriod& period) const {
  constexpr std::size_t kOthers = 16;
  const Day today = options_.as_of;
  std::vector<DealFeatures> features;
  const std::size_t count = std::min(kOthers, others.size());
  features.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    features.push_back(choice_.space.At(deals[others[i * others.size() / count].deal], today));
  }
  return EffectsOf(choice_.model, choice_.space, choice_.space.At(deals[deal], today), features, today,
                   WeeksUntil(today, period.last, 1));
}

}  // namespace weir::forecast
