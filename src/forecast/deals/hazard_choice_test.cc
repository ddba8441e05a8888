#include "forecast/deals/hazard_choice.h"

#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "base/random.h"
#include "forecast/deals/company_for_tests.h"

namespace weir::forecast {
namespace {

using Truth = std::function<WeeklyHazard(std::uint16_t, std::uint16_t)>;

CodedRows Draw(const Truth& truth, int count, std::uint64_t seed) {
  CodedRows rows{.groups = {{.codes = 6, .is_ordered = true}, {.codes = 3}}};
  RandomStream random(seed, "windows");
  for (int i = 0; i < count; ++i) {
    const auto one = static_cast<std::uint16_t>(random.Integer(0, 5));
    const auto other = static_cast<std::uint16_t>(random.Integer(0, 2));
    rows.codes.insert(rows.codes.end(), {one, other});
    const WeeklyHazard hazard = truth(one, other);
    const double drawn = random.Uniform();
    OutcomeCounts counts;
    (drawn < hazard.won ? counts.won : drawn < hazard.won + hazard.lost ? counts.lost : counts.none) = 1;
    rows.counts.push_back(counts);
  }
  return Merged(rows);
}

HazardWindows Windows(const Truth& before, const Truth& judged) {
  return {.before_stop = {.rows = Draw(before, 10'000, 1)},
          .stop = Draw(before, 5'000, 2),
          .before_judge = {.rows = Draw(before, 15'000, 3)},
          .judge_first = Draw(judged, 8'000, 4),
          .judge_second = Draw(judged, 8'000, 5)};
}

WeeklyHazard Alone(std::uint16_t one, std::uint16_t other) {
  const double won = std::exp(-3.5 + .3 * one + .5 * other);
  const double lost = std::exp(-2.0 - .2 * one);
  return {.won = won / (1 + won + lost), .lost = lost / (1 + won + lost)};
}

WeeklyHazard Together(std::uint16_t one, std::uint16_t other) {
  return {.won = (one >= 3) == (other >= 1) ? .2 : .02, .lost = .05};
}

TEST(HazardChoiceTest, EffectsAloneAreALogitsAndThoseTogetherAreTrees) {
  const auto alone = JudgeHazards(Windows(Alone, Alone));
  ASSERT_TRUE(alone);
  EXPECT_EQ(alone->kind, HazardKind::kLogit);
  EXPECT_LT(alone->logit_loss, alone->boosted_loss);
  EXPECT_LT(alone->logit_loss, alone->rates_loss);
  const auto together = JudgeHazards(Windows(Together, Together));
  ASSERT_TRUE(together);
  EXPECT_EQ(together->kind, HazardKind::kBoosted);
  EXPECT_LT(together->boosted_loss, together->logit_loss - .01);
}

TEST(HazardChoiceTest, CalibrationIsKeptWhereItHelpsAlone) {
  // Wins have become half as many since the models were fitted.
  const auto moved = JudgeHazards(Windows(Alone, [](std::uint16_t one, std::uint16_t other) {
    WeeklyHazard hazard = Alone(one, other);
    hazard.won /= 2;
    return hazard;
  }));
  ASSERT_TRUE(moved);
  EXPECT_TRUE(moved->is_calibrated);
  EXPECT_LT(moved->calibrated_loss, moved->plain_loss);
  const WeeklyHazard set_right = moved->calibration.At(Alone(4, 1));
  EXPECT_NEAR(set_right.won / Alone(4, 1).won, .5, .15);
  EXPECT_NEAR(set_right.lost / Alone(4, 1).lost, 1, .25);
  const auto same = JudgeHazards(Windows(Alone, Alone));
  ASSERT_TRUE(same);
  EXPECT_EQ(same->is_calibrated, same->calibrated_loss < same->plain_loss);
  EXPECT_EQ(same->is_calibrated, same->calibration.At({.1, .2}).won != .1);
}

TEST(HazardChoiceTest, CalibratedHazardsStayProbabilities) {
  const std::vector<double> said{.5, .6};
  const std::vector<double> counts{1000, 1000};
  const std::vector<double> came{900, 950};
  const IsotonicCalibration high(said, counts, came);
  const WeeklyHazard hazard = HazardCalibration{.won = high, .lost = high}.At({.5, .5});
  EXPECT_NEAR(hazard.won + hazard.lost, 1, 1e-12);
}

std::vector<Day> Quarters() {
  std::vector<Day> starts;
  for (Day day = 0; day < 3000; day += 91) starts.push_back(day);
  return starts;
}

TEST(HazardChoiceTest, OfHistoriesItFindsWhatWasPlanted) {
  const std::vector<DealHistory> deals = MakeCompany({.deals = 1500, .days = 1000, .seed = 8});
  const auto choice = ChooseHazard(deals, Quarters(), {.landmarks = {.as_of = 980, .horizon_weeks = 8}});
  ASSERT_TRUE(choice);
  EXPECT_LT(choice->judgement.logit_loss, choice->judgement.rates_loss - .005);
  EXPECT_FALSE(std::isnan(choice->judgement.boosted_loss));
  // A deal in each of the two stages: three wins for one.
  const auto won_in = [&](int stage) {
    const DealHistory deal{.created_day = 900,
                           .segment = 1,
                           .type = 0,
                           .states = {{.from_day = 900,
                                       .known_day = 900,
                                       .stage = stage,
                                       .amount = 1e4,
                                       .close_day = 990,
                                       .owner = 0,
                                       .team = 0}}};
    const auto codes = choice->space.CodesOf(choice->space.At(deal, 980), 980, 1);
    return choice->model.Predict(codes)->front().won;
  };
  EXPECT_NEAR(won_in(0), .03, .012);
  EXPECT_NEAR(won_in(1), .09, .035);
}

TEST(HazardChoiceTest, FewDealsAreALogitThatNobodyJudged) {
  const std::vector<DealHistory> deals = MakeCompany({.deals = 25, .days = 300, .seed = 9});
  const auto choice = ChooseHazard(deals, Quarters(), {.landmarks = {.as_of = 300}});
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->model.kind(), HazardKind::kLogit);
  EXPECT_TRUE(std::isnan(choice->judgement.logit_loss));
  const auto none = ChooseHazard({}, Quarters(), {.landmarks = {.as_of = 300}});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code(), Code::kNotEnoughData);
}

// What is learnt after as_of changes neither the model nor what is said of it.
TEST(HazardChoiceTest, TheFutureIsNotSeen) {
  const std::vector<DealHistory> whole = MakeCompany({.deals = 600, .days = 600, .seed = 10});
  std::vector<DealHistory> cut = whole;
  for (DealHistory& deal : cut) {
    std::erase_if(deal.states, [](const DealState& state) { return state.known_day > 500; });
    std::erase_if(deal.contact_days, [](Day day) { return day > 500; });
  }
  const ChoiceOptions options{.landmarks = {.as_of = 500, .horizon_weeks = 8}, .judged_weeks = 13};
  const auto one = ChooseHazard(whole, Quarters(), options);
  const auto other = ChooseHazard(cut, Quarters(), options);
  ASSERT_TRUE(one && other);
  EXPECT_EQ(one->judgement.logit_loss, other->judgement.logit_loss);
  EXPECT_EQ(one->judgement.boosted_loss, other->judgement.boosted_loss);
  EXPECT_EQ(one->judgement.kind, other->judgement.kind);
}

}  // namespace
}  // namespace weir::forecast
