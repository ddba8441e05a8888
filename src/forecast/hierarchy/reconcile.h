// Forecasts of teams, products and regions that add up: of what each node was foretold by itself (the base forecasts),
// the nearest ones that add up, nearest by how far base forecasts are from the truth.
//   x~ = S (S' W^-1 S)^-1 S' W^-1 x^      S: which leaves each node is the sum of; W: covariance of base errors
// Structural scaling takes W from the number of leaves; MinT by shrinkage from errors one step ahead (Wickramasuriya,
// Athanasopoulos, Hyndman 2019; Schaefer, Strimmer 2005), which is the best linear unbiased choice.
// A hierarchy may be crossed (teams and products): a node is any set of leaves.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"
#include "forecast/series/series.h"

namespace weir::forecast {

struct Hierarchy {
  std::size_t leaves = 0;
  // Each node as the leaves that it is the sum of, in rising order. Leaves are nodes too, in any place; each leaf is in
  // some node.
  std::vector<std::vector<std::size_t>> nodes;
};

// How far base forecasts are trusted: a variance a node, or a whole covariance matrix.
enum class ReconcileBy { kOrdinary, kStructural, kVariance, kShrinkage };

// The weights that lead from base forecasts to leaves, worked out once for all steps. O(leaves^3) at worst, sparse
// where W is diagonal; by shrinkage O(nodes^3).
class Reconciler {
 public:
  // `errors`: a series of errors one step ahead for each node, of equal length, for kVariance and kShrinkage; a missing
  // error is left out. A node that never errs is taken to err a little. bad_input where nodes and errors do not fit, a
  // leaf is in no node, or a leaf is not within the hierarchy.
  static Result<Reconciler> Make(const Hierarchy& hierarchy, ReconcileBy by,
                                 std::span<const std::vector<double>> errors = {});
  // With these variances of base errors, all above 0.
  static Result<Reconciler> WithVariances(const Hierarchy& hierarchy, std::span<const double> variances);

  // One base forecast a node; gives one a node that adds up.
  std::vector<double> Reconcile(std::span<const double> base) const;

  // The part of the correlations that was kept as estimated, 0 (none: a diagonal) to 1. 1 where there are none.
  double kept_correlation() const { return kept_; }

 private:
  Reconciler() = default;

  Hierarchy hierarchy_;
  std::vector<double> to_leaves_;  // leaves x nodes, a row a leaf
  double kept_ = 1;
};

}  // namespace weir::forecast
