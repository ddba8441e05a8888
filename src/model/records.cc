#include "model/records.h"

#include <algorithm>
#include <array>

#include <toml++/toml.h>

#include "base/embedded.h"

namespace weir::model {
namespace {

struct TypeName {
  std::string_view name;
  std::string_view sql;
};

constexpr std::array<TypeName, 8> kTypes{{{"text", "VARCHAR"},
                                          {"integer", "BIGINT"},
                                          {"decimal", "DECIMAL(38,12)"},
                                          {"money", "DECIMAL(18,4)"},
                                          {"share", "DECIMAL(18,9)"},
                                          {"date", "DATE"},
                                          {"instant", "TIMESTAMP"},
                                          {"boolean", "BOOLEAN"}}};

std::optional<RecordType> TypeNamed(std::string_view name) {
  for (std::size_t i = 0; i < kTypes.size(); ++i) {
    if (kTypes.at(i).name == name) return static_cast<RecordType>(i);
  }
  return std::nullopt;
}

// Columns in the order of the file, which is the order people read them in.
std::vector<std::pair<toml::source_position, std::pair<std::string, std::string>>> OrderedPairs(
    const toml::table& table) {
  std::vector<std::pair<toml::source_position, std::pair<std::string, std::string>>> pairs;
  for (const auto& [key, node] : table) {
    pairs.push_back({node.source().begin, {std::string(key.str()), node.value_or(std::string())}});
  }
  std::ranges::sort(pairs, [](const auto& a, const auto& b) { return a.first < b.first; });
  return pairs;
}

Result<RecordTable> ParseTable(std::string_view name, const toml::table& body) {
  RecordTable table{.name = std::string(name), .entity = {}, .columns = {}};
  for (const auto& [position, pair] : OrderedPairs(body)) {
    const auto& [column, type_name] = pair;
    if (column == "entity") {
      table.entity = type_name;
      continue;
    }
    const auto type = TypeNamed(type_name);
    if (!type) {
      return Fail(BadInput("record table {}: column {} has the unknown type '{}'", name, column, type_name)
                      .At("models/records.toml", position.line, position.column));
    }
    table.columns.push_back({column, *type});
  }
  return table;
}

}  // namespace

std::string_view SqlTypeOf(RecordType type) { return kTypes.at(static_cast<std::size_t>(type)).sql; }

const RecordColumn* RecordTable::Find(std::string_view column) const {
  const auto found = std::ranges::find(columns, column, &RecordColumn::name);
  return found == columns.end() ? nullptr : &*found;
}

std::optional<std::string> ReferredEntity(const RecordTable& table, std::string_view column) {
  constexpr std::string_view kSuffix = "_key";
  if (!column.ends_with(kSuffix)) return std::nullopt;
  std::string_view stem = column.substr(0, column.size() - kSuffix.size());
  if (stem.starts_with("converted_")) stem.remove_prefix(std::string_view("converted_").size());
  if (stem == "owner" || stem == "manager" || stem == "by") return "member";
  if (stem == "parent") return table.entity;
  if (stem == "record" || stem == "from" || stem == "into" || stem == "pipeline" || stem == "stage" ||
      stem == "price" || stem == "author" || stem == "call") {
    return std::nullopt;
  }
  return std::string(stem);
}

Result<std::vector<RecordTable>> ParseRecordTables(std::string_view toml_text) {
  std::vector<std::pair<toml::source_position, RecordTable>> tables;
  try {
    const toml::table document = toml::parse(toml_text, std::string_view("models/records.toml"));
    for (const auto& [name, node] : document) {
      WEIR_CHECK(node.is_table());
      WEIR_TRY(RecordTable table, ParseTable(name.str(), *node.as_table()));
      tables.emplace_back(node.source().begin, std::move(table));
    }
  } catch (const toml::parse_error& error) {
    return Fail(BadInput("{}", error.description())
                    .At("models/records.toml", error.source().begin.line, error.source().begin.column));
  }
  std::ranges::sort(tables, [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<RecordTable> result;
  result.reserve(tables.size());
  for (auto& [position, table] : tables) result.push_back(std::move(table));
  return result;
}

const std::vector<RecordTable>& RecordTables() {
  static const std::vector<RecordTable> tables = [] {
    const auto text = FindEmbedded("models", "records.toml");
    WEIR_CHECK(text.has_value());
    auto parsed = ParseRecordTables(*text);
    if (!parsed) throw Bug(parsed.error().ToString());
    return std::move(*parsed);
  }();
  return tables;
}

const RecordTable* FindRecordTable(std::string_view name) {
  const auto& tables = RecordTables();
  const auto found = std::ranges::find(tables, name, &RecordTable::name);
  return found == tables.end() ? nullptr : &*found;
}

}  // namespace weir::model
