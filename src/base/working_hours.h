// When people work: the same hours of the same days of every week, by the wall clock of the reporting zone. Written as
// calendars and shop doors do: "Mo-Fr 09:00-18:00", "Mo,We-Fr 10:00-16:30".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// Days one after another, Monday 0.
struct DayRun {
  std::size_t first = 0;
  std::size_t last = 0;
};

struct WorkingHours {
  std::array<bool, 7> days{};  // from Monday
  int begins_minute = 0;       // of the day
  int ends_minute = 0;         // at most 1440; later than the beginning

  bool operator==(const WorkingHours&) const = default;
  int DaysOfWeek() const;
  // How many working days of the week lie before this one, Monday 0; of 7, all.
  int DaysBefore(int weekday) const;
  std::vector<DayRun> Runs() const;
};

// Nothing where the text is not of that form.
std::optional<WorkingHours> ParseWorkingHours(std::string_view text);
// The shortest way to write them: runs of three days and more as a range.
std::string FormatWorkingHours(const WorkingHours& hours);

}  // namespace weir
