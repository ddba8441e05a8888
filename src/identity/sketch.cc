#include "identity/sketch.h"

#include <array>

namespace weir::identity {
namespace {

constexpr unsigned kOnce = 40;  // bits
constexpr unsigned kTwice = 24;

constexpr std::uint32_t Mixed(std::uint32_t x) {
  x *= 0x9e3779b1U;
  x ^= x >> 15;
  return x * 0x85ebca77U;
}

// What each byte adds.
struct Letter {
  std::uint64_t once = 0;
  std::uint64_t twice = 0;
  std::uint32_t mixed = 0;
};

constexpr std::array<Letter, 256> kLetters = [] {
  std::array<Letter, 256> letters{};
  for (unsigned byte = 0; byte < letters.size(); ++byte) {
    const unsigned kind = byte >= 'a' && byte <= 'z'   ? byte - 'a'
                          : byte >= '0' && byte <= '9' ? 26 + byte - '0'
                                                       : 36 + byte % 4;
    letters[byte] = {std::uint64_t{1} << kind, std::uint64_t{1} << (kOnce + kind % kTwice),
                     byte == ' ' ? 0 : Mixed(byte + 1)};
  }
  return letters;
}();

}  // namespace

Sketch SketchOf(std::string_view text) {
  Sketch sketch;
  int beyond = 0;
  for (const char letter : text) {
    const Letter& of = kLetters[static_cast<unsigned char>(letter)];
    sketch.has_blank |= static_cast<std::uint8_t>(letter == ' ');
    sketch.all += of.mixed;
    const bool is_there = (sketch.letters & of.once) != 0;
    beyond += static_cast<int>(is_there && (sketch.letters & of.twice) != 0);
    sketch.letters |= is_there ? of.twice : of.once;
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
