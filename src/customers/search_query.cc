#include "customers/search_query.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"

namespace weir::customers {
namespace {

constexpr std::size_t kMaxTokens = 8;
constexpr std::size_t kLeastDialled = 5;  // digits
constexpr std::size_t kMaxLength = 200;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
// Bytes beyond ASCII belong to letters; the store decides about the rest.
bool IsWordByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::vector<std::string> SplitAt(std::string_view text, bool (*is_inside)(char)) {
  std::vector<std::string> parts;
  std::string part;
  for (const char c : text) {
    if (is_inside(c)) {
      part += c;
    } else if (!part.empty()) {
      parts.push_back(std::exchange(part, {}));
    }
  }
  if (!part.empty()) parts.push_back(std::move(part));
  return parts;
}

// The digits of a query that is a telephone number and nothing else; empty if it is not.
std::string Dialled(std::string_view text) {
  constexpr std::string_view kPunctuation = "+-() ./";
  std::string digits;
  for (const char c : text) {
    if (IsDigit(c)) {
      digits += c;
    } else if (kPunctuation.find(c) == std::string_view::npos) {
      return {};
    }
  }
  const bool has_punctuation = digits.size() < text.size();
  if (digits.size() < kLeastDialled || !has_punctuation) return {};
  // Inside Russia 8 stands for the country's 7.
  if (digits.size() == 11 && digits.front() == '8') digits.front() = '7';
  return digits;
}

struct Key {
  std::string_view latin;
  std::string_view cyrillic;
};
constexpr std::array<Key, 33> kKeys{{{"q", "й"}, {"w", "ц"}, {"e", "у"}, {"r", "к"}, {"t", "е"}, {"y", "н"}, {"u", "г"},
                                     {"i", "ш"}, {"o", "щ"}, {"p", "з"}, {"[", "х"}, {"]", "ъ"}, {"a", "ф"}, {"s", "ы"},
                                     {"d", "в"}, {"f", "а"}, {"g", "п"}, {"h", "р"}, {"j", "о"}, {"k", "л"}, {"l", "д"},
                                     {";", "ж"}, {"'", "э"}, {"z", "я"}, {"x", "ч"}, {"c", "с"}, {"v", "м"}, {"b", "и"},
                                     {"n", "т"}, {"m", "ь"}, {",", "б"}, {".", "ю"}, {"`", "ё"}}};

std::string Replaced(std::string_view text, bool to_cyrillic) {
  std::string replaced;
  while (!text.empty()) {
    const auto found = std::ranges::find_if(
        kKeys, [&](const Key& key) { return text.starts_with(to_cyrillic ? key.latin : key.cyrillic); });
    if (found == kKeys.end()) {
      replaced += text.front();
      text.remove_prefix(1);
      continue;
    }
    replaced += to_cyrillic ? found->cyrillic : found->latin;
    text.remove_prefix((to_cyrillic ? found->latin : found->cyrillic).size());
  }
  return replaced;
}

}  // namespace

SearchQuery ParseSearch(std::string_view text) {
  std::string kept(text.substr(0, kMaxLength));
  while (!IsValidUtf8(kept)) kept.pop_back();
  SearchQuery query;
  if (const std::string digits = Dialled(TrimBlanks(kept)); !digits.empty()) {
    query.tokens.push_back({.whole = digits});
    return query;
  }
  const std::string blanks_folded = FoldBlanks(kept);
  for (std::string& token : SplitAt(blanks_folded, [](char c) { return c != ' '; })) {
    if (query.tokens.size() == kMaxTokens) break;
    if (const std::size_t colon = token.find(':'); colon != std::string::npos && colon + 1 < token.size()) {
      token = token.substr(token.rfind(':') + 1);
    }
    std::vector<std::string> parts = SplitAt(token, &IsWordByte);
    if (parts.empty()) continue;
    if (parts.size() == 1) parts.clear();
    query.tokens.push_back({.whole = std::move(token), .parts = std::move(parts)});
  }
  return query;
}

std::string OnOtherLayout(std::string_view text) {
  const std::string folded = FoldCase(text);
  std::string other = Replaced(folded, IsAscii(folded));
  return other == folded ? std::string() : other;
}

}  // namespace weir::customers
