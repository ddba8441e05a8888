// Between values of the store and DuckDB's C types. Private to store/.
#pragma once

#include <duckdb.h>

#include "base/result.h"
#include "store/chunk.h"
#include "store/value.h"

namespace weir::store {

// The type as Weir sees it; unsupported types (lists, structs, ...) fail: cast them to text in SQL.
Result<ColumnHeader> HeaderOf(const std::string& name, duckdb_logical_type type);

duckdb_hugeint ToHugeint(Int128 value);
Int128 FromHugeint(duckdb_hugeint value);

Status BindValue(duckdb_prepared_statement statement, idx_t index, const Value& value);

Error DiskFull();
// Copies the message before the owner is destroyed, and maps DuckDB's error to ours.
Error TranslateError(duckdb_error_type type, const char* message);

class DuckColumn final : public ColumnView {
 public:
  DuckColumn(duckdb_vector vector, const ColumnHeader& header, std::size_t size);
  Int128 UnitsAt(std::size_t row) const override;
  std::string_view TextAt(std::size_t row) const override;

 private:
  duckdb_type stored_as_;
};

}  // namespace weir::store
