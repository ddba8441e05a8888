#include "forecast/tree/delays.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"

namespace weir::forecast {
namespace {

// By hand, from the product over days of 1 - came / awaited.
TEST(DelayCurveTest, IsTheLifeTable) {
  // Four began: one came on the first day after, one was seen for two days, one came on the third, one waits since
  // five.
  const std::vector<Wait> waits{{100, 101}, {103, kStillAwaited}, {100, 103}, {100, kStillAwaited}};
  const DelayCurve curve = DelayCurve::Learn(waits, 105);
  EXPECT_DOUBLE_EQ(curve.By(-1), 0);
  EXPECT_DOUBLE_EQ(curve.By(0), 0);
  EXPECT_DOUBLE_EQ(curve.By(1), .25);
  EXPECT_DOUBLE_EQ(curve.By(2), .25);
  EXPECT_DOUBLE_EQ(curve.By(3), 1 - .75 / 2);
  EXPECT_DOUBLE_EQ(curve.Ever(), .625);
  EXPECT_DOUBLE_EQ(curve.Between(1, 3), .5);
  EXPECT_DOUBLE_EQ(curve.Between(3, 1000), 0);
  EXPECT_EQ(curve.Median(), 3);
  EXPECT_EQ(curve.awaited(), 4);
  EXPECT_EQ(curve.came(), 2);
}

TEST(DelayCurveTest, WhatIsLaterIsNotKnown) {
  const std::vector<Wait> waits{{100, 140}, {100, 104}, {150, 151}};
  const DelayCurve curve = DelayCurve::Learn(waits, 110);
  EXPECT_DOUBLE_EQ(curve.Ever(), .5);
  EXPECT_EQ(curve.awaited(), 2);
  EXPECT_EQ(DelayCurve::Learn({}, 5).Ever(), 0);
  EXPECT_FALSE(DelayCurve().Median());
}

TEST(DelayCurveTest, WithNothingAwaitedItIsThePartThatCame) {
  RandomStream random(1, "delays");
  std::vector<Wait> waits;
  for (int i = 0; i < 400; ++i) {
    const auto from = static_cast<std::int32_t>(random.Integer(0, 100));
    waits.push_back({from, from + static_cast<std::int32_t>(random.Exponential(20))});
  }
  const DelayCurve curve = DelayCurve::Learn(waits, 10'000);
  for (const std::int32_t days : {0, 5, 20, 60}) {
    double came = 0;
    for (const Wait& wait : waits) came += wait.until - wait.from <= days ? 1 : 0;
    EXPECT_NEAR(curve.By(days), came / 400, 1e-12);
  }
  // Of half as many, seen for a while only, it is the same as far as chance goes.
  const DelayCurve seen = DelayCurve::Learn(waits, 80);
  EXPECT_NEAR(seen.By(20), 1 - std::exp(-1), .12);
}

TEST(DelayCurveTest, FewAreDrawnTowardsAll) {
  const std::vector<Wait> all{{0, 10}, {0, 10}, {0, 10}, {0, kStillAwaited}};
  const DelayCurve usual = DelayCurve::Learn(all, 100);
  const std::vector<Wait> one{{0, kStillAwaited}};
  EXPECT_DOUBLE_EQ(DelayCurve::Learn(one, 100, &usual, 3).By(10), 3 * .75 / 4);
  EXPECT_DOUBLE_EQ(DelayCurve::Learn({}, 100, &usual, 3).By(10), .75);
}

TEST(DelayCurveTest, WindowsOfWhatBeginsEvenlyAddUp) {
  const std::vector<Wait> waits{{0, 3}, {0, 30}, {0, 70}, {0, kStillAwaited}};
  const DelayCurve curve = DelayCurve::Learn(waits, 400);
  double sum = 0;
  for (std::int32_t from = 100; from < 300; from += 20) sum += ShareOfEven(curve, 100, 129, from, from + 19);
  EXPECT_NEAR(sum, .75, 1e-12);
  // Ten days beginning evenly, a fourth of each after three days: the first seven come within the ten.
  EXPECT_NEAR(ShareOfEven(curve, 0, 9, 0, 9), .25 * .7, 1e-12);
  EXPECT_EQ(ShareOfEven(curve, 5, 4, 0, 9), 0);
}

}  // namespace
}  // namespace weir::forecast
