#include "store/chunk_appender.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
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
    case DUCKDB_TYPE_INTEGER:
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
};

struct Block {
  duckdb_data_chunk chunk = nullptr;  // made when the block is first needed
  std::vector<Column> columns;
  std::size_t text_bytes = 0;

  void Begin() {
    text_bytes = 0;
    for (idx_t i = 0; i < columns.size(); ++i) {
      columns[i].vector = duckdb_data_chunk_get_vector(chunk, i);
      columns[i].data = duckdb_vector_get_data(columns[i].vector);
      columns[i].validity = nullptr;
    }
  }
};

// The store's copying of a block takes about as long as filling one. So a long table has a writer of its own, which
// takes blocks over; a short one is done before a thread has begun. The store only notes a hundred blocks and then
// puts all of them in place at once: as many may wait meanwhile, if that is no more memory than kMostWaiting.
constexpr std::size_t kBlocks = 110;
constexpr std::size_t kMostWaiting = std::size_t{64} << 20U;
constexpr std::size_t kWrittenAlone = 16;

}  // namespace

struct ChunkAppender::State {
  duckdb_appender appender = nullptr;
  std::array<Block, kBlocks> blocks;  // those from `written` on up to `handed` wait for the writer, in a ring
  std::size_t current = 0;            // the block under way
  std::vector<duckdb_logical_type> types;
  std::vector<std::size_t> widths;  // of values, by column
  std::size_t ring = kBlocks;       // how many of the blocks are used: of a wide table few

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    StopWriter();
    for (Block& block : blocks) duckdb_destroy_data_chunk(&block.chunk);
    for (duckdb_logical_type& type : types) duckdb_destroy_logical_type(&type);
    duckdb_appender_destroy(&appender);
  }

  Error LastError() const {
    duckdb_error_data data = duckdb_appender_error_data(appender);
    Error error = TranslateError(duckdb_error_data_error_type(data), duckdb_error_data_message(data));
    duckdb_destroy_error_data(&data);
    return error;
  }

  Block& Current() { return blocks[current]; }

  void Take(std::size_t block) {
    current = block;
    if (Current().chunk != nullptr) return;
    Current().chunk = duckdb_create_data_chunk(types.data(), types.size());
    Current().columns.resize(types.size());
    Current().Begin();
  }

  // Cells of 16 bytes at most, besides their texts.
  std::size_t BlockBytes() const { return std::max<std::size_t>(1, widths.size()) * 16 * kRows; }
  std::size_t BytesOf(const Block& block) const { return BlockBytes() + block.text_bytes; }

  template <typename T>
  std::span<T> Places(std::size_t column) {
    WEIR_CHECK(widths.at(column) == sizeof(T));
    return {static_cast<T*>(Current().columns[column].data), kRows};
  }

  Status Write(Block& block) {
    if (duckdb_append_data_chunk(appender, block.chunk) != DuckDBSuccess) return Fail(LastError());
    duckdb_data_chunk_reset(block.chunk);
    block.Begin();
    return {};
  }

  // Gives the block under way to the writer and waits until another one is free.
  Status HandOver() {
    std::unique_lock lock(mutex);
    ++handed;
    waiting_bytes += BytesOf(Current());
    changed.notify_all();
    changed.wait(lock, [this] {
      return failure || handed == written || (handed - written < ring && waiting_bytes < kMostWaiting);
    });
    if (failure) return Fail(*failure);
    Take(handed % ring);
    return {};
  }

  // False where the system has no thread to give: then whoever appends goes on writing.
  bool StartWriter() {
    try {
      handed = written = current;
      writer = std::thread([this] { WriteHanded(); });
      return true;
    } catch (const std::system_error&) {
      return false;
    }
  }

  // Once everything that was handed over is written, or has failed.
  void StopWriter() {
    if (!writer.joinable()) return;
    {
      const std::lock_guard lock(mutex);
      is_over = true;
    }
    changed.notify_all();
    writer.join();
  }

  void WriteHanded() {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [this] { return is_over || written < handed; });
      if (written == handed || failure) return;
      Block& block = blocks[written % ring];
      const std::size_t bytes = BytesOf(block);
      lock.unlock();
      Status done = Write(block);
      lock.lock();
      if (!done) failure = std::move(done).error();
      ++written;
      waiting_bytes -= bytes;
      changed.notify_all();
    }
  }

  std::size_t appended = 0;  // blocks
  bool is_alone = true;      // no writer
  std::thread writer;
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t handed = 0;
  std::size_t written = 0;
  std::size_t waiting_bytes = 0;  // of the blocks that wait, and of the one that is being written
  bool is_over = false;
  std::optional<Error> failure;
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
  for (idx_t i = 0; i < duckdb_appender_column_count(state->appender); ++i) {
    state->types.push_back(duckdb_appender_column_type(state->appender, i));
    state->widths.push_back(WidthOf(state->types.back()));
  }
  constexpr std::size_t kFewest = 4;
  state->ring = std::clamp(kMostWaiting / state->BlockBytes(), kFewest, kBlocks);
  state->Take(0);
  return ChunkAppender(std::move(state));
}

std::size_t ChunkAppender::column_count() const { return state_->widths.size(); }
std::span<bool> ChunkAppender::Booleans(std::size_t column) { return state_->Places<bool>(column); }
std::span<std::int32_t> ChunkAppender::Integers(std::size_t column) { return state_->Places<std::int32_t>(column); }
std::span<std::int64_t> ChunkAppender::Longs(std::size_t column) { return state_->Places<std::int64_t>(column); }

void ChunkAppender::SetUnits(std::size_t column, std::size_t row, Int128 units) {
  state_->Places<duckdb_hugeint>(column)[row] = ToHugeint(units);
}

void ChunkAppender::SetText(std::size_t column, std::size_t row, std::string_view utf8) {
  Block& block = state_->Current();
  duckdb_vector_assign_string_element_len(block.columns[column].vector, row, utf8.data(), utf8.size());
  block.text_bytes += utf8.size();
}

void ChunkAppender::SetNull(std::size_t column, std::size_t row) {
  Column& place = state_->Current().columns[column];
  if (place.validity == nullptr) {
    duckdb_vector_ensure_validity_writable(place.vector);
    place.validity = duckdb_vector_get_validity(place.vector);
  }
  place.validity[row / 64] &= ~(std::uint64_t{1} << (row % 64));
}

Status ChunkAppender::Append(std::size_t rows) {
  WEIR_CHECK(rows <= kRows);
  if (rows == 0) return {};
  State& state = *state_;
  duckdb_data_chunk_set_size(state.Current().chunk, rows);
  if (state.is_alone && ++state.appended == kWrittenAlone) state.is_alone = !state.StartWriter();
  return state.is_alone ? state.Write(state.Current()) : state.HandOver();
}

Status ChunkAppender::Close() {
  state_->StopWriter();
  if (state_->failure) return Fail(*state_->failure);
  if (duckdb_appender_close(state_->appender) != DuckDBSuccess) return Fail(state_->LastError());
  return {};
}

}  // namespace weir::store
