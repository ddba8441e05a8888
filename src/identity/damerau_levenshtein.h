#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "identity/edit_limit.h"
#include "identity/edit_query.h"

// Edit distances that count two letters in the wrong order as one slip. Units are bytes, as in levenshtein.h; so are
// the limits. Two of them, which differ where something stands between the two letters:
//
//   DamerauLevenshtein       transpositions are free to have letters inserted or deleted between them: CA, ABC is 2
//   (CA, AC,
//                            ABC). A metric. The values of the store's damerau_levenshtein().
//   OptimalStringAlignment   no part of the text is edited twice: CA, ABC is 3. Not a metric (the triangle may fail).
//
// Method. Alignment: in the bits of a word, with Hyyro's (2003) term for transpositions, or along diagonals, as in
// levenshtein.h. Unrestricted: the table with the nearest earlier place of each letter (Zhao and Sahinalp 2020), in
// vectors for batches. A transposition with g letters between costs 1 + g where the alignment pays 2 + g: one less, in
// at least two edits. So an alignment of d edits leaves at least 2d/3 to find: with d <= 2 the two distances are equal
// and no table is needed; else it lies within d of the diagonal.
namespace weir::identity {

// Cost: some 30 to 60 ns for two names that are at most two apart, else some 3 ns a cell of the table within the limit.
std::uint32_t DamerauLevenshtein(std::string_view left, std::string_view right, std::uint32_t limit = kNoLimit);
// Cost as Levenshtein's.
std::uint32_t OptimalStringAlignment(std::string_view left, std::string_view right, std::uint32_t limit = kNoLimit);

// Pair after pair: out[i] of left[i] and right[i]; all three have one size. Cost: some 15 ns a pair of names.
void DamerauLevenshteinPairs(std::span<const std::string_view> left, std::span<const std::string_view> right,
                             std::span<std::uint32_t> out, std::uint32_t limit = kNoLimit);
void OptimalStringAlignmentPairs(std::span<const std::string_view> left, std::span<const std::string_view> right,
                                 std::span<std::uint32_t> out, std::uint32_t limit = kNoLimit);

// One text against many, as LevenshteinQuery.
class DamerauLevenshteinQuery {
 public:
  explicit DamerauLevenshteinQuery(std::string_view text) : query_(text) {}

  std::uint32_t Against(std::string_view other, std::uint32_t limit = kNoLimit) const;
  void Against(std::span<const std::string_view> others, std::span<std::uint32_t> out,
               std::uint32_t limit = kNoLimit) const;

 private:
  EditQuery query_;
};

class OptimalStringAlignmentQuery {
 public:
  explicit OptimalStringAlignmentQuery(std::string_view text) : query_(text) {}

  std::uint32_t Against(std::string_view other, std::uint32_t limit = kNoLimit) const;
  void Against(std::span<const std::string_view> others, std::span<std::uint32_t> out,
               std::uint32_t limit = kNoLimit) const;

 private:
  EditQuery query_;
};

}  // namespace weir::identity
