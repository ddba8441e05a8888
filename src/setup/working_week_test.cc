#include "setup/working_week.h"

#include <gtest/gtest.h>

namespace weir::setup {
namespace {

// So many moments in each half hour of the local hours, Monday to Friday, through a year with its changes of the clock.
Moments OfficeYear(const TimeZone& zone, int first_hour, int last_hour, std::int64_t each) {
  Moments moments;
  const Date begins = *ParseIsoDate("2025-01-01");
  for (int day = 0; day < 365; ++day) {
    const Date date{begins.days + day};
    if (WeekdayOf(date) > 4) continue;
    for (int half = first_hour * 2; half < last_hour * 2; ++half) {
      const Instant at = zone.FromLocalMicros(StartOf(date).micros + half * kHalfHourMicros);
      moments.emplace_back(at.micros / kHalfHourMicros, each);
    }
  }
  return moments;
}

TEST(WorkingWeek, IsFoundAcrossChangesOfTheClock) {
  const TimeZone berlin = *TimeZone::Find("Europe/Berlin");
  const auto week = FindWorkingWeek(OfficeYear(berlin, 9, 18, 2), berlin);
  ASSERT_TRUE(week);
  EXPECT_EQ(FormatWorkingHours(week->hours), "Mo-Fr 09:00-18:00");
  EXPECT_DOUBLE_EQ(week->share, 1.0);
  EXPECT_TRUE(week->IsUsual());
}

TEST(WorkingWeek, OfAnotherZoneIsShifted) {
  const Moments moments = OfficeYear(*TimeZone::Find("Europe/Berlin"), 9, 18, 2);
  const auto week = FindWorkingWeek(moments, *TimeZone::Find("America/New_York"));
  ASSERT_TRUE(week);
  EXPECT_FALSE(week->IsPlausible()) << FormatWorkingHours(week->hours);
}

TEST(WorkingWeek, LunchAndOvertimeDoNotEndIt) {
  const TimeZone moscow = *TimeZone::Find("Europe/Moscow");
  Moments moments = OfficeYear(moscow, 10, 19, 10);
  const auto is_lunch = [&](std::int64_t half_hour) {
    return (moscow.ToLocalMicros({half_hour * kHalfHourMicros}) / kHalfHourMicros) % 48 == 26;
  };
  std::erase_if(moments, [&](const auto& moment) { return is_lunch(moment.first); });
  for (const auto& [half_hour, count] : OfficeYear(moscow, 20, 23, 1)) moments.emplace_back(half_hour, count);
  const auto week = FindWorkingWeek(moments, moscow);
  ASSERT_TRUE(week);
  EXPECT_EQ(FormatWorkingHours(week->hours), "Mo-Fr 10:00-19:00");
  EXPECT_LT(week->share, 1.0);
}

TEST(WorkingWeek, IsNotMadeOfLittleOrOfEverything) {
  EXPECT_FALSE(FindWorkingWeek({}, TimeZone::Utc()));
  EXPECT_FALSE(FindWorkingWeek({{1000, 99}}, TimeZone::Utc())) << "too few";
  EXPECT_FALSE(FindWorkingWeek(OfficeYear(TimeZone::Utc(), 0, 24, 1), TimeZone::Utc())) << "day and night";
}

}  // namespace
}  // namespace weir::setup
