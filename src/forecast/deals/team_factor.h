// How much of what makes deals win is shared by a team: the correlation of revenue_distribution.h, learnt from what the
// model said of past quarters and what came.
//
// Each past is scored by the log of the density that its distribution gives to the total that came, smoothed by a
// fourth of the spread without a factor, the same for all correlations (a proper score, Gneiting and Raftery 2007). The
// answer is the mean of the posterior under an exponential prior, so a few quarters give something near the prior and
// never 0: errors of a model that are alike within a team look like a factor, and an interval has to hold them too.
// Where the 80 % intervals of the pasts then still miss too often by one standard error, the correlation is raised
// until they do not, or to the cap.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/executor.h"
#include "forecast/deals/revenue_distribution.h"

namespace weir::forecast {

// The open deals of a team at a past snapshot, as the model of that day saw them, and what those very deals brought in
// by the end of the period.
struct TeamPast {
  std::vector<UncertainDeal> deals{};
  double came = 0;
};

struct FactorOptions {
  double prior_mean = .08;
  double cap = .5;  // below 1
  std::size_t cells = 512;
};

struct TeamFactor {
  double correlation = 0;
  double deviation = 0;         // of the posterior
  double coverage = 0;          // share of pasts within their 80 % interval with it
  double coverage_without = 0;  // with a correlation of 0
  double score_gain = 0;        // mean log score, less that of a correlation of 0
  std::size_t pasts = 0;        // that had an uncertain deal
};

// What one past says of each correlation that is tried: enough to fit the factor without the past itself.
inline constexpr std::size_t kCorrelations = 14;
struct FactorScore {
  std::array<double, kCorrelations> log_density{};
  std::array<bool, kCorrelations> is_within{};  // the 80 % interval
};

// Nothing of a past without an uncertain deal. One distribution for each of 14 correlations.
std::optional<FactorScore> ScoreOf(const TeamPast& past, const FactorOptions& options = {});
TeamFactor FactorOf(std::span<const FactorScore> scores, const FactorOptions& options = {});

// The prior alone where there are no pasts; coverage and gain are 0 then. O(pasts) distributions for each of 14
// correlations; same bytes for any number of threads.
TeamFactor FitTeamFactor(std::span<const TeamPast> pasts, const FactorOptions& options = {},
                         const Executor& executor = Executor(1));

}  // namespace weir::forecast
