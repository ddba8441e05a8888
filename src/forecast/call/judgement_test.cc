#include "forecast/call/judgement.h"

#include <cmath>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::forecast {
namespace {

using ::testing::DoubleNear;
using ::testing::Optional;

TEST(WordAccuracyTest, IsOfEachSubmitterCategoryAndWeek) {
  // Ann: 120 for 100, 80 for 100. Bob: 200 for 100.
  const std::vector<PastWord> pasts{{0, 0, 1, 120, 100}, {1, 0, 1, 200, 100}, {0, 0, 1, 80, 100}, {0, 0, 2, 90, 100}};
  const std::vector<WordAccuracy> all = AccuracyOf(pasts, 2);
  ASSERT_EQ(all.size(), 3U);
  const WordAccuracy& ann = all[0];
  EXPECT_EQ(ann.n, 2);
  EXPECT_THAT(ann.bias, Optional(DoubleNear(0, 1e-12)));
  EXPECT_THAT(ann.wape, Optional(DoubleNear(0.2, 1e-12)));
  // Everybody in week 1: 400 said, 300 came, 140 missed. Half of it counts with two pasts of k = 2.
  EXPECT_THAT(ann.shrunk_bias, Optional(DoubleNear(0.5 * 100 / 300, 1e-12)));
  EXPECT_THAT(ann.shrunk_wape, Optional(DoubleNear(0.5 * 0.2 + 0.5 * 140 / 300, 1e-12)));
  EXPECT_EQ(all[1].week, 2);
  EXPECT_THAT(all[1].shrunk_bias, Optional(DoubleNear(-0.1, 1e-12))) << "he alone is everybody";
  EXPECT_EQ(all[2].submitter, 1);
  EXPECT_THAT(all[2].shrunk_bias, Optional(DoubleNear(1.0 / 3 + 2.0 / 3 * 100 / 300, 1e-12)));
}

TEST(WordAccuracyTest, WhereNothingCameThereIsNoShare) {
  const std::vector<WordAccuracy> alone = AccuracyOf(std::vector<PastWord>{{0, 0, 1, 50, 0}});
  EXPECT_FALSE(alone[0].bias);
  EXPECT_FALSE(alone[0].shrunk_bias);
  EXPECT_EQ(alone[0].missed, 50);
  const std::vector<WordAccuracy> two = AccuracyOf(std::vector<PastWord>{{0, 0, 1, 50, 0}, {1, 0, 1, 50, 100}});
  // 50 missed and four times the usual 50, of nothing and four times the usual 50.
  EXPECT_THAT(two[0].shrunk_wape, Optional(DoubleNear(250.0 / 200, 1e-12)));
  EXPECT_TRUE(AccuracyOf({}).empty());
}

TEST(PoolingTest, WeighsIndependentErrorsByTheirVariances) {
  // Variances 1 and 4 without correlation: 4 / (1 + 4) of the judgement (Bates, Granger 1969).
  const std::vector<ErrorPair> errors{{1, 2}, {-1, 2}, {1, -2}, {-1, -2}};
  EXPECT_NEAR(WeightOf(errors, 0.5, 0), 0.8, 1e-12);
  EXPECT_NEAR(WeightOf(errors, 0.5, 4), 0.5 * 0.8 + 0.5 * 0.5, 1e-12);
  EXPECT_NEAR(WeightOf(errors, 0.1, 4), 0.5 * 0.8 + 0.5 * 0.1, 1e-12);
  const std::vector<ErrorPair> alike{{3, 3}, {-2, -2}};
  EXPECT_EQ(WeightOf(alike, 0.25), 0.25) << "either says the same";
  EXPECT_EQ(WeightOf({}, 0.5), 0.5);
}

TEST(PoolingTest, HasNoWeightForNoiseAroundTheModel) {
  // The word is the model's number and a throw of dice.
  const std::vector<ErrorPair> errors{{5 + 3, 5}, {5 - 3, 5}, {-5 + 3, -5}, {-5 - 3, -5}};
  EXPECT_NEAR(WeightOf(errors, 0.5, 0), 0, 1e-12);
  std::mt19937 random(3);
  std::normal_distribution<double> throws(0, 1);
  std::vector<PastPair> pasts;
  pasts.reserve(400);
  for (int i = 0; i < 400; ++i) {
    const double came = 100 + 10 * throws(random);
    pasts.push_back({100 + 60 * throws(random), came + 5 * throws(random), came});
  }
  const Pooling pooling = PoolingOf(pasts);
  EXPECT_EQ(pooling.state, PoolState::kTold);
  EXPECT_LT(pooling.weight, 0.03);
  EXPECT_NEAR(pooling.bias, 0, 0.05);
}

TEST(PoolingTest, TakesOffWhatNeverCame) {
  // Says twice what comes, always; the model errs by a fifth, up and down.
  std::vector<PastPair> pasts;
  pasts.reserve(12);
  for (int i = 0; i < 12; ++i) pasts.push_back({200, i % 2 == 0 ? 120.0 : 80.0, 100});
  const Pooling pooling = PoolingOf(pasts, 0, 0.5, 0);
  EXPECT_NEAR(pooling.bias, 0.5, 1e-12);
  EXPECT_NEAR(pooling.weight, 1, 1e-12);
  EXPECT_NEAR(pooling.judgement_error, 0, 1e-9);
  EXPECT_NEAR(Pooled(300, 999, pooling), 150, 1e-9);
  const Pooling shrunk = PoolingOf(pasts);
  EXPECT_NEAR(shrunk.bias, 0.5 * 12 / 16, 1e-12);
}

TEST(PoolingTest, FewPastsTeachNoWeight) {
  const std::vector<PastPair> two{{100, 500, 100}, {100, 500, 100}};
  const Pooling few = PoolingOf(two);
  EXPECT_EQ(few.state, PoolState::kFewPasts);
  EXPECT_EQ(few.weight, 0.5);
  EXPECT_EQ(few.n, 2);
  EXPECT_EQ(PoolingOf({}).state, PoolState::kNoPasts);
  EXPECT_EQ(PoolingOf({}, 0.2, 0.4).bias, 0.2);
  EXPECT_NEAR(Pooled(100, 200, PoolingOf({})), 150, 1e-12) << "of which nothing is known, both count alike";
}

TEST(PoolingTest, IsNoWorseThanTheBetterOne) {
  std::mt19937 random(11);
  std::normal_distribution<double> throws(0, 1);
  double pooled = 0;
  double judgement = 0;
  double model = 0;
  for (int trial = 0; trial < 300; ++trial) {
    const double noise = 2 + trial % 25;
    std::vector<PastPair> pasts;
    pasts.reserve(24);
    for (int i = 0; i < 24; ++i) {
      const double came = 100 + 20 * throws(random);
      pasts.push_back({came * 1.1 + noise * throws(random), came + 12 * throws(random), came});
    }
    // In the past itself, without drawing to anything, never worse than the better one.
    const Pooling bare = PoolingOf(pasts, 0, 0.5, 0);
    EXPECT_LE(bare.pooled_error, std::min(bare.judgement_error, bare.model_error) + 1e-9) << trial;
    EXPECT_GE(bare.weight, 0);
    EXPECT_LE(bare.weight, 1);
    // On the period that comes next, as it is used.
    const PastPair last = pasts.back();
    pasts.pop_back();
    const Pooling pooling = PoolingOf(pasts);
    pooled += std::pow(Pooled(last.said, last.model, pooling) - last.came, 2);
    judgement += std::pow(last.said - last.came, 2);
    model += std::pow(last.model - last.came, 2);
  }
  EXPECT_LT(pooled, std::min(judgement, model));
}

}  // namespace
}  // namespace weir::forecast
