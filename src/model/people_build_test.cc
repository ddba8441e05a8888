// Who belongs where: guesses with their reasons, what people decided over it, and whose records count per seller.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/build.h"
#include "model/testing.h"

namespace weir::model {
namespace {

using Cells = TestModel::Cells;

constexpr std::string_view kSeen = "2024-02-01 00:00:00";

void AddMember(TestModel& model, const std::string& key, Cells more = {}) {
  more.emplace("key", key);
  more.emplace("name", key);
  model.Record("member", more, kSeen);
}

void AddDeal(TestModel& model, const std::string& key, const std::string& owner, const std::string& closed = {}) {
  Cells cells{{"key", key},
              {"stage", closed.empty() ? "New" : "Won"},
              {"stage_kind", closed.empty() ? "open" : "won"},
              {"owner_key", owner},
              {"created_at", "2024-01-02 00:00:00"}};
  if (!closed.empty()) cells.merge(Cells{{"closed_at", closed + " 12:00:00"}, {"close_date", closed}});
  model.Record("deal", cells, kSeen);
}

// `version` is the data version of the decision.
void Decide(TestModel& model, const std::string& member, const std::string& field, const std::string& value,
            const std::string& since, int version) {
  model.Execute("INSERT INTO meta.member_change VALUES ('test:" + member + "', '" + field + "', '" + value +
                "', DATE '" + since + "', " + std::to_string(version) + ")");
}

std::string FunctionOf(TestModel& model, const std::string& member) {
  return model.Table("SELECT department, function FROM scoped.member WHERE member_id = 'test:" + member + "'");
}

TEST(People, TheTitleSaysMoreThanTheDepartment) {
  TestModel model;
  AddMember(model, "ann", {{"title", "Sales Operations Analyst"}, {"department", "Sales"}});
  AddMember(model, "bob", {{"title", "Account Executive"}, {"department", "Sales EMEA"}});
  AddMember(model, "cleo", {{"title", "Менеджер по работе с клиентами"}, {"department", "Отдел продаж"}});
  AddMember(model, "dan", {{"title", "Chief Revenue Officer"}, {"department", "Management"}});
  AddMember(model, "eva", {{"title", "Аналитик продаж"}, {"department", "Операции выручки"}});
  AddMember(model, "fred", {{"title", "Head of Sales Development"}});
  AddMember(model, "gus", {{"department", "Bakery"}});
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(FunctionOf(model, "ann"), "sales sales_operations\n");
  EXPECT_EQ(FunctionOf(model, "bob"), "sales seller\n");
  EXPECT_EQ(FunctionOf(model, "cleo"), "sales seller\n");
  EXPECT_EQ(FunctionOf(model, "dan"), "management management\n");
  EXPECT_EQ(FunctionOf(model, "eva"), "operations sales_operations\n");
  EXPECT_EQ(FunctionOf(model, "fred"), "sales_development seller\n");
  EXPECT_EQ(FunctionOf(model, "gus"), "Bakery -\n") << "a department of the company's own keeps its name";
}

TEST(People, WithoutTitlesTheWorkSaysWhoDoesWhat) {
  TestModel model;
  for (const char* key : {"seller", "agent", "campaigner", "cleaner", "idle"}) AddMember(model, key);
  AddDeal(model, "D1", "seller");
  model.Record("ticket", {{"key", "T1"}, {"owner_key", "agent"}, {"created_at", "2024-01-03 00:00:00"}}, kSeen);
  model.Record("campaign", {{"key", "C1"}, {"name", "Spring"}, {"owner_key", "campaigner"}}, kSeen);
  for (int i = 0; i < 30; ++i) {
    model.Record("field_change",
                 {{"object", "account"},
                  {"record_key", "A" + std::to_string(i)},
                  {"field", "phone"},
                  {"by_key", "cleaner"},
                  {"at", "2024-01-16 10:30:00"}},
                 kSeen);
  }
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(FunctionOf(model, "seller"), "sales seller\n");
  EXPECT_EQ(FunctionOf(model, "agent"), "support support\n");
  EXPECT_EQ(FunctionOf(model, "campaigner"), "marketing marketing\n");
  EXPECT_EQ(FunctionOf(model, "cleaner"), "operations sales_operations\n");
  EXPECT_EQ(FunctionOf(model, "idle"), "- -\n");
  EXPECT_EQ(
      model.Table("SELECT function_origin, function_certainty, function_reasons FROM scoped.member_standing WHERE "
                  "member_id = 'test:cleaner'"),
      "guess high bulk_edits=30\n");
}

TEST(People, ADecisionHoldsFromItsDayOn) {
  TestModel model;
  AddMember(model, "ann", {{"title", "Account Executive"}, {"department", "Sales"}});
  Decide(model, "ann", "function", "sales_operations", "2024-03-01", 2);
  Decide(model, "ann", "department", "operations", "2024-03-01", 2);
  ASSERT_TRUE(model.Build()) << model.error();
  model.AsOf("2024-02-28 12:00:00");
  EXPECT_EQ(FunctionOf(model, "ann"), "sales seller\n");
  model.AsOf("2024-03-01 12:00:00");
  EXPECT_EQ(FunctionOf(model, "ann"), "operations sales_operations\n");
}

TEST(People, ALaterDecisionPutsAsideWhatWasDecidedForItsDayAndLater) {
  TestModel model;
  AddMember(model, "ann", {{"department", "Sales"}});
  Decide(model, "ann", "function", "seller", "2024-03-01", 2);
  Decide(model, "ann", "function", "finance", "2024-05-01", 3);
  Decide(model, "ann", "function", "marketing", "2024-04-01", 4);
  ASSERT_TRUE(model.Build()) << model.error();
  model.AsOf("2024-03-15 00:00:00");
  EXPECT_EQ(FunctionOf(model, "ann"), "sales seller\n");
  model.AsOf("2024-06-01 00:00:00");
  EXPECT_EQ(FunctionOf(model, "ann"), "sales marketing\n") << "version 4 speaks of April and all that follows";
  Decide(model, "ann", "function", "success", "1900-01-01", 5);
  ASSERT_TRUE(model.Build()) << model.error();
  model.AsOf("2024-03-15 00:00:00");
  EXPECT_EQ(FunctionOf(model, "ann"), "sales success\n") << "it was always so";
  model.Execute("INSERT INTO meta.member_undo VALUES (5, 6)");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(FunctionOf(model, "ann"), "sales seller\n") << "what was undone was never said";
}

TEST(People, AnEmptyDecisionGivesTheWordBackToTheSources) {
  TestModel model;
  AddMember(model, "ann", {{"title", "Accountant"}, {"department", "Finance"}});
  Decide(model, "ann", "function", "seller", "1900-01-01", 2);
  Decide(model, "ann", "function", "", "2024-03-01", 3);
  ASSERT_TRUE(model.Build()) << model.error();
  model.AsOf("2024-02-01 00:00:00");
  EXPECT_EQ(FunctionOf(model, "ann"), "finance seller\n");
  model.AsOf("2024-04-01 00:00:00");
  EXPECT_EQ(FunctionOf(model, "ann"), "finance finance\n");
}

TEST(People, ADecidedTeamDecidesWhoSeesTheRows) {
  TestModel model;
  AddMember(model, "ann", {{"team_key", "north"}, {"team_name", "North"}});
  AddDeal(model, "D1", "ann");
  Decide(model, "ann", "team", "weir:South", "1900-01-01", 2);
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT owner, team_id, team FROM scoped.deal"), "ann weir:South South\n");
  model.Execute("SET VARIABLE sees_all_rows = FALSE; SET VARIABLE team_ids = ['test:north']");
  EXPECT_EQ(model.Table("SELECT count(*) FROM scoped.deal"), "0\n");
  model.Execute("SET VARIABLE team_ids = ['weir:South']");
  EXPECT_EQ(model.Table("SELECT count(*) FROM scoped.deal"), "1\n");
  EXPECT_EQ(model.Table("SELECT name FROM scoped.team"), "South\n") << "a team that no source has can be asked for";
}

// The story that the rule is about: a SalesOps who owns a deal, a lead and an account, and logs a call.
TEST(People, WhoDoesNotSellIsInNoFigurePerSeller) {
  TestModel model;
  AddMember(model, "seller", {{"title", "Account Executive"}});
  AddMember(model, "ops", {{"title", "Sales Operations Analyst"}});
  for (const std::string who : {"seller", "ops"}) {
    AddDeal(model, "D-" + who, who);
    model.Record("lead", {{"key", "L-" + who}, {"owner_key", who}, {"created_at", "2024-01-03 00:00:00"}}, kSeen);
    model.Record("account", {{"key", "A-" + who}, {"name", "A " + who}, {"owner_key", who}}, kSeen);
    model.Record("activity", {{"key", "C-" + who}, {"kind", "call"}, {"owner_key", who}, {"at", "2024-01-04 00:00:00"}},
                 kSeen);
  }
  ASSERT_TRUE(model.Build()) << model.error();
  for (const std::string view : {"deal", "lead", "account"}) {
    EXPECT_EQ(model.Table("SELECT owner, seller FROM scoped." + view + " ORDER BY owner NULLS LAST"),
              "ops -\nseller seller\n")
        << view << ": who owns a record is told, but counts nowhere";
  }
  EXPECT_EQ(model.Table("SELECT member, seller FROM scoped.activity ORDER BY member NULLS LAST"),
            "ops -\nseller seller\n");
  EXPECT_EQ(model.Table("SELECT seller FROM scoped.seller"), "seller\n");
}

TEST(People, ADealCountsForWhoeverSoldWhenItWasClosed) {
  TestModel model;
  AddMember(model, "ann", {{"title", "Account Executive"}});
  AddDeal(model, "D-early", "ann", "2024-02-10");
  AddDeal(model, "D-late", "ann", "2024-03-10");
  Decide(model, "ann", "function", "sales_operations", "2024-03-01", 2);
  ASSERT_TRUE(model.Build()) << model.error();
  model.AsOf("2024-06-01 00:00:00");
  EXPECT_EQ(model.Table("SELECT deal_id, seller FROM scoped.deal ORDER BY 1 NULLS LAST"),
            "test:D-early ann\ntest:D-late -\n");
}

TEST(People, OneNameInToolsWithoutAddressesIsOneColleague) {
  TestModel model;
  model.Record("member", {{"key", "U1"}, {"name", "Ann Lee"}, {"email", "ann@we.example"}}, kSeen, "crm");
  model.Record("member", {{"key", "ext-7"}, {"name", "Ann Lee"}}, kSeen, "phones");
  model.Record("member", {{"key", "ann lee"}, {"name", "ann lee"}}, kSeen, "mail");
  for (const char* key : {"U2", "U3"}) {
    model.Record("member", {{"key", key}, {"name", "Bo Kim"}, {"email", std::string(key) + "@we.example"}}, kSeen,
                 "crm");
  }
  model.Record("member", {{"key", "ext-8"}, {"name", "Bo Kim"}}, kSeen, "phones");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT member_id FROM scoped.member ORDER BY 1 NULLS LAST"),
            "crm:U1\ncrm:U2\ncrm:U3\nphones:ext-8\n")
      << "of two Bo Kims nobody knows whose telephone it is";
}

// The team's name at each moment is joined once, at the build; every view reads it from there.
TEST(People, ATeamIsCalledAsItWasAtTheMoment) {
  TestModel model;
  model.Record("team", {{"key", "T1"}, {"name", "North"}}, "2024-01-10 00:00:00");
  model.Record("team", {{"key", "T1"}, {"name", "Enterprise"}}, "2024-03-10 00:00:00");
  AddMember(model, "ann", {{"team_key", "T1"}});
  AddMember(model, "bob");
  Decide(model, "bob", "team", "weir:South", "2024-02-15", 2);
  ASSERT_TRUE(model.Build()) << model.error();
  const auto teams = [&](const std::string& moment) {
    model.AsOf(moment);
    return model.Table("SELECT member_id, team FROM scoped.member ORDER BY 1");
  };
  EXPECT_EQ(teams("2024-02-10 00:00:00"), "test:ann North\ntest:bob -\n");
  EXPECT_EQ(teams("2024-03-01 00:00:00"), "test:ann North\ntest:bob South\n");
  EXPECT_EQ(teams("2024-03-20 00:00:00"), "test:ann Enterprise\ntest:bob South\n");
  EXPECT_EQ(model.Table("SELECT name FROM scoped.team ORDER BY 1"), "Enterprise\nSouth\n");
}

}  // namespace
}  // namespace weir::model
