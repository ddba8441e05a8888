#include "journey/discovery/heuristics_miner.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <numeric>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "journey/discovery/bindings.h"
#include "journey/discovery/dependency_graph.h"
#include "journey/discovery/inductive_miner.h"
#include "journey/discovery/logs_for_tests.h"

namespace weir::journey {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::LogOf;
using testing::NamedLog;
using ::testing::UnorderedElementsAre;

std::string NameOf(const CausalNet& causal, const std::vector<std::string>& names, std::uint32_t node) {
  if (node == causal.beginning()) return "^";
  return node == causal.end() ? "$" : names[node];
}

// "ab .75 3", sorted.
std::vector<std::string> Arcs(const CausalNet& causal, const std::vector<std::string>& names) {
  std::vector<std::string> arcs;
  arcs.reserve(causal.arcs.size());
  for (const Dependency& arc : causal.arcs) {
    arcs.push_back(fmt::format("{}{} {:.4g} {}", NameOf(causal, names, arc.from), NameOf(causal, names, arc.to),
                               arc.value, arc.count));
  }
  std::ranges::sort(arcs);
  return arcs;
}

std::vector<std::string> Shown(const CausalNet& causal, const std::vector<std::string>& names,
                               const Bindings& bindings) {
  std::vector<std::string> shown;
  shown.reserve(bindings.size());
  for (const auto& binding : bindings) {
    std::vector<std::string> parts;
    parts.reserve(binding.size());
    for (const std::uint32_t node : binding) parts.push_back(NameOf(causal, names, node));
    std::ranges::sort(parts);
    shown.push_back(fmt::format("{}", fmt::join(parts, "+")));
  }
  std::ranges::sort(shown);
  return shown;
}

CausalNet Mined(const NamedLog& log, HeuristicsOptions options = {}) {
  const auto ranks = RanksByName(log.names);
  options.ranks = ranks;
  auto causal = MineHeuristics(log.variants, options);
  WEIR_CHECK(causal);
  return std::move(*causal);
}

std::vector<std::string> Arcs(std::string_view words, const HeuristicsOptions& options = {}) {
  const NamedLog log = LogOf(words);
  return Arcs(Mined(log, options), log.names);
}

TEST(HeuristicsMiner, MeasuresWhatFollows) {
  EXPECT_THAT(Arcs("ab ab ab"), ElementsAre("^a 0.75 3", "ab 0.75 3", "b$ 0.75 3"));
  // b and c in any order: neither follows from the other.
  EXPECT_THAT(Arcs("abcd acbd"),
              ElementsAre("^a 0.6667 2", "ab 0.5 1", "ac 0.5 1", "bd 0.5 1", "cd 0.5 1", "d$ 0.6667 2"));
}

TEST(HeuristicsMiner, FindsLoops) {
  EXPECT_THAT(Arcs("abbc abc"), ElementsAre("^a 0.6667 2", "ab 0.6667 2", "bb 0.5 1", "bc 0.6667 2", "c$ 0.6667 2"));
  // bcb and cbc in a row: |bcb| = 2, |cbc| = 1, 3 / 4.
  EXPECT_THAT(Arcs("abcbcbd abcbd abd"),
              ElementsAre("^a 0.75 3", "ab 0.75 3", "bc 0.8 3", "bd 0.75 3", "cb 0.8 3", "d$ 0.75 3"));
}

TEST(HeuristicsMiner, FindsLoopsOfTwoAroundLoopsOfOne) {
  const auto arcs = Arcs("abbcbd abcbd abbd");
  EXPECT_THAT(arcs, ::testing::IsSupersetOf({"bb 0.6667 2", "bc 0.6667 2", "cb 0.6667 2"}));
}

TEST(HeuristicsMiner, LeavesOutWhatIsUnsureUnlessItConnects) {
  std::string words;
  for (int i = 0; i < 20; ++i) words += "abc ";
  words += "acb axc";
  const HeuristicsOptions strict{.dependency = .9};
  const auto arcs = Arcs(words, strict);
  EXPECT_THAT(arcs, ::testing::Contains("ab 0.9524 20"));
  EXPECT_THAT(arcs, ::testing::Contains("ax 0.5 1"));
  EXPECT_THAT(arcs, ::testing::Contains("xc 0.5 1"));
  EXPECT_THAT(arcs, ::testing::Not(::testing::Contains("b$ 0.5 1")));
  const auto loose = Arcs(words, {.dependency = .9, .connects_all = false});
  EXPECT_THAT(loose, ::testing::Not(::testing::Contains("ax 0.5 1")));
  EXPECT_THAT(Arcs("ab ab ac", {.positive_observations = 2, .connects_all = false}),
              ElementsAre("^a 0.75 3", "ab 0.6667 2", "b$ 0.6667 2"));
}

TEST(HeuristicsMiner, TellsTogetherFromInstead) {
  const NamedLog log = LogOf("abcd acbd abcd acbd aed aed");
  const CausalNet causal = Mined(log);
  const auto id = [&](const char* name) {
    return static_cast<std::size_t>(std::ranges::find(log.names, name) - log.names.begin());
  };
  EXPECT_THAT(Shown(causal, log.names, causal.results[id("a")]), ElementsAre("b+c", "e"));
  EXPECT_THAT(Shown(causal, log.names, causal.causes[id("d")]), ElementsAre("b+c", "e"));
  EXPECT_THAT(Shown(causal, log.names, causal.causes[id("b")]), ElementsAre("a"));
  // Skipped, not beside it: c follows from b.
  const NamedLog skipped = LogOf("abcd abcd acd acd");
  const CausalNet chain = Mined(skipped);
  EXPECT_THAT(Shown(chain, skipped.names, chain.results[0]), ElementsAre("b", "c"));
}

// Dependencies and measures as PM4Py 2.7.14 tells them.
TEST(HeuristicsMiner, KnowsTheRunningExample) {
  const NamedLog log = testing::SharedVariants("running-example.xes.gz");
  if (log.names.empty()) GTEST_SKIP() << "no shared event logs here";
  std::map<std::string, double> told;
  const std::vector<Dependency> measured = MeasuredArcs(log.variants);
  for (const Dependency& arc : measured) {
    if (arc.from < log.names.size() && arc.to < log.names.size()) {
      told[log.names[arc.from] + " > " + log.names[arc.to]] = arc.value;
    }
  }
  EXPECT_EQ(told.size(), 16U);
  EXPECT_DOUBLE_EQ(told["check ticket > decide"], 6. / 7);
  EXPECT_DOUBLE_EQ(told["check ticket > examine casually"], -2. / 7);
  EXPECT_DOUBLE_EQ(told["examine casually > check ticket"], 2. / 7);
  EXPECT_DOUBLE_EQ(told["examine thoroughly > decide"], .5);
  EXPECT_DOUBLE_EQ(told["register request > examine casually"], .75);
  const CausalNet causal = Mined(log);
  std::set<std::string> arcs;
  for (const Dependency& arc : causal.arcs) {
    arcs.insert(NameOf(causal, log.names, arc.from) + " > " + NameOf(causal, log.names, arc.to));
  }
  EXPECT_THAT(arcs, UnorderedElementsAre(
                        "^ > register request", "check ticket > decide", "decide > pay compensation",
                        "decide > reinitiate request", "decide > reject request", "examine casually > decide",
                        "examine thoroughly > decide", "register request > check ticket",
                        "register request > examine casually", "register request > examine thoroughly",
                        "reinitiate request > check ticket", "reinitiate request > examine casually",
                        "reinitiate request > examine thoroughly", "pay compensation > $", "reject request > $"));
  const auto start = std::ranges::find(log.names, "register request") - log.names.begin();
  EXPECT_THAT(Shown(causal, log.names, causal.results[static_cast<std::size_t>(start)]),
              ElementsAre("check ticket+examine casually", "check ticket+examine thoroughly"));
}

TEST(HeuristicsMiner, MakesANet) {
  const NamedLog log = LogOf("abcd acbd abcd acbd aed aed");
  const PetriNet net = NetOf(Mined(log));
  EXPECT_EQ(net.initial, (std::vector<std::uint32_t>{1, 0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(std::accumulate(net.final.begin(), net.final.end(), 0U), 1U);
  std::multiset<ActivityId> labels;
  for (const Transition& transition : net.transitions) labels.insert(transition.activity);
  EXPECT_EQ(labels.count(kNoValue), 2U);  // both b and c are begun, both are done
  EXPECT_EQ(labels.size(), 7U);
  EXPECT_EQ(NetOf(Mined(LogOf("abc"))).transitions.size(), 3U);
}

TEST(HeuristicsMiner, ConnectsEveryActivityAndDoesNotDependOnNumbers) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    RandomStream random(seed, "heuristics");
    const auto activities = static_cast<std::uint32_t>(random.Integer(2, 8));
    NamedLog log{testing::RandomLog(random, activities, 10, 8), {}};
    NamedLog renumbered;
    std::vector<std::uint32_t> numbers(activities);
    std::iota(numbers.begin(), numbers.end(), 0U);
    for (std::size_t i = numbers.size(); i > 1; --i) {
      std::swap(numbers[i - 1], numbers[static_cast<std::size_t>(random.Integer(0, static_cast<std::int64_t>(i) - 1))]);
    }
    renumbered.names.resize(activities);
    for (std::uint32_t a = 0; a < activities; ++a) {
      log.names.emplace_back(1, static_cast<char>('a' + a));
      renumbered.names[numbers[a]] = log.names[a];
    }
    testing::Runs runs;
    std::set<ActivityId> seen;
    for (std::size_t variant = 0; variant < log.variants.size(); ++variant) {
      std::vector<ActivityId> run;
      for (const ActivityId step : log.variants.StepsOf(variant)) {
        seen.insert(step);
        run.push_back(numbers[step]);
      }
      runs.emplace_back(std::move(run), log.variants.cases[variant]);
    }
    renumbered.variants = testing::VariantsFrom(runs, activities);
    for (const double dependency : {.5, .9}) {
      const CausalNet causal = Mined(log, {.dependency = dependency});
      const CausalNet same = Mined(renumbered, {.dependency = dependency});
      ASSERT_EQ(Arcs(causal, log.names), Arcs(same, renumbered.names)) << "seed " << seed;
      for (const ActivityId a : seen) {
        ASSERT_FALSE(causal.causes[a].empty()) << "seed " << seed;
        ASSERT_FALSE(causal.results[a].empty()) << "seed " << seed;
        ASSERT_EQ(Shown(causal, log.names, causal.results[a]), Shown(same, renumbered.names, same.results[numbers[a]]))
            << "seed " << seed;
      }
    }
  }
}

// Against all subsets.
TEST(Bindings, AreTheLargestSetsThatGoTogether) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    RandomStream random(seed, "bindings");
    const auto count = static_cast<std::uint32_t>(random.Integer(0, 9));
    std::vector<std::uint32_t> nodes;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
    std::set<std::pair<std::uint32_t, std::uint32_t>> together;
    for (std::uint32_t i = 0; i < count; ++i) {
      nodes.push_back(10 + 3 * i);
      for (std::uint32_t j = 0; j < i; ++j) {
        if (!random.Chance(.6)) continue;
        pairs.emplace_back(j, i);
        together.emplace(j, i);
      }
    }
    std::vector<std::uint32_t> sets;
    for (std::uint32_t set = 1; set < (1U << count); ++set) {
      bool is_clique = true;
      for (std::uint32_t i = 0; i < count; ++i) {
        for (std::uint32_t j = 0; j < i; ++j) {
          if ((set >> i & 1U) != 0 && (set >> j & 1U) != 0 && !together.contains({j, i})) is_clique = false;
        }
      }
      if (is_clique) sets.push_back(set);
    }
    Bindings expected;
    for (const std::uint32_t set : sets) {
      if (std::ranges::any_of(sets, [&](std::uint32_t other) { return other != set && (other & set) == set; }))
        continue;
      auto& binding = expected.emplace_back();
      for (std::uint32_t i = 0; i < count; ++i) {
        if ((set >> i & 1U) != 0) binding.push_back(nodes[i]);
      }
    }
    std::ranges::sort(expected);
    ASSERT_EQ(BindingsOf(nodes, pairs, 1000).bindings, expected) << "seed " << seed;
  }
}

TEST(Bindings, AreBounded) {
  // Ten groups of three, each node with all of other groups: 3^10 sets.
  std::vector<std::uint32_t> nodes(30);
  std::iota(nodes.begin(), nodes.end(), 0U);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (std::uint32_t i = 0; i < 30; ++i) {
    for (std::uint32_t j = 0; j < i; ++j) {
      if (i / 3 != j / 3) pairs.emplace_back(j, i);
    }
  }
  const FoundBindings found = BindingsOf(nodes, pairs, 64);
  EXPECT_FALSE(found.is_complete);
  EXPECT_LE(found.bindings.size(), 64U + 30U);
  std::set<std::uint32_t> covered;
  for (const auto& binding : found.bindings) {
    EXPECT_EQ(binding.size(), 10U);
    covered.insert(binding.begin(), binding.end());
  }
  EXPECT_EQ(covered.size(), 30U);
  EXPECT_TRUE(BindingsOf(nodes, {}, 1).is_complete);
}

TEST(HeuristicsMiner, IsBoundedForManyActivities) {
  testing::Runs runs(1);
  for (std::uint32_t step = 0; step < 100'000; ++step) {
    runs[0].first.push_back(step % 2 == 0 ? 0 : 1 + step * 7919 % 9'999);
  }
  runs[0].second = 1;
  const auto causal = MineHeuristics(testing::VariantsFrom(runs, 10'000));
  ASSERT_TRUE(causal);
  EXPECT_GT(NetOf(*causal).transitions.size(), 1000U);
}

TEST(HeuristicsMiner, SaysWhyItCannot) {
  const NamedLog log = LogOf("ab");
  const auto refused = MineHeuristics(log.variants, {.dependency = 2});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field(), "dependency");
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = MineHeuristics(log.variants, {}, stop.get_token());
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code(), Code::kCancelled);
  EXPECT_THAT(Mined(NamedLog{}).arcs, IsEmpty());
}

}  // namespace
}  // namespace weir::journey
