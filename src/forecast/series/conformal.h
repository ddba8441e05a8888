// Intervals that cover what they say they cover, learnt from forecasts whose truth is known: how far the truth was from
// what was foretold, in the deviations that the model itself gave (Vovk, Gammerman, Shafer 2005, split conformal
// prediction; Lei et al. 2018, scaled). A model that is too sure of itself by half gets intervals half as wide again.
//
// Each step ahead has quantiles of its own where scores suffice, those of the steps beside it where not, and both sides
// are taken by themselves: what grows errs further upwards. Series of a file share their scores, so that short ones
// have intervals too.
#pragma once

#include <cstddef>
#include <vector>

#include "forecast/series/series.h"

namespace weir::forecast {

class ConformalScores {
 public:
  explicit ConformalScores(int horizon);

  // What came of one forecast: from the step after its last value. Steps that are missing, or whose deviation is not
  // above 0, say nothing.
  void Add(const Outlook& said, Values actual);

  std::size_t count() const { return count_; }

  // Sorts; to be called once, after all were added.
  void Finish();

  // How many deviations below and above the mean, of the step `step` (from 0) ahead, hold the truth with a probability
  // of `level`. Of fewer than kFewestScores scores those of a normal distribution, widened by how far they spread.
  struct Reach {
    double below = 0;
    double above = 0;
  };
  Reach At(std::size_t step, double level) const;

  // Of all steps together at least so many scores tell quantiles.
  static constexpr std::size_t kFewestScores = 40;

 private:
  std::vector<std::vector<double>> scores_;  // by step: (actual - mean) / deviation
  std::size_t count_ = 0;
  double spread_ = 1;  // root of the mean square, at least 1
};

}  // namespace weir::forecast
