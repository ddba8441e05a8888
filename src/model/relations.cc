#include "model/relations.h"

#include <algorithm>
#include <array>

#include "store/database.h"

namespace weir::model {
namespace {

constexpr std::array<std::string_view, 2> kSchemas{"rec.", "model."};

bool IsWordPart(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

struct Named {
  std::size_t at = 0;
  std::size_t end = 0;
  std::string table;  // without quotes
};

// The next table at or after a place.
std::optional<Named> NextTable(std::string_view sql, std::size_t from) {
  std::optional<Named> next;
  for (const std::string_view schema : kSchemas) {
    for (std::size_t at = sql.find(schema, from); at != std::string_view::npos; at = sql.find(schema, at + 1)) {
      if (next && at > next->at) break;
      if (at > 0 && (IsWordPart(sql[at - 1]) || sql[at - 1] == '.')) continue;
      std::size_t begin = at + schema.size();
      const bool is_quoted = begin < sql.size() && sql[begin] == '"';
      if (is_quoted) ++begin;
      const std::string_view rest = sql.substr(begin);
      const std::string name(rest.begin(), std::ranges::find_if_not(rest, IsWordPart));
      if (name.empty()) continue;
      next = Named{.at = at, .end = begin + name.size() + (is_quoted ? 1 : 0), .table = std::string(schema) + name};
      break;
    }
  }
  return next;
}

}  // namespace

Result<std::string> ReplaceTables(std::string_view sql, const Replacement& replacement) {
  std::string replaced;
  std::size_t done = 0;
  for (auto named = NextTable(sql, 0); named; named = NextTable(sql, named->end)) {
    WEIR_TRY(const std::optional<std::string> by, replacement(named->table));
    if (!by) continue;
    replaced += sql.substr(done, named->at - done);
    replaced += *by;
    done = named->end;
  }
  replaced += sql.substr(done);
  return replaced;
}

std::string QuotedTable(std::string_view table) {
  const std::size_t dot = table.find('.') + 1;
  return std::string(table.substr(0, dot)) + store::QuoteName(std::string(table.substr(dot)));
}

std::vector<std::string> NamedTables(std::string_view sql) {
  std::vector<std::string> tables;
  for (auto named = NextTable(sql, 0); named; named = NextTable(sql, named->end)) {
    if (std::ranges::find(tables, named->table) == tables.end()) tables.push_back(named->table);
  }
  return tables;
}

bool NamesTable(std::string_view sql, std::string_view table) {
  const std::vector<std::string> tables = NamedTables(sql);
  return std::ranges::find(tables, table) != tables.end();
}

}  // namespace weir::model
