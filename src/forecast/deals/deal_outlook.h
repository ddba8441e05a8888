// What is to be expected of one open deal: when it may be won or lost, and which of its features say so.
//   P(won by week t) = sum over u <= t of S(u - 1) h_won(u),   S(t) = product over u <= t of 1 - h_won(u) - h_lost(u)
// the cumulative incidence of two ways to end (Kalbfleisch, Prentice 1980) in weeks.
#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "forecast/deals/coded_rows.h"
#include "forecast/deals/deal_features.h"
#include "forecast/deals/hazard_choice.h"

namespace weir::forecast {

struct DealOutlook {
  std::vector<double> won_by;   // by the end of week 0 (which is now: 0), 1, 2 and so on; rising
  std::vector<double> lost_by;  // the same; both add up to 1 at most
  double closing_week = 0;      // the mean week in which it closes, if it closes in these weeks; 0 where it cannot
  double winning_week = 0;      // the same of a win

  // That it is won within so many days, straight within a week; of more days than there are weeks, that of all weeks.
  double WonWithin(int days) const;
  double LostWithin(int days) const;
};

// From the hazards of following weeks. O(weeks).
DealOutlook OutlookOf(std::span<const WeeklyHazard> hazards);

// Of each deal as it stood on `day`, for `weeks` weeks. O(deals * weeks) predictions.
Result<std::vector<DealOutlook>> OutlooksOf(const HazardModel& model, const FeatureSpace& space,
                                            std::span<const DealFeatures> deals, Day day, int weeks);

// How much a feature moves the probability that the deal is won within the weeks: that of the deal, less the mean of
// what it would be with this feature as other deals have it. Of one feature at a time, so these do not add up.
struct FeatureEffect {
  Feature feature = Feature::kStage;
  double won = 0;  // in probability: .08 is eight points more likely than with the feature of an average deal
};

// Of one deal against `others` (some dozens of open deals, evenly chosen); the greatest first, ties as features stand.
// Those of which all others are alike with it have no effect and come last. O(others * features * weeks) predictions.
Result<std::vector<FeatureEffect>> EffectsOf(const HazardModel& model, const FeatureSpace& space,
                                             const DealFeatures& deal, std::span<const DealFeatures> others, Day day,
                                             int weeks);

}  // namespace weir::forecast
