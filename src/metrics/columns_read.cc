#include "metrics/columns_read.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "metrics/rule_text.h"

namespace weir::metrics {
namespace {

using Names = std::set<std::string, std::less<>>;

// A name, in lower case, or one other character; text and comments are none.
struct Token {
  std::string text = {};
  bool is_name = false;
  bool is_quoted = false;
  bool Is(std::string_view word) const { return text == word && !is_quoted; }
};

std::vector<Token> TokensOf(std::string_view sql) {
  std::vector<Token> tokens;
  for (std::size_t at = 0; at < sql.size();) {
    const bool is_quoted = sql[at] == '"';
    const std::size_t opaque = EndOfOpaque(sql, at);
    const std::size_t end = opaque > at ? opaque : EndOfName(sql, at);
    if (opaque > at && !is_quoted) {
      at = end;
      continue;
    }
    if (end == at) {
      const char c = sql[at++];
      const bool is_space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
      if (!is_space) tokens.push_back({.text = std::string(1, c)});
      continue;
    }
    std::string name(is_quoted ? sql.substr(at + 1, end - at - 2) : sql.substr(at, end - at));
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    tokens.push_back({.text = std::move(name), .is_name = true, .is_quoted = is_quoted});
    at = end;
  }
  return tokens;
}

// What may stand after a table that has no alias.
bool EndsTable(const Token& token) {
  static constexpr std::array<std::string_view, 23> kWords{
      "where", "join",   "left",  "right",      "full",   "inner",     "cross",   "outer",
      "semi",  "anti",   "asof",  "positional", "on",     "using",     "natural", "lateral",
      "group", "having", "order", "union",      "except", "intersect", "limit"};
  return !token.is_quoted && std::ranges::find(kWords, token.text) != kWords.end();
}

class Reader {
 public:
  explicit Reader(std::string_view sql) : tokens_(TokensOf(sql)), is_alias_(tokens_.size()) {
    for (std::size_t i = 0; i < tokens_.size(); ++i) FindView(i);
    for (std::size_t i = 0; i < tokens_.size(); ++i) FindColumn(i);
    for (auto& [view, read] : read_) read.names.insert(bare_.begin(), bare_.end());
  }
  std::map<std::string, ColumnsRead, std::less<>> Take() && { return std::move(read_); }

 private:
  bool At(std::size_t i, std::string_view text) const { return i < tokens_.size() && tokens_[i].Is(text); }
  bool IsName(std::size_t i) const { return i < tokens_.size() && tokens_[i].is_name; }

  // "scoped.view AS alias"; without an alias the view is its own.
  bool IsView(std::size_t i) const {
    return At(i, "scoped") && At(i + 1, ".") && IsName(i + 2) && (i == 0 || !At(i - 1, "."));
  }
  void FindView(std::size_t i) {
    if (!IsView(i)) return;
    const std::string& view = tokens_[i + 2].text;
    std::size_t alias = i + 3;
    if (At(alias, "as")) ++alias;
    if (!IsName(alias) || EndsTable(tokens_[alias])) alias = i + 2;
    read_[view];
    views_of_[tokens_[alias].text].insert(view);
    for (std::size_t named = i; named <= alias; ++named) is_alias_[named] = true;
  }
  void ReadAll(const Names& views) {
    for (const std::string& view : views) read_[view].all = true;
  }

  void FindColumn(std::size_t i) {
    const Token& token = tokens_[i];
    if (is_alias_[i] || (i > 0 && At(i - 1, "."))) return;
    if (token.Is("*")) return FindStar(i);
    if (!token.is_name) return;
    const auto views = views_of_.find(token.text);
    if (At(i + 1, ".")) {
      if (views == views_of_.end()) return;
      if (At(i + 2, "*")) return IsOfAnother(i, token.text) ? void() : ReadAll(views->second);
      for (const std::string& view : views->second)
        read_[view].names.insert(tokens_[std::min(i + 2, tokens_.size() - 1)].text);
      return;
    }
    // The name that a result is given, and that of a function, read nothing.
    if (At(i + 1, "(") || (i > 0 && At(i - 1, "as"))) return;
    if (token.Is("natural")) {
      for (auto& [view, read] : read_) read.all = true;
    }
    if (views != views_of_.end()) ReadAll(views->second);
    bare_.insert(token.text);
  }
  // "x.*" where this SELECT reads something else than a view as x: its columns have been named already.
  bool IsOfAnother(std::size_t i, std::string_view alias) const {
    int depth = 0;
    for (std::size_t at = i + 3; at < tokens_.size() && depth >= 0; ++at) {
      depth += At(at, "(") ? 1 : At(at, ")") ? -1 : 0;
      if (depth == 0 && At(at, "as") && IsName(at + 1) && tokens_[at + 1].text == alias) return !is_alias_[at + 1];
    }
    return false;
  }
  // "SELECT *": all columns of what this SELECT reads; a product and count(*) are no such star.
  void FindStar(std::size_t i) {
    if (i == 0 || !(At(i - 1, "select") || At(i - 1, "distinct") || At(i - 1, ",") || At(i - 1, "columns"))) {
      // COLUMNS(*) and its like.
      if (i > 1 && At(i - 1, "(") && At(i - 2, "columns")) {
        for (auto& [view, read] : read_) read.all = true;
      }
      return;
    }
    int depth = 0;
    for (std::size_t at = i + 1; at < tokens_.size() && depth >= 0; ++at) {
      depth += At(at, "(") ? 1 : At(at, ")") ? -1 : 0;
      if (depth == 0 && IsView(at)) read_[tokens_[at + 2].text].all = true;
    }
  }

  std::vector<Token> tokens_;
  std::vector<bool> is_alias_;                          // tokens that name a view or its alias where it is read
  std::map<std::string, Names, std::less<>> views_of_;  // by alias
  std::map<std::string, ColumnsRead, std::less<>> read_;
  Names bare_;  // names without an alias
};

}  // namespace

void ColumnsRead::Add(const ColumnsRead& other) {
  all = all || other.all;
  names.insert(other.names.begin(), other.names.end());
}

std::map<std::string, ColumnsRead, std::less<>> ColumnsReadBy(std::string_view sql) { return Reader(sql).Take(); }

}  // namespace weir::metrics
