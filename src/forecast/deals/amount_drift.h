// What a deal is won at, given what it is said to be worth now: the distribution of close / now by stage, learnt from
// deals that were won, each looked at once a week while it was open (by what was known then, deal_history.h).
//
// A deal counts once for each stage it was seen in. A stage's own cases are mixed with those of all stages, which weigh
// as much as 20 deals, and all cases with "as it is", which weighs as much as 5: what has little support is near the
// average. A distribution is given as five points, each the mean of a fifth of it, so its mean is kept exactly.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "forecast/deals/deal_history.h"
#include "forecast/deals/revenue_distribution.h"

namespace weir::forecast {

struct DriftOptions {
  Day as_of = 0;
  int history_weeks = 156;  // wins of so many weeks before as_of
};

// How amounts of one stage change, of log(close / now).
struct DriftOfStage {
  double mean_log = 0;
  double deviation_log = 0;
  double mean_ratio = 1;
  double deals = 0;  // own cases
};

class AmountDrift {
 public:
  // Amounts that are not above 0 say nothing of a ratio; a ratio counts as within 1/20 and 20, beyond which somebody
  // has mended a mistake. O(deals * weeks open), sorted.
  static AmountDrift Fit(std::span<const DealHistory> deals, const DriftOptions& options);

  // What a deal in this stage may be won at; shares add up to 1. An amount of 0 is one that nobody has said: what such
  // deals were won at, mixed with all wins (just 0 where nothing was ever won). Below 0 stays as it is.
  std::vector<PossibleAmount> AmountsOf(int stage, double amount) const;

  DriftOfStage DriftOf(int stage) const;

 private:
  struct Stage {
    DriftOfStage drift;
    std::vector<PossibleAmount> ratios;
  };

  std::map<int, Stage> stages_;
  Stage others_;  // of a stage that was never seen
  std::vector<PossibleAmount> unsaid_;
};

}  // namespace weir::forecast
