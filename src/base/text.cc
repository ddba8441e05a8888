#include "base/text.h"

#include <algorithm>
#include <array>
#include <vector>

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

namespace weir {
namespace {

// ICU's normalizers are immutable singletons; getting one fails only without ICU's data, which is linked in.
const icu::Normalizer2& NormalizerOf(const icu::Normalizer2* (*get)(UErrorCode&)) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = get(status);
  WEIR_CHECK(U_SUCCESS(status));
  return *normalizer;
}

std::string Normalised(const icu::Normalizer2& normalizer, std::string_view text) {
  std::string out;
  UErrorCode status = U_ZERO_ERROR;
  icu::StringByteSink<std::string> sink(&out, static_cast<std::int32_t>(text.size()));
  normalizer.normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())), sink, nullptr,
                           status);
  WEIR_CHECK(U_SUCCESS(status));
  return out;
}

// Reads one character; an ill-formed byte gives U+FFFD.
char32_t NextCharacter(std::string_view text, std::size_t& at) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  auto index = static_cast<std::int32_t>(at);
  UChar32 character = 0;
  U8_NEXT_OR_FFFD(bytes, index, static_cast<std::int32_t>(text.size()), character);
  at = static_cast<std::size_t>(index);
  return static_cast<char32_t>(character);
}

char32_t PreviousCharacter(std::string_view text, std::size_t& at) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  auto index = static_cast<std::int32_t>(at);
  UChar32 character = 0;
  U8_PREV_OR_FFFD(bytes, 0, index, character);
  at = static_cast<std::size_t>(index);
  return static_cast<char32_t>(character);
}

void AppendCharacter(std::string& out, char32_t character) {
  std::array<std::uint8_t, 4> bytes{};
  std::int32_t length = 0;
  U8_APPEND_UNSAFE(bytes.data(), length, static_cast<UChar32>(character));
  out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(length));
}

// White space, and the characters without width that editors leave behind.
bool IsBlank(char32_t character) {
  if (character <= 0x20) return true;
  if (character < 0x7F) return false;
  return u_isUWhiteSpace(static_cast<UChar32>(character)) != 0 || character == 0x7F || character == 0x200B ||
         character == 0x200C || character == 0x200D || character == 0x2060 || character == 0xFEFF;
}

bool IsMark(char32_t character) {
  const auto type = u_charType(static_cast<UChar32>(character));
  return type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK || type == U_ENCLOSING_MARK;
}

enum class Kind : std::uint8_t { kOther, kUpper, kLower, kDigit };

Kind KindOf(char32_t character) {
  const auto code = static_cast<UChar32>(character);
  if (u_isUUppercase(code) != 0) return Kind::kUpper;
  if (u_isalpha(code) != 0 || IsMark(character)) return Kind::kLower;
  if (u_isdigit(code) != 0) return Kind::kDigit;
  return Kind::kOther;
}

// A new word begins where lower case or a digit meets a capital ("StageName"), and before the last capital of a run
// that lower case follows ("CRMId").
bool BeginsWord(Kind previous, Kind current, Kind next) {
  if (current != Kind::kUpper) return false;
  if (previous == Kind::kLower || previous == Kind::kDigit) return true;
  return previous == Kind::kUpper && next == Kind::kLower;
}

std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

bool MatchesGlobFrom(std::u32string_view pattern, std::u32string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::u32string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == U'?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (p < pattern.size() && pattern[p] == U'*') {
      star = p++;
      star_text = t;
    } else if (star != std::u32string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == U'*') ++p;
  return p == pattern.size();
}

std::u32string FoldedCharacters(std::string_view text) {
  const std::string folded = FoldCase(text);
  std::u32string characters;
  for (std::size_t at = 0; at < folded.size();) characters.push_back(NextCharacter(folded, at));
  return characters;
}

}  // namespace

bool IsAscii(std::string_view text) {
  // Whole files are looked through: a block at a time is or-ed together, which the compiler does in wide steps.
  constexpr std::size_t kBlock = 256;
  while (text.size() >= kBlock) {
    unsigned char bits = 0;
    for (std::size_t i = 0; i < kBlock; ++i) bits |= static_cast<unsigned char>(text[i]);
    if (bits >= 0x80) return false;
    text.remove_prefix(kBlock);
  }
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::size_t FirstInvalidUtf8(std::string_view text) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const std::size_t size = text.size();
  std::size_t at = 0;
  while (at < size) {
    if (bytes[at] < 0x80) {
      ++at;
      continue;
    }
    // ICU indexes by 32 bits: look at one character through a short window.
    const std::size_t start = at;
    const auto window = static_cast<std::int32_t>(std::min<std::size_t>(4, size - at));
    std::int32_t index = 0;
    UChar32 character = 0;
    U8_NEXT(bytes + start, index, window, character);
    if (character < 0) return start;
    at = start + static_cast<std::size_t>(index);
  }
  return std::string_view::npos;
}

std::string Nfc(std::string_view text) {
  if (IsAscii(text)) return std::string(text);
  return Normalised(NormalizerOf(&icu::Normalizer2::getNFCInstance), text);
}

std::string Nfkc(std::string_view text) {
  if (IsAscii(text)) return std::string(text);
  return Normalised(NormalizerOf(&icu::Normalizer2::getNFKCInstance), text);
}

std::string FoldCase(std::string_view text) {
  if (IsAscii(text)) {
    std::string folded(text);
    std::ranges::transform(folded, folded.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return folded;
  }
  return Normalised(NormalizerOf(&icu::Normalizer2::getNFKCCasefoldInstance), text);
}

std::string_view TrimBlanks(std::string_view text) {
  const auto is_ink = [](char c) { return c > 0x20 && c < 0x7F; };
  if (!text.empty() && is_ink(text.front()) && is_ink(text.back())) return text;
  std::size_t begin = 0;
  while (begin < text.size()) {
    std::size_t next = begin;
    if (!IsBlank(NextCharacter(text, next))) break;
    begin = next;
  }
  std::size_t end = text.size();
  while (end > begin) {
    std::size_t previous = end;
    if (!IsBlank(PreviousCharacter(text, previous))) break;
    end = previous;
  }
  return text.substr(begin, end - begin);
}

std::string FoldBlanks(std::string_view text) {
  const std::string composed = Nfc(text);
  std::string out;
  out.reserve(composed.size());
  bool is_pending = false;
  for (std::size_t at = 0; at < composed.size();) {
    const std::size_t start = at;
    if (IsBlank(NextCharacter(composed, at))) {
      is_pending = !out.empty();
      continue;
    }
    if (is_pending) out.push_back(' ');
    is_pending = false;
    out.append(composed, start, at - start);
  }
  return out;
}

std::string NormaliseHeader(std::string_view header) {
  const std::string composed = Nfkc(header);
  std::u32string characters;
  for (std::size_t at = 0; at < composed.size();) characters.push_back(NextCharacter(composed, at));
  std::string out;
  Kind previous = Kind::kOther;
  bool is_new_word = false;
  for (std::size_t i = 0; i < characters.size(); ++i) {
    const Kind current = KindOf(characters[i]);
    const Kind next = i + 1 < characters.size() ? KindOf(characters[i + 1]) : Kind::kOther;
    if (current == Kind::kOther) {
      is_new_word = true;
    } else {
      if ((is_new_word || BeginsWord(previous, current, next)) && !out.empty()) out.push_back('_');
      is_new_word = false;
      AppendCharacter(out, static_cast<char32_t>(u_tolower(static_cast<UChar32>(characters[i]))));
    }
    previous = current;
  }
  return out;
}

std::optional<std::string_view> CurrencyOfSign(std::string_view text) {
  struct Sign {
    std::string_view sign;
    std::string_view code;
  };
  // Longer signs first: "R$" is not a dollar.
  static constexpr std::array<Sign, 16> kSigns{{{"R$", "BRL"},
                                                {"A$", "AUD"},
                                                {"C$", "CAD"},
                                                {"US$", "USD"},
                                                {"zł", "PLN"},
                                                {"€", "EUR"},
                                                {"£", "GBP"},
                                                {"₽", "RUB"},
                                                {"руб", "RUB"},
                                                {"грн", "UAH"},
                                                {"₸", "KZT"},
                                                {"₴", "UAH"},
                                                {"₹", "INR"},
                                                {"₺", "TRY"},
                                                {"¥", "JPY"},
                                                {"$", "USD"}}};
  for (const Sign& sign : kSigns) {
    if (text.find(sign.sign) != std::string_view::npos) return sign.code;
  }
  return std::nullopt;
}

std::string NameKey(std::string_view name) {
  const std::string folded = FoldCase(name);
  const std::string decomposed =
      IsAscii(folded) ? folded : Normalised(NormalizerOf(&icu::Normalizer2::getNFKDInstance), folded);
  std::string out;
  bool is_pending = false;
  for (std::size_t at = 0; at < decomposed.size();) {
    const char32_t character = NextCharacter(decomposed, at);
    if (IsMark(character)) continue;
    if (u_isalnum(static_cast<UChar32>(character)) == 0) {
      is_pending = !out.empty();
      continue;
    }
    if (is_pending) out.push_back(' ');
    is_pending = false;
    AppendCharacter(out, character);
  }
  return out;
}

bool MatchesGlob(std::string_view pattern, std::string_view text) {
  return MatchesGlobFrom(FoldedCharacters(pattern), FoldedCharacters(text));
}

std::string_view NearestName(std::string_view word, std::span<const std::string> names) {
  std::string_view nearest;
  std::size_t best = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& name : names) {
    const std::size_t longer = std::max(name.size(), word.size());
    if (longer - std::min(name.size(), word.size()) >= best) continue;
    const std::size_t distance = EditDistance(FoldCase(word), FoldCase(name));
    if (distance < best) {
      best = distance;
      nearest = name;
    }
  }
  return nearest;
}

}  // namespace weir
