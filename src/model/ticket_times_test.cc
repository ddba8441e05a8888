// When tickets were answered and solved, by what was written and changed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/testing.h"

namespace weir::model {
namespace {

constexpr const char* kSeen = "2024-06-01 00:00:00";

class Tickets : public ::testing::Test {
 protected:
  Tickets() {
    model.Record("ticket",
                 {{"key", "T1"},
                  {"person_key", "C"},
                  {"status", "closed"},
                  {"owner_key", "A"},
                  {"created_at", "2024-01-05 10:00:00"}},
                 kSeen);
  }
  void Comment(const std::string& by, const std::string& at, const std::string& is_public) {
    model.Record("ticket_event",
                 {{"ticket_key", "T1"}, {"kind", "comment"}, {"by_key", by}, {"at", at}, {"is_public", is_public}},
                 kSeen);
  }
  void Status(const std::string& value, const std::string& at) {
    model.Record(
        "ticket_event",
        {{"ticket_key", "T1"}, {"kind", "field"}, {"field", "status"}, {"value", value}, {"at", at}, {"by_key", "A"}},
        kSeen);
  }
  std::string Told(const std::string& as_of) {
    model.AsOf(as_of);
    return model.Table("SELECT first_reply_at, solved_at FROM scoped.ticket");
  }

  TestModel model;
};

TEST_F(Tickets, AreAnsweredByTheFirstPublicWordOfOurs) {
  Comment("A", "2024-01-05 10:00:00", "TRUE");   // how it came in
  Comment("C", "2024-01-05 10:10:00", "TRUE");   // who asked
  Comment("A", "2024-01-05 10:20:00", "FALSE");  // a note among colleagues
  Comment("B", "2024-01-05 11:00:00", "TRUE");
  Comment("A", "2024-01-05 12:00:00", "TRUE");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Told("2024-01-05 10:59:59"), "- -\n") << "it was not answered yet";
  EXPECT_EQ(Told("2024-02-01 00:00:00"), "2024-01-05T11:00:00Z -\n")
      << "where no colleague is described, whoever is no customer";
  model.Record("member", {{"key", "A"}, {"name", "Ann"}}, kSeen);
  model.Record("person", {{"key", "B"}, {"full_name", "Bo, in copy"}}, kSeen);
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Told("2024-02-01 00:00:00"), "2024-01-05T12:00:00Z -\n");
}

TEST_F(Tickets, StandSolvedFromTheNewestTurnThatStillHolds) {
  Status("new", "2024-01-05 10:00:00");
  Status("solved", "2024-01-06 10:00:00");
  Status("open", "2024-01-07 10:00:00");
  Status("pending", "2024-01-07 11:00:00");
  Status("solved", "2024-01-08 10:00:00");
  Status("closed", "2024-01-12 10:00:00");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Told("2024-01-05 20:00:00"), "- -\n");
  EXPECT_EQ(Told("2024-01-06 20:00:00"), "- 2024-01-06T10:00:00Z\n");
  EXPECT_EQ(Told("2024-01-07 20:00:00"), "- -\n") << "it was opened again";
  EXPECT_EQ(Told("2024-02-01 00:00:00"), "- 2024-01-08T10:00:00Z\n") << "closing what is solved changes nothing";
}

TEST_F(Tickets, TheSourcesOwnWordComesFirst) {
  Comment("A", "2024-01-05 12:00:00", "TRUE");
  Status("solved", "2024-01-06 10:00:00");
  model.Record("ticket",
               {{"key", "T1"}, {"first_reply_at", "2024-01-05 11:55:00"}, {"solved_at", "2024-01-06 09:55:00"}}, kSeen,
               "test", "metric");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Told("2024-02-01 00:00:00"), "2024-01-05T11:55:00Z 2024-01-06T09:55:00Z\n");
  Status("open", "2024-01-07 10:00:00");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Told("2024-02-01 00:00:00"), "2024-01-05T11:55:00Z -\n") << "opened again since";
  EXPECT_EQ(Told("2024-01-06 20:00:00"), "2024-01-05T11:55:00Z 2024-01-06T09:55:00Z\n");
}

}  // namespace
}  // namespace weir::model
