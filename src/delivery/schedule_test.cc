// When things are due: quiet hours over midnight, hours that a change of clocks skips or repeats, what is too late.
#include "delivery/schedule.h"

#include <gtest/gtest.h>

namespace weir::delivery {
namespace {

Instant At(std::string_view text) { return *ParseIsoInstant(text); }
TimeZone Berlin() { return *TimeZone::Find("Europe/Berlin"); }

Subscription Daily(std::string_view kind, int hour, std::optional<QuietHours> quiet = {}) {
  return {.id = 1, .kind = std::string(kind), .hour = hour, .days = {0, 1, 2, 3, 4}, .quiet = quiet};
}

std::string PeriodAt(const Subscription& subscription, std::string_view now, const TimeZone& zone = TimeZone::Utc()) {
  const auto due = DueAt(subscription, At(now), zone);
  return due ? due->period : "";
}

TEST(Schedule, ABriefIsDueFromItsHourForHalfADayOnItsDays) {
  const Subscription brief = Daily(kBrief, 8);
  EXPECT_EQ(PeriodAt(brief, "2026-11-23T07:59:59Z"), "");
  EXPECT_EQ(PeriodAt(brief, "2026-11-23T08:00:00Z"), "2026-11-23");  // a Monday
  EXPECT_EQ(PeriodAt(brief, "2026-11-23T19:59:59Z"), "2026-11-23");
  EXPECT_EQ(PeriodAt(brief, "2026-11-23T20:00:00Z"), "");
  EXPECT_EQ(PeriodAt(brief, "2026-11-22T08:00:00Z"), "");  // a Sunday
}

TEST(Schedule, NothingOfBeforeItWasSetIsDue) {
  Subscription brief = Daily(kBrief, 8);
  brief.since = At("2026-11-23T09:00:00Z");
  EXPECT_EQ(PeriodAt(brief, "2026-11-23T10:00:00Z"), "");
  EXPECT_EQ(PeriodAt(brief, "2026-11-24T10:00:00Z"), "2026-11-24");
}

TEST(Schedule, QuietHoursOverMidnightPutItOffToTheirEnd) {
  const Subscription brief = Daily(kBrief, 23, QuietHours{22, 7});
  EXPECT_EQ(PeriodAt(brief, "2026-11-23T23:30:00Z"), "");
  EXPECT_EQ(PeriodAt(brief, "2026-11-24T06:59:00Z"), "");
  EXPECT_EQ(PeriodAt(brief, "2026-11-24T07:00:00Z"), "2026-11-23");
  EXPECT_EQ(AfterQuiet(At("2026-11-23T23:30:00Z"), QuietHours{22, 7}, TimeZone::Utc()), At("2026-11-24T07:00:00Z"));
  EXPECT_EQ(AfterQuiet(At("2026-11-24T03:00:00Z"), QuietHours{22, 7}, TimeZone::Utc()), At("2026-11-24T07:00:00Z"));
  EXPECT_EQ(AfterQuiet(At("2026-11-24T07:00:00Z"), QuietHours{22, 7}, TimeZone::Utc()), At("2026-11-24T07:00:00Z"));
  EXPECT_EQ(AfterQuiet(At("2026-11-24T12:30:00Z"), QuietHours{12, 14}, TimeZone::Utc()), At("2026-11-24T14:00:00Z"));
  // Hours that are none.
  EXPECT_EQ(AfterQuiet(At("2026-11-24T12:30:00Z"), QuietHours{12, 12}, TimeZone::Utc()), At("2026-11-24T12:30:00Z"));
}

TEST(Schedule, ClocksThatChangeNeitherLoseNorDoubleADay) {
  Subscription brief = Daily(kBrief, 2);
  brief.days = {6};
  // On 29 March 2026 the hour from two to three is missing in Berlin: it is moved to three, which is 01:00 UTC.
  EXPECT_EQ(PeriodAt(brief, "2026-03-29T00:59:59Z", Berlin()), "");
  EXPECT_EQ(PeriodAt(brief, "2026-03-29T01:00:00Z", Berlin()), "2026-03-29");
  // On 25 October 2026 it is passed twice; both have one name, and so one key.
  EXPECT_EQ(PeriodAt(brief, "2026-10-25T00:00:00Z", Berlin()), "2026-10-25");
  EXPECT_EQ(PeriodAt(brief, "2026-10-25T01:30:00Z", Berlin()), "2026-10-25");
  // Quiet hours that end in the missing hour end when clocks show three.
  EXPECT_EQ(AfterQuiet(At("2026-03-29T00:30:00Z"), QuietHours{22, 2}, Berlin()), At("2026-03-29T01:00:00Z"));
  // Those that end within the repeated one do not begin again with its second passing.
  EXPECT_EQ(AfterQuiet(At("2026-10-25T01:30:00Z"), QuietHours{22, 3}, Berlin()), At("2026-10-25T02:00:00Z"));
}

TEST(Schedule, AWeekIsToldOnceAndNamedByItsMonday) {
  Subscription weekly = Daily(kWeekly, 9);
  weekly.days = {4};
  EXPECT_EQ(PeriodAt(weekly, "2026-11-27T08:59:00Z"), "");
  EXPECT_EQ(PeriodAt(weekly, "2026-11-27T09:00:00Z"), "2026-11-23");
  EXPECT_EQ(PeriodAt(weekly, "2026-11-29T23:00:00Z"), "2026-11-23");
  EXPECT_EQ(PeriodAt(weekly, "2026-11-30T09:00:00Z"), "");
}

TEST(Schedule, LeaksAreToldOnTheirDaysOutsideQuietHours) {
  const Subscription leaks = Daily(kNewLeaks, 0, QuietHours{20, 8});
  EXPECT_FALSE(MayTellLeaks(leaks, At("2026-11-23T07:59:00Z"), TimeZone::Utc()));
  EXPECT_TRUE(MayTellLeaks(leaks, At("2026-11-23T08:00:00Z"), TimeZone::Utc()));
  EXPECT_FALSE(MayTellLeaks(leaks, At("2026-11-22T12:00:00Z"), TimeZone::Utc()));
}

TEST(Schedule, TriesGrowRarerAndEnd) {
  const Instant now = At("2026-11-23T08:00:00Z");
  EXPECT_EQ(NextTry(1, now), At("2026-11-23T08:01:00Z"));
  EXPECT_EQ(NextTry(2, now), At("2026-11-23T08:05:00Z"));
  EXPECT_EQ(NextTry(5, now), At("2026-11-23T12:00:00Z"));
  EXPECT_EQ(NextTry(500, now), At("2026-11-23T12:00:00Z"));
  EXPECT_EQ(GiveUpAt(kBrief, now), At("2026-11-24T08:00:00Z"));
  EXPECT_EQ(GiveUpAt(kWeekly, now), At("2026-11-26T08:00:00Z"));
}

}  // namespace
}  // namespace weir::delivery
