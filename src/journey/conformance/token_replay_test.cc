#include "journey/conformance/token_replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journey/conformance/nets_for_tests.h"

namespace weir::journey {
namespace {

using testing::NetOf;
using testing::PlayedOut;
using testing::RandomBlocks;
using testing::RandomNet;
using testing::Trace;
using testing::TraceOf;
using testing::VariantsFrom;

Replay ReplayOf(const PetriNet& net, const std::string& letters, std::uint32_t activities = 8) {
  return Replayed(net, VariantsFrom({TraceOf(letters)}, activities))->variants[0];
}

TEST(TokenReplayTest, CountsByHand) {
  const PetriNet net = NetOf("0 > a > 1; 1 > b > 2; 2 > c > 3");
  const Replay whole = ReplayOf(net, "abc");
  EXPECT_TRUE(whole.fits());
  EXPECT_EQ(whole.consumed, 4U);
  EXPECT_EQ(whole.produced, 4U);
  // b left out: c lacks the token that b would have made, and the one that a made stays.
  const Replay skipped = ReplayOf(net, "ac");
  EXPECT_EQ(skipped.missing, 1U);
  EXPECT_EQ(skipped.remaining, 1U);
  EXPECT_EQ(skipped.consumed, 3U);
  EXPECT_EQ(skipped.produced, 3U);
  EXPECT_DOUBLE_EQ(FitnessOf(skipped), 2. / 3);
  const Replay broken_off = ReplayOf(net, "ab");
  EXPECT_EQ(broken_off.missing, 1U);    // the token of the end
  EXPECT_EQ(broken_off.remaining, 1U);  // in place 2
  const Replay foreign = ReplayOf(net, "axbc", 24);
  EXPECT_EQ(foreign.missing, 1U);
  EXPECT_EQ(foreign.remaining, 1U);
}

TEST(TokenReplayTest, TheRunningExampleFits) {
  const LogReplay replay = *Replayed(testing::RunningExample(), testing::RunningExampleLog());
  EXPECT_DOUBLE_EQ(replay.fitness, 1);
  EXPECT_DOUBLE_EQ(replay.fitting_share, 1);
  EXPECT_EQ(replay.cut_cases, 0U);
}

// Of two transitions of one name only the second leads on: a replay that picks one at once says that something misses.
TEST(TokenReplayTest, FollowsAllWaysOfAnAmbiguousTrace) {
  const PetriNet net = NetOf("0 > a > 1; 0 > a > 2; 1 > b > 4; 2 > c > 4; 4 > . > 5");
  EXPECT_TRUE(ReplayOf(net, "ac").fits());
  EXPECT_TRUE(ReplayOf(net, "ab").fits());
  EXPECT_FALSE(ReplayOf(net, "abc").fits());
}

// To follow with b, the right one of two silent steps must be taken before, and again after a redo.
TEST(TokenReplayTest, FindsSilentStepsOfLoopsAndSkips) {
  const PetriNet net =
      NetOf("0 > . > 1 2; 1 > a > 3; 1 > . > 3; 2 > b > 4; 2 > . > 4; 3 4 > . > 5; 5 > . > 0; 5 > c > 6; 6 > . > 7");
  for (const std::string trace : {"c", "ac", "bac", "abbac", "bbbbc", "aaabc"})
    EXPECT_TRUE(ReplayOf(net, trace).fits());
  EXPECT_FALSE(ReplayOf(net, "acb").fits());
}

TEST(TokenReplayTest, FitsEverythingThatTheModelPlaysOut) {
  int runs = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const PetriNet net = seed % 2 == 0 ? RandomBlocks(seed, 4).Make(3) : RandomNet(seed, 3);
    RandomStream random(3, "play", seed);
    std::vector<Trace> traces;
    traces.reserve(8);
    for (int run = 0; run < 8; ++run) {
      if (std::optional<Trace> trace = PlayedOut(net, random)) traces.push_back(*std::move(trace));
    }
    if (traces.empty()) continue;
    runs += static_cast<int>(traces.size());
    const LogReplay replay = *Replayed(net, VariantsFrom(traces, 4));
    ASSERT_DOUBLE_EQ(replay.fitting_share, 1) << seed;
    ASSERT_DOUBLE_EQ(replay.fitness, 1) << seed;
  }
  EXPECT_GT(runs, 1'500);
}

TEST(TokenReplayTest, FitsExactlyWhatAnAlignmentFindsFree) {
  int fitting = 0;
  for (std::uint64_t seed = 0; seed < 600; ++seed) {
    const PetriNet net = seed % 2 == 0 ? RandomBlocks(seed, 3).Make(3) : RandomNet(seed, 3);
    RandomStream random(4, "trace", seed);
    for (int run = 0; run < 4; ++run) {
      Trace trace;
      for (std::int64_t left = random.Integer(0, 5); left > 0; --left) {
        trace.push_back(static_cast<ActivityId>(random.Integer(0, 2)));
      }
      const std::optional<std::uint32_t> cost = testing::CostByDijkstra(net, trace);
      const Replay replay = Replayed(net, VariantsFrom({trace}, 3))->variants[0];
      ASSERT_EQ(replay.fits(), cost == 0U) << seed;
      ASSERT_FALSE(replay.is_cut);
      fitting += replay.fits() ? 1 : 0;
      ASSERT_GE(FitnessOf(replay), 0);
      ASSERT_LE(FitnessOf(replay), 1);
    }
  }
  EXPECT_GT(fitting, 100);
}

TEST(TokenReplayTest, NeitherThreadsNorOrderShow) {
  const PetriNet net = RandomBlocks(8, 6).Make(4);
  RandomStream random(5, "order");
  std::vector<Trace> traces;
  traces.reserve(300);
  for (int run = 0; run < 300; ++run) {
    Trace trace;
    for (std::int64_t left = random.Integer(0, 9); left > 0; --left) {
      trace.push_back(static_cast<ActivityId>(random.Integer(0, 5)));
    }
    traces.push_back(trace);
  }
  const LogReplay one = *Replayed(net, VariantsFrom(traces, 6));
  const LogReplay four = *Replayed(net, VariantsFrom(traces, 6), {}, Executor(4));
  std::ranges::reverse(traces);
  const LogReplay reversed = *Replayed(net, VariantsFrom(traces, 6));
  EXPECT_EQ(one.fitness, four.fitness);
  EXPECT_DOUBLE_EQ(one.fitness, reversed.fitness);
  EXPECT_EQ(one.fitting_share, reversed.fitting_share);
}

// A place that a silent step fills without end: the search is bounded, and says so.
TEST(TokenReplayTest, IsBoundedOnNetsWithoutBounds) {
  const PetriNet net = NetOf("0 > . > 0 1; 0 > . > 0 2; 1 2 > a > 3; 0 > b > 4; 3 4 > c > 5");
  const LogReplay replay =
      *Replayed(net, VariantsFrom({TraceOf("aaabc"), TraceOf("cba")}, 3), {.markings = 20'000, .closure = 500});
  EXPECT_GT(replay.cut_cases, 0U);
  EXPECT_GE(replay.fitness, 0);
}

TEST(TokenReplayTest, StopsWhenTold) {
  std::stop_source source;
  source.request_stop();
  const Result<LogReplay> replay =
      Replayed(testing::RunningExample(), testing::RunningExampleLog(), {}, Executor(1), source.get_token());
  ASSERT_FALSE(replay);
  EXPECT_EQ(replay.error().code(), Code::kCancelled);
}

}  // namespace
}  // namespace weir::journey
