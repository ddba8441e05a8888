#include "forecast/call/roll_up.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace weir::forecast {
namespace {

// Company 0: North 1 with Ann 2 and Bob 3; South 4 with Cid 5.
const std::vector<CallNode> kCompany{{-1, false}, {0, false}, {1, true}, {1, true}, {0, false}, {4, true}};

std::optional<std::int64_t> Said(const std::optional<Int128>& amount) {
  return amount ? std::optional(static_cast<std::int64_t>(*amount)) : std::nullopt;
}

TEST(RollUpTest, OwnWordsStandAndTheRestIsWhatIsBelow) {
  const std::vector<CallWord> words{{2, 0, 10, 100}, {3, 0, 10, 50}, {2, 0, 20, 80}, {1, 0, 21, 140}, {5, 1, 5, 7}};
  const CallBoard board = RollUp(kCompany, words, 2, 30, 15);
  EXPECT_EQ(Said(board.At(2, 0).own), 80);
  EXPECT_EQ(board.At(2, 0).word, 2U);
  EXPECT_EQ(board.At(2, 0).before, 0U);
  EXPECT_EQ(Said(board.At(2, 0).judgement), std::nullopt) << "nobody is below him";
  EXPECT_EQ(Said(board.At(1, 0).below), 130);
  EXPECT_EQ(Said(board.At(1, 0).judgement), 10);
  EXPECT_EQ(Said(board.At(1, 0).delta), -10) << "150 stood there, summed";
  EXPECT_EQ(Said(board.At(0, 0).standing), 140) << "South said nothing";
  EXPECT_EQ(Said(board.At(4, 0).standing), std::nullopt);
  EXPECT_EQ(Said(board.At(4, 0).delta), std::nullopt);
  EXPECT_EQ(Said(board.At(0, 1).standing), 7);
  EXPECT_EQ(board.turnout[0].expected, 3);
  EXPECT_EQ(board.turnout[0].said, 3);
  const CallBoard early = RollUp(kCompany, words, 2, 7, 0);
  EXPECT_EQ(early.turnout[1].said, 0);
  EXPECT_EQ(early.turnout[0].said, 1);
  EXPECT_EQ(Said(early.At(0, 1).delta), 7) << "nothing stood there before";
}

TEST(RollUpTest, OfTwoWordsAtOneMomentTheLaterToldStands) {
  const std::vector<CallWord> words{{2, 0, 10, 1}, {2, 0, 10, 2}, {2, 0, 9, 3}};
  EXPECT_EQ(Said(RollUp(kCompany, words, 1, 10, 9).At(0, 0).standing), 2);
  EXPECT_EQ(Said(RollUp(kCompany, words, 1, 9, 0).At(0, 0).standing), 3);
}

TEST(RollUpTest, NothingSaidIsNotNought) {
  const CallBoard board = RollUp(kCompany, {}, 1, 10, 0);
  for (std::size_t node = 0; node < kCompany.size(); ++node) EXPECT_FALSE(board.At(node, 0).standing) << node;
  EXPECT_EQ(board.turnout[0].expected, 3);
  EXPECT_TRUE(RollUp({}, {}, 3, 0, 0).cells.empty());
}

struct World {
  std::vector<CallNode> nodes;
  std::vector<CallWord> words;
};

World Random(std::mt19937& random) {
  World world;
  const auto count = 1 + random() % 12;
  for (std::size_t node = 0; node < count; ++node) {
    const bool is_root = node == 0 || random() % 6 == 0;
    world.nodes.push_back({is_root ? -1 : static_cast<std::int32_t>(random() % node), random() % 2 == 0});
  }
  const auto words = random() % 25;
  for (std::size_t word = 0; word < words; ++word) {
    world.words.push_back({static_cast<std::int32_t>(random() % count), static_cast<std::int32_t>(random() % 2),
                           static_cast<std::int64_t>(random() % 10), static_cast<Int128>(random() % 1000)});
  }
  return world;
}

// By the definition, node by node.
std::optional<Int128> Naive(const World& world, std::int32_t node, std::int32_t category, std::int64_t moment) {
  std::optional<CallWord> own;
  for (const CallWord& word : world.words) {
    if (word.node != node || word.category != category || word.at > moment) continue;
    if (!own || word.at >= own->at) own = word;
  }
  if (own) return own->amount;
  std::optional<Int128> sum;
  for (std::size_t child = 0; child < world.nodes.size(); ++child) {
    if (world.nodes[child].parent != node) continue;
    const auto part = Naive(world, static_cast<std::int32_t>(child), category, moment);
    if (part) sum = sum.value_or(0) + *part;
  }
  return sum;
}

TEST(RollUpTest, IsWhatTheDefinitionSaysAndAddsUp) {
  std::mt19937 random(7);
  for (int trial = 0; trial < 300; ++trial) {
    World world = Random(random);
    const CallBoard board = RollUp(world.nodes, world.words, 2, 7, 3);
    for (std::size_t category = 0; category < 2; ++category) {
      // From the leaves up: own words of nodes without children, and what each node above thinks otherwise.
      std::vector<Int128> sum(world.nodes.size());
      for (std::size_t node = world.nodes.size(); node-- > 0;) {
        const auto at = static_cast<std::int32_t>(node);
        const auto which = static_cast<std::int32_t>(category);
        const CallCell& cell = board.At(node, category);
        ASSERT_EQ(cell.standing, Naive(world, at, which, 7)) << trial << " " << node;
        const auto stood = Naive(world, at, which, 3);
        ASSERT_EQ(cell.delta.value_or(0), cell.standing.value_or(0) - stood.value_or(0));
        const bool is_leaf = std::ranges::none_of(world.nodes, [&](const CallNode& each) { return each.parent == at; });
        sum[node] += is_leaf ? cell.own.value_or(0) : cell.judgement.value_or(0);
        ASSERT_EQ(sum[node], cell.standing.value_or(0)) << trial << " " << node;
        if (world.nodes[node].parent >= 0) sum[static_cast<std::size_t>(world.nodes[node].parent)] += sum[node];
      }
    }
  }
}

}  // namespace
}  // namespace weir::forecast
