// What a SQL engine must offer to run Weir's models: the embedded store does, a distributed engine may. Statements
// keep to the common subset written down in docs/design/store.md; differences between engines live in dialect.h.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/chunk.h"
#include "store/value.h"

namespace weir::store {

// Rows in the order of the statement, chunk by chunk.
class RowStream {
 public:
  virtual ~RowStream() = default;
  virtual const std::vector<ColumnHeader>& columns() const = 0;
  // The next chunk, or nullptr at the end. The chunk lives until the next call.
  virtual Result<const Chunk*> Next() = 0;
};

class Session {
 public:
  virtual ~Session() = default;
  // Runs one or more statements without parameters, or one with; gives the number of changed rows of the last.
  virtual Result<std::int64_t> Execute(std::string_view sql, std::span<const Value> parameters = {}) = 0;
  virtual Result<std::unique_ptr<RowStream>> Stream(std::string_view sql, std::span<const Value> parameters = {}) = 0;
  // Stops the running statement from another thread; it then fails with kCancelled.
  virtual void Interrupt() = 0;

  // Reads everything; fails with kTooLarge beyond max_rows.
  Result<Rows> Query(std::string_view sql, std::span<const Value> parameters = {}, std::size_t max_rows = kMaxRows);
  // The same for a statement that reads few rows, whose planning takes longer than its reading: an engine that plans a
  // statement with parameters twice may write them into the text.
  virtual Result<Rows> QueryFew(std::string_view sql, std::span<const Value> parameters = {}) {
    return Query(sql, parameters);
  }
  // The single value of a one-row, one-column statement; null if there is no row.
  Result<Value> QueryValue(std::string_view sql, std::span<const Value> parameters = {});
  Result<std::int64_t> QueryInteger(std::string_view sql, std::span<const Value> parameters = {});

  static constexpr std::size_t kMaxRows = 5'000'000;
};

// All rows of a stream; fails with kTooLarge beyond max_rows.
Result<Rows> ReadAll(RowStream& stream, std::size_t max_rows = Session::kMaxRows);

// Interrupts the session when the token is stopped, for the life of the guard.
using StopGuard = std::stop_callback<std::function<void()>>;

}  // namespace weir::store
