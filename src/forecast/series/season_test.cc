#include "forecast/series/season.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "forecast/series/classics_for_tests.h"

namespace weir::forecast {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::Pointwise;

std::vector<double> Wave(int season, int values, double noise, std::uint64_t seed) {
  RandomStream random(seed, "wave");
  std::vector<double> wave;
  wave.reserve(static_cast<std::size_t>(values));
  for (int t = 0; t < values; ++t) {
    wave.push_back(100 + .2 * t + 10 * std::sin(2 * std::numbers::pi * t / season) + random.Normal(0, noise));
  }
  return wave;
}

TEST(AutocorrelationTest, IsThatOfTheTextbook) {
  // By hand: mean 3, about it -2 -1 0 1 2, squares 10, products at lag 1: 2 + 0 + 0 + 2.
  EXPECT_THAT(Autocorrelation(std::array{1.0, 2.0, 3.0, 4.0, 5.0}, 2), ElementsAre(DoubleEq(.4), DoubleEq(-.1)));
  EXPECT_TRUE(Autocorrelation(std::array{4.0, 4.0, 4.0}, 1).empty());
  EXPECT_TRUE(Autocorrelation(std::array{4.0}, 1).empty());
}

TEST(SeasonTest, IsFoundWhereThereIsOne) {
  EXPECT_TRUE(IsSeasonal(kAirPassengers, 12));
  EXPECT_FALSE(IsSeasonal(Values(kAirPassengers).first(24), 12));
  EXPECT_FALSE(IsSeasonal(kNile, 7));
  const std::array candidates{4, 7, 12, 24, 52};
  EXPECT_EQ(DetectSeason(kAirPassengers, candidates), 12);
  EXPECT_EQ(DetectSeason(Wave(7, 100, 2, 1), candidates), 7);
  EXPECT_EQ(DetectSeason(Wave(52, 300, 4, 2), candidates), 52);
  EXPECT_EQ(DetectSeason(kNile, candidates), 1);
}

TEST(SeasonTest, IsSeldomFoundInNoise) {
  int found = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    RandomStream random(seed, "noise");
    std::vector<double> noise(120);
    for (double& value : noise) value = random.Normal(0, 1);
    found += DetectSeason(noise, std::array{12}) == 12 ? 1 : 0;
  }
  EXPECT_LE(found, 30);
}

// A pattern that was put in comes out, whatever the line that it lies on.
TEST(SeasonTest, ThePatternIsTheOneThatWasPutIn) {
  const std::array factors{.8, 1.1, 1.3, .8};
  std::vector<double> values;
  values.reserve(40);
  for (int t = 0; t < 40; ++t) values.push_back(100 * factors[static_cast<std::size_t>(t % 4)]);
  const SeasonalPattern pattern = FindPattern(values, 4);
  EXPECT_TRUE(pattern.is_multiplicative);
  EXPECT_THAT(pattern.index, Pointwise(::testing::DoubleNear(1e-12), factors));
  const SeasonalPattern added = FindPattern(values, 4, false);
  EXPECT_FALSE(added.is_multiplicative);
  EXPECT_NEAR(std::accumulate(added.index.begin(), added.index.end(), 0.0), 0, 1e-9);
  for (std::size_t t = 0; t < values.size(); ++t) {
    EXPECT_NEAR(pattern.With(pattern.Without(values[t], t), t), values[t], 1e-9);
  }
}

TEST(SeasonTest, ValuesOfNoughtOrBelowAreNotDividedBy) {
  std::vector<double> values = Wave(4, 40, 1, 3);
  values[9] = 0;
  EXPECT_FALSE(FindPattern(values, 4).is_multiplicative);
  // Shops that are shut in one of four quarters: the index would be nought.
  for (std::size_t t = 0; t < values.size(); ++t) values[t] = t % 4 == 0 ? 1e-9 : 10;
  EXPECT_FALSE(FindPattern(values, 4).is_multiplicative);
}

TEST(SeasonTest, ASeasonOfWhichAStepIsUnknownHasNoPattern) {
  std::vector<double> values = Wave(4, 12, 1, 3);
  EXPECT_EQ(FindPattern(Values(values).first(5), 4).season, 1);
  for (std::size_t t = 1; t < values.size(); t += 4) values[t] = kMissing;
  EXPECT_EQ(FindPattern(values, 4).season, 1);
}

TEST(GapsTest, AreFilledAlongThePattern) {
  EXPECT_THAT(FillGaps(std::array{1.0, kMissing, kMissing, 4.0}, 1), ElementsAre(1, 2, 3, 4));
  std::vector<double> values(kAirPassengers.begin(), kAirPassengers.end());
  values[100] = kMissing;
  values[101] = kMissing;
  const std::vector<double> filled = FillGaps(values, 12);
  EXPECT_NEAR(filled[100], kAirPassengers[100], 12);
  EXPECT_NEAR(filled[101], kAirPassengers[101], 12);
  EXPECT_EQ(filled[99], kAirPassengers[99]);
  EXPECT_THAT(FillGaps(kNile, 1), ElementsAreArray(kNile));
}

TEST(GapsTest, EndsAreCutOff) {
  const std::array values{kMissing, 1.0, kMissing, 2.0, kMissing};
  EXPECT_EQ(KnownPart(values).size(), 3U);
  EXPECT_EQ(KnownPart(std::array{kMissing, kMissing}).size(), 0U);
}

}  // namespace
}  // namespace weir::forecast
