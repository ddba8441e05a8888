#include "journey/conformance/alignment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journey/conformance/nets_for_tests.h"

namespace weir::journey {
namespace {

using testing::CostByDijkstra;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::NetOf;
using testing::PlayedOut;
using testing::RandomBlocks;
using testing::RandomNet;
using testing::Trace;
using testing::TraceOf;
using testing::VariantsFrom;

Trace RandomTrace(RandomStream& random, std::int64_t longest, std::int64_t activities) {
  Trace trace;
  for (std::int64_t left = random.Integer(0, longest); left > 0; --left) {
    trace.push_back(static_cast<ActivityId>(random.Integer(0, activities - 1)));
  }
  return trace;
}

// Its own side is the trace, the other a run of the model, and it costs what it says.
void ExpectSound(const PetriNet& net, const Trace& trace, const Alignment& alignment) {
  Trace seen;
  Trace run;
  std::uint32_t cost = 0;
  for (const Move& move : alignment.moves) {
    if (move.kind != MoveKind::kModel) seen.push_back(move.activity);
    if (move.kind != MoveKind::kLog) run.push_back(move.activity);
    cost += move.kind == MoveKind::kBoth ? 0 : 1;
  }
  EXPECT_EQ(seen, trace);
  EXPECT_EQ(cost, alignment.cost);
  EXPECT_EQ(CostByDijkstra(net, run), 0U);
}

TEST(AlignmentTest, NamesWhatWasLeftOutAndPutIn) {
  const PetriNet net = NetOf("0 > a > 1; 1 > b > 2; 2 > c > 3; 3 > d > 4");
  const LogAlignment log =
      *Aligned(net, VariantsFrom({TraceOf("abcd"), TraceOf("acd"), TraceOf("abxcd")}, 24, {6, 3, 1}));
  EXPECT_EQ(log.shortest_run, 4U);
  EXPECT_EQ(log.variants[0].cost, 0U);
  EXPECT_THAT(log.variants[1].moves, ElementsAre(Move{MoveKind::kBoth, 0}, Move{MoveKind::kModel, 1},
                                                 Move{MoveKind::kBoth, 2}, Move{MoveKind::kBoth, 3}));
  EXPECT_THAT(log.variants[2].moves,
              ElementsAre(Move{MoveKind::kBoth, 0}, Move{MoveKind::kBoth, 1}, Move{MoveKind::kLog, 23},
                          Move{MoveKind::kBoth, 2}, Move{MoveKind::kBoth, 3}));
  EXPECT_DOUBLE_EQ(log.fitting_share, .6);
  EXPECT_DOUBLE_EQ(log.fitness, 1 - 4. / (6 * 8 + 3 * 7 + 9));
  EXPECT_DOUBLE_EQ(log.mean_fitness, (6 + 3 * (1 - 1. / 7) + (1 - 1. / 9)) / 10);
  ASSERT_EQ(log.deviations.size(), 2U);
  EXPECT_EQ(log.deviations[0].kind, MoveKind::kModel);
  EXPECT_EQ(log.deviations[0].activity, 1U);
  EXPECT_EQ(log.deviations[0].after, 0U);
  EXPECT_EQ(log.deviations[0].cases, 3U);
  EXPECT_EQ(log.deviations[1].kind, MoveKind::kLog);
  EXPECT_EQ(log.deviations[1].activity, 23U);
  EXPECT_EQ(log.deviations[1].after, 1U);
  EXPECT_EQ(log.deviations[1].times, 1U);
}

TEST(AlignmentTest, CostsWhatThePlainestSearchSays) {
  std::uint64_t dear = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const PetriNet net = seed % 3 == 0 ? RandomNet(seed, 3) : RandomBlocks(seed, 5).Make(3);
    RandomStream random(6, "trace", seed);
    std::vector<Trace> traces;
    traces.reserve(3);
    for (int run = 0; run < 3; ++run) traces.push_back(RandomTrace(random, 9, 5));
    const Result<LogAlignment> log = Aligned(net, VariantsFrom(traces, 5));
    const std::optional<std::uint32_t> shortest = CostByDijkstra(net, {});
    ASSERT_EQ(log.has_value(), shortest.has_value()) << seed;
    if (!log) continue;
    ASSERT_EQ(log->shortest_run, *shortest);
    for (std::size_t at = 0; at < traces.size(); ++at) {
      const Alignment& alignment = log->variants[at];
      ASSERT_EQ(alignment.cost, *CostByDijkstra(net, traces[at])) << seed;
      ASSERT_TRUE(alignment.is_optimal());
      ASSERT_LE(alignment.cost, traces[at].size() + *shortest);
      ExpectSound(net, traces[at], alignment);
      dear += alignment.cost > 3 ? 1 : 0;
    }
  }
  EXPECT_GT(dear, 100U);
}

// Long traces against larger models reach the linear programs, plain and split.
TEST(AlignmentTest, CostsTheSameWhenBoundsComeIn) {
  std::uint64_t states = 0;
  for (std::uint64_t seed = 0; seed < 24; ++seed) {
    const PetriNet net = RandomBlocks(seed, 8).Make(4);
    RandomStream random(7, "trace", seed);
    const Trace trace = RandomTrace(random, 30, 8);
    const LogAlignment log = *Aligned(net, VariantsFrom({trace}, 8));
    EXPECT_EQ(log.variants[0].cost, *CostByDijkstra(net, trace)) << seed;
    states += log.variants[0].states;
  }
  EXPECT_GT(states, 3'000U);
}

TEST(AlignmentTest, PotentialsNeverPromiseTooMuch) {
  int bounds = 0;
  int tight = 0;
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    const PetriNet net = RandomBlocks(seed, 5).Make(3);
    const NetIndex index = *IndexOf(net, 5);
    RandomStream random(8, "trace", seed);
    const Trace trace = RandomTrace(random, 8, 5);
    std::vector<std::uint32_t> splits;
    for (std::uint32_t at = 1; at < trace.size(); ++at) {
      if (random.Chance(.5)) splits.push_back(at);
    }
    const std::optional<Potentials> potentials = PotentialsOf(index, trace, splits);
    if (!potentials) continue;
    const std::uint32_t cost = *CostByDijkstra(net, trace);
    const std::uint32_t bound = potentials->Bound(index.initial, 0);
    ASSERT_LE(bound, cost) << seed;
    EXPECT_EQ(potentials->Bound(index.final, trace.size()), 0U);
    ++bounds;
    tight += bound == cost ? 1 : 0;
  }
  EXPECT_GT(bounds, 140);
  EXPECT_GT(tight, 100);
}

TEST(AlignmentTest, WhatTheModelPlaysOutCostsNothing) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const PetriNet net = RandomBlocks(seed, 5).Make(4);
    RandomStream random(9, "play", seed);
    std::vector<Trace> traces;
    traces.reserve(5);
    for (int run = 0; run < 5; ++run) {
      if (std::optional<Trace> trace = PlayedOut(net, random)) traces.push_back(*std::move(trace));
    }
    const LogAlignment log = *Aligned(net, VariantsFrom(traces, 5));
    ASSERT_DOUBLE_EQ(log.fitness, 1);
    ASSERT_DOUBLE_EQ(log.fitting_share, 1);
    ASSERT_TRUE(log.deviations.empty());
  }
}

TEST(AlignmentTest, NeitherThreadsNorNamesNorOrderShow) {
  const PetriNet net = RandomBlocks(21, 6).Make(4);
  RandomStream random(10, "trace");
  std::vector<Trace> traces;
  traces.reserve(150);
  for (int run = 0; run < 150; ++run) traces.push_back(RandomTrace(random, 10, 6));
  const LogAlignment one = *Aligned(net, VariantsFrom(traces, 6));
  const LogAlignment four = *Aligned(net, VariantsFrom(traces, 6), {}, Executor(4));
  PetriNet renamed = net;
  for (Transition& transition : renamed.transitions) {
    if (transition.activity != kNoValue) transition.activity = 5 - transition.activity;
  }
  std::vector<Trace> others(traces.rbegin(), traces.rend());
  for (Trace& trace : others) {
    for (ActivityId& activity : trace) activity = 5 - activity;
  }
  const LogAlignment other = *Aligned(renamed, VariantsFrom(others, 6));
  for (std::size_t at = 0; at < traces.size(); ++at) {
    EXPECT_EQ(one.variants[at].moves, four.variants[at].moves);
    EXPECT_EQ(one.variants[at].states, four.variants[at].states);
    EXPECT_EQ(one.variants[at].cost, other.variants[traces.size() - 1 - at].cost);
  }
}

TEST(AlignmentTest, ABudgetThatEndsLeavesBoundsBehind) {
  const PetriNet net = RandomBlocks(3, 6).Make(4);
  RandomStream random(11, "trace");
  std::vector<Trace> traces;
  traces.reserve(20);
  for (int run = 0; run < 20; ++run) traces.push_back(RandomTrace(random, 25, 6));
  const Variants variants = VariantsFrom(traces, 6);
  const LogAlignment whole = *Aligned(net, variants);
  const LogAlignment bounded = *Aligned(net, variants, {.states = 40});
  EXPECT_GT(bounded.bounded_cases, 0U);
  EXPECT_EQ(whole.bounded_cases, 0U);
  for (std::size_t at = 0; at < traces.size(); ++at) {
    EXPECT_LE(bounded.variants[at].least_cost, whole.variants[at].cost);
    EXPECT_GE(bounded.variants[at].cost, whole.variants[at].cost);
    ExpectSound(net, traces[at], bounded.variants[at]);
  }
}

TEST(AlignmentTest, SaysWhenTheModelCannotEnd) {
  const Result<LogAlignment> stuck = Aligned(NetOf("0 > a > 1; 2 > b > 3"), VariantsFrom({TraceOf("a")}, 2));
  ASSERT_FALSE(stuck);
  EXPECT_EQ(stuck.error().code(), Code::kBadInput);
  EXPECT_THAT(stuck.error().message(), HasSubstr("no run of the model leads to its end"));
  const Result<LogAlignment> endless = Aligned(NetOf("0 > . > 0 1; 0 > a > 0 2; 3 > b > 4"),
                                               VariantsFrom({TraceOf("a")}, 2), {.states = 5'000, .markings = 5'000});
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().code(), Code::kTooLarge);
}

// Silent loops, and a place that fills without end: the best alignment is found all the same.
TEST(AlignmentTest, SilentLoopsAndUnboundedPlacesDoNotHoldItUp) {
  const LogAlignment loops = *Aligned(NetOf("0 > . > 1; 1 > . > 0; 1 > a > 2; 2 > . > 0; 2 > . > 3"),
                                      VariantsFrom({TraceOf("aab"), TraceOf("")}, 2));
  EXPECT_EQ(loops.variants[0].cost, 1U);
  EXPECT_EQ(loops.variants[1].cost, 1U);
  const LogAlignment unbounded = *Aligned(NetOf("0 > a > 0 1; 1 > b > 2; 0 > c > 3; 2 > . > 4; 3 4 > . > 5"),
                                          VariantsFrom({TraceOf("aabbc"), TraceOf("abc")}, 3));
  EXPECT_EQ(unbounded.variants[0].cost, 2U);
  EXPECT_EQ(unbounded.variants[1].cost, 0U);
}

TEST(AlignmentTest, EmptyLogsAndTracesAreWhole) {
  const LogAlignment none = *Aligned(NetOf("0 > a > 1"), VariantsFrom({}, 1));
  EXPECT_DOUBLE_EQ(none.fitness, 1);
  const LogAlignment nothing = *Aligned(NetOf("0 > . > 1"), VariantsFrom({{}}, 1));
  EXPECT_DOUBLE_EQ(nothing.fitness, 1);
}

TEST(AlignmentTest, ATraceOfAHundredThousandStepsIsBounded) {
  Trace trace(100'000, 0);
  const LogAlignment log = *Aligned(NetOf("0 > a > 1; 1 > . > 0; 1 > b > 2"), VariantsFrom({trace}, 2));
  EXPECT_EQ(log.variants[0].cost, 1U);
}

}  // namespace
}  // namespace weir::journey
