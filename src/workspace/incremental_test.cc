// A model that grew by many small builds is the one that a single build makes of the same data: random sequences of
// imports, undos and settings, each followed by a build, against a build of everything from nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "base/random.h"
#include "workspace/builder.h"
#include "workspace/known.h"
#include "workspace/ledger.h"
#include "workspace/workspace.h"

namespace weir::workspace {
namespace {

using Dump = std::map<std::string, std::string>;

// Every row of every table of the model, in an order of its own.
Dump DumpOf(store::Connection& connection) {
  Dump dump;
  const auto tables = connection.Query(
      "SELECT table_name FROM information_schema.tables WHERE table_schema = 'model' AND table_type = 'BASE TABLE' "
      "ORDER BY 1");
  EXPECT_TRUE(tables) << tables.error().ToString();
  for (std::size_t i = 0; tables && i < tables->size(); ++i) {
    const std::string name = tables->TextAt(i, 0);
    const auto rows = connection.Query(fmt::format("SELECT * FROM model.{} ORDER BY ALL", store::QuoteName(name)));
    EXPECT_TRUE(rows) << rows.error().ToString();
    std::string& text = dump[name];
    for (std::size_t row = 0; rows && row < rows->size(); ++row) {
      for (std::size_t column = 0; column < rows->columns.size(); ++column) text += rows->TextAt(row, column) + "|";
      text += "\n";
    }
  }
  return dump;
}

class Sequence {
 public:
  Sequence(std::filesystem::path root, std::uint64_t seed) : root_(std::move(root)), random_(seed, "incremental") {
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_);
    auto opened = Workspace::Open({.home = root_ / "home", .create = true, .threads = 2});
    if (!opened) throw Bug(opened.error().ToString());
    workspace_ = std::move(*opened);
  }
  ~Sequence() { std::filesystem::remove_all(root_); }
  Sequence(const Sequence&) = delete;
  Sequence& operator=(const Sequence&) = delete;

  void Step() {
    const double dice = random_.Uniform();
    if (dice < 0.65 || imports_.empty()) {
      Import();
    } else if (dice < 0.85) {
      const auto at = static_cast<std::size_t>(random_.Integer(0, static_cast<std::int64_t>(imports_.size()) - 1));
      Act("sources.undo", {{"import_id", {imports_[at]}}});
      imports_.erase(imports_.begin() + static_cast<std::ptrdiff_t>(at));
    } else {
      static const std::vector<std::pair<std::string, std::string>> kSettings{{"currency", "USD"},
                                                                              {"currency", "EUR"},
                                                                              {"time_zone", "Europe/Berlin"},
                                                                              {"time_zone", "America/New_York"},
                                                                              {"fiscal_year_start_month", "4"},
                                                                              {"currency", ""}};
      const auto& [name, value] = kSettings[static_cast<std::size_t>(random_.Integer(0, 5))];
      Act("settings.set", {{"name", {name}}, {"value", {value}}});
    }
  }

  // Deals and their companies; what was done about them is left.
  void ImportFirstPart() {
    const std::filesystem::path folder = root_ / "exports";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "account.csv", std::ios::binary) << "key,name,domain,country,tax_id\n"
                                                            << Row(0, "") << Row(0, "");
    std::ofstream(folder / "activity.csv", std::ios::binary)
        << "key,kind,at,deal_key,owner_key,subject\n"
        << "T1,call,2024-03-02T10:00:00Z,D1,O1,First call\nT2,meeting,2024-03-04T10:00:00Z,D2,O2,Offer shown\n";
    std::ofstream(folder / "deal.csv", std::ios::binary)
        << "key,name,account_key,person_key,stage,stage_kind,amount,currency,close_date,created_at,owner_key\n"
        << Row(2, "") << Row(2, "");
    ImportRequest request{.inputs = {{.path = folder, .descriptor = -1, .name = folder.string()}},
                          .dry_run = false,
                          .recursive = false,
                          .mapping = {},
                          .exported_at = "2024-10-01"};
    request.part = ImportPart::kFirstScreen;
    request.least_bytes_behind = 0;
    const auto first = workspace_->Import(request, analysis::Principal::LocalOwner(), {}, {});
    ASSERT_TRUE(first) << first.error().ToString();
    EXPECT_EQ(first->output.tables.front().rows.size(), 2U);
    EXPECT_EQ(workspace_->LeftBehind(), std::vector<std::string>{"activity.csv"});
  }

  void ImportPartBehind() {
    ImportRequest rest;
    rest.part = ImportPart::kBehind;
    const auto second = workspace_->Import(rest, analysis::Principal::LocalOwner(), {}, {});
    ASSERT_TRUE(second) << second.error().ToString();
    EXPECT_EQ(second->output.tables.front().rows.size(), 1U);
    EXPECT_EQ(workspace_->LeftBehind(), std::vector<std::string>{});
  }

  Workspace& workspace() { return *workspace_; }

  // As after the end of a process.
  void Reopen() {
    workspace_.reset();
    auto opened = Workspace::Open({.home = root_ / "home", .threads = 2});
    ASSERT_TRUE(opened) << opened.error().ToString();
    workspace_ = std::move(*opened);
    ASSERT_TRUE(workspace_->Build({}, {}));
  }

  // Closes the workspace and compares what stands in it with two builds from nothing: in place, and of a copy.
  void Compare() {
    workspace_.reset();
    const auto set = ReadDefinitions(root_ / "home");
    ASSERT_TRUE(set);
    const auto definitions = Understand(*set);
    ASSERT_TRUE(definitions) << definitions.error().ToString();
    auto database = store::Database::Open(root_ / "home" / "weir.duckdb", {.threads = 1});
    ASSERT_TRUE(database) << database.error().ToString();
    auto connection = database->Connect();
    ASSERT_TRUE(connection);
    const Dump grown = DumpOf(*connection);
    const auto newest = NewestVersion(*connection);
    ASSERT_TRUE(newest);
    auto copy = BuildKnown(*connection, *newest, {}, **definitions, {.threads = 4}, {});
    ASSERT_TRUE(copy) << copy.error().ToString();
    auto of_copy = copy->Connect();
    ASSERT_TRUE(of_copy);
    ExpectSame(grown, DumpOf(*of_copy), "a copy of the same version");
    for (const char* table : {"meta.model_state", "meta.producer_input"}) {
      ASSERT_TRUE(connection->Execute(fmt::format("DELETE FROM {}", table)));
    }
    const auto built = BuildStore(*connection, **definitions, {}, {});
    ASSERT_TRUE(built) << built.error().ToString();
    ExpectSame(grown, DumpOf(*connection), "everything built again");
  }

  const std::string& log() const { return log_; }

 private:
  // A handful of records of one object, some of them seen before, at a random day: exports come in any order.
  void Import() {
    const auto kind = random_.Integer(0, 3);
    const std::string day = fmt::format("2024-{:02}-{:02}", random_.Integer(3, 9), random_.Integer(1, 28));
    std::string text;
    for (std::int64_t row = random_.Integer(1, 6); row > 0; --row) text += Row(kind, day);
    static const std::vector<std::pair<std::string, std::string>> kFiles{
        {"account.csv", "key,name,domain,country,tax_id\n"},
        {"person.csv", "key,full_name,email,account_key,phone\n"},
        {"deal.csv",
         "key,name,account_key,person_key,stage,stage_kind,amount,currency,close_date,created_at,owner_key\n"},
        {"lead.csv", "key,full_name,email,company,status,source,owner_key,created_at,converted_deal_key\n"}};
    const auto& [name, header] = kFiles[static_cast<std::size_t>(kind)];
    const std::filesystem::path path = root_ / name;
    std::ofstream(path, std::ios::binary) << header << text;
    log_ += fmt::format("import {} at {}\n{}{}", name, day, header, text);
    const auto answer = workspace_->Import({.inputs = {{.path = path, .descriptor = -1, .name = name}},
                                            .dry_run = false,
                                            .recursive = false,
                                            .mapping = {},
                                            .exported_at = day},
                                           analysis::Principal::LocalOwner(), {}, {});
    ASSERT_TRUE(answer) << answer.error().ToString() << "\n" << log_;
    const analysis::Table& files = answer->output.tables.front();
    const std::string import_id = store::ToText(files.rows.at(0).at(files.IndexOf("import_id")));
    ASSERT_EQ(store::ToText(files.rows[0][files.IndexOf("state")]), "imported")
        << store::ToText(files.rows[0][files.IndexOf("reason")]) << "\n"
        << log_;
    imports_.push_back(import_id);
  }

  std::string Row(std::int64_t kind, const std::string& day) {
    const auto pick = [&](std::int64_t most) { return random_.Integer(1, most); };
    switch (kind) {
      case 0:
        return fmt::format("A{},Company {},c{}.com,DE,{}\n", pick(6), pick(4), pick(4), pick(9));
      case 1:
        return fmt::format("P{},Ann {},ann{}@c{}.com,A{},+4930123456{}\n", pick(6), pick(3), pick(4), pick(4), pick(7),
                           pick(3));
      case 2: {
        static const std::vector<std::string> kStages{"Open,open", "Offer,open", "Won,won", "Lost,lost"};
        return fmt::format("D{},Deal {},A{},P{},{},{}.5,{},2024-{:02}-10,2024-01-{:02}T09:00:00Z,O{}\n", pick(8),
                           pick(3), pick(7), pick(7), kStages[static_cast<std::size_t>(pick(4) - 1)], pick(900),
                           pick(3) == 1 ? "USD" : "EUR", pick(12), pick(28), pick(3));
      }
      default:
        return fmt::format("L{},Bob {},bob{}@c{}.com,Company {},new,web,O{},{}T10:00:00Z,{}\n", pick(6), pick(3),
                           pick(4), pick(4), pick(4), pick(3), day, pick(3) == 1 ? fmt::format("D{}", pick(8)) : "");
    }
  }

  void Act(const std::string& id, const analysis::RawParams& params) {
    log_ += id;
    for (const auto& [name, values] : params) log_ += fmt::format(" {}={}", name, fmt::join(values, ","));
    log_ += "\n";
    const auto done = workspace_->engine().Act(id, params, "", analysis::Principal::LocalOwner());
    ASSERT_TRUE(done) << done.error().ToString() << "\n" << log_;
  }

  static void ExpectSame(const Dump& grown, const Dump& whole, const std::string& which) {
    for (const auto& [table, rows] : whole) {
      const auto found = grown.find(table);
      ASSERT_NE(found, grown.end()) << table;
      EXPECT_EQ(found->second, rows) << "model." << table << " against " << which;
    }
    EXPECT_EQ(grown.size(), whole.size());
  }

  std::filesystem::path root_;
  RandomStream random_;
  std::unique_ptr<Workspace> workspace_;
  std::vector<std::string> imports_;
  std::string log_;
};

TEST(IncrementalTest, ManySmallBuildsMakeWhatOneBuildMakes) {
  constexpr std::uint64_t kSeeds = 8;
  constexpr int kSteps = 10;
  for (std::uint64_t seed = 1; seed <= kSeeds && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    Sequence sequence(std::filesystem::path(testing::TempDir()) / fmt::format("weir-incremental-{}", seed), seed);
    for (int step = 0; step < kSteps && !testing::Test::HasFatalFailure(); ++step) sequence.Step();
    if (testing::Test::HasFatalFailure()) return;
    sequence.Compare();
    if (testing::Test::HasFailure()) ADD_FAILURE() << sequence.log();
  }
}

// What a question answers, and whether it warns of files that are still to come.
std::pair<std::size_t, bool> Found(Workspace& workspace, const std::string& words) {
  engine::Question question;
  question.id = "customers.search";
  question.params = {{"text", {words}}};
  const auto answer = workspace.engine().Ask(question, analysis::Principal::LocalOwner());
  EXPECT_TRUE(answer) << answer.error().ToString();
  if (!answer) return {};
  const auto& warnings = answer->output.warnings;
  const bool warns = std::ranges::find(warnings, "files_to_come", &analysis::Warning::code) != warnings.end();
  return {answer->output.tables.front().rows.size(), warns};
}

TEST(IncrementalTest, AnImportInTwoPartsMakesWhatOneMakes) {
  Sequence sequence(std::filesystem::path(testing::TempDir()) / "weir-two-parts", 1);
  sequence.ImportFirstPart();
  ASSERT_FALSE(testing::Test::HasFailure());
  EXPECT_EQ(Found(sequence.workspace(), "deal"), std::pair(std::size_t{0}, true));
  sequence.ImportPartBehind();
  ASSERT_FALSE(testing::Test::HasFailure());
  const auto [found, warns] = Found(sequence.workspace(), "deal");
  EXPECT_GT(found, 0U);
  EXPECT_FALSE(warns);
  sequence.Compare();
}

// A process that ends between the two parts leaves a model that lacks something and says so.
TEST(IncrementalTest, WhatCanWaitIsMadeUpForByTheNextBuild) {
  Sequence sequence(std::filesystem::path(testing::TempDir()) / "weir-first-part", 2);
  sequence.ImportFirstPart();
  ASSERT_FALSE(testing::Test::HasFailure());
  sequence.Reopen();
  ASSERT_FALSE(testing::Test::HasFailure());
  EXPECT_GT(Found(sequence.workspace(), "deal").first, 0U);
  sequence.Compare();
}

}  // namespace
}  // namespace weir::workspace
