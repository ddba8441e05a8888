// What a period will bring in: from the histories of all deals to the distribution of what is won in it.
//
// A model is learnt as of a day: the weekly hazards that suit (hazard_choice.h), what deals are won at
// (amount_drift.h), deals not created yet (arrivals.h), and how much deals of a team win together (team_factor.h). The
// last is learnt from pasts: earlier periods, seen from a day as far from their end as this one, each by a model of
// that day. Nothing that was learnt after a day is used for it (deal_history.h).
//
// A won deal counts in the period in which its closing date lies, and where it has none, on the day it was won from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "base/result.h"
#include "forecast/deals/amount_drift.h"
#include "forecast/deals/arrivals.h"
#include "forecast/deals/deal_history.h"
#include "forecast/deals/deal_outlook.h"
#include "forecast/deals/hazard_choice.h"
#include "forecast/deals/levers.h"
#include "forecast/deals/revenue_distribution.h"
#include "forecast/deals/team_factor.h"

namespace weir::forecast {

struct ForecastPeriod {
  Day first = 0;
  Day last = 0;

  bool Has(Day day) const { return first <= day && day <= last; }
};

// The day on which a won or lost deal counts.
Day CountsOn(const DealState& closed);

// Which deals a forecast is of, by who has them on the day in question; what is empty leaves out none.
struct ForecastScope {
  std::vector<int> teams{};           // rising
  std::vector<int> owners{};          // rising
  std::vector<std::uint8_t> deals{};  // a flag for each history

  bool Has(std::size_t deal, const DealState& state) const;
};

// What was won in the period by what was known on `known_by`.
double WonIn(std::span<const DealHistory> deals, const ForecastPeriod& period, Day known_by,
             const ForecastScope& scope = {});

struct LearnOptions {
  Day as_of = 0;
  std::vector<Day> quarter_starts{};  // rising, around all that is known and asked
  // What is to be forecast: the distance of as_of from its end is that of pasts from theirs.
  ForecastPeriod period{};
  std::vector<ForecastPeriod> past_periods{};  // over by as_of
  // Hazards and amounts are learnt from all deals; what is won, open and to come is of these.
  ForecastScope scope{};
  int horizon_weeks = 14;  // how far ahead hazards are learnt, 4 to 53; those of pasts to the end of their period
  bool may_boost = true;
  std::size_t cells = 4096;  // of the grid of money
};

// A period that is over, as the model of a day within it saw it, and what came of that.
struct PeriodPast {
  std::vector<FactorScore> scores{};  // of teams that had an uncertain deal
  double open_said = 0;               // of the deals that were open then
  double open_came = 0;
  double arrivals_said = 0;  // of those that were not known yet
  double arrivals_came = 0;
};

// An open deal within a forecast.
struct DealProspect {
  std::size_t deal = 0;  // its place among the histories
  int stage = -1;
  int owner = -1;
  int team = -1;
  double amount = 0;  // what people say now
  std::optional<Day> close_day{};
  double probability = 0;            // that it is won within the period
  double mean_amount = 0;            // what it is won at
  std::optional<Day> winning_day{};  // the mean day of a win within the weeks that the model looks ahead

  double Expected() const { return probability * mean_amount; }
};

// Of one owner, team or stage.
struct GroupMeans {
  int group = -1;
  double won = 0;
  std::size_t won_deals = 0;
  double open = 0;  // what open deals bring in on average
  std::size_t open_deals = 0;
};

struct PeriodForecast {
  ForecastPeriod period{};
  double won = 0;  // by as_of, closing dates in the rest of the period with it
  std::size_t won_deals = 0;
  std::vector<DealProspect> open{};  // in the order of the histories
  double open_mean = 0;
  double arrivals_mean = 0;
  double arrivals_created = 0;       // deals, whether they are won or not
  std::vector<GroupMeans> owners{};  // rising
  std::vector<GroupMeans> teams{};
  std::vector<GroupMeans> stages{};
  RevenueDistribution total{0, 1, {1}};
};

// What the model of a day rests on.
struct Learnt {
  HazardJudgement judgement{};
  bool is_judged = false;  // there were events enough to compare models; else it is a logit that nobody has checked
  TeamFactor factor{};     // of no past: what is usual
  std::size_t pasts = 0;   // periods
  std::size_t wins = 0;    // known by as_of
  std::size_t closings = 0;
};

class PeriodModel {
 public:
  // not_enough_data where fewer than 10 deals are known to be won, or fewer than 20 to be closed. Pasts of which there
  // is not enough data are left out. Same bytes for any number of threads. Costs ChooseHazard for as_of and one fit of
  // a logit for each past.
  static Result<PeriodModel> Learn(std::span<const DealHistory> deals, const LearnOptions& options,
                                   const Executor& executor = Executor(1));

  // The same deals, at any period that ends after as_of. Unavailable where XGBoost fails.
  Result<PeriodForecast> Forecast(std::span<const DealHistory> deals, const ForecastPeriod& period,
                                  const Levers& levers = {}, const Executor& executor = Executor(1)) const;
  // The open deals of such a forecast alone, in the order of the histories.
  Result<std::vector<DealProspect>> ProspectsOf(std::span<const DealHistory> deals, const ForecastPeriod& period,
                                                const Levers& levers) const;

  // For a series of forecasts: this model's view of a period that was over by `known_by`, and the factor of such pasts
  // in place of the one that Learn found.
  Result<PeriodPast> PastOf(std::span<const DealHistory> deals, const ForecastPeriod& period, Day known_by) const;
  void Settle(std::span<const PeriodPast> pasts);

  // Why one of the open deals is as likely to be won by the end of the period as it is, against some others of them;
  // the features that move it most first. `deal` is a place among the histories.
  Result<std::vector<FeatureEffect>> ReasonsOf(std::span<const DealHistory> deals, std::size_t deal,
                                               std::span<const DealProspect> others,
                                               const ForecastPeriod& period) const;

  // The probability that a deal with these features is won within the period: for what an earlier model says now.
  Result<std::vector<double>> ChancesOf(std::span<const DealFeatures> deals, Day day,
                                        const ForecastPeriod& period) const;

  Day as_of() const { return options_.as_of; }
  const Learnt& learnt() const { return learnt_; }
  const FeatureSpace& space() const { return choice_.space; }
  const AmountDrift& drift() const { return drift_; }
  const Arrivals& arrivals() const { return arrivals_; }

 private:
  PeriodModel(LearnOptions options, HazardChoice choice) : options_(std::move(options)), choice_(std::move(choice)) {}

  static Result<PeriodModel> LearnAlone(std::span<const DealHistory> deals, LearnOptions options, bool is_judged);
  std::vector<TeamDeals> TeamsOf(std::span<const DealProspect> open, const Levers& levers) const;

  LearnOptions options_;
  HazardChoice choice_;
  AmountDrift drift_;
  Arrivals arrivals_;
  Learnt learnt_;
};

}  // namespace weir::forecast
