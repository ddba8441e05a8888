#include "forecast/deals/hazard_boosted.h"

#include <cmath>

#include <gtest/gtest.h>

#include "base/executor.h"
#include "base/random.h"
#include "forecast/deals/hazard_logit.h"

namespace weir::forecast {
namespace {

// Wins come often where both codes are high or both low: nothing that effects of each alone can tell.
WeeklyHazard Crossed(std::uint16_t one, std::uint16_t other) {
  return {.won = (one >= 3) == (other >= 1) ? .2 : .02, .lost = .05};
}

CodedRows Draw(int count, std::uint64_t seed) {
  CodedRows rows{.groups = {{.codes = 6, .is_ordered = true}, {.codes = 2}, {.codes = 12, .is_crossed = true}}};
  RandomStream random(seed, "boosted");
  for (int i = 0; i < count; ++i) {
    const auto one = static_cast<std::uint16_t>(random.Integer(0, 5));
    const auto other = static_cast<std::uint16_t>(random.Integer(0, 1));
    rows.codes.insert(rows.codes.end(), {one, other, 0});
    const WeeklyHazard hazard = Crossed(one, other);
    const double drawn = random.Uniform();
    OutcomeCounts counts;
    (drawn < hazard.won ? counts.won : drawn < hazard.won + hazard.lost ? counts.lost : counts.none) = 1;
    rows.counts.push_back(counts);
  }
  return Merged(rows);
}

TEST(HazardBoostedTest, FindsWhatEffectsAloneCannotTell) {
  const CodedRows rows = Draw(40'000, 1);
  const CodedRows later = Draw(40'000, 2);
  const auto boosted = HazardBoosted::Fit(rows, {.stop_by = &later});
  const auto logit = HazardLogit::Fit(rows);
  ASSERT_TRUE(boosted && logit);
  const auto hazards = boosted->Predict(rows.codes);
  ASSERT_TRUE(hazards);
  ASSERT_EQ(hazards->size(), rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto codes = rows.CodesOf(row);
    EXPECT_NEAR((*hazards)[row].won, Crossed(codes[0], codes[1]).won, .02);
    EXPECT_NEAR((*hazards)[row].lost, .05, .02);
  }
  const auto at_later = boosted->Predict(later.codes);
  ASSERT_TRUE(at_later);
  EXPECT_LT(LogLoss(later.counts, *at_later), LogLoss(later.counts, logit->Predict(later.codes)) - .01);
}

TEST(HazardBoostedTest, StopsWhereLaterRowsSaySo) {
  CodedRows noise{.groups = {{.codes = 200}}};
  CodedRows later = noise;
  RandomStream random(3, "noise");
  for (CodedRows* rows : {&noise, &later}) {
    for (int i = 0; i < 6'000; ++i) {
      rows->codes.push_back(static_cast<std::uint16_t>(random.Integer(0, 199)));
      rows->counts.push_back(random.Chance(.1) ? OutcomeCounts{0, 1, 0} : OutcomeCounts{1, 0, 0});
    }
    *rows = Merged(*rows);
  }
  const auto stopped = HazardBoosted::Fit(noise, {.least_child = .1, .stop_by = &later});
  const auto full = HazardBoosted::Fit(noise, {.least_child = .1});
  ASSERT_TRUE(stopped && full);
  EXPECT_LT(stopped->rounds(), 60);
  EXPECT_EQ(full->rounds(), 200);
  EXPECT_LT(LogLoss(later.counts, *stopped->Predict(later.codes)), LogLoss(later.counts, *full->Predict(later.codes)));
}

// The same bytes again, and beside other fits at the same time.
TEST(HazardBoostedTest, SameRowsGiveTheSameBytes) {
  const CodedRows rows = Draw(5'000, 4);
  std::vector<std::string> bytes(4);
  Executor(2).ForEach(bytes.size(), [&](std::size_t i) {
    const auto model = HazardBoosted::Fit(rows, {.rounds = 30});
    ASSERT_TRUE(model);
    bytes[i] = model->Bytes().value_or("");
  });
  EXPECT_GT(bytes[0].size(), 1000U);
  for (const std::string& each : bytes) EXPECT_EQ(each, bytes[0]);
}

TEST(HazardBoostedTest, RowsWithoutAnEventAreRefused) {
  const CodedRows open{.groups = {{.codes = 1}}, .codes = {0}, .counts = {{500, 0, 0}}};
  const auto refused = HazardBoosted::Fit(open);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kNotEnoughData);
  const CodedRows won{.groups = {{.codes = 1}}, .codes = {0}, .counts = {{500, 20, 0}}};
  const auto model = HazardBoosted::Fit(won);
  ASSERT_TRUE(model);
  const auto hazard = model->Predict(won.codes);
  ASSERT_TRUE(hazard);
  EXPECT_NEAR(hazard->front().won, 20.0 / 520, .01);
  EXPECT_LT(hazard->front().lost, .005);
  EXPECT_TRUE(model->Predict({})->empty());
}

}  // namespace
}  // namespace weir::forecast
