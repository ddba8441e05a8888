#include "base/working_hours.h"

#include <algorithm>

#include <fmt/format.h>

namespace weir {
namespace {

constexpr std::array<std::string_view, 7> kDays{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"};
constexpr int kMinutesOfDay = 1440;

std::optional<int> DayNamed(std::string_view name) {
  const auto found = std::ranges::find(kDays, name);
  if (found == kDays.end()) return std::nullopt;
  return static_cast<int>(found - kDays.begin());
}

// "09:00" in minutes; "24:00" is the end of the day.
std::optional<int> MinuteOf(std::string_view text) {
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9' ? text[at] - '0' : -1; };
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const std::size_t at : {0, 1, 3, 4}) {
    if (digit(at) < 0) return std::nullopt;
  }
  const int minutes = digit(3) * 10 + digit(4);
  const int all = (digit(0) * 10 + digit(1)) * 60 + minutes;
  if (minutes > 59 || all > kMinutesOfDay) return std::nullopt;
  return all;
}

// "Mo" or "Mo-Fr" into the week.
bool AddDays(std::string_view part, std::array<bool, 7>& week) {
  const std::size_t dash = part.find('-');
  const auto first = DayNamed(part.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : DayNamed(part.substr(dash + 1));
  if (!first || !last || *last < *first) return false;
  for (int day = *first; day <= *last; ++day) week[static_cast<std::size_t>(day)] = true;
  return true;
}

}  // namespace

int WorkingHours::DaysBefore(int weekday) const {
  return static_cast<int>(std::count(days.begin(), days.begin() + weekday, true));
}

int WorkingHours::DaysOfWeek() const { return DaysBefore(7); }

std::optional<WorkingHours> ParseWorkingHours(std::string_view text) {
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  WorkingHours hours;
  for (std::string_view days = text.substr(0, space); !days.empty();) {
    const std::size_t comma = std::min(days.find(','), days.size());
    if (!AddDays(days.substr(0, comma), hours.days)) return std::nullopt;
    days.remove_prefix(std::min(comma + 1, days.size()));
  }
  const std::string_view clock = text.substr(space + 1);
  const std::size_t dash = clock.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto begins = MinuteOf(clock.substr(0, dash));
  const auto ends = MinuteOf(clock.substr(dash + 1));
  if (!begins || !ends || *ends <= *begins || hours.DaysOfWeek() == 0) return std::nullopt;
  hours.begins_minute = *begins;
  hours.ends_minute = *ends;
  return hours;
}

std::vector<DayRun> WorkingHours::Runs() const {
  std::vector<DayRun> runs;
  for (std::size_t day = 0; day < days.size(); ++day) {
    if (!days[day]) continue;
    if (!runs.empty() && runs.back().last + 1 == day) {
      runs.back().last = day;
    } else {
      runs.push_back({day, day});
    }
  }
  return runs;
}

std::string FormatWorkingHours(const WorkingHours& hours) {
  std::string days;
  for (const DayRun& run : hours.Runs()) {
    days += fmt::format("{}{}", days.empty() ? "" : ",", kDays.at(run.first));
    if (run.last > run.first) days += fmt::format("{}{}", run.last > run.first + 1 ? '-' : ',', kDays.at(run.last));
  }
  return fmt::format("{} {:02}:{:02}-{:02}:{:02}", days, hours.begins_minute / 60, hours.begins_minute % 60,
                     hours.ends_minute / 60, hours.ends_minute % 60);
}

}  // namespace weir
