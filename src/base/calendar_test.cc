#include "base/calendar.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

Date Day(const char* text) { return *ParseIsoDate(text); }
Instant At(const char* text) { return *ParseIsoInstant(text); }

TEST(Calendar, PeriodsBeginWhereTheyShould) {
  const Date day = Day("2026-11-26");  // a Thursday
  EXPECT_EQ(FormatDate(StartOfPeriod(day, Grain::kWeek)), "2026-11-23");
  EXPECT_EQ(FormatDate(StartOfPeriod(day, Grain::kMonth)), "2026-11-01");
  EXPECT_EQ(FormatDate(StartOfPeriod(day, Grain::kQuarter)), "2026-10-01");
  EXPECT_EQ(FormatDate(StartOfPeriod(day, Grain::kYear)), "2026-01-01");
  EXPECT_EQ(FormatDate(StartOfPeriod(day, Grain::kQuarter, {.first_month = 2})), "2026-11-01");
  EXPECT_EQ(FormatDate(StartOfPeriod(Day("2026-01-31"), Grain::kYear, {.first_month = 2})), "2025-02-01");
}

TEST(Calendar, PeriodsHaveNames) {
  EXPECT_EQ(NameOfPeriod(Day("2026-12-28"), Grain::kWeek), "2026-W53");
  EXPECT_EQ(NameOfPeriod(Day("2024-12-30"), Grain::kWeek), "2025-W01");
  EXPECT_EQ(NameOfPeriod(Day("2026-10-01"), Grain::kQuarter), "2026-Q4");
  EXPECT_EQ(NameOfPeriod(Day("2026-11-01"), Grain::kQuarter, {.first_month = 2}), "FY2027-Q4");
  EXPECT_EQ(NameOfPeriod(Day("2025-02-01"), Grain::kYear, {.first_month = 2}), "FY2026");
}

TEST(Calendar, PeriodsFollowEachOther) {
  for (const Grain grain : {Grain::kDay, Grain::kWeek, Grain::kMonth, Grain::kQuarter, Grain::kYear}) {
    const Date start = StartOfPeriod(Day("2024-02-29"), grain);
    const Date next = AddPeriods(start, grain, 1);
    EXPECT_GT(next, start);
    EXPECT_EQ(StartOfPeriod({next.days - 1}, grain), start) << NameOf(grain);
    EXPECT_EQ(AddPeriods(next, grain, -1), start);
    EXPECT_EQ(FindGrain(NameOf(grain)), grain);
  }
}

TEST(Calendar, CountsOnlyWorkingTime) {
  WorkingHours hours;
  for (int weekday = 0; weekday < 5; ++weekday) hours.days[weekday] = {{9 * 60, 13 * 60}, {14 * 60, 18 * 60}};
  hours.holidays = {Day("2026-11-25")};
  const TimeZone utc = TimeZone::Utc();
  EXPECT_EQ(WorkingSeconds(At("2026-11-23T08:00:00Z"), At("2026-11-23T15:00:00Z"), hours, utc), 5 * 3600);
  EXPECT_EQ(WorkingSeconds(At("2026-11-24T17:00:00Z"), At("2026-11-26T10:00:00Z"), hours, utc), 2 * 3600) << "holiday";
  EXPECT_EQ(WorkingSeconds(At("2026-11-27T18:00:00Z"), At("2026-11-30T09:00:00Z"), hours, utc), 0) << "weekend";
  EXPECT_EQ(WorkingSeconds(At("2026-11-27T18:00:00Z"), At("2026-11-27T18:00:00Z"), hours, utc), 0);
  EXPECT_EQ(WorkingSeconds(At("2026-11-28T00:00:00Z"), At("2026-11-28T01:00:00Z"), WorkingHours{}, utc), 3600);
  const TimeZone berlin = *TimeZone::Find("Europe/Berlin");
  EXPECT_EQ(WorkingSeconds(At("2026-11-23T08:00:00Z"), At("2026-11-23T09:00:00Z"), hours, berlin), 3600);
}

}  // namespace
}  // namespace weir
