// The words of two names laid beside each other: which word of one is which of the other, and how it differs.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::identity {

// Of a name only so many words are compared, of a word so many letters.
inline constexpr std::size_t kMostWords = 16;
inline constexpr std::size_t kLongestWord = 64;

struct NameWord {
  std::string text;                      // folded (fold.h), one word
  std::string key;                       // TransliterationKey
  std::string consonants;                // ConsonantKey
  std::span<const std::uint16_t> names;  // what it may be a nickname of; empty for companies
  bool is_weak = false;                  // says little: a particle, "the"
  bool is_number = false;                // holds a digit, or is a Roman number

  bool IsInitial() const { return text.size() == 1 && !is_number; }
};

NameWord MakeWord(std::string text);

// How two words are one, the strongest last.
enum class WordMatch : std::uint8_t {
  kNone,
  kMisspelt,  // a few letters differ
  kGender,    // Иванов, Иванова
  kInitial,   // the first letter alone
  kNickname,
  kSpelling,  // another writing of the same sounds
  kJoined,    // the same letters, parted elsewhere
  kExact,
};

struct MatchedWord {
  WordMatch match = WordMatch::kNone;
  std::uint8_t other = 0;  // the first word of the other name that it is
  std::uint8_t edits = 0;
};

struct Alignment {
  std::vector<MatchedWord> a;  // by word
  std::vector<MatchedWord> b;
  int edits = 0;
};

struct AlignRules {
  bool with_initials = true;
  bool with_gender = true;
  bool by_consonants = false;  // one of the two came from a script without vowels
};

// Each word is taken once, the best matches first. Symmetric. Cost: product of the numbers of words.
Alignment Align(std::span<const NameWord> a, std::span<const NameWord> b, const AlignRules& rules);

}  // namespace weir::identity
