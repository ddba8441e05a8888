#include "journey/conformance/precision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journey/conformance/nets_for_tests.h"

namespace weir::journey {
namespace {

using testing::NetOf;
using testing::PlayedOut;
using testing::RandomBlocks;
using testing::Trace;
using testing::TraceOf;
using testing::VariantsFrom;

// PM4Py 2.7.14: .753086, which is 61 of 81.
TEST(PrecisionTest, OfTheRunningExample) {
  const Precision precision = *PrecisionOf(testing::RunningExample(), testing::RunningExampleLog());
  EXPECT_NEAR(precision.precision, .753086, 1e-6);
  EXPECT_EQ(precision.beginnings, 42U);
  EXPECT_EQ(precision.unfitting_beginnings, 0U);
}

TEST(PrecisionTest, CountsByHand) {
  // After a, the model lets b, c and the end follow; only b does, in 3 of 4 cases.
  const PetriNet net = NetOf("0 > a > 1; 1 > b > 2; 1 > c > 2; 1 > . > 2");
  const Precision precision = *PrecisionOf(net, VariantsFrom({TraceOf("ab"), TraceOf("a")}, 3, {3, 1}));
  EXPECT_EQ(precision.enabled, 4U * 1 + 3U * 2);
  EXPECT_EQ(precision.escaping, 3U);
  EXPECT_DOUBLE_EQ(precision.precision, .7);
}

TEST(PrecisionTest, LeavesOutBeginningsThatTheModelDoesNotHave) {
  const PetriNet net = NetOf("0 > a > 1; 1 > b > 2");
  const Variants variants = VariantsFrom({TraceOf("ab"), TraceOf("bab")}, 2);
  const Precision precision = *PrecisionOf(net, variants);
  EXPECT_EQ(precision.beginnings, 5U);
  EXPECT_EQ(precision.unfitting_beginnings, 2U);
  EXPECT_DOUBLE_EQ(precision.precision, 1);
  const LogAlignment aligned = *Aligned(net, variants);
  const Precision of_runs = *PrecisionOf(net, RunsOf(aligned, variants));
  EXPECT_EQ(of_runs.unfitting_beginnings, 0U);
  EXPECT_EQ(of_runs.beginnings, 4U);
  EXPECT_DOUBLE_EQ(of_runs.precision, 1);
}

// What a search that stops at one marking for each transition misses: d follows only after both silent steps.
TEST(PrecisionTest, SilentStepsAreFollowedToTheirEnd) {
  const PetriNet net = NetOf("0 > a > 1 2; 1 > . > 3; 1 > b > 3; 2 > . > 4; 2 > c > 4; 3 4 > d > 5");
  const Precision precision = *PrecisionOf(net, VariantsFrom({TraceOf("ad")}, 4));
  EXPECT_EQ(precision.enabled, 1U + 3U);
  EXPECT_EQ(precision.escaping, 2U);
}

TEST(PrecisionTest, IsTheSameForAnyOrderThreadsAndSplitOfCases) {
  const PetriNet net = RandomBlocks(14, 5).Make(4);
  RandomStream random(12, "play");
  std::vector<Trace> traces;
  traces.reserve(200);
  for (int run = 0; run < 200; ++run) {
    if (std::optional<Trace> trace = PlayedOut(net, random)) traces.push_back(*std::move(trace));
  }
  const Precision one = *PrecisionOf(net, VariantsFrom(traces, 5));
  const Precision four = *PrecisionOf(net, VariantsFrom(traces, 5), {}, Executor(4));
  std::ranges::reverse(traces);
  const Precision reversed = *PrecisionOf(net, VariantsFrom(traces, 5));
  EXPECT_EQ(one.unfitting_beginnings, 0U);
  EXPECT_GT(one.enabled, 0U);
  EXPECT_EQ(one.enabled, four.enabled);
  EXPECT_EQ(one.escaping, four.escaping);
  EXPECT_EQ(one.enabled, reversed.enabled);
  EXPECT_EQ(one.escaping, reversed.escaping);
}

}  // namespace
}  // namespace weir::journey
