#include "identity/link_index.h"

#include <algorithm>
#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "identity/test_records.h"

namespace weir::identity {
namespace {

// Some rows of a table, in their order.
Table Part(const Table& table, std::size_t begin, std::size_t end) {
  Table part;
  part.rows = part.second_begins = end - begin;
  for (const TextColumn& column : table.columns) {
    TextColumn& cells = part.columns.emplace_back(column.name());
    for (std::size_t row = begin; row < end; ++row) cells.Add(column.At(row));
  }
  return part;
}

LinkResult Linked(const Table& table, const Decisions& decisions = {}) {
  auto result = Link(table, ChooseSpec(table, Executor(1)), decisions, Executor(2), std::stop_token());
  EXPECT_TRUE(result) << (result ? "" : result.error().ToString());
  return result ? *std::move(result) : LinkResult{};
}

LinkIndex IndexOf(const Table& table, const Decisions& decisions = {}, std::size_t least_later = 200'000) {
  auto index = LinkIndex::Make(Linked(table, decisions), decisions, Executor(2), least_later);
  EXPECT_TRUE(index);
  return *std::move(index);
}

AddedRecords Added(LinkIndex& index, const Table& rows, const Decisions& decisions = {}, int threads = 2) {
  auto added = index.Add(rows, decisions, Executor(threads), std::stop_token());
  EXPECT_TRUE(added) << (added ? "" : added.error().ToString());
  return added ? *std::move(added) : AddedRecords{};
}

std::vector<std::uint32_t> IdsOf(const LinkIndex& index) { return {index.clusters().begin(), index.clusters().end()}; }

// Of each record the first one with the same id.
std::vector<std::uint32_t> FirstsOf(std::span<const std::uint32_t> ids) {
  std::map<std::uint32_t, std::uint32_t> first;
  std::vector<std::uint32_t> firsts(ids.size());
  for (std::uint32_t i = 0; i < ids.size(); ++i) firsts[i] = first.try_emplace(ids[i], i).first->second;
  return firsts;
}

void ExpectSamePairs(const std::vector<ScoredPair>& one, const std::vector<ScoredPair>& other) {
  ASSERT_EQ(one.size(), other.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    ASSERT_EQ(std::tuple(one[i].a, one[i].b, one[i].weight), std::tuple(other[i].a, other[i].b, other[i].weight));
  }
}

// The moves tell all that happened to records that were there, and nothing else; new ids are new.
void ExpectTold(const std::vector<std::uint32_t>& before, std::span<const std::uint32_t> after,
                const AddedRecords& added, std::set<std::uint32_t>& ever) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> moved;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i] != after[i]) ++moved[{before[i], after[i]}];
  }
  const std::set<std::uint32_t> standing(after.begin(), after.end());
  ASSERT_EQ(added.moves.size(), moved.size());
  for (const ClusterMove& move : added.moves) {
    EXPECT_EQ(move.records, (moved[{move.from, move.to}]));
    EXPECT_EQ(move.is_gone, !standing.contains(move.from));
    EXPECT_TRUE(move.because == kNoRecord || (move.because >= added.first && move.because < after.size()));
  }
  const std::set<std::uint32_t> earlier(before.begin(), before.end());
  for (const std::uint32_t id : standing) {
    if (!earlier.contains(id)) {
      EXPECT_TRUE(ever.insert(id).second) << "id " << id << " had another meaning before";
    }
  }
}

TEST(LinkIndexTest, NewRecordsFindTheirPeopleAsInAFullRun) {
  const People people = MakePeople(5000, 21);
  const std::size_t held = 600;
  LinkIndex index = IndexOf(Part(people.table, 0, people.table.rows - held));
  const AddedRecords added = Added(index, Part(people.table, people.table.rows - held, people.table.rows));
  EXPECT_EQ(added.first, people.table.rows - held);
  ASSERT_EQ(added.clusters.size(), held);
  EXPECT_LE(added.pairs_compared, held * LimitsFor(people.table.rows).most_candidates);
  const std::vector<std::uint32_t> clusters = FirstsOf(index.clusters());
  // Against the truth as well as the full run, and nearly the same as that: learning anew from a few records more
  // changes links at the threshold only.
  const PairScores truth = ScoresOf(clusters, people.persons);
  EXPECT_GE(truth.Precision(), 0.99);
  EXPECT_GE(truth.Recall(), 0.98);
  EXPECT_GE(ScoresOf(clusters, Linked(people.table).clusters).F1(), 0.995);
}

TEST(LinkIndexTest, SeveralBatchesMakeWhatOneMakes) {
  for (const std::uint64_t seed : {22, 23, 24}) {
    const People people = MakePeople(1400, seed);
    const std::size_t rows = people.table.rows;
    // Sorted arrays are made anew among them, too.
    const std::size_t least_later = seed == 24 ? 50 : 200'000;
    const std::size_t first = seed == 24 ? 100 : 900;
    LinkIndex one = IndexOf(Part(people.table, 0, first), {}, least_later);
    LinkIndex several = IndexOf(Part(people.table, 0, first), {}, least_later);
    Added(one, Part(people.table, first, rows));
    RandomStream random(seed, "identity.link_index_test");
    std::set<std::uint32_t> ever(several.clusters().begin(), several.clusters().end());
    for (std::size_t begin = first; begin < rows;) {
      const std::size_t end = std::min(rows, begin + static_cast<std::size_t>(random.Integer(0, 120)));
      const std::vector<std::uint32_t> before = IdsOf(several);
      const AddedRecords added = Added(several, Part(people.table, begin, end));
      ExpectTold(before, several.clusters(), added, ever);
      begin = end;
    }
    ExpectSamePairs(several.Pairs(), one.Pairs());
    EXPECT_EQ(FirstsOf(several.clusters()), FirstsOf(one.clusters()));
  }
}

TEST(LinkIndexTest, ClustersAreThoseOfAllPairsTogether) {
  const People people = MakePeople(1600, 25);
  Decisions decisions{.same = {{3, 700}}, .apart = {{5, 9}}};
  LinkIndex index = IndexOf(Part(people.table, 0, 1000), decisions);
  for (std::size_t begin = 1000; begin < 1600; begin += 100) {
    Decisions now;
    const auto record = static_cast<std::uint32_t>(begin);
    now.same.emplace_back(record, 11);
    now.apart.emplace_back(record + 1, 12);
    Added(index, Part(people.table, begin, begin + 100), now);
    decisions.same.push_back(now.same[0]);
    decisions.apart.push_back(now.apart[0]);
    const std::vector<ScoredPair> pairs = index.Pairs();
    EXPECT_EQ(FirstsOf(index.clusters()),
              ClusterPairs(index.records(), pairs, ClusteringOf(index.spec(), decisions), Executor(1)));
  }
}

TEST(LinkIndexTest, TheSameForAnyNumberOfThreads) {
  const People people = MakePeople(2600, 26);
  const Table first = Part(people.table, 0, 2000);
  const Table rest = Part(people.table, 2000, 2600);
  LinkIndex one = IndexOf(first);
  const AddedRecords by_one = Added(one, rest, {}, 1);
  for (const int threads : {2, 5}) {
    LinkIndex other = IndexOf(first);
    const AddedRecords by_other = Added(other, rest, {}, threads);
    ExpectSamePairs(by_other.pairs, by_one.pairs);
    EXPECT_EQ(by_other.clusters, by_one.clusters);
    EXPECT_EQ(by_other.pairs_compared, by_one.pairs_compared);
    EXPECT_EQ(IdsOf(other), IdsOf(one));
  }
}

TEST(LinkIndexTest, TheOrderWithinABatchHardlyMatters) {
  const People people = MakePeople(2000, 27);
  const std::size_t first = 1500;
  LinkIndex index = IndexOf(Part(people.table, 0, first));
  Added(index, Part(people.table, first, 2000));
  RandomStream random(27, "identity.link_index_test");
  for (int round = 0; round < 3; ++round) {
    const std::vector<std::uint32_t> order = Shuffled(500, random);
    LinkIndex other = IndexOf(Part(people.table, 0, first));
    Added(other, Permuted(Part(people.table, first, 2000), order));
    std::vector<std::uint32_t> named = IdsOf(other);
    for (std::size_t i = 0; i < order.size(); ++i) named[first + order[i]] = other.clusters()[first + i];
    EXPECT_GE(ScoresOf(FirstsOf(named), FirstsOf(index.clusters())).F1(), 0.999);
  }
}

TEST(LinkIndexTest, WhatIsApartStaysApartWhateverIsAdded) {
  const People people = MakePeople(1200, 28);
  const LinkResult linked = Linked(people.table);
  std::uint32_t record = 0;
  while (linked.clusters[record] == record) ++record;
  const Decisions decisions{.apart = {{linked.clusters[record], record}}};
  LinkIndex index = IndexOf(people.table, decisions);
  ASSERT_NE(index.clusters()[record], index.clusters()[linked.clusters[record]]);
  for (int round = 0; round < 4; ++round) {
    Added(index, Part(people.table, record, record + 1));
    Added(index, Part(people.table, linked.clusters[record], linked.clusters[record] + 1));
    EXPECT_NE(index.clusters()[record], index.clusters()[linked.clusters[record]]);
    // The copies have found a place.
    EXPECT_LT(index.clusters()[index.records() - 1], people.table.rows);
  }
}

TEST(LinkIndexTest, ManyThatHoldTheSameStayTogetherWhenOneIsPartedFromAnother) {
  const People people = MakePeople(6000, 33);
  constexpr std::size_t kCopies = 400;
  Table table;
  table.rows = table.second_begins = people.table.rows + kCopies;
  for (const TextColumn& column : people.table.columns) {
    TextColumn& to = table.columns.emplace_back(column.name());
    for (std::size_t row = 0; row < table.rows; ++row) to.Add(column.At(row < people.table.rows ? row : 0));
  }
  LinkIndex index = IndexOf(table);
  const std::vector<std::uint32_t> before = IdsOf(index);
  ASSERT_GT(std::ranges::count(before, before[0]), static_cast<std::ptrdiff_t>(kCopies));
  std::uint32_t other = 1;
  while (before[other] == before[0]) ++other;
  EXPECT_TRUE(Added(index, {}, {.apart = {{0, other}}}).moves.empty());
  EXPECT_EQ(IdsOf(index), before);
}

TEST(LinkIndexTest, MergesAndSplitsLeaveATrail) {
  const People people = MakePeople(1200, 29);
  LinkIndex index = IndexOf(people.table);
  const std::vector<std::uint32_t> before = IdsOf(index);
  std::map<std::uint32_t, std::vector<std::uint32_t>> members;
  for (std::uint32_t i = 0; i < before.size(); ++i) members[before[i]].push_back(i);
  std::uint32_t pair = 0;  // a cluster of two, and a lone record before and after it
  while (members[before[pair]].size() != 2) ++pair;
  std::uint32_t lone = pair + 1;
  while (members[before[lone]].size() != 1) ++lone;
  // A new record that is both: the greater cluster keeps its id.
  const auto number = static_cast<std::uint32_t>(index.records());
  const AddedRecords merged =
      Added(index, Part(people.table, lone, lone + 1), {.same = {{number, lone}, {pair, number}}});
  ASSERT_EQ(merged.moves.size(), 1U);
  EXPECT_EQ(merged.moves[0].from, before[lone]);
  EXPECT_EQ(merged.moves[0].to, before[pair]);
  EXPECT_EQ(merged.moves[0].records, 1U);
  EXPECT_EQ(merged.moves[0].because, number);
  EXPECT_TRUE(merged.moves[0].is_gone);
  EXPECT_EQ(merged.clusters, std::vector{before[pair]});
  // A decision alone parts two; the smaller first record keeps the id where both have as many.
  std::uint32_t other = lone + 1;
  while (members[before[other]].size() != 2 || before[other] != other) ++other;
  const std::uint32_t partner = members[before[other]][1];
  const AddedRecords parted = Added(index, {}, {.apart = {{other, partner}}});
  ASSERT_EQ(parted.moves.size(), 1U);
  EXPECT_EQ(parted.moves[0].from, other);
  EXPECT_EQ(parted.moves[0].to, index.clusters()[partner]);
  EXPECT_GE(parted.moves[0].to, people.table.rows);
  EXPECT_EQ(parted.moves[0].because, kNoRecord);
  EXPECT_FALSE(parted.moves[0].is_gone);
  EXPECT_EQ(index.clusters()[other], other);
}

TEST(LinkIndexTest, AGiantGroupIsBoundedWork) {
  RandomStream random(30, "identity.link_index_test");
  Rows rows;
  for (int i = 0; i < 9000; ++i) {
    rows.push_back({"garcia", i % 1000 == 0 ? "lima" : "cusco",
                    fmt::format("19{:02}-0{}-01", random.Integer(40, 44), random.Integer(1, 9))});
  }
  const Table table = TableOf({"surname", "city", "birth_date"}, rows);
  LinkIndex index = IndexOf(Part(table, 0, 1000));
  const AddedRecords added = Added(index, Part(table, 1000, table.rows));
  EXPECT_LE(added.pairs_compared, 8000 * LimitsFor(1000).most_candidates);
  EXPECT_EQ(added.clusters.size(), 8000U);
}

TEST(LinkIndexTest, OneTextIsEnough) {
  RandomStream random(31, "identity.link_index_test");
  Rows rows;
  for (int i = 0; i < 600; ++i) {
    std::string title;
    for (int word = 0; word < 5; ++word) title += MadeUpWord(3, random) + " ";
    rows.push_back({title});
  }
  for (std::size_t i = 0; i < 60; ++i) rows.push_back({WithTypo(rows[i * 10][0], random)});
  const Table table = TableOf({"title"}, rows);
  LinkIndex index = IndexOf(Part(table, 0, 600));
  const AddedRecords added = Added(index, Part(table, 600, 660));
  for (std::uint32_t i = 0; i < 60; ++i) EXPECT_EQ(added.clusters[i], i * 10);
}

TEST(LinkIndexTest, WhatCannotBeAddedChangesNothing) {
  const People people = MakePeople(600, 32);
  LinkIndex index = IndexOf(Part(people.table, 0, 500));
  const std::vector<std::uint32_t> before = IdsOf(index);
  const Table rest = Part(people.table, 500, 600);
  const auto refused = [&](const Table& rows, const Decisions& decisions, Code code) {
    const auto added = index.Add(rows, decisions, Executor(2), std::stop_token());
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code(), code);
    EXPECT_EQ(IdsOf(index), before);
  };
  refused(rest, {.same = {{1, 600}}}, Code::kBadInput);
  refused(rest, {.apart = {{550, 550}}}, Code::kBadInput);
  Table lacking = rest;
  lacking.columns.erase(lacking.columns.begin() + 1);
  refused(lacking, {}, Code::kBadInput);
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = index.Add(rest, {}, Executor(2), stop.get_token());
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code(), Code::kCancelled);
  EXPECT_FALSE(LinkIndex::Make(Linked(rest), {.same = {{0, 100}}}, Executor(1)));
  LinkIndex other = IndexOf(Part(people.table, 0, 500));
  ExpectSamePairs(Added(index, rest).pairs, Added(other, rest).pairs);
}

}  // namespace
}  // namespace weir::identity
