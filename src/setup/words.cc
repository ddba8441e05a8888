#include "setup/words.h"

#include <array>

#include <fmt/format.h>

namespace weir::setup {
namespace {

using analysis::Text;

constexpr std::array<std::array<std::string_view, 2>, 7> kDays{
    {{"Mon", "пн"}, {"Tue", "вт"}, {"Wed", "ср"}, {"Thu", "чт"}, {"Fri", "пт"}, {"Sat", "сб"}, {"Sun", "вс"}}};

std::string DaysIn(const WorkingHours& hours, std::size_t language) {
  std::string text;
  for (const DayRun& run : hours.Runs()) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", kDays.at(run.first)[language]);
    if (run.last > run.first) text += fmt::format("–{}", kDays.at(run.last)[language]);
  }
  return text;
}

std::string Clock(int minutes) { return fmt::format("{}:{:02}", minutes / 60, minutes % 60); }

}  // namespace

Decimal ShareOf(std::int64_t part, std::int64_t whole) {
  constexpr std::int64_t kUnits = 1'000'000'000;
  if (whole <= 0) return {0, 9};
  return {(Int128{2} * part * kUnits + whole) / (Int128{2} * whole), 9};
}

Text ShownHours(const WorkingHours& hours) {
  const std::string clock = fmt::format("{}–{}", Clock(hours.begins_minute), Clock(hours.ends_minute));
  return {fmt::format("{}, {}", DaysIn(hours, 0), clock), fmt::format("{}, {}", DaysIn(hours, 1), clock)};
}

}  // namespace weir::setup
