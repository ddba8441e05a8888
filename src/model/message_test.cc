// Whose a message is, which way it went, and that it stands once beside what else tells of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/testing.h"

namespace weir::model {
namespace {

constexpr const char* kSeen = "2024-06-01 00:00:00";

class Messages : public ::testing::Test {
 protected:
  Messages() {
    for (const auto& [owner, team] : {std::pair{"u1", "north"}, {"u2", "south"}}) {
      model.Record("member", {{"key", owner}, {"name", owner}, {"team_key", team}, {"team_name", team}}, kSeen);
    }
    model.Record("account", {{"key", "acme"}, {"name", "Acme Inc"}, {"owner_key", "u1"}}, kSeen);
    model.Record("person", {{"key", "ann"}, {"full_name", "Ann"}, {"account_key", "acme"}}, kSeen);
    model.Record("ticket",
                 {{"key", "t1"}, {"account_key", "acme"}, {"person_key", "ann"}, {"created_at", "2024-01-05 10:00:00"}},
                 kSeen);
  }
  void Message(const std::string& key, TestModel::Cells cells) {
    cells.insert({{"key", key}, {"at", "2024-01-05 10:00:00"}});
    model.Record("message", cells, kSeen);
  }
  std::string Told(const std::string& columns) {
    return model.Table("SELECT source_key, " + columns + " FROM model.message ORDER BY source_key NULLS LAST");
  }

  TestModel model;
};

TEST_F(Messages, OfATicketGoToWhoseItIsAndByWhoWroteThem) {
  Message("1", {{"author_key", "ann"}, {"ticket_key", "t1"}});
  Message("2", {{"author_key", "u2"}, {"ticket_key", "t1"}});
  Message("3", {{"author_key", "bot"}, {"ticket_key", "t1"}});
  Message("4", {{"member_key", "u2"}, {"person_key", "ann"}});
  Message("5", {{"person_key", "ann"}, {"direction", "out"}});
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Told("direction, member_id, person_id, account_id"),
            "1 in - test:ann test:acme\n"
            "2 out test:u2 test:ann test:acme\n"
            "3 - - test:ann test:acme\n"
            "4 - test:u2 test:ann test:acme\n"
            "5 out - test:ann test:acme\n")
      << "an author whom nobody describes says nothing; what the source says counts";
}

TEST_F(Messages, ThatAreActivitiesStandOnceInTheLog) {
  model.Record("activity",
               {{"key", "m"},
                {"kind", "email"},
                {"direction", "in"},
                {"owner_key", "u1"},
                {"person_key", "ann"},
                {"at", "2024-01-05 10:00:00"}},
               kSeen, "crm", "mail");
  model.Record("message", {{"key", "m"}, {"channel", "email"}, {"length", "12"}}, kSeen, "crm", "mail");
  model.Record("member", {{"key", "u1"}, {"name", "u1"}}, kSeen, "crm");
  model.Record("person", {{"key", "ann"}, {"full_name", "Ann"}}, kSeen, "crm");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Told("activity_id, direction, member_id IS NOT NULL, person_id, \"at\""),
            "m crm:mail:m in true crm:ann 2024-01-05T10:00:00Z\n");
  EXPECT_EQ(model.Table("SELECT count(*) FROM scoped.event WHERE activity = 'email'"), "1\n");
}

TEST_F(Messages, ThatAreCommentsOfTicketsStandOnceInTheLog) {
  for (const auto& [key, is_public] : {std::pair{"c1", "true"}, {"c2", "false"}}) {
    model.Record("ticket_event",
                 {{"ticket_key", "t1"},
                  {"kind", "comment"},
                  {"is_public", is_public},
                  {"by_key", "u2"},
                  {"at", "2024-01-06 10:00:00"}},
                 kSeen, "test", key);
  }
  model.Record("message", {{"key", "c1"}, {"ticket_key", "t1"}, {"author_key", "u2"}, {"at", "2024-01-06 10:00:00"}},
               kSeen, "test", "c1");
  model.Execute("UPDATE rec.message SET _key = (SELECT _key FROM rec.ticket_event WHERE _object = 'c1')");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT activity, account_id, member_id FROM scoped.event WHERE activity = 'ticket comment' "
                        "ORDER BY account_id NULLS LAST"),
            "ticket comment test:acme test:u2\n"
            "ticket comment - test:u2\n")
      << "the one that the customer read, with whom it went to, and the note among colleagues";
}

TEST_F(Messages, AreSeenByWhoMaySeeTheCustomer) {
  Message("1", {{"author_key", "u2"}, {"ticket_key", "t1"}});
  Message("2", {{"author_key", "u2"}});
  ASSERT_TRUE(model.Build()) << model.error();
  const auto seen = [&] { return model.Table("SELECT message_id FROM scoped.message ORDER BY 1 NULLS LAST"); };
  EXPECT_EQ(seen(), "test:message:1\ntest:message:2\n");
  model.Execute("SET VARIABLE sees_all_rows = FALSE; SET VARIABLE team_ids = ['test:south']");
  EXPECT_EQ(seen(), "test:message:2\n") << "what a colleague wrote to another team's customer stays with that team";
  model.Execute("SET VARIABLE team_ids = ['test:north']");
  EXPECT_EQ(seen(), "test:message:1\n");
}

}  // namespace
}  // namespace weir::model
