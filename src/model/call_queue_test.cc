// What the log of a queue says of a call, and that it stays one call.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/testing.h"

namespace weir::model {
namespace {

constexpr const char* kSeen = "2024-06-01 00:00:00";

class Queues : public ::testing::Test {
 protected:
  Queues() {
    for (const char* who : {"ext-201", "ext-202"}) model.Record("member", {{"key", who}, {"name", who}}, kSeen, "pbx");
    model.Record("person", {{"key", "ann"}, {"full_name", "Ann"}, {"mobile", "+49301"}}, kSeen, "crm");
  }
  void Event(const std::string& call, const std::string& kind, TestModel::Cells cells = {}) {
    cells.insert({{"call_key", call}, {"kind", kind}, {"queue", "support"}, {"at", "2024-01-05 10:00:00"}});
    model.Record("queue_event", cells, kSeen, "pbx", "queue_log");
  }
  void Call(const std::string& key, const std::string& outcome) {
    model.Record("call",
                 {{"key", key},
                  {"at", "2024-01-05 10:00:00"},
                  {"direction", "in"},
                  {"from_number", "+49301"},
                  {"queue", "600"},
                  {"member_key", "ext-201"},
                  {"wait_s", "0"},
                  {"talk_s", "95"},
                  {"outcome", outcome}},
                 kSeen, "pbx", "cdr");
  }
  std::string Told() {
    return model.Table(
        "SELECT call_id, queue, member_id, person_id, wait_s, talk_s, outcome FROM model.\"call\" ORDER BY call_id "
        "NULLS LAST");
  }

  TestModel model;
};

TEST_F(Queues, TellWhoAnsweredAndHowLongTheCustomerWaited) {
  Call("1", "answered");
  Event("1", "entered", {{"from_number", "+49301"}});
  Event("1", "refused", {{"member_key", "ext-201"}});
  Event("1", "answered", {{"member_key", "ext-202"}, {"wait_s", "35"}});
  Event("1", "ended", {{"member_key", "ext-202"}, {"wait_s", "35"}, {"talk_s", "60"}});
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Told(), "pbx:cdr:1 support pbx:ext-202 crm:ann 35 60 answered\n");
}

TEST_F(Queues, KnowWhoGaveUpThoughTheQueueItselfHadAnswered) {
  Call("1", "answered");
  Event("1", "entered", {{"from_number", "+49301"}});
  Event("1", "abandoned", {{"wait_s", "95"}});
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Told(), "pbx:cdr:1 support - crm:ann 95 0 missed\n");
}

TEST_F(Queues, TellOfCallsThatNoRecordHas) {
  Event("2", "entered", {{"from_number", "+49301"}});
  Event("2", "answered", {{"member_key", "ext-202"}, {"wait_s", "5"}});
  Call("3", "answered");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Told(),
            "pbx:cdr:3 600 pbx:ext-201 crm:ann 0 95 answered\n"
            "pbx:queue_log:2 support pbx:ext-202 crm:ann 5 - answered\n");
  EXPECT_EQ(model.Table("SELECT direction FROM scoped.\"call\" WHERE call_id = 'pbx:queue_log:2'"), "in\n");
}

}  // namespace
}  // namespace weir::model
