// A sentence for people that can be said in another language: the pattern as it stands in the source, what fills it,
// and the finished English. base/russian.h says it in Russian by the catalogue catalog/words/refusals.ru.toml.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace weir {

struct Phrase {
  std::string text = {};               // in English
  std::string_view pattern = {};       // a literal; empty: nothing but the text is known
  std::vector<Phrase> arguments = {};  // by their number in the pattern
  std::string russian = {};            // of a text that came in both languages
};

}  // namespace weir

// Within another phrase it stands in English, and its pattern goes along.
template <>
struct fmt::formatter<weir::Phrase> : fmt::formatter<std::string_view> {
  template <typename Context>
  auto format(const weir::Phrase& phrase, Context& context) const {
    return fmt::formatter<std::string_view>::format(phrase.text, context);
  }
};

namespace weir {

// `nested` has a place for each argument: the phrase that it is, or null. Written once for all types of arguments.
Phrase ComposePhrase(std::string_view pattern, fmt::format_args arguments, std::span<const Phrase* const> nested);

namespace phrase_detail {
inline const Phrase* PhraseIn(const Phrase& phrase) { return &phrase; }
template <typename T>
const Phrase* PhraseIn(const T&) {
  return nullptr;
}
}  // namespace phrase_detail

// MakePhrase("Did you mean '{}'?", name). Arguments that are phrases are translated with it.
template <typename... Args>
Phrase MakePhrase(fmt::format_string<Args...> format, Args&&... args) {
  const fmt::string_view pattern = format;
  const std::array<const Phrase*, sizeof...(Args)> nested{phrase_detail::PhraseIn(args)...};
  return ComposePhrase({pattern.data(), pattern.size()}, fmt::make_format_args(args...), nested);
}

// Says `more` right after `phrase`.
void Extend(Phrase& phrase, const Phrase& more);

// A text that has no pattern of ours: said as it is in every language.
Phrase AsIs(std::string text);

// A text that came in both languages.
Phrase InBoth(std::string english, std::string russian);

}  // namespace weir
