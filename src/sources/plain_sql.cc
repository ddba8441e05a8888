#include "sources/plain_sql.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace weir::sources {
namespace {

constexpr std::size_t kLongest = 4096;  // bytes of one expression

// Functions of one row, words of the grammar, names of types. Sorted.
constexpr std::array<std::string_view, 77> kWords{"abs",
                                                  "and",
                                                  "as",
                                                  "between",
                                                  "bigint",
                                                  "boolean",
                                                  "case",
                                                  "cast",
                                                  "ceil",
                                                  "coalesce",
                                                  "concat",
                                                  "concat_ws",
                                                  "contains",
                                                  "date",
                                                  "date_diff",
                                                  "date_trunc",
                                                  "datediff",
                                                  "day",
                                                  "decimal",
                                                  "else",
                                                  "email_domain",
                                                  "end",
                                                  "escape",
                                                  "false",
                                                  "first_passing",
                                                  "floor",
                                                  "greatest",
                                                  "hour",
                                                  "ilike",
                                                  "in",
                                                  "integer",
                                                  "interval",
                                                  "is",
                                                  "least",
                                                  "left",
                                                  "length",
                                                  "like",
                                                  "lower",
                                                  "ltrim",
                                                  "minute",
                                                  "month",
                                                  "name_key",
                                                  "not",
                                                  "null",
                                                  "nullif",
                                                  "or",
                                                  "pair_value",
                                                  "quarter",
                                                  "regexp_extract",
                                                  "regexp_matches",
                                                  "regexp_replace",
                                                  "registrable_domain",
                                                  "replace",
                                                  "right",
                                                  "round",
                                                  "rtrim",
                                                  "salesforce_id",
                                                  "second",
                                                  "second_passing",
                                                  "split_part",
                                                  "starts_with",
                                                  "strip_accents",
                                                  "substr",
                                                  "substring",
                                                  "then",
                                                  "timestamp",
                                                  "to_days",
                                                  "to_hours",
                                                  "to_minutes",
                                                  "to_seconds",
                                                  "trim",
                                                  "true",
                                                  "try_cast",
                                                  "upper",
                                                  "varchar",
                                                  "when",
                                                  "year"};
static_assert(std::ranges::is_sorted(kWords));

// What makes a query, a table or a window of an expression. A column may have such a name, since who writes the mapping
// names them; it is then written in quotes. Sorted.
constexpr std::array<std::string_view, 44> kQueryWords{
    "all",       "any",    "array",   "by",     "call",   "columns", "describe",  "distinct",   "except",
    "exclude",   "exists", "filter",  "from",   "group",  "having",  "intersect", "join",       "lambda",
    "lateral",   "limit",  "offset",  "on",     "order",  "over",    "pivot",     "positional", "qualify",
    "recursive", "rows",   "sample",  "select", "show",   "some",    "summarize", "table",      "tablesample",
    "union",     "unnest", "unpivot", "using",  "values", "where",   "window",    "with"};
static_assert(std::ranges::is_sorted(kQueryWords));

bool IsWordStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

class PlainSqlReader {
 public:
  PlainSqlReader(std::string_view text, const std::vector<std::string>& columns) : text_(text), columns_(columns) {}

  Status Run() {
    if (text_.size() > kLongest) return Fail(BadInput("the expression is longer than {} bytes", kLongest));
    while (at_ < text_.size()) {
      const char c = text_[at_];
      const bool is_blank = c == ' ' || c == '\n' || c == '\t';
      if (is_blank || (std::string_view("+-*/%(),=<>!|").find(c) != std::string_view::npos && !IsComment())) {
        ++at_;
      } else if (c == '\'') {
        WEIR_TRY(SkipQuoted('\''));
      } else if (c == '"') {
        const std::size_t start = at_ + 1;
        WEIR_TRY(SkipQuoted('"'));
        WEIR_TRY(CheckColumn(text_.substr(start, at_ - start - 1)));
      } else if (IsWordStart(c)) {
        WEIR_TRY(CheckWord());
      } else if (IsDigit(c)) {
        while (at_ < text_.size() && (IsDigit(text_[at_]) || text_[at_] == '.')) ++at_;
      } else {
        return Fail(NotPlain(text_.substr(at_, 1)));
      }
    }
    return {};
  }

 private:
  static Error NotPlain(std::string_view what) {
    return BadInput("'{}' has no place in an expression of a mapping that is saved from here", what)
        .Mend(
            "Use columns of the row, numbers, texts in quotes, sums and products, CASE, coalesce and functions of a "
            "text or day");
  }

  bool IsComment() const {
    const std::string_view two = text_.substr(at_, 2);
    return two == "--" || two == "/*";
  }

  Status SkipQuoted(char mark) {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] != mark) continue;
      if (at_ + 1 < text_.size() && text_[at_ + 1] == mark) {
        ++at_;
        continue;
      }
      ++at_;
      return {};
    }
    return Fail(BadInput("a text in an expression does not end"));
  }

  Status CheckWord() {
    const std::size_t start = at_;
    while (at_ < text_.size() && (IsWordStart(text_[at_]) || IsDigit(text_[at_]))) ++at_;
    const std::string_view word = text_.substr(start, at_ - start);
    std::string lower(word);
    std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    if (std::ranges::binary_search(kWords, std::string_view(lower))) return {};
    if (std::ranges::binary_search(kQueryWords, std::string_view(lower))) return Fail(NotPlain(word));
    return CheckColumn(word);
  }

  // A column is not called: a mapping may have one named as a function that reads files.
  Status CheckColumn(std::string_view name) const {
    const std::size_t next = text_.find_first_not_of(" \n\t", at_);
    const bool is_called = next != std::string_view::npos && text_[next] == '(';
    if (!is_called && std::ranges::find(columns_, name) != columns_.end()) return {};
    return Fail(NotPlain(name));
  }

  std::string_view text_;
  const std::vector<std::string>& columns_;
  std::size_t at_ = 0;
};

}  // namespace

Status CheckPlainSql(std::string_view expression, const std::vector<std::string>& columns) {
  return PlainSqlReader(expression, columns).Run();
}

Status CheckPlainSql(const Mapping& mapping) {
  std::vector<std::string> columns;
  columns.reserve(mapping.columns.size());
  for (const MappingColumn& column : mapping.columns) columns.push_back(column.name);
  const auto check = [&](const std::string& expression, const Emit& emit) -> Status {
    auto checked = CheckPlainSql(expression, columns);
    if (checked) return {};
    return Fail(std::move(checked).error().At(mapping.file_name, emit.line));
  };
  for (const Emit& emit : mapping.emits) {
    WEIR_TRY(check(emit.when, emit));
    WEIR_TRY(check(emit.deleted, emit));
    for (const auto& [field, expression] : emit.set) WEIR_TRY(check(expression, emit));
  }
  return {};
}

}  // namespace weir::sources
