// A multinomial logit of what comes in a week: none, won or lost.
//   log(P(o) / P(none)) = intercept_o + sum over groups of coefficient_o(group, code),  o in {won, lost}
// Coefficients of a group are drawn to 0 by a normal prior with a variance for each group and outcome; what has little
// support stays near the average. The variances are those of most evidence (MacKay 1992; Schall 1991), by
//   variance = sum of squares / (count - trace(posterior covariance) / variance),
// unless one is given. Fitted by Newton's method: the posterior is concave, so there is one answer.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "forecast/deals/coded_rows.h"

namespace weir::forecast {

struct LogitOptions {
  // Of all groups and outcomes; left out, each has its own by evidence.
  std::optional<double> prior_variance{};
  // What a count is worth: 1 / repeats where rows tell of one thing more than once (landmarks.h).
  double weight = 1;
};

class HazardLogit {
 public:
  // not_enough_data where no row was won or lost. O(rows * groups^2 + codes^3) for each of some dozens of steps.
  static Result<HazardLogit> Fit(const CodedRows& rows, const LogitOptions& options = {});

  // Of rows of codes, row by row, each of as many codes as there are groups. O(rows * groups).
  std::vector<WeeklyHazard> Predict(std::span<const std::uint16_t> codes) const;

  // On the scale of log odds against "none".
  struct Effect {
    double won = 0;
    double lost = 0;
  };
  Effect intercept() const { return effects_.front(); }
  Effect EffectOf(std::size_t group, std::uint16_t code) const { return effects_[first_[group] + code]; }
  // The variances of the priors, a pair a group.
  const std::vector<Effect>& variances() const { return variances_; }

 private:
  HazardLogit() = default;

  std::vector<std::size_t> first_;  // of a group, in effects_; then how many there are
  std::vector<Effect> effects_;     // the intercept, then code by code
  std::vector<Effect> variances_;
};

}  // namespace weir::forecast
