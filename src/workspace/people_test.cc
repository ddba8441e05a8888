// Decisions about people in a workspace: they hold from their day, are undone, and are known from their data version
// on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "workspace/empty_home.h"

namespace weir::workspace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class PeopleActions : public testing::Test {
 protected:
  void SetUp() override {
    root_ = std::filesystem::path(testing::TempDir()) /
            (std::string("weir-people-") + testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(root_);
    EmptyHome::CopyTo(root_ / "home");
    auto opened = Workspace::Open({.home = root_ / "home", .create = true, .lock_wait = std::chrono::seconds(0)});
    ASSERT_TRUE(opened) << opened.error().ToString();
    workspace_ = std::move(*opened);
    Import("weir-member.csv",
           "key,name,email,title,department\n1,Ann Lee,ann@we.example,Account Executive,Sales\n"
           "2,Bo Kim,bo@we.example,Sales Operations Analyst,Sales\n");
    Import("weir-deal.csv",
           "key,name,stage,stage_kind,amount,currency,close_date,created_at,owner_key\n"
           "d1,One,Won,won,100,EUR,2024-05-10,2024-04-01,1\nd2,Two,Won,won,40,EUR,2024-05-20,2024-04-01,2\n");
  }
  void TearDown() override {
    workspace_.reset();
    std::filesystem::remove_all(root_);
  }

  void Import(const std::string& name, const std::string& text, const std::string& exported_at = "2024-06-01") {
    std::ofstream(root_ / name, std::ios::binary) << text;
    const auto answer = workspace_->Import(
        {.inputs = {{.path = root_ / name, .descriptor = -1, .name = name}}, .exported_at = exported_at},
        analysis::Principal::LocalOwner(), {}, {});
    ASSERT_TRUE(answer) << answer.error().ToString();
  }

  std::string Do(const std::string& action, const analysis::RawParams& params,
                 const analysis::Principal& who = analysis::Principal::LocalOwner()) {
    const auto answer = workspace_->engine().Act(action, params, "", who, {}, {});
    return answer ? "" : answer.error().ToString();
  }

  std::string Lines(const std::string& id, const analysis::RawParams& params, const std::vector<std::string>& columns,
                    const std::string& as_of = "2024-06-30", std::optional<std::int64_t> known_at = {}) {
    engine::Question question;
    question.id = id;
    question.params = params;
    question.as_of = as_of;
    question.known_at = known_at;
    const auto answer = workspace_->engine().Ask(question, analysis::Principal::LocalOwner());
    if (!answer) return answer.error().ToString();
    const analysis::Table& table = answer->output.tables.front();
    std::string text;
    for (const auto& row : table.rows) {
      for (const std::string& column : columns) text += store::ToText(row[table.IndexOf(column)]) + " ";
      text += "\n";
    }
    return text;
  }
  std::string WonBySeller(const std::string& as_of = "2024-06-30") {
    return Lines("metrics", {{"metrics", {"won_amount"}}, {"by", {"owner"}}}, {"owner", "won_amount"}, as_of);
  }
  std::int64_t Version() { return (*workspace_->Take(std::nullopt, {}))->data_version(); }

  std::filesystem::path root_;
  std::unique_ptr<Workspace> workspace_;
};

TEST_F(PeopleActions, TheHistoryOfAMemberIsAskedForByNameAndSaysEachThingOnce) {
  // Another address is another version, and nothing that stands here; then she moves.
  Import("weir-member-2.csv",
         "key,name,email,title,department\n1,Ann Lee,ann.lee@we.example,Account Executive,Sales\n"
         "2,Bo Kim,bo@we.example,Sales Operations Analyst,Sales\n",
         "2024-06-05");
  EXPECT_EQ(Do("people.set", {{"members", {"Ann Lee"}}, {"function", {"sales_operations"}}, {"from", {"2024-06-10"}}}),
            "");
  ASSERT_EQ(Lines("sql", {{"query", {"SELECT count(*) AS n FROM scoped.member_history WHERE member_id = 'generic:1'"}}},
                  {"n"}),
            "3 \n");
  const std::vector<std::string> columns{"from", "department", "function", "function_origin"};
  const std::string expected = "2024-06-10 sales sales_operations decision \n sales seller guess \n";
  for (const char* who : {"Ann Lee", "ann lee", "ann.lee@we.example", "generic:1"}) {
    EXPECT_EQ(Lines("people.member", {{"member", {who}}}, columns), expected) << who;
  }
  EXPECT_THAT(Lines("people.member", {{"member", {"Nobody"}}}, columns), HasSubstr("there is no member 'Nobody'"));
}

TEST_F(PeopleActions, ASalesOpsWhoOwnsADealCountsForNobody) {
  EXPECT_EQ(WonBySeller(), "Ann Lee 100 \n 40 \n");
  EXPECT_EQ(Do("people.set", {{"members", {"bo@we.example"}}, {"function", {"seller"}}}), "");
  EXPECT_EQ(WonBySeller(), "Ann Lee 100 \nBo Kim 40 \n");
  EXPECT_EQ(Do("decisions.undo", {{"decision_id", {"1"}}}), "");
  EXPECT_EQ(WonBySeller(), "Ann Lee 100 \n 40 \n");
}

TEST_F(PeopleActions, ManyAreSetAtOnceFromADayOn) {
  const std::int64_t before = Version();
  EXPECT_EQ(Do("people.set", {{"members", {"Ann Lee", "bo@we.example"}},
                              {"department", {"Finance"}},
                              {"function", {"finance"}},
                              {"from", {"2024-05-15"}}}),
            "");
  const std::vector<std::string> columns{"name", "department", "department_origin", "function", "holds_from"};
  EXPECT_EQ(Lines("people", {}, columns),
            "Ann Lee finance decision finance 2024-05-15 \nBo Kim finance decision finance 2024-05-15 \n");
  EXPECT_EQ(Lines("people", {}, columns, "2024-05-14"),
            "Ann Lee sales source seller  \nBo Kim sales source sales_operations  \n");
  EXPECT_EQ(Lines("people", {}, columns, "2024-06-30", before),
            "Ann Lee sales source seller  \nBo Kim sales source sales_operations  \n")
      << "nobody had decided it by then";
  EXPECT_EQ(WonBySeller(), "Ann Lee 100 \n 40 \n") << "Ann sold when the deal was won";
}

TEST_F(PeopleActions, AListIsTakenOverWhollyOrNotAtAll) {
  EXPECT_THAT(Do("people.load", {{"text", {"email;function\nbo@we.example;RevOps\nnobody@we.example;RevOps\n"}}}),
              HasSubstr("the pasted table:3:1: there is no member 'nobody@we.example'"));
  EXPECT_EQ(Lines("people", {}, {"name", "function"}), "Ann Lee seller \nBo Kim sales_operations \n");
  EXPECT_EQ(Do("people.load", {{"text", {"email;function;manager\nbo@we.example;RevOps;Ann Lee\n"}}}), "");
  EXPECT_EQ(Lines("people", {}, {"name", "function", "manager"}),
            "Ann Lee seller  \nBo Kim revenue_operations Ann Lee \n");
}

TEST_F(PeopleActions, LinesThatCannotBeTakenAreLeftOutWhereThatIsAsked) {
  const analysis::RawParams list{{"text", {"email;function\nbo@we.example;RevOps\nnobody@we.example;RevOps\n"}}};
  EXPECT_EQ(Lines("people.preview", list, {"lines", "members", "changes", "refused"}), "2 1 1 1 \n");
  EXPECT_EQ(Lines("people", {}, {"name", "function"}), "Ann Lee seller \nBo Kim sales_operations \n")
      << "a preview changes nothing";
  analysis::RawParams rest = list;
  rest["leave_out"] = {"true"};
  EXPECT_EQ(Do("people.load", rest), "");
  EXPECT_EQ(Lines("people", {}, {"name", "function"}), "Ann Lee seller \nBo Kim revenue_operations \n");
}

TEST_F(PeopleActions, WhatTheSourcesSayCanBeGivenBack) {
  EXPECT_EQ(Do("people.set", {{"members", {"Ann Lee"}}, {"department", {"Bakery"}}}), "");
  EXPECT_EQ(Lines("people", {{"text", {"ann"}}}, {"department", "department_origin"}), "Bakery decision \n");
  EXPECT_EQ(Do("people.set", {{"members", {"Ann Lee"}}, {"back", {"department"}}}), "");
  EXPECT_EQ(Lines("people", {{"text", {"ann"}}}, {"department", "department_origin"}), "sales source \n");
}

TEST_F(PeopleActions, BadInputIsRefusedAndChangesNothing) {
  const std::int64_t before = Version();
  EXPECT_THAT(Do("people.set", {{"members", {"Ann Lee"}}}), HasSubstr("nothing is to change"));
  EXPECT_THAT(Do("people.set", {{"members", {"Zed"}}, {"team", {"North"}}}), HasSubstr("there is no member 'Zed'"));
  EXPECT_THAT(Do("people.set", {{"members", {"Ann Lee"}}, {"function", {"king"}}}), HasSubstr("function"));
  EXPECT_THAT(
      Do("people.set", {{"members", {"Ann Lee"}}, {"started_on", {"2024-05-01"}}, {"ended_on", {"2024-04-01"}}}),
      HasSubstr("before starting"));
  EXPECT_EQ(Version(), before);
}

TEST_F(PeopleActions, WhoHasNotTheRightChangesNothing) {
  analysis::Principal member;
  member.user = "max";
  member.role = "member";
  member.rights = {"view", "decide"};
  EXPECT_THAT(Do("people.set", {{"members", {"Ann Lee"}}, {"function", {"finance"}}}, member),
              HasSubstr("needs the right 'people'"));
  EXPECT_EQ(Do("people.set", {{"members", {"Ann Lee"}}, {"function", {"finance"}}}), "");
  EXPECT_THAT(Do("decisions.undo", {{"decision_id", {"1"}}}, member), HasSubstr("needs the right 'people'"));
}

TEST_F(PeopleActions, AnAccountSeesTheTeamOfItsMember) {
  EXPECT_EQ(Do("people.set", {{"members", {"Ann Lee"}}, {"team", {"Key accounts"}}}), "");
  const auto tied = workspace_->access().staff().Find("ann@we.example");
  ASSERT_TRUE(tied);
  EXPECT_EQ(tied->team_id, "weir:Key accounts");
  EXPECT_EQ(Do("people.set", {{"members", {"Ann Lee"}}, {"ended_on", {"2024-05-15"}}}), "");
  EXPECT_FALSE(workspace_->access().staff().Find("ann@we.example")->is_active);
}

TEST_F(PeopleActions, AnAccountIsGivenATeamByItsName) {
  const analysis::Principal owner = analysis::Principal::LocalOwner();
  EXPECT_EQ(Do("people.set", {{"members", {"Ann Lee"}}, {"team", {"Key accounts"}}}), "");
  const auto act = [&](const std::string& name, const std::vector<std::string>& teams) {
    return workspace_->engine().Act("user.add", {{"name", {name}}, {"role", {"manager"}}, {"teams", teams}}, "", owner);
  };
  ASSERT_TRUE(workspace_->engine().Act("user.add", {{"name", {"olga"}}}, "", owner)) << "the first is an owner";
  const auto known = act("max", {"key Accounts"});
  ASSERT_TRUE(known) << known.error().ToString();
  EXPECT_THAT(known->output.warnings, IsEmpty());
  EXPECT_THAT(workspace_->access().accounts().Find("max")->teams, ElementsAre("weir:Key accounts"));
  const auto unknown = act("eva", {"Nonsense", "weir:Key accounts"});
  ASSERT_TRUE(unknown) << unknown.error().ToString();
  ASSERT_THAT(unknown->output.warnings, SizeIs(1));
  EXPECT_EQ(unknown->output.warnings.front().code, "unknown_team");
  EXPECT_THAT(workspace_->access().accounts().Find("eva")->teams, ElementsAre("Nonsense", "weir:Key accounts"));
}

}  // namespace
}  // namespace weir::workspace
