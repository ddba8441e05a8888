// Names of people as records write them: their parts, and how much alike two of them are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "identity/name_words.h"

namespace weir::identity {

// All parts in folded form (fold.h), words parted by a blank; empty where there is none.
struct PersonName {
  std::string title;   // "dr", "mr"
  std::string given;   // the first name
  std::string middle;  // further given names, or the patronymic
  std::string family;  // with its particles: "van der berg"
  std::string suffix;  // "jr", "iii", "phd"
  bool has_patronymic = false;

  bool operator==(const PersonName&) const = default;
};

// Reads "Dr. Ann B. Smith-Jones, PhD", "Smith, Ann", "Иванов Иван Иванович", "Иванов И. И.", "Ludwig van Beethoven",
// "习近平". The family name comes last unless a comma, a patronymic, initials after it, endings of Russian family names
// or the script say otherwise. A single word is a family name. Only the first kMostWords words are read.
PersonName ParsePersonName(std::string_view full);

// Of separate columns; a middle name or a patronymic in the column of given names is found.
PersonName ParsePersonName(std::string_view given, std::string_view middle, std::string_view family);

// How two names are one, from the weakest to the strongest. All from kMisspelt up mean that both can be of one person.
enum class PersonNameLevel : std::uint8_t {
  kDifferent,
  kPartial,   // some words are the same, others contradict each other
  kMisspelt,  // a few letters differ
  kLeftOut,   // middle names, a patronymic or a second family name stand in one only
  kGender,    // Иванов, Иванова
  kInitials,
  kNickname,
  kSpelling,  // another transliteration, or blanks elsewhere
  kOrder,     // the same words in another order, or titles beside them
  kExact,     // but for case, accents and punctuation
};
inline constexpr PersonNameLevel kSamePersonName = PersonNameLevel::kMisspelt;

// Says in plain English what the level means: "the same but for a typing error".
std::string_view ReasonOf(PersonNameLevel level);

// A name made ready to be compared often.
struct PreparedPersonName {
  PersonName name;
  std::string folded;             // the whole
  std::string letters;            // of a name in Chinese or Korean characters, which are not compared by their sound
  std::vector<NameWord> words;    // without titles: given, middle, family
  std::uint8_t family_begin = 0;  // the first word of the family name
  bool is_vowelless = false;      // written in Arabic or Hebrew
};
PreparedPersonName Prepare(std::string_view full);
PreparedPersonName Prepare(std::string_view given, std::string_view middle, std::string_view family);

struct PersonNameSimilarity {
  PersonNameLevel level = PersonNameLevel::kDifferent;
  double share = 0;  // 0..1: letters of words that are one in both, of all letters, less those that differ
};

// Symmetric. Two empty names are kDifferent. Cost: a microsecond or two for names that are ready.
PersonNameSimilarity Compare(const PreparedPersonName& a, const PreparedPersonName& b);
PersonNameSimilarity ComparePersonNames(std::string_view a, std::string_view b);

}  // namespace weir::identity
