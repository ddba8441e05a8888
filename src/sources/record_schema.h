// The record tables that mappings emit (models/records.toml): names and types, in the order of the file.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir::sources {

struct RecordColumn {
  std::string name;
  std::string sql_type;  // VARCHAR, BIGINT, DECIMAL(18,4), ...
};

struct RecordTable {
  std::string name;
  std::string entity;  // kind of identity of its key; empty if none
  std::vector<RecordColumn> columns;
  const RecordColumn* Find(std::string_view column) const;
};

struct RecordSchema {
  std::vector<RecordTable> tables;
  const RecordTable* Find(std::string_view table) const;
};

Result<RecordSchema> ParseRecordSchema(std::string_view toml, std::string_view file_name);
// Reads the one that travels inside the program.
Result<RecordSchema> LoadRecordSchema();

}  // namespace weir::sources
