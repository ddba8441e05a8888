#include "identity/calibration.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <tuple>

#include "identity/fellegi_sunter.h"

namespace weir::identity {
namespace {

constexpr std::size_t kFolds = 10;
constexpr double kMostWeight = 40;  // either way: beyond it nothing is learnt, and sums stay finite

struct Line {
  double offset = 0;
  double slope = 1;
};

double Clamped(double weight) { return std::clamp(weight, -kMostWeight, kMostWeight); }

// Bits that the label costs under the weight.
double LossOf(double weight, bool is_same) {
  const double against = is_same ? -weight : weight;
  return against > 500 ? against : std::log2(1 + std::exp2(against));
}

// Newton's method on two parameters. The prior: an offset of some 4 bits either way, a slope of some halves or doubles.
template <typename IsLeftOut>
Line Fit(std::span<const LabelledPair> labels, const IsLeftOut& is_left_out) {
  constexpr double kOffsetPrecision = 1.0 / 16;
  constexpr double kSlopePrecision = 4;
  constexpr double kLeastSlope = 0.05;
  constexpr int kRounds = 50;
  Line line;
  for (int round = 0; round < kRounds; ++round) {
    double g0 = -kOffsetPrecision * line.offset;
    double g1 = -kSlopePrecision * (line.slope - 1);
    double h00 = kOffsetPrecision;
    double h01 = 0;
    double h11 = kSlopePrecision;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      if (is_left_out(i)) continue;
      const double weight = Clamped(labels[i].weight);
      const double probability = Probability(line.offset + line.slope * weight);
      const double off = (labels[i].is_same ? 1 : 0) - probability;
      const double spread = probability * (1 - probability) * std::numbers::ln2;
      g0 += off;
      g1 += off * weight;
      h00 += spread;
      h01 += spread * weight;
      h11 += spread * weight * weight;
    }
    const double determinant = h00 * h11 - h01 * h01;
    if (!(determinant > 0)) break;
    // Steps are bounded: far from the answer the curve is flat.
    const double step0 = std::clamp((h11 * g0 - h01 * g1) / determinant, -4.0, 4.0);
    const double step1 = std::clamp((h00 * g1 - h01 * g0) / determinant, -0.5, 0.5);
    line.offset += step0;
    line.slope = std::max(kLeastSlope, line.slope + step1);
    if (std::abs(step0) < 1e-9 && std::abs(step1) < 1e-9) break;
  }
  return line;
}

std::vector<SaidAndTrue> PartsOf(std::span<const LabelledPair> labels, const Calibration& calibration) {
  constexpr std::array<double, 7> kEnds{0, 0.05, 0.2, 0.5, 0.8, 0.95, 1};
  std::vector<SaidAndTrue> parts;
  for (std::size_t i = 0; i + 1 < kEnds.size(); ++i) {
    SaidAndTrue part{.from = kEnds[i], .to = kEnds[i + 1]};
    for (const LabelledPair& each : labels) {
      const double said = Probability(calibration.WeightOf(Clamped(each.weight)));
      const bool is_within = said >= part.from && (said < part.to || i + 2 == kEnds.size());
      if (!is_within) continue;
      ++part.pairs;
      part.said += said;
      part.is_true += each.is_same ? 1 : 0;
    }
    if (part.pairs == 0) continue;
    part.said /= static_cast<double>(part.pairs);
    part.is_true /= static_cast<double>(part.pairs);
    parts.push_back(part);
  }
  return parts;
}

}  // namespace

Calibration Calibrate(std::span<const LabelledPair> labels) {
  Calibration calibration;
  calibration.labels = labels.size();
  calibration.same = static_cast<std::size_t>(std::ranges::count_if(labels, &LabelledPair::is_same));
  if (!calibration.IsChecked()) return calibration;
  std::vector<LabelledPair> sorted(labels.begin(), labels.end());
  std::ranges::sort(sorted, {}, [](const LabelledPair& each) { return std::tuple(each.is_same, each.weight); });
  // Each part has pairs of all weights and of both sorts.
  double before = 0;
  double after = 0;
  for (std::size_t fold = 0; fold < kFolds; ++fold) {
    const auto is_in_fold = [&](std::size_t i) { return i % kFolds == fold; };
    const Line line = Fit(sorted, is_in_fold);
    for (std::size_t i = fold; i < sorted.size(); i += kFolds) {
      const double weight = Clamped(sorted[i].weight);
      before += LossOf(weight, sorted[i].is_same);
      after += LossOf(line.offset + line.slope * weight, sorted[i].is_same);
    }
  }
  calibration.loss_before = before / static_cast<double>(sorted.size());
  calibration.loss_after = after / static_cast<double>(sorted.size());
  if (calibration.loss_after < calibration.loss_before) {
    const Line line = Fit(sorted, [](std::size_t) { return false; });
    calibration.offset = line.offset;
    calibration.slope = line.slope;
    calibration.is_used = true;
    const auto weights = std::ranges::minmax(sorted, {}, &LabelledPair::weight);
    calibration.least = Clamped(weights.min.weight);
    calibration.most = Clamped(weights.max.weight);
  }
  calibration.parts = PartsOf(sorted, calibration);
  return calibration;
}

}  // namespace weir::identity
