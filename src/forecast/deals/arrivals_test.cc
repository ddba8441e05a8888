#include "forecast/deals/arrivals.h"

#include <array>
#include <cmath>

#include <gtest/gtest.h>

#include "base/random.h"
#include "forecast/deals/company_for_tests.h"

namespace weir::forecast {
namespace {

std::vector<Day> Quarters() {
  std::vector<Day> starts;
  for (Day day = 0; day < 3000; day += 91) starts.push_back(day);
  return starts;
}

// So many deals a week, won after 20 days with one chance in four, else lost after 40.
std::vector<DealHistory> Created(const std::vector<int>& a_week, std::uint64_t seed) {
  std::vector<DealHistory> deals;
  RandomStream random(seed, "arrivals");
  for (std::size_t week = 0; week < a_week.size(); ++week) {
    for (int i = 0; i < a_week[week]; ++i) {
      const Day day = static_cast<Day>(7 * week) + static_cast<Day>(random.Integer(0, 6));
      const bool is_won = random.Chance(.25);
      const Day closed = day + (is_won ? 20 : 40);
      deals.push_back({.created_day = day,
                       .states = {{.from_day = day, .known_day = day, .amount = 100},
                                  {.from_day = closed,
                                   .known_day = closed,
                                   .kind = is_won ? DealKind::kWon : DealKind::kLost,
                                   .amount = 100}}});
    }
  }
  return deals;
}

TEST(ArrivalsTest, ByHand) {
  const std::vector<DealHistory> deals = Created(std::vector<int>(80, 10), 1);
  const Arrivals arrivals = Arrivals::Fit(deals, {.as_of = 7 * 80 - 1});
  EXPECT_NEAR(arrivals.level(), 10, 1e-9);
  EXPECT_EQ(arrivals.dispersion(), 1);
  // Won in the third week of their age: none within two, a fourth within three.
  EXPECT_EQ(arrivals.won_by_age()[2], 0);
  EXPECT_NEAR(arrivals.won_by_age()[3], .25, .05);
  EXPECT_NEAR(arrivals.won_by_age()[5], arrivals.won_by_age()[3], 1e-12);
  // Within five weeks: those of the first three weeks have 32, 25 and 18 days left on average, with their own.
  const ExpectedArrivals expected = arrivals.Until(7 * 80 - 1 + 35);
  EXPECT_NEAR(expected.created, 50, 1e-9);
  EXPECT_NEAR(expected.wins.mean, 10 * arrivals.won_by_age()[3] * (2 + 4.0 / 7), 1e-9);
  EXPECT_GT(expected.wins.variance, expected.wins.mean);
  ASSERT_EQ(expected.wins.amounts.size(), 1U);
  EXPECT_EQ(expected.wins.amounts[0].amount, 100);
  EXPECT_EQ(arrivals.Until(7 * 80 - 1).created, 0);
  const ExpectedArrivals none = Arrivals::Fit({}, {.as_of = 500}).Until(600);
  EXPECT_EQ(none.created, 0);
  EXPECT_EQ(none.wins.mean, 0);
}

// Small deals are won within a week, large ones after eleven: of those that come in twelve weeks nearly all small ones
// are won by then and few of the large.
TEST(ArrivalsTest, WhatIsWonEarlyCountsAsOftenAsItComes) {
  std::vector<DealHistory> deals;
  for (Day day = 0; day < 7 * 150; ++day) {
    for (const bool is_large : {false, true}) {
      const DealState open{.from_day = day, .known_day = day, .amount = is_large ? 1000.0 : 100.0};
      DealState won = open;
      won.from_day = won.known_day = day + (is_large ? 77 : 3);
      won.kind = DealKind::kWon;
      deals.push_back({.created_day = day, .states = {open, won}});
    }
  }
  const ExpectedArrivals expected = Arrivals::Fit(deals, {.as_of = 7 * 150 - 1}).Until(7 * 150 - 1 + 84);
  double mean = 0;
  for (const PossibleAmount& possible : expected.wins.amounts) mean += possible.share * possible.amount;
  // Of large deals 8 days of creation end within, of small ones 82.
  const double came = 8.0 * 1000 + 82.0 * 100;
  EXPECT_NEAR(expected.wins.mean * mean / came, 1, .15);  // ages are whole weeks
}

TEST(ArrivalsTest, ASeasonIsFoundWhereThereIsOne) {
  std::vector<int> seasonal;
  std::vector<int> flat;
  RandomStream random(2, "season");
  for (int week = 0; week < 130; ++week) {
    seasonal.push_back(static_cast<int>(random.Poisson(week % 13 == 12 ? 30 : 10)));
    flat.push_back(static_cast<int>(random.Poisson(10)));
  }
  const Day as_of = 7 * 130 - 1;
  const Arrivals with = Arrivals::Fit(Created(seasonal, 3), {.as_of = as_of, .quarter_starts = Quarters()});
  EXPECT_NEAR(with.season()[0] / with.season()[5], 3, .5);
  const Arrivals without = Arrivals::Fit(Created(flat, 4), {.as_of = as_of, .quarter_starts = Quarters()});
  for (const double factor : without.season()) EXPECT_NEAR(factor, 1, .12);
}

TEST(ArrivalsTest, SpreadOfWeeksIsMeasured) {
  std::vector<int> wild;
  RandomStream random(5, "wild");
  wild.reserve(150);
  for (int week = 0; week < 150; ++week) wild.push_back(static_cast<int>(random.Poisson(random.Chance(.5) ? 2 : 22)));
  const Arrivals arrivals = Arrivals::Fit(Created(wild, 6), {.as_of = 7 * 150 - 1});
  // The variance of the mixture is 12 + 100.
  EXPECT_NEAR(arrivals.dispersion(), 112.0 / 12, 3);
}

// Deals that are entered later than as_of are not there yet, however early they say that they were created.
TEST(ArrivalsTest, TheFutureIsNotSeen) {
  std::vector<DealHistory> deals = Created(std::vector<int>(60, 5), 7);
  const Arrivals truth = Arrivals::Fit(deals, {.as_of = 300});
  for (DealHistory late : Created(std::vector<int>(60, 9), 8)) {
    for (DealState& state : late.states) state.known_day = 301;
    deals.push_back(late);
  }
  const Arrivals again = Arrivals::Fit(deals, {.as_of = 300});
  EXPECT_EQ(again.level(), truth.level());
  EXPECT_EQ(again.won_by_age(), truth.won_by_age());
}

// Over many companies: sums of what was created after as_of and won within 91 days lie in their 80 % intervals as often
// as they should, and are right on average.
TEST(ArrivalsTest, IntervalsHoldWhatTheySay) {
  constexpr int kCompanies = 150;
  const Day as_of = 546;
  int within = 0;
  double said = 0;
  double came = 0;
  for (int company = 0; company < kCompanies; ++company) {
    const std::vector<DealHistory> deals =
        MakeCompany({.deals = 600, .days = 728, .seed = static_cast<std::uint64_t>(1000 + company)});
    double actual = 0;
    for (const DealHistory& deal : deals) {
      const DealState& last = deal.states.back();
      if (deal.created_day <= as_of || last.kind != DealKind::kWon || last.from_day > as_of + 91) continue;
      actual += last.amount;
    }
    const Arrivals arrivals = Arrivals::Fit(deals, {.as_of = as_of, .quarter_starts = Quarters()});
    const std::array more{arrivals.Until(as_of + 91).wins};
    const RevenueDistribution sum = SumOfDeals({}, more, 0, 2048);
    within += actual >= sum.Quantile(.1) && actual <= sum.Quantile(.9) ? 1 : 0;
    said += sum.Mean();
    came += actual;
  }
  EXPECT_NEAR(said / came, 1, .06);
  // Three standard errors.
  EXPECT_NEAR(static_cast<double>(within) / kCompanies, .8, .1);
}

}  // namespace
}  // namespace weir::forecast
