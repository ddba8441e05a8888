// What weights are worth, by pairs of which somebody said whether they are one. The probabilities of the model follow
// from what it learnt without labels, as if fields were independent: with labels they are drawn to what is true
// (Platt 1999), weight -> offset + slope * weight, by maximum likelihood with a prior that leaves them as they are.
//
// It is used only where it does better on pairs that it was not fitted to, and only then are probabilities said to be
// checked.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace weir::identity {

struct LabelledPair {
  double weight = 0;  // log2 of the odds, as the model has them
  bool is_same = false;
};

// Fewer labels, or fewer of one sort, teach nothing.
inline constexpr std::size_t kFewestLabels = 30;
inline constexpr std::size_t kFewestOfASort = 5;

// Of pairs whose probability was said to be within a part of 0 to 1: what was said on average, and how many were one.
struct SaidAndTrue {
  double from = 0;
  double to = 0;
  std::size_t pairs = 0;
  double said = 0;
  double is_true = 0;
};

struct Calibration {
  double offset = 0;
  double slope = 1;  // above 0: the order of pairs stays
  bool is_used = false;
  std::size_t labels = 0;
  std::size_t same = 0;
  // Of a label in bits, on average: as the model has it, and of pairs that were left out when it was fitted to the
  // others (in ten parts). 0 where there are too few labels to tell.
  double loss_before = 0;
  double loss_after = 0;
  std::vector<SaidAndTrue> parts;  // by what is said after it; parts without a pair are left out

  // Whether there were labels enough to tell.
  bool IsChecked() const { return labels >= kFewestLabels && std::min(same, labels - same) >= kFewestOfASort; }

  // Beyond the weights of the labels the model's own word counts: a bit is a bit.
  double least = 0;
  double most = 0;

  double WeightOf(double weight) const {
    if (!is_used) return weight;
    const double within = std::clamp(weight, least, most);
    return offset + slope * within + (weight - within);
  }
};

// The order of labels has no part in it. O(labels log labels).
Calibration Calibrate(std::span<const LabelledPair> labels);

}  // namespace weir::identity
