// The engine without a specification on sets of others whose truth is known, where they are at hand.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "base/shared_sets_for_tests.h"
#include "base/text.h"
#include "identity/link.h"
#include "identity/test_records.h"

namespace weir::identity {
namespace {

struct KnownSet {
  Table table;
  std::vector<std::uint32_t> things;  // of each record what it is a record of
};

// Rows in another order, for theirs tells the truth; `id` is no column of the table, nor is `truth`.
template <typename ThingOf>
KnownSet Read(const std::filesystem::path& path, std::string_view id, std::string_view truth, ThingOf thing_of) {
  std::vector<std::vector<std::string>> rows = CsvRows(Unzipped(path));
  std::vector<std::string> header = std::move(rows.front());
  rows.erase(rows.begin());
  RandomStream random(1, "identity.shared_sets_test");
  const std::vector<std::uint32_t> order = Shuffled(rows.size(), random);
  std::vector<std::size_t> shown;
  std::size_t told = 0;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const std::string name(TrimBlanks(header[i]));
    if (name == truth) told = i;
    if (name == id || name == truth) continue;
    shown.push_back(i);
    names.push_back(name);
  }
  KnownSet set;
  Rows cells;
  std::unordered_map<std::string, std::uint32_t> numbers;
  for (const std::uint32_t row : order) {
    std::vector<std::string>& out = cells.emplace_back();
    for (const std::size_t i : shown) out.emplace_back(TrimBlanks(rows[row].at(i)));
    const std::string thing = thing_of(rows[row].at(told));
    set.things.push_back(numbers.try_emplace(thing, static_cast<std::uint32_t>(numbers.size())).first->second);
  }
  set.table = TableOf(names, cells);
  return set;
}

PairScores Link(const std::string& name, const KnownSet& set) {
  const Executor executor(2);
  const Result<LinkResult> result = Link(set.table, ChooseSpec(set.table, executor), {}, executor, std::stop_token());
  if (!result) {
    ADD_FAILURE() << result.error().message();
    return {};
  }
  const PairScores scores = ScoresOf(result->clusters, set.things);
  std::cout << fmt::format(
      "{}: {} records, {} true pairs, {} compared; precision {:.4f}, recall {:.4f}, F1 {:.4f}; the "
      "model itself expects {:.4f} and {:.4f}{}\n",
      name, set.table.rows, scores.real, result->pairs_compared, scores.Precision(), scores.Recall(), scores.F1(),
      result->expected_precision, result->expected_recall, result->model.has_neighbours ? "; neighbours" : "");
  return scores;
}

// rec-122-org, rec-122-dup-0: a person is what stands before.
std::string PersonOf(const std::string& id) { return id.substr(0, id.find('-', id.find('-') + 1)); }

TEST(SharedSetsTest, Febrl1) {
  const std::filesystem::path path = SharedData() / "er-febrl/dataset1.csv.gz";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "the Febrl sets are not here (WEIR_SHARED_DATA)";
  const KnownSet set = Read(path, "", "rec_id", PersonOf);
  const PairScores scores = Link("Febrl 1", set);
  EXPECT_EQ(scores.real, 500U);
  EXPECT_GE(scores.F1(), 0.99);
}

TEST(SharedSetsTest, Fake1000) {
  const std::filesystem::path path = SharedData() / "er-splink/fake_1000.csv";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "the set is not here (WEIR_SHARED_DATA)";
  const KnownSet set = Read(path, "unique_id", "cluster", [](const std::string& cluster) { return cluster; });
  const PairScores scores = Link("fake_1000", set);
  EXPECT_EQ(scores.real, 2031U);
  EXPECT_GE(scores.F1(), 0.88);
}

}  // namespace
}  // namespace weir::identity
