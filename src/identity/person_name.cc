#include "identity/person_name.h"

#include <algorithm>
#include <optional>
#include <span>

#include <unicode/uscript.h>

#include "base/text.h"
#include "identity/fold.h"
#include "identity/fold_table.h"
#include "identity/person_words.h"

namespace weir::identity {
namespace {

using Words = std::vector<std::string>;

std::string Join(std::span<const std::string> words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text.push_back(' ');
    text += word;
  }
  return text;
}

void TakeTitlesAndSuffixes(Words& words, PersonName& name) {
  std::size_t begin = 0;
  while (begin + 1 < words.size() && IsTitle(words[begin])) ++begin;
  std::size_t end = words.size();
  while (end > begin + 1 && (IsSuffix(words[end - 1]) || (IsTitle(words[end - 1]) && words[end - 1] != "sr"))) --end;
  name.title = Join(std::span(words).first(begin));
  name.suffix = Join(std::span(words).subspan(end));
  words.erase(words.begin() + static_cast<std::ptrdiff_t>(end), words.end());
  words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(begin));
}

bool AreInitials(std::span<const std::string> words) {
  return !words.empty() && std::ranges::all_of(words, [](const std::string& word) { return word.size() == 1; });
}

void SetGiven(std::span<const std::string> words, PersonName& name) {
  if (words.empty()) return;
  name.given = words.front();
  name.middle = Join(words.subspan(1));
  name.has_patronymic = std::ranges::any_of(
      words.subspan(1), [](const std::string& word) { return IsPatronymic(word) || IsPatronymicParticle(word); });
}

// The place of the patronymic among three words or more; it is never the first.
std::optional<std::size_t> FindPatronymic(std::span<const std::string> words) {
  if (words.size() < 3) return std::nullopt;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (IsPatronymic(words[i])) return i;
    if (i >= 2 && IsPatronymicParticle(words[i])) return i;
  }
  return std::nullopt;
}

void SetInOrder(std::span<const std::string> words, bool is_cyrillic, PersonName& name) {
  if (words.empty()) return;
  const std::size_t count = words.size();
  if (count == 1) {
    name.family = words.front();
    return;
  }
  if (const auto at = FindPatronymic(words)) {
    // "Given Patronymic Family" or "Family Given Patronymic".
    if (*at + 1 < count) {
      SetGiven(words.first(*at + 1), name);
      name.family = Join(words.subspan(*at + 1));
    } else {
      name.family = words.front();
      SetGiven(words.subspan(1), name);
    }
    return;
  }
  const bool is_family_first =
      (words.front().size() > 1 && AreInitials(words.subspan(1))) ||
      (is_cyrillic && count == 2 && IsSlavicFamilyName(words[0]) && !IsSlavicFamilyName(words[1]));
  if (is_family_first) {
    name.family = words.front();
    SetGiven(words.subspan(1), name);
    return;
  }
  std::size_t family = count - 1;
  for (std::size_t i = 1; i + 1 < count; ++i) {
    if (!IsParticle(words[i])) continue;
    family = i;
    break;
  }
  SetGiven(words.first(family), name);
  name.family = Join(words.subspan(family));
}

// A name of a few Chinese or Korean characters without a blank: the first is the family name.
bool SetFromCharacters(std::string_view full, PersonName& name) {
  constexpr std::size_t kMostCharacters = 4;
  const std::string_view trimmed = TrimBlanks(full);
  std::size_t first_end = 0;
  std::size_t count = 0;
  for (std::size_t at = 0; at < trimmed.size(); ++count) {
    const char32_t character = NextCharacter(trimmed, at);
    if (count == 0) first_end = at;
    UErrorCode status = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(static_cast<UChar32>(character), &status);
    if (script != USCRIPT_HAN && script != USCRIPT_HANGUL) return false;
  }
  if (count < 2 || count > kMostCharacters) return false;
  name.family = FoldText(trimmed.substr(0, first_end));
  name.given = FoldText(trimmed.substr(first_end));
  std::erase(name.given, ' ');
  return true;
}

}  // namespace

PersonName ParsePersonName(std::string_view full) {
  PersonName name;
  if (ScriptsOf(full).has_characters && SetFromCharacters(full, name)) return name;
  const std::size_t comma = full.find(',');
  if (comma != std::string_view::npos) {
    Words family = PersonWords(FoldPersonName(full.substr(0, comma)));
    Words rest = PersonWords(FoldPersonName(full.substr(comma + 1)));
    const bool is_suffix = std::ranges::all_of(rest, IsSuffix);
    if (!family.empty() && !rest.empty() && !is_suffix) {
      TakeTitlesAndSuffixes(rest, name);
      const Words& given = rest;
      SetGiven(given, name);
      name.family = Join(family);
      return name;
    }
    if (is_suffix) {
      TakeTitlesAndSuffixes(family, name);
      const std::string suffix = Join(rest);
      name.suffix += (name.suffix.empty() || suffix.empty() ? "" : " ") + suffix;
      SetInOrder(family, HasCyrillic(full), name);
      return name;
    }
  }
  Words words = PersonWords(FoldPersonName(full));
  TakeTitlesAndSuffixes(words, name);
  SetInOrder(words, HasCyrillic(full), name);
  return name;
}

PersonName ParsePersonName(std::string_view given, std::string_view middle, std::string_view family) {
  PersonName name;
  Words first = PersonWords(FoldPersonName(given));
  TakeTitlesAndSuffixes(first, name);
  const std::string title = name.title;
  Words second = PersonWords(FoldPersonName(middle));
  first.insert(first.end(), second.begin(), second.end());
  SetGiven(first, name);
  Words last = PersonWords(FoldPersonName(family));
  TakeTitlesAndSuffixes(last, name);
  name.title = title;
  name.family = Join(last);
  return name;
}

}  // namespace weir::identity
