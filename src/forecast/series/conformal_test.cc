#include "forecast/series/conformal.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"

namespace weir::forecast {
namespace {

Outlook Standard(std::size_t steps) {
  return {.mean = std::vector<double>(steps, 0), .deviation = std::vector<double>(steps, 1)};
}

TEST(ConformalTest, CoversWhatItSaysWhateverTheErrorsAreLike) {
  RandomStream random(11, "conformal");
  // Errors that lean upwards and are three times as large as the model believes at the third step.
  const auto draw = [&](std::size_t step) { return (random.Exponential(1) - .5) * (step == 2 ? 3 : 1); };
  ConformalScores scores(3);
  for (int forecast = 0; forecast < 1000; ++forecast) {
    std::vector<double> actual;
    actual.reserve(3);
    for (std::size_t step = 0; step < 3; ++step) actual.push_back(draw(step));
    scores.Add(Standard(3), actual);
  }
  scores.Finish();
  for (std::size_t step = 0; step < 3; ++step) {
    for (const double level : {.8, .95}) {
      const auto reach = scores.At(step, level);
      int below = 0;
      int above = 0;
      for (int i = 0; i < 20'000; ++i) {
        const double actual = draw(step);
        below += actual < -reach.below ? 1 : 0;
        above += actual > reach.above ? 1 : 0;
      }
      EXPECT_NEAR(1 - (below + above) / 20'000.0, level, .03) << step << ' ' << level;
      EXPECT_NEAR(above / 20'000.0, (1 - level) / 2, .025) << step << ' ' << level;
    }
  }
  EXPECT_GT(scores.At(2, .8).above, 2 * scores.At(0, .8).above);
}

// Of n scores the bound of 1 - 1 / (n + 1) is the largest.
TEST(ConformalTest, TakesTheRankOfANewScoreAmongTheOthers) {
  ConformalScores scores(1);
  for (int i = 1; i <= 99; ++i) scores.Add(Standard(1), std::vector<double>{i - 50.0});
  scores.Finish();
  EXPECT_DOUBLE_EQ(scores.At(0, .98).above, 49);
  EXPECT_DOUBLE_EQ(scores.At(0, .98).below, 49);
  EXPECT_DOUBLE_EQ(scores.At(0, .9).above, 45);
  EXPECT_DOUBLE_EQ(scores.At(0, .9).below, 45);
}

TEST(ConformalTest, FewScoresWidenTheModelsOwnInterval) {
  ConformalScores none(4);
  none.Finish();
  EXPECT_NEAR(none.At(3, .95).above, 1.959964, 1e-6);
  ConformalScores few(1);
  for (int i = 0; i < 10; ++i) few.Add(Standard(1), std::vector<double>{i % 2 == 0 ? 2.0 : -2.0});
  few.Finish();
  EXPECT_NEAR(few.At(0, .95).below, 2 * 1.959964, 1e-6);
}

TEST(ConformalTest, StepsThatSayNothingAreLeftOut) {
  ConformalScores scores(2);
  scores.Add({.mean = {1, 1}, .deviation = {0, 1}}, std::vector<double>{5, kMissing});
  scores.Add({.mean = {1, 1}, .deviation = {}}, std::vector<double>{5, 5});
  EXPECT_EQ(scores.count(), 0U);
}

TEST(ConformalTest, StepsOfFewScoresShareThoseBesideThem) {
  RandomStream random(12, "conformal");
  ConformalScores scores(12);
  for (int forecast = 0; forecast < 20; ++forecast) {
    std::vector<double> actual(12);
    for (double& value : actual) value = random.Normal(0, 1);
    scores.Add(Standard(12), actual);
  }
  scores.Finish();
  for (std::size_t step = 0; step < 12; ++step) {
    EXPECT_NEAR(scores.At(step, .95).above, 1.96, .6) << step;
  }
}

}  // namespace
}  // namespace weir::forecast
