// Cells of a workbook as the person who filled them in meant them: numbers without the noise of binary fractions, days
// and times by the form that the cell is shown in. Private to sources/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::sources {

// What the number of a cell is, by the form that it is shown in.
enum class CellStyle : std::uint8_t {
  kPlain,
  kPercent,
  kDate,      // days, with the time where there is one
  kMoment,    // days and time
  kTime,      // of the day
  kDuration,  // hours beyond 24
};

// By the code of a form: "dd.mm.yyyy hh:mm", "[h]:mm:ss", "0.0%".
CellStyle StyleOfCode(std::string_view code);
// By the number of a form that every workbook knows without its code.
CellStyle StyleOfBuiltIn(int number);

// The decimal text of a number as it stands in the file: 1234.5599999999999 is 1234.56, since spreadsheets keep fifteen
// digits of what is typed, and 1.5E-3 is 0.0015. Whole numbers keep all their digits, as ids do. What is no number
// stays as it is.
std::string NumberText(std::string_view stored);

// The number as its style means it: "25%", "2025-03-31", "2025-03-31T14:05:00", "14:05:00", "27:30:00". `is_1904` says
// that days are counted from 1904, else from 1900 with the 29th of February that 1900 did not have. Numbers that are no
// day of the calendar stay numbers.
std::string StyledText(std::string_view stored, CellStyle style, bool is_1904);

// Text without the escapes of characters that XML cannot hold: "_x000D_" is a carriage return, "_x005F_" the underscore
// of what only looks like an escape.
std::string WithoutEscapes(std::string text);

}  // namespace weir::sources
