#include "setup/working_week.h"

#include <algorithm>
#include <numeric>

namespace weir::setup {
namespace {

constexpr int kSlots = 48;  // half hours of a day
constexpr std::int64_t kFewestMoments = 100;
constexpr double kBusyDay = 0.3;    // of the busiest day
constexpr double kBusySlot = 0.35;  // of the mean of the busiest twelve half hours
constexpr int kLongestLull = 2;     // half hours: lunch does not end the day

using Week = std::array<std::array<std::int64_t, kSlots>, 7>;

Week WeekOf(const Moments& moments, const TimeZone& zone) {
  Week week{};
  for (const auto& [half_hour, count] : moments) {
    const std::int64_t local = zone.ToLocalMicros({half_hour * kHalfHourMicros});
    const std::int64_t slot = local / kHalfHourMicros;
    const int weekday = WeekdayOf(DateOf({local}));
    week[static_cast<std::size_t>(weekday)][static_cast<std::size_t>(((slot % kSlots) + kSlots) % kSlots)] += count;
  }
  return week;
}

std::int64_t SumOf(const std::array<std::int64_t, kSlots>& day) {
  return std::accumulate(day.begin(), day.end(), std::int64_t{0});
}

struct Run {
  int first = 0;
  int last = -1;  // inclusive
  int Length() const { return last - first + 1; }
};

// The longest run of busy slots; short lulls inside belong to it.
Run LongestRun(const std::array<std::int64_t, kSlots>& day, double level) {
  Run longest;
  Run run;
  int lull = kLongestLull + 1;
  for (int slot = 0; slot < kSlots; ++slot) {
    if (static_cast<double>(day[static_cast<std::size_t>(slot)]) < level) {
      ++lull;
      continue;
    }
    if (lull > kLongestLull) run.first = slot;
    run.last = slot;
    lull = 0;
    if (run.Length() > longest.Length()) longest = run;
  }
  return longest;
}

}  // namespace

std::optional<WorkingWeek> FindWorkingWeek(const Moments& moments, const TimeZone& zone) {
  const Week week = WeekOf(moments, zone);
  std::array<std::int64_t, 7> days{};
  std::ranges::transform(week, days.begin(), SumOf);
  WorkingWeek found;
  found.moments = std::accumulate(days.begin(), days.end(), std::int64_t{0});
  if (found.moments < kFewestMoments) return std::nullopt;
  const auto busiest = static_cast<double>(*std::ranges::max_element(days));
  std::array<std::int64_t, kSlots> together{};
  for (std::size_t day = 0; day < days.size(); ++day) {
    found.hours.days[day] = static_cast<double>(days[day]) >= kBusyDay * busiest;
    if (!found.hours.days[day]) continue;
    for (std::size_t slot = 0; slot < kSlots; ++slot) together[slot] += week[day][slot];
  }
  std::array<std::int64_t, kSlots> sorted = together;
  std::ranges::sort(sorted, std::greater());
  constexpr int kBusiest = 12;
  const double mean =
      static_cast<double>(std::accumulate(sorted.begin(), sorted.begin() + kBusiest, std::int64_t{0})) / kBusiest;
  const Run run = LongestRun(together, kBusySlot * mean);
  if (run.Length() < 8 || run.Length() > 28) return std::nullopt;
  found.hours.begins_minute = run.first * 30;
  found.hours.ends_minute = (run.last + 1) * 30;
  const std::int64_t inside =
      std::accumulate(together.begin() + run.first, together.begin() + run.last + 1, std::int64_t{0});
  found.share = static_cast<double>(inside) / static_cast<double>(found.moments);
  return found;
}

}  // namespace weir::setup
