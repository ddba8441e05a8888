#include "identity/rule_index.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "identity/field_growth.h"
#include "identity/stable_ids.h"
#include "identity/test_records.h"

namespace weir::identity {
namespace {

TEST(KeyRunTest, FindsTheRecordsOfEachKey) {
  RandomStream random(1, "identity.key_run_test");
  for (const int count : {0, 1, 3, 200, 5000}) {
    std::vector<Keyed> keyed;
    std::map<std::uint64_t, std::vector<std::uint32_t>> expected;
    for (std::uint32_t record = 0; record < static_cast<std::uint32_t>(count); ++record) {
      const std::uint64_t key = MixKeys(7, static_cast<std::uint64_t>(random.Integer(0, count / 3)));
      keyed.push_back({key, record});
      expected[key].push_back(record);
    }
    const KeyRun run(keyed);
    EXPECT_EQ(run.size(), static_cast<std::size_t>(count));
    for (const auto& [key, records] : expected) {
      const auto found = run.Of(key);
      EXPECT_EQ(std::vector(found.begin(), found.end()), records);
    }
    EXPECT_TRUE(run.Of(MixKeys(8, 1)).empty());
  }
}

class RuleIndexTest : public testing::Test {
 protected:
  RuleIndexTest() : people_(MakePeople(1500, 41)) {
    constexpr FieldKind kKinds[] = {FieldKind::kName, FieldKind::kName, FieldKind::kDate,
                                    FieldKind::kText, FieldKind::kCode, FieldKind::kEmail};
    for (std::size_t i = 0; i < people_.table.columns.size(); ++i) {
      fields_.push_back(PrepareField(people_.table.columns[i], kKinds[i]));
    }
  }

  // Of each record those that it finds, where the first so many are there at first.
  std::vector<std::set<std::uint32_t>> FoundBy(const BlockRule& rule, std::size_t first, const BlockLimits& limits) {
    RuleIndex index(fields_, rule, first, people_.table.rows, limits);
    std::vector<std::set<std::uint32_t>> all(people_.table.rows);
    std::vector<Blocks::Candidate> found;
    for (auto record = static_cast<std::uint32_t>(first); record < people_.table.rows; ++record) {
      found.clear();
      index.Take(record, found);
      most_ = std::max(most_, found.size());
      for (const Blocks::Candidate& each : found) {
        EXPECT_LT(each.record, record);
        all[record].insert(each.record);
      }
    }
    return all;
  }

  People people_;
  std::vector<Field> fields_;
  std::size_t most_ = 0;  // candidates of a record
};

TEST_F(RuleIndexTest, WithoutLargeGroupsFindsAllThatShareAKey) {
  const BlockLimits limits{.most_in_group = 2000};
  const std::vector<BlockRule> rules{{{{1, KeyForm::kBeginning}}},
                                     {{{0, KeyForm::kWhole}, {2, KeyForm::kBeginning}}},
                                     {{{5, KeyForm::kRest}}},
                                     {{{3, KeyForm::kWhole}}}};
  for (const BlockRule& rule : rules) {
    for (const std::size_t first : {std::size_t{0}, std::size_t{700}, people_.table.rows - 1}) {
      const auto found = FoundBy(rule, first, limits);
      for (std::uint32_t b = static_cast<std::uint32_t>(first); b < people_.table.rows; ++b) {
        for (std::uint32_t a = 0; a < b; ++a) {
          const bool shares = std::ranges::all_of(rule.parts, [&](const KeyPart& part) {
            const Field& field = fields_[part.field];
            const std::uint64_t key = HashOf(field, field.codes[a], part.form);
            return key != 0 && key == HashOf(field, field.codes[b], part.form);
          });
          ASSERT_EQ(found[b].contains(a), shares) << NameOf(rule, fields_) << " " << a << " " << b;
        }
      }
    }
  }
}

TEST_F(RuleIndexTest, WordsAndPartsFindThoseThatShareARareOne) {
  const BlockLimits limits{.most_in_group = 2000};
  for (const KeyForm form : {KeyForm::kWords, KeyForm::kParts}) {
    const auto found = FoundBy({{{3, form}}}, 400, limits);
    const Field& field = fields_[3];
    for (std::uint32_t b = 400; b < people_.table.rows; ++b) {
      for (std::uint32_t a = 0; a < b; ++a) {
        if (field.codes[a] == kNone || field.codes[b] == kNone) {
          ASSERT_FALSE(found[b].contains(a));
        } else if (field.codes[a] == field.codes[b]) {
          ASSERT_TRUE(found[b].contains(a));
        }
      }
    }
  }
}

TEST_F(RuleIndexTest, LargeGroupsAreDividedAndTheWorkIsBounded) {
  const BlockLimits limits{.most_in_group = 10};
  for (const std::size_t first : {0, 100, 1000}) {
    most_ = 0;
    const auto found = FoundBy({{{3, KeyForm::kWhole}}}, first, limits);
    // Twelve parts at most, each with its neighbours among those at first and the later ones.
    EXPECT_LE(most_, 12 * std::max<std::size_t>(limits.most_in_group, 4 * kWindow));
    // Whoever agrees in all else as well is found.
    std::size_t pairs = 0;
    std::size_t hits = 0;
    for (std::uint32_t b = static_cast<std::uint32_t>(first); b < people_.table.rows; ++b) {
      for (std::uint32_t a = 0; a < b; ++a) {
        const bool is_same = std::ranges::all_of(
            fields_, [&](const Field& field) { return field.codes[a] != kNone && field.codes[a] == field.codes[b]; });
        pairs += is_same ? 1 : 0;
        hits += is_same && found[b].contains(a) ? 1 : 0;
      }
    }
    EXPECT_GT(pairs, 3U);
    EXPECT_EQ(hits, pairs);
  }
}

TEST(FieldGrowthTest, MakesTheFieldOfAllRecords) {
  const People people = MakePeople(900, 42);
  for (std::size_t c = 0; c < people.table.columns.size(); ++c) {
    for (const FieldKind kind : {FieldKind::kName, FieldKind::kText, FieldKind::kCode, FieldKind::kDate,
                                 FieldKind::kNumber, FieldKind::kEmail, FieldKind::kNumbers}) {
      const TextColumn& column = people.table.columns[c];
      const auto part = [&](std::size_t begin, std::size_t end) {
        TextColumn cells(column.name());
        for (std::size_t row = begin; row < end; ++row) cells.Add(column.At(row));
        return PrepareField(cells, kind);
      };
      const Field whole = PrepareField(column, kind);
      Field grown = part(0, 500);
      const std::size_t learnt = grown.filled;
      FieldGrowth growth(grown);
      for (const auto& [begin, end] : {std::pair{500, 501}, {501, 501}, {501, 800}, {800, 900}}) {
        growth.Append(part(static_cast<std::size_t>(begin), static_cast<std::size_t>(end)), grown);
      }
      EXPECT_EQ(grown.codes, whole.codes);
      EXPECT_EQ(grown.filled, learnt);
      ASSERT_EQ(grown.values.size(), whole.values.size());
      ASSERT_EQ(grown.counts.size(), whole.values.size());
      EXPECT_EQ(grown.sketches.size(), whole.sketches.size());
      EXPECT_EQ(grown.words.norms.size(), whole.words.norms.size());
      EXPECT_EQ(grown.grams.keys, whole.grams.keys);
      for (std::uint32_t code = 0; code < whole.values.size(); ++code) {
        ASSERT_EQ(grown.values.At(code), whole.values.At(code));
        if (!whole.sketches.empty()) {
          EXPECT_EQ(grown.sketches[code].letters, whole.sketches[code].letters);
        }
        if (!whole.grams.begins.empty()) {
          EXPECT_EQ(std::vector(grown.grams.Of(code).begin(), grown.grams.Of(code).end()),
                    std::vector(whole.grams.Of(code).begin(), whole.grams.Of(code).end()));
        }
        if (whole.words.begins.empty()) continue;
        const auto words_of = [&](const Field& field) {
          std::multiset<std::string_view> words;
          for (const std::uint32_t word : field.words.Of(code)) words.insert(field.words.texts.At(word));
          return words;
        };
        EXPECT_EQ(words_of(grown), words_of(whole));
      }
    }
  }
}

TEST(StableIdsTest, MostRecordsKeepTheId) {
  std::uint32_t next = 100;
  // Two of 7 and one of 3 together; one of 3 by itself; three new ones, of which two together; two of 9 that part.
  const std::vector<std::uint32_t> groups{0, 0, 0, 3, 4, 4, 6, 7, 8};
  const std::vector<std::uint32_t> previous{7, 7, 3, 3, kNoCluster, kNoCluster, kNoCluster, 9, 9};
  EXPECT_EQ(KeepIds(groups, previous, next), (std::vector<std::uint32_t>{7, 7, 7, 3, 100, 100, 101, 9, 102}));
  EXPECT_EQ(next, 103U);
}

TEST(StableIdsTest, IdsAreOneToOneWithGroups) {
  RandomStream random(43, "identity.stable_ids_test");
  for (int round = 0; round < 300; ++round) {
    std::uint32_t next = 50;
    std::vector<std::uint32_t> groups;
    std::vector<std::uint32_t> previous;
    for (int i = 0; i < 12; ++i) {
      groups.push_back(static_cast<std::uint32_t>(random.Integer(0, 5)));
      previous.push_back(random.Chance(0.3) ? kNoCluster : static_cast<std::uint32_t>(random.Integer(0, 4)));
    }
    const std::vector<std::uint32_t> ids = KeepIds(groups, previous, next);
    std::set<std::uint32_t> carried(previous.begin(), previous.end());
    for (std::size_t i = 0; i < ids.size(); ++i) {
      for (std::size_t j = 0; j < ids.size(); ++j) EXPECT_EQ(ids[i] == ids[j], groups[i] == groups[j]);
      if (ids[i] >= 50) continue;
      // Somebody in the group had it.
      bool is_had = false;
      for (std::size_t j = 0; j < ids.size(); ++j) is_had = is_had || (groups[j] == groups[i] && previous[j] == ids[i]);
      EXPECT_TRUE(is_had);
    }
    // An id of which all records are in one group that has none more of another goes on.
    for (const std::uint32_t id : carried) {
      std::set<std::uint32_t> in;
      for (std::size_t i = 0; i < ids.size(); ++i) {
        if (previous[i] == id) in.insert(groups[i]);
      }
      if (id == kNoCluster || in.size() != 1) continue;
      std::map<std::uint32_t, int> held;
      for (std::size_t i = 0; i < ids.size(); ++i) {
        if (groups[i] == *in.begin() && previous[i] != kNoCluster) ++held[previous[i]];
      }
      if (held.size() == 1) {
        EXPECT_TRUE(std::ranges::count(ids, id) > 0);
      }
    }
    EXPECT_EQ(KeepIds(groups, ids, next), ids);
  }
}

}  // namespace
}  // namespace weir::identity
