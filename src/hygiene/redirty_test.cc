// Each story is a history of edits, and who mended what came back.
#include "hygiene/redirty.h"

#include <gtest/gtest.h>

#include "metrics/scoped_story.h"
#include "model/testing.h"

namespace weir::hygiene {
namespace {

using metrics::testing::StoryContext;
using model::TestModel;

class Redirty : public ::testing::Test {
 protected:
  Redirty() {
    model.settings.currency = "EUR";
    Record("team", {{"key", "north"}, {"name", "North"}});
    Record("team", {{"key", "south"}, {"name", "South"}});
    Member("ops", "Olga", "north");
    Member("ann", "Ann", "north");
    Member("bob", "Bob", "south");
    Member("sync", "HubSpot sync", "north");
  }
  void Record(const std::string& table, const TestModel::Cells& cells, const std::string& at = "2024-06-30 00:00:00",
              const std::string& source = "crm") {
    model.Record(table, cells, at, source);
  }
  void Member(const char* key, const char* name, const char* team) {
    Record("member", {{"key", key}, {"name", name}, {"is_active", "true"}, {"team_key", team}, {"team_name", team}});
  }
  void Account(const char* key, const char* owner = "ann") {
    Record("account", {{"key", key}, {"name", key}, {"domain", fmt::format("{}.com", key)}, {"owner_key", owner}});
  }
  void Edit(const char* key, const char* field, const char* at, const char* before, const char* after, const char* by,
            const char* via = "", const char* object = "account") {
    TestModel::Cells cells{{"object", object}, {"record_key", key}, {"field", field}, {"at", at}};
    if (*before != '\0') cells["old_value"] = before;
    if (*after != '\0') cells["new_value"] = after;
    if (*by != '\0') cells["by_key"] = by;
    if (*via != '\0') cells["via"] = via;
    Record("field_change", cells);
  }
  analysis::Output Ask(const analysis::RawParams& params = {}, const char* as_of = "2024-07-01 00:00:00") {
    if (!is_built_) {
      EXPECT_TRUE(model.Build()) << model.error();
      is_built_ = true;
    }
    model.AsOf(as_of);
    StoryContext context(model.connection(),
                         *ParseIsoInstant(fmt::format("{}T00:00:00Z", std::string_view(as_of).substr(0, 10))));
    return metrics::testing::Need(RedirtyAnalyses().front().run(params, context));
  }
  static std::string Lines(const analysis::Output& output, const std::string& table,
                           const std::vector<std::string>& columns) {
    const analysis::Table& found = *output.Find(table);
    std::string lines;
    for (const auto& row : found.rows) {
      for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::string text = store::ToText(row[found.IndexOf(columns[i])]);
        lines += (i == 0 ? "" : "|") + (text.empty() ? "-" : text);
      }
      lines += '\n';
    }
    return lines;
  }

  TestModel model;
  bool is_built_ = false;
};

const std::vector<std::string> kField{"entity", "field",       "writes",  "fixed",   "came_back",
                                      "share",  "median_days", "dirtied", "records", "exposed"};
const std::vector<std::string> kCause{"way", "writer", "came_back", "dirtied", "fixed", "flips"};

// The number is mended twice and rewritten twice; the industry was never clean before; the site is emptied for the
// first time, and nobody had mended it.
TEST_F(Redirty, WhatWasMendedAndIsSpoiltAgainCameBack) {
  Account("A1");
  Account("A2");
  Record("deal", {{"key", "D1"},
                  {"name", "d"},
                  {"account_key", "A1"},
                  {"stage", "o"},
                  {"stage_kind", "open"},
                  {"amount", "500"},
                  {"currency", "EUR"},
                  {"created_at", "2024-01-01 00:00:00"}});
  Edit("A1", "Phone", "2024-01-10 10:00:00", "030 123456", "+49 30 123456", "ops");
  Edit("A1", "Phone", "2024-01-20 10:00:00", "+49 30 123456", "030/123456", "ann");
  Edit("A1", "Phone", "2024-02-10 10:00:00", "030/123456", "+49 30 123456", "ops");
  Edit("A1", "Phone", "2024-02-14 10:00:00", "+49 30 123456", "", "", "IMPORT");
  Edit("A2", "Phone", "2024-02-10 10:00:00", "", "+49 30 765432", "ops");
  Edit("A2", "Industry", "2024-02-10 10:00:00", "n/a", "unknown", "ann");
  Edit("A2", "Website", "2024-02-10 10:00:00", "https://a2.com", "", "ann");
  const analysis::Output output = Ask();
  EXPECT_EQ(Lines(output, "fields", kField),
            "account|phone|5|3|2|0.666667|4|2|1|500\n"
            "account|website|1|0|0|-|-|1|0|-\n");
  EXPECT_EQ(Lines(output, "causes", kCause),
            "person|Ann|1|2|0|0\n"
            "import|-|1|1|0|0\n"
            "person|Olga|0|0|3|0\n");
  EXPECT_EQ(Lines(output, "cases",
                  {"record_id", "field", "kind", "fixed_at", "way", "old_value", "new_value", "is_last", "exposed"}),
            "crm:A1|phone|came_back|2024-02-10T10:00:00Z|import|+49 30 123456|-|true|500\n"
            "crm:A1|phone|came_back|2024-01-10T10:00:00Z|person|+49 30 123456|030/123456|false|500\n");
  EXPECT_EQ(Lines(output, "months", {"period", "fixed", "dirtied", "came_back"}),
            "2024-01-01|1|1|1\n2024-02-01|2|2|1\n");
  EXPECT_EQ(output.history, analysis::History::kPartial) << "no history of deals";
  EXPECT_EQ(Lines(Ask({{"field", {"website"}}}), "fields", {"field"}), "website\n");
}

TEST_F(Redirty, OnADayOfThePastNothingLaterHasHappened) {
  Account("A1");
  Edit("A1", "Phone", "2024-01-10 10:00:00", "030 123456", "+49 30 123456", "ops");
  Edit("A1", "Phone", "2024-03-20 10:00:00", "+49 30 123456", "030/123456", "ann");
  EXPECT_EQ(Lines(Ask({}, "2024-02-01 00:00:00"), "fields", {"field", "fixed", "came_back"}), "phone|1|0\n");
  EXPECT_EQ(Lines(Ask(), "fields", {"field", "fixed", "came_back"}), "phone|1|1\n");
}

// Two write one value back and forth: a person and a program, both of values that are fit. Another spacing is no other
// value, the same writer may change his mind, and a stage that goes back is work.
TEST_F(Redirty, AValueThatAnotherPutsBackIsAFlip) {
  Account("A1");
  Account("A2");
  Edit("A1", "Industry", "2024-01-10 10:00:00", "Retail", "Energy", "ann");
  Edit("A1", "Industry", "2024-01-11 10:00:00", "Energy", "Retail", "sync");
  Edit("A1", "Industry", "2024-01-12 10:00:00", "Retail", "Energy", "ann");
  Edit("A2", "Industry", "2024-01-10 10:00:00", "Retail", "Energy", "ann");
  Edit("A2", "Industry", "2024-01-11 10:00:00", "Energy", "Retail", "ann");
  Edit("A2", "Phone", "2024-01-10 10:00:00", "+49 30 1234567", "+49301234567", "ann");
  Edit("A2", "Phone", "2024-01-11 10:00:00", "+49301234567", "+49 30 1234567", "sync");
  Record("deal", {{"key", "D1"}, {"name", "d"}, {"account_key", "A1"}, {"stage", "o"}, {"stage_kind", "open"}});
  Edit("D1", "stage", "2024-01-10 10:00:00", "Demo", "Offer", "ann", "", "deal");
  Edit("D1", "stage", "2024-01-11 10:00:00", "Offer", "Demo", "bob", "", "deal");
  const analysis::Output output = Ask();
  EXPECT_EQ(Lines(output, "fields", {"field", "came_back", "flips"}), "industry|0|2\n");
  EXPECT_EQ(Lines(output, "causes", {"way", "writer", "flips"}), "integration|HubSpot sync|1\nperson|Ann|1\n");
}

// A source that keeps no history of edits is told from one export to the next; of one that tells only new values the
// value before is the one that the edit before left.
TEST_F(Redirty, WithoutAHistoryExportsAreCompared) {
  const auto seen = [&](const char* phone, const char* at) {
    TestModel::Cells cells{{"key", "A9"}, {"name", "Nine"}, {"domain", "nine.com"}};
    if (*phone != '\0') cells["phone"] = phone;
    Record("account", cells, at, "billing");
  };
  seen("", "2024-01-01 00:00:00");
  seen("+4930123456", "2024-02-01 00:00:00");
  seen("", "2024-03-01 00:00:00");
  Account("A1");
  Edit("A1", "Website", "2024-01-10 10:00:00", "", "https://a1.com", "ops");
  Edit("A1", "Website", "2024-01-11 10:00:00", "", "n/a", "ann");
  Edit("A1", "Website", "2024-01-12 10:00:00", "", "https://a1.com", "ops");
  Edit("A1", "Website", "2024-01-13 10:00:00", "", "", "ann");
  const analysis::Output output = Ask();
  EXPECT_EQ(Lines(output, "fields", {"source", "field", "history", "fixed", "came_back", "dirtied"}),
            "crm|website|edits|1|1|2\nbilling|phone|exports|1|1|1\n");
  EXPECT_EQ(Lines(output, "causes", {"way", "came_back"}), "person|1\nunknown|1\nperson|0\n");
}

TEST_F(Redirty, WhoSeesOneTeamIsToldOfItAlone) {
  Account("A1", "ann");
  Account("A2", "bob");
  for (const char* key : {"A1", "A2"}) {
    Edit(key, "Phone", "2024-01-10 10:00:00", "1", "+49 30 123456", "ops");
    Edit(key, "Phone", "2024-01-12 10:00:00", "+49 30 123456", "1", "bob");
  }
  EXPECT_EQ(Lines(Ask(), "fields", {"field", "came_back"}), "phone|2\n");
  model.Execute("SET VARIABLE sees_all_rows = FALSE; SET VARIABLE team_ids = ['crm:north']");
  const analysis::Output output = Ask();
  EXPECT_EQ(Lines(output, "fields", {"field", "came_back"}), "phone|1\n");
  EXPECT_EQ(Lines(output, "causes", {"writer", "came_back"}), "-|1\nOlga|0\n") << "Bob is of another team";
}

// Numbers change in one source by edits and in another from one export to the next, of a company and of a person.
TEST_F(Redirty, WhoMayNotSeeNumbersIsToldTheSameCountsWithoutThem) {
  const char* const spoilt[] = {"", "+4930111111", "n/a", "+4930222222", ""};
  int month = 0;
  for (const char* number : spoilt) {
    const std::string at = fmt::format("2024-0{}-01 00:00:00", ++month);
    const std::string address = month % 2 == 0 ? fmt::format("p{}@nine.com", month) : "";
    TestModel::Cells account{{"key", "A9"}, {"name", "Nine"}, {"domain", "nine.com"}};
    TestModel::Cells person{{"key", "P9"}, {"full_name", "Nina"}, {"account_key", "A9"}};
    if (*number != '\0') account["phone"] = number;
    if (*number != '\0') person["phone"] = number;
    if (!address.empty()) person["email"] = address;
    Record("account", account, at, "billing");
    Record("person", person, at, "billing");
  }
  Account("A1");
  Edit("A1", "Phone", "2024-01-10 10:00:00", "030 333333", "+49 30 333333", "ops");
  Edit("A1", "Phone", "2024-01-20 10:00:00", "+49 30 333333", "030/333333", "ann");
  Edit("A1", "Work e-mail", "2024-01-10 10:00:00", "-", "ann@a1.com", "ops");
  Edit("A1", "Work e-mail", "2024-01-20 10:00:00", "ann@a1.com", "-", "ann");
  Edit("A1", "Industry", "2024-01-10 10:00:00", "n/a", "Retail", "ops");
  Edit("A1", "Industry", "2024-01-20 10:00:00", "Retail", "n/a", "ann");
  const analysis::Output whole = Ask();
  EXPECT_EQ(Lines(whole, "fields", {"entity", "field", "history", "writes", "fixed", "came_back", "dirtied"}),
            "account|phone|exports|4|2|2|2\n"
            "person|email|exports|4|2|2|2\n"
            "person|phone|exports|4|2|2|2\n"
            "account|industry|edits|2|1|1|1\n"
            "account|phone|edits|2|1|1|1\n"
            "account|work_e_mail|edits|2|1|1|1\n");
  const std::string values = Lines(whole, "cases", {"old_value", "new_value"});
  for (const char* said : {"+49", "@", "Retail"}) EXPECT_NE(values.find(said), std::string::npos) << said;
  model.Execute("SET VARIABLE sees_personal_data = FALSE");
  const analysis::Output masked = Ask();
  for (const char* table : {"fields", "causes", "months"}) {
    std::vector<std::string> columns;
    for (const analysis::Column& column : whole.Find(table)->columns) columns.push_back(column.name);
    EXPECT_EQ(Lines(masked, table, columns), Lines(whole, table, columns));
  }
  EXPECT_EQ(Lines(masked, "cases", {"entity", "field", "at", "is_last"}),
            Lines(whole, "cases", {"entity", "field", "at", "is_last"}));
  const std::string shown = Lines(masked, "cases", {"old_value", "new_value"});
  for (const char* said : {"+49", "030", "@"}) EXPECT_EQ(shown.find(said), std::string::npos) << shown;
  EXPECT_NE(shown.find("Retail"), std::string::npos) << "what is no address is shown";
}

// What a history says of numbers and addresses is nobody's to read for lack of being a person's.
TEST_F(Redirty, NumbersAndAddressesOfCompaniesArePersonal) {
  Account("A1");
  Account("A2");
  for (const char* key : {"A1", "A2"}) {
    Edit(key, "Phone", "2024-01-10 10:00:00", "030 333333", "+49 30 333333", "ops");
    Edit(key, "email", "2024-01-10 10:00:00", "a@a1.com", "b@a1.com", "ops");
    Edit(key, "Industry", "2024-01-10 10:00:00", "Trade", "Retail", "ops");
  }
  EXPECT_EQ(Lines(Ask(), "cases", {"field"}), "");
  const auto told = [&](const std::string& view) {
    return model.Table("SELECT DISTINCT lower(field) AS field, old_value, new_value FROM scoped." + view +
                       " ORDER BY 1");
  };
  for (const char* view : {"field_write", "field_fix"}) {
    model.Execute("SET VARIABLE sees_personal_data = TRUE");
    EXPECT_NE(told(view).find("phone 030 333333 +49 30 333333\n"), std::string::npos) << told(view);
    model.Execute("SET VARIABLE sees_personal_data = FALSE");
    EXPECT_EQ(told(view), "email - -\nindustry Trade Retail\nphone - -\n") << view;
  }
}

// HubSpot numbers companies and deals each from the same range.
TEST_F(Redirty, OneNumberOfACompanyAndOfADealIsTwoRecords) {
  Account("77");
  Record("deal", {{"key", "77"},
                  {"name", "Big deal"},
                  {"account_key", "77"},
                  {"stage", "o"},
                  {"stage_kind", "open"},
                  {"amount", "500"},
                  {"currency", "EUR"},
                  {"created_at", "2024-01-01 00:00:00"}});
  for (const char* object : {"account", "deal"}) {
    Edit("77", "Website", "2024-01-10 10:00:00", "", "https://a1.com", "ops", "", object);
    Edit("77", "Website", "2024-01-20 10:00:00", "https://a1.com", "", "ann", "", object);
  }
  const analysis::Output output = Ask();
  EXPECT_EQ(Lines(output, "cases", {"entity", "record_id", "name"}), "account|crm:77|77\ndeal|crm:77|Big deal\n");
  EXPECT_EQ(output.Find("cases")->key, (std::vector<std::string>{"entity", "record_id", "field", "at"}));
  EXPECT_EQ(Lines(output, "causes", {"writer", "came_back", "records", "exposed"}), "Ann|2|2|1000\nOlga|0|0|-\n");
  StoryContext context(model.connection(), *ParseIsoInstant("2024-07-01T00:00:00Z"));
  const auto explained = [&](const char* entity, const char* id) {
    return RedirtyAnalyses().front().explain({}, "cases", {entity, id, "website", "2024-01-20T10:00:00Z"}, context);
  };
  EXPECT_EQ(explained("deal", "crm:77")->table, "deal");
  EXPECT_EQ(explained("account", "crm:77")->table, "account");
  EXPECT_EQ(explained("person", "crm:77").error().code(), Code::kNotFound);
}

TEST_F(Redirty, AnEmptyWorkspaceHasNothing) {
  const analysis::Output output = Ask();
  for (const analysis::Table& table : output.tables) EXPECT_TRUE(table.rows.empty()) << table.name;
  EXPECT_EQ(output.history, analysis::History::kNone);
}

}  // namespace
}  // namespace weir::hygiene
