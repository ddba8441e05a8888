#include "identity/company_words.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#include "identity/catalog_rows.h"
#include "identity/fold.h"
#include "identity/name_words.h"

namespace weir::identity {
namespace {

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }

bool IsInk(char c) {
  return IsUpper(c) || IsLower(c) || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

// Where a character of a word ends that begins at `at`.
std::size_t CharacterEnd(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  return at;
}

// Whether the dot stands between two letters that stand alone: A.B., o.o.o.
bool JoinsLetters(std::string_view name, std::size_t dot) {
  if (dot == 0 || dot + 1 >= name.size()) return false;
  std::size_t begin = dot - 1;
  while (begin > 0 && (static_cast<unsigned char>(name[begin]) & 0xC0U) == 0x80U) --begin;
  if (!IsInk(name[begin]) || (begin > 0 && IsInk(name[begin - 1]))) return false;
  if (!IsInk(name[dot + 1])) return false;
  const std::size_t end = CharacterEnd(name, dot + 1);
  return end == name.size() || !IsInk(name[end]);
}

// Without apostrophes, '&' as a word, and with a blank between a small letter and two or more capitals that end a word.
std::string Plain(std::string_view name) {
  static constexpr auto kApostrophes = std::to_array<std::string_view>({"’", "‘", "ʼ", "ʻ", "´", "′", "‛"});
  std::string plain;
  plain.reserve(name.size());
  for (std::size_t at = 0; at < name.size();) {
    const char c = name[at];
    if (c == '&' || c == '+') {
      plain += " and ";
      ++at;
      continue;
    }
    if (c == '\'' || c == '`') {
      ++at;
      continue;
    }
    const auto apostrophe = std::ranges::find_if(
        kApostrophes, [&](std::string_view one) { return c == one.front() && name.substr(at).starts_with(one); });
    if (apostrophe != kApostrophes.end()) {
      at += apostrophe->size();
      continue;
    }
    if (c == '.' && JoinsLetters(name, at)) {
      ++at;
      continue;
    }
    if (at > 0 && IsUpper(c) && IsLower(name[at - 1])) {
      std::size_t end = at;
      while (end < name.size() && IsUpper(name[end])) ++end;
      const bool ends_word = end == name.size() || !IsLower(name[end]);
      if (ends_word && end - at >= 2) plain.push_back(' ');
    }
    plain.push_back(c);
    ++at;
  }
  return plain;
}

struct Written {
  std::string_view word;
  std::string_view full;
};

std::optional<std::string_view> FullOf(std::string_view word) {
  static constexpr auto kAbbreviations = std::to_array<Written>({{"intl", "international"},
                                                                 {"internat", "international"},
                                                                 {"natl", "national"},
                                                                 {"bros", "brothers"},
                                                                 {"mfg", "manufacturing"},
                                                                 {"svcs", "services"},
                                                                 {"svc", "service"},
                                                                 {"assoc", "association"},
                                                                 {"assn", "association"},
                                                                 {"dept", "department"},
                                                                 {"univ", "university"},
                                                                 {"govt", "government"},
                                                                 {"inst", "institute"},
                                                                 {"mgmt", "management"},
                                                                 {"tech", "technology"},
                                                                 {"ind", "industries"},
                                                                 {"sys", "systems"},
                                                                 {"ctr", "center"},
                                                                 {"centre", "center"},
                                                                 {"labour", "labor"},
                                                                 {"grp", "group"},
                                                                 {"gruppe", "group"},
                                                                 {"groupe", "group"},
                                                                 {"gruppo", "group"},
                                                                 {"grupo", "group"},
                                                                 {"gruppa", "group"},
                                                                 {"kholding", "holding"},
                                                                 {"holdings", "holding"},
                                                                 {"hldg", "holding"},
                                                                 {"hldgs", "holding"},
                                                                 {"und", "and"},
                                                                 {"et", "and"},
                                                                 {"first", "1"},
                                                                 {"1st", "1"},
                                                                 {"second", "2"},
                                                                 {"2nd", "2"},
                                                                 {"third", "3"},
                                                                 {"3rd", "3"},
                                                                 {"one", "1"},
                                                                 {"two", "2"},
                                                                 {"three", "3"},
                                                                 {"four", "4"},
                                                                 {"five", "5"},
                                                                 {"six", "6"},
                                                                 {"seven", "7"},
                                                                 {"eight", "8"},
                                                                 {"nine", "9"},
                                                                 {"ten", "10"},
                                                                 {"twenty", "20"},
                                                                 {"thirty", "30"},
                                                                 {"forty", "40"},
                                                                 {"fourty", "40"},
                                                                 {"fifty", "50"},
                                                                 {"sixty", "60"},
                                                                 {"seventy", "70"},
                                                                 {"eighty", "80"},
                                                                 {"ninety", "90"}});
  const auto found = std::ranges::find(kAbbreviations, word, &Written::word);
  return found == kAbbreviations.end() ? std::nullopt : std::optional(found->full);
}

std::optional<std::string_view> CountryOf(std::string_view word) {
  if (word == "us" || word == "usa") return "states";
  if (word == "uk") return "kingdom";
  return std::nullopt;
}

// Of ii to xxxix; single letters are numbers only at the end of a name, which the caller knows.
std::optional<int> RomanNumber(std::string_view word) {
  int value = 0;
  std::string_view rest = word;
  while (rest.starts_with('x') && value < 30) {
    value += 10;
    rest.remove_prefix(1);
  }
  static constexpr auto kUnits =
      std::to_array<std::string_view>({"", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"});
  const auto unit = std::ranges::find(kUnits, rest);
  if (word.empty() || unit == kUnits.end()) return std::nullopt;
  return value + static_cast<int>(unit - kUnits.begin());
}

// Whether the letters of a word stand side by side in a text, as capitals or not: "ii" is not in "И.И.".
bool Holds(std::string_view text, std::string_view word) {
  const auto is_same = [](char a, char b) { return a == b || (IsUpper(a) && a + ('a' - 'A') == b); };
  return !std::ranges::search(text, word, is_same).empty();
}

bool IsDigits(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::vector<std::string> CompanyWords(std::string_view name) {
  constexpr std::size_t kLongestName = 1024;  // bytes
  const std::string folded = FoldText(Plain(name.substr(0, kLongestName)));
  std::vector<std::string> words;
  for (const std::string_view word : Pieces(folded, ' ')) {
    if (words.size() == kMostWords) break;
    words.emplace_back(word.substr(0, kLongestWord));
  }
  return words;
}

void WriteOut(std::string_view name, std::vector<std::string>& words) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string word = std::move(words[i]);
    const bool is_last = i + 1 == words.size();
    if (const auto country = CountryOf(word)) {
      out.emplace_back("united");
      word = *country;
    } else if (const auto full = FullOf(word)) {
      word = *full;
    } else if (const auto number = RomanNumber(word);
               number && i > 0 && (word.size() > 1 || is_last) && Holds(name, word)) {
      word = std::to_string(*number);
    }
    // Forty four is 44.
    const bool is_unit = word.size() == 1 && IsDigits(word) && word != "0";
    if (is_unit && !out.empty() && out.back().size() == 2 && IsDigits(out.back()) && out.back().back() == '0') {
      out.back().back() = word.front();
      continue;
    }
    out.push_back(std::move(word));
  }
  if (out.size() > kMostWords) out.resize(kMostWords);
  words = std::move(out);
}

bool IsWeakOfCompany(std::string_view word) {
  static constexpr auto kWeak =
      std::to_array<std::string_view>({"the",          "a",           "an",        "and",
                                       "of",           "for",         "in",        "on",
                                       "at",           "by",          "to",        "de",
                                       "du",           "des",         "la",        "le",
                                       "les",          "el",          "los",       "las",
                                       "del",          "della",       "di",        "da",
                                       "do",           "dos",         "y",         "e",
                                       "und",          "der",         "die",       "das",
                                       "fur",          "van",         "von",       "het",
                                       "al",           "i",           "group",     "holding",
                                       "company",      "co",          "companies", "international",
                                       "global",       "worldwide",   "firma",     "kompaniya",
                                       "predpriyatie", "mv",          "mt",        "com",
                                       "www",          "corporation", "corp",      "inc",
                                       "limited",      "ltd",         "trading",   "torgovyy",
                                       "dom"});
  return std::ranges::find(kWeak, word) != kWeak.end();
}

}  // namespace weir::identity
