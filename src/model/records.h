// The record tables that mappings may emit (models/records.toml): names, columns, types and what keys refer to.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir::model {

enum class RecordType : std::uint8_t { kText, kInteger, kDecimal, kMoney, kShare, kDate, kInstant, kBoolean };

// The type of the column in SQL: money is DECIMAL(18,4), share DECIMAL(18,9), decimal DECIMAL(38,12).
std::string_view SqlTypeOf(RecordType type);

struct RecordColumn {
  std::string name;
  RecordType type = RecordType::kText;
};

struct RecordTable {
  std::string name;
  std::string entity;  // kind of identity of `key`; empty for facts
  std::vector<RecordColumn> columns;

  const RecordColumn* Find(std::string_view column) const;
};

// The kind of entity that a key column refers to: account_key -> account, owner_key -> member; nothing for `key`.
std::optional<std::string> ReferredEntity(const RecordTable& table, std::string_view column);

Result<std::vector<RecordTable>> ParseRecordTables(std::string_view toml_text);
// Those embedded in the program; parsed once.
const std::vector<RecordTable>& RecordTables();
const RecordTable* FindRecordTable(std::string_view name);

}  // namespace weir::model
