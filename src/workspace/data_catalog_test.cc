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
  // The same workspace so many days later.
  void Reopen(int days) {
    workspace_.reset();
    access::AccessOptions accounts;
    accounts.clock = [days] { return Instant{WallClockNow().micros + days * 24 * 3600 * kMicrosPerSecond}; };
    auto opened = Workspace::Open({.home = root_ / "home", .threads = 2, .accounts = accounts});
    ASSERT_TRUE(opened) << opened.error().ToString();
    workspace_ = std::move(*opened);
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
  // What no row has is not computed.
  EXPECT_EQ(Column("deal", "amount")["origin"], "source");
  EXPECT_EQ(Column("deal", "amount_reporting")["origin"], "source");
  EXPECT_EQ(Column("deal", "origin")["origin"], "computed");
  EXPECT_EQ(Column("deal", "next_step")["origin"], "none");
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

TEST_F(DataCatalogTest, RanksByDecisionsThenByAsks) {
  const Principal owner = Principal::LocalOwner();
  const auto act = [&](const std::string& action, const analysis::RawParams& params, const std::string& reason = "") {
    const auto done = workspace_->engine().Act(action, params, reason, owner);
    ASSERT_TRUE(done) << done.error().ToString();
  };
  act("user.add", {{"name", {"ann"}}, {"role", {"owner"}}, {"department", {"finance"}}, {"email", {"a@b.example"}}});
  const Principal ann = workspace_->access().PrincipalOf(*workspace_->access().accounts().Find("ann"), "test");
  const auto ask = [&](const std::string& metric, const std::string& by) {
    const engine::Question question{.id = "metrics", .params = {{"metrics", {metric}}, {"by", {by}}}};
    const auto answer = workspace_->engine().Ask(question, ann);
    ASSERT_TRUE(answer) << answer.error().ToString();
  };
  ask("win_rate", "type");
  ask("win_rate", "type");  // within the minute
  ASSERT_TRUE(
      workspace_->engine().Ask({.id = "sql", .params = {{"query", {"SELECT name, close_date FROM deal"}}}}, ann));
  act("comments.add", {{"subject", {"metric:won_amount"}}, {"text", {"deals_lost, leads"}}});
  act("sql.save", {{"name", {"Steps"}}, {"query", {"SELECT next_step FROM deal"}}});
  act("records.correct",
      {{"entity", {"deal"}}, {"id", {"salesforce:006A"}}, {"field", {"amount"}}, {"value", {"1200"}}}, "a call");
  ASSERT_TRUE(workspace_->access().Maintain());

  std::vector<Row> things = Rows({.id = "data.use"}, "things");
  ASSERT_GT(things.size(), 4);
  std::map<std::string, Row> by_id;
  std::vector<std::string> metrics;
  for (Row& row : things) {
    if (row["kind"] == "metric") metrics.push_back(row["id"]);
    by_id[row["id"]] = row;
  }
  EXPECT_EQ(metrics.at(0), "won_amount") << "a decision goes before asks";
  EXPECT_EQ(by_id["won_amount"]["decisions"], "1");
  EXPECT_EQ(by_id["won_amount"]["asks"], "0");
  EXPECT_EQ(by_id["deals_lost"]["decisions"], "0") << "a word in a text names no metric";
  EXPECT_EQ(by_id["win_rate"]["asks"], "1");
  EXPECT_EQ(by_id["win_rate"]["people"], "1");
  EXPECT_EQ(by_id["win_rate"]["asked_by"], "finance 1");
  EXPECT_EQ(by_id["deals_won"]["through"], "1");
  EXPECT_EQ(by_id["deal.amount"]["decisions"], "1");
  EXPECT_EQ(by_id["deal.name"]["asks"], "1") << "a query says it";
  EXPECT_EQ(by_id["deal.type"]["asks"], "") << "no file brings it: it is not listed";
  EXPECT_EQ(by_id["win_rate"]["state"], "used");
  EXPECT_EQ(by_id["leads"]["state"], "unknown") << "the record is younger than ninety days";
  const std::vector<Row> departments = Rows({.id = "data.use"}, "departments", {{"object", "deal"}});
  ASSERT_EQ(departments.size(), 1);
  EXPECT_EQ(departments.front().at("department"), "finance");
  EXPECT_EQ(departments.front().at("asks"), "1") << "the metric and the query within a minute";
  const std::vector<Row> asked = Rows({.id = "data.asked"}, "asked", {{"who", "ann"}, {"kind", "metric"}});
  ASSERT_EQ(asked.size(), 1);
  EXPECT_EQ(asked.front().at("id"), "win_rate");

  // What was taken back names nothing any more.
  act("decisions.undo", {{"decision_id", {"2"}}});
  for (Row& row : Rows({.id = "data.use"}, "things", {{"id", "won_amount"}})) EXPECT_EQ(row["decisions"], "0");
}

TEST_F(DataCatalogTest, WhatNobodyUsedInNinetyDaysIsNamedOnceTheRecordIsOldEnough) {
  const auto ask = [&](const std::string& metric) {
    const engine::Question question{.id = "metrics", .params = {{"metrics", {metric}}}};
    const auto answer = workspace_->engine().Ask(question, Principal::LocalOwner());
    ASSERT_TRUE(answer) << answer.error().ToString();
  };
  ask("won_amount");
  Reopen(100);
  ask("deals_won");
  ASSERT_TRUE(workspace_->access().Maintain());
  const auto state = [&](const std::string& id) {
    const std::vector<Row> rows = Rows({.id = "data.use"}, "things", {{"id", id}});
    return rows.size() == 1 ? rows.front().at("state") + (rows.front().at("last_used").empty() ? "" : " once") : "?";
  };
  EXPECT_EQ(state("deals_won"), "used once");
  EXPECT_EQ(state("won_amount"), "unused once");
  EXPECT_EQ(state("leads"), "unused");

  const auto off = workspace_->engine().Act("settings.set", {{"name", {"record_use"}}, {"value", {"off"}}}, "",
                                            Principal::LocalOwner());
  ASSERT_TRUE(off) << off.error().ToString();
  ask("leads");
  ASSERT_TRUE(workspace_->access().Maintain());
  EXPECT_EQ(state("leads"), "unknown");
  const auto answer = workspace_->engine().Ask({.id = "data.use"}, Principal::LocalOwner());
  ASSERT_TRUE(answer);
  ASSERT_FALSE(answer->output.warnings.empty());
  EXPECT_EQ(answer->output.warnings.front().code, "use_not_recorded");
}

TEST_F(DataCatalogTest, WhatAReaderAsksIsCountedByTheNextWriter) {
  workspace_.reset();
  {
    auto reader = Workspace::Open({.home = root_ / "home", .access = Access::kRead, .threads = 2});
    ASSERT_TRUE(reader) << reader.error().ToString();
    const engine::Question question{.id = "metrics", .params = {{"metrics", {"deals_won"}}}};
    ASSERT_TRUE((*reader)->engine().Ask(question, Principal::LocalOwner()));
  }
  Reopen(0);
  Import("User-2.csv", "Id,Name,Username,Email,IsActive,Department\n005B,Bo,bo@us.com,bo@us.com,true,Sales\n");
  const std::vector<Row> asked = Rows({.id = "data.asked"}, "asked", {{"kind", "metric"}});
  ASSERT_EQ(asked.size(), 1);
  EXPECT_EQ(asked.front().at("id"), "deals_won");
  EXPECT_EQ(asked.front().at("asks"), "1");
}

// Sixty closed deals: the type is the outcome and known from the first export, the reason of a loss comes with the
// close, the source says nothing.
TEST_F(DataCatalogTest, WhatAFieldTellsIsMeasuredBeforeTheCloseAndLeaksAreMarked) {
  const std::string header =
      "Id,Name,StageName,Amount,CloseDate,CreatedDate,IsClosed,IsWon,SystemModstamp,Type,LeadSource,Loss_Reason__c\n";
  std::string open = header;
  std::string closed = header;
  for (int i = 0; i < 60; ++i) {
    const bool is_won = i % 2 == 0;
    const std::string about = fmt::format("{},{}", is_won ? "Renewal" : "New", i % 3 == 0 ? "Web" : "Event");
    open += fmt::format(
        "006X{0},D{0},Prospecting,10.00,2024-08-30,2024-03-01T09:00:00Z,false,false,"
        "2024-04-01T09:00:00Z,{1},\n",
        i, about);
    closed +=
        fmt::format("006X{0},D{0},{1},10.00,2024-08-20,2024-03-01T09:00:00Z,true,{2},2024-08-20T12:00:00Z,{3},{4}\n", i,
                    is_won ? "Closed Won" : "Closed Lost", is_won, about, is_won ? "" : "Price");
  }
  Import("Opportunity-1.csv", open);
  Import("Opportunity-2.csv", closed);
  const auto worth = [&](const std::string& id) {
    const std::vector<Row> rows = Rows({.id = "data.worth"}, "worth", {{"id", id}});
    EXPECT_EQ(rows.size(), 1) << id;
    return rows.empty() ? Row() : rows.front();
  };
  Row type = worth("deal.type");
  EXPECT_EQ(type["state"], "measured");
  EXPECT_EQ(type["moment"], "day_before");
  EXPECT_EQ(type["worth"], "1");
  EXPECT_EQ(type["confidence"], "sure");
  EXPECT_EQ(type["cases"], "60");
  Row source = worth("deal.lead_source");
  EXPECT_EQ(source["worth"], "0");
  EXPECT_EQ(source["confidence"], "chance");
  EXPECT_EQ(worth("deal.loss_reason")["state"], "after_close");
  EXPECT_EQ(worth("deal.loss_reason")["worth"], "");
  EXPECT_EQ(worth("deal.status")["state"], "outcome");
}

}  // namespace
}  // namespace weir::workspace
