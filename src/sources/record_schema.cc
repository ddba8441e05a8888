#include "sources/record_schema.h"

#include <algorithm>
#include <array>

#include "base/embedded.h"
#include "sources/toml_reader.h"

namespace weir::sources {
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

Result<RecordTable> ReadTable(const TomlReader& reader, std::string_view name, const toml::table& body) {
  RecordTable table;
  table.name = name;
  for (const auto& [key, node] : TomlReader::InOrder(body)) {
    WEIR_TRY(std::string text, reader.Text(*node));
    const auto type = std::ranges::find(kTypes, text, &TypeName::name);
    // Where the word names a type it is a column like any other (merge.entity).
    if (key == "entity" && type == kTypes.end()) {
      table.entity = std::move(text);
      continue;
    }
    if (type == kTypes.end()) return Fail(reader.At(*node, BadInput("unknown record type '{}'", text)));
    table.columns.push_back({std::string(key), std::string(type->sql)});
  }
  return table;
}

}  // namespace

const RecordColumn* RecordTable::Find(std::string_view column) const {
  const auto found = std::ranges::find(columns, column, &RecordColumn::name);
  return found == columns.end() ? nullptr : &*found;
}

const RecordTable* RecordSchema::Find(std::string_view table) const {
  const auto found = std::ranges::find(tables, table, &RecordTable::name);
  return found == tables.end() ? nullptr : &*found;
}

Result<RecordSchema> ParseRecordSchema(std::string_view toml, std::string_view file_name) {
  WEIR_TRY(TomlReader reader, TomlReader::Parse(toml, file_name));
  RecordSchema schema;
  for (const auto& [name, node] : TomlReader::InOrder(reader.root())) {
    WEIR_TRY(const toml::table* body, reader.Table(*node));
    WEIR_TRY(RecordTable table, ReadTable(reader, name, *body));
    schema.tables.push_back(std::move(table));
  }
  return schema;
}

Result<RecordSchema> LoadRecordSchema() {
  const auto text = FindEmbedded("models", "records.toml");
  if (!text) return Fail(NotFound("models/records.toml is not part of this program"));
  return ParseRecordSchema(*text, "models/records.toml");
}

}  // namespace weir::sources
