// How many typing errors part two words.
#pragma once

#include <string_view>

namespace weir::identity {

// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment), or more than `limit` if
// there are more. Words of more than 64 bytes are compared by their first 64. Cost: product of the lengths, at most.
int EditsBetween(std::string_view a, std::string_view b, int limit);

}  // namespace weir::identity
