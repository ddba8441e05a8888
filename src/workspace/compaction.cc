#include "workspace/compaction.h"

#include <fcntl.h>
#include <unistd.h>

#include <system_error>

#include "store/large.h"
#include "workspace/lock.h"
#include "workspace/store_file.h"

namespace weir::workspace {
namespace {

namespace fs = std::filesystem;

Result<std::uint64_t> SizeOf(const fs::path& path) {
  std::error_code error;
  const std::uintmax_t bytes = fs::file_size(path, error);
  if (error) return Fail(Unavailable("cannot look at the store: {}", error.message()).At(path.string()));
  return static_cast<std::uint64_t>(bytes);
}

// What was written since the last checkpoint lies beside the store, by its name: it would be taken for a part of the
// store that gets the name.
Status RequireNoLog(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path.string() + ".wal", error)) return {};
  return Fail(
      Unavailable("the store cannot be put in order").At(path.string()).Mend("Run 'weir doctor', then try again"));
}

Status PutInOrder(const OpenOptions& options) {
  {
    WEIR_TRY(const store::Database database, OpenStore(options));
    WEIR_TRY(store::Connection connection, database.Connect());
    WEIR_TRY(connection.Execute("CHECKPOINT"));
  }
  return RequireNoLog(StorePath(options.home));
}

// A table with fewer rows would be a loss that nobody sees.
Status RequireSameRows(store::Connection& connection) {
  constexpr std::string_view kTables =
      "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = {} ORDER BY schema_name NULLS LAST, "
      "table_name NULLS LAST";
  WEIR_TRY(const store::Rows former, connection.Query(fmt::format(kTables, store::QuoteText("former"))));
  WEIR_TRY(const store::Rows copied, connection.Query(fmt::format(kTables, "current_database()")));
  if (former.rows != copied.rows) return Fail(Unavailable("the new store has other tables than the old one"));
  for (std::size_t i = 0; i < former.size(); ++i) {
    const std::string table = store::QuoteName(former.TextAt(i, 0)) + "." + store::QuoteName(former.TextAt(i, 1));
    WEIR_TRY(const std::int64_t lost,
             connection.QueryInteger(
                 fmt::format("SELECT (SELECT count(*) FROM former.{0}) - (SELECT count(*) FROM {0})", table)));
    if (lost != 0) return Fail(Unavailable("the new store lacks {} rows of {}", lost, table));
  }
  return {};
}

Status FillNewStore(const OpenOptions& options) {
  const fs::path path = NewStorePath(options.home);
  {
    store::OpenOptions store = StoreOptions(options);
    store.allowed_directories = {fs::absolute(options.home)};
    WEIR_TRY(const store::Database database, store::Database::Open(path, store));
    WEIR_TRY(store::Connection connection, database.Connect());
    store::PackAsLarge(connection);
    WEIR_TRY(connection.Execute(fmt::format("ATTACH {} AS former (READ_ONLY)",
                                            store::QuoteText(fs::absolute(StorePath(options.home)).string()))));
    WEIR_TRY(const store::Value name, connection.QueryValue("SELECT current_database()"));
    WEIR_TRY(connection.Execute(fmt::format("COPY FROM DATABASE former TO {}", store::QuoteName(store::ToText(name)))));
    WEIR_TRY(RequireSameRows(connection));
    // Closing would do this too, but cannot say that it failed.
    WEIR_TRY(connection.Execute("CHECKPOINT"));
  }
  return RequireNoLog(path);
}

// That the name now means the new file has to be on the disk before anything is written to it.
void Sync(const fs::path& directory) {
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

Result<Compacted> Compact(const OpenOptions& options) {
  OpenOptions existing = options;
  existing.access = Access::kWrite;
  existing.create = false;
  WEIR_TRY(MakeHome(existing));
  WEIR_TRY(const WorkspaceLock lock, WorkspaceLock::Take(existing.home, existing.lock_wait));
  const fs::path path = StorePath(existing.home);
  Compacted compacted;
  WEIR_TRY(compacted.bytes_before, SizeOf(path));
  WEIR_TRY(PutInOrder(existing));
  RemoveStore(NewStorePath(existing.home));
  if (auto filled = FillNewStore(existing); !filled) {
    RemoveStore(NewStorePath(existing.home));
    return Fail(std::move(filled).error().At(existing.home.string()));
  }
  std::error_code error;
  fs::rename(NewStorePath(existing.home), path, error);
  if (error) {
    RemoveStore(NewStorePath(existing.home));
    return Fail(Unavailable("cannot put the new store in place: {}", error.message()).At(path.string()));
  }
  Sync(existing.home);
  WEIR_TRY(compacted.bytes_after, SizeOf(path));
  return compacted;
}

}  // namespace weir::workspace
