#include "identity/comparer.h"

#include <algorithm>

namespace weir::identity {

void Comparer::Grow(std::size_t records) {
  const std::size_t before = codes_.size();
  codes_.resize(records);
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    for (std::size_t record = before; record < records; ++record) codes_[record].of_field[i] = fields_[i].codes[record];
  }
}

void Comparer::Patterns(std::uint32_t record, std::span<const std::uint32_t> others, std::span<Pattern> out) const {
  constexpr std::size_t kAtOnce = 16;  // records whose values are on their way together
  const Codes& own = codes_[record];
  for (std::size_t i = 0; i < std::min(others.size(), 2 * kAtOnce); ++i) __builtin_prefetch(&codes_[others[i]]);
  for (std::size_t begin = 0; begin < others.size(); begin += kAtOnce) {
    const std::size_t end = std::min(others.size(), begin + kAtOnce);
    for (std::size_t i = begin + 2 * kAtOnce; i < std::min(others.size(), end + 2 * kAtOnce); ++i) {
      __builtin_prefetch(&codes_[others[i]]);
    }
    for (std::size_t i = begin; i < end; ++i) {
      const Codes& other = codes_[others[i]];
      for (std::size_t f = 0; f < fields_.size(); ++f) {
        const std::uint32_t code = other.of_field[f];
        if (code == own.of_field[f] || code == kNone || fields_[f].sketches.empty()) continue;
        __builtin_prefetch(&fields_[f].sketches[code]);
      }
    }
    for (std::size_t i = begin; i < end; ++i) {
      const Codes& other = codes_[others[i]];
      Pattern pattern = 0;
      for (std::size_t f = 0; f < fields_.size(); ++f) {
        pattern |= static_cast<Pattern>(LevelOf(fields_[f], own.of_field[f], other.of_field[f])) << (4 * f);
      }
      out[i] = pattern;
    }
  }
}

}  // namespace weir::identity
