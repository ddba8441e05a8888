#include "forecast/deals/hazard_logit.h"

#include <cmath>

#include <gtest/gtest.h>

#include "base/random.h"

namespace weir::forecast {
namespace {

struct Planted {
  std::vector<std::vector<HazardLogit::Effect>> effects;
  HazardLogit::Effect intercept{.won = -3, .lost = -2.5};
};

WeeklyHazard HazardOf(const Planted& planted, std::span<const std::uint16_t> codes) {
  double won = planted.intercept.won;
  double lost = planted.intercept.lost;
  for (std::size_t group = 0; group < codes.size(); ++group) {
    won += planted.effects[group][codes[group]].won;
    lost += planted.effects[group][codes[group]].lost;
  }
  const double all = 1 + std::exp(won) + std::exp(lost);
  return {.won = std::exp(won) / all, .lost = std::exp(lost) / all};
}

CodedRows Draw(const Planted& planted, int count, std::uint64_t seed) {
  RandomStream random(seed, "rows");
  CodedRows rows;
  for (const auto& effects : planted.effects) {
    rows.groups.push_back({.codes = static_cast<std::uint16_t>(effects.size())});
  }
  for (int i = 0; i < count; ++i) {
    for (const CodedGroup& group : rows.groups) {
      rows.codes.push_back(static_cast<std::uint16_t>(random.Integer(0, group.codes - 1)));
    }
    const WeeklyHazard hazard =
        HazardOf(planted, std::span(rows.codes).subspan(rows.codes.size() - rows.groups.size()));
    const double drawn = random.Uniform();
    OutcomeCounts counts;
    (drawn < hazard.won ? counts.won : drawn < hazard.won + hazard.lost ? counts.lost : counts.none) = 1;
    rows.counts.push_back(counts);
  }
  return Merged(rows);
}

const Planted& Company() {
  static const Planted planted{
      .effects = {{{.won = -1, .lost = .6}, {.won = 0, .lost = 0}, {.won = 1, .lost = -.6}},
                  {{.won = .4, .lost = -.2}, {.won = -.4, .lost = .2}},
                  {{.won = 0, .lost = 0}, {.won = 0, .lost = 0}, {.won = 0, .lost = 0}, {.won = 0, .lost = 0}}}};
  return planted;
}

TEST(HazardLogitTest, RecoversWhatWasPlanted) {
  const CodedRows rows = Draw(Company(), 400'000, 1);
  const auto model = HazardLogit::Fit(rows);
  ASSERT_TRUE(model);
  // Effects are known but for a constant of each group: differences are compared. Their standard errors are below .02.
  for (std::size_t group = 0; group < 3; ++group) {
    for (std::uint16_t code = 1; code < rows.groups[group].codes; ++code) {
      const auto fitted = model->EffectOf(group, code);
      const auto first = model->EffectOf(group, 0);
      const auto& truth = Company().effects[group];
      EXPECT_NEAR(fitted.won - first.won, truth[code].won - truth[0].won, .07) << group << " " << code;
      EXPECT_NEAR(fitted.lost - first.lost, truth[code].lost - truth[0].lost, .07) << group << " " << code;
    }
  }
  // A group that says nothing is found to say nothing.
  EXPECT_LT(model->variances()[2].won, .02);
  EXPECT_GT(model->variances()[0].won, .3);
}

TEST(HazardLogitTest, WithoutGroupsItIsTheShares) {
  const CodedRows rows{.groups = {{.codes = 1}}, .codes = {0}, .counts = {{9500, 200, 300}}};
  const auto model = HazardLogit::Fit(rows, {.prior_variance = 1e-6});
  ASSERT_TRUE(model);
  const std::vector<std::uint16_t> codes{0};
  const WeeklyHazard hazard = model->Predict(codes).front();
  EXPECT_NEAR(hazard.won, .02, 1e-4);
  EXPECT_NEAR(hazard.lost, .03, 1e-4);
}

// Against plain gradient ascent with the same prior on a tiny case.
TEST(HazardLogitTest, IsWhatGradientAscentFinds) {
  const CodedRows rows = Draw(Company(), 600, 2);
  const double variance = .5;
  const auto model = HazardLogit::Fit(rows, {.prior_variance = variance});
  ASSERT_TRUE(model);
  const OutcomeCounts total = TotalOf(rows);
  Planted at = Company();
  for (auto& effects : at.effects) effects.assign(effects.size(), {});
  const HazardLogit::Effect centre{.won = std::log((total.won + .5) / (total.none + .5)),
                                   .lost = std::log((total.lost + .5) / (total.none + .5))};
  at.intercept = centre;
  for (int step = 0; step < 60'000; ++step) {
    Planted slope = at;
    slope.intercept = {.won = -(at.intercept.won - centre.won) / 4, .lost = -(at.intercept.lost - centre.lost) / 4};
    for (auto& effects : slope.effects) {
      for (auto& effect : effects) effect = {.won = -effect.won / variance, .lost = -effect.lost / variance};
    }
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const auto codes = rows.CodesOf(row);
      const WeeklyHazard hazard = HazardOf(at, codes);
      const double won = rows.counts[row].won - rows.counts[row].All() * hazard.won;
      const double lost = rows.counts[row].lost - rows.counts[row].All() * hazard.lost;
      slope.intercept.won += won;
      slope.intercept.lost += lost;
      for (std::size_t group = 0; group < codes.size(); ++group) {
        slope.effects[group][codes[group]].won += won;
        slope.effects[group][codes[group]].lost += lost;
      }
    }
    constexpr double kRate = .004;
    at.intercept.won += kRate * slope.intercept.won;
    at.intercept.lost += kRate * slope.intercept.lost;
    for (std::size_t group = 0; group < at.effects.size(); ++group) {
      const auto codes = static_cast<std::uint16_t>(at.effects[group].size());
      for (std::uint16_t code = 0; code < codes; ++code) {
        at.effects[group][code].won += kRate * slope.effects[group][code].won;
        at.effects[group][code].lost += kRate * slope.effects[group][code].lost;
      }
    }
  }
  EXPECT_NEAR(model->intercept().won, at.intercept.won, 1e-7);
  EXPECT_NEAR(model->intercept().lost, at.intercept.lost, 1e-7);
  for (std::size_t group = 0; group < at.effects.size(); ++group) {
    const auto codes = static_cast<std::uint16_t>(at.effects[group].size());
    for (std::uint16_t code = 0; code < codes; ++code) {
      EXPECT_NEAR(model->EffectOf(group, code).won, at.effects[group][code].won, 1e-7);
      EXPECT_NEAR(model->EffectOf(group, code).lost, at.effects[group][code].lost, 1e-7);
    }
  }
}

// Forty owners of whom few deals are known: drawn in, they foretell better than when left free.
TEST(HazardLogitTest, LittleSupportIsDrawnToTheAverage) {
  Planted planted{.effects = {std::vector<HazardLogit::Effect>(40)}, .intercept = {.won = -2, .lost = -2}};
  RandomStream random(3, "owners");
  for (auto& effect : planted.effects[0]) effect = {.won = random.Normal(0, .3), .lost = random.Normal(0, .3)};
  const CodedRows rows = Draw(planted, 3'000, 4);
  const CodedRows later = Draw(planted, 100'000, 5);
  const auto shrunk = HazardLogit::Fit(rows);
  const auto free = HazardLogit::Fit(rows, {.prior_variance = 100});
  ASSERT_TRUE(shrunk && free);
  EXPECT_LT(LogLoss(later.counts, shrunk->Predict(later.codes)), LogLoss(later.counts, free->Predict(later.codes)));
  EXPECT_GT(shrunk->variances()[0].won, .01);
  EXPECT_LT(shrunk->variances()[0].won, .3);
}

TEST(HazardLogitTest, AnOutcomeThatNeverCameStaysPossible) {
  const CodedRows rows{.groups = {{.codes = 2}}, .codes = {0, 1}, .counts = {{500, 20, 0}, {300, 5, 0}}};
  const auto model = HazardLogit::Fit(rows);
  ASSERT_TRUE(model);
  for (const WeeklyHazard& hazard : model->Predict(rows.codes)) {
    EXPECT_GT(hazard.lost, 1e-6);
    EXPECT_LT(hazard.lost, .01);
  }
  const CodedRows open{.groups = {{.codes = 1}}, .codes = {0}, .counts = {{500, 0, 0}}};
  const auto refused = HazardLogit::Fit(open);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kNotEnoughData);
}

// A row told twice at half the weight is the row told once.
TEST(HazardLogitTest, WeightUndoesRepeats) {
  const CodedRows rows = Draw(Company(), 2'000, 6);
  CodedRows twice = rows;
  for (OutcomeCounts& counts : twice.counts) {
    counts = {.none = 2 * counts.none, .won = 2 * counts.won, .lost = 2 * counts.lost};
  }
  const auto one = HazardLogit::Fit(rows, {.prior_variance = .3});
  const auto other = HazardLogit::Fit(twice, {.prior_variance = .3, .weight = .5});
  ASSERT_TRUE(one && other);
  // The centre of the intercept's prior counts half an event, which weighs a little less among twice as many.
  EXPECT_NEAR(one->EffectOf(0, 0).won, other->EffectOf(0, 0).won, 1e-4);
  EXPECT_NEAR(one->intercept().lost, other->intercept().lost, 1e-3);
}

}  // namespace
}  // namespace weir::forecast
