#include "forecast/deals/amount_drift.h"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "base/random.h"
#include "forecast/deals/weighted_points.h"

namespace weir::forecast {
namespace {

double MeanOf(const std::vector<PossibleAmount>& amounts) {
  return std::accumulate(amounts.begin(), amounts.end(), 0.0,
                         [](double sum, const PossibleAmount& each) { return sum + each.amount * each.share; });
}

double ShareOf(const std::vector<PossibleAmount>& amounts) {
  return std::accumulate(amounts.begin(), amounts.end(), 0.0,
                         [](double sum, const PossibleAmount& each) { return sum + each.share; });
}

TEST(WeightedPointsTest, FewPointsKeepTheMean) {
  // 1 to 10 in fifths: 1.5, 3.5, 5.5, 7.5, 9.5.
  std::vector<WeightedPoint> points;
  for (int i = 10; i >= 1; --i) points.push_back({.value = static_cast<double>(i)});
  const std::vector<PossibleAmount> few = FewPoints(points);
  ASSERT_EQ(few.size(), 5U);
  for (std::size_t i = 0; i < few.size(); ++i) {
    EXPECT_NEAR(few[i].amount, 1.5 + 2 * static_cast<double>(i), 1e-12);
    EXPECT_NEAR(few[i].share, .2, 1e-12);
  }
  RandomStream random(1, "points");
  for (int round = 0; round < 100; ++round) {
    points.clear();
    double sum = 0;
    double weight = 0;
    for (int i = 0; i <= round; ++i) {
      points.push_back({.value = random.LogNormal(100, 1), .weight = random.Uniform(.1, 2)});
      sum += points.back().value * points.back().weight;
      weight += points.back().weight;
    }
    const std::vector<PossibleAmount> made = FewPoints(points, 7);
    EXPECT_LE(made.size(), 7U);
    EXPECT_NEAR(MeanOf(made), sum / weight, 1e-9 * sum / weight);
    EXPECT_NEAR(ShareOf(made), 1, 1e-12);
  }
  const std::vector<WeightedPoint> same(50, {.value = 3});
  ASSERT_EQ(FewPoints(same).size(), 1U);
  EXPECT_NEAR(FewPoints(same)[0].share, 1, 1e-12);
}

// Deals of stage 0 for four weeks, of stage 1 for four more, won at `ratios` of what they said then.
std::vector<DealHistory> WonDeals(int count, double ratio_0, double ratio_1, double spread, std::uint64_t seed) {
  std::vector<DealHistory> deals;
  RandomStream random(seed, "drift");
  for (int i = 0; i < count; ++i) {
    const auto day = static_cast<Day>(random.Integer(0, 300));
    const double won = std::round(random.LogNormal(1'000, .5));
    const auto state = [&](Day from, int stage, DealKind kind, double amount) {
      return DealState{.from_day = from, .known_day = from, .stage = stage, .kind = kind, .amount = amount};
    };
    deals.push_back({.created_day = day,
                     .states = {state(day, 0, DealKind::kOpen, won / ratio_0 / random.LogNormal(1, spread)),
                                state(day + 28, 1, DealKind::kOpen, won / ratio_1 / random.LogNormal(1, spread)),
                                state(day + 56, 1, DealKind::kWon, won)}});
  }
  return deals;
}

TEST(AmountDriftTest, FindsWhatWasPlantedByStage) {
  const AmountDrift drift = AmountDrift::Fit(WonDeals(2'000, .7, .95, .2, 1), {.as_of = 400});
  EXPECT_NEAR(drift.DriftOf(0).mean_log, std::log(.7), .02);
  EXPECT_NEAR(drift.DriftOf(0).deviation_log, .2, .02);
  EXPECT_NEAR(drift.DriftOf(1).mean_log, std::log(.95), .02);
  EXPECT_EQ(drift.DriftOf(0).deals, 2'000);
  const std::vector<PossibleAmount> amounts = drift.AmountsOf(0, 10'000);
  EXPECT_EQ(amounts.size(), 5U);
  EXPECT_NEAR(MeanOf(amounts), 10'000 * drift.DriftOf(0).mean_ratio, 1e-6);
  EXPECT_NEAR(ShareOf(amounts), 1, 1e-12);
  EXPECT_LT(amounts.front().amount, 6'000);
  EXPECT_GT(amounts.back().amount, 8'500);
}

TEST(AmountDriftTest, FewCasesStayNearTheAverage) {
  std::vector<DealHistory> deals = WonDeals(200, 1, 1, .05, 2);
  // Three deals of a stage of their own that were won at a third.
  for (DealHistory deal : WonDeals(3, 1.0 / 3, 1, 0, 3)) {
    deal.states[0].stage = 7;
    deals.push_back(deal);
  }
  const AmountDrift drift = AmountDrift::Fit(deals, {.as_of = 400});
  EXPECT_EQ(drift.DriftOf(7).deals, 3);
  EXPECT_NEAR(drift.DriftOf(7).mean_ratio, (3.0 / 3 + 20) / 23, .02);
  EXPECT_NEAR(drift.DriftOf(99).mean_ratio, 1, .02);
  const AmountDrift nothing = AmountDrift::Fit({}, {.as_of = 400});
  ASSERT_EQ(nothing.AmountsOf(0, 500).size(), 1U);
  EXPECT_EQ(nothing.AmountsOf(0, 500)[0].amount, 500);
  EXPECT_EQ(nothing.AmountsOf(0, 0)[0].amount, 0);
}

// Amounts at the end written over the whole history, learnt when it closed: read without regard to that all ratios
// are 1.
TEST(AmountDriftTest, AFieldThatLeaksTheFutureChangesNothing) {
  const std::vector<DealHistory> clean = WonDeals(300, .5, .8, .1, 4);
  std::vector<DealHistory> leaking = clean;
  for (DealHistory& deal : leaking) {
    const DealState closing = deal.states.back();
    for (int i = 0; i < 2; ++i) {
      DealState state = deal.states[static_cast<std::size_t>(i)];
      state.amount = closing.amount;
      state.known_day = closing.known_day;
      deal.states.push_back(state);
    }
    SortStates(&deal);
  }
  const AmountDrift truth = AmountDrift::Fit(clean, {.as_of = 400});
  EXPECT_EQ(AmountDrift::Fit(leaking, {.as_of = 400}).DriftOf(0).mean_log, truth.DriftOf(0).mean_log);
  EXPECT_LT(truth.DriftOf(0).mean_ratio, .6);
  // Wins that are known later than as_of do not exist.
  EXPECT_EQ(AmountDrift::Fit(clean, {.as_of = 50}).DriftOf(0).deals, 0);
}

TEST(AmountDriftTest, AmountsThatNobodySaidAndRefunds) {
  std::vector<DealHistory> deals = WonDeals(100, 1, 1, 0, 5);
  for (DealHistory deal : WonDeals(400, 1, 1, 0, 6)) {
    deal.states[0].amount = 0;
    deal.states[1].amount = 0;
    deal.states[2].amount = 50;
    deals.push_back(deal);
  }
  const AmountDrift drift = AmountDrift::Fit(deals, {.as_of = 400});
  EXPECT_NEAR(MeanOf(drift.AmountsOf(0, 0)), 60, 15);
  ASSERT_EQ(drift.AmountsOf(0, -300).size(), 1U);
  EXPECT_EQ(drift.AmountsOf(0, -300)[0].amount, -300);
}

}  // namespace
}  // namespace weir::forecast
