#include "explore/text_place.h"

#include <algorithm>
#include <charconv>

namespace weir::explore {
namespace {

bool BeginsCharacter(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

// Where the line of that number begins; nothing where there are fewer.
std::optional<std::size_t> LineBegin(std::string_view text, std::uint64_t line) {
  std::size_t at = 0;
  for (std::uint64_t i = 1; i < line; ++i) {
    at = text.find('\n', at);
    if (at == std::string_view::npos) return std::nullopt;
    ++at;
  }
  return at;
}

// "Binder Error: ", "Conversion Error: ": what follows says it.
std::string_view WithoutKind(std::string_view message) {
  const std::size_t colon = message.find(" Error: ");
  constexpr std::size_t kLongestKind = 24;
  constexpr std::size_t kSign = 8;
  return colon < kLongestKind ? message.substr(colon + kSign) : message;
}

// How many bytes the first characters of the text take.
std::size_t BytesOf(std::string_view text, std::size_t characters) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (!BeginsCharacter(text[at])) continue;
    if (characters == 0) break;
    --characters;
  }
  return at;
}

// The picture is the line, cut on both sides where it is long, and below it a caret under what is meant.
std::optional<std::size_t> OffsetOf(std::string_view picture, std::string_view ran) {
  constexpr std::string_view kLine = "LINE ";
  constexpr std::string_view kCut = "...";
  std::uint64_t line = 0;
  const char* const end = picture.data() + picture.size();
  const auto [after, error] = std::from_chars(picture.data() + kLine.size(), end, line);
  if (error != std::errc{} || end - after < 2) return std::nullopt;
  const auto prefix = static_cast<std::size_t>(after - picture.data()) + 2;  // ": "
  const std::size_t row_end = picture.find('\n');
  const std::size_t caret = row_end == std::string_view::npos ? row_end : picture.find('^', row_end);
  const auto begin = LineBegin(ran, line);
  if (caret == std::string_view::npos || row_end < prefix || !begin) return std::nullopt;
  std::string_view shown = picture.substr(prefix, row_end - prefix);
  std::size_t characters = caret - row_end - 1;
  if (characters < prefix) return std::nullopt;
  characters -= prefix;
  if (shown.starts_with(kCut)) {
    shown.remove_prefix(kCut.size());
    if (characters < kCut.size()) return std::nullopt;
    characters -= kCut.size();
  }
  if (shown.ends_with(kCut)) shown.remove_suffix(kCut.size());
  const std::string_view whole = ran.substr(*begin, std::min(ran.find('\n', *begin), ran.size()) - *begin);
  const std::size_t found = whole.find(shown);
  if (found == std::string_view::npos) return std::nullopt;
  return *begin + found + BytesOf(shown, characters);
}

}  // namespace

TextPlace PlaceAt(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  TextPlace place;
  place.line += static_cast<std::uint64_t>(std::ranges::count(before, '\n'));
  const std::size_t line = before.rfind('\n');
  const std::string_view row = line == std::string_view::npos ? before : before.substr(line + 1);
  place.column += static_cast<std::uint64_t>(std::ranges::count_if(row, BeginsCharacter));
  return place;
}

Error AtOffset(Error error, std::string_view text, std::optional<std::size_t> offset) {
  if (!offset) return std::move(error).Field("query");
  const TextPlace place = PlaceAt(text, *offset);
  return std::move(error).At("query", place.line, place.column).Field("query");
}

StoreMessage ReadMessage(std::string_view message, std::string_view ran) {
  StoreMessage read;
  const std::size_t picture = message.find("\nLINE ");
  if (picture != std::string_view::npos) {
    read.offset = OffsetOf(message.substr(picture + 1), ran);
    message = message.substr(0, picture);
  }
  message = WithoutKind(message);
  while (message.ends_with('\n')) message.remove_suffix(1);
  read.text = message;
  return read;
}

}  // namespace weir::explore
