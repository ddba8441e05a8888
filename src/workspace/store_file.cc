#include "workspace/store_file.h"

#include <chrono>
#include <cstdlib>
#include <system_error>
#include <thread>

#include "workspace/builder.h"
#include "workspace/lock.h"
#include "workspace/migrations.h"

namespace weir::workspace {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kPause{50};

Status BringUpToDate(const store::Database& database, const DefinitionSet& set, const Definitions& definitions,
                     const analysis::Progress& progress) {
  WEIR_TRY(store::Connection connection, database.Connect());
  WEIR_TRY(Migrate(connection));
  {
    WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
    WEIR_TRY(RecordDefinitions(connection, set, WallClockNow()));
    WEIR_TRY(transaction.Commit());
  }
  WEIR_TRY(BuildStore(connection, definitions, progress, {}));
  return {};
}

Status FillNewStore(const OpenOptions& options, const DefinitionSet& set, const Definitions& definitions) {
  WEIR_TRY(const store::Database database, store::Database::Open(NewStorePath(options.home), StoreOptions(options)));
  WEIR_TRY(BringUpToDate(database, set, definitions, options.progress));
  WEIR_TRY(store::Connection connection, database.Connect());
  // Closing would do this too, but cannot say that it failed.
  WEIR_TRY(connection.Execute("CHECKPOINT"));
  return {};
}

Status CreateStore(const OpenOptions& options, const DefinitionSet& set, const Definitions& definitions) {
  RemoveStore(NewStorePath(options.home));
  if (auto filled = FillNewStore(options, set, definitions); !filled) {
    RemoveStore(NewStorePath(options.home));
    return Fail(std::move(filled).error().At(options.home.string()));
  }
  std::error_code error;
  fs::rename(NewStorePath(options.home), StorePath(options.home), error);
  if (error) return Fail(Unavailable("cannot make the store: {}", error.message()).At(options.home.string()));
  return {};
}

}  // namespace

std::filesystem::path DefaultHome(std::string_view home_flag) {
  if (!home_flag.empty()) return home_flag;
  const char* from_environment = std::getenv("WEIR_HOME");
  if (from_environment != nullptr && *from_environment != '\0') return from_environment;
  return ".weir";
}

fs::path StorePath(const fs::path& home) { return home / "weir.duckdb"; }
fs::path NewStorePath(const fs::path& home) { return home / "weir.duckdb.new"; }

store::OpenOptions StoreOptions(const OpenOptions& options) {
  store::OpenOptions store;
  store.read_only = options.access == Access::kRead;
  store.threads = options.threads;
  store.memory_limit = options.memory_limit;
  return store;
}

Status MakeHome(const OpenOptions& options) {
  std::error_code error;
  if (fs::exists(StorePath(options.home), error)) return {};
  if (!options.create) {
    return Fail(NotFound("there is no workspace")
                    .At(options.home.string())
                    .Mend("Make one with 'weir init', or drop exports in with 'weir up FILES'"));
  }
  fs::create_directories(options.home, error);
  if (error) return Fail(Unavailable("cannot make the workspace: {}", error.message()).At(options.home.string()));
  fs::permissions(options.home, fs::perms::owner_all, error);
  if (error) return Fail(Unavailable("cannot protect the workspace: {}", error.message()).At(options.home.string()));
  return {};
}

Result<store::Database> OpenToWrite(const OpenOptions& options, const DefinitionSet& set,
                                    const Definitions& definitions) {
  std::error_code error;
  if (!fs::exists(StorePath(options.home), error)) {
    WEIR_TRY(CreateStore(options, set, definitions));
  } else {
    RemoveStore(NewStorePath(options.home));  // of a compaction that was killed
  }
  WEIR_TRY(store::Database database, OpenStore(options));
  WEIR_TRY(BringUpToDate(database, set, definitions, options.progress));
  return database;
}

void RemoveStore(const fs::path& path) {
  for (const char* suffix : {"", ".wal", ".tmp"}) {
    std::error_code ignored;
    fs::remove_all(path.string() + suffix, ignored);
  }
}

Result<store::Database> OpenStore(const OpenOptions& options) {
  const auto deadline = std::chrono::steady_clock::now() + options.lock_wait;
  while (true) {
    auto database = store::Database::Open(StorePath(options.home), StoreOptions(options));
    if (database || database.error().code() != Code::kBusy) return database;
    if (std::chrono::steady_clock::now() >= deadline) {
      // Who writes has the lock and would name itself: then it is readers who have the file open.
      const std::string holder = options.access == Access::kRead ? LockHolder(options.home) : std::string();
      return Fail(InUseBy(holder, options.home));
    }
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace weir::workspace
