#include "base/json_text.h"

#include <algorithm>

namespace weir {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

void AppendUtf8(std::uint32_t code, std::string& out) {
  if (code < 0x80) {
    out.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out.push_back(static_cast<char>(0xC0 | (code >> 6)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else if (code < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | (code >> 12)));
    out.push_back(static_cast<char>(0x80 | ((code >> 6) & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else {
    out.push_back(static_cast<char>(0xF0 | (code >> 18)));
    out.push_back(static_cast<char>(0x80 | ((code >> 12) & 0x3F)));
    out.push_back(static_cast<char>(0x80 | ((code >> 6) & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  }
}

}  // namespace

bool JsonWalker::FailAt(std::size_t offset, Phrase reason) {
  if (!fault_) fault_ = JsonFault{offset, std::move(reason)};
  return false;
}

void JsonWalker::SkipBlanks() {
  while (at_ < text_.size() && IsBlank(text_[at_])) ++at_;
}

bool JsonWalker::Take(char c) {
  SkipBlanks();
  if (at_ >= text_.size() || text_[at_] != c) return false;
  ++at_;
  return true;
}

bool JsonWalker::Hex(std::uint32_t& code) {
  code = 0;
  if (at_ + 4 > text_.size()) return FailAt(at_, MakePhrase("\\u needs four digits"));
  for (int i = 0; i < 4; ++i) {
    const char c = text_[at_++];
    const char lower = static_cast<char>(c | 0x20);
    if (IsDigit(c)) {
      code = code * 16 + static_cast<std::uint32_t>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      code = code * 16 + static_cast<std::uint32_t>(lower - 'a' + 10);
    } else {
      return FailAt(at_ - 1, MakePhrase("\\u needs four digits"));
    }
  }
  return true;
}

bool JsonWalker::Escape(std::string& out) {
  if (at_ >= text_.size()) return FailAt(at_, MakePhrase("a text is not closed"));
  const char c = text_[at_++];
  constexpr std::string_view kNames = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  const std::size_t known = kNames.find(c);
  if (known != std::string_view::npos) {
    out.push_back(kMeanings[known]);
    return true;
  }
  if (c != 'u') return FailAt(at_ - 1, MakePhrase("an unknown escape"));
  std::uint32_t code = 0;
  if (!Hex(code)) return false;
  if (code >= 0xD800 && code < 0xDC00 && text_.substr(at_, 2) == "\\u") {
    const std::size_t before = at_;
    at_ += 2;
    std::uint32_t low = 0;
    if (!Hex(low)) return false;
    if (low >= 0xDC00 && low < 0xE000) {
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else {
      at_ = before;
    }
  }
  if (code >= 0xD800 && code < 0xE000) code = 0xFFFD;
  AppendUtf8(code, out);
  return true;
}

bool JsonWalker::Text(std::string_view& text) {
  if (!Take('"')) return FailAt(at_, MakePhrase("a text in quotes is expected"));
  const std::size_t start = at_;
  while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\') ++at_;
  if (at_ < text_.size() && text_[at_] == '"') {
    text = text_.substr(start, at_++ - start);
    return true;
  }
  std::string& out = unescaped_.emplace_back(text_.substr(start, at_ - start));
  while (at_ < text_.size()) {
    const char c = text_[at_++];
    if (c == '"') {
      text = out;
      return true;
    }
    if (c != '\\') {
      out.push_back(c);
    } else if (!Escape(out)) {
      return false;
    }
  }
  return FailAt(start, MakePhrase("a text is not closed"));
}

bool JsonWalker::Number(std::string_view& digits) {
  const std::size_t start = at_;
  const auto take_digits = [&] {
    const std::size_t first = at_;
    while (at_ < text_.size() && IsDigit(text_[at_])) ++at_;
    return at_ > first;
  };
  if (text_[at_] == '-') ++at_;
  if (!take_digits()) return FailAt(start, MakePhrase("not a value"));
  if (at_ < text_.size() && text_[at_] == '.') {
    ++at_;
    if (!take_digits()) return FailAt(start, MakePhrase("a number needs digits after its point"));
  }
  if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
    ++at_;
    if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
    if (!take_digits()) return FailAt(start, MakePhrase("a number needs digits in its exponent"));
  }
  digits = text_.substr(start, at_ - start);
  return true;
}

bool JsonWalker::Word(std::string_view word) {
  if (text_.substr(at_, word.size()) != word) return FailAt(at_, MakePhrase("not a value"));
  at_ += word.size();
  return true;
}

bool JsonWalker::SkipObject(int depth) {
  if (Take('}')) return true;
  do {
    std::string_view key;
    JsonValue value;
    if (!Text(key)) return false;
    if (!Take(':')) return FailAt(at_, MakePhrase("':' is expected"));
    if (!Value(value, depth)) return false;
  } while (Take(','));
  return Take('}') || FailAt(at_, MakePhrase("',' or '}}' is expected"));
}

bool JsonWalker::SkipList(int depth) {
  if (Take(']')) return true;
  do {
    JsonValue value;
    if (!Value(value, depth)) return false;
  } while (Take(','));
  return Take(']') || FailAt(at_, MakePhrase("',' or ']' is expected"));
}

bool JsonWalker::Value(JsonValue& value, int depth) {
  SkipBlanks();
  if (at_ >= text_.size()) return FailAt(at_, MakePhrase("the text ends where a value is expected"));
  if (depth > depth_limit_) return FailAt(at_, MakePhrase("it is nested too deeply"));
  const std::size_t start = at_;
  switch (text_[at_]) {
    case '"':
      value.kind = JsonKind::kText;
      return Text(value.text);
    case '{':
    case '[':
      value.kind = text_[at_] == '{' ? JsonKind::kObject : JsonKind::kList;
      ++at_;
      if (!(value.kind == JsonKind::kObject ? SkipObject(depth + 1) : SkipList(depth + 1))) return false;
      value.text = text_.substr(start, at_ - start);
      return true;
    case 't':
    case 'f':
      value.kind = JsonKind::kBoolean;
      value.text = text_[at_] == 't' ? "true" : "false";
      return Word(value.text);
    case 'n':
      value.kind = JsonKind::kNull;
      value.text = {};
      return Word("null");
    default:
      value.kind = JsonKind::kNumber;
      return Number(value.text);
  }
}

std::optional<JsonFault> JsonWalker::WalkObject(const Member& member) {
  if (!Take('{')) {
    FailAt(at_, MakePhrase("an object is expected"));
    return fault_;
  }
  if (Take('}')) return fault_;
  do {
    std::string_view key;
    JsonValue value;
    if (!Text(key)) return fault_;
    if (!Take(':')) FailAt(at_, MakePhrase("':' is expected"));
    if (fault_ || !Value(value, 1)) return fault_;
    member(key, value);
    if (is_stopped_) return std::nullopt;
  } while (Take(','));
  if (!Take('}')) FailAt(at_, MakePhrase("',' or '}}' is expected"));
  SkipBlanks();
  if (!fault_ && at_ < text_.size()) FailAt(at_, MakePhrase("text follows the object"));
  return fault_;
}

std::optional<JsonFault> JsonWalker::WalkList(const Element& element) {
  if (!Take('[')) {
    FailAt(at_, MakePhrase("a list is expected"));
    return fault_;
  }
  if (Take(']')) return fault_;
  do {
    JsonValue value;
    if (!Value(value, 1)) return fault_;
    element(value);
    if (is_stopped_) return std::nullopt;
  } while (Take(','));
  if (!Take(']')) FailAt(at_, MakePhrase("',' or ']' is expected"));
  return fault_;
}

JsonSplitter::Piece JsonSplitter::NextLine(std::string_view text, bool is_last) const {
  Piece piece;
  std::size_t begin = 0;
  while (begin < text.size() && IsBlank(text[begin])) piece.lines += text[begin++] == '\n' ? 1 : 0;
  const std::size_t end = text.find('\n', begin);
  if (end == std::string_view::npos && !is_last) {
    piece.needs_more = true;
    return piece;
  }
  if (begin == text.size()) {
    piece.is_end = true;
    return piece;
  }
  piece.record = text.substr(begin, end == std::string_view::npos ? end : end - begin);
  while (IsBlank(piece.record.back())) piece.record.remove_suffix(1);
  piece.size = end == std::string_view::npos ? text.size() : end + 1;
  piece.lines_within = end == std::string_view::npos ? 0 : 1;
  return piece;
}

JsonSplitter::Piece JsonSplitter::Next(std::string_view text, bool is_last) const {
  if (is_lines_) return NextLine(text, is_last);
  Piece piece;
  std::size_t begin = 0;
  while (begin < text.size() && (IsBlank(text[begin]) || text[begin] == ',')) {
    piece.lines += text[begin++] == '\n' ? 1 : 0;
  }
  if (begin == text.size()) {
    piece.needs_more = !is_last;
    piece.is_end = is_last;
    return piece;
  }
  if (text[begin] == ']' || text[begin] == '}') {
    piece.is_end = true;
    return piece;
  }
  int depth = 0;
  bool is_text = false;
  for (std::size_t at = begin; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\n') ++piece.lines_within;
    if (is_text) {
      if (c == '\\')
        ++at;
      else if (c == '"')
        is_text = false;
      if (is_text || depth > 0) continue;
      // A text that stands by itself ends with its quote.
      piece.record = text.substr(begin, at + 1 - begin);
      piece.size = at + 1;
      return piece;
    }
    if (c == '"') is_text = true;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    // A bare value ends before the comma or bracket that follows it.
    const bool is_bare_end = depth == 0 && !is_text && at + 1 < text.size() &&
                             (text[at + 1] == ',' || text[at + 1] == ']' || text[at + 1] == '\n') && c != '"';
    const bool is_end = depth == 0 && (c == '}' || c == ']');
    if (is_end || is_bare_end || depth < 0) {
      piece.record = text.substr(begin, at + 1 - begin);
      piece.size = at + 1;
      return piece;
    }
  }
  if (!is_last) {
    piece = Piece();
    piece.needs_more = true;
    return piece;
  }
  piece.record = text.substr(begin);
  piece.size = text.size();
  piece.is_cut = true;
  return piece;
}

}  // namespace weir
