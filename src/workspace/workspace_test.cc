// The main job from a file to an answer, on a workspace in a directory of its own.
#include "workspace/workspace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "engine/document.h"
#include "workspace/lock.h"

namespace weir::workspace {
namespace {

using testing::HasSubstr;

class WorkspaceTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = std::filesystem::path(testing::TempDir()) /
            (std::string("weir-") + testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_);
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  std::filesystem::path Write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = root_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  Result<std::unique_ptr<Workspace>> Open(Access access = Access::kWrite) {
    return Workspace::Open(
        {.home = root_ / "home", .access = access, .create = true, .lock_wait = std::chrono::seconds(0)});
  }

  static engine::Answer Import(Workspace& workspace, const std::vector<std::filesystem::path>& paths,
                               bool dry_run = false, const std::string& exported_at = {}) {
    ImportRequest request;
    for (const auto& path : paths)
      request.inputs.push_back({.path = path, .descriptor = -1, .name = path.filename().string()});
    request.dry_run = dry_run;
    request.exported_at = exported_at;
    auto answer = workspace.Import(request, analysis::Principal::LocalOwner(), {}, {});
    EXPECT_TRUE(answer.has_value()) << (answer ? "" : answer.error().ToString());
    return answer ? *answer : engine::Answer{};
  }

  static std::string Cell(const engine::Answer& answer, const std::string& table, const std::string& column,
                          std::size_t row = 0) {
    const analysis::Table* found = answer.output.Find(table);
    if (found == nullptr || row >= found->rows.size()) return "(no row)";
    return store::ToText(found->rows[row][found->IndexOf(column)]);
  }

  static engine::Answer Ask(Workspace& workspace, const engine::Question& question) {
    auto answer = workspace.engine().Ask(question, analysis::Principal::LocalOwner());
    EXPECT_TRUE(answer.has_value()) << (answer ? "" : answer.error().ToString());
    return answer ? *answer : engine::Answer{};
  }

  static engine::Question Metric(const std::string& id) {
    engine::Question question;
    question.id = "metrics";
    question.params["metrics"] = {id};
    return question;
  }

  std::filesystem::path root_;
};

constexpr const char* kFirst =
    "Id,Name,StageName,Amount,CloseDate,CreatedDate,IsClosed,IsWon,OwnerId,SystemModstamp\n"
    "006A,Alpha,Prospecting,1000.00,2024-06-30,2024-03-01T09:00:00Z,false,false,005A,2024-03-05T09:00:00Z\n"
    "006B,Beta,Closed Won,2500.50,2024-03-20,2024-02-01T09:00:00Z,true,true,005A,2024-03-20T12:00:00Z\n";
constexpr const char* kSecond =
    "Id,Name,StageName,Amount,CloseDate,CreatedDate,IsClosed,IsWon,OwnerId,SystemModstamp\n"
    "006A,Alpha,Closed Won,1200.00,2024-04-10,2024-03-01T09:00:00Z,true,true,005A,2024-04-10T15:00:00Z\n"
    "006B,Beta,Closed Won,2500.50,2024-03-20,2024-02-01T09:00:00Z,true,true,005A,2024-03-20T12:00:00Z\n"
    "006C,Gamma,Closed Lost,700.00,2024-04-11,2024-04-01T09:00:00Z,true,false,005A,2024-04-11T10:00:00Z\n";

TEST_F(WorkspaceTest, ImportsAndAnswers) {
  auto workspace = Open();
  ASSERT_TRUE(workspace) << workspace.error().ToString();
  const auto imported = Import(**workspace, {Write("Opportunity.csv", kFirst)});
  EXPECT_EQ(Cell(imported, "files", "state"), "imported");
  EXPECT_EQ(Cell(imported, "files", "source"), "salesforce");
  EXPECT_EQ(Cell(imported, "files", "new"), "2");
  EXPECT_EQ(Cell(Ask(**workspace, Metric("won_amount")), "metrics", "won_amount"), "2500.5");
  EXPECT_EQ(Cell(Ask(**workspace, Metric("deals_open")), "metrics", "deals_open"), "1");
}

// A thread that serves everybody asks in this way: without a transaction, so that nothing that is stale may come of it.
TEST_F(WorkspaceTest, WhatWasComputedBeforeIsRecalledUntilSomethingIsWritten) {
  auto workspace = Open();
  ASSERT_TRUE(workspace) << workspace.error().ToString();
  const auto owner = analysis::Principal::LocalOwner();
  engine::Engine& engine = (*workspace)->engine();
  Import(**workspace, {Write("Opportunity.csv", kFirst)});
  const engine::Question won = Metric("won_amount");
  EXPECT_FALSE(engine.Recall(won, owner)) << "nobody asked yet";
  const engine::Answer answer = Ask(**workspace, won);
  const auto recalled = engine.Recall(won, owner);
  ASSERT_TRUE(recalled);
  EXPECT_EQ(recalled->document->json(), engine::ToJson(answer));
  EXPECT_EQ(recalled->data_version, answer.data_version);

  engine::Question part = won;
  part.page.table = "metrics";
  const auto recalled_part = engine.Recall(part, owner);
  ASSERT_TRUE(recalled_part);
  EXPECT_EQ(recalled_part->document->json(), engine::ToJson(Ask(**workspace, part)));
  engine::Question past = won;
  past.known_at = answer.data_version;
  EXPECT_FALSE(engine.Recall(past, owner)) << "a past version is looked up in its own model";
  auto nobody = owner;
  nobody.rights.clear();
  EXPECT_FALSE(engine.Recall(won, nobody));
  auto limited = owner;
  limited.sees_all_rows = false;
  EXPECT_FALSE(engine.Recall(won, limited)) << "and not the owner's answer";

  engine::Question sources;
  sources.id = "sources";
  Ask(**workspace, sources);
  EXPECT_TRUE(engine.Recall(sources, owner));
  Import(**workspace, {Write("unknown.csv", "What,Is,This\n1,2,3\n"), Write("Opportunity2.csv", kSecond)});
  EXPECT_FALSE(engine.Recall(won, owner));
  EXPECT_EQ(Cell(Ask(**workspace, won), "metrics", "won_amount"), "3700.5");
  const auto newer = engine.Recall(won, owner);
  ASSERT_TRUE(newer);
  EXPECT_GT(newer->data_version, recalled->data_version);
  EXPECT_FALSE(engine.Recall(sources, owner)) << "more was imported";
}

TEST_F(WorkspaceTest, ImportingTwiceChangesNothing) {
  auto workspace = Open();
  ASSERT_TRUE(workspace);
  const auto path = Write("Opportunity.csv", kFirst);
  Import(**workspace, {path});
  const auto before = Ask(**workspace, Metric("won_amount"));
  const auto again = Import(**workspace, {path});
  EXPECT_EQ(Cell(again, "files", "unchanged"), "2");
  EXPECT_EQ(engine::ToJson(Ask(**workspace, Metric("won_amount"))), engine::ToJson(before));
}

// Numbers, versions and what each file says of itself rest on the order of the files alone.
TEST_F(WorkspaceTest, FilesComeInByTheirOrderHoweverManyThreadsRead) {
  const std::string header = kFirst;
  const std::string columns = header.substr(0, header.find('\n') + 1);
  std::vector<std::filesystem::path> files{Write("unknown.csv", "What,Is,This\n1,2,3\n"), Write("empty.csv", "")};
  for (int month = 1; month <= 12; ++month) {
    std::string text = columns;
    // The first files are the longest, so that later ones are read before them.
    for (int deal = 0; deal < 100 * (13 - month); ++deal) {
      text += fmt::format(
          "006-{0},Deal {0},Prospecting,{1}.00,2025-06-30,2024-01-01T09:00:00Z,false,false,005A,"
          "2024-{2:02}-05T09:00:00Z\n",
          deal, 100 * month, month);
    }
    files.push_back(Write(fmt::format("Opportunity-{:02}.csv", month), text));
  }
  std::vector<std::string> answers;
  for (const int threads : {1, 4}) {
    auto workspace =
        Workspace::Open({.home = root_ / fmt::format("home{}", threads), .create = true, .threads = threads});
    ASSERT_TRUE(workspace) << workspace.error().ToString();
    const engine::Answer imported = Import(**workspace, files);
    EXPECT_EQ(Cell(imported, "files", "new", 2), "1200");
    EXPECT_EQ(Cell(imported, "files", "updated", 3), "1100");
    EXPECT_EQ(Cell(imported, "files", "import_id", 13), "12");
    answers.push_back(engine::ToJson(imported));
  }
  EXPECT_EQ(answers[1], answers[0]);
}

TEST_F(WorkspaceTest, AFileThatIsInIsNotReadAgain) {
  auto workspace = Open();
  ASSERT_TRUE(workspace);
  const auto path = Write("Opportunity.csv", kFirst);
  const auto first = Import(**workspace, {path});
  const auto again = Import(**workspace, {path});
  EXPECT_EQ(Cell(again, "files", "state"), "imported");
  EXPECT_THAT(Cell(again, "files", "reason"), HasSubstr("in already"));
  EXPECT_EQ(Cell(again, "files", "import_id"), Cell(first, "files", "import_id"));
  EXPECT_EQ(Cell(again, "files", "read"), "2");
  engine::Question sources;
  sources.id = "sources";
  EXPECT_EQ(Ask(**workspace, sources).output.Find("imports")->rows.size(), 1U) << "the ledger is as it was";
  // At another moment the same bytes say something new; so they do after the import was taken back.
  EXPECT_EQ(Cell(Import(**workspace, {path}, false, "2024-05-01"), "files", "import_id"), "2");
  for (const char* import_id : {"1", "2"}) {
    ASSERT_TRUE((*workspace)
                    ->engine()
                    .Act("sources.undo", {{"import_id", {import_id}}}, "", analysis::Principal::LocalOwner()));
  }
  EXPECT_EQ(Cell(Import(**workspace, {path}), "files", "new"), "2");
  EXPECT_EQ(Cell(Ask(**workspace, Metric("won_amount")), "metrics", "won_amount"), "2500.5");
}

TEST_F(WorkspaceTest, OtherBytesOfTheSameSizeAreRead) {
  auto workspace = Open();
  ASSERT_TRUE(workspace);
  std::string text = kFirst;
  const auto path = Write("Opportunity.csv", text);
  Import(**workspace, {path});
  text.replace(text.find("1000.00"), 7, "1234.00");
  Write("Opportunity.csv", text);
  EXPECT_EQ(Cell(Import(**workspace, {path}, false, "2024-05-01"), "files", "updated"), "1");
}

TEST_F(WorkspaceTest, AFileThatIsWrittenToWhileItIsReadIsReadAgain) {
  auto workspace = Open();
  ASSERT_TRUE(workspace);
  const auto path = Write("Opportunity.csv", kFirst);
  ImportRequest request;
  request.inputs.push_back({.path = path, .descriptor = -1, .name = "Opportunity.csv"});
  const std::string more =
      "006C,Gamma,Prospecting,5.00,2024-06-30,2024-03-01T09:00:00Z,false,false,005A,2024-03-05T09:00:00Z\n";
  const analysis::Progress write_once = [&](const Phrase& stage, double) {
    if (stage.text.find("commit") == std::string::npos) Write("Opportunity.csv", kFirst + more);
  };
  ASSERT_TRUE((*workspace)->Import(request, analysis::Principal::LocalOwner(), write_once, {}));
  EXPECT_EQ(Cell(Import(**workspace, {path}), "files", "new"), "1");
  EXPECT_THAT(Cell(Import(**workspace, {path}), "files", "reason"), HasSubstr("in already"));
}

TEST_F(WorkspaceTest, DryRunLeavesTheWorkspaceAsItWas) {
  auto workspace = Open();
  ASSERT_TRUE(workspace);
  const auto tried = Import(**workspace, {Write("Opportunity.csv", kFirst)}, true);
  EXPECT_EQ(Cell(tried, "files", "state"), "recognised");
  EXPECT_EQ(Cell(tried, "files", "new"), "2");
  engine::Question sources;
  sources.id = "sources";
  EXPECT_TRUE(Ask(**workspace, sources).output.Find("imports")->rows.empty());
}

TEST_F(WorkspaceTest, KnownAtReproducesAPastResultByteForByte) {
  auto workspace = Open();
  ASSERT_TRUE(workspace);
  Import(**workspace, {Write("Opportunity.csv", kFirst)});
  engine::Question question = Metric("won_amount,deals_open,deals_lost,win_rate");
  question.as_of = "2024-05-01";
  question.known_at = 1;
  const std::string then = engine::ToJson(Ask(**workspace, question));
  Import(**workspace, {Write("Opportunity-2.csv", kSecond)});
  EXPECT_EQ(engine::ToJson(Ask(**workspace, question)), then);
  question.known_at.reset();
  const auto now = Ask(**workspace, question);
  EXPECT_EQ(Cell(now, "metrics", "won_amount"), "3700.5");
  EXPECT_NE(engine::ToJson(now), then);
}

TEST_F(WorkspaceTest, AsOfReadsTheStateOfThatMoment) {
  auto workspace = Open();
  ASSERT_TRUE(workspace);
  Import(**workspace, {Write("Opportunity.csv", kFirst)});
  Import(**workspace, {Write("Opportunity-2.csv", kSecond)});
  engine::Question question = Metric("deals_open");
  question.as_of = "2024-03-31";
  EXPECT_EQ(Cell(Ask(**workspace, question), "metrics", "deals_open"), "1");
  question.as_of = "2024-04-30";
  EXPECT_EQ(Cell(Ask(**workspace, question), "metrics", "deals_open"), "0");
}

TEST_F(WorkspaceTest, AnOlderExportFillsHistoryAndOverwritesNothing) {
  auto workspace = Open();
  ASSERT_TRUE(workspace);
  Import(**workspace, {Write("Opportunity-2.csv", kSecond)});
  const auto before = Ask(**workspace, Metric("won_amount"));
  Import(**workspace, {Write("Opportunity.csv", kFirst)});
  EXPECT_EQ(Cell(Ask(**workspace, Metric("won_amount")), "metrics", "won_amount"),
            Cell(before, "metrics", "won_amount"));
  engine::Question question = Metric("pipeline_amount");
  question.as_of = "2024-03-31";
  EXPECT_EQ(Cell(Ask(**workspace, question), "metrics", "pipeline_amount"), "1000")
      << "the older export knows the open amount";
}

TEST_F(WorkspaceTest, UndoTakesAnImportBackAndLeavesADecision) {
  auto workspace = Open();
  ASSERT_TRUE(workspace);
  Import(**workspace, {Write("Opportunity.csv", kFirst)});
  const auto second = Import(**workspace, {Write("Opportunity-2.csv", kSecond)});
  auto undone = (*workspace)
                    ->engine()
                    .Act("sources.undo", {{"import_id", {Cell(second, "files", "import_id")}}}, "wrong file",
                         analysis::Principal::LocalOwner());
  ASSERT_TRUE(undone) << undone.error().ToString();
  EXPECT_EQ(Cell(Ask(**workspace, Metric("won_amount")), "metrics", "won_amount"), "2500.5");
  engine::Question decisions;
  decisions.id = "decisions";
  EXPECT_EQ(Cell(Ask(**workspace, decisions), "decisions", "reason"), "wrong file");
}

// The same bad row stands in three files; each file adds a row of its own.
TEST_F(WorkspaceTest, RowsInQuarantineOfAnUndoneImportStayWithTheNextFileThatHoldsThem) {
  auto workspace = Open();
  ASSERT_TRUE(workspace);
  const auto owner = analysis::Principal::LocalOwner();
  const std::string bad = "006X,Bad,Prospecting,much,2024-06-30,2024-03-01T09:00:00Z,false,false,005A,\n";
  const std::string head = std::string(kFirst).substr(0, std::string_view(kFirst).find('\n') + 1) + bad;
  for (const char* name : {"006D", "006E", "006F"}) {
    const std::string text = fmt::format(
        "{}{},Deal,Prospecting,1.00,2024-06-30,2024-03-01T09:00:00Z,false,false,005A,2024-03-05T09:00:00Z\n", head,
        name);
    Import(**workspace, {Write("Opportunity.csv", text)});
  }
  const auto open_rejects = [&](std::optional<std::int64_t> known_at = {}) {
    engine::Question question;
    question.id = "sources.rejects";
    question.known_at = known_at;
    const engine::Answer answer = Ask(**workspace, question);
    std::string text;
    const std::size_t rows = answer.output.tables.at(0).rows.size();
    for (std::size_t row = 0; row < rows; ++row) {
      text += fmt::format("{}:{} ", Cell(answer, "rejects", "import_id", row), Cell(answer, "rejects", "line", row));
    }
    return text;
  };
  EXPECT_EQ(open_rejects(), "1:2 ");
  ASSERT_TRUE((*workspace)->engine().Act("sources.undo", {{"import_id", {"1"}}}, "", owner));
  EXPECT_EQ(open_rejects(), "2:2 ");
  ASSERT_TRUE((*workspace)->engine().Act("sources.undo", {{"import_id", {"3"}}}, "", owner));
  EXPECT_EQ(open_rejects(), "2:2 ");
  ASSERT_TRUE((*workspace)->engine().Act("sources.undo", {{"import_id", {"2"}}}, "", owner));
  EXPECT_EQ(open_rejects(), "");
  EXPECT_EQ(open_rejects(3), "1:2 ") << "as it was before anything was undone";
  EXPECT_EQ(open_rejects(4), "2:2 ");
}

TEST_F(WorkspaceTest, ASettingChangesNumbersAndCanBeUndone) {
  auto workspace = Open();
  ASSERT_TRUE(workspace);
  Import(**workspace, {Write("Opportunity.csv", kFirst)});
  auto& engine = (*workspace)->engine();
  const auto owner = analysis::Principal::LocalOwner();
  EXPECT_FALSE(engine.Act("settings.set", {{"name", {"currency"}}, {"value", {"euro"}}}, "", owner));
  auto set = engine.Act("settings.set", {{"name", {"currency"}}, {"value", {"EUR"}}}, "", owner);
  ASSERT_TRUE(set) << set.error().ToString();
  EXPECT_EQ(Ask(**workspace, Metric("won_amount")).currency, "EUR");
  auto undone = engine.Act("decisions.undo", {{"decision_id", {Cell(*set, "decision", "decision_id")}}}, "", owner);
  ASSERT_TRUE(undone) << undone.error().ToString();
  EXPECT_EQ(Ask(**workspace, Metric("won_amount")).currency, "XXX");
  EXPECT_FALSE(engine.Act("decisions.undo", {{"decision_id", {Cell(*set, "decision", "decision_id")}}}, "", owner))
      << "twice";
}

TEST_F(WorkspaceTest, ExplainsANumberDownToFileAndLine) {
  auto workspace = Open();
  ASSERT_TRUE(workspace);
  Import(**workspace, {Write("Opportunity.csv", kFirst)});
  engine::Question question = Metric("won_amount");
  question.explain = engine::ExplainRequest{.table = "metrics", .key = {""}, .data_version = 0};
  const auto explained = Ask(**workspace, question);
  EXPECT_EQ(Cell(explained, "canonical", "deal_id"), "salesforce:006B");
  EXPECT_EQ(Cell(explained, "records", "line"), "3");
  EXPECT_THAT(Cell(explained, "records", "file"), HasSubstr("Opportunity.csv"));
}

TEST_F(WorkspaceTest, ALimitedPrincipalSeesOnlyItsTeam) {
  auto workspace = Open();
  ASSERT_TRUE(workspace);
  Import(**workspace, {Write("Opportunity.csv", kFirst)});
  auto principal = analysis::Principal::LocalOwner();
  principal.sees_all_rows = false;
  principal.teams = {"salesforce:elsewhere"};
  const auto owner = Ask(**workspace, Metric("deals_won"));
  const auto limited = (*workspace)->engine().Ask(Metric("deals_won"), principal);
  ASSERT_TRUE(limited);
  EXPECT_EQ(Cell(owner, "metrics", "deals_won"), "1");
  EXPECT_EQ(Cell(*limited, "metrics", "deals_won"), "0") << "and not the owner's cached answer";
}

TEST_F(WorkspaceTest, OneWriterAtATimeNamesTheHolder) {
  auto workspace = Open();
  ASSERT_TRUE(workspace);
  const auto second = Open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), Code::kUnavailable);
  EXPECT_THAT(second.error().message(), HasSubstr("process"));
}

TEST_F(WorkspaceTest, AMissingPathIsSaidAndNothingHappens) {
  auto workspace = Open();
  ASSERT_TRUE(workspace);
  ImportRequest request;
  request.inputs.push_back({.path = root_ / "nothing.csv", .descriptor = -1, .name = "nothing.csv"});
  const auto answer = (*workspace)->Import(request, analysis::Principal::LocalOwner(), {}, {});
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().ToString(), HasSubstr("nothing.csv"));
}

TEST_F(WorkspaceTest, AReaderOfNoWorkspaceIsToldHowToMakeOne) {
  const auto workspace = Workspace::Open({.home = root_ / "none", .access = Access::kRead, .create = false});
  ASSERT_FALSE(workspace);
  EXPECT_EQ(workspace.error().code(), Code::kNotFound);
  EXPECT_THAT(workspace.error().hint(), HasSubstr("weir init"));
}

}  // namespace
}  // namespace weir::workspace
