#pragma once

#include <span>
#include <string>
#include <string_view>

#include "identity/byte_masks.h"

// Similarity of short texts such as names by Jaro (1989): how many bytes both have in common not too far from each
// other, and how many of these stand in another order; with Winkler's (1990) bonus for a common beginning. 0 to 1.
// Units are bytes, and the values are, to the last bit, those of the store's own jaro_similarity() and
// jaro_winkler_similarity():
//
//   reach   a byte pairs with the first one like it that is free within max(sizes) / 2 - 1 places
//   Jaro    (m / left size + m / right size + (m - t) / m) / 3, with m pairs, t half of those out of order, rounded
//   down Winkler Jaro + 0.1 p (1 - Jaro) where Jaro is over 0.7, with p the common beginning, 4 at most
//
// Two texts of which one is empty, or both are, have nothing in common: 0. Symmetric.
//
// Where the value is under `cutoff`, it is told as 0, which sizes alone often show.
//
// Method: bits of a word for texts up to 64 bytes; of longer ones the places of each byte in order, merged, so that
// time and memory (5 bytes a byte) go by the length alone, 1 MB in some 10 ms; in a batch 64 pairs at once, a byte of a
// vector each (lanes.h).
namespace weir::identity {

// Cost: some 30 ns for two names.
double Jaro(std::string_view left, std::string_view right, double cutoff = 0);
double JaroWinkler(std::string_view left, std::string_view right, double cutoff = 0);

// Pair after pair: out[i] of left[i] and right[i]; all three have one size. Cost: some 15 ns a pair of names.
void JaroWinklerPairs(std::span<const std::string_view> left, std::span<const std::string_view> right,
                      std::span<double> out, double cutoff = 0);

// One text against many: keeps what can be worked out of it beforehand. Safe to share between threads.
class JaroWinklerQuery {
 public:
  explicit JaroWinklerQuery(std::string_view text) : text_(text), masks_(text) {}

  double Against(std::string_view other, double cutoff = 0) const;
  // out[i] of others[i]; both have one size.
  void Against(std::span<const std::string_view> others, std::span<double> out, double cutoff = 0) const;

 private:
  std::string text_;
  ByteMasks masks_;
};

}  // namespace weir::identity
