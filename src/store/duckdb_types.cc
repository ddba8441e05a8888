#include "store/duckdb_types.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace weir::store {
namespace {

duckdb_type StorageType(duckdb_logical_type type) {
  const duckdb_type id = duckdb_get_type_id(type);
  if (id == DUCKDB_TYPE_DECIMAL) return duckdb_decimal_internal_type(type);
  if (id == DUCKDB_TYPE_ENUM) return duckdb_enum_internal_type(type);
  return id;
}

std::uint8_t WidthOf(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_BOOLEAN:
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_UTINYINT:
      return 1;
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_USMALLINT:
      return 2;
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DATE:
      return 4;
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UHUGEINT:
    case DUCKDB_TYPE_VARCHAR:
      return 16;
    default:
      return 8;
  }
}

}  // namespace

Result<ColumnHeader> HeaderOf(const std::string& name, duckdb_logical_type type) {
  switch (duckdb_get_type_id(type)) {
    case DUCKDB_TYPE_SQLNULL:
      return ColumnHeader{name, Type::kNull, 0};
    case DUCKDB_TYPE_BOOLEAN:
      return ColumnHeader{name, Type::kBoolean, 0};
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
      return ColumnHeader{name, Type::kInteger, 0};
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UBIGINT:
      return ColumnHeader{name, Type::kDecimal, 0};
    case DUCKDB_TYPE_DECIMAL:
      return ColumnHeader{name, Type::kDecimal, duckdb_decimal_scale(type)};
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
      return ColumnHeader{name, Type::kDouble, 0};
    case DUCKDB_TYPE_VARCHAR:
      return ColumnHeader{name, Type::kText, 0};
    case DUCKDB_TYPE_DATE:
      return ColumnHeader{name, Type::kDate, 0};
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return ColumnHeader{name, Type::kInstant, 0};
    default:
      return Fail(BadInput("column '{}' has a type that Weir does not read", name)
                      .Mend("Cast it in the statement: CAST(column AS VARCHAR)"));
  }
}

duckdb_hugeint ToHugeint(Int128 value) {
  return {static_cast<std::uint64_t>(value & ~std::uint64_t{0}), static_cast<std::int64_t>(value >> 64)};
}

Int128 FromHugeint(duckdb_hugeint value) { return static_cast<Int128>(value.upper) * (Int128{1} << 64) + value.lower; }

Status BindValue(duckdb_prepared_statement statement, idx_t index, const Value& value) {
  struct Binder {
    duckdb_prepared_statement statement;
    idx_t index;
    duckdb_state operator()(std::monostate) const { return duckdb_bind_null(statement, index); }
    duckdb_state operator()(bool flag) const { return duckdb_bind_boolean(statement, index, flag); }
    duckdb_state operator()(std::int64_t number) const { return duckdb_bind_int64(statement, index, number); }
    duckdb_state operator()(const Decimal& number) const {
      return duckdb_bind_decimal(statement, index, {38, number.scale, ToHugeint(number.units)});
    }
    duckdb_state operator()(double number) const { return duckdb_bind_double(statement, index, number); }
    duckdb_state operator()(const std::string& text) const {
      return duckdb_bind_varchar_length(statement, index, text.data(), text.size());
    }
    duckdb_state operator()(Date date) const { return duckdb_bind_date(statement, index, {date.days}); }
    duckdb_state operator()(Instant instant) const { return duckdb_bind_timestamp(statement, index, {instant.micros}); }
  };
  if (std::visit(Binder{statement, index}, value) == DuckDBSuccess) return {};
  return Fail(BadInput("cannot bind parameter {} of a statement (text must be valid UTF-8)", index));
}

Error DiskFull() { return Unavailable("the disk is full").Mend("Free some space, then do the same again"); }

namespace {

// Where the library gives no type, its messages begin with it.
duckdb_error_type TypeNamedIn(std::string_view message) {
  constexpr std::array<std::pair<std::string_view, duckdb_error_type>, 9> kNames{{
      {"INTERRUPT Error", DUCKDB_ERROR_INTERRUPT},
      {"IO Error", DUCKDB_ERROR_IO},
      {"Connection Error", DUCKDB_ERROR_CONNECTION},
      {"Network Error", DUCKDB_ERROR_NETWORK},
      {"Out of Memory Error", DUCKDB_ERROR_OUT_OF_MEMORY},
      {"Permission Error", DUCKDB_ERROR_PERMISSION},
      {"TransactionContext Error", DUCKDB_ERROR_TRANSACTION},
      {"INTERNAL Error", DUCKDB_ERROR_INTERNAL},
      {"FATAL Error", DUCKDB_ERROR_FATAL},
  }};
  for (const auto& [name, type] : kNames) {
    if (message.starts_with(name)) return type;
  }
  return DUCKDB_ERROR_INVALID;
}

}  // namespace

Error TranslateError(duckdb_error_type type, const char* message) {
  std::string text = message == nullptr ? "unknown error of the store" : message;
  // Also inside the report of a commit that failed, which the library calls fatal.
  if (text.find("No space left") != std::string::npos || text.find("Disk quota exceeded") != std::string::npos) {
    return DiskFull();
  }
  switch (type == DUCKDB_ERROR_INVALID ? TypeNamedIn(text) : type) {
    case DUCKDB_ERROR_INTERRUPT:
      return Cancelled("stopped before it was done");
    case DUCKDB_ERROR_IO:
    case DUCKDB_ERROR_CONNECTION:
    case DUCKDB_ERROR_NETWORK:
      return Unavailable("{}", text);
    case DUCKDB_ERROR_OUT_OF_MEMORY:
      return TooLarge("{}", text).Mend("Narrow the question or raise the memory limit in the settings");
    case DUCKDB_ERROR_PERMISSION:
      return Forbidden("{}", text);
    case DUCKDB_ERROR_TRANSACTION:
      return Conflict("{}", text);
    case DUCKDB_ERROR_INTERNAL:
    case DUCKDB_ERROR_FATAL:
      return MakeError(Code::kBug, "{}", text);
    default:
      return BadInput("{}", text);
  }
}

DuckColumn::DuckColumn(duckdb_vector vector, const ColumnHeader& header, std::size_t size) {
  duckdb_logical_type type = duckdb_vector_get_column_type(vector);
  stored_as_ = StorageType(type);
  duckdb_destroy_logical_type(&type);
  type_ = header.type;
  scale_ = header.scale;
  size_ = size;
  width_ = WidthOf(stored_as_);
  validity_ = duckdb_vector_get_validity(vector);
  data_ = duckdb_vector_get_data(vector);
}

Int128 DuckColumn::UnitsAt(std::size_t row) const {
  switch (stored_as_) {
    case DUCKDB_TYPE_TINYINT:
      return static_cast<const std::int8_t*>(data_)[row];
    case DUCKDB_TYPE_UTINYINT:
      return static_cast<const std::uint8_t*>(data_)[row];
    case DUCKDB_TYPE_SMALLINT:
      return static_cast<const std::int16_t*>(data_)[row];
    case DUCKDB_TYPE_USMALLINT:
      return static_cast<const std::uint16_t*>(data_)[row];
    case DUCKDB_TYPE_INTEGER:
      return static_cast<const std::int32_t*>(data_)[row];
    case DUCKDB_TYPE_UINTEGER:
      return static_cast<const std::uint32_t*>(data_)[row];
    case DUCKDB_TYPE_BIGINT:
      return static_cast<const std::int64_t*>(data_)[row];
    case DUCKDB_TYPE_UBIGINT:
      return static_cast<const std::uint64_t*>(data_)[row];
    case DUCKDB_TYPE_HUGEINT:
      return FromHugeint(static_cast<const duckdb_hugeint*>(data_)[row]);
    default:
      throw Bug("a column that is no number was read as one");
  }
}

std::string_view DuckColumn::TextAt(std::size_t row) const {
  WEIR_CHECK(stored_as_ == DUCKDB_TYPE_VARCHAR);
  const auto& text = static_cast<const duckdb_string_t*>(data_)[row];
  if (duckdb_string_is_inlined(text)) return {text.value.inlined.inlined, text.value.inlined.length};
  return {text.value.pointer.ptr, text.value.pointer.length};
}

}  // namespace weir::store
