#include "identity/fold.h"

#include <array>
#include <cstdint>

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "base/latin.h"
#include "base/text.h"
#include "identity/fold_table.h"

namespace weir::identity {
namespace {

// As much of a string as the quick way needs: no room is asked for a character.
class Buffer {
 public:
  explicit Buffer(char* begin) : begin_(begin) {}

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  char& back() { return begin_[size_ - 1]; }
  const char& back() const { return begin_[size_ - 1]; }
  char operator[](std::size_t at) const { return begin_[at]; }
  void push_back(char c) { begin_[size_++] = c; }

 private:
  char* begin_;
  std::size_t size_ = 0;
};

// Writes the folded text and minds its blanks.
template <typename Out>
class Writer {
 public:
  explicit Writer(Out& out) : out_(out) {}

  void Blank() {
    is_pending_ = !out_.empty();
    previous_ = 0;
  }
  void Put(char c) {
    if (is_pending_) out_.push_back(' ');
    is_pending_ = false;
    out_.push_back(c);
  }
  void Ascii(char c) {
    if (c >= 'A' && c <= 'Z') {
      Put(static_cast<char>(c + 32));
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      Put(c);
    } else {
      Blank();
    }
    previous_ = 0;
  }
  void Text(std::string_view text) {
    for (const char c : text) {
      if (c == ' ') {
        Blank();
      } else {
        Put(c);
      }
    }
  }
  // `next`: the letter that follows, of those of contexts, 0 for others.
  void Known(const FoldEntry& entry, char16_t next) {
    if (entry.kind == FoldKind::kContext) {
      InContext(entry, next);
    } else {
      Text({entry.text.data(), entry.size});
    }
    previous_ = entry.letter;
  }
  // A piece that is no letter of a context.
  void Foreign(std::string_view piece) {
    if (is_pending_) out_.push_back(' ');
    is_pending_ = false;
    out_ += piece;
    previous_ = 0;
  }

 private:
  static bool IsOneOf(char16_t letter, std::u16string_view letters) {
    return letter != 0 && letters.find(letter) != std::u16string_view::npos;
  }
  // Whether the word so far is this one letter.
  bool IsWord(char letter) const {
    if (is_pending_ || out_.empty() || out_.back() != letter) return false;
    return out_.size() == 1 || out_[out_.size() - 2] == ' ';
  }

  void InContext(const FoldEntry& entry, char16_t next) {
    switch (entry.letter) {
      case u'ъ':
        if (next >= kFirstCyrillic && !IsOneOf(next, u"еёюяиіїє")) Put('a');
        return;
      case u'υ':
      case u'ύ':
        if (previous_ == u'ο') return Put('u');
        if (!IsOneOf(previous_, u"αεη")) return Put('y');
        return Put(IsOneOf(next, u"θκξπσςτφχψ") ? 'f' : 'v');
      case u'γ':
        return Put(IsOneOf(next, u"γξχ") ? 'n' : 'g');
      case u'π':
        if (previous_ != u'μ' || !IsWord('m')) return Put('p');
        out_.back() = 'b';
        return;
      default:  // τ
        if (previous_ != u'ν' || !IsWord('n')) return Put('t');
        out_.back() = 'd';
        return;
    }
  }

  Out& out_;
  bool is_pending_ = false;
  char16_t previous_ = 0;
};

// One character of two or three bytes, well formed; nothing else is for the quick way.
char32_t QuickCharacter(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const auto follows = [&](std::size_t i) { return at + i < text.size() && (byte(i) & 0xC0U) == 0x80U; };
  if (byte(0) < 0x80) return static_cast<unsigned char>(text[at++]);
  if (byte(0) >= 0xC2 && byte(0) < 0xE0 && follows(1)) {
    const char32_t character = ((byte(0) & 0x1FU) << 6U) | (byte(1) & 0x3FU);
    at += 2;
    return character;
  }
  if (byte(0) > 0xE0 && byte(0) < 0xED && follows(1) && follows(2)) {
    const char32_t character = ((byte(0) & 0x0FU) << 12U) | ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU);
    at += 3;
    return character;
  }
  return 0xFFFD;
}

// Says whether the table knows all characters.
bool FoldQuickly(std::string_view text, Buffer& out) {
  const FoldTable& table = FoldTable::Get();
  Writer writer(out);
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      writer.Ascii(text[at++]);
      continue;
    }
    const FoldEntry& entry = table.Of(QuickCharacter(text, at));
    if (entry.kind == FoldKind::kText) {
      writer.Known(entry, 0);
    } else if (entry.kind == FoldKind::kContext) {
      std::size_t next = at;
      writer.Known(entry, at < text.size() ? table.Of(QuickCharacter(text, next)).letter : u'\0');
    } else {
      return false;
    }
  }
  return true;
}

std::string FoldAscii(std::string_view text) {
  static constexpr std::array<char, 128> kFolded = [] {
    std::array<char, 128> folded{};
    folded.fill(' ');
    for (char c = 'a'; c <= 'z'; ++c) folded.at(c) = folded.at(c - 32) = c;
    for (char c = '0'; c <= '9'; ++c) folded.at(c) = c;
    return folded;
  }();
  std::string out(text.size(), ' ');
  std::size_t size = 0;
  for (const char c : text) {
    const char folded = kFolded[static_cast<unsigned char>(c) & 0x7FU];
    // A blank is written where none stands before it.
    out[size] = folded;
    size += folded != ' ' || (size > 0 && out[size - 1] != ' ') ? 1 : 0;
  }
  if (size > 0 && out[size - 1] == ' ') --size;
  out.resize(size);
  return out;
}

// A word of letters that the table does not know.
void WriteForeign(std::string_view word, Writer<std::string>& writer) {
  const std::string latin = LatinByIcu(word);
  for (std::size_t at = 0; at < latin.size();) {
    const std::size_t begin = at;
    const char32_t character = NextCharacter(latin, at);
    if (character < 0x80) {
      writer.Ascii(static_cast<char>(character));
      continue;
    }
    if (IsMark(character)) {
      // Marks of one script only are vowels; others are accents.
      UErrorCode status = U_ZERO_ERROR;
      if (uscript_getScript(static_cast<UChar32>(character), &status) == USCRIPT_INHERITED) continue;
    } else if (u_isalnum(static_cast<UChar32>(character)) == 0) {
      writer.Blank();
      continue;
    }
    writer.Foreign(std::string_view(latin).substr(begin, at - begin));
  }
}

// Ordering a run of marks takes the square of its length: only the first ones stay, as in the Stream-Safe Text Format
// of UAX #15.
std::string WithFewMarks(std::string_view text) {
  constexpr int kMostMarks = 30;
  std::string out;
  out.reserve(text.size());
  int marks = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    marks = IsMark(NextCharacter(text, at)) ? marks + 1 : 0;
    if (marks <= kMostMarks) out.append(text, begin, at - begin);
  }
  return out;
}

std::string FoldOnce(std::string_view text) {
  // ICU's transliterators take the square of the length: longer words are cut.
  constexpr std::size_t kLongestWord = 96;  // bytes
  const FoldTable& table = FoldTable::Get();
  const std::string folded = FoldCase(WithFewMarks(text));
  std::string out;
  std::string word;
  Writer writer(out);
  const auto flush = [&] {
    if (!word.empty()) WriteForeign(word, writer);
    word.clear();
  };
  for (std::size_t at = 0; at < folded.size();) {
    const std::size_t begin = at;
    const char32_t character = NextCharacter(folded, at);
    if (character < 0x80) {
      flush();
      writer.Ascii(static_cast<char>(character));
      continue;
    }
    const FoldEntry& entry = table.Of(character);
    const bool is_mark = IsMark(character);
    if (entry.kind == FoldKind::kText || entry.kind == FoldKind::kContext) {
      flush();
      std::size_t next = at;
      const char16_t letter = at < folded.size() ? table.Of(NextCharacter(folded, next)).letter : u'\0';
      writer.Known(entry, letter);
    } else if (is_mark && word.empty()) {
      continue;  // an accent of a letter that the table knows
    } else if (is_mark || u_isalnum(static_cast<UChar32>(character)) != 0) {
      const int digit = u_charDigitValue(static_cast<UChar32>(character));
      if (digit >= 0) {
        flush();
        writer.Ascii(static_cast<char>('0' + digit));
        continue;
      }
      if (word.size() >= kLongestWord && (!is_mark || word.size() >= 2 * kLongestWord)) flush();
      word.append(folded, begin, at - begin);
    } else {
      flush();
      writer.Blank();
    }
  }
  flush();
  return out;
}

}  // namespace

std::string FoldTextByIcu(std::string_view text) {
  std::string out = FoldOnce(text);
  // What ICU leaves of one word it may write when it stands alone: until nothing changes.
  constexpr int kRounds = 3;
  for (int round = 0; round < kRounds && !IsAscii(out); ++round) {
    std::string again = FoldOnce(out);
    if (again == out) return out;
    out = std::move(again);
  }
  if (IsAscii(out)) return out;
  std::string plain;
  Writer writer(plain);
  for (const char c : out) writer.Ascii(c);
  return plain;
}

std::string FoldText(std::string_view text) {
  if (IsAscii(text)) return FoldAscii(text);
  // Two bytes give at most an entry's text, with a blank between.
  const std::size_t most = text.size() * (sizeof(FoldEntry::text) / 2 + 1) + 1;
  std::array<char, 1024> near;
  std::string far;
  if (most > near.size()) far.resize(most);
  char* begin = most > near.size() ? far.data() : near.data();
  Buffer out(begin);
  if (FoldQuickly(text, out)) return {begin, out.size()};
  return FoldTextByIcu(text);
}

}  // namespace weir::identity
