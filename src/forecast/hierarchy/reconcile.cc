#include "forecast/hierarchy/reconcile.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Dense>
#include <Eigen/Sparse>

namespace weir::forecast {
namespace {

using Matrix = Eigen::MatrixXd;
using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Beside the largest variance, what a node that never errs is taken to err.
constexpr double kLeastVariance = 1e-10;

Eigen::Index Size(std::size_t size) { return static_cast<Eigen::Index>(size); }

Result<void> Check(const Hierarchy& hierarchy) {
  std::vector<bool> is_in(hierarchy.leaves, false);
  for (std::size_t node = 0; node < hierarchy.nodes.size(); ++node) {
    if (hierarchy.nodes[node].empty()) return Fail(BadInput("node {} of the hierarchy is the sum of nothing", node));
    for (const std::size_t leaf : hierarchy.nodes[node]) {
      if (leaf >= hierarchy.leaves)
        return Fail(BadInput("node {} of the hierarchy names leaf {}, which is not there", node, leaf));
      is_in[leaf] = true;
    }
  }
  const auto lonely = std::ranges::find(is_in, false);
  if (lonely != is_in.end()) return Fail(BadInput("leaf {} is in no node of the hierarchy", lonely - is_in.begin()));
  return {};
}

Eigen::SparseMatrix<double> SummingMatrix(const Hierarchy& hierarchy) {
  std::vector<Eigen::Triplet<double>> entries;
  for (std::size_t node = 0; node < hierarchy.nodes.size(); ++node) {
    for (const std::size_t leaf : hierarchy.nodes[node]) entries.emplace_back(Size(node), Size(leaf), 1.0);
  }
  Eigen::SparseMatrix<double> sums(Size(hierarchy.nodes.size()), Size(hierarchy.leaves));
  sums.setFromTriplets(entries.begin(), entries.end());
  return sums;
}

// (S' W^-1 S)^-1 S' W^-1, of `weighted` = W^-1 S.
Result<RowMatrix> LeavesOf(const Matrix& weighted, const Eigen::SparseMatrix<double>& sums) {
  const Matrix normal = sums.transpose() * weighted;
  const Eigen::LDLT<Matrix> factor(normal);
  if (factor.info() != Eigen::Success || !(factor.vectorD().minCoeff() > 0)) {
    return Fail(BadInput("the nodes of the hierarchy do not tell all of its leaves apart"));
  }
  return RowMatrix(factor.solve(weighted.transpose()));
}

double MeanOfKnown(const std::vector<double>& errors) {
  double sum = 0;
  double known = 0;
  for (const double error : errors) {
    if (IsMissing(error)) continue;
    sum += error;
    known += 1;
  }
  return known == 0 ? 0 : sum / known;
}

std::vector<double> MeanSquares(std::span<const std::vector<double>> errors) {
  std::vector<double> squares;
  squares.reserve(errors.size());
  for (const std::vector<double>& series : errors) {
    double sum = 0;
    double known = 0;
    for (const double error : series) {
      if (IsMissing(error)) continue;
      sum += error * error;
      known += 1;
    }
    squares.push_back(known == 0 ? 0 : sum / known);
  }
  const double least = squares.empty() ? 0 : std::ranges::max(squares) * kLeastVariance;
  for (double& square : squares) square = std::max(square, least > 0 ? least : 1.0);
  return squares;
}

// The correlations of errors, shrunk towards none by how unsure they are (Schaefer, Strimmer 2005, table 1).
Matrix ShrunkCovariance(std::span<const std::vector<double>> errors, std::span<const double> variances, double* kept) {
  const Eigen::Index nodes = Size(errors.size());
  const std::size_t steps = errors.empty() ? 0 : errors.front().size();
  // Standardised errors; a missing one counts as none.
  Matrix scaled = Matrix::Zero(Size(steps), nodes);
  for (Eigen::Index node = 0; node < nodes; ++node) {
    const std::vector<double>& series = errors[static_cast<std::size_t>(node)];
    const double mean = MeanOfKnown(series);
    double squares = 0;
    for (const double error : series) squares += IsMissing(error) ? 0 : (error - mean) * (error - mean);
    if (squares <= 0) continue;
    const double deviation = std::sqrt(squares / static_cast<double>(steps));
    for (std::size_t t = 0; t < steps; ++t) {
      if (!IsMissing(series[t])) scaled(Size(t), node) = (series[t] - mean) / deviation;
    }
  }
  const auto n = static_cast<double>(steps);
  const Matrix correlation = scaled.transpose() * scaled / n;
  const Matrix squared = scaled.cwiseAbs2().transpose() * scaled.cwiseAbs2();
  // Var(r_ij) from the spread of the products that it is the mean of.
  double unsure = 0;
  double strength = 0;
  for (Eigen::Index i = 0; i < nodes; ++i) {
    for (Eigen::Index j = 0; j < i; ++j) {
      const double r = correlation(i, j);
      unsure += (squared(i, j) - n * r * r) / (n * (n - 1));
      strength += r * r;
    }
  }
  *kept = strength > 0 && n > 1 ? 1 - std::clamp(unsure / strength, 0.0, 1.0) : 0;
  Matrix covariance(nodes, nodes);
  for (Eigen::Index i = 0; i < nodes; ++i) {
    for (Eigen::Index j = 0; j < nodes; ++j) {
      const double r = i == j ? 1 : *kept * correlation(i, j);
      covariance(i, j) = r * std::sqrt(variances[static_cast<std::size_t>(i)] * variances[static_cast<std::size_t>(j)]);
    }
  }
  return covariance;
}

Result<void> CheckErrors(const Hierarchy& hierarchy, std::span<const std::vector<double>> errors) {
  if (errors.size() != hierarchy.nodes.size()) {
    return Fail(BadInput("{} nodes of the hierarchy have {} series of errors", hierarchy.nodes.size(), errors.size()));
  }
  for (const std::vector<double>& series : errors) {
    if (series.size() != errors.front().size()) return Fail(BadInput("the series of errors are not of one length"));
  }
  return {};
}

}  // namespace

Result<Reconciler> Reconciler::WithVariances(const Hierarchy& hierarchy, std::span<const double> variances) {
  WEIR_TRY(Check(hierarchy));
  if (variances.size() != hierarchy.nodes.size()) {
    return Fail(BadInput("{} nodes of the hierarchy have {} variances", hierarchy.nodes.size(), variances.size()));
  }
  const Eigen::SparseMatrix<double> sums = SummingMatrix(hierarchy);
  Matrix weighted = sums;
  for (std::size_t node = 0; node < variances.size(); ++node) {
    if (!(variances[node] > 0)) return Fail(BadInput("the variance of node {} is not above 0", node));
    weighted.row(Size(node)) /= variances[node];
  }
  WEIR_TRY(const RowMatrix leaves, LeavesOf(weighted, sums));
  Reconciler reconciler;
  reconciler.hierarchy_ = hierarchy;
  reconciler.to_leaves_.assign(leaves.data(), leaves.data() + leaves.size());
  return reconciler;
}

Result<Reconciler> Reconciler::Make(const Hierarchy& hierarchy, ReconcileBy by,
                                    std::span<const std::vector<double>> errors) {
  std::vector<double> variances(hierarchy.nodes.size(), 1);
  if (by == ReconcileBy::kStructural) {
    for (std::size_t node = 0; node < variances.size(); ++node) {
      variances[node] = static_cast<double>(std::max<std::size_t>(hierarchy.nodes[node].size(), 1));
    }
  }
  if (by == ReconcileBy::kOrdinary || by == ReconcileBy::kStructural) return WithVariances(hierarchy, variances);
  WEIR_TRY(CheckErrors(hierarchy, errors));
  variances = MeanSquares(errors);
  if (by == ReconcileBy::kVariance) return WithVariances(hierarchy, variances);

  WEIR_TRY(Check(hierarchy));
  Reconciler reconciler;
  const Matrix covariance = ShrunkCovariance(errors, variances, &reconciler.kept_);
  const Eigen::SparseMatrix<double> sums = SummingMatrix(hierarchy);
  const Eigen::LLT<Matrix> factor(covariance);
  // Errors that add up exactly leave no inverse: the variances alone do.
  if (factor.info() != Eigen::Success) return WithVariances(hierarchy, variances);
  WEIR_TRY(const RowMatrix leaves, LeavesOf(factor.solve(Matrix(sums)), sums));
  reconciler.hierarchy_ = hierarchy;
  reconciler.to_leaves_.assign(leaves.data(), leaves.data() + leaves.size());
  return reconciler;
}

std::vector<double> Reconciler::Reconcile(std::span<const double> base) const {
  const std::size_t nodes = hierarchy_.nodes.size();
  WEIR_CHECK(base.size() == nodes);
  std::vector<double> leaves(hierarchy_.leaves, 0);
  for (std::size_t leaf = 0; leaf < leaves.size(); ++leaf) {
    for (std::size_t node = 0; node < nodes; ++node) leaves[leaf] += to_leaves_[leaf * nodes + node] * base[node];
  }
  std::vector<double> all(nodes, 0);
  for (std::size_t node = 0; node < nodes; ++node) {
    for (const std::size_t leaf : hierarchy_.nodes[node]) all[node] += leaves[leaf];
  }
  return all;
}

}  // namespace weir::forecast
