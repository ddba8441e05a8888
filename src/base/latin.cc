#include "base/latin.h"

#include <unicode/translit.h>
#include <unicode/unistr.h>

#include "base/result.h"
#include "base/text.h"

namespace weir {
namespace {

const icu::Transliterator& ToLatin() {
  static const icu::Transliterator* const kRules = [] {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Transliterator* made =
        icu::Transliterator::createInstance("Any-Latin; Latin-ASCII; Lower", UTRANS_FORWARD, status);
    WEIR_CHECK(U_SUCCESS(status));
    return made;
  }();
  return *kRules;
}

}  // namespace

std::string LatinByIcu(std::string_view text) {
  icu::UnicodeString characters =
      icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
  ToLatin().transliterate(characters);
  std::string latin;
  characters.toUTF8String(latin);
  return latin;
}

std::string LatinKey(std::string_view name) {
  std::string latin = NameKey(name);
  if (!IsAscii(latin)) latin = LatinByIcu(latin);
  std::string key;
  for (const char c : latin) {
    const bool is_of_word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    const bool divides_words = c == ' ' && !key.empty() && key.back() != ' ';
    if (is_of_word || divides_words) key.push_back(c);
  }
  return key;
}

}  // namespace weir
