#include "diagnose/constraint.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/random.h"
#include "diagnose/constraint_parts.h"

namespace weir::diagnose {
namespace {

constexpr double kWorth = 1000;

Step StepOf(std::string id) { return {.id = std::move(id)}; }

StepCell Cell(std::string part, std::int64_t ended, std::int64_t passed) {
  return {.part = std::move(part),
          .stratum = "small",
          .begun = ended / 2,
          .ended = ended,
          .passed = passed,
          .closed = passed,
          .won = passed};
}

ConstraintInput Company(std::vector<Step> steps) {
  return {.steps = std::move(steps), .worths = {{"small", 10'000, kWorth, 0.1}}};
}

const Constraint& Named(const WeakestLink& found, ConstraintKind kind, std::string_view step) {
  for (const Constraint& one : found.constraints) {
    if (one.kind == kind && one.step == step) return one;
  }
  throw std::runtime_error(fmt::format("no constraint of {}", step));
}

TEST(WeakestLink, ConversionIsBroughtToTheBestPart) {
  Step step = StepOf("stage:-/Proposal");
  step.cells = {Cell("north", 4000, 2400), Cell("south", 4000, 1200), Cell("east", 4000, 1200)};
  const WeakestLink found = FindWeakestLink(Company({step}), 0);
  const Constraint& one = found.constraints.front();
  EXPECT_EQ(one.best_part, "north");
  // 2000 begin in each of two parts in a year, 0.3 more of them go on and are won, at a thousand each.
  EXPECT_NEAR(one.median, 2 * 2000 * 0.3 * kWorth, 0.05 * 2 * 2000 * 0.3 * kWorth);
  EXPECT_LT(one.low, one.median);
  EXPECT_GT(one.high, one.median);
  EXPECT_NEAR(one.now, 0.4, 0.001);
}

TEST(WeakestLink, LuckOfSmallPartsIsNoMeasure) {
  Step step = StepOf("deal");
  // By counting alone the best has 0.6 where all others have 0.4: of twenty cases each that is luck.
  for (int i = 0; i < 8; ++i) step.cells.push_back(Cell(fmt::format("t{}", i), 20, i == 0 ? 12 : 8));
  const WeakestLink found = FindWeakestLink(Company({step}), 0);
  const double naive = 70 * 0.2 * kWorth;
  EXPECT_LT(Named(found, ConstraintKind::kConversion, "deal").median, naive / 3);
}

TEST(WeakestLink, TheOrderOfRowsAndTheirSplitChangeNothing) {
  Step step = StepOf("stage:-/Proposal");
  step.has_days = true;
  for (int i = 0; i < 12; ++i) {
    StepCell cell = Cell(fmt::format("t{}", i % 4), 100, 30 + 3 * i);
    cell.stratum = i % 3 == 0 ? "small" : "large";
    cell.days = {.cases = 20, .sum = 50.1 + i, .squares = 140.7 + 5 * i, .won = 9, .sum_of_won = 22.3};
    step.cells.push_back(cell);
  }
  Step turned = step;
  std::ranges::reverse(turned.cells);
  ConstraintInput one = Company({step});
  ConstraintInput other = Company({turned});
  one.kept = {{"a", "s", 1000.5, 20.25, 5000}, {"b", "s", 900, 10, 4000}, {"a", "l", 400, 4, 9000}};
  other.kept = {one.kept[2], one.kept[0], one.kept[1]};
  const WeakestLink first = FindWeakestLink(one, 7);
  const WeakestLink second = FindWeakestLink(other, 7);
  ASSERT_EQ(first.constraints.size(), second.constraints.size());
  for (std::size_t i = 0; i < first.constraints.size(); ++i) {
    EXPECT_EQ(first.constraints[i].step, second.constraints[i].step);
    EXPECT_EQ(first.constraints[i].draws, second.constraints[i].draws);
  }
  EXPECT_NE(FindWeakestLink(one, 8).constraints.front().draws, first.constraints.front().draws);
}

TEST(WeakestLink, GainsOfPartsAddUpAndGrowWithTheYear) {
  Step step = StepOf("stage:-/Proposal");
  step.cells = {Cell("a", 3000, 1500), Cell("b", 2000, 800), Cell("c", 2500, 1100)};
  const Constraint one = FindWeakestLink(Company({step}), 3).constraints.front();
  double parts = 0;
  for (const PartShare& part : one.parts) parts += part.gain;
  double draws = 0;
  for (const double draw : one.draws) draws += draw;
  draws /= static_cast<double>(one.draws.size());
  EXPECT_NEAR(parts, draws, 0.03 * draws);
  for (StepCell& cell : step.cells) cell.begun *= 2;
  EXPECT_NEAR(FindWeakestLink(Company({step}), 3).constraints.front().median, 2 * one.median, 1e-6 * one.median);
}

// Leads of teams that wait and carry differently; the chance falls with the wait, whoever works.
Step Leads(const std::vector<std::array<int, 4>>& teams) {  // quick and slow under light load, then under heavy load
  Step step{.id = "lead", .has_waits = true, .has_loads = true};
  for (std::size_t i = 0; i < teams.size(); ++i) {
    for (int k = 0; k < 4; ++k) {
      StepCell cell = Cell(fmt::format("t{}", i), teams[i][static_cast<std::size_t>(k)], 0);
      cell.wait = k % 2;
      cell.load = k / 2;
      cell.passed = cell.ended * (cell.wait == 0 ? 6 : 2) / 10;
      cell.closed = cell.won = cell.passed;
      step.cells.push_back(cell);
    }
  }
  return step;
}

TEST(WeakestLink, SlowTeamsUnderTheSameLoadAreAWait) {
  const WeakestLink found =
      FindWeakestLink(Company({Leads({{900, 100, 900, 100}, {300, 700, 300, 700}, {300, 700, 300, 700}})}), 0);
  EXPECT_EQ(found.constraints.front().kind, ConstraintKind::kWait);
  // 0.6 more of two thousand leads a year are answered quickly, which is worth 0.4 each.
  EXPECT_NEAR(found.constraints.front().median, 2000 * 0.6 * 0.4 * kWorth, 0.1 * 2000 * 0.6 * 0.4 * kWorth);
  EXPECT_LT(Named(found, ConstraintKind::kCapacity, "lead").median, found.constraints.front().median / 10);
}

TEST(WeakestLink, WaitsThatGoWithTheLoadAreCapacity) {
  const WeakestLink found =
      FindWeakestLink(Company({Leads({{1800, 200, 0, 0}, {0, 0, 600, 1400}, {0, 0, 600, 1400}})}), 0);
  EXPECT_EQ(found.constraints.front().kind, ConstraintKind::kCapacity);
  EXPECT_NEAR(found.constraints.front().median, 2000 * 0.6 * 0.4 * kWorth, 0.1 * 2000 * 0.6 * 0.4 * kWorth);
  EXPECT_LT(Named(found, ConstraintKind::kWait, "lead").median, found.constraints.front().median / 10);
}

TEST(WeakestLink, DaysSavedLengthenTheYear) {
  Step step{.id = "stage:-/Proposal", .has_days = true};
  const auto slow = [&](std::string part, double log_days) {
    StepCell cell = Cell(std::move(part), 4000, 2000);
    cell.days = {.cases = 2000,
                 .sum = 2000 * log_days,
                 .squares = 2000 * log_days * log_days + 20,
                 .won = 2000,
                 .sum_of_won = 2000 * log_days};
    step.cells.push_back(cell);
  };
  slow("a", std::log(11));
  slow("b", std::log(48));
  const Constraint one = Named(FindWeakestLink(Company({step}), 0), ConstraintKind::kWait, "stage:-/Proposal");
  // 47 days become 10 for a million a year.
  EXPECT_EQ(one.best_part, "a");
  EXPECT_NEAR(one.median, 1e6 * 37 / 365, 0.02 * 1e6);
}

TEST(WeakestLink, RevenueThatLeavesIsCountedForAYear) {
  ConstraintInput input;
  input.kept = {{"a", "s", 12'000, 60, 100'000}, {"b", "s", 12'000, 240, 100'000}, {"c", "s", 12'000, 240, 100'000}};
  const WeakestLink found = FindWeakestLink(input, 0);
  const Constraint& one = found.constraints.front();
  EXPECT_EQ(one.kind, ConstraintKind::kRetention);
  const double saved = std::pow(1 - 0.005, 12) - std::pow(1 - 0.02, 12);
  EXPECT_NEAR(one.median, 200'000 * saved, 0.12 * 200'000 * saved);
}

TEST(WeakestLink, WhatIsTooLittleIsSaidSo) {
  Step few = StepOf("lead");
  few.cells = {Cell("a", 14, 7), Cell("b", 15, 7)};
  Step lonely = StepOf("deal");
  lonely.cells = {Cell("a", 100, 40), Cell("b", 9, 4)};
  const WeakestLink found = FindWeakestLink(Company({few, lonely}), 0);
  EXPECT_EQ(Named(found, ConstraintKind::kConversion, "lead").lack, Lack::kCases);
  EXPECT_EQ(Named(found, ConstraintKind::kConversion, "deal").lack, Lack::kParts);
  EXPECT_EQ(Named(found, ConstraintKind::kRetention, "kept").lack, Lack::kCases);
  EXPECT_TRUE(found.against.empty());
  EXPECT_TRUE(FindWeakestLink({}, 0).constraints.front().lack == Lack::kCases);
}

// 150 deals: an answer with a wide interval, and nobody says that one is greater than the other.
TEST(WeakestLink, SmallCompaniesGetAWideAnswer) {
  Step one = StepOf("stage:-/A");
  one.cells = {Cell("h1", 38, 24), Cell("h2", 37, 25), Cell("h3", 38, 28), Cell("h4", 37, 23)};
  Step two = StepOf("stage:-/B");
  two.cells = {Cell("h1", 24, 12), Cell("h2", 25, 15), Cell("h3", 28, 14), Cell("h4", 23, 12)};
  ConstraintInput input = Company({one, two});
  input.worths = {{"small", 50, kWorth, 0.8}};
  const WeakestLink found = FindWeakestLink(input, 0);
  ASSERT_EQ(found.against.size(), 1U);
  EXPECT_LT(found.against.front().chance_above, kApart);
  EXPECT_GT(found.constraints.front().high, 1.8 * found.constraints.front().median);
}

TEST(PartPosterior, KnownAnswers) {
  // Equal parts stay where they are; two that differ by far more than luck allows stay apart.
  const std::vector<ShareOfPart> equal(5, {40, 100, 0.4});
  const PartPosterior alike = PartPosterior::OfShares(equal);
  for (const double mean : alike.means()) EXPECT_NEAR(mean, 0, 1e-12);
  const std::vector<ShareOfPart> apart{{6000, 10'000, 0.4}, {2000, 10'000, 0.4}};
  EXPECT_NEAR(PartPosterior::OfShares(apart).means().front(), 0.2, 0.005);
  // Of normal means with a wide spread and no luck nothing is drawn in.
  const std::vector<MeanOfPart> means{{0.5, 1e-9}, {-0.5, 1e-9}};
  EXPECT_NEAR(PartPosterior::OfMeans(means, 0.4).means().front(), 0.5, 1e-6);
}

TEST(BestOf, AFewGiveTheirBestAndManyTheirBestTenth) {
  const std::vector<double> values{3, 9, 5, 9};
  EXPECT_EQ(BestOf(values, std::vector<double>{9, 1, 9, 9}, 2), 3U);
  EXPECT_EQ(BestOf(values, std::vector<double>{1, 9, 1, 1}, 2), std::nullopt);
  std::vector<double> many(30);
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = static_cast<double>(i);
  EXPECT_EQ(BestOf(many, std::vector<double>(30, 5), 2), 26U);
}

// Companies whose parts differ as the prior says: the true gain lies in four of five intervals.
TEST(WeakestLink, IntervalsHoldTheTruthInFourOfFiveCompanies) {
  int within = 0;
  constexpr int kCompanies = 300;
  for (int company = 0; company < kCompanies; ++company) {
    Draws draws(static_cast<std::uint64_t>(company), "test");
    const double spread = std::abs(draws.Normal()) * 0.15;
    const double strength = 1 / (spread * spread) - 1;
    Step step = StepOf("deal");
    std::vector<double> chances;
    for (int j = 0; j < 12; ++j) {
      const double chance = draws.Beta(0.4 * strength, 0.6 * strength);
      std::int64_t passed = 0;
      for (int i = 0; i < 80; ++i) passed += draws.Uniform() < chance ? 1 : 0;
      chances.push_back(chance);
      step.cells.push_back(Cell(fmt::format("{:02}", j), 80, passed));
    }
    const Constraint one = FindWeakestLink(Company({step}), 0).constraints.front();
    const double best = chances[static_cast<std::size_t>(std::stoi(one.best_part))];
    double truth = 0;
    for (const double chance : chances) truth += 40 * (best - chance) * kWorth;
    std::vector<double> sorted = one.draws;
    std::ranges::sort(sorted);
    within += sorted[sorted.size() / 10] <= truth && truth <= sorted[sorted.size() * 9 / 10] ? 1 : 0;
  }
  EXPECT_NEAR(within, 0.8 * kCompanies, 0.08 * kCompanies);
}

}  // namespace
}  // namespace weir::diagnose
