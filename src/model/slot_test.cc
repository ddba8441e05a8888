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

}  // namespace
}  // namespace weir::model
