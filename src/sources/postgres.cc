#include "sources/postgres.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <system_error>
#include <utility>

#include <dlfcn.h>
#include <libpq-fe.h>

#include "base/text.h"
#include "sources/toml_reader.h"

namespace weir::sources {

namespace fs = std::filesystem;

namespace {

// The functions of libpq that are used, found when they are needed.
struct Libpq {
  decltype(&PQconnectdbParams) connect = nullptr;
  decltype(&PQstatus) status = nullptr;
  decltype(&PQerrorMessage) error_message = nullptr;
  decltype(&PQexecParams) exec = nullptr;
  decltype(&PQresultStatus) result_status = nullptr;
  decltype(&PQresultErrorMessage) result_error = nullptr;
  decltype(&PQclear) clear = nullptr;
  decltype(&PQgetCopyData) copy_data = nullptr;
  decltype(&PQgetResult) next_result = nullptr;
  decltype(&PQfreemem) free = nullptr;
  decltype(&PQfinish) finish = nullptr;
  decltype(&PQescapeIdentifier) quote = nullptr;
};

template <typename F>
bool Find(void* library, const char* name, F& function) {
  function = reinterpret_cast<F>(::dlsym(library, name));  // NOLINT(*-reinterpret-cast): how POSIX gives functions
  return function != nullptr;
}

Result<const Libpq*> LoadLibpq() {
  static Libpq libpq;
  static const bool is_there = [] {
    void* library = ::dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    return library != nullptr && Find(library, "PQconnectdbParams", libpq.connect) &&
           Find(library, "PQstatus", libpq.status) && Find(library, "PQerrorMessage", libpq.error_message) &&
           Find(library, "PQexecParams", libpq.exec) && Find(library, "PQresultStatus", libpq.result_status) &&
           Find(library, "PQresultErrorMessage", libpq.result_error) && Find(library, "PQclear", libpq.clear) &&
           Find(library, "PQgetCopyData", libpq.copy_data) && Find(library, "PQgetResult", libpq.next_result) &&
           Find(library, "PQfreemem", libpq.free) && Find(library, "PQfinish", libpq.finish) &&
           Find(library, "PQescapeIdentifier", libpq.quote);
  }();
  if (!is_there) {
    return Fail(Unavailable("libpq, which speaks to PostgreSQL, is not installed here")
                    .Mend("Install it: the package libpq5 on Debian and Ubuntu"));
  }
  return &libpq;
}

// What libpq says, on one line.
std::string Said(const char* message) {
  std::string text = message == nullptr ? "" : message;
  std::ranges::replace(text, '\n', ' ');
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

class Session {
 public:
  static Result<Session> Open(const PostgresSource& source, const std::string& password) {
    WEIR_TRY(const Libpq* libpq, LoadLibpq());
    std::vector<const char*> keys{"dbname", "application_name", "connect_timeout", "client_encoding"};
    std::vector<const char*> values{source.connection.c_str(), "weir", "15", "UTF8"};
    if (!password.empty()) {
      keys.push_back("password");
      values.push_back(password.c_str());
    }
    keys.push_back(nullptr);
    values.push_back(nullptr);
    Session session(libpq, libpq->connect(keys.data(), values.data(), 1));
    if (libpq->status(session.connection_.get()) != CONNECTION_OK) {
      return Fail(Unavailable("cannot connect to PostgreSQL: {}", Said(libpq->error_message(session.connection_.get())))
                      .Mend("Check 'connection', and that this machine and user may connect"));
    }
    // One moment for all that is read; nothing can be written; stamps with their offset, days year first.
    for (const char* statement :
         {"BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY", "SET LOCAL TimeZone = 'UTC'",
          "SET LOCAL DateStyle = 'ISO, YMD'", "SET LOCAL lock_timeout = '10s'"}) {
      WEIR_TRY(session.Run(statement, PGRES_COMMAND_OK));
    }
    return session;
  }

  Result<std::string> Quoted(std::string_view name) const {
    char* quoted = libpq_->quote(connection_.get(), name.data(), name.size());
    if (quoted == nullptr) return Fail(BadInput("'{}' is no name of a table", name));
    std::string text = quoted;
    libpq_->free(quoted);
    return text;
  }

  Status Copy(const std::string& select, const fs::path& to, const std::function<void(std::uint64_t)>& progress) {
    WEIR_TRY(Run(fmt::format("COPY ({}) TO STDOUT WITH (FORMAT csv, HEADER)", select), PGRES_COPY_OUT));
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(to.c_str(), "wbe"), &std::fclose);
    const auto cannot_write = [&] {
      return Fail(Unavailable("cannot write the file: {}", std::generic_category().message(errno)).At(to.string()));
    };
    if (file == nullptr) return cannot_write();
    constexpr std::uint64_t kTold = 1'000'000;  // progress is told every so many bytes, not for each row
    std::uint64_t bytes = 0;
    std::uint64_t told = 0;
    while (true) {
      char* row = nullptr;
      const int size = libpq_->copy_data(connection_.get(), &row, 0);
      if (size == -1) break;
      if (size < 0) return Refused();
      const bool is_written =
          std::fwrite(row, 1, static_cast<std::size_t>(size), file.get()) == static_cast<std::size_t>(size);
      libpq_->free(row);
      if (!is_written) return cannot_write();
      bytes += static_cast<std::uint64_t>(size);
      if (bytes - told < kTold) continue;
      told = bytes;
      progress(bytes);
    }
    if (std::fflush(file.get()) != 0) return cannot_write();
    // How the copy ended is told after its last row.
    while (PGresult* result = libpq_->next_result(connection_.get())) {
      const bool is_well = libpq_->result_status(result) == PGRES_COMMAND_OK;
      const std::string said = Said(libpq_->result_error(result));
      libpq_->clear(result);
      if (!is_well) return Fail(BadInput("PostgreSQL broke off: {}", said));
    }
    return {};
  }

 private:
  Session(const Libpq* libpq, PGconn* connection) : libpq_(libpq), connection_(connection, libpq->finish) {}

  // One statement: a second one behind a semicolon is refused by the server.
  Status Run(const std::string& statement, ExecStatusType wanted) {
    PGresult* result = libpq_->exec(connection_.get(), statement.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0);
    const bool is_well = libpq_->result_status(result) == wanted;
    libpq_->clear(result);
    if (!is_well) return Refused();
    return {};
  }

  tl::unexpected<Error> Refused() const {
    return Fail(BadInput("PostgreSQL refuses it: {}", Said(libpq_->error_message(connection_.get()))));
  }

  const Libpq* libpq_;
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

Result<std::string> PasswordOf(const PostgresSource& source) {
  if (source.password_file.empty()) return std::string();
  std::ifstream file(source.password_file);
  std::string password;
  if (!file || !std::getline(file, password) || password.empty()) {
    return Fail(BadInput("the file of the password cannot be read, or is empty").At(source.password_file));
  }
  if (password.ends_with('\r')) password.pop_back();
  return password;
}

// "public.deal" by its parts, each quoted.
Result<std::string> SelectOf(const PostgresRead& read, const Session& session) {
  if (read.table.empty()) return read.query;
  std::string name;
  for (std::size_t begin = 0; begin <= read.table.size();) {
    const std::size_t end = std::min(read.table.find('.', begin), read.table.size());
    WEIR_TRY(const std::string part, session.Quoted(std::string_view(read.table).substr(begin, end - begin)));
    name += (name.empty() ? "" : ".") + part;
    begin = end + 1;
  }
  return "SELECT * FROM " + name;
}

bool IsFileName(std::string_view name) {
  return !name.empty() && name.find('/') == std::string_view::npos && !name.starts_with('.');
}

Result<PostgresRead> ReadOf(const TomlReader& toml, const toml::table& table, std::set<std::string>& names) {
  WEIR_TRY(toml.OnlyKeys(table, {"name", "table", "query", "whole"}));
  PostgresRead read;
  WEIR_TRY(read.table, toml.TextOr(table, "table", ""));
  WEIR_TRY(read.query, toml.TextOr(table, "query", ""));
  if (read.table.empty() == read.query.empty()) {
    return Fail(toml.At(table, BadInput("a [[read]] has either 'table' or 'query'")));
  }
  WEIR_TRY(read.name, toml.TextOr(table, "name", read.table.substr(read.table.rfind('.') + 1)));
  WEIR_TRY(read.is_whole, toml.BooleanOr(table, "whole", false));
  if (!IsFileName(read.name)) {
    return Fail(toml.At(table, BadInput("a [[read]] needs a 'name', as its export would be called")));
  }
  if (!names.insert(FoldCase(read.name)).second) {
    return Fail(toml.At(table, BadInput("two of [[read]] are called '{}'", read.name)));
  }
  return read;
}

}  // namespace

Result<PostgresSource> ReadPostgresSource(const fs::path& path) {
  std::ifstream file(path);
  if (!file) return Fail(NotFound("there is no such file").At(path.string()).Mend("Write it as docs/feeds.md shows"));
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  WEIR_TRY(const TomlReader toml, TomlReader::Parse(text, path.string()));
  const toml::table& root = toml.root();
  WEIR_TRY(toml.OnlyKeys(root, {"name", "connection", "password_file", "read"}));
  PostgresSource source;
  WEIR_TRY(source.name, toml.RequiredText(root, "name"));
  WEIR_TRY(source.connection, toml.RequiredText(root, "connection"));
  WEIR_TRY(const std::string password_file, toml.TextOr(root, "password_file", ""));
  if (!password_file.empty()) source.password_file = (path.parent_path() / password_file).string();
  const toml::array* reads = root.get_as<toml::array>("read");
  if (reads == nullptr || reads->empty()) {
    return Fail(toml.At(root, BadInput("nothing is to be read: there is no [[read]]")));
  }
  std::set<std::string> names;
  for (const toml::node& node : *reads) {
    WEIR_TRY(const toml::table* table, toml.Table(node));
    WEIR_TRY(PostgresRead read, ReadOf(toml, *table, names));
    source.reads.push_back(std::move(read));
  }
  return source;
}

Result<std::vector<fs::path>> CopyFromPostgres(
    const PostgresSource& source, const fs::path& folder,
    const std::function<void(const PostgresRead& read, std::uint64_t bytes)>& progress) {
  WEIR_TRY(const std::string password, PasswordOf(source));
  WEIR_TRY(Session session, Session::Open(source, password));
  std::vector<fs::path> files;
  for (const PostgresRead& read : source.reads) {
    WEIR_TRY(const std::string select, SelectOf(read, session));
    files.push_back(folder / (read.name + ".csv"));
    auto copied = session.Copy(select, files.back(), [&](std::uint64_t bytes) { progress(read, bytes); });
    if (!copied) return Fail(std::move(copied).error().At(read.name));
  }
  return files;
}

}  // namespace weir::sources
