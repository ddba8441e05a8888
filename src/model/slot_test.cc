#include "model/slot.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "model/testing.h"

namespace weir::model {
namespace {

TEST(Slot, IsThatOfTheStore) {
  TestModel model;
  ASSERT_TRUE(model.Build()) << model.error();
  RandomStream random(1, "slots");
  std::vector<std::string> ids{"", "crm:A1", "hubspot:1234567890", "Зажим"};
  for (int i = 0; i < 200; ++i) ids.push_back("crm:" + std::to_string(random.Integer(0, 1'000'000'000)));
  for (const std::string& id : ids) {
    const std::vector<store::Value> given{id};
    const auto slot = model.connection().QueryInteger("SELECT CAST(slot_of(?) AS BIGINT)", given);
    ASSERT_TRUE(slot) << slot.error().ToString();
    EXPECT_EQ(SlotOf(id), *slot) << id;
  }
}

// Facts take the slots of companies and people from where their ids are kept, and those of the others from the ids.
TEST(Slot, OfWhomAFactBelongsToIsThatOfTheId) {
  TestModel model;
  const auto add = [&](std::string_view table, TestModel::Cells cells) {
    cells.emplace("at", "2024-03-01 10:00:00");
    model.Record(table, cells, "2024-03-02 00:00:00");
  };
  add("activity", {{"key", "1"}, {"account_key", "a"}, {"person_key", "p"}, {"deal_key", "d"}});
  add("activity", {{"key", "2"}, {"person_key", "p"}, {"deal_key", "d"}});
  add("activity", {{"key", "3"}, {"person_key", "p"}});
  add("activity", {{"key", "4"}, {"lead_key", "l"}});
  add("activity", {{"key", "5"}});
  model.Record("person", {{"key", "q"}, {"email", "q@example.org"}}, "2024-03-02 00:00:00");
  add("touch", {{"key", "6"}, {"email", "q@example.org"}});
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT count(*) FROM model.identity_link WHERE slot IS DISTINCT FROM slot_of(entity_id)"),
            "0\n");
  const std::string own =
      "home_slot IS DISTINCT FROM slot_of(coalesce(account_id, deal_id, person_id, lead_id)) OR "
      "person_slot IS DISTINCT FROM slot_of(person_id)";
  EXPECT_EQ(model.Table("SELECT count(*), count(home_slot), count(person_slot), count(*) FILTER (" + own +
                        ") FROM model.activity"),
            "5 4 3 0\n");
  EXPECT_EQ(model.Table("SELECT person_id, person_slot = slot_of(person_id) FROM model.touch"), "test:q true\n");
}

}  // namespace
}  // namespace weir::model
