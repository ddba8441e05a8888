#include "simulate/simulate.h"

#include <gtest/gtest.h>

#include "simulate/test_table.h"

namespace weir::simulate {
namespace {

SimulateParams Small(const SimulatedFolder& folder) {
  SimulateParams params;
  params.directory = folder.path();
  params.accounts = 60;
  params.months = 12;
  return params;
}

std::map<std::string, std::string> AllFiles(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files[std::filesystem::relative(entry.path(), folder)] = ReadFile(entry.path());
  }
  return files;
}

TEST(Simulate, TheSameParametersGiveTheSameBytesForAnyNumberOfThreads) {
  const SimulatedFolder first("same_a");
  const SimulatedFolder second("same_b");
  SimulateParams alone = Small(first);
  alone.accounts = 300;  // more than are told at once
  SimulateParams together = alone;
  alone.threads = 1;
  together.directory = second.path();
  together.threads = 5;
  ASSERT_TRUE(Simulate(alone).has_value());
  ASSERT_TRUE(Simulate(together).has_value());
  EXPECT_EQ(AllFiles(first.path()), AllFiles(second.path()));
  SimulateParams other = Small(second);
  other.seed = 2;
  ASSERT_TRUE(Simulate(other).has_value());
  EXPECT_NE(AllFiles(first.path()), AllFiles(second.path()));
}

// Lines of the first accounts stand first in each file, and stay as they were.
TEST(Simulate, TwiceTheAccountsBeginWithTheSameRecords) {
  const SimulatedFolder small("accounts_60");
  const SimulatedFolder large("accounts_120");
  SimulateParams params = Small(small);
  ASSERT_TRUE(Simulate(params).has_value());
  params.directory = large.path();
  params.accounts = 120;
  ASSERT_TRUE(Simulate(params).has_value());
  for (const std::string_view name :
       {"Account.csv", "Contact.csv", "Lead.csv", "Opportunity.csv", "OpportunityHistory.csv", "Task.csv",
        "stripe-invoice.csv", "zendesk-ticket.csv"}) {
    const std::string few = ReadFile(small.Export(2) / name);
    const std::string many = ReadFile(large.Export(2) / name);
    EXPECT_TRUE(many.starts_with(few)) << name;
    EXPECT_GT(many.size(), few.size()) << name;
  }
}

TEST(Simulate, SummaryCountsWhatIsInTheFiles) {
  const SimulatedFolder folder("summary");
  std::vector<double> fractions;
  const auto summary = Simulate(Small(folder), [&](const Phrase& stage, double fraction) {
    if (stage.text.find("accounts") != std::string::npos) fractions.push_back(fraction);
  });
  ASSERT_TRUE(summary.has_value());
  EXPECT_FALSE(fractions.empty());
  const Table deals = folder.Read(2, "Opportunity.csv");
  EXPECT_EQ(static_cast<std::int64_t>(deals.rows.size()), summary->deals);
  EXPECT_EQ(summary->deals, summary->deals_won + summary->deals_lost + summary->deals_open);
  std::uint64_t rows = 0;
  for (const SimulatedFile& file : summary->files) {
    rows += file.rows;
    if (file.path.filename() == "Lead.csv" && file.path.string().starts_with("export-2")) {
      EXPECT_EQ(static_cast<std::int64_t>(file.rows), summary->leads);
    }
  }
  EXPECT_EQ(rows, summary->rows);
  EXPECT_GT(summary->events, folder.Read(2, "Task.csv").rows.size());
  EXPECT_EQ(summary->leaks, static_cast<std::int64_t>(folder.Truth("leaks.csv").rows.size()));
}

TEST(Simulate, DifficultyIsTheShareOfBlemishes) {
  std::map<std::string, std::size_t> blemishes;
  for (const std::string level : {"easy", "normal", "hard"}) {
    const SimulatedFolder folder("level_" + level);
    SimulateParams params = Small(folder);
    params.difficulty = level;
    ASSERT_TRUE(Simulate(params).has_value());
    blemishes[level] = folder.Truth("dirt.csv").rows.size();
  }
  EXPECT_LT(blemishes["easy"] * 2, blemishes["normal"]);
  EXPECT_GT(blemishes["hard"] * 2, blemishes["normal"] * 3);
}

TEST(Simulate, MoreExportsAreMoreMonths) {
  const SimulatedFolder folder("exports");
  SimulateParams params = Small(folder);
  params.exports = 4;
  ASSERT_TRUE(Simulate(params).has_value());
  EXPECT_EQ(folder.Export(1).filename(), "export-1-2026-07-31");
  EXPECT_EQ(folder.Export(4).filename(), "export-4-2026-10-31");
  params.exports = 12;
  ASSERT_TRUE(Simulate(params).has_value());
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "export-01-2025-11-30"));
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "export-12-2026-10-31"));
}

TEST(Simulate, AnEarlierSimulationIsReplacedAndNothingElse) {
  const SimulatedFolder folder("replace");
  SimulateParams params = Small(folder);
  ASSERT_TRUE(Simulate(params).has_value());
  params.until = FromCivil({2026, 6, 30});
  ASSERT_TRUE(Simulate(params).has_value());
  EXPECT_EQ(folder.Export(2).filename(), "export-2-2026-06-30");
  std::ofstream(folder.path() / "mine.txt") << "keep";
  const auto refused = Simulate(params);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), Code::kConflict);
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "mine.txt"));
  EXPECT_EQ(folder.Export(2).filename(), "export-2-2026-06-30");
}

TEST(Simulate, BadParametersAreRefusedBeforeAnythingIsWritten) {
  const SimulatedFolder folder("refused");
  const auto field_of = [&](auto change) {
    SimulateParams params = Small(folder);
    change(params);
    const auto result = Simulate(params);
    return result.has_value() ? std::string("accepted") : result.error().field();
  };
  EXPECT_EQ(field_of([](SimulateParams& p) { p.accounts = 0; }), "accounts");
  EXPECT_EQ(field_of([](SimulateParams& p) { p.accounts = 1 << 30; }), "accounts");
  EXPECT_EQ(field_of([](SimulateParams& p) { p.months = 1; }), "months");
  EXPECT_EQ(field_of([](SimulateParams& p) { p.exports = 13; }), "exports");
  EXPECT_EQ(field_of([](SimulateParams& p) { p.locale = "de"; }), "locale");
  EXPECT_EQ(field_of([](SimulateParams& p) { p.scenario = "bliss"; }), "scenario");
  EXPECT_EQ(field_of([](SimulateParams& p) { p.difficulty = "none"; }), "difficulty");
  EXPECT_EQ(field_of([](SimulateParams& p) { p.until = FromCivil({1900, 1, 1}); }), "until");
  EXPECT_EQ(field_of([](SimulateParams& p) { p.directory.clear(); }), "directory");
  EXPECT_FALSE(std::filesystem::exists(folder.path()));
}

TEST(Simulate, CanBeCancelled) {
  const SimulatedFolder folder("cancelled");
  std::stop_source source;
  source.request_stop();
  const auto result = Simulate(Small(folder), {}, source.get_token());
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code(), Code::kCancelled);
  // What stands there is marked as ours, so a second try may begin.
  EXPECT_TRUE(Simulate(Small(folder)).has_value());
}

TEST(Simulate, SmallestCompanyIsWrittenToo) {
  const SimulatedFolder folder("smallest");
  SimulateParams params = Small(folder);
  params.accounts = 1;
  params.months = 2;
  ASSERT_TRUE(Simulate(params).has_value());
}

}  // namespace
}  // namespace weir::simulate
