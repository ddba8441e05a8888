#include "base/working_hours.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(WorkingHours, AreReadAndWrittenAlike) {
  for (const char* text : {"Mo-Fr 09:00-18:00", "Mo 00:00-24:00", "Mo,Tu 08:30-17:15", "Tu-Th,Sa 10:00-16:00"}) {
    const auto hours = ParseWorkingHours(text);
    ASSERT_TRUE(hours) << text;
    EXPECT_EQ(FormatWorkingHours(*hours), text);
  }
  EXPECT_EQ(FormatWorkingHours(*ParseWorkingHours("Mo,Tu,We-Fr 09:00-18:00")), "Mo-Fr 09:00-18:00");
}

TEST(WorkingHours, CountTheDaysBefore) {
  const auto hours = ParseWorkingHours("Mo,We-Fr 09:00-18:00");
  ASSERT_TRUE(hours);
  EXPECT_EQ(hours->DaysBefore(0), 0);
  EXPECT_EQ(hours->DaysBefore(2), 1);
  EXPECT_EQ(hours->DaysBefore(5), 4);
  EXPECT_EQ(hours->DaysOfWeek(), 4);
  EXPECT_EQ(hours->begins_minute, 540);
  EXPECT_EQ(hours->ends_minute, 1080);
}

TEST(WorkingHours, RefusesWhatIsNoWeek) {
  for (const char* text : {"", "Mo-Fr", "Mo-Fr 18:00-09:00", "Fr-Mo 09:00-18:00", "Mo 9:00-18:00", "Mo 09:60-18:00",
                           "Mo 09:00-24:01", "Xx 09:00-18:00", " 09:00-18:00", "Mo-Fr 09:00"}) {
    EXPECT_FALSE(ParseWorkingHours(text)) << text;
  }
}

}  // namespace
}  // namespace weir
