// How much alike two texts of several words are. Private to compare.
#pragma once

#include <cstdint>

#include "identity/field.h"

namespace weir::identity {

// Levels of kText and kNumbers, of values that are there and differ.
std::uint8_t TextLevel(const Field& field, std::uint32_t a, std::uint32_t b);
std::uint8_t NumbersLevel(const Field& field, std::uint32_t a, std::uint32_t b);

// Whether two values of kNumbers may share a word, or one's word stand within the other's.
bool MayShareNumbers(const Sketch& a, const Sketch& b);

}  // namespace weir::identity
