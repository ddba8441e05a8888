#include "identity/blocking.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "identity/test_records.h"

namespace weir::identity {
namespace {

using Pair = std::pair<std::uint32_t, std::uint32_t>;
using Pairs = std::set<Pair>;

std::vector<Field> FieldsOf(const Table& table, const std::vector<FieldKind>& kinds) {
  std::vector<Field> fields;
  fields.reserve(kinds.size());
  for (std::size_t i = 0; i < kinds.size(); ++i) fields.push_back(PrepareField(table.columns[i], kinds[i]));
  return fields;
}

// No limit is reached by tables of tests.
constexpr BlockLimits kWide{.most_in_group = 1'000'000, .most_candidates = 1'000'000};

struct Listed {
  Pairs pairs;
  std::vector<RuleReport> reports;
};

// All candidates; fails where a pair is met twice, against its order, or within one of two files.
Listed ListOf(const Table& table, std::span<const Field> fields, std::span<const BlockRule> rules,
              const BlockLimits& limits = kWide, int threads = 1) {
  const Blocks blocks(fields, rules, table.rows, table.second_begins, limits, Executor(threads));
  Listed listed;
  Blocks::Scratch scratch;
  for (std::uint32_t record = 0; record < table.rows; ++record) {
    std::uint32_t before = record;
    for (const Blocks::Candidate& each : blocks.CandidatesOf(record, scratch)) {
      EXPECT_GT(each.record, before) << "not after the record, or not in order, or twice";
      EXPECT_LT(each.record, table.rows);
      if (table.IsTwo()) {
        EXPECT_TRUE(record < table.second_begins && each.record >= table.second_begins);
      }
      before = each.record;
      listed.pairs.emplace(record, each.record);
    }
  }
  listed.reports = blocks.reports();
  return listed;
}

Pairs AllThatShareAKey(const Table& table, std::span<const Field> fields, std::span<const BlockRule> rules) {
  Pairs pairs;
  for (const BlockRule& rule : rules) {
    std::vector<std::vector<std::uint64_t>> hashes;
    hashes.reserve(rule.parts.size());
    for (const KeyPart& part : rule.parts) hashes.push_back(HashesOf(fields[part.field], part.form));
    for (std::uint32_t a = 0; a < table.rows; ++a) {
      for (std::uint32_t b = a + 1; b < table.rows; ++b) {
        if (table.IsTwo() && (a < table.second_begins) == (b < table.second_begins)) continue;
        bool agrees = true;
        for (std::size_t p = 0; p < rule.parts.size(); ++p) {
          const std::vector<std::uint32_t>& codes = fields[rule.parts[p].field].codes;
          agrees = agrees && hashes[p][codes[a]] != 0 && hashes[p][codes[a]] == hashes[p][codes[b]];
        }
        if (agrees) pairs.emplace(a, b);
      }
    }
  }
  return pairs;
}

const std::vector<FieldKind> kKindsOfPeople{FieldKind::kName, FieldKind::kName, FieldKind::kDate,
                                            FieldKind::kName, FieldKind::kCode, FieldKind::kEmail};

std::vector<BlockRule> RandomRules(std::span<const Field> fields, RandomStream& random) {
  std::vector<BlockRule> rules(static_cast<std::size_t>(random.Integer(1, 5)));
  for (BlockRule& rule : rules) {
    std::set<std::size_t> used;
    for (std::int64_t part = random.Integer(1, 3); part > 0; --part) {
      const auto field = static_cast<std::size_t>(random.Integer(0, static_cast<std::int64_t>(fields.size()) - 1));
      if (!used.insert(field).second) continue;
      const std::span<const KeyForm> forms = FormsOf(fields[field].kind);
      rule.parts.push_back(
          {field, forms[static_cast<std::size_t>(random.Integer(0, static_cast<std::int64_t>(forms.size()) - 1))]});
    }
  }
  return rules;
}

TEST(BlockingTest, AgreesWithTheDefinitionOnSmallTables) {
  RandomStream random(1, "identity.blocking_test");
  std::size_t found = 0;
  for (int round = 0; round < 60; ++round) {
    Table table = MakePeople(static_cast<std::size_t>(random.Integer(0, 120)), static_cast<std::uint64_t>(round)).table;
    if (round % 2 == 1) table.second_begins = table.rows / 3;
    const std::vector<Field> fields = FieldsOf(table, kKindsOfPeople);
    const std::vector<BlockRule> rules = RandomRules(fields, random);
    const Listed listed = ListOf(table, fields, rules);
    ASSERT_EQ(listed.pairs, AllThatShareAKey(table, fields, rules)) << "round " << round;
    std::uint64_t in_groups = 0;
    for (const RuleReport& report : listed.reports) {
      in_groups += report.pairs;
      EXPECT_EQ(report.divided, 0U);
    }
    EXPECT_GE(in_groups, listed.pairs.size());
    found += listed.pairs.size();
  }
  EXPECT_GT(found, 1000U);
}

TEST(BlockingTest, WordsAndRunsOfLettersThatAreSharedMakeCandidates) {
  RandomStream random(2, "identity.blocking_test");
  std::vector<std::string> vocabulary;
  vocabulary.reserve(60);
  for (int i = 0; i < 60; ++i) vocabulary.push_back(MadeUpWord(random.Integer(2, 3), random));
  Rows rows;
  for (int i = 0; i < 150; ++i) {
    std::string text;
    for (std::int64_t word = random.Integer(0, 6); word > 0; --word) text += OneOf(vocabulary, random) + " ";
    rows.push_back({text});
  }
  const Table table = TableOf({"title"}, rows);
  const std::vector<Field> fields = FieldsOf(table, {FieldKind::kText});
  const std::vector<BlockRule> by_words{{{{0, KeyForm::kWords}}}};
  Pairs share_a_word;
  for (std::uint32_t a = 0; a < table.rows; ++a) {
    for (std::uint32_t b = a + 1; b < table.rows; ++b) {
      const auto of_a = fields[0].words.Of(fields[0].codes[a]);
      const auto of_b = fields[0].words.Of(fields[0].codes[b]);
      if (std::ranges::find_first_of(of_a, of_b) != of_a.end()) share_a_word.emplace(a, b);
    }
  }
  EXPECT_EQ(ListOf(table, fields, by_words).pairs, share_a_word);
  // Two that are the same but for one letter share the rarest run of letters of one of them, or nearly so.
  const Table misspelt =
      TableOf({"title"}, {{"shackleford"}, {"shakleford"}, {"shackleforth"}, {"willaroo"}, {"bittern"}});
  const std::vector<Field> names = FieldsOf(misspelt, {FieldKind::kName});
  const std::vector<BlockRule> by_parts{{{{0, KeyForm::kParts}}}};
  EXPECT_EQ(ListOf(misspelt, names, by_parts).pairs, (Pairs{{0, 1}, {0, 2}, {1, 2}}));
}

// A record's candidates are the same whenever they are asked for.
TEST(BlockingTest, AskingTwiceGivesTheSame) {
  const Table table = MakePeople(300, 3).table;
  const std::vector<Field> fields = FieldsOf(table, kKindsOfPeople);
  const std::vector<BlockRule> rules{{{{1}}}, {{{3}}}};
  const Blocks blocks(fields, rules, table.rows, table.second_begins, kWide, Executor(1));
  Blocks::Scratch scratch;
  const auto listed = [&](std::uint32_t record) {
    std::vector<Pair> all;
    for (const Blocks::Candidate& each : blocks.CandidatesOf(record, scratch)) all.emplace_back(record, each.record);
    return all;
  };
  std::size_t found = 0;
  for (std::uint32_t record = 0; record < table.rows; ++record) {
    const std::vector<Pair> once = listed(record);
    found += once.size();
    ASSERT_EQ(listed(record), once);
  }
  EXPECT_GT(found, 100U);
}

TEST(BlockingTest, LargeGroupsAreDividedNotDropped) {
  // 6,000 people of one surname, in one city. 60 of them are there twice, 20 each with an error in one other field.
  RandomStream random(4, "identity.blocking_test");
  Rows rows;
  for (int i = 0; i < 6000; ++i) {
    rows.push_back(
        {MadeUpWord(3, random), "garcia",
         fmt::format("{:04}-{:02}-{:02}", random.Integer(1940, 2005), random.Integer(1, 12), random.Integer(1, 28)),
         "lima", fmt::format("{:07}", random.Integer(0, 9'999'999)), ""});
  }
  for (std::uint32_t i = 0; i < 60; ++i) {
    rows.push_back(rows[i * 17]);
    constexpr std::array<std::size_t, 3> kWrong{0, 2, 4};
    std::string& cell = rows.back()[kWrong[i % 3]];
    cell = cell.substr(1);
  }
  const Table table = TableOf({"given_name", "surname", "birth_date", "city", "phone", "email"}, rows);
  const std::vector<Field> fields = FieldsOf(table, kKindsOfPeople);
  const std::vector<BlockRule> rules{{{{1}}}, {{{3}}}};
  const Listed listed = ListOf(table, fields, rules, BlockLimits{});
  for (std::uint32_t i = 0; i < 60; ++i) EXPECT_TRUE(listed.pairs.contains({i * 17, 6000 + i})) << i;
  for (const RuleReport& report : listed.reports) {
    EXPECT_EQ(report.largest, 6060U);
    EXPECT_EQ(report.divided, 1U);
    EXPECT_GT(report.groups, 1U);
  }
}

TEST(BlockingTest, EqualRecordsOfAGiantGroupAreNeighbours) {
  // Nothing but one field divides the group, and of each value there are as many as make a small group.
  Rows rows;
  for (int i = 0; i < 20'000; ++i) rows.push_back({"garcia", fmt::format("{:05}", i % 10'000), "lima"});
  const Table table = TableOf({"surname", "phone", "city"}, rows);
  const std::vector<Field> fields = FieldsOf(table, {FieldKind::kName, FieldKind::kCode, FieldKind::kName});
  const std::vector<BlockRule> rules{{{{0}}}};
  const Listed listed = ListOf(table, fields, rules, BlockLimits{});
  for (std::uint32_t i = 0; i < 10'000; ++i) ASSERT_TRUE(listed.pairs.contains({i, 10'000 + i})) << i;
  EXPECT_LE(listed.pairs.size(), 16 * table.rows);
}

TEST(BlockingTest, WorkIsBoundedWhateverTheData) {
  constexpr std::size_t kRecords = 30'000;
  const BlockLimits limits = LimitsFor(kRecords);
  const std::vector<BlockRule> rules{{{{0}}}};
  const auto pairs_of = [&](const Table& table, const std::vector<FieldKind>& kinds) {
    const std::vector<Field> fields = FieldsOf(table, kinds);
    const Blocks blocks(fields, rules, table.rows, table.second_begins, limits, Executor(2));
    EXPECT_EQ(blocks.reports()[0].largest, kRecords);
    Blocks::Scratch scratch;
    std::size_t pairs = 0;
    for (std::uint32_t record = 0; record < table.rows; ++record) {
      const std::size_t found = blocks.CandidatesOf(record, scratch).size();
      EXPECT_LE(found, limits.most_candidates);
      pairs += found;
    }
    return pairs;
  };
  // The same name, and nothing else.
  const std::size_t same = pairs_of(TableOf({"surname"}, Rows(kRecords, {"garcia"})), {FieldKind::kName});
  EXPECT_GE(same, kRecords);
  EXPECT_LE(same, 16 * kRecords);
  // And some common values, each of which leaves giant groups.
  Rows rows;
  RandomStream random(5, "identity.blocking_test");
  for (std::size_t i = 0; i < kRecords; ++i) {
    rows.push_back({"garcia"});
    for (int field = 0; field < 4; ++field) rows.back().push_back(fmt::format("{}", random.Integer(1, 5)));
  }
  const std::size_t few =
      pairs_of(TableOf({"surname", "a", "b", "c", "d"}, rows),
               {FieldKind::kName, FieldKind::kCode, FieldKind::kCode, FieldKind::kCode, FieldKind::kCode});
  EXPECT_LE(few, limits.most_candidates * kRecords);
}

// Where a group of two files is too large, there are pairs of one of each in it all the same.
TEST(BlockingTest, GiantGroupsOfTwoFilesHaveCrossPairs) {
  Table table = TableOf({"surname"}, Rows(4000, {"garcia"}), 2000);
  const std::vector<Field> fields = FieldsOf(table, {FieldKind::kName});
  const std::vector<BlockRule> rules{{{{0}}}};
  const Listed listed = ListOf(table, fields, rules, BlockLimits{});
  EXPECT_GE(listed.pairs.size(), 2000U);
  EXPECT_LE(listed.pairs.size(), 16U * 4000);
}

TEST(BlockingTest, TheSameForAnyNumberOfThreadsAndAnyOrderOfRows) {
  RandomStream random(6, "identity.blocking_test");
  for (const std::size_t second : {kOneFile, std::size_t{500}}) {
    Table table = MakePeople(1500, 7).table;
    table.second_begins = std::min(second, table.rows);
    const std::vector<Field> fields = FieldsOf(table, kKindsOfPeople);
    const BlockLimits limits = LimitsFor(table.rows);
    const std::vector<BlockRule> rules = ChooseRules(fields, table.rows, limits, Executor(1));
    const Pairs one = ListOf(table, fields, rules).pairs;
    EXPECT_GT(one.size(), 300U);
    for (const int threads : {2, 5}) {
      EXPECT_EQ(ListOf(table, fields, ChooseRules(fields, table.rows, limits, Executor(threads)), kWide, threads).pairs,
                one);
    }
    const std::vector<std::uint32_t> order = Shuffled(table.rows, random, second);
    const Table permuted = Permuted(table, order);
    const std::vector<Field> other = FieldsOf(permuted, kKindsOfPeople);
    Pairs named;
    for (const auto& [a, b] : ListOf(permuted, other, ChooseRules(other, table.rows, limits, Executor(1))).pairs) {
      named.insert(std::minmax(order[a], order[b]));
    }
    EXPECT_EQ(named, one);
  }
}

// Most of what is one is found, though each second record has errors.
TEST(BlockingTest, ChosenRulesFindPeopleWithErrors) {
  const People people = MakePeople(4000, 8);
  const std::vector<Field> fields = FieldsOf(people.table, kKindsOfPeople);
  const BlockLimits limits = LimitsFor(people.table.rows);
  const std::vector<BlockRule> rules = ChooseRules(fields, people.table.rows, limits, Executor(2));
  EXPECT_LE(rules.size(), limits.most_rules);
  const Pairs pairs = ListOf(people.table, fields, rules, limits).pairs;
  std::size_t real = 0;
  std::size_t found = 0;
  for (std::uint32_t a = 0; a < people.table.rows; ++a) {
    for (std::uint32_t b = a + 1; b < people.table.rows; ++b) {
      if (people.persons[a] != people.persons[b]) continue;
      ++real;
      found += pairs.contains({a, b}) ? 1 : 0;
    }
  }
  EXPECT_GT(real, 700U);
  EXPECT_GE(static_cast<double>(found), 0.995 * static_cast<double>(real));
  EXPECT_LE(pairs.size(), static_cast<std::size_t>(limits.pairs_a_record) * people.table.rows);
}

}  // namespace
}  // namespace weir::identity
