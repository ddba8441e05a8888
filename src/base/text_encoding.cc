#include <algorithm>
#include <array>

#include <unicode/ucnv.h>

#include "base/text.h"

namespace weir {
namespace {

struct EncodingName {
  Encoding encoding;
  std::string_view name;
  std::string_view alias;
};

constexpr std::array<EncodingName, 5> kEncodings{{{Encoding::kUtf8, "utf-8", "utf8"},
                                                  {Encoding::kUtf16Le, "utf-16le", "utf16le"},
                                                  {Encoding::kUtf16Be, "utf-16be", "utf16be"},
                                                  {Encoding::kWindows1251, "windows-1251", "cp1251"},
                                                  {Encoding::kWindows1252, "windows-1252", "cp1252"}}};

// Text of the Latin alphabet in UTF-16 has a zero in every second byte, and so have most line breaks of any text.
std::optional<Encoding> GuessUtf16(std::string_view sample) {
  std::array<std::size_t, 2> zeros{};
  for (std::size_t i = 0; i < sample.size(); ++i) {
    if (sample[i] == '\0') ++zeros[i % 2];
  }
  const std::size_t pairs = sample.size() / 2;
  if (pairs < 2) return std::nullopt;
  if (zeros[1] * 10 >= pairs * 3 && zeros[0] * 20 <= zeros[1]) return Encoding::kUtf16Le;
  if (zeros[0] * 10 >= pairs * 3 && zeros[1] * 20 <= zeros[0]) return Encoding::kUtf16Be;
  return std::nullopt;
}

// In Cyrillic text of windows-1251 letters beyond ASCII stand beside each other; in western text they stand alone.
Encoding GuessSingleByte(std::string_view sample) {
  std::size_t letters = 0;
  std::size_t beside = 0;
  const auto is_letter = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0xC0 || byte == 0xA8 || byte == 0xB8;
  };
  for (std::size_t i = 0; i < sample.size(); ++i) {
    if (!is_letter(sample[i])) continue;
    ++letters;
    if ((i > 0 && is_letter(sample[i - 1])) || (i + 1 < sample.size() && is_letter(sample[i + 1]))) ++beside;
  }
  return letters > 0 && beside * 2 > letters ? Encoding::kWindows1251 : Encoding::kWindows1252;
}

bool StartsWith(std::string_view text, std::string_view mark) { return text.substr(0, mark.size()) == mark; }

}  // namespace

std::string_view NameOf(Encoding encoding) {
  return std::ranges::find(kEncodings, encoding, &EncodingName::encoding)->name;
}

std::optional<Encoding> FindEncoding(std::string_view name) {
  const std::string folded = FoldCase(name);
  for (const EncodingName& known : kEncodings) {
    if (folded == known.name || folded == known.alias) return known.encoding;
  }
  return std::nullopt;
}

EncodingGuess GuessEncoding(std::string_view sample, bool is_cut) {
  if (StartsWith(sample, "\xEF\xBB\xBF")) return {Encoding::kUtf8, 3, true};
  if (StartsWith(sample, "\xFF\xFE")) return {Encoding::kUtf16Le, 2, true};
  if (StartsWith(sample, "\xFE\xFF")) return {Encoding::kUtf16Be, 2, true};
  if (const auto wide = GuessUtf16(sample)) return {*wide, 0, true};
  const std::size_t fault = FirstInvalidUtf8(sample);
  const bool is_cut_character = is_cut && fault != std::string_view::npos && sample.size() - fault < 4;
  if (fault == std::string_view::npos || is_cut_character) {
    return {Encoding::kUtf8, 0, !IsAscii(sample.substr(0, std::min(fault, sample.size())))};
  }
  // A few broken bytes among many sound characters are damage within UTF-8, not another encoding.
  std::size_t sound = 0;
  std::size_t broken = 0;
  for (std::size_t at = 0; at < sample.size();) {
    const std::size_t next = FirstInvalidUtf8(sample.substr(at));
    const std::string_view piece = sample.substr(at, next);
    sound += static_cast<std::size_t>(std::ranges::count_if(piece, [](char c) { return (c & 0xC0) == 0xC0; }));
    if (next == std::string_view::npos) break;
    ++broken;
    at += next + 1;
  }
  if (sound > broken) return {Encoding::kUtf8, 0, true};
  return {GuessSingleByte(sample), 0, true};
}

// Both converters keep what a piece leaves unfinished: half a character, half a surrogate pair.
struct Decoder::State {
  static constexpr std::size_t kWide = 4096;
  UConverter* converter = nullptr;  // null: UTF-8 passes through
  UConverter* utf8 = nullptr;
  std::array<char16_t, kWide> wide{};
  char16_t* wide_read = wide.data();
  char16_t* wide_write = wide.data();
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (converter != nullptr) ucnv_close(converter);
    if (utf8 != nullptr) ucnv_close(utf8);
  }
};

Decoder::Decoder(std::unique_ptr<State> state) : state_(std::move(state)) {}
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;
Decoder::~Decoder() = default;

Result<Decoder> Decoder::For(Encoding encoding) {
  auto state = std::make_unique<State>();
  if (encoding != Encoding::kUtf8) {
    UErrorCode status = U_ZERO_ERROR;
    state->converter = ucnv_open(std::string(NameOf(encoding)).c_str(), &status);
    state->utf8 = ucnv_open("UTF-8", &status);
    if (U_FAILURE(status)) return Fail(Unavailable("the converter for {} is missing", NameOf(encoding)));
  }
  return Decoder(std::move(state));
}

void Decoder::Decode(std::string_view bytes, bool is_last, std::string& out) {
  if (state_->converter == nullptr) {
    out.append(bytes);
    return;
  }
  const char* source = bytes.data();
  const char* const source_end = source + bytes.size();
  std::array<char, 3 * State::kWide> narrow{};
  UErrorCode status = U_ZERO_ERROR;
  do {
    status = U_ZERO_ERROR;
    char* target = narrow.data();
    ucnv_convertEx(state_->utf8, state_->converter, &target, narrow.data() + narrow.size(), &source, source_end,
                   state_->wide.data(), &state_->wide_read, &state_->wide_write, state_->wide.data() + State::kWide, 0,
                   is_last ? 1 : 0, &status);
    out.append(narrow.data(), static_cast<std::size_t>(target - narrow.data()));
  } while (status == U_BUFFER_OVERFLOW_ERROR);
}

}  // namespace weir
