#include "base/plain_line.h"

#include <cstdint>

#include <unicode/utf8.h>

namespace weir {
namespace {

constexpr UChar32 kReplacement = 0xFFFD;

bool BreaksLine(UChar32 c) { return c == '\n' || c == '\r' || c == '\t' || c == 0x2028 || c == 0x2029; }

bool IsObeyed(UChar32 c) {
  const bool is_control = c < 0x20 || (c >= 0x7F && c < 0xA0);
  const bool turns = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F;
  return is_control || turns;
}

}  // namespace

std::string PlainLine(std::string_view text) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const std::size_t size = text.size();
  std::string line;
  line.reserve(size);
  for (std::size_t at = 0; at < size;) {
    const std::size_t start = at;
    UChar32 character = 0;
    U8_NEXT_OR_FFFD(bytes, at, size, character);
    if (BreaksLine(character)) {
      line += ' ';
    } else if (IsObeyed(character) || character == kReplacement) {
      line += "\xEF\xBF\xBD";
    } else {
      line += text.substr(start, at - start);
    }
  }
  return line;
}

}  // namespace weir
