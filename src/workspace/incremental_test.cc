// A model that grew by many small builds is the one that a single build makes of the same data: random sequences of
// imports, undos and settings, each followed by a build, against a build of everything from nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "base/random.h"
#include "workspace/builder.h"
#include "workspace/empty_home.h"
#include "workspace/known.h"
#include "workspace/ledger.h"
#include "workspace/standing_store.h"
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
    EmptyHome::CopyTo(root_ / "home");
    auto opened = Workspace::Open({.home = root_ / "home", .create = true, .threads = 2, .least_rows_by_parts = 0});
    if (!opened) throw Bug(opened.error().ToString());
    workspace_ = std::move(*opened);
  }
  ~Sequence() { std::filesystem::remove_all(root_); }
  Sequence(const Sequence&) = delete;
  Sequence& operator=(const Sequence&) = delete;

  void Step() {
    const double dice = random_.Uniform();
    if (dice < 0.85 || imports_.empty()) {
      Import();
    } else if (dice < 0.93) {
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
                                                            << Row("account") << Row("account");
    std::ofstream(folder / "activity.csv", std::ios::binary)
        << "key,kind,at,deal_key,owner_key,subject\n"
        << "T1,call,2024-03-02T10:00:00Z,D1,O1,First call\nT2,meeting,2024-03-04T10:00:00Z,D2,O2,Offer shown\n";
    std::ofstream(folder / "deal.csv", std::ios::binary)
        << "key,name,account_key,person_key,stage,stage_kind,amount,currency,close_date,created_at,owner_key\n"
        << Row("deal") << Row("deal");
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

  // A new day over a model that stands and is served meanwhile.
  void ImportNothingFirst() {
    const std::filesystem::path path = root_ / "exports" / "activity-2.csv";
    std::ofstream(path, std::ios::binary)
        << "key,kind,at,deal_key,owner_key,subject\nT3,call,2024-03-08T10:00:00Z,D1,O1,Zebra\n";
    ImportRequest request{.inputs = {{.path = path, .descriptor = -1, .name = path.string()}}};
    request.part = ImportPart::kFirstScreen;
    request.least_observations_served = 0;
    const auto first = workspace_->Import(request, analysis::Principal::LocalOwner(), {}, {});
    ASSERT_TRUE(first) << first.error().ToString();
    EXPECT_TRUE(first->output.tables.front().rows.empty());
    EXPECT_EQ(workspace_->LeftBehind(), std::vector<std::string>{"activity-2.csv"});
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
    auto opened = Workspace::Open({.home = root_ / "home", .threads = 2, .least_rows_by_parts = 0});
    ASSERT_TRUE(opened) << opened.error().ToString();
    workspace_ = std::move(*opened);
    ASSERT_TRUE(workspace_->Build({}, {}));
  }

  // Closes the workspace and compares what stands in it with two builds from nothing: in place, and of a copy.
  void Compare() {
    workspace_.reset();
    StandingStore standing = StandingStore::Of(root_ / "home");
    store::Connection& connection = standing.connection;
    const Dump grown = DumpOf(connection);
    const auto newest = NewestVersion(connection);
    ASSERT_TRUE(newest);
    auto copy = BuildKnown(connection, *newest, {}, *standing.definitions, {.threads = 4}, {});
    ASSERT_TRUE(copy) << copy.error().ToString();
    auto of_copy = copy->Connect();
    ASSERT_TRUE(of_copy);
    ExpectSame(grown, DumpOf(*of_copy), "a copy of the same version");
    for (const char* table : {"meta.model_state", "meta.producer_input"}) {
      ASSERT_TRUE(connection.Execute(fmt::format("DELETE FROM {}", table)));
    }
    const auto built = BuildStore(connection, *standing.definitions, {}, {});
    ASSERT_TRUE(built) << built.error().ToString();
    ExpectSame(grown, DumpOf(connection), "everything built again");
  }

  const std::string& log() const { return log_; }

 private:
  // A handful of records of one object, some of them seen before, at a random day: exports come in any order.
  void Import() {
    const std::vector<Kind>& kinds = Kinds();
    const Kind& kind = kinds[static_cast<std::size_t>(random_.Integer(0, static_cast<std::int64_t>(kinds.size()) - 1))];
    const std::string day = fmt::format("2024-{:02}-{:02}", random_.Integer(3, 9), random_.Integer(1, 28));
    std::string text;
    for (std::int64_t row = random_.Integer(1, 6); row > 0; --row) text += Filled(kind.row, day) + "\n";
    const std::string name = kind.object + ".csv";
    const std::string header = kind.header + "\n";
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

  struct Kind {
    std::string object;
    std::string header;
    std::string row;  // {4}: a number of up to four; {a|b}: one of them; {day}: of the export
  };

  static const std::vector<Kind>& Kinds() {
    static const std::vector<Kind> kKinds{
        {"account", "key,name,domain,country,tax_id", "A{6},Company {4},c{4}.com,DE,{9}"},
        {"person", "key,full_name,email,account_key,phone", "P{6},Ann {3},ann{4}@c{4}.com,A{7},+4930123456{3}"},
        {"deal", "key,name,account_key,person_key,stage,stage_kind,amount,currency,close_date,created_at,owner_key",
         "D{8},Deal {3},A{7},P{7},{Open,open|Offer,open|Won,won|Lost,lost},{900}.5,{USD|EUR|EUR},2024-0{9}-10,"
         "2024-01-1{8}T09:00:00Z,O{3}"},
        {"lead", "key,full_name,email,company,status,source,owner_key,created_at,converted_deal_key",
         "L{6},Bob {3},bob{4}@c{4}.com,Company {4},new,web,O{3},{day}T10:00:00Z,{|D1|D2|D3}"},
        {"activity", "key,kind,at,deal_key,person_key,account_key,owner_key,subject",
         "T{9},{call|meeting|email},2024-03-0{9}T1{9}:00:00Z,{|D1|D4},{|P1|P{7}},{|A{6}},O{3},Talk {4}"},
        {"touch", "key,person_key,email,channel,kind,at",
         "W{9},{|P{7}},{|ann{4}@c{4}.com},{ads|mail},click,2024-02-0{9}T08:00:00Z"},
        {"merge", "kind,from_key,into_key,at",
         "{deal,D{8},D{8}|person,P{6},P{6}|account,A{6},A{6}|lead,L{6},L{6}|ticket,S{6},S{6}},{day}T00:00:00Z"},
        {"link", "kind,record_key,account_key,person_key,deal_key,is_primary",
         "{activity,T{9}|ticket,S{6}},{|A{6}},{|P{6}},{|D{8}},{true|false}"},
        {"call", "key,at,direction,from_number,to_number,member_key,talk_s,outcome",
         "C{9},2024-04-0{9}T1{9}:00:00Z,{in|out},+4930123456{4},+4930123456{4},O{3},{90},{answered|missed}"},
        {"queue_event", "call_key,at,kind,queue,member_key,wait_s",
         "C{9},2024-04-0{9}T1{9}:00:00Z,{answered|missed|left},q{2},O{3},{60}"},
        {"message", "key,at,channel,author_key,ticket_key,person_key",
         "{T{9}|M{9}},2024-05-0{9}T1{9}:00:00Z,email,{O{3}|P{6}},{|S{6}},{|P{6}}"},
        {"ticket", "key,account_key,person_key,subject,status,created_at,owner_key",
         "S{6},{|A{6}},{|P{6}},Question {3},{open|solved},2024-05-0{9}T09:00:00Z,O{3}"},
        {"ticket_event", "ticket_key,at,kind,by_key,is_public",
         "S{6},2024-05-1{9}T1{9}:00:00Z,{comment|status},{O{3}|P{6}},{true|false}"},
        {"team", "key,name,department", "G{3},{Sales|Support|Finance} {2},{|sales}"},
        {"member", "key,name,email,title,team_key", "O{3},Kim {3},kim{3}@us.com,{|Account executive},G{3}"},
        {"deal_change", "deal_key,at,stage,amount,currency,by_key",
         "D{8},2024-02-1{9}T1{9}:00:00Z,{Open|Offer|Won},{|{900}.25},EUR,O{3}"},
        {"field_change", "object,record_key,field,old_value,new_value,at",
         "{deal,D{8},stage,Open,Offer|deal,D{8},amount,5,7|lead,L{6},status,new,open|ticket,S{6},status,open,solved},"
         "2024-02-1{9}T1{9}:00:00Z"},
        {"invoice", "key,number,account_key,deal_key,status,issued_at,due_date,total,currency",
         "I{6},N{6},A{7},{|D{8}},{open|paid},2024-06-0{9}T09:00:00Z,2024-07-0{9},{900}.10,{USD|EUR}"},
        {"payment", "key,invoice_key,account_key,at,amount,currency,status",
         "Y{6},{|I{6}},{|A{6}},2024-06-1{9}T09:00:00Z,{900}.10,EUR,paid"},
        {"subscription", "key,account_key,status,quantity,unit_price,interval,currency,started_at,ended_at",
         "U{5},A{7},active,{3},{90}.5,{month|year},EUR,2024-0{9}-01T00:00:00Z,{|2024-12-01T00:00:00Z}"},
        {"product_usage", "account_key,person_key,day,feature,quantity", "A{7},{|P{6}},2024-05-0{9},f{3},{20}"},
        {"tool_usage", "member_key,tool,at,kind", "O{3},crm,2024-05-0{9}T1{9}:00:00Z,login"},
        {"time_entry", "key,member_key,day,duration_s,category,deal_key",
         "E{9},O{3},2024-05-0{9},{900},{selling|admin},{|D{8}}"},
        {"deal_contact", "deal_key,person_key,role,is_primary", "D{8},P{6},{buyer|user},{true|false}"},
        {"campaign", "key,name,channel,status", "K{4},Spring {3},ads,active"}};
    return kKinds;
  }

  // Takes the innermost braces first.
  std::string Filled(std::string text, const std::string& day) {
    for (std::size_t end = text.find('}'); end != std::string::npos; end = text.find('}')) {
      const std::size_t begin = text.rfind('{', end);
      const std::string within = text.substr(begin + 1, end - begin - 1);
      std::string chosen;
      if (within == "day") {
        chosen = day;
      } else if (within.find('|') == std::string::npos) {
        chosen = std::to_string(random_.Integer(1, std::stoll(within)));
      } else {
        std::vector<std::string> choices{""};
        for (const char c : within) {
          if (c == '|') {
            choices.emplace_back();
          } else {
            choices.back() += c;
          }
        }
        chosen = choices[static_cast<std::size_t>(random_.Integer(0, static_cast<std::int64_t>(choices.size()) - 1))];
      }
      text.replace(begin, end - begin + 1, chosen);
    }
    return text;
  }

  std::string Row(const std::string& object) {
    return Filled(std::ranges::find(Kinds(), object, &Kind::object)->row, "2024-03-01") + "\n";
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
  constexpr std::uint64_t kSeeds = 4;
  constexpr int kSteps = 16;
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

std::size_t Activities(Workspace& workspace) {
  engine::Question question;
  question.id = "sql";
  question.params = {{"query", {"SELECT * FROM activity"}}};
  const auto answer = workspace.engine().Ask(question, analysis::Principal::LocalOwner());
  EXPECT_TRUE(answer) << answer.error().ToString();
  return answer ? answer->output.tables.front().rows.size() : 0;
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

// An answer of the model that stands already, asked for before the import has said that it is whole.
TEST(IncrementalTest, WhatWasAskedForAsTheLastFilesCameInIsNoLongerToCome) {
  Sequence sequence(std::filesystem::path(testing::TempDir()) / "weir-asked-meanwhile", 1);
  sequence.ImportFirstPart();
  ASSERT_FALSE(testing::Test::HasFailure());
  std::atomic<bool> is_in = false;
  std::thread asking([&] {
    while (!is_in) {
      Found(sequence.workspace(), "deal");
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  });
  sequence.ImportPartBehind();
  is_in = true;
  asking.join();
  EXPECT_FALSE(Found(sequence.workspace(), "deal").second);
}

TEST(IncrementalTest, ALargeModelIsServedAsItStandsWhileNewFilesComeIn) {
  Sequence sequence(std::filesystem::path(testing::TempDir()) / "weir-standing", 1);
  sequence.ImportFirstPart();
  sequence.ImportPartBehind();
  ASSERT_FALSE(testing::Test::HasFailure());
  const std::size_t before = Found(sequence.workspace(), "deal").first;
  ASSERT_GT(before, 0U);
  sequence.ImportNothingFirst();
  ASSERT_FALSE(testing::Test::HasFailure());
  EXPECT_EQ(Found(sequence.workspace(), "deal"), std::pair(before, true));
  EXPECT_EQ(Activities(sequence.workspace()), 2U);
  sequence.ImportPartBehind();
  ASSERT_FALSE(testing::Test::HasFailure());
  EXPECT_EQ(Found(sequence.workspace(), "deal"), std::pair(before, false));
  EXPECT_EQ(Activities(sequence.workspace()), 3U);
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
