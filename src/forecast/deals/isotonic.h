// A rising curve through points: pool adjacent violators (Ayer et al. 1955), and probabilities set right by it.
#pragma once

#include <span>
#include <vector>

namespace weir::forecast {

// The rising values that are nearest to `values` by weighted squares, one for each. Weights are above 0. O(n).
std::vector<double> RisingFit(std::span<const double> values, std::span<const double> weights);

// How often it came, by how likely it was said to be. Made of blocks of the rising fit: between the middles of blocks
// it runs straight, beyond the first and last it keeps their ratio to what was said. A block is drawn to what was said
// by the weight of one case, so that nothing becomes impossible because it has not come yet.
class IsotonicCalibration {
 public:
  // Changes nothing.
  IsotonicCalibration() = default;
  // Of each case: what was said, within [0, 1], how many they were and how many of them came. O(n log n).
  IsotonicCalibration(std::span<const double> said, std::span<const double> counts, std::span<const double> came);

  // Within [0, 1], rising with `said`.
  double At(double said) const;

 private:
  struct Point {
    double said = 0;
    double came = 0;
  };
  std::vector<Point> points_;
};

}  // namespace weir::forecast
