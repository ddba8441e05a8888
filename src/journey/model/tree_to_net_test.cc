#include "journey/model/tree_to_net.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "journey/discovery/inductive_miner.h"
#include "journey/discovery/logs_for_tests.h"
#include "journey/model/net_replay_for_tests.h"
#include "journey/model/trees_for_tests.h"

namespace weir::journey {
namespace {

using testing::Fire;
using testing::Marking;
using testing::Replays;

// A walk from the start; nothing where it does not end within a hundred steps.
std::optional<std::vector<ActivityId>> Walk(const PetriNet& net, RandomStream& random) {
  std::vector<ActivityId> run;
  Marking marking = net.initial;
  for (int steps = 0; steps < 100 && marking != net.final; ++steps) {
    std::vector<std::pair<ActivityId, Marking>> ways;
    for (const Transition& transition : net.transitions) {
      Marking next = marking;
      if (Fire(transition, next)) ways.emplace_back(transition.activity, std::move(next));
    }
    auto& [activity, next] = ways[random.Integer(0, static_cast<std::int64_t>(ways.size()) - 1)];
    if (activity != kNoValue) run.push_back(activity);
    marking = std::move(next);
  }
  return marking == net.final ? std::optional(run) : std::nullopt;
}

// Every marking that can be reached has one token in a place at most, can reach the end, and holds the sink's token
// only alone; every transition can fire.
void ExpectSound(const PetriNet& net, const std::string& what) {
  std::map<Marking, std::set<Marking>> before;
  std::vector<Marking> open{net.initial};
  std::set<std::size_t> fired;
  before[net.initial];
  while (!open.empty()) {
    const Marking from = std::move(open.back());
    open.pop_back();
    for (const std::uint32_t tokens : from) ASSERT_LE(tokens, 1U) << what;
    const bool is_proper = from[1] == 0 || from == net.final;
    ASSERT_TRUE(is_proper) << what;
    for (std::size_t i = 0; i < net.transitions.size(); ++i) {
      Marking next = from;
      if (!Fire(net.transitions[i], next)) continue;
      fired.insert(i);
      if (!before.contains(next)) open.push_back(next);
      before[next].insert(from);
    }
  }
  ASSERT_EQ(fired.size(), net.transitions.size()) << what;
  std::set<Marking> can_end{net.final};
  open = {net.final};
  while (!open.empty()) {
    const Marking to = std::move(open.back());
    open.pop_back();
    for (const Marking& from : before[to]) {
      if (can_end.insert(from).second) open.push_back(from);
    }
  }
  ASSERT_EQ(can_end.size(), before.size()) << what;
}

std::string SizeOf(const PetriNet& net) {
  return std::to_string(net.places) + "/" + std::to_string(net.transitions.size()) + "/" + std::to_string(net.arcs());
}

std::string SizeOf(std::string_view text) {
  std::vector<std::string> names;
  return SizeOf(NetOf(testing::TreeOf(text, names)));
}

TEST(TreeToNet, AddsFewSilentTransitions) {
  EXPECT_EQ(SizeOf("tau"), "2/1/2");
  EXPECT_EQ(SizeOf("'a'"), "2/1/2");
  EXPECT_EQ(SizeOf("->( 'a', 'b', 'c' )"), "4/3/6");
  EXPECT_EQ(SizeOf("X( 'a', tau )"), "2/2/4");
  EXPECT_EQ(SizeOf("+( 'a', 'b' )"), "6/4/10");
  EXPECT_EQ(SizeOf("->( 'a', *( 'b', 'c' ), 'd' )"), "4/4/8");
  EXPECT_EQ(SizeOf("*( 'a', 'b' )"), "4/4/8");
  EXPECT_EQ(SizeOf("->( *( 'a', 'b' ), *( 'c', 'd' ) )"), "6/7/14");
}

TEST(TreeToNet, HasTheLanguageOfTheTreeAndIsSound) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    RandomStream random(seed, "net");
    const auto activities = static_cast<ActivityId>(random.Integer(1, 6));
    std::vector<std::string> names;
    names.reserve(activities);
    for (ActivityId a = 0; a < activities; ++a) names.emplace_back(1, static_cast<char>('a' + a));
    const ProcessTree tree = testing::RandomTree(random, 0, activities);
    const std::string text = TextOf(tree, names);
    const PetriNet net = NetOf(tree);
    const PetriNet reduced = NetOf(Reduced(tree));
    ASSERT_NO_FATAL_FAILURE(ExpectSound(net, text));
    ASSERT_NO_FATAL_FAILURE(ExpectSound(reduced, text));
    testing::Membership language(tree);
    const Variants runs = testing::RandomLog(random, activities, 60, 7);
    for (std::size_t run = 0; run < runs.size(); ++run) {
      const bool is_in = language.Has(runs.StepsOf(run));
      ASSERT_EQ(Replays(net, runs.StepsOf(run)), is_in) << text << " run " << run;
      ASSERT_EQ(Replays(reduced, runs.StepsOf(run)), is_in) << text << " run " << run;
    }
    for (int walk = 0; walk < 10; ++walk) {
      const auto run = Walk(net, random);
      if (!run || run->size() > 12) continue;
      ASSERT_TRUE(language.Has(*run)) << text;
      ASSERT_TRUE(Replays(reduced, *run)) << text;
    }
  }
}

// The sizes are those of PM4Py but for silent transitions: it puts one before each loop and one behind.
TEST(TreeToNet, ReplaysEveryRunOfTheSharedLogs) {
  for (const char* file : {"running-example.xes.gz", "receipt.xes.gz", "repairExample.xes.gz"}) {
    const testing::NamedLog log = testing::SharedVariants(file);
    if (log.names.empty()) GTEST_SKIP() << "no shared event logs here";
    const auto model = MineInductive(log.variants);
    ASSERT_TRUE(model);
    const PetriNet net = NetOf(model->tree);
    if (std::string_view(file).starts_with("running")) {
      EXPECT_EQ(SizeOf(net), "9/10/22");
    }
    // All markings are searched, which takes long where much is parallel.
    for (std::size_t run = 0; run < std::min<std::size_t>(log.variants.size(), 40); ++run) {
      ASSERT_TRUE(Replays(net, log.variants.StepsOf(run))) << file << " variant " << run;
    }
  }
}

}  // namespace
}  // namespace weir::journey
