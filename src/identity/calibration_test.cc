#include "identity/calibration.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "identity/fellegi_sunter.h"

namespace weir::identity {
namespace {

// Pairs whose true weight is offset + slope times what is said.
std::vector<LabelledPair> Drawn(std::size_t pairs, double offset, double slope, std::uint64_t seed) {
  RandomStream random(seed, "identity.calibration_test");
  std::vector<LabelledPair> labels;
  for (std::size_t i = 0; i < pairs; ++i) {
    const double weight = 24 * random.Uniform() - 12;
    labels.push_back({weight, random.Chance(Probability(offset + slope * weight))});
  }
  return labels;
}

TEST(CalibrationTest, FindsHowWeightsWereBent) {
  for (const auto& [offset, slope] : {std::pair(-3.0, 0.4), std::pair(2.0, 1.8), std::pair(0.0, 0.5)}) {
    const Calibration found = Calibrate(Drawn(20'000, offset, slope, 1));
    ASSERT_TRUE(found.is_used);
    EXPECT_NEAR(found.offset, offset, 0.15);
    EXPECT_NEAR(found.slope, slope, 0.05);
    EXPECT_LT(found.loss_after, found.loss_before);
    for (const SaidAndTrue& part : found.parts) {
      if (part.pairs > 500) {
        EXPECT_NEAR(part.said, part.is_true, 0.03) << part.from;
      }
    }
  }
}

TEST(CalibrationTest, MinimisesTheLossWithinThePrior) {
  const std::vector<LabelledPair> labels = Drawn(300, -2, 0.5, 2);
  const Calibration found = Calibrate(labels);
  ASSERT_TRUE(found.is_used);
  const auto loss = [&](double offset, double slope) {
    double sum = (offset * offset / 16 + 4 * (slope - 1) * (slope - 1)) / 2;
    for (const LabelledPair& each : labels) {
      const double weight = offset + slope * each.weight;
      sum += std::log2(1 + std::exp2(each.is_same ? -weight : weight));
    }
    return sum;
  };
  const double best = loss(found.offset, found.slope);
  for (const double move : {-0.01, 0.01}) {
    EXPECT_LT(best, loss(found.offset + move, found.slope));
    EXPECT_LT(best, loss(found.offset, found.slope + move));
  }
}

TEST(CalibrationTest, BeyondTheLabelsABitIsABit) {
  const Calibration found = Calibrate(Drawn(2000, -2, 0.5, 5));
  ASSERT_TRUE(found.is_used);
  EXPECT_NEAR(found.least, -12, 0.2);
  EXPECT_NEAR(found.most, 12, 0.2);
  EXPECT_NEAR(found.WeightOf(found.least - 5), found.WeightOf(found.least) - 5, 1e-9);
  EXPECT_NEAR(found.WeightOf(found.most + 5), found.WeightOf(found.most) + 5, 1e-9);
  EXPECT_NEAR(found.WeightOf(1), found.offset + found.slope, 1e-12);
  for (double weight = -30; weight < 30; ++weight) EXPECT_GT(found.WeightOf(weight + 1), found.WeightOf(weight));
}

TEST(CalibrationTest, LeavesAloneWhatIsRight) {
  int used = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Calibration found = Calibrate(Drawn(200, 0, 1, seed));
    used += found.is_used ? 1 : 0;
    EXPECT_NEAR(found.offset, 0, 1.5);
    EXPECT_NEAR(found.slope, 1, 0.6);
  }
  EXPECT_LT(used, 15);
}

TEST(CalibrationTest, OfFewLabelsNothingIsLearnt) {
  std::vector<LabelledPair> labels = Drawn(29, -6, 0.3, 3);
  EXPECT_FALSE(Calibrate(labels).is_used);
  EXPECT_EQ(Calibrate(labels).labels, 29U);
  EXPECT_FALSE(Calibrate({}).is_used);
  // Many, but of one sort.
  labels.assign(500, {5, true});
  labels.resize(504, {5, false});
  EXPECT_FALSE(Calibrate(labels).is_used);
  EXPECT_EQ(Calibrate(labels).WeightOf(7), 7);
}

TEST(CalibrationTest, TheOrderOfLabelsHasNoPart) {
  std::vector<LabelledPair> labels = Drawn(400, -3, 0.4, 4);
  const Calibration one = Calibrate(labels);
  std::ranges::reverse(labels);
  const Calibration other = Calibrate(labels);
  EXPECT_EQ(one.offset, other.offset);
  EXPECT_EQ(one.slope, other.slope);
  EXPECT_EQ(one.loss_after, other.loss_after);
}

TEST(CalibrationTest, LabelsThatTellSortsApartStayFinite) {
  std::vector<LabelledPair> labels;
  for (int i = 0; i < 50; ++i) {
    labels.push_back({1e6, true});
    labels.push_back({-1e6, false});
    labels.push_back({0.5, true});
    labels.push_back({-0.5, false});
  }
  const Calibration found = Calibrate(labels);
  EXPECT_TRUE(std::isfinite(found.offset));
  EXPECT_TRUE(std::isfinite(found.slope));
  EXPECT_GT(found.slope, 0);
  // All the other way round: the order of pairs stays all the same.
  for (LabelledPair& each : labels) each.is_same = !each.is_same;
  EXPECT_GT(Calibrate(labels).slope, 0);
}

}  // namespace
}  // namespace weir::identity
