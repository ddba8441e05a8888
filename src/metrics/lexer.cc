#include "metrics/lexer.h"

#include <algorithm>
#include <array>

namespace weir::metrics {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
// Bytes above 127 are parts of UTF-8 letters: names of columns may be in any script.
bool IsWordStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
bool IsWord(char c) { return IsWordStart(c) || IsDigit(c) || c == '.'; }

std::string Lower(std::string_view word) {
  std::string lower(word);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

Error At(Error error, std::size_t column) { return std::move(error).At({}, 0, column); }

Result<Token> ReadQuoted(std::string_view text, std::size_t& at) {
  const char quote = text[at];
  Token token{.kind = Token::Kind::kText, .column = at + 1};
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (IsControl(text[i])) return Fail(At(BadUsage("a text holds the control character {}", int{text[i]}), i + 1));
    if (text[i] != quote) {
      token.text.push_back(text[i]);
    } else if (i + 1 < text.size() && text[i + 1] == quote) {
      token.text.push_back(quote);
      ++i;
    } else {
      at = i + 1;
      return token;
    }
  }
  return Fail(At(BadUsage("a quoted text has no end").Mend("Close it with {}", quote), at + 1));
}

Token ReadSymbol(std::string_view text, std::size_t& at) {
  static constexpr std::array<std::string_view, 5> kLong{"!=", "<>", "<=", ">=", "=="};
  const std::string_view pair = text.substr(at, 2);
  const std::size_t size = std::ranges::find(kLong, pair) != kLong.end() ? 2 : 1;
  Token token{.kind = Token::Kind::kSymbol, .text = std::string(text.substr(at, size)), .column = at + 1};
  if (token.text == "!=") token.text = "<>";
  if (token.text == "==") token.text = "=";
  at += size;
  return token;
}

template <typename Predicate>
std::string_view TakeWhile(std::string_view text, std::size_t& at, Predicate holds) {
  const std::size_t start = at;
  while (at < text.size() && holds(text[at])) ++at;
  return text.substr(start, at - start);
}

}  // namespace

Result<std::vector<Token>> Tokenize(std::string_view text, std::size_t max_length) {
  if (text.size() > max_length) return Fail(TooLarge("the expression is longer than {} bytes", max_length));
  std::vector<Token> tokens;
  std::size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    const std::size_t column = at + 1;
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++at;
    } else if (c == '\'' || c == '"') {
      WEIR_TRY(Token token, ReadQuoted(text, at));
      tokens.push_back(std::move(token));
    } else if (IsWordStart(c)) {
      const std::string_view word = TakeWhile(text, at, IsWord);
      tokens.push_back({Token::Kind::kWord, std::string(word), Lower(word), column});
    } else if (IsDigit(c)) {
      const std::string_view number = TakeWhile(text, at, [](char d) { return IsDigit(d) || d == '.'; });
      tokens.push_back({Token::Kind::kNumber, std::string(number), {}, column});
    } else if (std::string_view("=!<>(),+-*").find(c) != std::string_view::npos) {
      tokens.push_back(ReadSymbol(text, at));
    } else {
      const std::string shown = IsControl(c) ? fmt::format("byte {}", static_cast<int>(c)) : fmt::format("'{}'", c);
      return Fail(At(BadUsage("{} has no meaning here", shown), column));
    }
  }
  tokens.push_back({Token::Kind::kEnd, "", "", text.size() + 1});
  return tokens;
}

}  // namespace weir::metrics
