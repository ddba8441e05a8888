#include "identity/entity_ids.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "base/random.h"

namespace weir::identity {
namespace {

using testing::ElementsAre;

TEST(DisjointSets, JoinsTransitively) {
  DisjointSets sets(5);
  sets.Join(4, 2);
  sets.Join(2, 3);
  EXPECT_EQ(sets.Find(4), 2U);
  EXPECT_EQ(sets.Find(3), 2U);
  EXPECT_EQ(sets.Find(0), 0U);
}

TEST(AssignIds, MintsFromTheFirstRecordSeen) {
  const std::vector<Record> records{{"stripe", "c1", 7, ""}, {"salesforce", "1", 3, ""}};
  EXPECT_THAT(AssignIds(records, std::vector<std::size_t>{0, 0}).ids, ElementsAre("salesforce:1", "salesforce:1"));
}

TEST(AssignIds, AMergeKeepsTheIdOfTheLargerPartAndLeavesAnAlias) {
  const std::vector<Record> records{{"s", "1", 1, "s:1"}, {"s", "2", 2, "s:2"}, {"s", "3", 3, "s:2"}};
  const Assignment merged = AssignIds(records, std::vector<std::size_t>{0, 0, 0});
  EXPECT_THAT(merged.ids, ElementsAre("s:2", "s:2", "s:2"));
  EXPECT_EQ(merged.aliases.at("s:1"), "s:2");
}

TEST(AssignIds, ASplitLeavesTheIdWithTheLargerPart) {
  const std::vector<Record> records{{"s", "1", 1, "s:1"}, {"s", "2", 2, "s:1"}, {"s", "3", 3, "s:1"}};
  const Assignment split = AssignIds(records, std::vector<std::size_t>{0, 1, 1});
  EXPECT_THAT(split.ids, ElementsAre("s:1~2", "s:1", "s:1"));
  EXPECT_TRUE(split.aliases.empty());
}

// Random clusters over random earlier ids: same cluster, same id; other cluster, other id; a second run changes
// nothing.
TEST(AssignIds, IsConsistentAndStable) {
  RandomStream random(11, "clusters");
  for (int round = 0; round < 200; ++round) {
    const auto count = static_cast<std::size_t>(random.Integer(1, 12));
    std::vector<Record> records;
    std::vector<std::size_t> roots;
    for (std::size_t i = 0; i < count; ++i) {
      records.push_back({"s", std::to_string(i), random.Integer(0, 5),
                         random.Chance(0.5) ? "s:" + std::to_string(random.Integer(0, 4)) : ""});
      roots.push_back(static_cast<std::size_t>(random.Integer(0, 4)));
    }
    const Assignment first = AssignIds(records, roots);
    std::map<std::size_t, std::string> id_of;
    std::set<std::string> used;
    for (std::size_t i = 0; i < count; ++i) {
      const auto [known, is_new] = id_of.try_emplace(roots[i], first.ids[i]);
      EXPECT_EQ(known->second, first.ids[i]);
      if (is_new) {
        EXPECT_TRUE(used.insert(first.ids[i]).second) << "two clusters share an id in round " << round;
      }
    }
    for (std::size_t i = 0; i < count; ++i) records[i].previous_id = first.ids[i];
    EXPECT_EQ(AssignIds(records, roots).ids, first.ids) << "round " << round;
    EXPECT_TRUE(AssignIds(records, roots).aliases.empty());
  }
}

}  // namespace
}  // namespace weir::identity
