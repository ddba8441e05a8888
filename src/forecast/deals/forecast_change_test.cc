#include "forecast/deals/forecast_change.h"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/result.h"

namespace weir::forecast {
namespace {

std::map<ChangeKind, std::int64_t> AmountsOf(const ForecastChange& change) {
  std::map<ChangeKind, std::int64_t> amounts;
  for (const ChangeLine& line : change.lines) amounts[line.kind] = line.amount;
  return amounts;
}

TEST(ForecastChangeTest, EachReasonByHand) {
  const DealForecast earlier{.deals = {{.id = 1, .amount = 1000, .probability = .5},
                                       {.id = 2, .amount = 500, .probability = .4},
                                       {.id = 3, .stage = 1, .amount = 100, .probability = .2, .close_day = 50},
                                       {.id = 4, .amount = 70, .probability = 1},
                                       {.id = 6, .kind = DealKind::kWon, .amount = 300, .probability = 1},
                                       {.id = 7, .kind = DealKind::kLost, .amount = 90, .probability = 0}},
                             .arrivals = 250,
                             .published = 1300};
  const DealForecast later{.deals = {{.id = 1, .kind = DealKind::kWon, .amount = 1100, .probability = 1},
                                     {.id = 2, .kind = DealKind::kLost, .amount = 500, .probability = 0},
                                     {.id = 3,
                                      .stage = 2,
                                      .amount = 150,
                                      .probability = .5,
                                      .close_day = 80,
                                      .old_model_new_date = .1,
                                      .old_model_now = .3},
                                     {.id = 5, .amount = 800, .probability = .25},
                                     {.id = 6, .kind = DealKind::kWon, .amount = 280, .probability = 1},
                                     {.id = 7, .amount = 90, .probability = .3}},
                           .arrivals = 100,
                           .published = 1700};
  const ForecastChange change = ChangeBetween(earlier, later);
  EXPECT_EQ(change.before, 130'000);
  EXPECT_EQ(change.after, 170'000);
  // Means: 500 + 200 + 20 + 70 + 300 + 250 = 1,340 then, 1,100 + 75 + 200 + 280 + 27 + 100 = 1,782 now.
  const std::map<ChangeKind, std::int64_t> expected{
      {ChangeKind::kWon, 60'000},        {ChangeKind::kLost, -20'000},
      {ChangeKind::kCreated, 20'000},    {ChangeKind::kReopened, 2'700},
      {ChangeKind::kLeft, -7'000},       {ChangeKind::kAmountUp, 1'000},
      {ChangeKind::kAmountDown, -2'000}, {ChangeKind::kPushedOut, -1'500},
      {ChangeKind::kStage, 3'000},       {ChangeKind::kModel, 3'000},
      {ChangeKind::kArrivals, -15'000},  {ChangeKind::kSpread, (1'700 - 1'782 - 1'300 + 1'340) * 100}};
  EXPECT_EQ(AmountsOf(change), expected);
}

TEST(ForecastChangeTest, AStepThatIsNotKnownFallsToTheNext) {
  const DealForecast earlier{.deals = {{.id = 1, .amount = 100, .probability = .2, .close_day = 10}}};
  const DealForecast later{.deals = {{.id = 1, .amount = 100, .probability = .6, .close_day = 5}}};
  const std::map<ChangeKind, std::int64_t> expected{{ChangeKind::kPulledIn, 0}, {ChangeKind::kAge, 4'000}};
  EXPECT_EQ(AmountsOf(ChangeBetween(earlier, later)), expected);
  EXPECT_TRUE(ChangeBetween(earlier, earlier).lines.empty());
  EXPECT_TRUE(ChangeBetween({}, {}).lines.empty());
}

// The rounding of every step is within the lines, so that any two forecasts add up to the cent.
TEST(ForecastChangeTest, AddsUpExactlyWhateverHappened) {
  RandomStream random(1, "changes");
  for (int round = 0; round < 300; ++round) {
    DealForecast earlier;
    DealForecast later;
    for (DealForecast* forecast : {&earlier, &later}) {
      for (std::uint64_t id = 0; id < 40; ++id) {
        if (random.Chance(.2)) continue;
        ForecastDeal deal{.id = (id * 17) % 41,
                          .kind = static_cast<DealKind>(random.Integer(0, 2)),
                          .stage = static_cast<int>(random.Integer(0, 2)),
                          .amount = random.Normal(1'000, 5'000)};
        deal.probability = deal.kind == DealKind::kOpen ? random.Uniform() : deal.kind == DealKind::kWon ? 1 : 0;
        if (random.Chance(.7)) deal.close_day = static_cast<Day>(random.Integer(0, 3));
        if (random.Chance(.7)) deal.old_model_new_date = random.Uniform();
        if (random.Chance(.7)) deal.old_model_now = random.Uniform();
        forecast->deals.push_back(deal);
      }
      forecast->arrivals = random.Uniform(0, 9'999);
      if (random.Chance(.8)) forecast->published = random.Uniform(0, 99'999);
    }
    const ForecastChange change = ChangeBetween(earlier, later);
    std::int64_t lines = 0;
    for (const ChangeLine& line : change.lines) lines += line.amount;
    EXPECT_EQ(change.before + lines, change.after);
    std::map<ChangeKind, std::int64_t> by_kind;
    std::map<ChangeKind, std::size_t> count;
    for (const DealChange& deal : change.deals) {
      by_kind[deal.kind] += deal.amount;
      ++count[deal.kind];
    }
    for (const ChangeLine& line : change.lines) {
      EXPECT_EQ(line.deals, count[line.kind]);
      if (line.kind < ChangeKind::kArrivals) {
        EXPECT_EQ(line.amount, by_kind[line.kind]);
      }
    }
    // The other way round all lines together turn their sign, and so does the whole.
    const ForecastChange back = ChangeBetween(later, earlier);
    EXPECT_EQ(back.after - back.before, change.before - change.after);
    // The order of deals does not matter.
    DealForecast reversed = later;
    std::reverse(reversed.deals.begin(), reversed.deals.end());
    EXPECT_EQ(AmountsOf(ChangeBetween(earlier, reversed)), AmountsOf(change));
  }
}

TEST(ForecastChangeTest, AnIdThatStandsTwiceIsABug) {
  const DealForecast twice{.deals = {{.id = 1}, {.id = 1}}};
  EXPECT_THROW(ChangeBetween(twice, twice), Bug);
}

}  // namespace
}  // namespace weir::forecast
