// Import of one large file of events (WEIR_BENCH_MB, by default 100) against the store's own reading of the same file
// into a typed table, both into a file on disk, in turns. The figures that count are `ratio` (time) and `cpu_ratio`
// (time of all processors, less shaken by what else runs): import is typed reading, row hash and observation, and may
// take 1.6 times as long. `peak_mb` is the most memory that the process ever held.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "events_file.h"
#include "sources/import.h"
#include "sources/schema.h"
#include "store/database.h"

namespace weir::sources {
namespace {

namespace fs = std::filesystem;

struct Cost {
  double seconds = 0;
  double cpu_seconds = 0;
};

Cost CostOf(const auto& run) {
  const auto start = std::chrono::steady_clock::now();
  const std::clock_t cpu = std::clock();
  run();
  return {std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
          static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC};
}

double PeakMegabytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

fs::path NewStore() {
  const fs::path path = fs::temp_directory_path() / "weir-import-bench.duckdb";
  fs::remove(path);
  fs::remove(path.string() + ".wal");
  return path;
}

// Memory of both as in a small server, so that neither wins by holding the file.
store::OpenOptions Options() {
  store::OpenOptions options;
  options.external_access = true;
  options.memory_limit = "1200MiB";
  return options;
}

void Abort(const Error& error) {
  fmt::print(stderr, "{}\n", error.ToString());
  std::abort();
}

Cost ImportAlone(bool is_second) {
  const Result<MappingCatalog> catalog = LoadMappings();
  const Mapping& mapping = *catalog->Find("generic", "activity");
  Result<store::Database> database = store::Database::Open(NewStore(), Options());
  if (!database) Abort(database.error());
  Result<store::Connection> connection = database->Connect();
  for (const std::string_view statement : SourceMigrations()) {
    if (const auto done = connection->Execute(statement); !done) Abort(done.error());
  }
  FileInput file;
  file.path = bench::EventsFile();
  ImportContext context;
  context.import_id = 1;
  context.data_version = 1;
  const auto import_once = [&] {
    Result<store::Transaction> transaction = store::Transaction::Begin(*connection);
    if (const auto report = ImportFile(*connection, mapping, file, context); !report) Abort(report.error());
    if (const auto done = transaction->Commit(); !done) Abort(done.error());
  };
  if (is_second) import_once();
  return CostOf(import_once);
}

Cost StoreAlone() {
  Result<store::Database> database = store::Database::Open(NewStore(), Options());
  if (!database) Abort(database.error());
  Result<store::Connection> connection = database->Connect();
  return CostOf([&] {
    const auto done =
        connection->Execute(fmt::format("CREATE TABLE t AS SELECT * FROM read_csv({}, types = {})",
                                        store::QuoteText(bench::EventsFile().string()), bench::kEventTypes));
    if (!done) Abort(done.error());
  });
}

void Compare(benchmark::State& state, bool is_second) {
  std::vector<Cost> ours;
  std::vector<Cost> theirs;
  for (auto _ : state) {
    theirs.push_back(StoreAlone());
    ours.push_back(ImportAlone(is_second));
    state.SetIterationTime(ours.back().seconds);
  }
  const auto best = [](const std::vector<Cost>& costs, double Cost::* part) {
    return std::ranges::min(costs, {}, part).*part;
  };
  state.counters["store_s"] = best(theirs, &Cost::seconds);
  state.counters["ratio"] = best(ours, &Cost::seconds) / best(theirs, &Cost::seconds);
  state.counters["cpu_ratio"] = best(ours, &Cost::cpu_seconds) / best(theirs, &Cost::cpu_seconds);
  state.counters["peak_mb"] = PeakMegabytes();
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(fs::file_size(bench::EventsFile())));
}

void FirstImport(benchmark::State& state) { Compare(state, false); }
void UnchangedImport(benchmark::State& state) { Compare(state, true); }

BENCHMARK(FirstImport)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(UnchangedImport)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace weir::sources
