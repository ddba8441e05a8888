#include "sources/csv_scan.h"

#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace weir::sources {
namespace {

// Finds the next separator, quote or line break. Looks at 64 bytes at once and remembers what it saw, because cells are
// short: most calls only take the next bit of a mask.
class SpecialFinder {
 public:
  SpecialFinder(std::string_view text, char separator) : text_(text), separator_(separator) {}

  // Position of the first special byte at or after `at`, or the size of the text.
  std::size_t Next(std::size_t at) {
    while (at < text_.size()) {
      if (at >= block_ + kBlock || at < block_ || !has_block_) Load(at);
      const std::uint64_t rest = mask_ & (~std::uint64_t{0} << (at - block_));
      if (rest != 0) return block_ + static_cast<std::size_t>(std::countr_zero(rest));
      at = block_ + kBlock;
    }
    return text_.size();
  }

 private:
  static constexpr std::size_t kBlock = 64;

  void Load(std::size_t at) {
    block_ = at;
    has_block_ = true;
    const std::size_t size = std::min(kBlock, text_.size() - at);
    mask_ = 0;
#if defined(__SSE2__)
    if (size == kBlock) {
      const __m128i separator = _mm_set1_epi8(separator_);
      const __m128i quote = _mm_set1_epi8('"');
      const __m128i line_feed = _mm_set1_epi8('\n');
      const __m128i carriage_return = _mm_set1_epi8('\r');
      for (std::size_t i = 0; i < kBlock; i += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text_.data() + at + i));
        const __m128i special =
            _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, separator), _mm_cmpeq_epi8(bytes, quote)),
                         _mm_or_si128(_mm_cmpeq_epi8(bytes, line_feed), _mm_cmpeq_epi8(bytes, carriage_return)));
        mask_ |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(special))) << i;
      }
      return;
    }
#endif
    for (std::size_t i = 0; i < size; ++i) {
      const char c = text_[at + i];
      if (c == separator_ || c == '"' || c == '\n' || c == '\r') mask_ |= std::uint64_t{1} << i;
    }
  }

  std::string_view text_;
  char separator_;
  std::size_t block_ = 0;
  bool has_block_ = false;
  std::uint64_t mask_ = 0;
};

bool IsBreak(char c) { return c == '\n' || c == '\r'; }

// Length of the line break at a position; a carriage return at the very end may still get its line feed.
std::size_t BreakLength(std::string_view text, std::size_t at) {
  return text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n' ? 2 : 1;
}

// A cell with doubled quotes, with single ones.
std::string_view Unescape(std::string_view quoted, std::deque<std::string>& texts) {
  std::string& out = texts.emplace_back();
  out.reserve(quoted.size());
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    out.push_back(quoted[i]);
    if (quoted[i] == '"') ++i;  // the second of two
  }
  return out;
}

}  // namespace

void CsvScanner::TakeFirstLine(std::string_view text, std::size_t cell, const Phrase& fault, CsvRecord& record) const {
  const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
  record.raw = text.substr(0, end);
  record.cells.assign(1, record.raw);
  record.lines = 1;
  record.faulty_cell = cell;
  record.fault = &fault;
  record.size = end + (end < text.size() ? BreakLength(text, end) : 0);
}

CsvScanner::Outcome CsvScanner::Next(std::string_view text, bool is_last, CsvRecord& record,
                                     std::deque<std::string>& texts) const {
  SpecialFinder finder(text, separator_);
  record.cells.clear();
  record.lines = 1;
  record.faulty_cell = 0;
  record.fault = nullptr;
  std::size_t at = 0;
  while (true) {
    std::size_t end = 0;  // of the cell: a separator, a line break or the end of the text
    if (at < text.size() && text[at] == '"') {
      std::size_t close = at + 1;
      bool is_escaped = false;
      while (true) {
        close = finder.Next(close);
        if (close >= text.size()) {
          if (!is_last) return Outcome::kNeedsMore;
          static const Phrase unclosed =
              MakePhrase("its quote is never closed; close it, or double the quotes within the text");
          TakeFirstLine(text, record.cells.size() + 1, unclosed, record);
          return Outcome::kRecord;
        }
        if (IsBreak(text[close])) {
          if (close + 1 == text.size() && !is_last) return Outcome::kNeedsMore;
          ++record.lines;
          close += BreakLength(text, close);
        } else if (text[close] == '"' && close + 1 < text.size() && text[close + 1] == '"') {
          is_escaped = true;
          close += 2;
        } else if (text[close] == '"') {
          break;
        } else {
          ++close;
        }
      }
      if (close + 1 >= text.size() && !is_last) return Outcome::kNeedsMore;
      const std::string_view quoted = text.substr(at + 1, close - at - 1);
      end = close + 1;
      while (end < text.size() && (text[end] == ' ' || (text[end] == '\t' && separator_ != '\t'))) ++end;
      if (end < text.size() && text[end] != separator_ && !IsBreak(text[end])) {
        static const Phrase followed = MakePhrase("text follows its closing quote; double the quotes within the text");
        TakeFirstLine(text, record.cells.size() + 1, followed, record);
        return Outcome::kRecord;
      }
      record.cells.push_back(is_escaped ? Unescape(quoted, texts) : quoted);
    } else {
      end = finder.Next(at);
      while (end < text.size() && text[end] == '"') end = finder.Next(end + 1);  // an inch sign, not a quote
      record.cells.push_back(text.substr(at, end - at));
    }
    if (end >= text.size()) {
      if (!is_last) return Outcome::kNeedsMore;
      record.raw = text;
      record.size = text.size();
      return Outcome::kRecord;
    }
    if (IsBreak(text[end])) {
      if (text[end] == '\r' && end + 1 == text.size() && !is_last) return Outcome::kNeedsMore;
      record.raw = text.substr(0, end);
      record.size = end + BreakLength(text, end);
      return Outcome::kRecord;
    }
    at = end + 1;
  }
}

}  // namespace weir::sources
