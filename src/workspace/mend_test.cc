// What data quality proposes, from the files of a CRM to the file that goes back to it.
#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workspace/fresh_workspace.h"

namespace weir::workspace {
namespace {

using ::testing::HasSubstr;

class Mend : public FreshWorkspace {
 protected:
  void Import(const std::string& name, const std::string& text) {
    std::ofstream(root_ / name, std::ios::binary) << text;
    const auto answer = workspace_->Import(
        {.inputs = {{.path = root_ / name, .descriptor = -1, .name = name}}, .exported_at = "2024-06-01"},
        analysis::Principal::LocalOwner(), {}, {});
    ASSERT_TRUE(answer) << answer.error().ToString();
  }
  analysis::Table Ask(const std::string& id, const analysis::RawParams& params = {}, std::size_t table = 0) {
    engine::Question question;
    question.id = id;
    question.params = params;
    const auto answer = workspace_->engine().Ask(question, analysis::Principal::LocalOwner());
    EXPECT_TRUE(answer) << answer.error().ToString();
    return answer ? answer->output.tables.at(table) : analysis::Table{};
  }
  std::string Rows(const std::string& rule) {
    const analysis::Table rows = Ask("hygiene.rows", {{"rule", {rule}}});
    std::string text;
    for (const auto& row : rows.rows) {
      text += fmt::format("{} {} {}\n", store::ToText(row[0]), store::ToText(row[rows.IndexOf("value")]),
                          store::ToText(row[rows.IndexOf("proposed")]));
    }
    return text;
  }
  std::string Do(const std::string& action, const analysis::RawParams& params) {
    const auto done =
        workspace_->engine().Act(action, params, "seen in the data", analysis::Principal::LocalOwner(), {}, {});
    return done ? "" : done.error().ToString();
  }
  std::map<std::string, std::string> Files() {
    const analysis::Table files = Ask("sources.patch", {{"source", {"salesforce"}}});
    std::map<std::string, std::string> texts;
    for (const auto& file : files.rows) texts[store::ToText(file[0])] = store::ToText(file[files.IndexOf("text")]);
    return texts;
  }
};

const char* const kAccounts =
    "Id,Name,Website,Phone,BillingCountry,Industry,OwnerId,CreatedDate\n"
    "0011,Alpha,https://alpha.example,+49 30 1234567,Germany,Manufacturing,0051,2024-01-02T00:00:00Z\n"
    "0012,Beta,https://beta.example,089/7654321,Germany,manufacturing,0051,2024-01-02T00:00:00Z\n"
    "0013,Gamma,https://gamma.example,no phone,Germany,Manufacturing,0051,2024-01-02T00:00:00Z\n"
    "0014,Delta,https://delta.example,,Germany,Manufacturing,0051,2024-01-02T00:00:00Z\n";
const char* const kContacts =
    "Id,FirstName,LastName,AccountId,Email,Phone,Title,CreatedDate,LastModifiedDate\n"
    "0031,Ann,Lee,0011,ann@alpha.example,030 7654321,Boss,2024-04-01T00:00:00Z,2024-05-01T00:00:00Z\n"
    "0032,BEA,KLEIN,0012,bea@beta.example,+49 89 123456,Boss,2024-04-01T00:00:00Z,2024-05-01T00:00:00Z\n";

TEST_F(Mend, WhatCannotBeReadIsProposedTakenOverAndWrittenForItsSource) {
  Import("Account.csv", kAccounts);
  Import("Contact.csv", kContacts);
  EXPECT_EQ(Rows("account_phone_unreadable"), "salesforce:0012 089/7654321 +49897654321\nsalesforce:0013 no phone \n");
  EXPECT_EQ(Rows("person_phone_unreadable"), "salesforce:0031 030 7654321 +49307654321\n");
  EXPECT_EQ(Do("hygiene.mend", {{"rule", {"account_phone_unreadable"}}}), "");
  EXPECT_EQ(Do("hygiene.mend", {{"rule", {"person_phone_unreadable"}}}), "");
  EXPECT_EQ(Do("hygiene.mend", {{"rule", {"person_name_case"}}}), "");
  EXPECT_EQ(Rows("account_phone_unreadable"), "salesforce:0013 no phone \n");
  EXPECT_EQ(Rows("person_phone_unreadable"), "");
  EXPECT_EQ(Rows("person_name_case"), "");
  std::map<std::string, std::string> files = Files();
  EXPECT_THAT(files["salesforce-account.csv"], HasSubstr("0012,"));
  EXPECT_THAT(files["salesforce-account.csv"], HasSubstr("49897654321"));
  EXPECT_THAT(files["salesforce-contact.csv"], HasSubstr("0032,Klein,"));
  // One decision, undone as one.
  EXPECT_EQ(Do("decisions.undo", {{"decision_id", {"1"}}}), "");
  EXPECT_EQ(Rows("account_phone_unreadable"), "salesforce:0012 089/7654321 +49897654321\nsalesforce:0013 no phone \n");
  EXPECT_EQ(Files().count("salesforce-account.csv"), 0U);
}

TEST_F(Mend, AnotherSpellingIsTakenOverInAllRecords) {
  std::string accounts = kAccounts;
  for (int i = 5; i < 9; ++i) {
    accounts += fmt::format("001{0},C{0},https://c{0}.example,,Germany,{1},0051,2024-01-02T00:00:00Z\n", i,
                            i == 8 ? "manufacturing" : "Manufacturing");
  }
  Import("Account.csv", accounts);
  const analysis::Table values = Ask("hygiene.fields", {{"entity", {"account"}}}, 1);
  ASSERT_EQ(values.rows.size(), 1U);
  EXPECT_EQ(store::ToText(values.rows[0][values.IndexOf("value")]), "manufacturing");
  EXPECT_EQ(Do("hygiene.mend", {{"entity", {"account"}},
                                {"field", {"industry"}},
                                {"value", {"manufacturing"}},
                                {"proposed", {"Manufacturing"}}}),
            "");
  EXPECT_TRUE(Ask("hygiene.fields", {{"entity", {"account"}}}, 1).rows.empty());
  EXPECT_EQ(Files()["salesforce-account.csv"], "Id,Industry\r\n0012,Manufacturing\r\n0018,Manufacturing\r\n");
  // Fields of every source stand in the first table.
  const analysis::Table fields = Ask("hygiene.fields", {{"entity", {"account"}}});
  std::map<std::string, std::string> states;
  for (const auto& row : fields.rows) states[store::ToText(row[2])] = store::ToText(row[fields.IndexOf("state")]);
  EXPECT_EQ(states["BillingCountry"], "always_same");
  EXPECT_EQ(states["Website"], "used");
  EXPECT_EQ(states["Phone"], "unused");
}

TEST_F(Mend, WhatIsNotKnownIsRefused) {
  Import("Account.csv", kAccounts);
  EXPECT_THAT(Do("hygiene.mend", {{"rule", {"account_without_industry"}}}), HasSubstr("no record is known"));
  EXPECT_THAT(Do("hygiene.mend", {{"rule", {"nothing"}}}), HasSubstr("no quality rule"));
  EXPECT_THAT(Do("hygiene.mend", {}), HasSubstr("say a rule"));
  EXPECT_THAT(Do("hygiene.mend", {{"rule", {"account_phone_unreadable"}}, {"limit", {"0"}}}),
              HasSubstr("a number from 1"));
}

}  // namespace
}  // namespace weir::workspace
