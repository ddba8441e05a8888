#pragma once

#include <cstdint>
#include <string_view>

#include "identity/edit_query.h"

// What Levenshtein's distance and its two kin share: inner functions of this folder. None of them knows of kLongText.
namespace weir::identity {

enum class Swaps { kNone, kAdjacent };  // Levenshtein; optimal string alignment

template <Swaps kSwaps>
std::uint32_t EditDistance(std::string_view left, std::string_view right, std::uint32_t limit);

// The same where the masks of the left text are there already.
template <Swaps kSwaps>
std::uint32_t EditDistance(const EditQuery& left, std::string_view right, std::uint32_t limit);

// The unrestricted distance by its table, within `limit` of the diagonal.
std::uint32_t UnrestrictedDistance(std::string_view left, std::string_view right, std::uint32_t limit);

// Takes off what both begin and end with: no edit distance is changed by it.
void TrimCommonEnds(std::string_view& left, std::string_view& right);

// Length of the beginning that both have in common.
std::size_t CommonPrefix(std::string_view left, std::string_view right);

// The answer where the sizes alone give it away, or where there is nothing to compare.
constexpr bool IsFarBySize(std::size_t left_size, std::size_t right_size, std::uint32_t limit) {
  return (left_size > right_size ? left_size - right_size : right_size - left_size) > limit;
}

}  // namespace weir::identity
