// The table behind FoldText (fold.h, which states the scheme): what each character of Latin, Greek, Cyrillic and of
// punctuation becomes. Made once, at the first use, in some 10 ms.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::identity {

inline constexpr char16_t kFirstGreek = 0x370;
inline constexpr char16_t kFirstCyrillic = 0x400;

enum class FoldKind : std::uint8_t {
  kUnknown,  // for the slow way
  kText,     // becomes `text`, which may be empty and may hold blanks
  kContext,  // a letter whose sound depends on its neighbours; `text` where they do not matter
  kMark,     // a combining mark: may compose with what stands before it
};

struct FoldEntry {
  std::array<char, 8> text{};
  std::uint8_t size = 0;
  FoldKind kind = FoldKind::kUnknown;
  char16_t letter = 0;  // in the case of folded text, for the context

  void Set(std::string_view value) {
    size = static_cast<std::uint8_t>(std::min(value.size(), text.size()));
    for (std::size_t i = 0; i < size; ++i) text.at(i) = value[i];
    kind = FoldKind::kText;
  }
};

// General category M of Unicode.
bool IsMark(char32_t character);
// Reads one character and steps over it; an ill-formed byte gives U+FFFD.
char32_t NextCharacter(std::string_view text, std::size_t& at);

class FoldTable {
 public:
  static const FoldTable& Get();

  const FoldEntry& Of(char32_t character) const {
    if (character < kEndOfLow) return entries_[character];
    if (character >= kBeginOfHigh && character < kEndOfHigh) return entries_[character - kBeginOfHigh + kEndOfLow];
    return kNone;
  }

 private:
  static constexpr char32_t kEndOfLow = 0x530;
  static constexpr char32_t kBeginOfHigh = 0x1E00;  // Latin and Greek with two marks, punctuation
  static constexpr char32_t kEndOfHigh = 0x2070;
  static constexpr FoldEntry kNone{};

  FoldTable();

  template <typename Visit>
  void ForEach(Visit visit) {
    for (char32_t character = 0; character < kEndOfLow; ++character) visit(character, entries_.at(character));
    for (char32_t character = kBeginOfHigh; character < kEndOfHigh; ++character) {
      visit(character, entries_.at(character - kBeginOfHigh + kEndOfLow));
    }
  }
  void Fill(char32_t character, FoldEntry& entry);
  // Of one character of folded text; nothing if it is a letter that only the slow way knows.
  std::optional<std::string> LatinOf(char32_t character) const;

  std::array<FoldEntry, kEndOfLow + (kEndOfHigh - kBeginOfHigh)> entries_{};
};

}  // namespace weir::identity
