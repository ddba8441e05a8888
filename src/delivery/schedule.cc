#include "delivery/schedule.h"

#include <algorithm>
#include <array>

namespace weir::delivery {
namespace {

constexpr std::int64_t kMicrosPerHour = 3'600 * kMicrosPerSecond;
constexpr int kHoursPerDay = 24;

std::int64_t LocalHour(Date day, int hour) { return StartOf(day).micros + hour * kMicrosPerHour; }

bool IsQuiet(int hour, QuietHours quiet) {
  if (quiet.from == quiet.until) return false;
  if (quiet.from < quiet.until) return hour >= quiet.from && hour < quiet.until;
  return hour >= quiet.from || hour < quiet.until;
}

int HourOf(std::int64_t local_micros) {
  return static_cast<int>((local_micros - StartOf(DateOf({local_micros})).micros) / kMicrosPerHour);
}

bool IsDay(const Subscription& subscription, Date day) {
  return std::ranges::find(subscription.days, WeekdayOf(day)) != subscription.days.end();
}

}  // namespace

Instant AfterQuiet(Instant at, const std::optional<QuietHours>& quiet, const TimeZone& zone) {
  if (!quiet) return at;
  const std::int64_t local = zone.ToLocalMicros(at);
  const int hour = HourOf(local);
  if (!IsQuiet(hour, *quiet)) return at;
  Date day = DateOf({local});
  if (hour >= quiet->until) day = {day.days + 1};  // they end tomorrow
  const Instant end = zone.FromLocalMicros(LocalHour(day, quiet->until));
  // In an hour that is passed twice, the end may have been passed already.
  return std::max(end, at);
}

std::optional<Due> DueAt(const Subscription& subscription, Instant now, const TimeZone& zone) {
  const bool is_weekly = subscription.kind == kWeekly;
  if (!is_weekly && subscription.kind != kBrief) return std::nullopt;
  if (AfterQuiet(now, subscription.quiet, zone) > now) return std::nullopt;
  const std::int64_t late = (is_weekly ? 3 * kHoursPerDay : kHoursPerDay / 2) * kMicrosPerHour;
  const Date today = DateOf({zone.ToLocalMicros(now)});
  // One of yesterday may have waited for the end of quiet hours; a week has seven days on which it may have begun.
  const int back = is_weekly ? 6 : 1;
  for (int days = 0; days <= back; ++days) {
    const Date day{today.days - days};
    if (is_weekly ? WeekdayOf(day) != subscription.days.front() : !IsDay(subscription, day)) continue;
    const Instant meant = zone.FromLocalMicros(LocalHour(day, subscription.hour));
    const Instant at = AfterQuiet(meant, subscription.quiet, zone);
    if (now < at || now.micros >= at.micros + late || meant < subscription.since) continue;
    const Date named = is_weekly ? Date{day.days - WeekdayOf(day)} : day;
    return Due{.period = FormatDate(named), .at = at};
  }
  return std::nullopt;
}

bool MayTellLeaks(const Subscription& subscription, Instant now, const TimeZone& zone) {
  return subscription.kind == kNewLeaks && IsDay(subscription, DateOf({zone.ToLocalMicros(now)})) &&
         AfterQuiet(now, subscription.quiet, zone) == now;
}

Instant NextTry(std::int64_t attempts, Instant now) {
  constexpr std::array<std::int64_t, 5> kMinutes{1, 5, 15, 60, 240};
  const auto at = static_cast<std::size_t>(std::clamp<std::int64_t>(attempts - 1, 0, kMinutes.size() - 1));
  return {now.micros + kMinutes.at(at) * 60 * kMicrosPerSecond};
}

Instant GiveUpAt(std::string_view kind, Instant created) {
  const std::int64_t days = kind == kBrief ? 1 : 3;
  return {created.micros + days * kMicrosPerDay};
}

}  // namespace weir::delivery
