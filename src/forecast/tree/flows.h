// Forecasts of flows by month that add up: each is foretold by itself, then all are brought to agree
// (hierarchy/reconcile.h), with intervals. The kernel of the tree of forecasts; units are those of the caller.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/executor.h"
#include "base/result.h"
#include "forecast/hierarchy/reconcile.h"
#include "forecast/money.h"

namespace weir::forecast {

// A node whose children add up to it. Parents stand before their children; the first is the root.
struct FlowNode {
  int parent = -1;
  std::vector<double> past = {};  // whole months, the oldest first; the first may be missing (NaN)
  double so_far = 0;              // of the first month ahead, which may have begun
  double left = 1;                // the part of that month that is usually still to come
};

// What a node says of each month ahead, by itself: the middle, and what is undershot and overshot in a tenth of cases.
struct OwnForecast {
  std::vector<double> mean = {};
  std::vector<double> low = {};
  std::vector<double> high = {};
  std::string model = {};
};

struct FlowForecast {
  OwnForecast base = {};
  OwnForecast agreed = {};  // adds up
};

struct TreeForecast {
  std::vector<FlowForecast> nodes = {};
  ReconcileBy by = ReconcileBy::kStructural;
  double kept_correlation = 0;
};

// Months of a past that say something of what comes.
inline constexpr std::size_t kFewestPastMonths = 6;

// Base forecasts of the nodes, which may be of several trees, by the default combination, with conformal intervals.
// Nothing falls below what came so far. Empty where it was told to stop.
std::vector<OwnForecast> ForecastAlone(std::span<const FlowNode> nodes, int months, const Executor& executor,
                                       std::stop_token stop);

// How far forecasts one step ahead were from what came, at past months; one series a node. Empty where fewer than eight
// can be had.
std::vector<std::vector<double>> PastErrors(std::span<const FlowNode> nodes, const Executor& executor,
                                            std::stop_token stop);

// With errors by MinT with shrinkage, without them by the number of leaves beneath (structural). Leaves below what came
// so far, or below 0, are lifted to it, and the others make room.
Result<TreeForecast> Agree(std::span<const FlowNode> nodes, std::vector<OwnForecast> alone,
                           std::span<const std::vector<double>> errors);
// The same where intervals say how far each is trusted: for what has no series of past forecasts.
Result<TreeForecast> AgreeByIntervals(std::span<const FlowNode> nodes, std::vector<OwnForecast> alone);

// Amounts of one month that add up: the root is rounded, and what each parent has is shared among its children.
std::vector<std::int64_t> RoundedMonth(std::span<const FlowNode> nodes, std::span<const double> month,
                                       const Rounding& rounding);

}  // namespace weir::forecast
