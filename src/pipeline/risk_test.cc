#include "pipeline/risk.h"

#include <algorithm>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace weir::pipeline {
namespace {

std::vector<std::pair<Sign, std::int64_t>> Told(const Signs& signs) {
  std::vector<std::pair<Sign, std::int64_t>> told;
  const std::vector<Reason> reasons = ReasonsOf(signs);
  told.reserve(reasons.size());
  for (const Reason& reason : reasons) told.emplace_back(reason.sign, reason.points);
  return told;
}

TEST(RiskTest, ADealOfWhichNothingSpeaksAgainstHasNoPoints) {
  EXPECT_TRUE(Told({}).empty()) << "what is not known gives no points";
  EXPECT_TRUE(Told({.silence_days = 14,
                    .days_in_stage = 20,
                    .usual_days = 20,
                    .has_next_step = true,
                    .next_step_days = 30,
                    .contacts = 2})
                  .empty());
}

TEST(RiskTest, EachSignHasItsPointsTheHeaviestFirst) {
  const Signs signs{.days_past_close = 1,
                    .pushes = 2,
                    .silence_days = 31,
                    .days_in_stage = 21,
                    .usual_days = 20,
                    .has_next_step = false,
                    .contacts = 1,
                    .owner_changes = 3,
                    .has_shrunk = true};
  EXPECT_THAT(Told(signs), ::testing::ElementsAre(std::pair(Sign::kPastClose, 25), std::pair(Sign::kSilent, 20),
                                                  std::pair(Sign::kPushed, 15), std::pair(Sign::kSlow, 10),
                                                  std::pair(Sign::kNoNextStep, 10), std::pair(Sign::kFewContacts, 10),
                                                  std::pair(Sign::kHandedOver, 5), std::pair(Sign::kShrunk, 5)));
  EXPECT_EQ(PointsOf(ReasonsOf(signs)), 100);
  EXPECT_EQ(PointsOf(ReasonsOf({.silence_days = 15, .days_in_stage = 3, .usual_days = 1})), 30);
  EXPECT_EQ(PointsOf(ReasonsOf({.days_in_stage = 3, .usual_days = 0})), 20) << "a usual stay of no day counts as one";
  EXPECT_THAT(Told({.lacks_close_date = true, .pushes = 3, .has_next_step = true, .next_step_days = 31}),
              ::testing::ElementsAre(std::pair(Sign::kPushed, 20), std::pair(Sign::kNoCloseDate, 15),
                                     std::pair(Sign::kOldNextStep, 5)));
}

TEST(RiskTest, WorseSignsNeverGiveFewerPoints) {
  RandomStream random(3, "risk");
  for (int i = 0; i < 500; ++i) {
    Signs signs{.days_past_close = random.Integer(-5, 5),
                .pushes = random.Integer(0, 4),
                .silence_days = random.Integer(0, 60),
                .days_in_stage = random.Integer(0, 90),
                .usual_days = random.Integer(0, 40),
                .contacts = random.Integer(0, 4)};
    const std::int64_t points = PointsOf(ReasonsOf(signs));
    Signs worse = signs;
    worse.pushes += random.Integer(0, 2);
    *worse.silence_days += random.Integer(0, 20);
    *worse.days_in_stage += random.Integer(0, 20);
    *worse.contacts -= random.Integer(0, 1);
    ASSERT_GE(PointsOf(ReasonsOf(worse)), points);
    ASSERT_LE(PointsOf(ReasonsOf(worse)), kMostPoints);
  }
}

TEST(RiskTest, NormsAreMediansOfEnoughStays) {
  std::vector<Stay> stays;
  for (std::int64_t days = 1; days <= 10; ++days) stays.push_back({7, days > 5, days});
  for (std::int64_t days = 1; days <= 9; ++days) stays.push_back({8, true, days});
  for (std::int64_t days = 1; days <= 11; ++days) stays.push_back({9, true, 12 - days});
  const std::vector<Norm> norms = NormsOf(stays);
  ASSERT_EQ(norms.size(), 3U);
  EXPECT_EQ(norms[0].median_days, 5) << "the lower of the two middle ones";
  EXPECT_FALSE(norms[0].is_large.has_value()) << "five of a size are too few";
  EXPECT_EQ(norms[1].median_days, 6);
  EXPECT_EQ(NormFor(norms, 9, true), &norms[2]);
  EXPECT_EQ(NormFor(norms, 9, false), &norms[1]) << "none of that size: that of all";
  EXPECT_EQ(NormFor(norms, 9, std::nullopt), &norms[1]);
  EXPECT_EQ(NormFor(norms, 8, true), nullptr);
}

TEST(RiskTest, MediansAreThoseOfSortedStays) {
  RandomStream random(5, "norms");
  for (int run = 0; run < 50; ++run) {
    std::vector<Stay> stays;
    for (std::int64_t i = random.Integer(0, 80); i > 0; --i) {
      stays.push_back({static_cast<std::int32_t>(random.Integer(0, 2)), random.Chance(.5), random.Integer(0, 50)});
    }
    for (const Norm& norm : NormsOf(stays)) {
      std::vector<std::int64_t> days;
      for (const Stay& stay : stays) {
        if (stay.stage == norm.stage && (!norm.is_large || *norm.is_large == stay.is_large)) days.push_back(stay.days);
      }
      std::ranges::sort(days);
      ASSERT_EQ(norm.deals, static_cast<std::int64_t>(days.size()));
      ASSERT_EQ(norm.median_days, days[(days.size() - 1) / 2]);
    }
  }
}

}  // namespace
}  // namespace weir::pipeline
