// A function of SQL that is written here: told to the store, and rows with nulls. Private to store/.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/duckdb_types.h"

namespace weir::store {

// Owns a type of the library.
class LogicalType {
 public:
  static LogicalType Of(duckdb_type type) { return LogicalType(duckdb_create_logical_type(type)); }
  static LogicalType OfDecimal(std::uint8_t width, std::uint8_t scale) {
    return LogicalType(duckdb_create_decimal_type(width, scale));
  }
  LogicalType(LogicalType&& other) noexcept : type_(std::exchange(other.type_, nullptr)) {}
  LogicalType& operator=(LogicalType&&) = delete;
  ~LogicalType() { duckdb_destroy_logical_type(&type_); }
  duckdb_logical_type get() const { return type_; }

 private:
  explicit LogicalType(duckdb_logical_type type) : type_(type) {}
  duckdb_logical_type type_;
};

// A database knows it from then on, in all of its connections. It is given nulls too, and the same parameters give the
// same value. `bind`, where there is one, is called while a statement is planned, for each call that it holds.
inline void RegisterScalarFunction(duckdb_connection connection, const char* name,
                                   const std::vector<LogicalType>& parameters, const LogicalType& value,
                                   duckdb_scalar_function_t run, duckdb_scalar_function_bind_t bind = nullptr) {
  duckdb_scalar_function function = duckdb_create_scalar_function();
  duckdb_scalar_function_set_name(function, name);
  for (const LogicalType& parameter : parameters) duckdb_scalar_function_add_parameter(function, parameter.get());
  duckdb_scalar_function_set_return_type(function, value.get());
  duckdb_scalar_function_set_special_handling(function);
  duckdb_scalar_function_set_function(function, run);
  if (bind != nullptr) duckdb_scalar_function_set_bind(function, bind);
  const bool is_done = duckdb_register_scalar_function(connection, function) == DuckDBSuccess;
  duckdb_destroy_scalar_function(&function);
  WEIR_CHECK(is_done);
}

// A text of a parameter; short ones lie in the string itself, which must outlive the view.
inline std::string_view TextOf(const duckdb_string_t& text) {
  duckdb_string_t copy = text;
  const char* data = text.value.inlined.length <= sizeof(text.value.inlined.inlined) ? text.value.inlined.inlined
                                                                                     : duckdb_string_t_data(&copy);
  return {data, text.value.inlined.length};
}

// A parameter of all rows of a chunk.
template <typename T>
class Argument {
 public:
  Argument(duckdb_data_chunk input, idx_t index) {
    duckdb_vector vector = duckdb_data_chunk_get_vector(input, index);
    values_ = static_cast<const T*>(duckdb_vector_get_data(vector));
    validity_ = duckdb_vector_get_validity(vector);
  }
  bool HasNulls() const { return validity_ != nullptr; }  // may have
  bool IsNull(idx_t row) const { return validity_ != nullptr && (validity_[row / 64] >> (row % 64) & 1) == 0; }
  const T& operator[](idx_t row) const { return values_[row]; }

 private:
  const T* values_;
  std::uint64_t* validity_;
};

// The values of all rows of a chunk; what is not set is null. The bits of validity are written here rather than by the
// library, whose function would be called for each row.
template <typename T>
class Answers {
 public:
  Answers(duckdb_vector output, idx_t rows) : values_(static_cast<T*>(duckdb_vector_get_data(output))) {
    duckdb_vector_ensure_validity_writable(output);
    validity_ = duckdb_vector_get_validity(output);
    std::fill_n(validity_, (rows + 63) / 64, 0);
  }
  void Set(idx_t row, T value) {
    values_[row] = value;
    validity_[row / 64] |= std::uint64_t{1} << (row % 64);
  }

 private:
  T* values_;
  std::uint64_t* validity_;
};

}  // namespace weir::store
