#include "identity/sketch.h"

#include <array>

namespace weir::identity {
namespace {

constexpr int kOnce = 40;  // bits
constexpr int kTwice = 24;

std::uint32_t Mixed(std::uint32_t x) {
  x *= 0x9e3779b1U;
  x ^= x >> 15;
  return x * 0x85ebca77U;
}

}  // namespace

Sketch SketchOf(std::string_view text) {
  Sketch sketch;
  int beyond = 0;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte == ' ') {
      sketch.has_blank = 1;
    } else {
      sketch.all += Mixed(byte + 1U);
    }
    const int kind = byte >= 'a' && byte <= 'z'   ? byte - 'a'
                     : byte >= '0' && byte <= '9' ? 26 + byte - '0'
                                                  : 36 + byte % 4;
    const std::uint64_t once = std::uint64_t{1} << kind;
    const std::uint64_t twice = std::uint64_t{1} << (kOnce + kind % kTwice);
    if ((sketch.letters & once) == 0) {
      sketch.letters |= once;
    } else if ((sketch.letters & twice) == 0) {
      sketch.letters |= twice;
    } else {
      ++beyond;
    }
  }
  for (std::size_t i = 0; i < 4; ++i) {
    // Of a text that is shorter the rest is no letter, and another one in each of two texts.
    const std::uint32_t filler = 1 + static_cast<std::uint32_t>(text.size());
    const std::uint32_t first = i < text.size() ? static_cast<unsigned char>(text[i]) : filler;
    const std::uint32_t last = i < text.size() ? static_cast<unsigned char>(text[text.size() - 1 - i]) : filler;
    sketch.first |= first << (8 * i);
    sketch.last |= last << (8 * i);
  }
  sketch.length = static_cast<std::uint16_t>(std::min<std::size_t>(text.size(), UINT16_MAX));
  sketch.beyond = static_cast<std::uint8_t>(std::min(beyond, int{UINT8_MAX}));
  return sketch;
}

}  // namespace weir::identity
