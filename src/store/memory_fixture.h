// For tests: a store in memory with one connection.
#pragma once

#include <gtest/gtest.h>

#include <optional>

#include "store/database.h"

namespace weir::store {

class MemoryFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    auto database = Database::Open("", {.threads = 1});
    ASSERT_TRUE(database) << database.error().ToString();
    auto connection = database->Connect();
    ASSERT_TRUE(connection) << connection.error().ToString();
    connection_.emplace(std::move(*connection));
  }

  std::optional<Connection> connection_;
};

}  // namespace weir::store
