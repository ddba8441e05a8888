#include "forecast/deals/period_forecast.h"

#include <cmath>

#include <gtest/gtest.h>

#include "forecast/deals/company_for_tests.h"

namespace weir::forecast {
namespace {

constexpr Day kQuarter = 91;
constexpr Day kAsOf = 8 * kQuarter + 27;

std::vector<Day> QuarterStarts() {
  std::vector<Day> starts;
  for (Day day = 0; day < 20 * kQuarter; day += kQuarter) starts.push_back(day);
  return starts;
}

ForecastPeriod QuarterOf(int number) { return {.first = number * kQuarter, .last = (number + 1) * kQuarter - 1}; }

LearnOptions Options() {
  return {.as_of = kAsOf, .quarter_starts = QuarterStarts(), .period = QuarterOf(8), .may_boost = false, .cells = 1024};
}

// Of the same hazards for all deals, created evenly up to the end of the period and after.
const std::vector<DealHistory>& Company() {
  static const std::vector<DealHistory> deals =
      MakeCompany({.deals = 700, .days = 900, .win = .04, .loss = .06, .stage_win = 1, .owner_win = 1, .push = 0});
  return deals;
}

PeriodModel Learnt() {
  static const auto model = PeriodModel::Learn(Company(), Options());
  return *model;
}

TEST(PeriodForecastTest, HazardsThatAreTheSameForAllGiveTheirIncidence) {
  const auto forecast = Learnt().Forecast(Company(), QuarterOf(8));
  ASSERT_TRUE(forecast);
  double said = 0;
  for (const DealProspect& deal : forecast->open) said += deal.probability;
  ASSERT_GT(forecast->open.size(), 30u);
  // P(win by t) = w / (w + l) (1 - exp(-(w + l) t)), methods.md section 4; 64 days are left. About 290 wins are known.
  const double truth = .4 * (1 - std::exp(-.1 / 7 * 64));
  EXPECT_NEAR(said / static_cast<double>(forecast->open.size()), truth, .04);
  // 700 / 900 * 7 deals a week.
  EXPECT_NEAR(forecast->arrivals_created, 700.0 / 900 * 64, 10);
}

TEST(PeriodForecastTest, PartsAddUpToTheWhole) {
  const auto forecast = Learnt().Forecast(Company(), QuarterOf(8));
  ASSERT_TRUE(forecast);
  EXPECT_DOUBLE_EQ(forecast->won, WonIn(Company(), QuarterOf(8), kAsOf));
  EXPECT_GT(forecast->won_deals, 0u);
  const double whole = forecast->won + forecast->open_mean + forecast->arrivals_mean;
  // The number of wins to come is cut off on a grid.
  EXPECT_NEAR(forecast->total.Mean(), whole, 1e-3 * whole);
  for (const auto* groups : {&forecast->owners, &forecast->teams, &forecast->stages}) {
    double won = 0;
    double open = 0;
    for (const GroupMeans& group : *groups) {
      won += group.won;
      open += group.open;
    }
    EXPECT_NEAR(won, forecast->won, 1e-6);
    EXPECT_NEAR(open, forecast->open_mean, 1e-6);
  }
  EXPECT_LT(forecast->total.Quantile(.1), forecast->total.Quantile(.9));
}

TEST(PeriodForecastTest, NothingThatIsLearntLaterIsUsed) {
  std::vector<DealHistory> leaking = Company();
  for (DealHistory& deal : leaking) {
    // What became of it, as if it had stood so all along, but learnt after the day; and what came after that day.
    DealState truth = deal.states.back();
    truth.from_day = deal.created_day;
    truth.known_day = kAsOf + 1;
    truth.amount *= 3;
    deal.states.push_back(truth);
    deal.contact_days.push_back(kAsOf + 1);
    SortStates(&deal);
  }
  const auto model = PeriodModel::Learn(leaking, Options());
  ASSERT_TRUE(model);
  const auto leaked = model->Forecast(leaking, QuarterOf(8));
  const auto honest = Learnt().Forecast(Company(), QuarterOf(8));
  ASSERT_TRUE(leaked && honest);
  EXPECT_EQ(leaked->won, honest->won);
  EXPECT_EQ(leaked->total.probability(), honest->total.probability());
  // The same states would be used if they were known: the test can fail.
  for (DealHistory& deal : leaking) {
    for (DealState& state : deal.states) state.known_day = std::min(state.known_day, kAsOf);
  }
  EXPECT_NE(WonIn(leaking, QuarterOf(8), kAsOf), honest->won);
}

TEST(PeriodForecastTest, LeversMoveWhatTheyAreNamedFor) {
  const PeriodModel model = Learnt();
  const auto ask = [&](const Levers& levers) { return *model.Forecast(Company(), QuarterOf(8), levers); };
  const PeriodForecast plain = ask({});
  const PeriodForecast winning = ask({.win_rate = 1.1});
  EXPECT_NEAR(winning.open_mean, 1.1 * plain.open_mean, 1e-6 * plain.open_mean);
  EXPECT_NEAR(winning.arrivals_mean, 1.1 * plain.arrivals_mean, 1e-6 * plain.arrivals_mean);
  const PeriodForecast dear = ask({.price = 1.2});
  EXPECT_NEAR(dear.open_mean, 1.2 * plain.open_mean, 1e-6 * plain.open_mean);
  EXPECT_NEAR(dear.arrivals_mean, 1.2 * plain.arrivals_mean, 1e-6 * plain.arrivals_mean);
  const PeriodForecast many = ask({.volume = 2});
  EXPECT_EQ(many.open_mean, plain.open_mean);
  EXPECT_NEAR(many.arrivals_mean, 2 * plain.arrivals_mean, 1e-6 * plain.arrivals_mean);
  EXPECT_GT(ask({.cycle = .8}).open_mean, plain.open_mean);
  EXPECT_LT(ask({.cycle = 1.25}).arrivals_mean, plain.arrivals_mean);
  for (const PeriodForecast* each : {&winning, &dear, &many}) EXPECT_EQ(each->won, plain.won);
}

TEST(PeriodForecastTest, APeriodToComeIsWhatComesByItsEndLessWhatComesBefore) {
  const PeriodModel model = Learnt();
  const auto whole = model.Forecast(Company(), {.first = kAsOf + 1, .last = QuarterOf(9).last});
  const auto rest = model.Forecast(Company(), {.first = kAsOf + 1, .last = QuarterOf(8).last});
  const auto next = model.Forecast(Company(), QuarterOf(9));
  ASSERT_TRUE(whole && rest && next);
  EXPECT_EQ(next->won, 0);
  EXPECT_NEAR(next->open_mean, whole->open_mean - rest->open_mean, 1e-6 * whole->open_mean);
  EXPECT_GT(next->arrivals_mean, rest->arrivals_mean);
}

TEST(PeriodForecastTest, PastsAreSeenByModelsOfTheirDayAndAlikeForAnyNumberOfThreads) {
  LearnOptions options = Options();
  options.past_periods = {QuarterOf(7), QuarterOf(6), QuarterOf(0)};
  const auto one = PeriodModel::Learn(Company(), options);
  const auto four = PeriodModel::Learn(Company(), options, Executor(4));
  ASSERT_TRUE(one && four);
  EXPECT_EQ(one->learnt().pasts, 2u);  // of the first quarter nothing is known yet
  EXPECT_EQ(one->learnt().factor.pasts, 2u);
  EXPECT_EQ(one->learnt().factor.correlation, four->learnt().factor.correlation);
  EXPECT_EQ(one->Forecast(Company(), QuarterOf(8))->total.probability(),
            four->Forecast(Company(), QuarterOf(8), {}, Executor(4))->total.probability());

  options.as_of = QuarterOf(7).last - (QuarterOf(8).last - kAsOf);
  options.past_periods.clear();
  const auto then = PeriodModel::Learn(Company(), options);
  ASSERT_TRUE(then);
  const auto past = then->PastOf(Company(), QuarterOf(7), kAsOf);
  ASSERT_TRUE(past);
  const double came = WonIn(Company(), QuarterOf(7), kAsOf) - WonIn(Company(), QuarterOf(7), options.as_of);
  EXPECT_NEAR(past->open_came + past->arrivals_came, came, 1e-6);
  EXPECT_GT(past->open_came, 0);
}

TEST(PeriodForecastTest, AWonDealCountsOnItsClosingDate) {
  std::vector<DealHistory> deals = Company();
  const double before = WonIn(deals, QuarterOf(8), kAsOf);
  DealHistory late{.created_day = 10, .states = {{.from_day = 10, .known_day = 10}}};
  late.states.push_back({.from_day = kAsOf, .known_day = kAsOf, .kind = DealKind::kWon, .amount = 70});
  deals.push_back(late);
  EXPECT_EQ(WonIn(deals, QuarterOf(8), kAsOf), before + 70);
  deals.back().states.back().close_day = QuarterOf(8).first - 1;
  EXPECT_EQ(WonIn(deals, QuarterOf(8), kAsOf), before);
  deals.back().states.back().close_day = QuarterOf(8).last;
  EXPECT_EQ(WonIn(deals, QuarterOf(8), kAsOf), before + 70);
}

TEST(PeriodForecastTest, TooLittleIsSaid) {
  const auto refused = PeriodModel::Learn(std::span(Company()).first(12), Options());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kNotEnoughData);
}

}  // namespace
}  // namespace weir::forecast
