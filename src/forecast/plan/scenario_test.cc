#include "forecast/plan/scenario.h"

#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "forecast/deals/company_for_tests.h"

namespace weir::forecast {
namespace {

using ::testing::ElementsAre;

constexpr Day kQuarter = 91;
constexpr Day kAsOf = 8 * kQuarter + 27;
constexpr std::size_t kCells = 1024;
const ForecastPeriod kNow{8 * kQuarter, 9 * kQuarter - 1};
const ForecastPeriod kNext{9 * kQuarter, 10 * kQuarter - 1};
// Within this quarter, with five weeks before it and four after.
constexpr Day kMiddle = kAsOf + 36;

const std::vector<DealHistory>& Company() {
  static const std::vector<DealHistory> deals = MakeCompany({.deals = 700, .days = 900, .win = .04, .loss = .06});
  return deals;
}

const PeriodModel& Model() {
  static const PeriodModel model = [] {
    std::vector<Day> starts;
    for (Day day = 0; day < 20 * kQuarter; day += kQuarter) starts.push_back(day);
    return PeriodModel::Learn(Company(), {.as_of = kAsOf,
                                          .quarter_starts = starts,
                                          .period = kNow,
                                          .horizon_weeks = 30,
                                          .may_boost = false,
                                          .cells = kCells})
        .value();
  }();
  return model;
}

RevenueDistribution Under(const ForecastPeriod& period, const Scenario& scenario) {
  return RevenueUnder(Model(), Company(), {}, period, scenario, kCells).value();
}

PeriodForecast Said(const ForecastPeriod& period, const Levers& levers = {}) {
  return Model().Forecast(Company(), period, levers).value();
}

double Uncertain(const PeriodForecast& forecast) { return forecast.open_mean + forecast.arrivals_mean; }

TEST(ScenarioTest, WithNothingMovedItIsTheForecast) {
  for (const ForecastPeriod& period : {kNow, kNext}) {
    const PeriodForecast said = Said(period);
    EXPECT_EQ(Under(period, {.from = kAsOf + 1}).probability(), said.total.probability());
    const RevenueDistribution later = Under(period, {.from = kMiddle});
    EXPECT_NEAR(later.Mean(), said.total.Mean(), 1e-4 * said.total.Mean());
    EXPECT_NEAR(later.Quantile(.9), said.total.Quantile(.9), .002 * said.total.Quantile(.9));
  }
}

TEST(ScenarioTest, LeversThatStandAtOnceAreTheModelsOwn) {
  const Levers levers{.win_rate = 1.2, .cycle = .9, .volume = 1.5, .price = 1.1};
  EXPECT_EQ(Under(kNext, {.levers = levers, .from = kAsOf + 1}).probability(), Said(kNext, levers).total.probability());
}

TEST(ScenarioTest, BeforeTheDayAllGoesAsItWould) {
  const double base = Said(kNow).total.Mean();
  for (const Levers& levers : {Levers{.win_rate = 2}, Levers{.volume = 3}, Levers{.price = 2}, Levers{.cycle = .5}}) {
    EXPECT_NEAR(Under(kNow, {.levers = levers, .from = kNow.last + 1}).Mean(), base, 1e-3 * base);
    const double middle = Under(kNow, {.levers = levers, .from = kMiddle}).Mean();
    EXPECT_GT(middle, base);
    EXPECT_LT(middle, Under(kNow, {.levers = levers, .from = kAsOf + 1}).Mean());
  }
  // What is won from the middle on has its price, and as many times the wins.
  const double after = Uncertain(Said({kMiddle, kNow.last}));
  EXPECT_NEAR(Under(kNow, {.levers = {.price = 1.5}, .from = kMiddle}).Mean(), base + .5 * after, 3e-3 * base);
  EXPECT_NEAR(Under(kNow, {.levers = {.win_rate = 1.2}, .from = kMiddle}).Mean(), base + .2 * after, 3e-3 * base);
  // Nothing comes of deals that are created from the middle on within so few weeks but what is quick.
  EXPECT_LT(Under(kNow, {.levers = {.volume = 2}, .from = kMiddle}).Mean() - base,
            .5 * (Under(kNow, {.levers = {.volume = 2}, .from = kAsOf + 1}).Mean() - base));
}

TEST(ScenarioTest, MoreOfALeverIsMore) {
  double before = 0;
  for (const double win_rate : {.5, .9, 1.0, 1.1, 2.0}) {
    const double mean = Under(kNext, {.levers = {.win_rate = win_rate}, .from = kMiddle}).Mean();
    EXPECT_GT(mean, before);
    before = mean;
  }
}

TEST(ScenarioTest, HiresAddWhatTheyWin) {
  const RevenueDistribution base = Under(kNext, {.from = kMiddle});
  const RevenueDistribution more = Under(kNext, {.from = kMiddle, .hires = {5e4, 1e9}});
  EXPECT_NEAR(more.Mean() - base.Mean(), 5e4, 1e-3 * more.Mean());
  EXPECT_NEAR(more.Variance() - base.Variance(), 1e9, .1 * 1e9);
  EXPECT_GT(more.AtLeast(base.Mean()), base.AtLeast(base.Mean()));
}

TEST(ScenarioTest, MovesShareWhatTheyDoTogether) {
  // Alone 1 and 2, together 6: half of the three more goes to each.
  EXPECT_THAT(AddedByEach(2, std::vector<double>{0, 1, 2, 6}), ElementsAre(2.5, 3.5));
  EXPECT_TRUE(AddedByEach(0, std::vector<double>{7}).empty());
  RandomStream random(1, "moves");
  for (std::size_t count = 1; count <= 5; ++count) {
    std::vector<double> of;
    of.reserve(std::size_t{1} << count);
    for (std::size_t set = 0; set < (std::size_t{1} << count); ++set) of.push_back(random.Uniform(0, 100));
    const std::vector<double> added = AddedByEach(count, of);
    EXPECT_NEAR(std::accumulate(added.begin(), added.end(), 0.0), of.back() - of.front(), 1e-9);
  }
}

}  // namespace
}  // namespace weir::forecast
