#include "journey/model/net_reduction.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "journey/discovery/logs_for_tests.h"
#include "journey/model/net_replay_for_tests.h"
#include "journey/model/tree_to_net.h"
#include "journey/model/trees_for_tests.h"

namespace weir::journey {
namespace {

// Puts silent steps between places and the transitions that take from them or fill them.
PetriNet WithSteps(PetriNet net, RandomStream& random) {
  const std::size_t transitions = net.transitions.size();
  const auto detour = [&](std::uint32_t& place, bool is_input) {
    if (!random.Chance(.4)) return;
    const std::uint32_t other = net.places++;
    net.initial.push_back(0);
    net.final.push_back(0);
    std::vector<std::uint32_t> from{is_input ? place : other};
    std::vector<std::uint32_t> to{is_input ? other : place};
    net.transitions.push_back({kNoValue, std::move(from), std::move(to)});
    place = other;
  };
  for (std::size_t i = 0; i < transitions; ++i) {
    Transition changed = net.transitions[i];
    for (std::uint32_t& place : changed.inputs) detour(place, true);
    for (std::uint32_t& place : changed.outputs) detour(place, false);
    std::ranges::sort(changed.inputs);
    std::ranges::sort(changed.outputs);
    net.transitions[i] = std::move(changed);
  }
  return net;
}

TEST(NetReduction, LeavesNeedlessStepsOutAndKeepsTheLanguage) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    RandomStream random(seed, "reduction");
    const auto activities = static_cast<ActivityId>(random.Integer(1, 5));
    const PetriNet net = NetOf(testing::RandomTree(random, 0, activities));
    const PetriNet long_net = WithSteps(net, random);
    const PetriNet reduced = WithoutNeedlessSilent(long_net);
    ASSERT_LE(reduced.transitions.size(), net.transitions.size()) << "seed " << seed;
    const Variants runs = testing::RandomLog(random, activities, 40, 6);
    for (std::size_t run = 0; run < runs.size(); ++run) {
      const bool is_in = testing::Replays(net, runs.StepsOf(run));
      ASSERT_EQ(testing::Replays(long_net, runs.StepsOf(run)), is_in) << "seed " << seed;
      ASSERT_EQ(testing::Replays(reduced, runs.StepsOf(run)), is_in) << "seed " << seed;
    }
  }
}

TEST(NetReduction, KeepsStepsThatAreNeeded) {
  // a or nothing: the step is a choice between two places of others.
  const PetriNet choice{
      .places = 2, .transitions = {{0, {0}, {1}}, {kNoValue, {0}, {1}}}, .initial = {1, 0}, .final = {0, 1}};
  EXPECT_EQ(WithoutNeedlessSilent(choice).transitions.size(), 2U);
  // a, and any b before it, but none behind.
  const PetriNet before{.places = 3,
                        .transitions = {{0, {0}, {0}}, {kNoValue, {0}, {1}}, {1, {1}, {1}}, {2, {1}, {2}}},
                        .initial = {1, 0, 0},
                        .final = {0, 0, 1}};
  const PetriNet kept = WithoutNeedlessSilent(before);
  EXPECT_EQ(kept.transitions.size(), 4U);
  EXPECT_FALSE(testing::Replays(kept, std::vector<ActivityId>{1, 0, 2}));
  const PetriNet nothing;
  EXPECT_EQ(WithoutNeedlessSilent(nothing).places, 0U);
}

}  // namespace
}  // namespace weir::journey
