// Which model of the weekly hazards a company has: the logit, the boosted trees or the same rates for all deals, by
// what they say of weeks that none has seen, and whether an isotonic calibration on top of it helps there.
//
// The weeks before as_of are split in time, never at random. Models are fitted to what was known when the judged weeks
// began; trees take their rounds from the weeks before those. The one with the lower log loss on the judged weeks is
// chosen; its calibration is made on the first half of them and kept where it lowers the loss of the second half. What
// is handed back is fitted to all weeks, with the calibration of all judged ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "forecast/deals/coded_rows.h"
#include "forecast/deals/deal_features.h"
#include "forecast/deals/hazard_boosted.h"
#include "forecast/deals/hazard_logit.h"
#include "forecast/deals/isotonic.h"
#include "forecast/deals/landmarks.h"

namespace weir::forecast {

enum class HazardKind : std::uint8_t { kLogit, kBoosted, kRates };

struct HazardCalibration {
  IsotonicCalibration won{};
  IsotonicCalibration lost{};

  WeeklyHazard At(const WeeklyHazard& said) const;
};

// One of them, with what sets it right. Hazards of rows of codes, row by row.
class HazardModel {
 public:
  HazardModel(HazardLogit model, HazardCalibration calibration);
  HazardModel(HazardBoosted model, HazardCalibration calibration);
  // The same for all rows, each of so many groups.
  HazardModel(WeeklyHazard rates, std::size_t groups, HazardCalibration calibration);

  HazardKind kind() const { return logit_ ? HazardKind::kLogit : boosted_ ? HazardKind::kBoosted : HazardKind::kRates; }
  // Unavailable where XGBoost fails; a logit never does.
  Result<std::vector<WeeklyHazard>> Predict(std::span<const std::uint16_t> codes) const;

 private:
  std::shared_ptr<const HazardLogit> logit_;
  std::shared_ptr<const HazardBoosted> boosted_;
  WeeklyHazard rates_;
  std::size_t groups_ = 1;
  HazardCalibration calibration_;
};

// Rows of following windows of time; all of one FeatureSpace.
struct HazardWindows {
  Landmarks before_stop;   // what trees are fitted to for their rounds
  CodedRows stop;          // the weeks that say how many
  Landmarks before_judge;  // what was known when the judged weeks began
  CodedRows judge_first;   // the judged weeks, in two halves
  CodedRows judge_second;
};

inline constexpr double kNotJudged = std::numeric_limits<double>::quiet_NaN();

// Log losses a deal and week, all of them on the judged weeks; NaN where that was not looked at.
struct HazardJudgement {
  HazardKind kind = HazardKind::kLogit;
  double rates_loss = kNotJudged;  // of the rates of all deals alike
  double logit_loss = kNotJudged;
  double boosted_loss = kNotJudged;
  // Of the chosen one on the second half.
  double plain_loss = kNotJudged;
  double calibrated_loss = kNotJudged;
  bool is_calibrated = false;
  int rounds = 0;                   // of the trees
  double judged_events = 0;         // wins and losses in rows of the judged weeks
  HazardCalibration calibration{};  // of all judged weeks; changes nothing where it did not help
};

// not_enough_data where nothing was won or lost before the judged weeks.
Result<HazardJudgement> JudgeHazards(const HazardWindows& windows);

struct ChoiceOptions {
  LandmarkOptions landmarks{};
  int judged_weeks = 26;
  // So many wins and losses must have come in the judged weeks, and before them; else a logit of all weeks is taken
  // without being judged.
  double least_events = 50;
  bool may_boost = true;
  bool is_judged = true;  // false: a logit of all weeks without being judged, for a third of the cost
};

struct HazardChoice {
  FeatureSpace space;
  HazardModel model;
  HazardJudgement judgement;
};

// not_enough_data where nothing was ever won or lost. Same bytes for the same deals in the same order. Costs five sets
// of landmark rows, two fits of each model and one more of the chosen one.
Result<HazardChoice> ChooseHazard(std::span<const DealHistory> deals, const std::vector<Day>& quarter_starts,
                                  const ChoiceOptions& options);

}  // namespace weir::forecast
