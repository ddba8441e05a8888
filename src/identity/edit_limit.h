#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

// How far the edit distances (levenshtein.h, damerau_levenshtein.h) count. All of them take a `limit`: a distance over
// it is told as limit + 1, found out as early as the method allows.
namespace weir::identity {

inline constexpr std::uint32_t kNoLimit = std::numeric_limits<std::uint32_t>::max() - 1;

// The exact distance of two long texts takes time by the product of their lengths. So where either text is longer than
// kLongText bytes, the limit is kLongTextLimit at most, and "further apart than that" is told as kLongTextLimit + 1:
// time goes by the length times the limit then. Two cells of 1 MB take some 10 ms at worst, 0.3 s with free
// transpositions (DamerauLevenshtein), and next to nothing where the texts are different.
inline constexpr std::size_t kLongText = 4096;
inline constexpr std::uint32_t kLongTextLimit = 63;

constexpr std::uint32_t LimitFor(std::size_t left_size, std::size_t right_size, std::uint32_t limit) {
  const bool is_long = left_size > kLongText || right_size > kLongText;
  return is_long && limit > kLongTextLimit ? kLongTextLimit : limit;
}

}  // namespace weir::identity
