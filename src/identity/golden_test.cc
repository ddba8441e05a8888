#include "identity/golden.h"

#include <algorithm>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "identity/test_records.h"

namespace weir::identity {
namespace {

using enum SurvivorshipRule;
using Rules = std::vector<SurvivorshipRule>;

constexpr std::int64_t kDay = 86'400;

TEST(GoldenTest, TheFirstRuleThatTellsDecides) {
  // Record 0 is of the CRM (rank 1), 1 and 2 of billing (rank 0), 3 of a list that was bought and then checked.
  const std::vector<Testimony> phones{
      {.record = 0, .value = "+1 202 555 0100", .source_rank = 1, .changed_at = 9 * kDay},
      {.record = 1, .value = "+1 202 555 0111", .source_rank = 0, .changed_at = 3 * kDay},
      {.record = 2, .value = "+1 202 555 0122", .source_rank = 0, .changed_at = 5 * kDay},
      {.record = 3, .value = "+1 202 555 0133", .is_verified = true, .source_rank = 2},
  };
  const auto survivor = [&](const Rules& rules) { return Survive(phones, rules); };
  EXPECT_EQ(survivor({kVerified, kSourceRank, kMostRecent}).origin, 3U);
  EXPECT_EQ(survivor({kVerified, kSourceRank, kMostRecent}).decided_by, kVerified);
  EXPECT_EQ(survivor({kSourceRank, kMostRecent}).origin, 2U);
  EXPECT_EQ(survivor({kSourceRank, kMostRecent}).decided_by, kMostRecent);
  EXPECT_EQ(survivor({kMostRecent}).origin, 0U);
  const Survivor by_rank = survivor({kSourceRank, kMostRecent});
  EXPECT_EQ(by_rank.value, "+1 202 555 0122");
  EXPECT_EQ(by_rank.records, std::vector<std::uint32_t>{2});
  ASSERT_EQ(by_rank.losers.size(), 3U);
  // The last to lose first.
  EXPECT_EQ(by_rank.losers[0].value, "+1 202 555 0111");
  EXPECT_EQ(by_rank.losers[0].lost_by, kMostRecent);
  EXPECT_EQ(by_rank.losers[1].value, "+1 202 555 0100");
  EXPECT_EQ(by_rank.losers[1].lost_by, kSourceRank);
  EXPECT_EQ(by_rank.losers[2].records, std::vector<std::uint32_t>{3});
  // What is as good as the other by all rules is decided by the bytes.
  const Survivor tie = survivor({kSourceRank});
  EXPECT_EQ(tie.origin, 1U);
  EXPECT_FALSE(tie.decided_by);
  EXPECT_EQ(tie.losers[0].value, "+1 202 555 0122");
  EXPECT_FALSE(tie.losers[0].lost_by);
}

TEST(GoldenTest, TheMostFrequentIsCountedByWhatIsMeant) {
  const std::vector<Testimony> names{
      {.record = 4, .value = "Acme", .meaning = 1},     {.record = 0, .value = "ACME", .meaning = 1},
      {.record = 2, .value = "Ácme", .meaning = 1},     {.record = 1, .value = "Acme Ltd", .meaning = 2},
      {.record = 3, .value = "Acme Ltd", .meaning = 2}, {.record = 5, .value = "  ", .meaning = 3},
      {.record = 6, .value = "", .meaning = 3},         {.record = 7, .value = "", .meaning = 3},
      {.record = 8, .value = "Acme Lt", .meaning = 4},
  };
  const Survivor usual = Survive(names, UsualSurvivorship());
  // Three say Acme, in three ways of writing of four letters each: the first by bytes.
  EXPECT_EQ(usual.value, "ACME");
  EXPECT_EQ(usual.origin, 0U);
  EXPECT_EQ(usual.records, std::vector<std::uint32_t>{0});
  EXPECT_EQ(Survive(names, Rules{kLongest}).value, "Acme Ltd");
  EXPECT_EQ(Survive(names, Rules{kLongest}).origin, 1U);
  EXPECT_EQ(Survive(names, Rules{kLongest}).records, (std::vector<std::uint32_t>{1, 3}));
  // As they are written there are two of the longer one.
  std::vector<Testimony> plain = names;
  for (Testimony& each : plain) each.meaning = kNoMeaning;
  EXPECT_EQ(Survive(plain, Rules{kMostFrequent}).value, "Acme Ltd");
}

// A rule asks single records: the most recent of the verified ones, not of those that happen to say the same.
TEST(GoldenTest, LaterRulesAskOnlyTheBestRecords) {
  const std::vector<Testimony> titles{
      {.record = 0, .value = "Head of sales", .is_verified = true, .changed_at = 1 * kDay},
      {.record = 1, .value = "Head of sales", .changed_at = 9 * kDay},
      {.record = 2, .value = "Director", .is_verified = true, .changed_at = 4 * kDay},
  };
  const Survivor survivor = Survive(titles, Rules{kVerified, kMostRecent});
  EXPECT_EQ(survivor.value, "Director");
  EXPECT_EQ(survivor.decided_by, kMostRecent);
  ASSERT_EQ(survivor.losers.size(), 1U);
  EXPECT_EQ(survivor.losers[0].records, (std::vector<std::uint32_t>{0, 1}));
}

TEST(GoldenTest, NothingSaidAndOneValue) {
  EXPECT_FALSE(Survive({}, UsualSurvivorship()).origin);
  const std::vector<Testimony> blank{{.record = 0, .value = ""}, {.record = 1, .value = " \t"}};
  EXPECT_FALSE(Survive(blank, UsualSurvivorship()).origin);
  EXPECT_TRUE(Survive(blank, UsualSurvivorship()).value.empty());
  const std::vector<Testimony> one{{.record = 7, .value = "Riga"}, {.record = 3, .value = "Riga"}, {.record = 1}};
  for (const Rules& rules : {Rules{}, Rules{kMostFrequent}}) {
    const Survivor survivor = Survive(one, rules);
    EXPECT_EQ(survivor.value, "Riga");
    EXPECT_EQ(survivor.origin, 3U);
    EXPECT_EQ(survivor.records, (std::vector<std::uint32_t>{3, 7}));
    EXPECT_FALSE(survivor.decided_by);
    EXPECT_TRUE(survivor.losers.empty());
  }
}

TEST(GoldenTest, RulesHaveNames) {
  for (const SurvivorshipRule rule : {kVerified, kSourceRank, kMostRecent, kMostFrequent, kLongest}) {
    ASSERT_NE(FindSurvivorshipRule(NameOf(rule)), nullptr);
    EXPECT_EQ(*FindSurvivorshipRule(NameOf(rule)), rule);
  }
  EXPECT_EQ(FindSurvivorshipRule("newest"), nullptr);
}

// Rule after rule over whole records, as the header says it.
const Testimony* NaiveOrigin(const std::vector<Testimony>& all, const Rules& rules) {
  std::vector<const Testimony*> left;
  for (const Testimony& each : all) {
    if (!each.value.empty()) left.push_back(&each);
  }
  if (left.empty()) return nullptr;
  for (const SurvivorshipRule rule : rules) {
    const auto merit = [&](const Testimony* each) -> std::int64_t {
      if (rule == kVerified) return each->is_verified ? 1 : 0;
      if (rule == kSourceRank) return -static_cast<std::int64_t>(each->source_rank);
      if (rule == kMostRecent) return each->changed_at;
      if (rule == kLongest) return static_cast<std::int64_t>(each->value.size());
      return std::ranges::count_if(
          all, [&](const Testimony& other) { return !other.value.empty() && other.meaning == each->meaning; });
    };
    std::int64_t best = INT64_MIN;
    for (const Testimony* each : left) best = std::max(best, merit(each));
    std::erase_if(left, [&](const Testimony* each) { return merit(each) < best; });
  }
  return *std::ranges::min_element(left, {},
                                   [](const Testimony* each) { return std::pair(each->value, each->record); });
}

TEST(GoldenTest, AgreesWithTheDefinitionInAnyOrder) {
  RandomStream random(1, "identity.golden_test");
  const std::vector<std::string> values{"", "a", "A", "ab", "AB", "abc"};
  for (int round = 0; round < 3000; ++round) {
    std::vector<Testimony> all;
    const std::int64_t count = random.Integer(0, 9);
    for (std::uint32_t record = 0; record < count; ++record) {
      const auto which = static_cast<std::uint32_t>(random.Integer(0, 5));
      all.push_back({.record = record,
                     .value = values[which],
                     .meaning = (which + 1) / 2,
                     .is_verified = random.Chance(0.3),
                     .source_rank = static_cast<std::uint32_t>(random.Integer(0, 2)),
                     .changed_at = random.Chance(0.3) ? kNeverChanged : random.Integer(0, 3) * kDay});
    }
    Rules rules{kVerified, kSourceRank, kMostRecent, kMostFrequent, kLongest};
    for (std::size_t i = rules.size() - 1; i > 0; --i) {
      std::swap(rules[i], rules[static_cast<std::size_t>(random.Integer(0, static_cast<std::int64_t>(i)))]);
    }
    rules.resize(static_cast<std::size_t>(random.Integer(0, 5)));
    const Survivor survivor = Survive(all, rules);
    const Testimony* naive = NaiveOrigin(all, rules);
    ASSERT_EQ(survivor.origin.has_value(), naive != nullptr);
    if (naive == nullptr) continue;
    ASSERT_EQ(*survivor.origin, naive->record);
    ASSERT_EQ(survivor.value, naive->value);
    // Every record with a value is behind the survivor or behind one loser.
    std::multiset<std::uint32_t> told(survivor.records.begin(), survivor.records.end());
    for (const Loser& loser : survivor.losers) {
      EXPECT_NE(loser.value, survivor.value);
      for (const std::uint32_t record : loser.records) {
        EXPECT_EQ(all[record].value, loser.value);
        told.insert(record);
      }
    }
    std::multiset<std::uint32_t> said;
    for (const Testimony& each : all) {
      if (!each.value.empty()) said.insert(each.record);
    }
    ASSERT_EQ(told, said);
    std::vector<Testimony> shuffled;
    for (const std::uint32_t at : Shuffled(all.size(), random)) shuffled.push_back(all[at]);
    const Survivor again = Survive(shuffled, rules);
    EXPECT_EQ(again.origin, survivor.origin);
    EXPECT_EQ(again.decided_by, survivor.decided_by);
    ASSERT_EQ(again.losers.size(), survivor.losers.size());
    for (std::size_t i = 0; i < again.losers.size(); ++i) {
      EXPECT_EQ(again.losers[i].value, survivor.losers[i].value);
      EXPECT_EQ(again.losers[i].lost_by, survivor.losers[i].lost_by);
      EXPECT_EQ(again.losers[i].records, survivor.losers[i].records);
    }
  }
}

TEST(GoldenTest, ARowAClusterWithOneValueAColumn) {
  const Table table = TableOf({"name", "city", "note"}, {{"Acme Ltd", "Riga", ""},
                                                         {"Bolt", "", " "},
                                                         {"ACME LTD", "Riga", "old"},
                                                         {"Acme", "Rīga", ""},
                                                         {"bolt as", "Tallinn", ""}});
  const std::vector<std::uint32_t> clusters{0, 1, 0, 0, 1};
  const Result<GoldenTable> golden = GoldenRecords(table, clusters, {}, {}, Executor(1), std::stop_token());
  ASSERT_TRUE(golden);
  EXPECT_EQ(golden->clusters, (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(golden->At(table, 0, 0), "ACME LTD");  // said twice, and first by bytes
  EXPECT_EQ(golden->At(table, 1, 0), "Riga");      // three times with an accent left out
  EXPECT_EQ(golden->At(table, 2, 0), "old");
  EXPECT_EQ(golden->At(table, 0, 1), "bolt as");
  EXPECT_EQ(golden->At(table, 1, 1), "Tallinn");
  EXPECT_EQ(golden->At(table, 2, 1), "");
  EXPECT_EQ(golden->origins[1], (std::vector<std::uint32_t>{0, 4}));
  EXPECT_EQ(golden->origins[2], (std::vector<std::uint32_t>{2, kNoOrigin}));

  const std::vector<std::uint32_t> ranks{2, 0, 1, 0, 1};
  const std::vector<SurvivorshipRule> by_source{kSourceRank};
  const std::vector<GoldenColumn> columns{{.rules = by_source}, {}, {}};
  const Result<GoldenTable> ranked =
      GoldenRecords(table, clusters, columns, {.source_ranks = ranks}, Executor(1), std::stop_token());
  ASSERT_TRUE(ranked);
  EXPECT_EQ(ranked->At(table, 0, 0), "Acme");
  EXPECT_EQ(ranked->At(table, 0, 1), "Bolt");
  EXPECT_EQ(ranked->origins[1], golden->origins[1]);
}

TEST(GoldenTest, ValuesAreTheSameForAnyOrderOfRowsAndAnyNumberOfThreads) {
  const People people = MakePeople(20'000, 2);
  std::vector<std::uint32_t> first(people.table.rows, UINT32_MAX);
  const auto clusters_of = [&](const std::vector<std::uint32_t>& persons) {
    std::fill(first.begin(), first.end(), UINT32_MAX);
    std::vector<std::uint32_t> clusters;
    for (std::uint32_t i = 0; i < persons.size(); ++i) {
      first[persons[i]] = std::min(first[persons[i]], i);
      clusters.push_back(first[persons[i]]);
    }
    return clusters;
  };
  const auto golden_of = [&](const Table& table, const std::vector<std::uint32_t>& persons, int threads) {
    const Result<GoldenTable> golden =
        GoldenRecords(table, clusters_of(persons), {}, {}, Executor(threads), std::stop_token());
    EXPECT_TRUE(golden);
    return *golden;
  };
  const GoldenTable one = golden_of(people.table, people.persons, 1);
  for (const int threads : {2, 5}) {
    const GoldenTable many = golden_of(people.table, people.persons, threads);
    EXPECT_EQ(many.clusters, one.clusters);
    EXPECT_EQ(many.origins, one.origins);
  }
  RandomStream random(2, "identity.golden_test");
  const std::vector<std::uint32_t> order = Shuffled(people.table.rows, random);
  const Table permuted = Permuted(people.table, order);
  std::vector<std::uint32_t> persons;
  persons.reserve(order.size());
  for (const std::uint32_t row : order) persons.push_back(people.persons[row]);
  const GoldenTable other = golden_of(permuted, persons, 2);
  const auto values_of = [](const Table& table, const GoldenTable& golden, const std::vector<std::uint32_t>& of) {
    std::vector<std::vector<std::string>> rows;
    for (std::size_t cluster = 0; cluster < golden.clusters.size(); ++cluster) {
      rows.push_back({std::to_string(of[golden.clusters[cluster]])});
      for (std::size_t c = 0; c < table.columns.size(); ++c) rows.back().emplace_back(golden.At(table, c, cluster));
    }
    std::ranges::sort(rows);
    return rows;
  };
  EXPECT_EQ(values_of(permuted, other, persons), values_of(people.table, one, people.persons));
}

TEST(GoldenTest, CanBeStoppedAndTakesNoRecords) {
  const Table table = TableOf({"name"}, {{"a"}, {"b"}});
  std::stop_source stop;
  stop.request_stop();
  const Result<GoldenTable> stopped =
      GoldenRecords(table, std::vector<std::uint32_t>{0, 0}, {}, {}, Executor(1), stop.get_token());
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code(), Code::kCancelled);
  const Result<GoldenTable> none = GoldenRecords(TableOf({"name"}, {}), {}, {}, {}, Executor(1), std::stop_token());
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->clusters.empty());
}

}  // namespace
}  // namespace weir::identity
