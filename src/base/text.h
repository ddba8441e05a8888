// Unicode text as exports bring it: encodings, normal forms, headers and names. All functions take and give UTF-8
// unless they say otherwise, and are safe from any thread. Cost: O(bytes); plain ASCII takes a short way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weir {

bool IsAscii(std::string_view text);
// Position of the first byte that is not part of well-formed UTF-8, or npos.
std::size_t FirstInvalidUtf8(std::string_view text);
inline bool IsValidUtf8(std::string_view text) { return FirstInvalidUtf8(text) == std::string_view::npos; }

// Canonical and compatibility composition (UAX #15). Text that is already in the form is copied.
std::string Nfc(std::string_view text);
std::string Nfkc(std::string_view text);
// NFKC with full case folding: two texts that differ in case or width only become equal.
std::string FoldCase(std::string_view text);

// Without blanks of any kind (also no-break and zero-width ones) at both ends.
std::string_view TrimBlanks(std::string_view text);
// Trimmed, with every run of blanks inside folded to one space; NFC.
std::string FoldBlanks(std::string_view text);

// Tokens of a column header joined by '_': "StageName", "Stage Name" and "stage_name" are "stage_name", "Бюджет, ₽"
// is "бюджет". Anything but letters and digits separates; empty if there is none of them.
std::string NormaliseHeader(std::string_view header);
// ISO code of the currency whose sign stands in a header or an amount ("Бюджет, ₽", "$1,234"); nothing if none does
// or if the sign belongs to several currencies and is not the usual one ('$' is USD, '¥' is JPY).
std::optional<std::string_view> CurrencyOfSign(std::string_view text);

// Key of a thing that exports name without an id: case, accents, punctuation and blanks do not matter.
// "  ACME, Inc. " is "acme inc". The SQL function name_key (sources/records.h) gives the same.
std::string NameKey(std::string_view name);

// Matches '*' and '?' against the whole text, without regard to case.
bool MatchesGlob(std::string_view pattern, std::string_view text);

// The name that a reader most likely meant, for "did you mean"; empty if none is near.
std::string_view NearestName(std::string_view word, std::span<const std::string> names);

enum class Encoding : std::uint8_t { kUtf8, kUtf16Le, kUtf16Be, kWindows1251, kWindows1252 };
std::string_view NameOf(Encoding encoding);
std::optional<Encoding> FindEncoding(std::string_view name);

struct EncodingGuess {
  Encoding encoding = Encoding::kUtf8;
  std::size_t mark_bytes = 0;  // length of the byte order mark
  bool is_certain = false;     // a mark, or text beyond ASCII that only this encoding explains
};
// Judges the beginning of a file. `is_cut` says that more follows, so that a half character at the end is no fault.
EncodingGuess GuessEncoding(std::string_view sample, bool is_cut);

// Turns bytes of an encoding into UTF-8, piece by piece. UTF-8 itself passes unchecked.
class Decoder {
 public:
  static Result<Decoder> For(Encoding encoding);
  Decoder(Decoder&&) noexcept;
  Decoder& operator=(Decoder&&) noexcept;
  ~Decoder();

  // Appends to `out`. `is_last` flushes: an unfinished character becomes U+FFFD.
  void Decode(std::string_view bytes, bool is_last, std::string& out);

 private:
  struct State;
  explicit Decoder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace weir
