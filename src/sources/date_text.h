// Dates and times as exports write them. Day and month are never guessed: a numeric date whose order the column does
// not show is ambiguous. Dotted dates are day first everywhere ("03.04.2024"), and names of months settle the order.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace weir::sources {

enum class DateFault : std::uint8_t {
  kNone,
  kNotDate,
  kAmbiguous,  // day and month cannot be told apart, or a bare number may be a spreadsheet's day
  kRange,      // a year outside kFirstYear..kLastYear, or a zero date
};

struct ParsedDate {
  Date date;
  std::int64_t micros_of_day = 0;  // of the wall clock, or of UTC where has_zone
  bool has_time = false;
  bool has_zone = false;  // date and time are UTC then
  Date written;           // the date as it stands in the text, before the zone moves it
  DateFault fault = DateFault::kNone;
};

// What the dates of a column show. Each form of numeric dates (separator, digits of the year) is judged by itself,
// because a spreadsheet that mangles a column leaves two forms of different order in it.
class DateEvidence {
 public:
  void Note(std::string_view text);

  enum class Order : std::uint8_t { kUnknown, kDayFirst, kMonthFirst, kContradictory };
  Order OrderOf(char separator, int year_digits) const;
  // All cells were days since 1899-12-30, as spreadsheets number them.
  bool IsSerial() const { return serials_ > 0 && others_ == 0; }

  // Whether a stamp of the column says its offset from UTC; some may, and some not.
  void NoteOffset(bool has_offset) { (has_offset ? has_offsets_ : has_clocks_) = true; }
  bool HasBothClocks() const { return has_offsets_ && has_clocks_; }

  // As a short text and back, for the import ledger.
  std::string ToText() const;
  static DateEvidence FromText(std::string_view text);

 private:
  struct Seen {
    bool first_over_12 = false;
    bool second_over_12 = false;
  };
  std::array<Seen, 8> seen_{};  // by separator and digits of the year
  std::uint64_t serials_ = 0;
  std::uint64_t others_ = 0;
  bool has_offsets_ = false;
  bool has_clocks_ = false;
};

// Without evidence only unambiguous texts are read. O(bytes), no allocation.
ParsedDate ParseDate(std::string_view text, const DateEvidence* evidence);

// By a format of %Y %y %m %d %H %I %M %S %f %p %b %B %z %j and literal text; "excel" and "epoch" are formats too.
ParsedDate ParseDateAs(std::string_view text, std::string_view format);

// Nothing, or why the format cannot be used.
std::optional<std::string> FaultOfFormat(std::string_view format);

// A date in a file's name, as "deals_2024-03-31.csv" or "export-20240331T1530.json": the last one that is plausible.
std::optional<Instant> DateInName(std::string_view file_name, const TimeZone& zone);

}  // namespace weir::sources
