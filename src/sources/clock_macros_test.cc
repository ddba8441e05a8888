#include "sources/clock_macros.h"

#include <gtest/gtest.h>

#include "sources/wall_clock.h"
#include "store/database.h"

namespace weir::sources {
namespace {

class ClockMacrosTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto database = store::Database::Open("", {.threads = 1});
    ASSERT_TRUE(database) << database.error().ToString();
    auto connection = database->Connect();
    ASSERT_TRUE(connection) << connection.error().ToString();
    connection_.emplace(std::move(*connection));
  }
  void Make(const TimeZone& zone) {
    for (const std::string& macro : ClockMacros(zone)) {
      const auto made = connection_->Execute(macro);
      ASSERT_TRUE(made) << made.error().ToString();
    }
  }
  std::string Told(const std::string& reading) {
    const auto value = connection_->Query(
        fmt::format("SELECT first_passing(TIMESTAMP '{0}'), second_passing(TIMESTAMP '{0}')", reading));
    return value ? value->TextAt(0, 0) + " " + value->TextAt(0, 1) : value.error().ToString();
  }

  std::optional<store::Connection> connection_;
};

TEST_F(ClockMacrosTest, KnowRepeatedAndMissingHours) {
  Make(*TimeZone::Find("Europe/Berlin"));
  EXPECT_EQ(Told("2024-07-01 12:00:00"), "2024-07-01T10:00:00Z 2024-07-01T10:00:00Z");
  EXPECT_EQ(Told("2024-10-27 02:30:00"), "2024-10-27T00:30:00Z 2024-10-27T01:30:00Z") << "it passes twice";
  EXPECT_EQ(Told("2024-10-27 03:00:00"), "2024-10-27T02:00:00Z 2024-10-27T02:00:00Z");
  EXPECT_EQ(Told("2024-03-31 02:30:00"), "2024-03-31T01:30:00Z 2024-03-31T01:30:00Z") << "it never was";
  EXPECT_EQ(Told("1975-01-01 12:00:00"), "1975-01-01T11:00:00Z 1975-01-01T11:00:00Z");
  EXPECT_EQ(Told("2071-07-01 12:00:00"), "2071-07-01T10:00:00Z 2071-07-01T10:00:00Z");
}

TEST_F(ClockMacrosTest, AgreeWithTheReaderOfFiles) {
  for (const char* name : {"Europe/Moscow", "America/New_York", "Australia/Lord_Howe", "Antarctica/Troll",
                           "Asia/Kolkata", "America/Sao_Paulo", "Pacific/Apia"}) {
    const TimeZone zone = *TimeZone::Find(name);
    Make(zone);
    WallClock clock(zone);
    const auto rows = connection_->Query(
        "SELECT epoch_us(t), epoch_us(first_passing(t)), epoch_us(second_passing(t)) FROM (SELECT TIMESTAMP "
        "'1990-01-01' + INTERVAL (i * 15) MINUTE AS t FROM range(2480000) AS r(i)) WHERE (epoch_us(t) // 900000000) % "
        "3 "
        "= 0 OR month(t) IN (3, 4, 10, 11)");
    ASSERT_TRUE(rows) << rows.error().ToString();
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < rows->size(); ++i) {
      const WallClock::Reading reading = clock.At(rows->IntegerAt(i, 0));
      if (rows->IntegerAt(i, 1) != reading.instant.micros || rows->IntegerAt(i, 2) != reading.second.micros) ++wrong;
    }
    EXPECT_GT(rows->size(), 1'000'000U);
    EXPECT_EQ(wrong, 0U) << name;
  }
}

}  // namespace
}  // namespace weir::sources
