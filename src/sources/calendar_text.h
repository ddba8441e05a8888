// iCalendar (RFC 5545) as text: lines that are folded, properties with parameters, moments with their zones, and the
// moments of events that repeat. Rules of repetition and zones that a file defines are libical's. Private to sources/.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "sources/text_stream.h"

namespace weir::sources {

// "ATTENDEE;CN=\"Lee, Ann\";PARTSTAT=ACCEPTED:mailto:ann@acme.example"
struct CalendarProperty {
  std::string name;  // in capital letters
  std::vector<std::pair<std::string, std::string>> parameters;
  std::string value;

  std::string_view Parameter(std::string_view parameter) const;  // empty where there is none
};

// Nothing where the line is none.
std::optional<CalendarProperty> ReadProperty(std::string_view line);

// Text without its escapes: "\n" is a break, "\," a comma.
std::string PlainText(std::string_view value);

// Lines whose folding is undone.
class CalendarLines {
 public:
  CalendarLines(TextStream stream, const ReadLimits& limits, std::string title);

  // False at the end.
  Result<bool> Next(std::string& line);
  std::uint64_t number() const { return number_; }  // where the line began
  const TextStream& stream() const { return stream_; }

 private:
  Result<bool> NextPhysical(std::string_view& line);

  TextStream stream_;
  ReadLimits limits_;
  std::string title_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::uint64_t physical_ = 0;
  std::uint64_t number_ = 0;
  bool is_last_ = false;
};

// A day, a moment of UTC, or what a clock on the wall shows in no zone that is told.
struct CalendarMoment {
  bool is_day = false;
  bool is_utc = false;
  std::int64_t micros = 0;

  std::string Text() const;
  auto operator<=>(const CalendarMoment&) const = default;
};

// The zones of a file: those of the world by their names, else as the file defines them.
class CalendarZones {
 public:
  CalendarZones();
  CalendarZones(CalendarZones&&) noexcept;
  CalendarZones& operator=(CalendarZones&&) noexcept;
  ~CalendarZones();

  // From a VTIMEZONE, with its first and last line.
  void Define(const std::string& component);
  // The moment at which a wall clock of the zone shows this; nothing if the zone is not known.
  std::optional<std::int64_t> ToUtc(std::string_view zone, std::int64_t wall_micros);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// What a property of days or moments says, in its order. The error names a zone that nobody knows or a text that is no
// moment.
struct WallMoment {
  std::int64_t wall_micros = 0;  // as the clock shows it
  CalendarMoment moment;
};
std::optional<Phrase> ReadMoments(const CalendarProperty& property, CalendarZones& zones,
                                  std::vector<WallMoment>& moments);

// Seconds of "PT1H30M"; nothing if it is no duration.
std::optional<std::int64_t> ReadCalendarDuration(const std::string& text);

// The wall clock at each repetition by the rule, from the first one on: not after `last_micros`, and at most `limit`
// + 1. Nothing if the rule cannot be followed: it is none, or repeats within the hour.
std::optional<std::vector<std::int64_t>> Repeat(const std::string& rule, std::int64_t first_micros, bool is_day,
                                                std::int64_t last_micros, std::size_t limit);

}  // namespace weir::sources
