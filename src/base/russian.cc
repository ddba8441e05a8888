#include "base/russian.h"

#include <algorithm>
#include <charconv>
#include <map>

#include <toml++/toml.h>

#include "base/embedded.h"
#include "base/russian_evidence.h"

namespace weir {
namespace {

using Catalogue = std::map<std::string, std::string, std::less<>>;

// A catalogue that is no TOML is found by the lint and by a test; people still get their English.
Catalogue ReadCatalogue(std::string_view path) {
  Catalogue patterns;
  try {
    const toml::table table = toml::parse(FindEmbedded("catalog", path).value_or(""));
    for (const auto& [english, node] : table) {
      if (const auto* russian = node.as_string()) patterns.emplace(english.str(), russian->get());
    }
  } catch (const toml::parse_error&) {
    return {};
  }
  return patterns;
}

bool HasWords(std::string_view pattern) {
  return std::ranges::any_of(pattern, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

// Placeholders are {} in turn or {N}; how an argument is written was decided when the phrase was made.
std::string Fill(std::string_view pattern, const std::vector<Phrase>& arguments) {
  std::string text;
  std::size_t next = 0;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const char c = pattern[at];
    if (c != '{' && c != '}') {
      text += c;
      continue;
    }
    if (at + 1 < pattern.size() && pattern[at + 1] == c) {
      text += pattern[++at];
      continue;
    }
    const std::size_t close = std::min(pattern.find('}', at), pattern.size());
    const std::string_view field = pattern.substr(at + 1, close - at - 1);
    std::size_t number = next;
    if (const auto read = std::from_chars(field.data(), field.data() + field.size(), number); read.ec != std::errc{}) {
      ++next;
    }
    if (number < arguments.size()) text += InRussian(arguments[number]);
    at = close;
  }
  return text;
}

}  // namespace

std::string_view RussianPattern(std::string_view pattern) {
  static const Catalogue catalogue = ReadCatalogue("words/refusals.ru.toml");
  const auto found = catalogue.find(pattern);
  return found == catalogue.end() ? std::string_view() : std::string_view(found->second);
}

std::string EvidenceInRussian(std::string_view english) {
  static const Catalogue catalogue = ReadCatalogue("words/evidence.ru.toml");
  constexpr std::string_view kKey = "{}";
  const auto whole = catalogue.find(english);
  if (whole != catalogue.end()) return whole->second;
  for (const auto& [pattern, russian] : catalogue) {
    if (!pattern.ends_with(kKey)) continue;
    const std::string_view begins = std::string_view(pattern).substr(0, pattern.size() - kKey.size());
    if (!english.starts_with(begins)) continue;
    return russian.substr(0, russian.size() - kKey.size()) + std::string(english.substr(begins.size()));
  }
  return std::string(english);
}

std::string InRussian(const Phrase& phrase) {
  if (!phrase.russian.empty()) return phrase.russian;
  if (phrase.pattern.empty()) return phrase.text;
  const std::string_view russian = RussianPattern(phrase.pattern);
  if (!russian.empty()) return Fill(russian, phrase.arguments);
  // A pattern of signs only, such as "{}: {}", is the same in every language.
  return HasWords(phrase.pattern) ? phrase.text : Fill(phrase.pattern, phrase.arguments);
}

}  // namespace weir
