// Whose a call is, and who may see it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/testing.h"

namespace weir::model {
namespace {

constexpr const char* kSeen = "2024-06-01 00:00:00";

class Calls : public ::testing::Test {
 protected:
  Calls() {
    for (const auto& [owner, team] : {std::pair{"u1", "north"}, {"u2", "south"}}) {
      model.Record("member", {{"key", owner}, {"name", owner}, {"team_key", team}, {"team_name", team}}, kSeen);
    }
    model.Record("account", {{"key", "acme"}, {"name", "Acme Inc"}, {"phone", "+4930111"}, {"owner_key", "u1"}}, kSeen);
    model.Record("account", {{"key", "beta"}, {"name", "Beta Inc"}, {"owner_key", "u2"}}, kSeen);
    Person("ann", "acme", "+49301");
    Person("bo", "acme", "+49302");
    Person("cy", "acme", "+49302");
    Person("di", "beta", "+49303");
    Person("ed", "acme", "+49303");
    Person("flo", "beta", "+49304");
    Person("gus", "acme", "+4930111");
  }
  void Person(const std::string& key, const std::string& account, const std::string& phone) {
    model.Record("person", {{"key", key}, {"full_name", key}, {"account_key", account}, {"mobile", phone}}, kSeen);
  }
  void Call(const std::string& key, const std::string& number, TestModel::Cells cells = {}) {
    cells.insert({{"key", key},
                  {"at", "2024-01-05 10:00:00"},
                  {"direction", "in"},
                  {"from_number", number},
                  {"to_number", "600"}});
    model.Record("call", cells, kSeen, "pbx");
  }
  std::string Told() {
    return model.Table(
        "SELECT source_key, person_id, account_id, known_by FROM model.\"call\" ORDER BY source_key NULLS LAST");
  }

  TestModel model;
};

// The export says no direction: a queue, an extension or a customer's number does, or nobody knows.
TEST_F(Calls, WithoutADirectionAreToldByQueueExtensionOrCustomer) {
  const auto call = [&](const std::string& key, TestModel::Cells cells) {
    cells.insert({{"key", key}, {"at", "2024-01-05 10:00:00"}});
    model.Record("call", cells, kSeen, "pbx");
  };
  call("1", {{"queue", "support"}});
  call("2", {{"from_number", "101"}, {"to_number", "+49309"}});
  call("3", {{"from_number", "+49309"}, {"to_number", "101"}});
  call("4", {{"from_number", "101"}, {"to_number", "102"}});
  call("5", {{"from_number", "+49301"}, {"to_number", "+49308"}});
  call("6", {{"from_number", "+49308"}, {"to_number", "+49301"}});
  call("7", {{"from_number", "+49301"}, {"to_number", "+49304"}});
  call("8", {{"from_number", "+49301"}});
  call("9", {});
  call("A", {{"direction", "Inbound"}, {"from_number", "101"}, {"to_number", "+49309"}});
  call("B", {{"direction", "исходящий"}});
  call("C", {{"direction", "internal"}});
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT source_key, direction, person_id FROM model.\"call\" ORDER BY source_key NULLS LAST"),
            "1 in -\n"
            "2 out -\n"
            "3 in -\n"
            "4 internal -\n"
            "5 in test:ann\n"
            "6 out test:ann\n"
            "7 - test:flo\n"
            "8 - -\n"
            "9 - -\n"
            "A in -\n"
            "B out -\n"
            "C internal -\n");
}

TEST_F(Calls, BelongToWhoeverAloneHasTheNumber) {
  Call("1", "+49301");
  Call("2", "+49302");
  Call("3", "+49303");
  Call("4", "+4930111");
  Call("5", "+49309");
  Call("6", "600", {{"direction", "out"}, {"to_number", "+49301"}});
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Told(),
            "1 test:ann test:acme number\n"
            "2 - test:acme number\n"
            "3 - - several\n"
            "4 - test:acme number\n"
            "5 - - -\n"
            "6 test:ann test:acme number\n")
      << "of several people of one company it is the company's; of two companies nobody's";
}

TEST_F(Calls, OfACustomerAreSeenByWhoMaySeeHim) {
  Call("1", "+49301");
  Call("2", "+49304");
  Call("3", "+49309");
  model.Execute("UPDATE rec.call SET member_key = 'u2', _source = 'test'");
  ASSERT_TRUE(model.Build()) << model.error();
  const auto seen = [&] { return model.Table("SELECT call_id FROM scoped.\"call\" ORDER BY 1 NULLS LAST"); };
  EXPECT_EQ(seen(), "test:call:1\ntest:call:2\ntest:call:3\n");
  model.Execute("SET VARIABLE sees_all_rows = FALSE; SET VARIABLE team_ids = ['test:south']");
  EXPECT_EQ(seen(), "test:call:2\ntest:call:3\n")
      << "a colleague's call with another team's customer stays with that team";
  model.Execute("SET VARIABLE team_ids = ['test:north']");
  EXPECT_EQ(seen(), "test:call:1\n");
}

TEST_F(Calls, AreOneWithTheirEntryInTheCrm) {
  const auto entered = [&](const std::string& key, const std::string& person, const std::string& at,
                           const std::string& direction, const std::string& kind = "call") {
    TestModel::Cells cells{{"key", key}, {"kind", kind}, {"owner_key", "u1"}, {"person_key", person}, {"at", at}};
    if (!direction.empty()) cells["direction"] = direction;
    model.Record("activity", cells, kSeen);
  };
  Call("1", "+49301", {{"at", "2024-01-05 10:00:00"}});
  Call("2", "+49301", {{"at", "2024-01-05 10:10:00"}});
  Call("3", "+49301", {{"at", "2024-01-05 12:00:00"}});
  Call("4", "+49304", {{"at", "2024-01-05 12:00:00"}});
  Call("5", "+4930111", {{"at", "2024-01-05 15:00:00"}});
  Call("6", "+49301", {{"at", "2024-01-05 17:00:00"}});
  model.Execute("UPDATE rec.call SET member_key = 'u1', _source = 'test'");
  entered("a", "ann", "2024-01-05 10:08:00", "in");
  entered("b", "ann", "2024-01-05 10:03:00", "");
  entered("c", "ann", "2024-01-05 12:16:00", "in");
  entered("d", "flo", "2024-01-05 12:01:00", "out");
  entered("e", "gus", "2024-01-05 15:05:00", "in");
  entered("f", "ann", "2024-01-05 17:00:00", "in", "meeting");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT call_id, activity_id FROM scoped.\"call\" ORDER BY 1 NULLS LAST"),
            "test:call:1 test:activity:b\n"
            "test:call:2 test:activity:a\n"
            "test:call:3 -\n"
            "test:call:4 -\n"
            "test:call:5 test:activity:e\n"
            "test:call:6 -\n")
      << "the nearest each, not sixteen minutes later, not the other way, not a meeting; of a number of the company it "
         "may be anybody there";
}

}  // namespace
}  // namespace weir::model
