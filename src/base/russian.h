// Says in Russian what the program refuses, advises or warns of: by catalog/words/refusals.ru.toml, where each English
// pattern of the sources has its Russian one. A pattern that is not there is said in English. Costs a look-up in a
// table that is read at its first use; all functions are safe from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/phrase.h"

namespace weir {

// The Russian pattern; empty if there is none.
std::string_view RussianPattern(std::string_view pattern);

std::string InRussian(const Phrase& phrase);

enum class Language : std::uint8_t { kEnglish, kRussian };

// "ru" is Russian, all else English.
inline Language LanguageNamed(std::string_view code) { return code == "ru" ? Language::kRussian : Language::kEnglish; }

inline std::string SayIn(Language language, const Phrase& phrase) {
  return language == Language::kRussian ? InRussian(phrase) : phrase.text;
}

}  // namespace weir
