#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "identity/edit_limit.h"
#include "identity/edit_query.h"

// Levenshtein's distance: the fewest insertions, deletions and replacements of a byte that turn one text into the
// other. Units are bytes, as in the store's own levenshtein(), whose values these are: of names in UTF-8 beyond ASCII a
// letter may count twice, which is why names are compared after transliteration.
//
// Method: a column of the table as differences in the bits of a word (Myers 1999, Hyyro 2003), in blocks of 64 rows;
// along diagonals where the limit is small and both texts are long (Ukkonen 1985, Myers 1986); in a batch the table
// itself, 64 pairs at once, a byte of a vector each (lanes.h).
namespace weir::identity {

// Cost: some 20 to 60 ns for two names. Longer than 64 bytes: by the product of the lengths / 64, or by length x limit
// where the limit is at most 63; texts over kLongText bytes: see edit_limit.h.
std::uint32_t Levenshtein(std::string_view left, std::string_view right, std::uint32_t limit = kNoLimit);

// The same of pair after pair: out[i] of left[i] and right[i]; all three have one size. Cost: some 10 ns a pair of
// names.
void LevenshteinPairs(std::span<const std::string_view> left, std::span<const std::string_view> right,
                      std::span<std::uint32_t> out, std::uint32_t limit = kNoLimit);

// One text against many: keeps what can be worked out of it beforehand. Safe to share between threads.
class LevenshteinQuery {
 public:
  explicit LevenshteinQuery(std::string_view text) : query_(text) {}

  std::uint32_t Against(std::string_view other, std::uint32_t limit = kNoLimit) const;
  // out[i] of others[i]; both have one size.
  void Against(std::span<const std::string_view> others, std::span<std::uint32_t> out,
               std::uint32_t limit = kNoLimit) const;

 private:
  EditQuery query_;
};

}  // namespace weir::identity
