// The catalogue of data over a small company whose every count is known.
#include "workspace/data_catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>

#include "workspace/fresh_workspace.h"

namespace weir::workspace {
namespace {

using analysis::Principal;
using testing::HasSubstr;
using testing::Not;
using Row = std::map<std::string, std::string>;

class DataCatalogTest : public FreshWorkspace {
 protected:
  void SetUp() override {
    FreshWorkspace::SetUp();
    Import("User.csv", "Id,Name,Username,Email,IsActive,Department\n005A,Ann,ann@us.com,ann@us.com,true,Sales\n");
    Import("Opportunity.csv",
           "Id,Name,StageName,Amount,CloseDate,CreatedDate,IsClosed,IsWon,OwnerId,SystemModstamp,Budget holder\n"
           "006A,Alpha,Prospecting,1000.00,2024-06-30,2024-03-01T09:00:00Z,false,false,005A,2024-03-05T09:00:00Z,Bo\n"
           "006B,Beta,Closed Won,,2024-03-20,2024-02-01T09:00:00Z,true,true,005A,2024-03-20T12:00:00Z,\n"
           "006C,Gamma,Closed Won,5.00,2024-03-21,2024-02-01T09:00:00Z,true,true,,2024-03-21T12:00:00Z,\n"
           "006D,Delta,Closed Won,7.00,2024-03-22,2024-02-01T09:00:00Z,true,true,005A,2024-03-22T12:00:00Z,\n");
  }
  void Import(const std::string& name, const std::string& text) {
    std::ofstream(root_ / name, std::ios::binary) << text;
    ImportRequest request;
    request.inputs.push_back({.path = root_ / name, .name = name});
    const auto done = workspace_->Import(request, Principal::LocalOwner(), {}, {});
    ASSERT_TRUE(done) << done.error().ToString();
  }
  // Rows whose `where` cells are these.
  std::vector<Row> Rows(const engine::Question& question, const std::string& name, const Row& where = {}) {
    const auto answer = workspace_->engine().Ask(question, Principal::LocalOwner());
    EXPECT_TRUE(answer) << answer.error().ToString();
    std::vector<Row> found;
    if (!answer) return found;
    const analysis::Table& table = *answer->output.Find(name);
    for (const auto& cells : table.rows) {
      Row row;
      for (std::size_t i = 0; i < cells.size(); ++i) row[table.columns[i].name] = store::ToText(cells[i]);
      if (std::ranges::all_of(where, [&](const auto& cell) { return row[cell.first] == cell.second; })) {
        found.push_back(std::move(row));
      }
    }
    return found;
  }
  Row Column(const std::string& object, const std::string& column) {
    const std::vector<Row> rows = Rows({.id = "data.catalog"}, "columns", {{"object", object}, {"column", column}});
    EXPECT_EQ(rows.size(), 1) << object << "." << column;
    return rows.empty() ? Row() : rows.front();
  }
};

TEST_F(DataCatalogTest, CountsWhatIsFilledAndSaysWhereItComesFrom) {
  Row amount = Column("deal", "amount");
  EXPECT_EQ(amount["rows"], "4");
  EXPECT_EQ(amount["filled"], "3");
  EXPECT_EQ(amount["filled_share"], "0.75");
  EXPECT_EQ(amount["sources"], "salesforce/opportunity: Amount");
  EXPECT_EQ(amount["is_personal"], "false");
  Row owner = Column("deal", "owner_id");
  EXPECT_EQ(owner["filled"], "3");
  EXPECT_EQ(owner["sources"], "salesforce/opportunity: OwnerId");
  EXPECT_EQ(Column("deal", "loss_reason")["filled"], "0");
  EXPECT_EQ(Column("person", "email")["is_personal"], "true");
  EXPECT_EQ(Column("person", "email")["filled_share"], "") << "of no rows there is no share";

  // A column that no mapping names.
  const std::vector<Row> rows = Rows({.id = "data.catalog"}, "columns", {{"meaning_en", "Budget holder"}});
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(rows.front().at("filled"), "1");
  EXPECT_EQ(rows.front().at("sources"), "salesforce/opportunity: Budget holder");
}

TEST_F(DataCatalogTest, UsesAreThoseOfTheDefinitions) {
  Row amount = Column("deal", "amount_reporting");
  EXPECT_THAT(amount["used_by"], HasSubstr("metric won_amount"));
  EXPECT_THAT(amount["used_by"], HasSubstr("leak stuck_deal"));
  Row step = Column("deal", "next_step");
  EXPECT_EQ(step["used_by"], "");
  EXPECT_EQ(step["uses"], "0");

  engine::Question question{.id = "data.uses", .params = {{"object", {"deal"}}, {"column", {"next_step"}}}};
  EXPECT_TRUE(Rows(question, "uses").empty());
  const auto saved = workspace_->engine().Act(
      "sql.save", {{"name", {"Steps"}}, {"query", {"SELECT next_step FROM deal"}}}, "", Principal::LocalOwner());
  ASSERT_TRUE(saved) << saved.error().ToString();
  const std::vector<Row> uses = Rows(question, "uses");
  ASSERT_EQ(uses.size(), 1);
  EXPECT_EQ(uses.front().at("kind"), "query");
  EXPECT_EQ(uses.front().at("title_en"), "Steps");

  question.params["column"] = {"amont"};
  const auto refused = workspace_->engine().Ask(question, Principal::LocalOwner());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kNotFound);
}

TEST_F(DataCatalogTest, DepartmentsHoldWhatTheirPeopleOwnAndMissWhatHasNoRows) {
  const std::vector<Row> held =
      Rows({.id = "data.catalog"}, "departments", {{"department", "sales"}, {"object", "deal"}});
  ASSERT_EQ(held.size(), 1);
  EXPECT_EQ(held.front().at("held"), "3");
  EXPECT_EQ(held.front().at("missing"), "");
  const std::vector<Row> nobody = Rows({.id = "data.catalog"}, "departments", {{"department", ""}, {"object", "deal"}});
  ASSERT_EQ(nobody.size(), 1);
  EXPECT_EQ(nobody.front().at("held"), "1");
  const std::vector<Row> leads = Rows({.id = "data.catalog"}, "departments", {{"object", "lead"}});
  ASSERT_FALSE(leads.empty());
  EXPECT_THAT(leads.front().at("missing"), HasSubstr("leads"));
  EXPECT_THAT(leads.front().at("missing"), Not(HasSubstr("won_amount")));

  EXPECT_TRUE(Rows({.id = "data.access"}, "access").empty());
  const auto added = workspace_->engine().Act(
      "user.add", {{"name", {"ann"}}, {"email", {"ann@us.com"}}, {"role", {"owner"}}, {"department", {"sales"}}}, "",
      Principal::LocalOwner());
  ASSERT_TRUE(added) << added.error().ToString();
  const std::vector<Row> rows = Rows({.id = "data.access"}, "access", {{"department", "sales"}});
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(rows.front().at("accounts"), "1");
  EXPECT_EQ(rows.front().at("all_rows"), "1");
}

}  // namespace
}  // namespace weir::workspace
