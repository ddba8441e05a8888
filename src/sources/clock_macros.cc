#include "sources/clock_macros.h"

#include <span>

#include "sources/wall_clock.h"
#include "store/database.h"

namespace weir::sources {
namespace {

constexpr int kFirstYear = 1990;
constexpr int kLastYear = 2060;
constexpr std::int64_t kQuarter = 15 * 60 * kMicrosPerSecond;  // at which clocks change

// From a reading on, local minus UTC.
struct Span {
  std::int64_t from = 0;
  std::int64_t offset = 0;
};

std::vector<Span> SpansOf(const TimeZone& zone, bool takes_second) {
  WallClock clock(zone);
  const auto offset_at = [&](std::int64_t local) {
    const WallClock::Reading reading = clock.At(local);
    return local - (takes_second ? reading.second : reading.instant).micros;
  };
  const std::int64_t end = StartOf(FromCivil({kLastYear + 1, 1, 1})).micros;
  std::vector<Span> spans;
  for (std::int64_t day = StartOf(FromCivil({kFirstYear, 1, 1})).micros; day < end; day += kMicrosPerDay) {
    if (!spans.empty() && offset_at(day) == spans.back().offset) continue;
    std::int64_t from = day;
    while (!spans.empty() && offset_at(from - kQuarter) != spans.back().offset) from -= kQuarter;
    spans.push_back({from, offset_at(day)});
  }
  return spans;
}

std::string At(std::int64_t local) { return fmt::format("make_timestamp({})", local); }

// The offset by halves: few comparisons a row.
std::string OffsetOf(std::span<const Span> spans) {
  if (spans.size() == 1) return fmt::format("{}", spans.front().offset);
  const std::size_t half = spans.size() / 2;
  return fmt::format("CASE WHEN reading < {} THEN {} ELSE {} END", At(spans[half].from), OffsetOf(spans.first(half)),
                     OffsetOf(spans.subspan(half)));
}

std::string Macro(std::string_view name, const TimeZone& zone, bool takes_second) {
  const std::vector<Span> spans = SpansOf(zone, takes_second);
  return fmt::format(
      "CREATE OR REPLACE MACRO {}(reading) AS CASE WHEN reading >= {} AND reading < {} THEN make_timestamp("
      "epoch_us(reading) - {}) ELSE make_timestamp(epoch_us(reading AT TIME ZONE {})) END",
      name, At(spans.front().from), At(StartOf(FromCivil({kLastYear + 1, 1, 1})).micros), OffsetOf(spans),
      store::QuoteText(zone.name()));
}

}  // namespace

std::vector<std::string> ClockMacros(const TimeZone& zone) {
  return {Macro(kFirstPassing, zone, false), Macro(kSecondPassing, zone, true)};
}

}  // namespace weir::sources
