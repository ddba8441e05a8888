// Writes whole blocks of typed columns into a table: the fast way in for imports and kernels. Types are those of the
// table and are not converted; a block is filled column by column and appended at once.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"
#include "store/database.h"

namespace weir::store {

class ChunkAppender {
 public:
  static constexpr std::size_t kRows = 2048;

  // An empty catalog is the database itself, "temp" the tables of this connection.
  static Result<ChunkAppender> Open(Connection& connection, std::string_view catalog, std::string_view schema,
                                    std::string_view table);
  ChunkAppender(ChunkAppender&&) noexcept;
  ChunkAppender& operator=(ChunkAppender&&) noexcept;
  ~ChunkAppender();

  std::size_t column_count() const;

  // Places of the block under way, valid until Append(). All are not null until SetNull.
  std::span<bool> Booleans(std::size_t column);
  std::span<std::int32_t> Integers(std::size_t column);              // INTEGER, DATE
  std::span<std::int64_t> Longs(std::size_t column);                 // BIGINT, TIMESTAMP, DECIMAL of 10 to 18 digits
  void SetUnits(std::size_t column, std::size_t row, Int128 units);  // DECIMAL of 19 to 38 digits
  void SetText(std::size_t column, std::size_t row, std::string_view utf8);
  void SetNull(std::size_t column, std::size_t row);

  // Appends the first `rows` rows of the block and begins the next. Of a long table blocks are written by a thread of
  // its own, in their order: what fails there is said by a later call. The connection may be asked other things
  // meanwhile.
  Status Append(std::size_t rows);
  Status Close();

 private:
  struct State;
  explicit ChunkAppender(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace weir::store
