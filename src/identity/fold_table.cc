#include "identity/fold_table.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include "base/latin.h"
#include "base/result.h"
#include "base/text.h"

namespace weir::identity {
namespace {

struct Letter {
  char16_t letter;
  std::string_view latin;
};

// Lower case without accents, beside what decomposes into it. й and ё are letters of their own.
constexpr auto kScheme = std::to_array<Letter>({
    // Latin that has no decomposition
    {u'ø', "o"},
    {u'ł', "l"},
    {u'đ', "d"},
    {u'ð', "d"},
    {u'þ', "th"},
    {u'ı', "i"},
    {u'æ', "ae"},
    {u'œ', "oe"},
    {u'ħ', "h"},
    {u'ŋ', "ng"},
    {u'ə', "a"},
    {u'ǝ', "a"},
    {u'ĸ', "k"},
    // Cyrillic
    {u'а', "a"},
    {u'б', "b"},
    {u'в', "v"},
    {u'г', "g"},
    {u'д', "d"},
    {u'е', "e"},
    {u'ё', "e"},
    {u'ж', "zh"},
    {u'з', "z"},
    {u'и', "i"},
    {u'й', "y"},
    {u'к', "k"},
    {u'л', "l"},
    {u'м', "m"},
    {u'н', "n"},
    {u'о', "o"},
    {u'п', "p"},
    {u'р', "r"},
    {u'с', "s"},
    {u'т', "t"},
    {u'у', "u"},
    {u'ф', "f"},
    {u'х', "kh"},
    {u'ц', "ts"},
    {u'ч', "ch"},
    {u'ш', "sh"},
    {u'щ', "shch"},
    {u'ъ', ""},
    {u'ы', "y"},
    {u'ь', ""},
    {u'э', "e"},
    {u'ю', "yu"},
    {u'я', "ya"},
    {u'є', "ye"},
    {u'і', "i"},
    {u'ї', "yi"},
    {u'ґ', "g"},
    {u'ў', "u"},
    {u'ђ', "dj"},
    {u'ј', "j"},
    {u'љ', "lj"},
    {u'њ', "nj"},
    {u'ћ', "c"},
    {u'џ', "dz"},
    {u'ѓ', "gj"},
    {u'ќ', "kj"},
    {u'ѕ', "dz"},
    {u'ѣ', "e"},
    {u'ѳ', "f"},
    {u'ѵ', "i"},
    {u'ғ', "g"},
    {u'ҕ', "g"},
    {u'қ', "k"},
    {u'ҝ', "k"},
    {u'ҡ', "k"},
    {u'ң', "n"},
    {u'ҥ', "n"},
    {u'ө', "o"},
    {u'ү', "u"},
    {u'ұ', "u"},
    {u'ә', "a"},
    {u'һ', "h"},
    {u'ҳ', "h"},
    {u'җ', "j"},
    {u'ҷ', "j"},
    {u'ҙ', "z"},
    {u'ҫ', "s"},
    {u'ӏ', ""},
    // Greek
    {u'α', "a"},
    {u'β', "v"},
    {u'γ', "g"},
    {u'δ', "d"},
    {u'ε', "e"},
    {u'ζ', "z"},
    {u'η', "i"},
    {u'θ', "th"},
    {u'ι', "i"},
    {u'κ', "k"},
    {u'λ', "l"},
    {u'μ', "m"},
    {u'ν', "n"},
    {u'ξ', "x"},
    {u'ο', "o"},
    {u'π', "p"},
    {u'ρ', "r"},
    {u'σ', "s"},
    {u'τ', "t"},
    {u'υ', "y"},
    {u'φ', "f"},
    {u'χ', "ch"},
    {u'ψ', "ps"},
    {u'ω', "o"},
});

constexpr std::u16string_view kContextLetters = u"ъυύγπτ";

std::string TextOf(char32_t character) {
  std::string text;
  icu::UnicodeString(static_cast<UChar32>(character)).toUTF8String(text);
  return text;
}

}  // namespace

bool IsMark(char32_t character) {
  const auto type = u_charType(static_cast<UChar32>(character));
  return type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK || type == U_ENCLOSING_MARK;
}

char32_t NextCharacter(std::string_view text, std::size_t& at) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  auto index = static_cast<std::int32_t>(at);
  UChar32 character = 0;
  U8_NEXT_OR_FFFD(bytes, index, static_cast<std::int32_t>(text.size()), character);
  at = static_cast<std::size_t>(index);
  return static_cast<char32_t>(character);
}

const FoldTable& FoldTable::Get() {
  static const FoldTable kTable;
  return kTable;
}

FoldTable::FoldTable() {
  for (const Letter& letter : kScheme) {
    entries_.at(letter.letter).Set(letter.latin);
    if (letter.letter >= kFirstGreek) entries_.at(letter.letter).letter = letter.letter;
  }
  ForEach([&](char32_t character, FoldEntry& entry) { Fill(character, entry); });
  for (const char16_t letter : kContextLetters) {
    entries_.at(letter).letter = letter;
    entries_.at(letter).kind = FoldKind::kContext;
  }
  // Capitals take part in contexts as their small letters do.
  ForEach([&](char32_t character, FoldEntry& entry) {
    if (entry.kind == FoldKind::kMark) return;
    const std::string folded = FoldCase(TextOf(character));
    std::size_t at = 0;
    const char32_t small = folded.empty() ? 0 : NextCharacter(folded, at);
    if (at != folded.size() || small >= kEndOfLow || entries_.at(small).letter == 0) return;
    entry.letter = entries_.at(small).letter;
    entry.kind = entries_.at(small).kind;
  });
}

void FoldTable::Fill(char32_t character, FoldEntry& entry) {
  if (entry.kind != FoldKind::kUnknown) return;
  if (IsMark(character)) {
    entry.kind = FoldKind::kMark;
    return;
  }
  const std::string folded = FoldCase(TextOf(character));
  // What vanishes (a soft hyphen) would stand between letters of a context.
  if (folded.empty()) return;
  std::string text;
  for (std::size_t at = 0; at < folded.size();) {
    const std::optional<std::string> latin = LatinOf(NextCharacter(folded, at));
    if (!latin) return;
    text += *latin;
  }
  if (text.size() <= entry.text.size()) entry.Set(text);
}

std::optional<std::string> FoldTable::LatinOf(char32_t character) const {
  if (character < 0x80) {
    return std::string(1, u_isalnum(static_cast<UChar32>(character)) != 0 ? static_cast<char>(character) : ' ');
  }
  if (IsMark(character)) return "";
  if (character < kEndOfLow && entries_[character].kind == FoldKind::kText) {
    return std::string(entries_[character].text.data(), entries_[character].size);
  }
  if (u_isalnum(static_cast<UChar32>(character)) == 0) return " ";
  // The letter beneath its marks.
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* parts = icu::Normalizer2::getNFKDInstance(status);
  WEIR_CHECK(U_SUCCESS(status));
  icu::UnicodeString pieces;
  if (parts->getDecomposition(static_cast<UChar32>(character), pieces) != 0) {
    std::string text;
    for (std::int32_t at = 0; at < pieces.length(); at = pieces.moveIndex32(at, 1)) {
      const std::optional<std::string> piece = LatinOf(static_cast<char32_t>(pieces.char32At(at)));
      if (!piece) return std::nullopt;
      text += *piece;
    }
    return text;
  }
  UErrorCode script_status = U_ZERO_ERROR;
  if (uscript_getScript(static_cast<UChar32>(character), &script_status) != USCRIPT_LATIN) return std::nullopt;
  std::string latin = LatinByIcu(TextOf(character));
  return IsAscii(latin) ? std::optional(std::move(latin)) : std::nullopt;
}

}  // namespace weir::identity
