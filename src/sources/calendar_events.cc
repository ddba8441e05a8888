#include "sources/calendar_events.h"

#include "base/text.h"

namespace weir::sources {
namespace {

constexpr std::size_t kMostLines = 20'000;  // of one event

bool IsValue(const CalendarProperty& property, std::string_view value) {
  return FoldCase(TrimBlanks(property.value)) == FoldCase(value);
}

}  // namespace

std::string AddressOf(const CalendarProperty& property) {
  constexpr std::string_view kScheme = "mailto:";
  std::string value = FoldCase(TrimBlanks(property.value));
  if (value.starts_with(kScheme)) {
    value.erase(0, kScheme.size());
  } else {
    value = FoldCase(property.Parameter("EMAIL"));
  }
  const std::size_t at = value.find('@');
  return at == std::string::npos || at == 0 || at + 1 == value.size() ? "" : value;
}

bool IsPerson(const CalendarProperty& property, const std::string& address) {
  const std::string kind = FoldCase(property.Parameter("CUTYPE"));
  return kind != "room" && kind != "resource" && !address.ends_with("calendar.google.com");
}

Result<Calendar> Calendar::Open(const FileInput& file, const ReadOptions& options) {
  WEIR_TRY(TextStream stream, TextStream::Open(file, options.encoding, options.limits));
  return Calendar(CalendarLines(std::move(stream), options.limits, file.Title()), options.limits, file.Title());
}

Result<bool> Calendar::Next(CalendarEvent& event) {
  std::string line;
  while (true) {
    WEIR_TRY(const bool is_there, lines_.Next(line));
    if (!is_there) return is_whole_ ? Result<bool>(false) : Fail(Cut());
    const auto property = ReadProperty(line);
    if (!property) continue;
    if (property->name == "X-WR-CALNAME") name_ = FoldCase(TrimBlanks(property->value));
    is_whole_ = is_whole_ || (property->name == "END" && IsValue(*property, "VCALENDAR"));
    if (property->name != "BEGIN") continue;
    if (IsValue(*property, "VTIMEZONE")) WEIR_TRY(ReadZone());
    if (!IsValue(*property, "VEVENT")) continue;
    WEIR_TRY(ReadEvent(event));
    return true;
  }
}

Status Calendar::ReadZone() {
  std::string component = "BEGIN:VTIMEZONE\r\n";
  std::string line;
  std::string part;         // that is open: STANDARD or DAYLIGHT
  bool is_in_order = true;  // else libical need not see it
  while (true) {
    WEIR_TRY(const bool is_there, lines_.Next(line));
    if (!is_there) return Fail(Cut());
    component += line + "\r\n";
    if (component.size() > limits_.record_bytes) return Fail(TooLong());
    const auto property = ReadProperty(line);
    if (!property) continue;
    const std::string value = FoldCase(TrimBlanks(property->value));
    if (property->name == "END" && value == "vtimezone") break;
    if (property->name == "BEGIN") {
      is_in_order = is_in_order && part.empty() && (value == "standard" || value == "daylight");
      part = value;
    } else if (property->name == "END") {
      is_in_order = is_in_order && !part.empty() && part == value;
      part.clear();
    }
  }
  if (is_in_order && part.empty()) zones_.Define(component);
  return {};
}

Status Calendar::ReadEvent(CalendarEvent& event) {
  event = {};
  event.line = lines_.number();
  std::size_t bytes = 0;
  int depth = 0;
  std::string line;
  while (true) {
    WEIR_TRY(const bool is_there, lines_.Next(line));
    if (!is_there) return Fail(Cut());
    bytes += line.size();
    if (bytes > limits_.record_bytes || event.properties.size() > kMostLines) return Fail(TooLong());
    auto property = ReadProperty(line);
    if (!property) continue;
    if (property->name == "END" && depth-- == 0) return {};
    if (property->name == "BEGIN") ++depth;
    const bool is_own = depth == 0 && property->name != "END";
    if (is_own) event.properties.push_back(std::move(*property));
  }
}

Error Calendar::Cut() const {
  return BadInput("the calendar is cut: it does not end with END:VCALENDAR")
      .At(title_, lines_.number())
      .Mend("Export it again");
}

Error Calendar::TooLong() const {
  return TooLarge("the record is longer than {} MiB", limits_.record_bytes >> 20)
      .At(title_, lines_.number())
      .Mend("Check that it is the right file and that it is whole");
}

}  // namespace weir::sources
