// The embedded store (DuckDB through its C API). One Database a process and file; connections are cheap and belong to
// one thread at a time. Decimals, integers, dates, instants (UTC) and text are the types in use.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/engine.h"

namespace weir::store {

struct OpenOptions {
  bool read_only = false;
  int threads = 0;                       // 0: all cores
  std::string memory_limit;              // "2GiB"; empty: the store's default (80 % of memory)
  std::filesystem::path temp_directory;  // for spilling; empty: beside the file
  // Reading and writing of files and network by SQL. Off for everything but import of Parquet and backups.
  bool external_access = false;
  // Directories that SQL may still touch with external access off.
  std::vector<std::filesystem::path> allowed_directories;
};

class Connection;

class Database {
 public:
  // An empty path opens a database in memory.
  static Result<Database> Open(const std::filesystem::path& path, const OpenOptions& options = {});
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  Result<Connection> Connect() const;
  static std::string LibraryVersion();

  struct Handle;  // opaque outside database.cc
  explicit Database(std::shared_ptr<Handle> handle);

 private:
  std::shared_ptr<Handle> handle_;
};

// Writes rows in column order. Every value is checked against the column's type; Close() reports what only shows at
// the end. Rows are flushed in blocks, so an appender works inside a transaction: leaving it without Close() and
// Commit() leaves nothing behind.
class Appender {
 public:
  Appender(Appender&&) noexcept;
  Appender& operator=(Appender&&) noexcept;
  ~Appender();

  void Null();
  void Boolean(bool value);
  void Integer(std::int64_t value);
  void Unsigned(std::uint64_t value);
  void Amount(Decimal value);  // any DECIMAL column; must fit
  void Double(double value);
  void Text(std::string_view value);
  void Day(Date value);
  void At(Instant value);
  void Add(const Value& value);

  // Ends the row; the first error since the last EndRow, with the column.
  Status EndRow();
  Status Close();

  struct Handle;
  explicit Appender(std::unique_ptr<Handle> handle);

 private:
  std::unique_ptr<Handle> handle_;
};

class Connection final : public Session {
 public:
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection() override;

  Result<std::int64_t> Execute(std::string_view sql, std::span<const Value> parameters = {}) override;
  Result<std::unique_ptr<RowStream>> Stream(std::string_view sql, std::span<const Value> parameters = {}) override;
  Result<Rows> QueryFew(std::string_view sql, std::span<const Value> parameters = {}) override;
  void Interrupt() override;
  // Between 0 and 1 while a statement runs on another thread, or -1.
  double Progress() const;

  Result<Appender> Append(std::string_view schema, std::string_view table);

  struct Handle;
  explicit Connection(std::unique_ptr<Handle> handle);
  Handle& handle() const { return *handle_; }  // complete only within store/

 private:
  std::unique_ptr<Handle> handle_;
};

// Rolls back unless committed.
class Transaction {
 public:
  static Result<Transaction> Begin(Session& session, bool read_only = false);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Status Commit();

 private:
  explicit Transaction(Session* session) : session_(session) {}
  Session* session_;
};

// "name" quoted as an identifier, 'text' as a literal.
std::string QuoteName(std::string_view name);
std::string QuoteText(std::string_view text);

}  // namespace weir::store
