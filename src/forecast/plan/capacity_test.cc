#include "forecast/plan/capacity.h"

#include <cmath>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "forecast/plan/positive_sum.h"

namespace weir::forecast {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Two sellers who win 100 in each of twelve ramped months.
std::vector<SellerMonth> Even() {
  std::vector<SellerMonth> months;
  for (int m = 0; m < 12; ++m) {
    months.push_back({.seller = 0, .month = m, .won = 100});
    months.push_back({.seller = 1, .month = m, .won = 100});
  }
  return months;
}

double SumOf(const std::vector<CapacityMonth>& months) {
  return std::accumulate(months.begin(), months.end(), 0.0,
                         [](double sum, const CapacityMonth& month) { return sum + month.Mean(); });
}

TEST(CapacityTest, IsTheProductOfItsParts) {
  const CapacityPast past = LearnCapacity(Even(), 2, 4).value();
  EXPECT_DOUBLE_EQ(past.productivity, 100);
  EXPECT_DOUBLE_EQ(past.between, 0);
  EXPECT_DOUBLE_EQ(past.within, 0);
  const std::vector<PlannedSeller> sellers{{.own = past.own[0]}, {.own = past.own[1], .leaves = 2}};
  // One more from the second month on, on a ramp of four: 1/8, 3/8 of a month.
  const CapacityPlan plan{.months = 3, .attrition = 0, .away = 0, .hires = {{1, 1}}};
  const auto months = PlanCapacity(past, sellers, plan);
  EXPECT_DOUBLE_EQ(months[0].existing, 200);
  EXPECT_DOUBLE_EQ(months[1].existing, 200);
  EXPECT_DOUBLE_EQ(months[2].existing, 100);
  EXPECT_THAT((std::vector{months[0].hires, months[1].hires, months[2].hires}), ElementsAre(0, 12.5, 37.5));
  EXPECT_THAT((std::vector{months[0].sellers, months[1].sellers, months[2].sellers}), ElementsAre(2, 3, 2));
  EXPECT_DOUBLE_EQ(ByOneHire(past, plan, 1), 50);
  // A probability of leaving of .19: .9 are there in the middle of the first month, .9 x .81 in that of the second.
  const auto leaving = PlanCapacity(past, std::span(sellers).first(1), {.months = 2, .attrition = .19, .away = .5});
  EXPECT_NEAR(leaving[0].existing, 45, 1e-9);
  EXPECT_NEAR(leaving[1].existing, 36.45, 1e-9);
}

TEST(CapacityTest, WhoLeavesIsGoneForAllMonthsToCome) {
  CapacityPast past = LearnCapacity(Even(), 2, 4).value();
  past.productivity_error = 0;
  const std::vector<PlannedSeller> one{{.own = {100, 0, 1}}};
  const auto months = PlanCapacity(past, one, {.months = 2, .attrition = .5});
  const double first = std::sqrt(.5);
  const double second = .5 * first;
  EXPECT_NEAR(months[0].variance, 1e4 * (first - first * first), 1e-6);
  // Here in the second month means here in the first.
  const double square = first + second + 2 * second;
  EXPECT_NEAR(months[1].variance_so_far, 1e4 * (square - std::pow(first + second, 2)), 1e-6);
}

// Sellers of different strength, a ramp of six months, a factor that all share in a month.
std::vector<SellerMonth> Simulated(std::uint64_t seed, std::size_t sellers) {
  RandomStream random(seed, "capacity");
  std::vector<double> shared;
  shared.reserve(24);
  for (int m = 0; m < 24; ++m) shared.push_back(1 + random.Normal(0, .2));
  std::vector<SellerMonth> months;
  for (std::size_t i = 0; i < sellers; ++i) {
    const double own = 100 + random.Normal(0, 20);
    const int start = static_cast<int>(random.Integer(-24, 18));
    for (int m = std::max(0, start); m < 24; ++m) {
      const double ramp = std::min(1.0, (m - start + .5) / 6);
      const double won = own * shared[static_cast<std::size_t>(m)] * ramp + random.Normal(0, 40) * std::sqrt(ramp);
      months.push_back({.seller = i, .month = m, .tenure = m - start, .won = won});
    }
  }
  return months;
}

TEST(CapacityTest, LearnsRampProductivityAndSpread) {
  const CapacityPast past = LearnCapacity(Simulated(3, 200), 200).value();
  EXPECT_EQ(past.ramped_from, 12);
  EXPECT_NEAR(past.productivity, 100, 3 * past.productivity_error);
  EXPECT_LT(past.productivity_error, 8);
  EXPECT_NEAR(past.between, 20, 5);
  EXPECT_NEAR(past.within, 40, 4);
  EXPECT_NEAR(past.shared, .2, .08);
  for (std::size_t t = 0; t < past.ramp.size(); ++t) {
    EXPECT_NEAR(past.ramp[t].used, std::min(1.0, (static_cast<double>(t) + .5) / 6), .12) << t;
  }
}

TEST(CapacityTest, TheRampNeverFallsAndFewMonthsLeaveTheUsualOne) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const auto past = LearnCapacity(Simulated(seed, 6), 6);
    if (!past) continue;
    double before = 0;
    for (const RampMonth& month : past->ramp) {
      ASSERT_GE(month.used, before);
      ASSERT_LE(month.used, 1);
      before = month.used;
    }
    for (const OwnProductivity& own : past->own) {
      ASSERT_GE(own.trust, 0);
      ASSERT_LE(own.trust, 1);
    }
  }
  const CapacityPast past = LearnCapacity(Even(), 2).value();
  EXPECT_NEAR(past.ramp[0].used, .5 / 6, 1e-12) << "nobody started: a line of six months";
  EXPECT_NEAR(past.ramp[5].used, 5.5 / 6, 1e-12);
  EXPECT_NEAR(past.ramp[6].used, 1, 1e-12);
}

TEST(CapacityTest, MoreAndEarlierHiresAreNeverWorseAndPartsAddUp) {
  RandomStream random(5, "plans");
  for (int run = 0; run < 60; ++run) {
    const auto simulated = Simulated(static_cast<std::uint64_t>(run), 20);
    const CapacityPast past = LearnCapacity(simulated, 20).value();
    std::vector<PlannedSeller> sellers;
    for (std::size_t i = 0; i < 20; ++i) {
      sellers.push_back({.own = past.own[i], .tenure = static_cast<int>(random.Integer(-3, 20))});
      if (random.Chance(.2)) sellers.back().leaves = static_cast<int>(random.Integer(1, 12));
    }
    CapacityPlan plan{.months = 12, .attrition = random.Uniform(0, .1), .away = random.Uniform(0, .5)};
    const int month = static_cast<int>(random.Integer(1, 11));
    plan.hires = {{month, 2}};
    const auto months = PlanCapacity(past, sellers, plan);
    const CapacitySteps steps = StepsOf(past, sellers, plan);
    ASSERT_NEAR(steps.mean_sellers + steps.own + steps.ramp + steps.leaving + steps.away + steps.hires, SumOf(months),
                1e-6);
    for (std::size_t m = 1; m < months.size(); ++m) {
      ASSERT_GE(months[m].variance, 0);
      ASSERT_GE(months[m].variance_so_far, months[m - 1].variance_so_far * (1 - 1e-12));
    }
    ASSERT_NEAR(months[0].variance, months[0].variance_so_far, 1e-6 * months[0].variance);
    const double whole = SumOf(months);
    CapacityPlan more = plan;
    more.hires.push_back({static_cast<int>(random.Integer(0, 11)), 1});
    ASSERT_GE(SumOf(PlanCapacity(past, sellers, more)), whole);
    CapacityPlan earlier = plan;
    earlier.hires = {{month - 1, 2}};
    ASSERT_GE(SumOf(PlanCapacity(past, sellers, earlier)), whole);
    ASSERT_NEAR(2 * ByOneHire(past, plan, month), steps.hires, 1e-6);
  }
}

TEST(CapacityTest, RefusesWhatSaysTooLittle) {
  const auto few = LearnCapacity(std::vector<SellerMonth>(11, {.won = 5}), 1);
  ASSERT_FALSE(few);
  EXPECT_EQ(few.error().code(), Code::kNotEnoughData);
  EXPECT_THAT(few.error().message(), HasSubstr("11 months in all; it takes 12"));
  EXPECT_THAT(LearnCapacity(std::vector<SellerMonth>(12), 1).error().message(), HasSubstr("won nothing"));
  EXPECT_FALSE(LearnCapacity({}, 0));
  EXPECT_NEAR(MonthlyAttrition(0, 49.5), .01, 1e-12) << "half a seller";
  EXPECT_EQ(MonthlyAttrition(0, 0), 0);
}

TEST(PositiveSumTest, IsTheGammaDistribution) {
  // Of mean and deviation alike it is the exponential one: quantile -ln(1 - p).
  const PositiveSum sum(100, 1e4);
  EXPECT_NEAR(sum.Quantile(.9), -100 * std::log(.1), 1e-9);
  EXPECT_NEAR(sum.AtLeast(200), std::exp(-2), 1e-12);
  EXPECT_EQ(sum.AtLeast(0), 1);
  EXPECT_EQ(PositiveSum(7, 0).Quantile(.1), 7);
  EXPECT_EQ(PositiveSum(7, 0).AtLeast(8), 0);
  EXPECT_EQ(PositiveSum(-7, 5).Quantile(.9), 0);
}

}  // namespace
}  // namespace weir::forecast
