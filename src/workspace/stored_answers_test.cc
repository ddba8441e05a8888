// What took long is found by the next process, as long as nothing that it rests on has changed.
#include <fstream>

#include <gmock/gmock.h>

#include "engine/stored_answers.h"
#include "leaks/own_rule.h"
#include "workspace/fresh_workspace.h"

namespace weir::workspace {
namespace {

class StoredAnswersTest : public FreshWorkspace {
 protected:
  void SetUp() override {
    FreshWorkspace::SetUp();
    workspace_->engine().RememberFrom(std::chrono::milliseconds(0));
    Import("open");
  }
  void Import(const std::string& status, std::int64_t least_observations = 2'000'000) {
    std::ofstream(root_ / "weir-invoice.csv", std::ios::binary)
        << "key,number,account_key,status,issued_at,due_date,total,currency\n"
        << fmt::format("A,A-1,acme,{},2025-05-01T00:00:00Z,2025-06-01,500,EUR\n", status)
        << "B,B-1,acme,paid,2025-06-30T00:00:00Z,2026-01-01,1,EUR\n";
    const auto answer = workspace_->Import(
        {.inputs = {{.path = root_ / "weir-invoice.csv", .descriptor = -1, .name = "weir-invoice.csv"}},
         .least_observations_served = least_observations},
        analysis::Principal::LocalOwner(), {}, {});
    ASSERT_TRUE(answer) << answer.error().ToString();
  }
  // As after the end of a process.
  void Reopen() {
    const std::filesystem::path home = workspace_->home();
    workspace_.reset();
    auto opened = Workspace::Open({.home = home});
    ASSERT_TRUE(opened) << opened.error().ToString();
    workspace_ = std::move(*opened);
    workspace_->engine().RememberFrom(std::chrono::milliseconds(0));
  }
  // Its bytes, and how often the ledger told what it works on: never, where nothing was worked out.
  std::pair<std::string, int> Ask(const std::string& id, const std::string& as_of = "") {
    int told = 0;
    engine::Question question;
    question.id = id;
    question.as_of = as_of;
    const auto answer =
        workspace_->engine().Ask(question, analysis::Principal::LocalOwner(), [&](const Phrase&, double) { ++told; });
    EXPECT_TRUE(answer) << answer.error().ToString();
    return {answer ? ToJson(*answer) : "", told};
  }
};

TEST_F(StoredAnswersTest, AreFoundByTheNextProcess) {
  const auto [first, worked] = Ask("leaks");
  EXPECT_GT(worked, 0);
  Reopen();
  EXPECT_EQ(Ask("leaks"), std::pair(first, 0));
  // What Pulse asks of the ledger is that very one.
  Reopen();
  const auto [pulse, worked_for_pulse] = Ask("pulse");
  EXPECT_EQ(worked_for_pulse, 0);
  std::filesystem::remove_all(workspace_->home() / "answers");
  Reopen();
  const auto [anew, worked_anew] = Ask("pulse");
  EXPECT_EQ(anew, pulse);
  EXPECT_GT(worked_anew, 0);
}

TEST_F(StoredAnswersTest, AreGoneOnceTheDataChange) {
  const auto [first, worked] = Ask("leaks");
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(workspace_->home() / "answers")) {
    files.push_back(entry.path());
  }
  EXPECT_FALSE(files.empty());
  Import("paid");
  for (const std::filesystem::path& file : files) EXPECT_FALSE(std::filesystem::exists(file)) << file;
  const std::string second = Ask("leaks").first;
  EXPECT_NE(second, first);
  Reopen();
  EXPECT_EQ(Ask("leaks"), std::pair(second, 0));
}

// People go on reading what stands until the new data are in; what they found there is theirs as long.
TEST_F(StoredAnswersTest, OfTheDataBeforeStayUntilTheNewOnesAreCommitted) {
  const engine::StoredAnswers stored(root_ / "kept", "program");
  const engine::Answer before{.analysis = "leaks", .known_at = 1};
  const engine::Answer after{.analysis = "leaks", .known_at = 2};
  stored.Put("before", before);
  stored.Put("after", after, false);
  EXPECT_NE(stored.Find("before", 1), nullptr);
  EXPECT_NE(stored.Find("after", 2), nullptr);
  stored.Put("another of before", before);  // somebody asked meanwhile
  EXPECT_NE(stored.Find("another of before", 1), nullptr);
  stored.KeepOnly(2);
  EXPECT_EQ(stored.Find("before", 1), nullptr);
  EXPECT_NE(stored.Find("after", 2), nullptr);
}

// What was asked of the data before is there with those of today, as if it were asked anew.
TEST_F(StoredAnswersTest, AreThereWhenTheDataAre) {
  Ask("leaks");
  Import("paid");
  const auto [kept, worked] = Ask("leaks");
  EXPECT_EQ(worked, 0);
  std::filesystem::remove_all(workspace_->home() / "answers");
  Reopen();
  const auto [anew, worked_anew] = Ask("leaks");
  EXPECT_GT(worked_anew, 0);
  EXPECT_EQ(anew, kept);
}

// Whoever opens the first page of a large company has not asked before.
TEST_F(StoredAnswersTest, AreThereForALargeCompanyThoughNobodyAsked) {
  Import("paid", 1);
  EXPECT_EQ(Ask("leaks").second, 0);
  EXPECT_EQ(Ask("pulse").second, 0);
  EXPECT_GT(Ask("leaks.trend").second, 0);
}

// Other moments cannot be read while the data come in: that is asked once they are in.
TEST_F(StoredAnswersTest, AreAskedAheadWhereOtherMomentsAreRead) {
  Ask("leaks.trend");
  Reopen();
  EXPECT_EQ(Ask("leaks.trend").second, 0);
  ASSERT_TRUE(workspace_->engine().AskAhead({}));
  Import("paid");
  ASSERT_TRUE(workspace_->engine().AskAhead({}));
  EXPECT_EQ(Ask("leaks.trend").second, 0);
}

// The program itself opened the page first: nobody has waited for it, and yet it is to be there.
TEST_F(StoredAnswersTest, AreThereAfterTheProgramAskedForItself) {
  engine::Question question;
  question.id = "leaks";
  question.is_own = true;
  ASSERT_TRUE(workspace_->engine().Ask(question, analysis::Principal::LocalOwner()));
  EXPECT_EQ(Ask("leaks").second, 0);
  Import("paid");
  EXPECT_EQ(Ask("leaks").second, 0);
}

// A statement that fails while it runs, in the transaction of the import: the data come in all the same.
TEST_F(StoredAnswersTest, DoNotStopTheDataWhereARuleFails) {
  const std::filesystem::path home = workspace_->home();
  std::filesystem::create_directories(home / "leaks");
  std::ofstream(home / "leaks" / "mine.toml")
      << leaks::OwnRule("invoice",
                        "SELECT i.invoice_id AS record_id, i.invoice_id AS claim, i.number AS name, i.account_id, "
                        "i.account, CAST(NULL AS VARCHAR) AS owner_id, CAST(NULL AS VARCHAR) AS owner, i.team_id, "
                        "i.segment, i.issued_date AS since, i.total_reporting AS exposed, CAST(i.number AS "
                        "DECIMAL(18,4)) AS amount FROM scoped.invoice AS i");
  Reopen();
  const auto failed = [&] {
    const std::string answer = Ask("leaks").first;
    return answer.find("rule_failed") != std::string::npos && answer.find("Conversion Error") != std::string::npos;
  };
  EXPECT_TRUE(failed());
  const std::int64_t before = (*workspace_->Take(std::nullopt, {}))->data_version();
  Import("paid");
  EXPECT_GT((*workspace_->Take(std::nullopt, {}))->data_version(), before);
  EXPECT_TRUE(failed());
}

TEST_F(StoredAnswersTest, StayWhereThePastIsAskedFor) {
  const auto [first, worked] = Ask("leaks");
  Import("paid");
  const auto [second, worked_again] = Ask("leaks");
  engine::Question past;
  past.id = "leaks";
  past.known_at = (*workspace_->Take(std::nullopt, {}))->data_version() - 1;
  ASSERT_TRUE(workspace_->engine().Ask(past, analysis::Principal::LocalOwner()));
  Reopen();
  EXPECT_EQ(Ask("leaks"), std::pair(second, 0));
}

// The same number of imports over other data, in a store that was made anew: its versions have the same numbers.
TEST_F(StoredAnswersTest, AreNotOfAnotherStore) {
  const auto [first, worked] = Ask("leaks");
  const std::filesystem::path home = workspace_->home();
  workspace_.reset();
  for (const char* name : {"weir.duckdb", "weir.duckdb.wal"}) std::filesystem::remove(home / name);
  ASSERT_FALSE(std::filesystem::is_empty(home / "answers"));
  auto opened = Workspace::Open({.home = home, .create = true, .threads = 2});
  ASSERT_TRUE(opened) << opened.error().ToString();
  workspace_ = std::move(*opened);
  workspace_->engine().RememberFrom(std::chrono::milliseconds(0));
  Import("paid");
  const auto [other, worked_again] = Ask("leaks");
  EXPECT_GT(worked_again, 0);
  EXPECT_NE(other, first);
}

TEST_F(StoredAnswersTest, AreOfTheirMomentSettingsAndReader) {
  const auto [first, worked] = Ask("leaks");
  const auto [earlier, worked_earlier] = Ask("leaks", "2025-06-10");
  EXPECT_GT(worked_earlier, 0);
  Reopen();
  EXPECT_EQ(Ask("leaks", "2025-06-10"), std::pair(earlier, 0));
  EXPECT_EQ(Ask("leaks"), std::pair(first, 0));
  EXPECT_GT(Ask("leaks", "2025-06-11").second, 0);
  const auto set = workspace_->engine().Act("settings.set", {{"name", {"currency"}}, {"value", {"USD"}}}, "",
                                            analysis::Principal::LocalOwner());
  ASSERT_TRUE(set) << set.error().ToString();
  EXPECT_GT(Ask("leaks").second, 0);
}

}  // namespace
}  // namespace weir::workspace
