// The events of a calendar one after another, and its zones. Private to sources/.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "sources/calendar_text.h"

namespace weir::sources {

struct CalendarEvent {
  std::uint64_t line = 0;
  std::vector<CalendarProperty> properties;

  const CalendarProperty* Find(std::string_view name) const {
    const auto found = std::ranges::find(properties, name, &CalendarProperty::name);
    return found == properties.end() ? nullptr : &*found;
  }
  std::string TextOf(std::string_view name) const {
    const CalendarProperty* property = Find(name);
    return property == nullptr ? "" : PlainText(property->value);
  }
};

// The address that a property names, in small letters; empty if it names none.
std::string AddressOf(const CalendarProperty& property);

// Rooms and shared calendars are no people.
bool IsPerson(const CalendarProperty& property, const std::string& address);

class Calendar {
 public:
  static Result<Calendar> Open(const FileInput& file, const ReadOptions& options);

  const TextStream& stream() const { return lines_.stream(); }
  CalendarZones& zones() { return zones_; }
  // What the calendar is called; often the address of whose it is.
  const std::string& name() const { return name_; }

  // False at the end of the file, which must say that it is whole.
  Result<bool> Next(CalendarEvent& event);

 private:
  Calendar(CalendarLines lines, const ReadLimits& limits, std::string title)
      : lines_(std::move(lines)), limits_(limits), title_(std::move(title)) {}

  Status ReadZone();
  // Up to its end; what lies within, such as an alarm, has properties of its own.
  Status ReadEvent(CalendarEvent& event);
  Error Cut() const;
  Error TooLong() const;

  CalendarLines lines_;
  ReadLimits limits_;
  std::string title_;
  CalendarZones zones_;
  std::string name_;
  bool is_whole_ = false;
};

}  // namespace weir::sources
