// How large a workspace is: WEIR_BENCH_HOME, its folder, against the exports that it was made of, WEIR_BENCH_EXPORTS,
// each as a table of the store with the types that the store finds by itself. `compacted_mb` is the file without the
// blocks that nothing stands in; over `raw_mb` it is `ratio`, which should be at most 2. Says which tables take most on
// standard error. bench/size runs it; without the two variables there is nothing to compare.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "compared_import.h"
#include "store/database.h"

namespace weir::store {
namespace {

namespace fs = std::filesystem;
using bench::Need;

constexpr double kMegabyte = 1 << 20;

// Blocks that something stands in.
double UsedMegabytes(Connection& connection) {
  const Rows rows =
      Need(connection.Query("SELECT CAST(used_blocks * block_size AS BIGINT) FROM pragma_database_size() WHERE "
                            "database_name = current_database()"));
  return static_cast<double>(rows.IntegerAt(0, 0)) / kMegabyte;
}

double RawMegabytes(const fs::path& exports) {
  const fs::path path = bench::NewStore();
  const Database database = Need(Database::Open(path, bench::StoreOptions()));
  Connection connection = bench::PlainConnection(database);
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(exports)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  int number = 0;
  for (const fs::path& file : files) {
    const std::string table =
        fmt::format("CREATE TABLE t{} AS SELECT * FROM read_csv({}", number++, QuoteText(file.string()));
    if (connection.Execute(table + ")")) continue;
    // Not one table by its own looks: as texts.
    Need(connection.Execute(table +
                            ", all_varchar = true, null_padding = true, strict_mode = false, parallel = false)"));
  }
  Need(connection.Execute("CHECKPOINT"));
  const double used = UsedMegabytes(connection);
  fmt::print(
      stderr, "{:.0f} MB of {} files are {:.0f} MB of tables\n",
      [&] {
        double bytes = 0;
        for (const fs::path& file : files) bytes += static_cast<double>(fs::file_size(file));
        return bytes / kMegabyte;
      }(),
      files.size(), used);
  return used;
}

// Blocks are shared by small columns: each counts wherever it is named, so that the parts may add up to a little more.
void PrintLargest(Connection& connection) {
  const Rows tables = Need(connection.Query(
      "SELECT schema_name, table_name, CAST(estimated_size AS BIGINT) FROM duckdb_tables() ORDER BY 1 NULLS LAST, 2 "
      "NULLS LAST"));
  struct Size {
    double megabytes;
    std::string text;
  };
  std::vector<Size> sizes;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const std::string name = tables.TextAt(i, 0) + "." + QuoteName(tables.TextAt(i, 1));
    const Rows blocks = Need(connection.Query(fmt::format(
        "SELECT count(DISTINCT block) FROM (SELECT block_id AS block FROM pragma_storage_info({0}) WHERE persistent "
        "UNION ALL SELECT unnest(additional_block_ids) FROM pragma_storage_info({0}) WHERE persistent) AS b",
        QuoteText(name))));
    const double megabytes = static_cast<double>(blocks.IntegerAt(0, 0)) * (1 << 18) / kMegabyte;
    sizes.push_back({megabytes, fmt::format("{:8.1f} MB {:>11} rows  {}\n", megabytes, tables.IntegerAt(i, 2), name)});
  }
  std::ranges::stable_sort(sizes, std::ranges::greater{}, &Size::megabytes);
  constexpr std::size_t kShown = 40;
  for (std::size_t i = 0; i < std::min(kShown, sizes.size()); ++i) fmt::print(stderr, "{}", sizes[i].text);
}

void WorkspaceFile(benchmark::State& state) {
  const char* home = std::getenv("WEIR_BENCH_HOME");
  const char* exports = std::getenv("WEIR_BENCH_EXPORTS");
  if (home == nullptr || exports == nullptr) {
    state.SkipWithError("WEIR_BENCH_HOME and WEIR_BENCH_EXPORTS say what is compared; bench/size file does");
    return;
  }
  for (auto _ : state) {
    const fs::path path = fs::path(home) / "weir.duckdb";
    OpenOptions options;
    options.read_only = true;
    const Database database = Need(Database::Open(path, options));
    Connection connection = Need(database.Connect());
    PrintLargest(connection);
    const double compacted = UsedMegabytes(connection);
    const double raw = RawMegabytes(exports);
    state.counters["file_mb"] = static_cast<double>(fs::file_size(path)) / kMegabyte;
    state.counters["compacted_mb"] = compacted;
    state.counters["raw_mb"] = raw;
    state.counters["ratio"] = compacted / raw;
  }
}

BENCHMARK(WorkspaceFile)->Iterations(1)->Unit(benchmark::kSecond);

}  // namespace
}  // namespace weir::store
