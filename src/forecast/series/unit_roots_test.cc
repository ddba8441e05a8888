#include "forecast/series/unit_roots.h"

#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "forecast/series/classics_for_tests.h"

namespace weir::forecast {
namespace {

// R, ur.kpss(Nile, use.lag = ...) of urca.
TEST(UnitRootsTest, KpssOfTheNileIsThatOfR) {
  EXPECT_NEAR(KpssStatistic(kNile, 0), 2.52645645492, 1e-9);
  EXPECT_NEAR(KpssStatistic(kNile, 2), 1.31522646318, 1e-9);
  EXPECT_NEAR(KpssStatistic(kNile, 6), .794733517961, 1e-9);
  EXPECT_DOUBLE_EQ(KpssStatistic(kNile), KpssStatistic(kNile, 2));
}

TEST(UnitRootsTest, DifferencesOfTheClassicsAreThoseOfR) {
  const DifferencesNeeded air = FindDifferences(kAirPassengers, 12);
  EXPECT_EQ(air.differences, 1);
  EXPECT_EQ(air.seasonal_differences, 1);
  EXPECT_EQ(FindDifferences(kNile, 1).differences, 1);
}

TEST(UnitRootsTest, NoiseNeedsNoDifferenceAndAWalkOne) {
  RandomStream random(7, "unit_roots");
  std::vector<double> noise;
  std::vector<double> walk;
  double at = 0;
  for (int i = 0; i < 400; ++i) {
    noise.push_back(random.Normal(0, 1));
    walk.push_back(at += noise.back());
  }
  EXPECT_LT(SeasonalStrength(noise, 12), kStrongSeason);
  EXPECT_EQ(FindDifferences(noise, 12).differences, 0);
  EXPECT_EQ(FindDifferences(noise, 12).seasonal_differences, 0);
  EXPECT_EQ(FindDifferences(walk, 1).differences, 1);
}

TEST(UnitRootsTest, GreatAndSmallValuesAreMeasuredAlike) {
  std::vector<double> scaled(kNile.begin(), kNile.end());
  for (double& value : scaled) value *= 1e140;
  EXPECT_NEAR(KpssStatistic(scaled), KpssStatistic(kNile), 1e-9);
  for (double& value : scaled) value *= 1e-280;
  EXPECT_NEAR(KpssStatistic(scaled), KpssStatistic(kNile), 1e-9);
}

TEST(UnitRootsTest, ConstantsAndShortSeriesNeedNone) {
  for (const std::vector<double>& values :
       {std::vector<double>{}, {1}, {1, 2}, {kMissing, kMissing}, std::vector<double>(40, 3.0)}) {
    EXPECT_EQ(FindDifferences(values, 12).differences, 0);
    EXPECT_EQ(FindDifferences(values, 12).seasonal_differences, 0);
    EXPECT_EQ(KpssStatistic(values), 0);
  }
}

TEST(UnitRootsTest, GapsAreFilledAlongTheirPhase) {
  const std::array values{kMissing, 1.0, 10.0, 3.0, kMissing, 5.0, 30.0, kMissing};
  const std::vector<double> filled = InterpolatePhases(values, 2);
  const std::vector<double> expected{1, 10, 3, 20, 5, 30};
  EXPECT_EQ(filled, expected);
  EXPECT_TRUE(InterpolatePhases(std::array{kMissing}, 1).empty());
}

}  // namespace
}  // namespace weir::forecast
