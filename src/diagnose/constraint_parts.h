// Parts of one company drawn together by as much as they are alike: the posteriors of the weakest link. Internal to
// diagnose/.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/draws.h"

namespace weir::diagnose {

// A part with what it reached and what its cases would have reached anywhere in the company.
struct ShareOfPart {
  double good = 0;
  double cases = 0;
  double expected = 0;  // share
};
struct MeanOfPart {
  double residual = 0;  // mean of what was measured less what was expected
  double variance = 0;  // of that mean, by luck alone
};

// The posterior of each part's excess over its expectation. Its spread between parts has a half-normal prior and is
// integrated over a grid; cost O(grid x parts) once and O(parts) a draw.
class PartPosterior {
 public:
  static PartPosterior OfShares(std::span<const ShareOfPart> parts);
  // `usual_spread`: of the half-normal prior, in the unit of the residuals.
  static PartPosterior OfMeans(std::span<const MeanOfPart> parts, double usual_spread);

  const std::vector<double>& means() const { return means_; }
  // Of all parts by one draw.
  void Draw(Draws& draws, std::vector<double>& into) const;

 private:
  PartPosterior() = default;
  void Weigh(std::span<const double> log_weights);

  bool is_of_shares_ = false;
  std::vector<ShareOfPart> shares_;
  std::vector<MeanOfPart> residuals_;
  std::vector<double> grid_;        // strength of the prior in cases, or variance between parts
  std::vector<double> cumulative_;  // of the weights of the grid
  std::vector<double> means_;
};

// The best of a few parts; of many the one at their best tenth, so that the outermost of a crowd sets no measure. The
// greatest is the best; ties go to the earlier one. Parts of fewer cases than the least do not lead; nothing where
// fewer than two could.
std::optional<std::size_t> BestOf(std::span<const double> values, std::span<const double> cases, double least);

}  // namespace weir::diagnose
