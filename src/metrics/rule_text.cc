#include "metrics/rule_text.h"

#include <algorithm>
#include <array>
#include <set>

namespace weir::metrics {

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::size_t EndOfName(std::string_view sql, std::size_t at) {
  while (at < sql.size() && IsNameByte(sql[at])) ++at;
  return at;
}

std::size_t EndOfOpaque(std::string_view sql, std::size_t at) {
  const char first = sql[at];
  if (first == '\'' || first == '"') {
    const std::size_t close = sql.find(first, at + 1);  // a doubled quote begins the next piece
    return close == std::string_view::npos ? sql.size() : close + 1;
  }
  if (sql.substr(at).starts_with("--")) return std::min(sql.find('\n', at), sql.size());
  if (sql.substr(at).starts_with("/*")) {
    const std::size_t close = sql.find("*/", at + 2);
    return close == std::string_view::npos ? sql.size() : close + 2;
  }
  return at;
}

Result<std::string> FillIn(std::string_view sql, const RuleParameters& parameters, Instant as_of, Date as_of_date) {
  std::string filled;
  for (std::size_t at = 0; at < sql.size();) {
    if (const std::size_t end = EndOfOpaque(sql, at); end > at) {
      filled += sql.substr(at, end - at);
      at = end;
    } else if (sql.substr(at).starts_with("::")) {
      filled += "::";
      at += 2;
    } else if (sql[at] == ':' && EndOfName(sql, at + 1) > at + 1) {
      const std::size_t name_end = EndOfName(sql, at + 1);
      const std::string_view name = sql.substr(at + 1, name_end - at - 1);
      const auto parameter = parameters.find(name);
      if (name == "as_of") {
        filled += fmt::format("make_timestamp({})", as_of.micros);
      } else if (name == "as_of_date") {
        filled += fmt::format("DATE '{}'", FormatDate(as_of_date));
      } else if (parameter != parameters.end()) {
        filled += fmt::format("CAST({} AS INTEGER)", parameter->second);
      } else {
        std::vector<std::string> known{"as_of", "as_of_date"};
        for (const auto& [one, value] : parameters) known.push_back(one);
        return Fail(
            BadInput("':{}' is not a parameter of this rule", name).Mend("Known are {}", fmt::join(known, ", ")));
      }
      at = name_end;
    } else {
      filled += sql[at++];
    }
  }
  return filled;
}

Status CheckReads(std::string_view sql) {
  // Functions of tables reach files, settings and the catalogue; views of other schemas go around the caller's rights.
  static constexpr std::array<std::string_view, 12> kOthers{
      "access", "mart", "temp", "model", "state", "meta", "obs", "rec", "main", "pg_catalog", "information_schema",
      "system"};
  for (std::size_t at = 0; at < sql.size();) {
    const bool is_quoted_name = sql[at] == '"';
    if (const std::size_t end = EndOfOpaque(sql, at); end > at && !is_quoted_name) {
      at = end;
      continue;
    }
    if (sql[at] == ';') {
      return Fail(BadInput("a rule is one SELECT").Mend("Remove the semicolon and what follows it"));
    }
    std::size_t end = is_quoted_name ? EndOfOpaque(sql, at) : EndOfName(sql, at);
    if (end == at) {
      ++at;
      continue;
    }
    const std::string_view name = is_quoted_name ? sql.substr(at + 1, end - at - 2) : sql.substr(at, end - at);
    const bool is_qualifier = end < sql.size() && sql[end] == '.' && (at == 0 || sql[at - 1] != '.');
    std::string lower(name);
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if ((is_qualifier && std::ranges::find(kOthers, lower) != kOthers.end()) || lower.starts_with("duckdb_") ||
        lower.starts_with("pragma_") || lower.starts_with("read_")) {
      return Fail(BadInput("a rule may read scoped.* only, not {}", name)
                      .Mend("docs/design/model.md lists the views and their columns"));
    }
    at = end;
  }
  const std::size_t first = sql.find_first_not_of(" \t\r\n");
  std::string verb(sql.substr(std::min(first, sql.size()), 6));
  for (char& c : verb) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  if (verb != "SELECT" && !verb.starts_with("WITH")) {
    return Fail(BadInput("a rule begins with SELECT or WITH"));
  }
  return {};
}

std::vector<std::string> ViewsReadBy(std::span<const std::string_view> selects) {
  constexpr std::string_view kSchema = "scoped.";
  std::set<std::string> read;
  for (const std::string_view sql : selects) {
    for (std::size_t at = 0; at < sql.size();) {
      if (const std::size_t end = EndOfOpaque(sql, at); end > at) {
        at = end;
      } else if (sql.substr(at).starts_with(kSchema) && (at == 0 || (!IsNameByte(sql[at - 1]) && sql[at - 1] != '.'))) {
        at += kSchema.size();
        const std::size_t name_end = EndOfName(sql, at);
        read.emplace(sql.substr(at, name_end - at));
        at = name_end;
      } else {
        ++at;
      }
    }
  }
  return {read.begin(), read.end()};
}

}  // namespace weir::metrics
