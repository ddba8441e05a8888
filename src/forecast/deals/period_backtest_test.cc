#include "forecast/deals/period_backtest.h"

#include <cmath>

#include <gtest/gtest.h>

#include "forecast/deals/company_for_tests.h"

namespace weir::forecast {
namespace {

constexpr Day kQuarter = 91;

ForecastPeriod QuarterOf(int number) { return {.first = number * kQuarter, .last = (number + 1) * kQuarter - 1}; }

BacktestOptions Options() {
  BacktestOptions options{.known_by = 9 * kQuarter,
                          .periods = {QuarterOf(7), QuarterOf(8)},
                          .warm_up = {QuarterOf(6)},
                          .weeks = {1, 9},
                          .may_boost = false,
                          .cells = 512};
  for (Day day = 0; day < 20 * kQuarter; day += kQuarter) options.quarter_starts.push_back(day);
  return options;
}

const std::vector<DealHistory>& Company() {
  static const std::vector<DealHistory> deals = MakeCompany({.deals = 600, .days = 9 * kQuarter});
  return deals;
}

const std::vector<BacktestSnapshot>& Snapshots() {
  static const auto snapshots = RunBacktest(Company(), Options());
  return *snapshots;
}

TEST(PeriodBacktestTest, WhatIsSaidOfAPastDayIsWhatAForecastOfThatDaySaid) {
  ASSERT_EQ(Snapshots().size(), 4u);
  const BacktestSnapshot& last = Snapshots().back();
  EXPECT_EQ(last.as_of, 8 * kQuarter - 1 + 63);
  EXPECT_EQ(last.actual, WonIn(Company(), QuarterOf(8), 9 * kQuarter));
  // The same by histories that end on that day.
  std::vector<DealHistory> cut;
  for (DealHistory deal : Company()) {
    std::erase_if(deal.states, [&](const DealState& state) { return state.known_day > last.as_of; });
    std::erase_if(deal.contact_days, [&](Day day) { return day > last.as_of; });
    if (!deal.states.empty()) cut.push_back(deal);
  }
  LearnOptions options{.as_of = last.as_of,
                       .quarter_starts = Options().quarter_starts,
                       .period = QuarterOf(8),
                       .past_periods = {QuarterOf(7), QuarterOf(6)},
                       .horizon_weeks = 4,
                       .may_boost = false,
                       .cells = 512};
  const auto model = PeriodModel::Learn(cut, options);
  ASSERT_TRUE(model);
  const auto forecast = model->Forecast(cut, QuarterOf(8));
  ASSERT_TRUE(forecast);
  EXPECT_EQ(forecast->won, last.won);
  EXPECT_DOUBLE_EQ(forecast->open_mean, last.open_said);
  EXPECT_DOUBLE_EQ(model->learnt().factor.correlation, last.correlation);
  EXPECT_DOUBLE_EQ(forecast->total.Quantile(.5), last.p50);
}

TEST(PeriodBacktestTest, AFieldThatLeaksTheFutureChangesNothing) {
  std::vector<DealHistory> leaking = Company();
  for (DealHistory& deal : leaking) {
    // The last amount and stage, from the birth of the deal on, learnt at the very end.
    DealState told = deal.states.front();
    told.stage = deal.states.back().kind == DealKind::kWon ? 7 : 8;
    told.amount = 2 * deal.states.back().amount;
    told.known_day = 9 * kQuarter + 1;
    deal.states.push_back(told);
    SortStates(&deal);
  }
  const auto snapshots = RunBacktest(leaking, Options());
  ASSERT_TRUE(snapshots);
  for (std::size_t i = 0; i < snapshots->size(); ++i) {
    EXPECT_EQ((*snapshots)[i].p50, Snapshots()[i].p50);
    EXPECT_EQ((*snapshots)[i].open_said, Snapshots()[i].open_said);
    EXPECT_EQ((*snapshots)[i].baselines, Snapshots()[i].baselines);
  }
  // Had it been known, it would have told all: the test can fail.
  for (DealHistory& deal : leaking) {
    for (DealState& state : deal.states) state.known_day = std::min(state.known_day, state.from_day);
    SortStates(&deal);
  }
  const auto told = RunBacktest(leaking, Options());
  ASSERT_TRUE(told);
  EXPECT_NE(told->back().open_said, Snapshots().back().open_said);
}

TEST(PeriodBacktestTest, BaselinesAreWhatTheyAreNamedFor) {
  // Stage 0: one of three is won. 100 is won by day 20 of 91; 300 is open in stage 0, 50 will close too late.
  const auto deal = [](double amount, std::optional<Day> closes, DealKind kind, Day at) {
    DealHistory history{.created_day = 0, .states = {{.stage = 0, .amount = amount, .close_day = closes}}};
    if (kind != DealKind::kOpen) {
      history.states.push_back({.from_day = at, .known_day = at, .stage = 1, .kind = kind, .amount = amount});
    }
    return history;
  };
  const std::vector<DealHistory> deals{deal(100, 30, DealKind::kWon, 20), deal(10, 30, DealKind::kLost, 5),
                                       deal(10, 30, DealKind::kLost, 6),  deal(300, 90, DealKind::kOpen, 0),
                                       deal(50, 91, DealKind::kOpen, 0),  deal(70, 30, DealKind::kWon, 60)};
  EXPECT_NEAR(StageRates::Fit(deals, 34).Of(0), 1.0 / 3, 1e-12);
  // The last one is open still on day 34, and late.
  EXPECT_NEAR(StageWeighted(deals, {0, 90}, 34), 100 + (300 + 70) / 3.0, 1e-9);
  EXPECT_NEAR(StageWeighted(deals, {0, 90}, 60), 170 + 300 * (2 + 2 * .5) / (4 + 2), 1e-9);

  const BacktestSnapshot& snapshot = Snapshots()[1];
  EXPECT_EQ(snapshot.baselines[1], WonIn(Company(), QuarterOf(6), snapshot.as_of));
  EXPECT_DOUBLE_EQ(*snapshot.baselines[2], snapshot.won / 63 * 91);
}

TEST(PeriodBacktestTest, ScoresByHand) {
  std::vector<BacktestSnapshot> snapshots(2);
  snapshots[0] = {.is_said = true, .p10 = 80, .p50 = 100, .p90 = 120, .crps = 3, .actual = 110};
  snapshots[1] = {.is_said = true, .p10 = 100, .p50 = 120, .p90 = 140, .crps = 7, .actual = 90};
  snapshots[0].baselines[2] = 50;
  snapshots[0].deals = {{.probability = .25, .came = true}, {.probability = .29, .came = false}};
  snapshots[1].deals = {{.probability = 1, .came = true}};
  const auto model = ScoreOf(snapshots, std::nullopt);
  ASSERT_TRUE(model);
  EXPECT_NEAR(model->wape, 40.0 / 200, 1e-12);
  EXPECT_NEAR(model->bias, 20.0 / 200, 1e-12);
  EXPECT_NEAR(model->pinball[0], (.1 * 30 + .9 * 10) / 200, 1e-12);
  EXPECT_NEAR(model->pinball[1], (5 + 15) / 200.0, 1e-12);
  EXPECT_NEAR(model->crps, 10.0 / 200, 1e-12);
  EXPECT_EQ(model->coverage, .5);
  const auto linear = ScoreOf(snapshots, Baseline::kLinear);
  ASSERT_TRUE(linear);
  EXPECT_EQ(linear->snapshots, 1u);
  EXPECT_NEAR(linear->wape, 60.0 / 110, 1e-12);
  EXPECT_FALSE(ScoreOf(snapshots, Baseline::kLastPeriod));
  const BacktestCalibration calibration = CalibrationOf(snapshots);
  EXPECT_EQ(calibration.bins[2].deals, 2u);
  EXPECT_NEAR(calibration.bins[2].said, .27, 1e-12);
  EXPECT_NEAR(calibration.bins[2].came, .5, 1e-12);
  EXPECT_EQ(calibration.bins[9].deals, 1u);
  EXPECT_NEAR(calibration.brier, (.75 * .75 + .29 * .29) / 3, 1e-12);
  EXPECT_NEAR(calibration.log_loss, -(std::log(.25) + std::log(.71) + 0) / 3, 1e-12);
}

TEST(PeriodBacktestTest, ItCanBeStoppedAndSaysHowFarItIs) {
  std::stop_source source;
  double far = 0;
  BacktestOptions options = Options();
  options.weeks = {9};
  options.warm_up.clear();
  ASSERT_TRUE(RunBacktest(Company(), options, Executor(1), source.get_token(), [&](double done) { far = done; }));
  EXPECT_EQ(far, 1);
  source.request_stop();
  const auto stopped = RunBacktest(Company(), options, Executor(1), source.get_token());
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code(), Code::kCancelled);
}

}  // namespace
}  // namespace weir::forecast
