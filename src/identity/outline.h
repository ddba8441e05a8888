// What a record shows of its values at first sight, all fields in a line or two of the cache: enough to tell that most
// pairs of values differ, without the two places in memory that each of their sketches is at. Private to comparer.
#pragma once

#include <cstdint>

#include "identity/field.h"

namespace weir::identity {

// Of a date its eight digits, four bits each, in `letters`. Else which letters there may be, several to a bit.
struct Outline {
  std::uint32_t letters = 0;
  std::uint8_t length = 0;  // UINT8_MAX: that, or more; 0: nothing is told
  std::uint8_t first = 0;  // the first letter; of kNumbers twice the letters of the shortest that may stand in another,
                           // and one more where there are several
};

Outline OutlineOf(const Field& field, std::uint32_t code);

// The level of two values that are there and differ, or kOpenLevel where the outlines do not tell it.
std::uint8_t LevelByOutline(FieldKind kind, const Outline& a, const Outline& b);

}  // namespace weir::identity
