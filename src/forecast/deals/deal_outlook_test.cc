#include "forecast/deals/deal_outlook.h"

#include <cmath>

#include <gtest/gtest.h>

#include "base/random.h"
#include "forecast/deals/company_for_tests.h"

namespace weir::forecast {
namespace {

// Hazards of .02 and .03 a day: P(won by day 30) = .4 (1 - e^-1.5), which many small steps come near to.
TEST(DealOutlookTest, ManySmallStepsAreTheIntegral) {
  double error = 1;
  for (const int steps : {30, 3'000, 300'000}) {
    const double step = 30.0 / steps;
    const std::vector<WeeklyHazard> hazards(static_cast<std::size_t>(steps), {.won = .02 * step, .lost = .03 * step});
    const DealOutlook outlook = OutlookOf(hazards);
    EXPECT_LT(std::abs(outlook.won_by.back() - .3107479), error);
    error = std::abs(outlook.won_by.back() - .3107479) / 10;
    EXPECT_NEAR(outlook.lost_by.back(), 1.5 * outlook.won_by.back(), 1e-9);
  }
  EXPECT_LT(error, 1e-6);
}

// Three weeks by hand: .1, .9 * .6 = .54 open before the second, and so on.
TEST(DealOutlookTest, ThreeWeeksByHand) {
  const std::vector<WeeklyHazard> hazards{{.1, .3}, {.5, 0}, {0, .2}};
  const DealOutlook outlook = OutlookOf(hazards);
  ASSERT_EQ(outlook.won_by.size(), 4U);
  EXPECT_NEAR(outlook.won_by[1], .1, 1e-12);
  EXPECT_NEAR(outlook.won_by[2], .1 + .6 * .5, 1e-12);
  EXPECT_NEAR(outlook.won_by[3], .4, 1e-12);
  EXPECT_NEAR(outlook.lost_by[3], .3 + .3 * .2, 1e-12);
  EXPECT_NEAR(outlook.closing_week, (1 * .4 + 2 * .3 + 3 * .06) / .76, 1e-12);
  EXPECT_NEAR(outlook.winning_week, (1 * .1 + 2 * .3) / .4, 1e-12);
  EXPECT_EQ(outlook.WonWithin(0), 0);
  EXPECT_NEAR(outlook.WonWithin(7), .1, 1e-12);
  EXPECT_NEAR(outlook.WonWithin(10), .1 + .3 * 3 / 7, 1e-12);
  EXPECT_NEAR(outlook.WonWithin(400), .4, 1e-12);
  const DealOutlook nothing = OutlookOf({});
  EXPECT_EQ(nothing.WonWithin(10), 0);
  EXPECT_EQ(nothing.closing_week, 0);
}

TEST(DealOutlookTest, RisesAndNeverPassesOne) {
  RandomStream random(1, "outlook");
  for (int round = 0; round < 50; ++round) {
    std::vector<WeeklyHazard> hazards;
    for (int week = 0; week < 30; ++week) {
      const double won = random.Uniform();
      hazards.push_back({.won = won, .lost = (1 - won) * random.Uniform()});
    }
    const DealOutlook outlook = OutlookOf(hazards);
    for (std::size_t week = 1; week < outlook.won_by.size(); ++week) {
      EXPECT_GE(outlook.won_by[week], outlook.won_by[week - 1]);
      EXPECT_GE(outlook.lost_by[week], outlook.lost_by[week - 1]);
      EXPECT_LE(outlook.won_by[week] + outlook.lost_by[week], 1 + 1e-12);
    }
  }
}

class PlantedOutlookTest : public testing::Test {
 protected:
  static DealFeatures Features(const HazardChoice& choice, int stage, int owner) {
    const DealHistory deal{.created_day = 650,
                           .segment = 1,
                           .type = 0,
                           .states = {{.from_day = 650,
                                       .known_day = 650,
                                       .stage = stage,
                                       .amount = 1e4,
                                       .close_day = 730,
                                       .owner = owner,
                                       .team = 0}}};
    return choice.space.At(deal, 700);
  }
};

TEST_F(PlantedOutlookTest, TheFeatureThatMattersComesFirst) {
  const std::vector<DealHistory> deals = MakeCompany({.deals = 1000, .days = 700, .seed = 12});
  const auto choice = ChooseHazard(deals, {0, 91, 182, 273, 364, 455, 546, 637, 728, 819},
                                   {.landmarks = {.as_of = 700, .horizon_weeks = 10}, .may_boost = false});
  ASSERT_TRUE(choice);
  const std::vector<DealFeatures> others{Features(*choice, 0, 0), Features(*choice, 0, 1), Features(*choice, 0, 0),
                                         Features(*choice, 1, 1)};
  const DealFeatures ahead = Features(*choice, 1, 1);
  const auto effects = EffectsOf(choice->model, choice->space, ahead, others, 700, 10);
  ASSERT_TRUE(effects);
  ASSERT_EQ(effects->size(), kFeatures);
  EXPECT_EQ((*effects)[0].feature, Feature::kStage);
  EXPECT_GT((*effects)[0].won, .05);
  EXPECT_EQ((*effects)[1].feature, Feature::kOwner);
  EXPECT_GT((*effects)[1].won, 0);
  // All others are as they are in this deal.
  EXPECT_EQ((*effects)[2].won, 0);
  // By its definition, for the stage.
  const std::vector<DealFeatures> back{Features(*choice, 0, 1), ahead};
  const auto outlooks = OutlooksOf(choice->model, choice->space, back, 700, 10);
  ASSERT_TRUE(outlooks);
  EXPECT_NEAR((*effects)[0].won, ((*outlooks)[1].won_by.back() - (*outlooks)[0].won_by.back()) * 3 / 4, 1e-12);
}

}  // namespace
}  // namespace weir::forecast
