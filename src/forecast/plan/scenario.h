// What a period brings in if win rate, cycle, volume or price were others from a day on, and if people were hired: the
// kernel of a scenario. It asks the same model (deals/period_forecast.h) for whole distributions, by convolution and
// not by draws, so that a difference of two scenarios is never noise.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "base/executor.h"
#include "base/result.h"
#include "forecast/deals/period_forecast.h"

namespace weir::forecast {

// What hires win within a period, besides all others.
struct AddedRevenue {
  double mean = 0;
  double variance = 0;
};

struct Scenario {
  Levers levers = {};
  Day from = 0;  // the first day on which they stand so, after that of the model
  AddedRevenue hires = {};
};

// Until `from` all goes as the model says. From then on hazards of a win are moved, time runs slower or faster, deals
// created from then on are more or fewer, and what is won from then on has its price. `scope` is the model's.
Result<RevenueDistribution> RevenueUnder(const PeriodModel& model, std::span<const DealHistory> deals,
                                         const ForecastScope& scope, const ForecastPeriod& period,
                                         const Scenario& scenario, std::size_t cells = 4096);

// What each of `count` moves adds to a number, `of` all orders in which they may be made (Shapley 1953): the mean. `of`
// has the number for each set of moves, a bit a move; the parts add up to of(all) - of(none).
std::vector<double> AddedByEach(std::size_t count, std::span<const double> of);

}  // namespace weir::forecast
