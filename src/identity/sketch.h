// What can be told of two short texts without reading them: bounds of how near they can be. Most pairs that are
// compared have nothing in common, which their sketches show in a few instructions.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

namespace weir::identity {

struct Sketch {
  std::uint64_t letters = 0;  // which letters and digits are there once (40 bits), and which twice (24 bits)
  std::uint32_t all = 0;      // a hash of the letters in any order, blanks left out
  std::uint32_t first = 0;    // the first four bytes
  std::uint32_t last = 0;     // the last four bytes
  std::uint16_t length = 0;   // UINT16_MAX: that, or more
  std::uint8_t beyond = 0;    // letters that `letters` has no room for; UINT8_MAX: that, or more
  std::uint8_t has_blank = 0;
};

// O(bytes).
Sketch SketchOf(std::string_view text);

// Whether so few edits (of a letter put in, left out, changed, or swapped with its neighbour) may make one the other:
// each changes at most two of the letters that are there.
inline bool MayBeWithin(const Sketch& a, const Sketch& b, std::uint32_t edits) {
  const int apart = std::abs(static_cast<int>(a.length) - static_cast<int>(b.length));
  return apart <= static_cast<int>(edits) && std::popcount(a.letters ^ b.letters) <= static_cast<int>(2 * edits);
}

// 1 / length: what is asked of every pair is not divided anew.
inline double InverseOf(std::uint32_t length) {
  static constexpr auto kInverses = [] {
    std::array<double, 256> inverses{};
    for (std::size_t i = 1; i < inverses.size(); ++i) inverses[i] = 1.0 / static_cast<double>(i);
    return inverses;
  }();
  return length < kInverses.size() ? kInverses[length] : 1.0 / length;
}

// At least the similarity of Jaro and Winkler, rounding allowed for, of texts that have letters: so many of which are
// common, of which so many begin both.
inline double MostJaroWinklerOf(double common, int beginning, std::uint32_t length_a, std::uint32_t length_b) {
  constexpr double kRounding = 1e-9;
  const double jaro = (common * InverseOf(length_a) + common * InverseOf(length_b) + 1) / 3;
  return jaro + 0.1 * beginning * (1 - jaro) + kRounding;
}

// At least the similarity of Jaro and Winkler: all letters that both have might be in place.
inline double MostJaroWinkler(const Sketch& a, const Sketch& b) {
  if (a.length == 0 || b.length == 0) return 0;
  const int common = std::popcount(a.letters & b.letters) + std::min(a.beyond, b.beyond);
  const double most = std::min<double>(common, std::min(a.length, b.length));
  const int beginning = std::countr_zero(a.first ^ b.first) / 8;  // 4 where all are equal
  return MostJaroWinklerOf(most, beginning, a.length, b.length);
}

}  // namespace weir::identity
