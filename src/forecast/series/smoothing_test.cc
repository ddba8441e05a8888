#include "forecast/series/smoothing.h"

#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "forecast/series/classics_for_tests.h"

namespace weir::forecast {
namespace {

// R, forecast 8.20: ses(Nile, initial = "optimal"), whose search ends a little earlier: its squares are more by .02.
TEST(SmoothingTest, OfTheNileItIsThatOfTheTextbooks) {
  const Smoothing smoothing = FitSmoothing(kNile);
  EXPECT_NEAR(smoothing.alpha, .245668, 1e-4);
  EXPECT_NEAR(smoothing.first_level, 1110.734, 1110.734 * 1e-4);
  EXPECT_NEAR(smoothing.level, 805.3363, 805.3363 * 1e-4);
  EXPECT_LE(smoothing.squares, 2038674.44);
  EXPECT_GT(smoothing.squares, 2038674.44 - 1);
}

TEST(SmoothingTest, NoGridOfBothParametersFindsABetterOne) {
  const std::vector<double> values{3, 4, 2, 8, 9, 7, 8, 15, 14, 13, 16};
  const Smoothing best = FitSmoothing(values);
  for (double alpha = .0001; alpha <= .9999; alpha += .0101) {
    for (double first = -20; first <= 20; first += .5) {
      double level = first;
      double squares = 0;
      for (const double value : values) {
        squares += (value - level) * (value - level);
        level += alpha * (value - level);
      }
      EXPECT_GE(squares, best.squares - 1e-9) << alpha << ' ' << first;
    }
  }
}

TEST(SmoothingTest, OfNothingAndOfOneValue) {
  EXPECT_EQ(FitSmoothing({}).level, 0);
  EXPECT_DOUBLE_EQ(FitSmoothing(std::array{7.0}).level, 7);
  EXPECT_DOUBLE_EQ(FitSmoothing(std::array{7.0, 7.0, 7.0}).squares, 0);
}

TEST(LeastBetweenTest, FindsTheDeepestValleyAndTheBounds) {
  EXPECT_NEAR(LeastBetween(0, 10, [](double x) { return std::cos(3 * x) + .1 * (x - 7) * (x - 7); }), 7.32, .05);
  EXPECT_DOUBLE_EQ(LeastBetween(1, 2, [](double x) { return x; }), 1);
  EXPECT_DOUBLE_EQ(LeastBetween(1, 2, [](double x) { return -x; }), 2);
}

}  // namespace
}  // namespace weir::forecast
