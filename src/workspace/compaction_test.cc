#include "workspace/compaction.h"

#include <gmock/gmock.h>

#include <fstream>

#include "store/database.h"
#include "workspace/fresh_workspace.h"
#include "workspace/lock.h"
#include "workspace/store_file.h"

namespace weir::workspace {
namespace {

using testing::HasSubstr;

class CompactionTest : public FreshWorkspace {
 protected:
  CompactionTest() = default;
  std::filesystem::path home() const { return root_ / "home"; }

  void Reopen() {
    auto opened = Workspace::Open({.home = home(), .threads = 2});
    ASSERT_TRUE(opened) << opened.error().ToString();
    workspace_ = std::move(*opened);
  }

  // New and unchanged rows of a file of opportunities.
  std::string Import() {
    const std::filesystem::path path = root_ / "Opportunity.csv";
    std::ofstream(path) << "Id,Name,StageName,Amount,CloseDate,CreatedDate,IsClosed,IsWon,SystemModstamp\n"
                           "006a,One,Prospecting,10,2024-06-30,2024-03-01T09:00:00Z,false,false,2024-03-05T09:00:00Z\n"
                           "006b,Two,Prospecting,20,2024-06-30,2024-03-01T09:00:00Z,false,false,2024-03-05T09:00:00Z\n";
    ImportRequest request;
    request.inputs.push_back({.path = path, .descriptor = -1, .name = "Opportunity.csv"});
    // Later than before: the same rows are looked at again.
    request.exported_at = ++imports_ == 1 ? "2024-04-01" : "2024-04-02";
    const auto answer = workspace_->Import(request, analysis::Principal::LocalOwner(), {}, {});
    if (!answer) throw Bug(answer.error().ToString());
    const analysis::Table& files = *answer->output.Find("files");
    const auto cell = [&](std::string_view name) { return store::ToText(files.rows.at(0)[files.IndexOf(name)]); };
    return cell("new") + " new, " + cell("unchanged") + " unchanged";
  }

  std::string Ask(const std::string& query) {
    engine::Question question;
    question.id = "sql";
    question.params["query"] = {query};
    const auto answer = workspace_->engine().Ask(question, analysis::Principal::LocalOwner());
    if (!answer) throw Bug(answer.error().ToString());
    return store::ToText(answer->output.tables.at(0).rows.at(0).at(0));
  }

  // As another build would: a table comes, stays for a while, and leaves its room.
  void LeaveRoom() {
    const auto database = store::Database::Open(home() / "weir.duckdb");
    ASSERT_TRUE(database);
    auto connection = database->Connect();
    for (const char* statement :
         {"CREATE TABLE model.passing AS SELECT hash(i) AS a, hash(-i) AS b FROM range(300000) AS r(i)",
          "CREATE TABLE model.staying AS SELECT hash(i) AS a FROM range(100000) AS r(i)", "CHECKPOINT",
          "SELECT nextval('meta.comment_number') FROM range(7)", "DROP TABLE model.passing", "CHECKPOINT"}) {
      const auto done = connection->Query(statement);
      ASSERT_TRUE(done) << done.error().ToString();
    }
  }

 private:
  int imports_ = 0;
};

TEST_F(CompactionTest, GivesRoomBackAndLosesNothing) {
  constexpr const char* kDeals = "SELECT string_agg(name || amount, ',' ORDER BY name) FROM scoped.deal";
  EXPECT_EQ(Import(), "2 new, 0 unchanged");
  const std::string deals = Ask(kDeals);
  workspace_.reset();
  LeaveRoom();
  const auto compacted = Compact({.home = home()});
  ASSERT_TRUE(compacted) << compacted.error().ToString();
  EXPECT_LT(compacted->bytes_after + 4'000'000, compacted->bytes_before) << "300000 rows of 16 bytes went";
  EXPECT_EQ(compacted->bytes_after, std::filesystem::file_size(home() / "weir.duckdb"));
  {
    const auto database = store::Database::Open(home() / "weir.duckdb");
    ASSERT_TRUE(database);
    auto connection = database->Connect();
    EXPECT_EQ(*connection->QueryInteger("SELECT nextval('meta.comment_number')"), 8);
    EXPECT_EQ(*connection->QueryInteger("SELECT count(*) FROM model.staying"), 100'000);
  }
  Reopen();
  EXPECT_EQ(Ask(kDeals), deals);
  EXPECT_EQ(Import(), "0 new, 2 unchanged");
}

TEST_F(CompactionTest, WhoeverHasTheWorkspaceIsNamed) {
  const auto refused = Compact({.home = home(), .lock_wait = std::chrono::seconds(0)});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kUnavailable);
  EXPECT_THAT(refused.error().message(), HasSubstr("in use by"));
}

TEST_F(CompactionTest, WhatAKilledOneLeftIsTakenAway) {
  workspace_.reset();
  std::ofstream(NewStorePath(home())) << "half a store";
  Reopen();
  EXPECT_FALSE(std::filesystem::exists(NewStorePath(home())));
  workspace_.reset();
  std::ofstream(NewStorePath(home())) << "half a store";
  EXPECT_TRUE(Compact({.home = home()}));
}

TEST_F(CompactionTest, AFolderWithoutAWorkspaceStaysAsItIs) {
  const auto missing = Compact({.home = root_ / "nothing"});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), Code::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(root_ / "nothing"));
}

}  // namespace
}  // namespace weir::workspace
