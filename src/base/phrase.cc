#include "base/phrase.h"

#include <algorithm>
#include <charconv>

namespace weir {

Phrase ComposePhrase(std::string_view pattern, fmt::format_args arguments, std::span<const Phrase* const> nested) {
  Phrase phrase{.pattern = pattern};
  phrase.arguments.resize(nested.size());
  std::size_t next = 0;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const char c = pattern[at];
    if (c != '{' && c != '}') {
      phrase.text += c;
      continue;
    }
    if (pattern[at + 1] == c) {
      phrase.text += pattern[++at];
      continue;
    }
    const std::size_t close = pattern.find('}', at);
    const std::string_view field = pattern.substr(at + 1, close - at - 1);
    const std::size_t colon = std::min(field.find(':'), field.size());
    std::size_t number = 0;
    if (colon == 0) {
      number = next++;
    } else {
      const std::string_view digits = field.substr(0, colon);
      std::from_chars(digits.data(), digits.data() + digits.size(), number);
    }
    const std::string piece = fmt::vformat(fmt::format("{{{}{}}}", number, field.substr(colon)), arguments);
    phrase.text += piece;
    phrase.arguments.at(number) = nested[number] != nullptr ? *nested[number] : AsIs(piece);
    at = close;
  }
  return phrase;
}

void Extend(Phrase& phrase, const Phrase& more) {
  phrase = phrase.text.empty() ? more : MakePhrase("{}{}", phrase, more);
}

Phrase AsIs(std::string text) { return {.text = std::move(text)}; }

Phrase InBoth(std::string english, std::string russian) {
  return {.text = std::move(english), .russian = std::move(russian)};
}

}  // namespace weir
