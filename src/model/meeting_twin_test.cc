// One meeting that a CRM and a calendar both hold, and opened mails that name an address alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/testing.h"

namespace weir::model {
namespace {

constexpr const char* kSeen = "2024-06-01 00:00:00";

class Meetings : public ::testing::Test {
 protected:
  Meetings() {
    for (const char* source : {"salesforce", "ics"}) {
      for (const char* who : {"ann", "bob"}) {
        const std::string mail = std::string(who) + "@ours.example";
        model.Record("member", {{"key", who}, {"name", who}, {"email", mail}}, kSeen, source);
      }
      model.Record("person", {{"key", "zoe"}, {"email", "zoe@acme.example"}}, kSeen, source);
    }
    for (const char* account : {"acme", "bolt"}) {
      model.Record("account", {{"key", account}, {"name", account}}, kSeen, "salesforce");
    }
    model.Record("person", {{"key", "zoe"}, {"email", "zoe@acme.example"}, {"account_key", "acme"}}, kSeen,
                 "salesforce");
    model.Record("deal", {{"key", "d"}, {"name", "d"}, {"account_key", "bolt"}, {"created_at", "2024-01-01"}}, kSeen,
                 "salesforce");
  }
  void Meet(const char* source, const char* key, const char* owner, const char* at, TestModel::Cells cells) {
    cells.insert({{"key", key}, {"kind", "meeting"}, {"owner_key", owner}, {"at", std::string("2024-03-05 ") + at}});
    model.Record("activity", cells, kSeen, source);
  }
  std::string Twins() {
    if (!model.Build()) return model.error();
    return model.Table("SELECT activity_id, standing_id, is_covered FROM model.meeting_twin ORDER BY 1 NULLS LAST");
  }
  std::string Count(const std::string& view) { return model.Table("SELECT count(*) FROM scoped." + view); }

  TestModel model;
};

TEST_F(Meetings, OfOneColleagueWithOneCustomerWithinMinutesAreOne) {
  Meet("salesforce", "1", "ann", "10:00:00", {{"account_key", "acme"}, {"subject", "Offer"}});
  Meet("ics", "a", "ann", "10:05:00", {{"person_key", "zoe"}, {"subject", "Acme / us"}});
  // Another time, another colleague, another company.
  Meet("salesforce", "2", "ann", "12:00:00", {{"account_key", "acme"}});
  Meet("ics", "b", "ann", "12:11:00", {{"person_key", "zoe"}});
  Meet("salesforce", "3", "bob", "14:00:00", {{"account_key", "acme"}});
  Meet("ics", "c", "ann", "14:00:00", {{"person_key", "zoe"}});
  Meet("salesforce", "4", "bob", "16:00:00", {{"account_key", "bolt"}, {"subject", "Demo"}});
  Meet("ics", "d", "bob", "16:00:00", {{"person_key", "zoe"}, {"subject", "Demo"}});
  EXPECT_EQ(Twins(), "ics:activity:a salesforce:activity:1 false\n");
  EXPECT_EQ(Count("activity"), "7\n");
  EXPECT_EQ(Count("event WHERE activity = 'meeting'"), "7\n");
  EXPECT_EQ(Count("activity_brief"), "8\n") << "the calendar alone names the guest: her page shows it";
}

TEST_F(Meetings, OfOneSubjectAreOneWhereNoCompanyContradicts) {
  Meet("salesforce", "1", "ann", "10:00:00", {{"deal_key", "d"}, {"subject", "Kick-off, Bolt"}});
  Meet("ics", "a", "ann", "10:00:00", {{"person_key", "stranger"}, {"subject", "kick-off Bolt"}});
  Meet("salesforce", "2", "ann", "12:00:00", {{"subject", "Demo"}});
  Meet("ics", "b", "ann", "12:00:00", {{"subject", "Talk"}});
  EXPECT_EQ(Twins(), "ics:activity:a salesforce:activity:1 false\n");
}

TEST_F(Meetings, AreTakenOnceTheNearestFirst) {
  Meet("salesforce", "1", "ann", "10:00:00", {{"person_key", "zoe"}});
  Meet("salesforce", "2", "ann", "10:08:00", {{"person_key", "zoe"}});
  Meet("ics", "a", "ann", "10:07:00", {{"person_key", "zoe"}});
  Meet("google", "g", "x", "10:07:00", {{"person_key", "zoe"}});
  EXPECT_EQ(Twins(), "ics:activity:a salesforce:activity:2 true\n");
  EXPECT_EQ(Count("activity"), "3\n");
  EXPECT_EQ(Count("activity_brief"), "3\n");
}

TEST_F(Meetings, OfOneSourceAreAsManyAsItSays) {
  Meet("salesforce", "1", "ann", "10:00:00", {{"person_key", "zoe"}, {"subject", "Same"}});
  Meet("salesforce", "2", "ann", "10:00:00", {{"person_key", "zoe"}, {"subject", "Same"}});
  EXPECT_EQ(Twins(), "");
  EXPECT_EQ(Count("activity"), "2\n");
}

TEST(Touches, ThatNameAnAddressAloneAreOfWhoeverAloneHasIt) {
  TestModel model;
  model.Record("person", {{"key", "zoe"}, {"email", "Zoe@acme.example"}, {"full_name", "Zoe"}}, kSeen, "crm");
  for (const char* name : {"Ann", "Bob"}) {
    model.Record("person", {{"key", name}, {"email", "info@acme.example"}, {"full_name", name}}, kSeen, "crm");
  }
  const auto touch = [&](const char* key, TestModel::Cells cells) {
    cells.insert({{"key", key}, {"kind", "mail"}, {"at", "2024-03-05 10:00:00"}});
    model.Record("touch", cells, kSeen, "mailer");
  };
  touch("1", {{"email", "zoe@ACME.example "}});
  touch("2", {{"email", "info@acme.example"}});
  touch("3", {{"email", "nobody@acme.example"}});
  touch("4", {{"email", "zoe@acme.example"}, {"person_key", "other"}});
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT source_key, person_id, person_slot = slot_of('crm:zoe') FROM model.touch ORDER BY 1 "
                        "NULLS LAST"),
            "1 crm:zoe true\n2 - -\n3 - -\n4 mailer:other false\n");
}

}  // namespace
}  // namespace weir::model
