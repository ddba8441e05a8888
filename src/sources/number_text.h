// Numbers and amounts as exports write them: "$1,234,567", "1 234,56", "75%", "(120.00)", "1.2E3", "12,5-".
#pragma once

#include <cstdint>
#include <string_view>

#include "base/decimal.h"

namespace weir::sources {

enum class NumberFault : std::uint8_t {
  kNone,
  kNotNumber,
  kAmbiguous,  // "1,234" or "1.234": one mark before three digits, and nothing says which mark it is
  kRange,      // more than 38 digits
};

// What the numbers of a column show about their decimal mark.
struct NumberEvidence {
  bool has_point = false;  // a cell whose point can only be a decimal mark (or whose commas only grouping)
  bool has_comma = false;
  // '.' or ',' if the column shows one, 0 if it shows none or both.
  char Mark() const { return has_point == has_comma ? 0 : has_point ? '.' : ','; }
};

struct ParsedNumber {
  Decimal value;
  std::string_view currency;  // ISO code of a sign or code that stood with the number; empty if none did
  bool is_percent = false;    // a '%' stood with it
  NumberFault fault = NumberFault::kNone;
};

// `decimal_mark` decides ambiguous texts only; 0 leaves them ambiguous. O(bytes), no allocation.
ParsedNumber ParseNumber(std::string_view text, char decimal_mark);

// Adds what this text shows, if it is a number.
void NoteNumber(std::string_view text, NumberEvidence& evidence);

}  // namespace weir::sources
