#include "identity/evaluate.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/random.h"

namespace weir::identity {
namespace {

using Clusters = std::vector<std::uint32_t>;
using Pairs = std::vector<RecordPair>;

TEST(Evaluate, CountsAllTruePairsAndEachOnce) {
  // Found: {0 1 2} {3} {4 5}; true: {0 1} {2 3} {4 5}.
  const Clusters clusters{0, 0, 0, 3, 4, 4};
  const Pairs truth{{0, 1}, {1, 0}, {3, 2}, {4, 5}, {4, 5}, {2, 2}};
  const PairQuality quality = EvaluatePairs(clusters, truth);
  EXPECT_EQ(quality.found, 4U);  // 0-1 0-2 1-2 4-5
  EXPECT_EQ(quality.truth, 3U);
  EXPECT_EQ(quality.right, 2U);
  EXPECT_DOUBLE_EQ(quality.precision, 0.5);
  EXPECT_DOUBLE_EQ(quality.recall, 2.0 / 3);
  EXPECT_DOUBLE_EQ(quality.f1, 4.0 / 7);
}

TEST(Evaluate, OfTwoFilesOnlyCrossPairsCount) {
  // Records 0 1 2 of the first file, 3 4 5 of the second: {0 1 3} {2 4} {5}.
  const Clusters clusters{0, 0, 2, 0, 2, 5};
  EXPECT_EQ(PairsWithin(clusters, 3), 3U);  // 0-3 1-3 2-4
  const PairQuality quality = EvaluatePairs(clusters, Pairs{{0, 3}, {4, 2}, {0, 1}, {3, 4}, {2, 5}}, 3);
  EXPECT_EQ(quality.truth, 3U);
  EXPECT_EQ(quality.right, 2U);
  EXPECT_DOUBLE_EQ(quality.precision, 2.0 / 3);
  EXPECT_DOUBLE_EQ(quality.recall, 2.0 / 3);
}

TEST(Evaluate, NothingFoundOrNothingTrueIsZero) {
  const Clusters alone{0, 1, 2};
  EXPECT_EQ(EvaluatePairs(alone, Pairs{{0, 1}}).f1, 0);
  EXPECT_EQ(EvaluatePairs(alone, Pairs{{0, 1}}).precision, 0);
  EXPECT_EQ(EvaluatePairs(Clusters{0, 0, 2}, Pairs{}).recall, 0);
  EXPECT_EQ(EvaluatePairs(Clusters{}, Pairs{}).found, 0U);
  EXPECT_EQ(EvaluateClusters(Clusters{}, Pairs{}).f1, 0);
}

TEST(Evaluate, BCubedIsTheMeanOverRecords) {
  // Found: {0 1 2 3}, {4 5}; true: {0 1 2} {3 4} {5}.
  const Clusters clusters{0, 0, 0, 0, 4, 4};
  const Quality quality = EvaluateClusters(clusters, Pairs{{1, 0}, {1, 2}, {3, 4}});
  EXPECT_DOUBLE_EQ(quality.precision, (3 * 0.75 + 0.25 + 0.5 + 0.5) / 6);
  EXPECT_DOUBLE_EQ(quality.recall, (3 + 0.5 + 0.5 + 1) / 6);
  EXPECT_DOUBLE_EQ(quality.f1, 2 * quality.precision * quality.recall / (quality.precision + quality.recall));
}

TEST(Evaluate, EqualsCountingPairByPair) {
  RandomStream random(7, "evaluate_test");
  for (int round = 0; round < 200; ++round) {
    constexpr std::uint32_t kRecords = 12;
    Clusters clusters(kRecords);
    for (std::uint32_t i = 0; i < kRecords; ++i) {
      const auto joined = static_cast<std::uint32_t>(random.Integer(0, i));
      clusters[i] = clusters[joined] == joined && random.Chance(0.5) ? joined : i;
    }
    Pairs truth;
    for (int i = 0; i < 10; ++i) {
      truth.emplace_back(random.Integer(0, kRecords - 1), random.Integer(0, kRecords - 1));
    }
    const std::size_t second = round % 2 == 0 ? SIZE_MAX : 5;
    PairQuality plain;
    for (std::uint32_t a = 0; a < kRecords; ++a) {
      for (std::uint32_t b = a + 1; b < kRecords; ++b) {
        if (second != SIZE_MAX && !(a < second && b >= second)) continue;
        const bool is_true = std::ranges::any_of(
            truth, [&](const RecordPair& pair) { return pair == RecordPair{a, b} || pair == RecordPair{b, a}; });
        const bool is_found = clusters[a] == clusters[b];
        plain.found += is_found ? 1 : 0;
        plain.truth += is_true ? 1 : 0;
        plain.right += is_found && is_true ? 1 : 0;
      }
    }
    const PairQuality quality = EvaluatePairs(clusters, truth, second);
    EXPECT_EQ(quality.found, plain.found);
    EXPECT_EQ(quality.truth, plain.truth);
    EXPECT_EQ(quality.right, plain.right);
  }
}

}  // namespace
}  // namespace weir::identity
