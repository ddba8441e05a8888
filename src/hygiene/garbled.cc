#include "hygiene/garbled.h"

#include <array>
#include <map>

#include "base/text.h"

namespace weir::hygiene {
namespace {

using Bytes = std::map<std::string, char, std::less<>>;  // by the character that a byte is read as

Bytes BytesOf(Encoding encoding) {
  constexpr int kFirst = 0x80;
  constexpr int kEnd = 0x100;
  Bytes bytes;
  for (int byte = kFirst; byte < kEnd; ++byte) {
    auto decoder = Decoder::For(encoding);
    if (!decoder) return {};
    const char c = static_cast<char>(byte);
    std::string character;
    decoder->Decode(std::string_view(&c, 1), true, character);
    if (character != "\xEF\xBF\xBD") bytes.emplace(std::move(character), c);
  }
  return bytes;
}

std::size_t LengthOfCharacter(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

std::optional<std::string> ReadAs(std::string_view text, const Bytes& bytes) {
  std::string read;
  while (!text.empty()) {
    const std::string_view character = text.substr(0, LengthOfCharacter(text.front()));
    text.remove_prefix(character.size());
    if (character.size() == 1) {
      read += character;
      continue;
    }
    const auto byte = bytes.find(character);
    if (byte == bytes.end()) return std::nullopt;
    read += byte->second;
  }
  return IsValidUtf8(read) ? std::optional(read) : std::nullopt;
}

}  // namespace

std::optional<std::string> Ungarbled(std::string_view text) {
  static const std::array<Bytes, 2> kEncodings{BytesOf(Encoding::kWindows1252), BytesOf(Encoding::kWindows1251)};
  if (IsAscii(text) || !IsValidUtf8(text)) return std::nullopt;
  for (const Bytes& bytes : kEncodings) {
    if (auto read = ReadAs(text, bytes)) return read;
  }
  return std::nullopt;
}

}  // namespace weir::hygiene
