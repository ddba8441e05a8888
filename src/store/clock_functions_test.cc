// Against the zone rules themselves, and as the reader of files has them.
#include <gtest/gtest.h>

#include "base/time.h"
#include "store/memory_fixture.h"

namespace weir::store {
namespace {

// The last moment at which the clock shows it, by the rules of the zone alone; that of a missing hour is its only one.
std::int64_t LastPassing(const TimeZone& zone, std::int64_t shown) {
  constexpr std::int64_t kQuarter = 15 * 60 * kMicrosPerSecond;
  const std::int64_t first = zone.FromLocalMicros(shown).micros;
  std::int64_t last = first;
  for (int quarters = 1; quarters <= 12; ++quarters) {
    if (zone.ToLocalMicros({first + quarters * kQuarter}) == shown) last = first + quarters * kQuarter;
  }
  return last;
}

class ClockFunctions : public MemoryFixture {
 protected:
  std::string Told(const std::string& reading) {
    const auto value = connection_->Query(fmt::format(
        "SELECT first_passing(TIMESTAMP '{0}', 'Europe/Berlin'), second_passing(TIMESTAMP '{0}', 'Europe/Berlin')",
        reading));
    return value ? value->TextAt(0, 0) + " " + value->TextAt(0, 1) : value.error().ToString();
  }
};

TEST_F(ClockFunctions, KnowRepeatedAndMissingHours) {
  EXPECT_EQ(Told("2024-07-01 12:00:00"), "2024-07-01T10:00:00Z 2024-07-01T10:00:00Z");
  EXPECT_EQ(Told("2024-10-27 02:30:00"), "2024-10-27T00:30:00Z 2024-10-27T01:30:00Z") << "it passes twice";
  EXPECT_EQ(Told("2024-10-27 03:00:00"), "2024-10-27T02:00:00Z 2024-10-27T02:00:00Z");
  EXPECT_EQ(Told("2024-03-31 02:30:00"), "2024-03-31T01:30:00Z 2024-03-31T01:30:00Z") << "it never was";
  EXPECT_EQ(Told("1975-01-01 12:00:00"), "1975-01-01T11:00:00Z 1975-01-01T11:00:00Z");
  EXPECT_EQ(Told("2071-07-01 12:00:00"), "2071-07-01T10:00:00Z 2071-07-01T10:00:00Z");
}

TEST_F(ClockFunctions, AgreeWithTheRules) {
  for (const char* name : {"Europe/Moscow", "America/New_York", "Australia/Lord_Howe", "Antarctica/Troll",
                           "Asia/Kolkata", "America/Sao_Paulo", "Pacific/Apia"}) {
    const TimeZone zone = *TimeZone::Find(name);
    const auto rows = connection_->Query(fmt::format(
        "SELECT epoch_us(t), epoch_us(first_passing(t, '{0}')), epoch_us(second_passing(t, '{0}')), "
        "epoch_us(wall_clock(t, '{0}')) FROM (SELECT TIMESTAMP '1990-01-01' + INTERVAL (i * 15) MINUTE AS t "
        "FROM range(2480000) AS r(i)) WHERE (epoch_us(t) // 900000000) % 29 = 0 OR (month(t) IN (3, 10) AND year(t) "
        "BETWEEN 2004 AND 2008)",
        name));
    ASSERT_TRUE(rows) << rows.error().ToString();
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < rows->size(); ++i) {
      const std::int64_t micros = rows->IntegerAt(i, 0);
      const bool is_right = rows->IntegerAt(i, 1) == zone.FromLocalMicros(micros).micros &&
                            rows->IntegerAt(i, 2) == LastPassing(zone, micros) &&
                            rows->IntegerAt(i, 3) == zone.ToLocalMicros({micros});
      if (!is_right) ++wrong;
    }
    EXPECT_GT(rows->size(), 90'000U);
    EXPECT_EQ(wrong, 0U) << name;
  }
}

TEST_F(ClockFunctions, TakeNullsAndEndsOfTimeAndRefuseWhatIsNoZone) {
  const auto rows = connection_->Query(
      "SELECT wall_clock(t, z), first_passing(t, z) FROM (VALUES (1, TIMESTAMP '2024-07-01 12:00:00', "
      "'Europe/Berlin'), "
      "(2, NULL, 'Europe/Berlin'), (3, TIMESTAMP '2024-07-01 12:00:00', NULL), (4, TIMESTAMP '2024-07-01 12:00:00', "
      "'UTC'), "
      "(5, TIMESTAMP '2024-07-01 12:00:00', 'America/Argentina/Buenos_Aires')) AS v(i, t, z) ORDER BY i");
  ASSERT_TRUE(rows) << rows.error().ToString();
  EXPECT_EQ(rows->TextAt(0, 0), "2024-07-01T14:00:00Z");
  EXPECT_EQ(rows->TextAt(0, 1), "2024-07-01T10:00:00Z");
  EXPECT_TRUE(IsNull(rows->rows[1][0]));
  EXPECT_TRUE(IsNull(rows->rows[2][1]));
  EXPECT_EQ(rows->TextAt(3, 0), "2024-07-01T12:00:00Z");
  EXPECT_EQ(rows->TextAt(4, 0), "2024-07-01T09:00:00Z") << "a name too long to stand within the value";
  EXPECT_EQ(
      *connection_->QueryValue("SELECT first_passing(TIMESTAMP 'infinity', 'Europe/Moscow') = TIMESTAMP 'infinity'"),
      Value(true));
  const auto refused = connection_->Query("SELECT wall_clock(TIMESTAMP '2024-07-01 12:00:00', 'Europe/Bertin')");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message().find("there is no time zone 'Europe/Bertin'"), std::string::npos);
}

}  // namespace
}  // namespace weir::store
