// The vocabulary that names of people are read with: titles, particles, endings. For person_name.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::identity {

// All of these take a folded word.
bool IsTitle(std::string_view word);               // "dr", "frau"
bool IsSuffix(std::string_view word);              // "jr", "phd"
bool IsGeneration(std::string_view word);          // of the suffixes those that part father and son
bool IsParticle(std::string_view word);            // "van", "al", "bin"
bool IsSonOf(std::string_view word);               // of the particles those whose sides cannot be exchanged
bool IsPatronymic(std::string_view word);          // "ivanovich", "ivanovna"
bool IsPatronymicParticle(std::string_view word);  // "ogly"
bool IsSlavicFamilyName(std::string_view word);

bool HasCyrillic(std::string_view text);

// Which scripts that need another comparison a name holds.
struct Scripts {
  bool has_characters = false;  // Chinese, Korean
  bool is_vowelless = false;    // Arabic, Hebrew
};
Scripts ScriptsOf(std::string_view text);

// The folded form (fold.h), but apostrophes are part of a word (O'Brien, Il'ya, Qa'ida), and a digit beside letters is
// the letter that it looks like (Ig0r). Only the first 512 bytes are read.
std::string FoldPersonName(std::string_view text);

// The first kMostWords words, cut at kLongestWord. "Abd al-Aziz", "Abdel Aziz" and "Abdoul Aziz" are "Abdul Aziz".
std::vector<std::string> PersonWords(std::string_view folded);

}  // namespace weir::identity
