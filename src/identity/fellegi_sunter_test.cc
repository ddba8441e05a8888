#include "identity/fellegi_sunter.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"

namespace weir::identity {
namespace {

using enum FieldKind;
using Shares = std::vector<double>;  // by level, from 1 up

// A sort of pairs: how many of them, and how often each field is at each level.
struct Class {
  double share = 0;
  std::vector<Shares> levels;  // by field
};

struct Drawn {
  std::vector<PatternCount> all;
  std::vector<PatternCount> random;  // of the last class alone
};

// Pairs of the classes as they come, fields apart from one another; one value in `missing` is not there.
Drawn Draw(const std::vector<Class>& classes, std::size_t pairs, double missing, std::uint64_t seed) {
  RandomStream random(seed, "identity.fellegi_sunter_test");
  std::map<Pattern, double> all;
  std::map<Pattern, double> last;
  Shares shares;
  for (const Class& each : classes) shares.push_back(each.share);
  for (std::size_t i = 0; i < pairs; ++i) {
    const std::size_t which = random.Weighted(shares);
    Pattern pattern = 0;
    for (std::size_t field = 0; field < classes[which].levels.size(); ++field) {
      if (random.Chance(missing)) continue;
      const Pattern level = random.Weighted(classes[which].levels[field]) + 1;
      pattern |= level << (4 * field);
    }
    ++all[pattern];
    if (which + 1 == classes.size()) ++last[pattern];
  }
  Drawn drawn;
  for (const auto& [pattern, count] : all) drawn.all.push_back({pattern, count});
  for (const auto& [pattern, count] : last) drawn.random.push_back({pattern, count});
  return drawn;
}

// Names, a code, a date and an e-mail. The more alike a level the more it speaks for a match, in all of them.
const std::vector<FieldKind> kKinds{kName, kCode, kDate, kEmail};
const Class kMatches{0.2,
                     {{0.02, 0.01, 0.02, 0.03, 0.10, 0.02, 0.80},
                      {0.05, 0.03, 0.04, 0.08, 0.80},
                      {0.02, 0.01, 0.02, 0.05, 0.10, 0.80},
                      {0.10, 0.05, 0.10, 0.15, 0.60}}};
const Class kOthers{0.8,
                    {{0.90, 0.04, 0.02, 0.01, 0.01, 0.001, 0.019},
                     {0.90, 0.04, 0.03, 0.02, 0.01},
                     {0.55, 0.25, 0.13, 0.05, 0.017, 0.003},
                     {0.92, 0.04, 0.02, 0.01, 0.01}}};

double LambdaOf(const LinkModel& model) { return Probability(model.prior); }

TEST(FellegiSunterTest, FindsTheParametersThatPairsWereDrawnFrom) {
  for (const double missing : {0.0, 0.15}) {
    const Drawn drawn = Draw({kMatches, kOthers}, 300'000, missing, 1);
    const LinkModel model = Estimate(kKinds, drawn.all, FirstModel(kKinds, drawn.random));
    EXPECT_FALSE(model.has_neighbours);
    EXPECT_NEAR(LambdaOf(model), 0.2, 0.005);
    for (std::size_t field = 0; field < kKinds.size(); ++field) {
      for (std::size_t level = 1; level < LevelsOf(kKinds[field]).size(); ++level) {
        EXPECT_NEAR(model.fields[field].m[level], kMatches.levels[field][level - 1], 0.01) << field << " " << level;
        EXPECT_NEAR(model.fields[field].u[level], kOthers.levels[field][level - 1], 0.005) << field << " " << level;
      }
    }
  }
}

// From u of pairs that are no candidates, and from a guess of the share of matches that is far off.
TEST(FellegiSunterTest, TheStartHardlyMatters) {
  const Drawn drawn = Draw({kMatches, kOthers}, 200'000, 0.05, 2);
  const LinkModel first = FirstModel(kKinds, drawn.random);
  const LinkModel usual = Estimate(kKinds, drawn.all, first);
  for (const double share : {0.01, 0.5}) {
    const LinkModel other = Estimate(kKinds, drawn.all, first, {.first_share = share});
    EXPECT_NEAR(LambdaOf(other), LambdaOf(usual), 0.003);
    for (std::size_t field = 0; field < kKinds.size(); ++field) {
      for (std::size_t level = 1; level < LevelsOf(kKinds[field]).size(); ++level) {
        EXPECT_NEAR(other.fields[field].m[level], usual.fields[field].m[level], 0.003);
      }
    }
  }
}

// log2 of how likely the patterns are by the shares of levels, from the definition.
double LikelihoodOf(std::span<const PatternCount> patterns, const LinkModel& model) {
  const double lambda = LambdaOf(model);
  double sum = 0;
  for (const PatternCount& each : patterns) {
    double m = lambda;
    double u = 1 - lambda;
    for (std::size_t field = 0; field < model.fields.size(); ++field) {
      const std::uint8_t level = LevelIn(each.pattern, field);
      if (level == 0) continue;
      m *= model.fields[field].m[level];
      u *= model.fields[field].u[level];
    }
    sum += each.count * std::log2(m + u);
  }
  return sum;
}

// Each pass of expectation-maximisation makes the data likelier (Dempster, Laird, Rubin 1977): of two sorts of pairs
// where a level speaks the more for a match the more alike it is. Where it does not, levels are pooled, which is no
// step of the maximisation, and nothing of the kind is promised. What is added to each count so that no level is
// impossible may take some hundredths of a bit back.
TEST(FellegiSunterTest, LikelihoodRisesFromPassToPass) {
  RandomStream random(3, "identity.fellegi_sunter_test");
  for (std::size_t round = 0; round < 60; ++round) {
    const std::vector<FieldKind> kinds(1 + round % 5, kCode);
    Class matches{random.Uniform(0.05, 0.5), {}};
    Class others{1 - matches.share, {}};
    for (std::size_t field = 0; field < kinds.size(); ++field) {
      matches.levels.emplace_back();
      others.levels.emplace_back();
      double ratio = 0.01;
      for (std::size_t level = 1; level < LevelsOf(kCode).size(); ++level) {
        const double share = random.Uniform(0.05, 1);
        others.levels.back().push_back(share);
        matches.levels.back().push_back(share * ratio);
        ratio *= random.Uniform(3, 8);
      }
    }
    const Drawn drawn = Draw({matches, others}, 5'000, 0.1, round);
    const LinkModel first = FirstModel(kinds, drawn.random);
    const LinkModel model = Estimate(kinds, drawn.all, first);
    ASSERT_FALSE(model.has_neighbours) << round;
    for (std::size_t pass = 1; pass < model.log_likelihood.size(); ++pass) {
      EXPECT_GE(model.log_likelihood[pass], model.log_likelihood[pass - 1] - 0.05) << round << ", pass " << pass;
    }
    // What is told is what the definition gives, after every pass; neighbours are looked for from three fields on.
    if (kinds.size() > 2) continue;
    for (const int passes : {1, 2, 5}) {
      const LinkModel some = Estimate(kinds, drawn.all, first, {.passes = passes});
      ASSERT_FALSE(some.log_likelihood.empty());
      ASSERT_LE(some.log_likelihood.size(), static_cast<std::size_t>(passes));
      EXPECT_NEAR(some.log_likelihood.back(), LikelihoodOf(drawn.all, some), -1e-9 * some.log_likelihood.back());
    }
  }
}

// A level that is more alike never speaks less for a match than one that is less alike, though the counts say so.
TEST(FellegiSunterTest, WeightsNeverFallFromLevelToLevel) {
  Class matches = kMatches;
  Class others = kOthers;
  matches.levels[0] = {0.02, 0.10, 0.01, 0.20, 0.05, 0.02, 0.60};
  others.levels[0] = {0.80, 0.01, 0.10, 0.01, 0.05, 0.02, 0.01};
  const Drawn drawn = Draw({matches, others}, 100'000, 0.05, 9);
  const LinkModel model = Estimate(kKinds, drawn.all, FirstModel(kKinds, drawn.random));
  EXPECT_NEAR(LambdaOf(model), 0.2, 0.02);
  for (std::size_t field = 0; field < kKinds.size(); ++field) {
    EXPECT_EQ(model.fields[field].weight[0], 0);
    for (std::size_t level = 2; level < LevelsOf(kKinds[field]).size(); ++level) {
      EXPECT_GE(model.fields[field].weight[level], model.fields[field].weight[level - 1]);
    }
  }
  // Those that are pooled weigh the same: what they say together.
  const FieldWeights& name = model.fields[0];
  EXPECT_EQ(name.weight[2], name.weight[3]);
  EXPECT_NEAR(name.weight[2], std::log2((name.m[2] + name.m[3]) / (name.u[2] + name.u[3])), 1e-9);
}

// Three sorts: people, those of their households, and strangers. A household shares the surname and the address, and
// neither the given name nor the day of birth.
const std::vector<FieldKind> kHousehold{kName, kName, kCode, kDate};
Class People() {
  const Shares name{0.02, 0.01, 0.02, 0.02, 0.08, 0.01, 0.84};
  const Shares code{0.06, 0.02, 0.02, 0.05, 0.85};
  const Shares date{0.02, 0.01, 0.01, 0.02, 0.06, 0.88};
  return {0.1, {name, name, code, date}};
}
Class Strangers() {
  const Shares name{0.94, 0.03, 0.01, 0.008, 0.008, 0.001, 0.003};
  const Shares code{0.95, 0.03, 0.01, 0.008, 0.002};
  const Shares date{0.60, 0.25, 0.12, 0.02, 0.0095, 0.0005};
  return {0.75, {name, name, code, date}};
}
Class Households() {
  Class households{0.15, {Strangers().levels[0], People().levels[1], People().levels[2], Strangers().levels[3]}};
  households.levels[3] = {0.60, 0.25, 0.12, 0.02, 0.0095, 0.0005};
  return households;
}

TEST(FellegiSunterTest, NeighboursAreFoundWhereThereAreSome) {
  const Drawn drawn = Draw({People(), Households(), Strangers()}, 200'000, 0.03, 10);
  const LinkModel model = Estimate(kHousehold, drawn.all, FirstModel(kHousehold, drawn.random));
  ASSERT_TRUE(model.has_neighbours);
  // Of the three, one in ten is a match.
  const double odds_u = std::exp2(-model.prior);
  const double odds_n = std::exp2(-model.near_prior);
  EXPECT_NEAR(1 / (1 + odds_u + odds_n), 0.1, 0.01);
  EXPECT_NEAR(odds_n / (1 + odds_u + odds_n), 0.15, 0.02);
  EXPECT_NEAR(model.fields[1].n[TopLevel(kName)], 0.84, 0.03);
  EXPECT_LT(model.fields[0].n[TopLevel(kName)], 0.02);
  // One of the household is no match, though it shares a surname and an address; the person is one.
  const Pattern relative = 0x1571;
  const Pattern person = 0x6577;
  EXPECT_LT(WeightsOf(model, relative).Both(), -3);
  EXPECT_GT(WeightsOf(model, relative).chance, 0);
  EXPECT_GT(WeightsOf(model, person).Both(), 8);
}

// An address in several columns, so that a household shares more than half of what tells records apart.
TEST(FellegiSunterTest, NeighboursMayShareMuch) {
  std::vector<FieldKind> kinds = kHousehold;
  std::vector<Class> classes{People(), Households(), Strangers()};
  for (const FieldKind kind : {kCode, kCode}) {
    kinds.push_back(kind);
    for (Class& each : classes) each.levels.push_back(each.levels[2]);
  }
  const Drawn drawn = Draw(classes, 200'000, 0.03, 17);
  const LinkModel model = Estimate(kinds, drawn.all, FirstModel(kinds, drawn.random));
  ASSERT_TRUE(model.has_neighbours);
  const Pattern relative = 0x551571;
  const Pattern person = 0x556577;
  EXPECT_LT(WeightsOf(model, relative).Both(), -3);
  EXPECT_GT(WeightsOf(model, person).Both(), 8);
}

TEST(FellegiSunterTest, NeighboursAreNotMadeUp) {
  for (std::uint64_t seed = 11; seed < 16; ++seed) {
    Class people = People();
    people.share = 0.25;
    const Drawn plain = Draw({people, Strangers()}, 100'000, 0.05, seed);
    EXPECT_FALSE(Estimate(kHousehold, plain.all, FirstModel(kHousehold, plain.random)).has_neighbours);
    // Some of those that are one have errors in whole fields: a move and a name after marriage.
    Class moved = people;
    moved.share = 0.05;
    moved.levels[2] = Strangers().levels[2];
    const Drawn with_errors = Draw({people, moved, Strangers()}, 100'000, 0.05, seed);
    const LinkModel model = Estimate(kHousehold, with_errors.all, FirstModel(kHousehold, with_errors.random));
    EXPECT_FALSE(model.has_neighbours);
    EXPECT_GT(WeightsOf(model, 0x6177).Both(), 0);
  }
}

TEST(FellegiSunterTest, WeightsByHand) {
  // One in nine is a match. The name: m 0.8 and u 0.05 where equal, 4 bits; the date: m 0.1, u 0.8 where it differs,
  // -3.
  LinkModel model;
  model.prior = -3;
  model.fields.resize(2);
  model.fields[0].weight[7] = 4;
  model.fields[1].weight[1] = -3;
  EXPECT_EQ(WeightsOf(model, 0x17).chance, -2);
  EXPECT_EQ(WeightsOf(model, 0x07).chance, 1);  // the date is missing
  EXPECT_EQ(WeightsOf(model, 0x00).chance, -3);
  EXPECT_NEAR(Probability(WeightsOf(model, 0x17).chance), 0.2, 1e-12);
  EXPECT_NEAR(Probability(WeightsOf(model, 0x07).chance), 2.0 / 3, 1e-12);
  EXPECT_EQ(Probability(1000), 1);
  EXPECT_EQ(Probability(-1000), 0);
  // Odds against of 2 and of 6 are 8 together.
  EXPECT_NEAR((Weights{-1, -std::log2(6.0)}).Both(), -3, 1e-12);
  EXPECT_NEAR((Weights{5, 1e6}).Both(), 5, 1e-12);
  EXPECT_NEAR((Weights{5, 5}).Both(), 4, 1e-12);
}

// An address as a text, and by its numbers.
TEST(FellegiSunterTest, WhatAColumnSaysAgainstAMatchCountsOnce) {
  LinkModel model;
  model.fields.resize(2);
  model.fields[0].weight = {0, -5, 1, 6};
  model.fields[1].weight = {0, -4, -1, 7};
  model.fields[1].repeats = 0;
  const auto both = [&](Pattern text, Pattern numbers) { return WeightsOf(model, text | numbers << 4).chance; };
  EXPECT_EQ(both(1, 1), -5);
  EXPECT_EQ(both(0, 1), -4);  // the text is missing
  EXPECT_EQ(both(2, 1), -3);
  EXPECT_EQ(both(1, 3), 2);
  EXPECT_EQ(both(3, 3), 13);
  model.fields[0].weight[1] = -2;
  EXPECT_EQ(both(1, 1), -4);
  EXPECT_EQ(both(1, 2), -2);
  // More alike never says less.
  for (Pattern text = 2; text <= 3; ++text) {
    for (Pattern numbers = 1; numbers <= 3; ++numbers) EXPECT_GE(both(text, numbers), both(text - 1, numbers));
  }
  for (Pattern text = 0; text <= 3; ++text) {
    for (Pattern numbers = 2; numbers <= 3; ++numbers) EXPECT_GE(both(text, numbers), both(text, numbers - 1));
  }
}

TEST(FellegiSunterTest, KnownSharesGiveKnownWeights) {
  // 20,000 pairs of which half are one: of those 9,000 are equal in the code and 1,000 differ; of the others 100 are
  // equal. log2(0.9 / 0.01) = 6.4919, log2(0.1 / 0.99) = -3.3074; 9,000 against 100 make odds of 90.
  const std::vector<FieldKind> kinds{kCode};
  const std::vector<PatternCount> patterns{{1, 10'900}, {5, 9'100}};
  const std::vector<double> matched{1000.0 / 10'900, 9000.0 / 9'100};
  const LinkModel model = Learn(kinds, patterns, matched, FirstModel(kinds, patterns));
  EXPECT_NEAR(model.prior, 0, 1e-9);
  EXPECT_NEAR(model.fields[0].m[5], 0.9, 1e-4);
  EXPECT_NEAR(model.fields[0].u[5], 0.01, 1e-4);
  EXPECT_NEAR(model.fields[0].weight[5], 6.4919, 0.005);
  EXPECT_NEAR(model.fields[0].weight[1], -3.3074, 0.005);
  EXPECT_NEAR(Probability(WeightsOf(model, 5).chance), 90.0 / 91, 1e-4);
}

TEST(FellegiSunterTest, FirstSharesAreThoseOfRandomPairs) {
  const std::vector<FieldKind> kinds{kCode};
  const LinkModel model = FirstModel(kinds, std::vector<PatternCount>{{0, 500}, {1, 9'000}, {3, 900}, {5, 100}});
  EXPECT_NEAR(model.fields[0].u[1], 0.9, 1e-3);
  EXPECT_NEAR(model.fields[0].u[5], 0.01, 1e-3);
  double sum = 0;
  for (std::size_t level = 1; level <= 5; ++level) {
    sum += model.fields[0].m[level];
    if (level > 1) {
      EXPECT_GT(model.fields[0].m[level], model.fields[0].m[level - 1]);
    }
  }
  EXPECT_NEAR(sum, 1, 1e-12);
}

TEST(FellegiSunterTest, NothingToLearnFrom) {
  const LinkModel first = FirstModel(kKinds, {});
  const LinkModel model = Estimate(kKinds, {}, first);
  EXPECT_TRUE(model.log_likelihood.empty());
  ASSERT_EQ(model.fields.size(), kKinds.size());
  // All pairs with nothing but missing values, and all pairs equal.
  for (const Pattern pattern : {Pattern{0}, Pattern{0x5657}}) {
    const LinkModel one = Estimate(kKinds, std::vector<PatternCount>{{pattern, 1000}}, first);
    for (const FieldWeights& field : one.fields) {
      for (const double weight : field.weight) EXPECT_TRUE(std::isfinite(weight));
    }
    EXPECT_TRUE(std::isfinite(one.prior));
    EXPECT_TRUE(std::isfinite(one.log_likelihood.back()));
  }
}

}  // namespace
}  // namespace weir::identity
