#include "forecast/series/time_axis.h"

#include <array>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::forecast {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::int64_t> Days(std::initializer_list<const char*> texts) {
  std::vector<std::int64_t> days;
  for (const char* text : texts) days.push_back(ParseIsoDate(text).value().days);
  return days;
}

std::string After(const TimeAxis& axis, std::int64_t last, std::int64_t steps) {
  return FormatTime(axis.kind, axis.TimeOf(axis.StepOf(last).value() + steps));
}

TEST(TimeAxisTest, FirstOfMonthsGoOnAsMonths) {
  const auto days = Days({"2025-11-01", "2025-12-01", "2026-02-01"});
  const TimeAxis axis = FindAxis(TimeKind::kDate, days);
  EXPECT_EQ(axis.unit, StepUnit::kMonth);
  EXPECT_EQ(axis.length, 1);
  EXPECT_EQ(axis.StepOf(days[2]).value() - axis.StepOf(days[0]).value(), 3);
  EXPECT_EQ(After(axis, days[2], 1), "2026-03-01");
  EXPECT_THAT(axis.Seasons(), ElementsAre(12));
}

TEST(TimeAxisTest, EndsOfMonthsStayEnds) {
  const auto days = Days({"2025-09-30", "2025-12-31", "2026-03-31"});
  const TimeAxis axis = FindAxis(TimeKind::kDate, days);
  EXPECT_EQ(axis.length, 3);
  EXPECT_EQ(After(axis, days[2], 1), "2026-06-30");
  EXPECT_THAT(axis.Seasons(), ElementsAre(4));
  const auto short_months = Days({"2026-02-28", "2026-04-30"});
  EXPECT_EQ(After(FindAxis(TimeKind::kDate, short_months), short_months[1], 1), "2026-06-30");
}

TEST(TimeAxisTest, YearsHaveNoSeason) {
  const auto days = Days({"2020-01-01", "2021-01-01", "2023-01-01"});
  const TimeAxis axis = FindAxis(TimeKind::kDate, days);
  EXPECT_EQ(axis.length, 12);
  EXPECT_EQ(After(axis, days[2], 1), "2024-01-01");
  EXPECT_THAT(axis.Seasons(), IsEmpty());
}

TEST(TimeAxisTest, WeeksAndDaysAndWeekdays) {
  const auto weeks = Days({"2026-01-05", "2026-01-12", "2026-01-26"});
  const TimeAxis by_week = FindAxis(TimeKind::kDate, weeks);
  EXPECT_EQ(by_week.length, 7);
  EXPECT_EQ(After(by_week, weeks[2], 1), "2026-02-02");
  EXPECT_THAT(by_week.Seasons(), ElementsAre(52));

  std::vector<std::int64_t> days;
  const std::int32_t monday = ParseIsoDate("2026-01-05").value().days;
  for (int day = 0; day < 26; ++day) {
    if (day % 7 < 5) days.push_back(monday + day);
  }
  const TimeAxis by_weekday = FindAxis(TimeKind::kDate, days);
  EXPECT_EQ(by_weekday.unit, StepUnit::kWeekday);
  EXPECT_EQ(After(by_weekday, days.back(), 1), "2026-02-02") << "after Friday comes Monday";
  EXPECT_FALSE(by_weekday.StepOf(monday + 5));
  days.push_back(monday + 5);
  const TimeAxis by_day = FindAxis(TimeKind::kDate, days);
  EXPECT_EQ(by_day.unit, StepUnit::kDay);
  EXPECT_THAT(by_day.Seasons(), ElementsAre(7, 365));
}

TEST(TimeAxisTest, HoursAndNumbers) {
  constexpr std::int64_t kHour = 3600 * kMicrosPerSecond;
  const std::array times{10 * kHour, 11 * kHour, 14 * kHour};
  const TimeAxis hours = FindAxis(TimeKind::kInstant, times);
  EXPECT_EQ(hours.length, kHour);
  EXPECT_EQ(After(hours, times[2], 2), "1970-01-01T16:00:00Z");
  EXPECT_THAT(hours.Seasons(), ElementsAre(24, 168));

  const std::array<std::int64_t, 3> numbers{-3, 1, 9};
  const TimeAxis counts = FindAxis(TimeKind::kCount, numbers);
  EXPECT_EQ(counts.length, 4);
  EXPECT_EQ(After(counts, 9, 1), "13");
  EXPECT_FALSE(counts.StepOf(2));
}

TEST(TimeAxisTest, StepsAndTimesAreTheSameBothWays) {
  for (const auto& days : {Days({"2024-02-29", "2024-03-31"}), Days({"2024-01-15", "2024-07-15"}),
                           Days({"1969-12-01", "1970-02-01"}), Days({"1969-12-28", "1969-12-31"})}) {
    const TimeAxis axis = FindAxis(TimeKind::kDate, days);
    for (const std::int64_t day : days) EXPECT_EQ(axis.TimeOf(axis.StepOf(day).value()), day);
    for (std::int64_t step = axis.StepOf(days[0]).value(); step < axis.StepOf(days[0]).value() + 40; ++step) {
      EXPECT_EQ(axis.StepOf(axis.TimeOf(step)), step);
    }
  }
}

TEST(TimeAxisTest, OneTimeIsAStepOfItsOwn) {
  const auto days = Days({"2026-01-05"});
  EXPECT_EQ(After(FindAxis(TimeKind::kDate, days), days[0], 1), "2026-01-06");
  EXPECT_EQ(FindAxis(TimeKind::kCount, {}).length, 1);
}

}  // namespace
}  // namespace weir::forecast
