// People who refused to be written to or called: whose word counts, which lists lack them, and when.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workspace/desk_story.h"

namespace weir::workspace {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kContacts =
    "Id,LastName,FirstName,AccountId,Email,MobilePhone,HasOptedOutOfEmail,DoNotCall,CreatedDate,LastModifiedDate\n"
    "0031,Adler,Ann,0011,ann@alfa.example,+4930123001,false,false,2025-01-01T00:00:00Z,2025-01-02T00:00:00Z\n"
    "0032,Berg,Bo,0011,bo@alfa.example,+4930123002,true,false,2025-01-01T00:00:00Z,2025-01-02T00:00:00Z\n"
    "0033,Cole,Cy,0011,cy@alfa.example,+4930123003,false,true,2025-01-01T00:00:00Z,2025-01-02T00:00:00Z\n"
    "0034,Dorn,Di,0011,di@alfa.example,+4930123004,false,false,2025-01-01T00:00:00Z,2025-01-02T00:00:00Z\n";
constexpr const char* kAccounts =
    "Id,Name,Website,Type,CreatedDate\n0011,Alfa,alfa.example,Customer,2025-01-01T00:00:00Z\n";

class Consent : public DeskStory {
 protected:
  void SetUp() override {
    DeskStory::SetUp();
    Import({{"Account.csv", kAccounts}, {"Contact.csv", kContacts}}, "2025-02-01");
    is_export_ = true;
  }
  Lines Listed() { return Cells("customers.people", {}, "people", {"full_name"}); }
  std::string Warned(const std::string& id, const Params& params = {}) {
    const auto answer = Ask(id, params);
    if (!answer) return answer.error().ToString();
    std::string warned;
    for (const auto& warning : answer->output.warnings) {
      if (warning.code == "no_consent") warned += warning.params.at("table") + "=" + warning.params.at("rows") + ";";
    }
    return warned;
  }
};

TEST_F(Consent, ListsThatAreSavedLackWhoRefused) {
  EXPECT_THAT(Listed(), ElementsAre("Ann Adler", "Di Dorn"));
  EXPECT_EQ(Warned("customers.people"), "people=2;");
  is_export_ = false;
  EXPECT_THAT(Cells("customers.people", {}, "people", {"full_name", "no_consent"}),
              ElementsAre("Ann Adler -", "Bo Berg email", "Cy Cole phone", "Di Dorn -"));
  EXPECT_EQ(Warned("customers.people"), "") << "on the screen nobody is missing";
}

TEST_F(Consent, ListsOnOtherPagesAndQueriesLackThemToo) {
  EXPECT_THAT(Cells("customers.account", {{"id", {"salesforce:0011"}}}, "contacts", {"full_name"}),
              ElementsAre("Ann Adler", "Di Dorn"));
  EXPECT_THAT(Sql("SELECT email FROM person ORDER BY email", {"email"}),
              ElementsAre("ann@alfa.example", "cy@alfa.example", "di@alfa.example"));
  EXPECT_THAT(Sql("SELECT person_id, phone FROM person ORDER BY phone", {"phone"}),
              ElementsAre("+4930123001", "+4930123002", "+4930123004"));
  EXPECT_THAT(Sql("SELECT person_id, full_name, country FROM person", {"full_name"}), ::testing::SizeIs(4))
      << "without an address it is no list to write to";
  EXPECT_EQ(Warned("sql", {{"query", {"SELECT upper(email) AS m FROM person"}}}), "rows=1;");
}

TEST_F(Consent, APageSortsAndCutsWhatIsLeft) {
  engine::Question question = Asking("customers.people");
  question.page = {.table = "people", .limit = 1, .sort = "-full_name"};
  const auto first = workspace_->engine().Ask(question, who_);
  ASSERT_TRUE(first);
  EXPECT_THAT(Cells(*first, "people", {"full_name"}), ElementsAre("Di Dorn"));
  EXPECT_EQ(first->output.tables.front().total_rows, 2);
}

// Salesforce says FALSE of everybody who never said anything.
TEST_F(Consent, AnyRefusalCountsWhateverOtherSourcesSay) {
  Import({{"unsubscribed_members_export.csv",
           "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,LAST_CHANGED,LEID,UNSUB_TIME\n"
           "ann@alfa.example,Ann,Adler,2,2025-01-05 10:00:00,2025-02-10 10:00:00,17,2025-02-10 10:00:00\n"}},
         "2025-02-11");
  EXPECT_THAT(Listed(), ElementsAre("Di Dorn"));
  Import({{"Contact.csv", std::string(kContacts).replace(std::string(kContacts).find("2025-01-02"), 10, "2025-03-01")}},
         "2025-03-02");
  EXPECT_THAT(Listed(), ElementsAre("Di Dorn")) << "a newer box that nobody ticked is no consent";
  Import({{"subscribed_members_export.csv",
           "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,LAST_CHANGED,LEID,UNSUB_TIME\n"
           "ann@alfa.example,Ann,Adler,2,2025-03-05 10:00:00,2025-03-05 10:00:00,17,\n"}},
         "2025-03-06");
  EXPECT_THAT(Listed(), ElementsAre("Ann Adler", "Di Dorn")) << "who refused has allowed it again";
}

TEST_F(Consent, WhatALeadRefusedHoldsForThePersonOfTheSameAddress) {
  Import({{"Lead.csv",
           "Id,LastName,Company,Email,Status,HasOptedOutOfEmail,CreatedDate,LastModifiedDate\n"
           "00Q1,Dorn,Alfa,DI@alfa.example,Open,true,2025-02-01T00:00:00Z,2025-02-02T00:00:00Z\n"}},
         "2025-02-03");
  EXPECT_THAT(Listed(), ElementsAre("Ann Adler"));
  EXPECT_THAT(Sql("SELECT lead_id, email FROM lead", {"email"}), IsEmpty());
}

TEST_F(Consent, AnAddressMayBeRefusedByItself) {
  Import({{"weir-consent.csv", "email,is_out,channel,at\nann@alfa.example,true,email,2025-02-05T00:00:00Z\n"}},
         "2025-02-06");
  EXPECT_THAT(Listed(), ElementsAre("Di Dorn"));
  Import({{"weir-consent.csv", "phone,is_out\n+49 30 123004,true\n"}}, "2025-02-07");
  EXPECT_THAT(Listed(), IsEmpty());
}

// A list of the past is written to today; by what was known then it is what it was.
TEST_F(Consent, AnEarlierMomentLeavesOutWhoRefusedSince) {
  const std::int64_t before = Version();
  Import({{"weir-consent.csv", "email,is_out\nann@alfa.example,true\n"}}, "2025-03-01");
  as_of_ = "2025-02-01";
  EXPECT_THAT(Listed(), ElementsAre("Di Dorn"));
  known_at_ = before;
  EXPECT_THAT(Listed(), ElementsAre("Ann Adler", "Di Dorn"));
}

TEST_F(Consent, AnImportTakenBackIsNoRefusal) {
  Import({{"weir-consent.csv", "email,is_out\nann@alfa.example,true\n"}}, "2025-03-01");
  EXPECT_THAT(Listed(), ElementsAre("Di Dorn"));
  EXPECT_EQ(Do("sources.undo", {{"import_id", {"3"}}}), "done");
  EXPECT_THAT(Listed(), ElementsAre("Ann Adler", "Di Dorn"));
}

TEST_F(Consent, WhoSeesNoAddressesGetsTheSameRows) {
  who_.sees_personal_data = false;
  EXPECT_THAT(Cells("customers.people", {}, "people", {"person_id"}),
              ElementsAre("salesforce:0031", "salesforce:0034"));
}

}  // namespace
}  // namespace weir::workspace
