#include "store/database.h"

#include <array>
#include <chrono>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "store/clock_functions.h"
#include "store/handles.h"
#include "store/json_functions.h"
#include "store/list_functions.h"
#include "store/literals.h"
#include "store/money_functions.h"
#include "store/packing.h"
#include "store/text_functions.h"

namespace weir::store {

namespace {

class Config {
 public:
  Config() { WEIR_CHECK(duckdb_create_config(&config_) == DuckDBSuccess); }
  Config(const Config&) = delete;
  Config& operator=(const Config&) = delete;
  ~Config() { duckdb_destroy_config(&config_); }
  Status Set(const char* name, const std::string& value) {
    if (duckdb_set_config(config_, name, value.c_str()) == DuckDBSuccess) return {};
    return Fail(BadInput("the store refuses setting {} = '{}'", name, value));
  }
  duckdb_config get() const { return config_; }

 private:
  duckdb_config config_ = nullptr;
};

Status FillConfig(Config& config, const std::filesystem::path& path, const OpenOptions& options) {
  if (options.read_only) WEIR_TRY(config.Set("access_mode", "READ_ONLY"));
  if (options.threads > 0) WEIR_TRY(config.Set("threads", std::to_string(options.threads)));
  if (!options.memory_limit.empty()) WEIR_TRY(config.Set("memory_limit", options.memory_limit));
  std::filesystem::path spill = options.temp_directory;
  if (spill.empty() && !path.empty()) spill = path.string() + ".tmp";
  if (!spill.empty()) WEIR_TRY(config.Set("temp_directory", spill.string()));
  WEIR_TRY(config.Set("autoinstall_known_extensions", "false"));
  WEIR_TRY(config.Set("autoload_known_extensions", "false"));
  // Results are put in order by the statement or not at all; determinism never rests on insertion order. The library
  // keeps that order all the same: people's own queries, which may ask for none, give the same rows each time so.
  return config.Set("default_null_order", "nulls_last");
}

// No thread of the library's own; how many there are to help.
Result<int> TakeOverThreads(Connection& connection) {
  WEIR_TRY(const std::int64_t threads, connection.QueryInteger("SELECT CAST(current_setting('threads') AS BIGINT)"));
  WEIR_TRY(connection.Execute(fmt::format("SET GLOBAL external_threads = {}", threads)));
  // Its allocator gives back what it no longer needs when threads of the library are idle, which there are none of:
  // else a process may hold nearly twice the memory that the store is allowed to take.
  WEIR_TRY(connection.Execute("SET GLOBAL allocator_background_threads = true"));
  return static_cast<int>(threads) - 1;
}

Status LockDown(Connection& connection, const OpenOptions& options) {
  // Instants are UTC everywhere; casts between zoned and plain stamps must not depend on the machine.
  WEIR_TRY(connection.Execute("SET GLOBAL TimeZone = 'UTC'"));
  WEIR_TRY(PackLittle(connection));
  WEIR_TRY(GatherChanges(connection));
  if (options.external_access) return {};
  if (!options.allowed_directories.empty()) {
    std::string list;
    for (const std::filesystem::path& directory : options.allowed_directories) {
      list += (list.empty() ? "" : ", ") + QuoteText(directory.string());
    }
    WEIR_TRY(connection.Execute("SET allowed_directories = [" + list + "]"));
  }
  WEIR_TRY(connection.Execute("SET enable_external_access = false"));
  WEIR_TRY(connection.Execute("SET lock_configuration = true"));
  return {};
}

// What keeps a file from being opened; the library tells it in words only.
Error OpenError(std::string_view text) {
  const auto says = [&](std::string_view words) { return text.find(words) != std::string_view::npos; };
  if (says("Could not set lock")) return Busy("another process has the store open");
  if (says("database file with version number")) {
    return Unavailable("the store was written by a newer version of Weir")
        .Mend("Update this program, then open it again");
  }
  if (says("No space left") || says("Disk quota exceeded")) return DiskFull();
  if (says("not a valid DuckDB database") || says("checksum") || says("corrupt")) {
    return Unavailable("the store is damaged, or is none: {}", text).Mend("Restore the workspace from a backup");
  }
  return Unavailable("cannot open the store: {}", text);
}

class Prepared {
 public:
  static Result<Prepared> Make(duckdb_connection connection, duckdb_extracted_statements statements, idx_t index) {
    Prepared prepared;
    if (duckdb_prepare_extracted_statement(connection, statements, index, &prepared.statement_) != DuckDBSuccess) {
      return Fail(TranslateError(DUCKDB_ERROR_INVALID, duckdb_prepare_error(prepared.statement_)));
    }
    return prepared;
  }
  Prepared(Prepared&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
  Prepared& operator=(Prepared&&) = delete;
  ~Prepared() { duckdb_destroy_prepare(&statement_); }

  Status Bind(std::span<const Value> parameters) {
    if (duckdb_nparams(statement_) != parameters.size()) {
      return Fail(
          BadInput("the statement takes {} parameters, {} were given", duckdb_nparams(statement_), parameters.size()));
    }
    for (idx_t i = 0; i < parameters.size(); ++i) WEIR_TRY(BindValue(statement_, i + 1, parameters[i]));
    return {};
  }
  duckdb_prepared_statement get() const { return statement_; }

 private:
  Prepared() = default;
  duckdb_prepared_statement statement_ = nullptr;
};

class Extracted {
 public:
  static Result<Extracted> Make(duckdb_connection connection, std::string_view sql) {
    Extracted extracted;
    const std::string text(sql);
    extracted.count_ = duckdb_extract_statements(connection, text.c_str(), &extracted.statements_);
    if (extracted.count_ == 0) {
      const char* message = duckdb_extract_statements_error(extracted.statements_);
      return Fail(message == nullptr ? BadInput("the statement is empty") : BadInput("{}", message));
    }
    return extracted;
  }
  Extracted(Extracted&& other) noexcept
      : statements_(std::exchange(other.statements_, nullptr)), count_(std::exchange(other.count_, 0)) {}
  Extracted& operator=(Extracted&&) = delete;
  ~Extracted() { duckdb_destroy_extracted(&statements_); }
  idx_t count() const { return count_; }
  duckdb_extracted_statements get() const { return statements_; }

 private:
  Extracted() = default;
  duckdb_extracted_statements statements_ = nullptr;
  idx_t count_ = 0;
};

struct ResultOwner {
  duckdb_result result{};
  ResultOwner() = default;
  ResultOwner(const ResultOwner&) = delete;
  ResultOwner& operator=(const ResultOwner&) = delete;
  ~ResultOwner() { duckdb_destroy_result(&result); }
};

class Pending {
 public:
  Pending() = default;
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;
  ~Pending() { duckdb_destroy_pending(&pending_); }

  // Starts the statement and works on it until its result, or its first rows, can be had. The store's own loop asks for
  // tasks without pause while other threads work on the last ones; this one sleeps, so that the processor is theirs.
  Status Run(duckdb_prepared_statement statement, bool is_streaming, duckdb_result& result) {
    const duckdb_state started = is_streaming ? duckdb_pending_prepared_streaming(statement, &pending_)
                                              : duckdb_pending_prepared(statement, &pending_);
    if (started != DuckDBSuccess) {
      return Fail(TranslateError(DUCKDB_ERROR_INVALID, duckdb_pending_error(pending_)));
    }
    if (Wait() == DUCKDB_PENDING_ERROR) {
      return Fail(TranslateError(DUCKDB_ERROR_INVALID, duckdb_pending_error(pending_)));
    }
    if (duckdb_execute_pending(pending_, &result) == DuckDBSuccess) return {};
    return Fail(TranslateError(duckdb_result_error_type(&result), duckdb_result_error(&result)));
  }

 private:
  duckdb_pending_state Wait() {
    constexpr int kPatience = 64;  // a few microseconds
    constexpr std::chrono::microseconds kPause{20};
    for (int idle = 0;;) {
      const duckdb_pending_state state = duckdb_pending_execute_task(pending_);
      if (duckdb_pending_execution_is_finished(state)) return state;
      idle = state == DUCKDB_PENDING_NO_TASKS_AVAILABLE ? idle + 1 : 0;
      if (idle > kPatience) std::this_thread::sleep_for(kPause);
    }
  }

  duckdb_pending_result pending_ = nullptr;
};

class DuckChunk final : public Chunk {
 public:
  DuckChunk(duckdb_data_chunk chunk, const std::vector<ColumnHeader>& headers) : chunk_(chunk) {
    const std::size_t rows = duckdb_data_chunk_get_size(chunk);
    for (idx_t i = 0; i < headers.size(); ++i) {
      columns_.emplace_back(duckdb_data_chunk_get_vector(chunk, i), headers[i], rows);
    }
    size_ = rows;
  }
  DuckChunk(const DuckChunk&) = delete;
  DuckChunk& operator=(const DuckChunk&) = delete;
  ~DuckChunk() override { duckdb_destroy_data_chunk(&chunk_); }
  std::size_t size() const override { return size_; }
  std::size_t column_count() const override { return columns_.size(); }
  const ColumnView& Column(std::size_t index) const override { return columns_.at(index); }

 private:
  duckdb_data_chunk chunk_;
  std::size_t size_ = 0;
  std::deque<DuckColumn> columns_;
};

class DuckStream final : public RowStream {
 public:
  static Result<std::unique_ptr<RowStream>> Open(std::shared_ptr<Database::Handle> database, Prepared statement) {
    auto stream = std::unique_ptr<DuckStream>(new DuckStream(std::move(database), std::move(statement)));
    Pending pending;
    WEIR_TRY(pending.Run(stream->statement_->get(), true, stream->owner_.result));
    WEIR_TRY(stream->ReadHeaders());
    return std::unique_ptr<RowStream>(std::move(stream));
  }

  // The result of a text that is planned and run at once.
  static Result<std::unique_ptr<RowStream>> OpenText(std::shared_ptr<Database::Handle> database,
                                                     duckdb_connection connection, const std::string& sql) {
    auto stream = std::unique_ptr<DuckStream>(new DuckStream(std::move(database), std::nullopt));
    if (duckdb_query(connection, sql.c_str(), &stream->owner_.result) != DuckDBSuccess)
      return Fail(stream->LastError());
    WEIR_TRY(stream->ReadHeaders());
    return std::unique_ptr<RowStream>(std::move(stream));
  }

  const std::vector<ColumnHeader>& columns() const override { return columns_; }

  Result<const Chunk*> Next() override {
    current_.reset();
    while (true) {
      duckdb_data_chunk chunk = duckdb_fetch_chunk(owner_.result);
      if (chunk == nullptr) break;
      if (duckdb_data_chunk_get_size(chunk) > 0) {
        current_ = std::make_unique<DuckChunk>(chunk, columns_);
        return current_.get();
      }
      duckdb_destroy_data_chunk(&chunk);
    }
    const char* message = duckdb_result_error(&owner_.result);
    if (message != nullptr && *message != '\0') return Fail(LastError());
    return static_cast<const Chunk*>(nullptr);
  }

 private:
  DuckStream(std::shared_ptr<Database::Handle> database, std::optional<Prepared> statement)
      : database_(std::move(database)), running_(database_->workers.get()), statement_(std::move(statement)) {}

  Error LastError() {
    return TranslateError(duckdb_result_error_type(&owner_.result), duckdb_result_error(&owner_.result));
  }

  Status ReadHeaders() {
    const idx_t count = duckdb_column_count(&owner_.result);
    for (idx_t i = 0; i < count; ++i) {
      duckdb_logical_type type = duckdb_column_logical_type(&owner_.result, i);
      auto header = HeaderOf(duckdb_column_name(&owner_.result, i), type);
      duckdb_destroy_logical_type(&type);
      if (!header) return Fail(std::move(header).error());
      columns_.push_back(std::move(*header));
    }
    return {};
  }

  std::shared_ptr<Database::Handle> database_;
  Workers::Statement running_;
  std::optional<Prepared> statement_;
  ResultOwner owner_;
  std::vector<ColumnHeader> columns_;
  std::unique_ptr<DuckChunk> current_;
};

}  // namespace

Database::Database(std::shared_ptr<Handle> handle) : handle_(std::move(handle)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::Open(const std::filesystem::path& path, const OpenOptions& options) {
  Config config;
  WEIR_TRY(FillConfig(config, path, options));
  auto handle = std::make_shared<Handle>();
  char* message = nullptr;
  const std::string name = path.empty() ? ":memory:" : path.string();
  if (duckdb_open_ext(name.c_str(), &handle->database, config.get(), &message) != DuckDBSuccess) {
    const std::string text = message == nullptr ? "" : message;
    duckdb_free(message);
    return Fail(OpenError(text).At(name));
  }
  Database database(std::move(handle));
  WEIR_TRY(Connection connection, database.Connect());
  RegisterClockFunctions(connection.handle().connection);
  RegisterMoneyFunctions(connection.handle().connection);
  RegisterListFunctions(connection.handle().connection);
  RegisterJsonFunctions(connection.handle().connection);
  RegisterTextFunctions(connection.handle().connection);
  WEIR_TRY(const int helpers, TakeOverThreads(connection));
  if (helpers > 0) database.handle_->workers = std::make_unique<Workers>(database.handle_->database, helpers);
  WEIR_TRY(LockDown(connection, options));
  database.handle_->path = path;
  return database;
}

Result<Connection> Database::Connect() const {
  auto handle = std::make_unique<Connection::Handle>();
  handle->database = handle_;
  if (duckdb_connect(handle_->database, &handle->connection) != DuckDBSuccess) {
    return Fail(Unavailable("cannot connect to the store"));
  }
  Connection connection(std::move(handle));
  PackWhatIsLarge(*handle_, connection);
  return connection;
}

std::string Database::LibraryVersion() { return duckdb_library_version(); }

Connection::Connection(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

Result<std::int64_t> Connection::Execute(std::string_view sql, std::span<const Value> parameters) {
  WEIR_TRY(Extracted extracted, Extracted::Make(handle_->connection, sql));
  if (extracted.count() > 1 && !parameters.empty()) {
    return Fail(BadInput("parameters go with a single statement, {} were given", extracted.count()));
  }
  std::int64_t changed = 0;
  const Workers::Statement running(handle_->database->workers.get());
  for (idx_t i = 0; i < extracted.count(); ++i) {
    WEIR_TRY(Prepared statement, Prepared::Make(handle_->connection, extracted.get(), i));
    WEIR_TRY(statement.Bind(parameters));
    ResultOwner owner;
    Pending pending;
    WEIR_TRY(pending.Run(statement.get(), false, owner.result));
    changed = static_cast<std::int64_t>(duckdb_rows_changed(&owner.result));
  }
  return changed;
}

Result<std::unique_ptr<RowStream>> Connection::Stream(std::string_view sql, std::span<const Value> parameters) {
  WEIR_TRY(Extracted extracted, Extracted::Make(handle_->connection, sql));
  if (extracted.count() != 1) return Fail(BadInput("one statement is expected, {} were given", extracted.count()));
  WEIR_TRY(Prepared statement, Prepared::Make(handle_->connection, extracted.get(), 0));
  WEIR_TRY(statement.Bind(parameters));
  return DuckStream::Open(handle_->database, std::move(statement));
}

// The library plans a statement that reads variables of the connection when it is prepared, and again when it runs.
Result<Rows> Connection::QueryFew(std::string_view sql, std::span<const Value> parameters) {
  WEIR_TRY(const std::string text, WithLiterals(sql, parameters));
  WEIR_TRY(std::unique_ptr<RowStream> stream, DuckStream::OpenText(handle_->database, handle_->connection, text));
  return ReadAll(*stream);
}

void Connection::Interrupt() { duckdb_interrupt(handle_->connection); }

double Connection::Progress() const {
  const duckdb_query_progress_type progress = duckdb_query_progress(handle_->connection);
  return progress.percentage < 0.0 ? -1.0 : progress.percentage / 100.0;
}

struct Appender::Handle {
  duckdb_appender appender = nullptr;
  bool row_failed = false;
  Handle() = default;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { duckdb_appender_destroy(&appender); }
  Error LastError() const {
    duckdb_error_data data = duckdb_appender_error_data(appender);
    Error error = TranslateError(duckdb_error_data_error_type(data), duckdb_error_data_message(data));
    duckdb_destroy_error_data(&data);
    return error;
  }
  void Note(duckdb_state state) { row_failed = row_failed || state != DuckDBSuccess; }
};

Appender::Appender(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
Appender::Appender(Appender&&) noexcept = default;
Appender& Appender::operator=(Appender&&) noexcept = default;
Appender::~Appender() = default;

Result<Appender> Connection::Append(std::string_view schema, std::string_view table) {
  auto handle = std::make_unique<Appender::Handle>();
  const std::string schema_name(schema);
  const std::string table_name(table);
  if (duckdb_appender_create(handle_->connection, schema_name.c_str(), table_name.c_str(), &handle->appender) !=
      DuckDBSuccess) {
    return Fail(handle->LastError());
  }
  return Appender(std::move(handle));
}

void Appender::Null() { handle_->Note(duckdb_append_null(handle_->appender)); }
void Appender::Boolean(bool value) { handle_->Note(duckdb_append_bool(handle_->appender, value)); }
void Appender::Integer(std::int64_t value) { handle_->Note(duckdb_append_int64(handle_->appender, value)); }
void Appender::Unsigned(std::uint64_t value) { handle_->Note(duckdb_append_uint64(handle_->appender, value)); }
void Appender::Double(double value) { handle_->Note(duckdb_append_double(handle_->appender, value)); }
void Appender::Day(Date value) { handle_->Note(duckdb_append_date(handle_->appender, {value.days})); }
void Appender::At(Instant value) { handle_->Note(duckdb_append_timestamp(handle_->appender, {value.micros})); }

void Appender::Text(std::string_view value) {
  handle_->Note(duckdb_append_varchar_length(handle_->appender, value.data(), value.size()));
}

void Appender::Amount(Decimal value) {
  duckdb_value boxed = duckdb_create_decimal({38, value.scale, ToHugeint(value.units)});
  handle_->Note(duckdb_append_value(handle_->appender, boxed));
  duckdb_destroy_value(&boxed);
}

void Appender::Add(const Value& value) {
  struct Visitor {
    Appender& to;
    void operator()(std::monostate) const { to.Null(); }
    void operator()(bool flag) const { to.Boolean(flag); }
    void operator()(std::int64_t number) const { to.Integer(number); }
    void operator()(const Decimal& number) const { to.Amount(number); }
    void operator()(double number) const { to.Double(number); }
    void operator()(const std::string& text) const { to.Text(text); }
    void operator()(Date date) const { to.Day(date); }
    void operator()(Instant instant) const { to.At(instant); }
  };
  std::visit(Visitor{*this}, value);
}

Status Appender::EndRow() {
  if (handle_->row_failed || duckdb_appender_end_row(handle_->appender) != DuckDBSuccess) {
    handle_->row_failed = false;
    return Fail(handle_->LastError());
  }
  return {};
}

Status Appender::Close() {
  if (duckdb_appender_close(handle_->appender) != DuckDBSuccess) return Fail(handle_->LastError());
  duckdb_appender_destroy(&handle_->appender);
  handle_->appender = nullptr;
  return {};
}

Result<Transaction> Transaction::Begin(Session& session, bool read_only) {
  WEIR_TRY(session.Execute(read_only ? "BEGIN TRANSACTION READ ONLY" : "BEGIN TRANSACTION"));
  return Transaction(&session);
}

Transaction::Transaction(Transaction&& other) noexcept : session_(std::exchange(other.session_, nullptr)) {}

Transaction::~Transaction() {
  // A failed rollback means that the transaction is already gone.
  if (session_ != nullptr) static_cast<void>(session_->Execute("ROLLBACK").has_value());
}

Status Transaction::Commit() {
  WEIR_CHECK(session_ != nullptr);
  WEIR_TRY(session_->Execute("COMMIT"));
  session_ = nullptr;
  return {};
}

namespace {

std::string Quoted(std::string_view text, char quote) {
  std::string quoted(1, quote);
  for (const char c : text) {
    quoted.push_back(c);
    if (c == quote) quoted.push_back(quote);
  }
  quoted.push_back(quote);
  return quoted;
}

}  // namespace

std::string QuoteName(std::string_view name) { return Quoted(name, '"'); }
std::string QuoteText(std::string_view text) { return Quoted(text, '\''); }

}  // namespace weir::store
