// Fingerprints of rows. They are kept in the store and compared with those of later imports, so the function never
// changes. Built from 64 by 64 bit multiplication as in wyhash (Wang Yi, 2019); not meant against an adversary.
// Private to sources/.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/decimal.h"

namespace weir::sources {

inline std::uint64_t MixHash(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a ^ 0xA0761D6478BD642FULL) * (b ^ 0xE7037ED1A0B428DBULL);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline std::uint64_t HashNumber(std::int64_t value, std::uint64_t seed) {
  return MixHash(static_cast<std::uint64_t>(value), seed);
}

inline std::uint64_t HashUnits(Int128 value, std::uint64_t seed) {
  return MixHash(static_cast<std::uint64_t>(value), MixHash(static_cast<std::uint64_t>(value >> 64), seed));
}

inline std::uint64_t HashBytes(std::string_view text, std::uint64_t seed) {
  const char* at = text.data();
  std::size_t left = text.size();
  std::uint64_t hash = seed ^ left;
  while (left > 16) {
    std::uint64_t words[2];
    std::memcpy(words, at, sizeof words);
    hash = MixHash(words[0] ^ hash, words[1]);
    at += 16;
    left -= 16;
  }
  std::uint64_t words[2] = {0, 0};
  std::memcpy(words, at, left);
  return MixHash(words[0] ^ hash, words[1]);
}

}  // namespace weir::sources
