#include "store/memory_limit.h"

#include <gtest/gtest.h>

namespace weir::store {
namespace {

TEST(MemoryLimit, IsWhatTheStoreWasTold) {
  for (const auto& [told, bytes] : {std::pair{"512MiB", 512.0 * (1 << 20)}, std::pair{"2GiB", 2048.0 * (1 << 20)}}) {
    auto database = Database::Open("", {.threads = 1, .memory_limit = told});
    ASSERT_TRUE(database) << database.error().ToString();
    auto connection = database->Connect();
    ASSERT_TRUE(connection);
    const auto limit = MemoryLimit(*connection);
    ASSERT_TRUE(limit) << limit.error().ToString();
    EXPECT_NEAR(*limit, bytes, bytes * 0.05) << told;
  }
}

// What waits to be put into the tables is no great part of the memory.
TEST(MemoryLimit, BoundsWhatGathersBeforeTheTablesAreBroughtUpToDate) {
  auto database = Database::Open("", {.threads = 1, .memory_limit = "1GiB"});
  ASSERT_TRUE(database) << database.error().ToString();
  auto connection = database->Connect();
  ASSERT_TRUE(connection);
  const auto threshold = connection->Query("SELECT current_setting('checkpoint_threshold')");
  ASSERT_TRUE(threshold) << threshold.error().ToString();
  EXPECT_EQ(threshold->TextAt(0, 0), "64.0 MiB");
}

}  // namespace
}  // namespace weir::store
