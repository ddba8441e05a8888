// Training rows of a landmark model (van Houwelingen 2007) in discrete time with two ways to end: at each snapshot of a
// weekly grid every open deal gives a row for each week that follows it, with what came in that week, until it closes.
//
// The as-of rule: features are those known on the day of the snapshot, outcomes those known on `as_of`, and only weeks
// that were over by `as_of` give rows. A deal that was open by what was known at the snapshot and closed in truth
// counts as closing in the first week after it, which is when the forecast of that day would have met it. A deal that
// is opened again is at risk again from the next snapshot on.
#pragma once

#include <cstddef>
#include <limits>
#include <span>

#include "forecast/deals/coded_rows.h"
#include "forecast/deals/deal_features.h"
#include "forecast/deals/deal_history.h"

namespace weir::forecast {

struct LandmarkOptions {
  Day as_of = 0;
  int horizon_weeks = 26;   // rows of each snapshot at most
  int history_weeks = 156;  // snapshots of so many weeks before as_of
  // Only weeks that begin on or after this day: what came after the day on which another set of rows ended.
  Day weeks_from = std::numeric_limits<Day>::min();
  std::size_t max_rows = 600'000;  // before equal rows are added up
};

struct Landmarks {
  CodedRows rows;  // merged
  // How rows were thinned so that there are max_rows at most: each deal has a snapshot every so many weeks (at most 13;
  // deals take turns, so that all weeks are seen), then one deal of so many is taken.
  int weeks_apart = 1;
  std::size_t deals_apart = 1;
  // How many rows tell of the same week of the same deal on average: what a sum over rows counts too much.
  double repeats = 1;
};

// O(deals * weeks open * horizon). Same bytes for the same deals in the same order.
Landmarks BuildLandmarks(std::span<const DealHistory> deals, const FeatureSpace& space, const LandmarkOptions& options);

}  // namespace weir::forecast
