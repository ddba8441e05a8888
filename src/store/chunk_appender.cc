#include "store/chunk_appender.h"

#include <string>
#include <vector>

#include "store/handles.h"

namespace weir::store {
namespace {

// Width in bytes of the values that may be written in place; 0 for texts.
std::size_t WidthOf(duckdb_logical_type type) {
  duckdb_type id = duckdb_get_type_id(type);
  if (id == DUCKDB_TYPE_DECIMAL) id = duckdb_decimal_internal_type(type);
  switch (id) {
    case DUCKDB_TYPE_BOOLEAN:
      return 1;
    case DUCKDB_TYPE_DATE:
      return 4;
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_TIMESTAMP:
      return 8;
    case DUCKDB_TYPE_HUGEINT:
      return 16;
    case DUCKDB_TYPE_VARCHAR:
      return 0;
    default:
      throw Bug("a table that is written in chunks has a column of another type");
  }
}

struct Column {
  duckdb_vector vector = nullptr;
  void* data = nullptr;
  std::uint64_t* validity = nullptr;  // fetched when the first null is set
  std::size_t width = 0;
};

}  // namespace

struct ChunkAppender::State {
  duckdb_appender appender = nullptr;
  duckdb_data_chunk chunk = nullptr;
  std::vector<Column> columns;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    duckdb_destroy_data_chunk(&chunk);
    duckdb_appender_destroy(&appender);
  }

  Error LastError() const {
    duckdb_error_data data = duckdb_appender_error_data(appender);
    Error error = TranslateError(duckdb_error_data_error_type(data), duckdb_error_data_message(data));
    duckdb_destroy_error_data(&data);
    return error;
  }

  void Begin() {
    for (idx_t i = 0; i < columns.size(); ++i) {
      columns[i].vector = duckdb_data_chunk_get_vector(chunk, i);
      columns[i].data = duckdb_vector_get_data(columns[i].vector);
      columns[i].validity = nullptr;
    }
  }

  template <typename T>
  std::span<T> Places(std::size_t column) {
    WEIR_CHECK(columns.at(column).width == sizeof(T));
    return {static_cast<T*>(columns[column].data), kRows};
  }
};

ChunkAppender::ChunkAppender(std::unique_ptr<State> state) : state_(std::move(state)) {}
ChunkAppender::ChunkAppender(ChunkAppender&&) noexcept = default;
ChunkAppender& ChunkAppender::operator=(ChunkAppender&&) noexcept = default;
ChunkAppender::~ChunkAppender() = default;

Result<ChunkAppender> ChunkAppender::Open(Connection& connection, std::string_view catalog, std::string_view schema,
                                          std::string_view table) {
  WEIR_CHECK(duckdb_vector_size() >= kRows);
  auto state = std::make_unique<State>();
  const std::string catalog_name(catalog);
  const std::string schema_name(schema);
  const std::string table_name(table);
  if (duckdb_appender_create_ext(connection.handle().connection, catalog.empty() ? nullptr : catalog_name.c_str(),
                                 schema_name.c_str(), table_name.c_str(), &state->appender) != DuckDBSuccess) {
    return Fail(state->LastError());
  }
  std::vector<duckdb_logical_type> types;
  for (idx_t i = 0; i < duckdb_appender_column_count(state->appender); ++i) {
    types.push_back(duckdb_appender_column_type(state->appender, i));
    state->columns.push_back({nullptr, nullptr, nullptr, WidthOf(types.back())});
  }
  state->chunk = duckdb_create_data_chunk(types.data(), types.size());
  for (duckdb_logical_type& type : types) duckdb_destroy_logical_type(&type);
  state->Begin();
  return ChunkAppender(std::move(state));
}

std::size_t ChunkAppender::column_count() const { return state_->columns.size(); }
std::span<bool> ChunkAppender::Booleans(std::size_t column) { return state_->Places<bool>(column); }
std::span<std::int32_t> ChunkAppender::Days(std::size_t column) { return state_->Places<std::int32_t>(column); }
std::span<std::int64_t> ChunkAppender::Longs(std::size_t column) { return state_->Places<std::int64_t>(column); }

void ChunkAppender::SetUnits(std::size_t column, std::size_t row, Int128 units) {
  state_->Places<duckdb_hugeint>(column)[row] = ToHugeint(units);
}

void ChunkAppender::SetText(std::size_t column, std::size_t row, std::string_view utf8) {
  duckdb_vector_assign_string_element_len(state_->columns[column].vector, row, utf8.data(), utf8.size());
}

void ChunkAppender::SetNull(std::size_t column, std::size_t row) {
  Column& place = state_->columns[column];
  if (place.validity == nullptr) {
    duckdb_vector_ensure_validity_writable(place.vector);
    place.validity = duckdb_vector_get_validity(place.vector);
  }
  place.validity[row / 64] &= ~(std::uint64_t{1} << (row % 64));
}

Status ChunkAppender::Append(std::size_t rows) {
  WEIR_CHECK(rows <= kRows);
  if (rows == 0) return {};
  duckdb_data_chunk_set_size(state_->chunk, rows);
  if (duckdb_append_data_chunk(state_->appender, state_->chunk) != DuckDBSuccess) return Fail(state_->LastError());
  duckdb_data_chunk_reset(state_->chunk);
  state_->Begin();
  return {};
}

Status ChunkAppender::Close() {
  if (duckdb_appender_close(state_->appender) != DuckDBSuccess) return Fail(state_->LastError());
  return {};
}

}  // namespace weir::store
