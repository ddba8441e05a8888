#include "store/literals.h"

#include <fmt/format.h>

#include "base/text.h"
#include "store/database.h"
#include "store/dialect.h"

namespace weir::store {
namespace {

struct Writer {
  Result<std::string> operator()(std::monostate) const { return "NULL"; }
  Result<std::string> operator()(bool flag) const { return flag ? "TRUE" : "FALSE"; }
  // A bare number would have the smallest type that holds it.
  Result<std::string> operator()(std::int64_t number) const { return fmt::format("CAST({} AS BIGINT)", number); }
  Result<std::string> operator()(const Decimal& number) const {
    return fmt::format("CAST('{}' AS DECIMAL(38,{}))", ToText(number), number.scale);
  }
  Result<std::string> operator()(double number) const { return fmt::format("CAST('{}' AS DOUBLE)", number); }
  Result<std::string> operator()(const std::string& text) const {
    if (!IsValidUtf8(text) || text.find('\0') != std::string::npos) {
      return Fail(BadInput("a parameter of a statement is not a text (it must be valid UTF-8 without NUL)"));
    }
    return QuoteText(text);
  }
  Result<std::string> operator()(Date date) const { return DateLiteral(date); }
  Result<std::string> operator()(Instant instant) const { return InstantLiteral(instant); }
};

}  // namespace

Result<std::string> WithLiterals(std::string_view sql, std::span<const Value> parameters) {
  std::string text;
  std::size_t used = 0;
  const auto other_count = [&] {
    return Fail(BadInput("the statement takes other parameters than the {} that were given", parameters.size()));
  };
  char quote = '\0';  // the one that is open
  for (std::size_t i = 0; i < sql.size(); ++i) {
    const char c = sql[i];
    if (quote != '\0') {
      if (c == quote) quote = '\0';  // a doubled quote closes and opens
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '$' || sql.substr(i, 2) == "--" || sql.substr(i, 2) == "/*") {
      return Fail(BadInput("comments and dollar quotes are not read here"));
    } else if (c == '?') {
      if (used == parameters.size()) return other_count();
      WEIR_TRY(const std::string literal, std::visit(Writer{}, parameters[used++]));
      text += literal;
      continue;
    }
    text += c;
  }
  if (used != parameters.size()) return other_count();
  return text;
}

}  // namespace weir::store
