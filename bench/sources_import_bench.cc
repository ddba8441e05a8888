// Import of a file of deals against the store's own reading of the same file into a typed table. The figure that counts
// is the ratio of the two.
#include <filesystem>
#include <fstream>
#include <string>

#include <benchmark/benchmark.h>

#include "base/random.h"
#include "sources/import.h"
#include "sources/schema.h"
#include "store/database.h"

namespace weir::sources {
namespace {

constexpr std::string_view kMapping = R"(
source = "bench"
object = "deal"
[recognise]
require = ["id"]
[key]
columns = ["id"]
[observed]
modified = ["modified_at"]
[columns]
id = { type = "id", names = ["Id"] }
name = { type = "name", names = ["Name"] }
account = { type = "id", names = ["AccountId"] }
stage = { type = "text", names = ["StageName"] }
amount = { type = "money", names = ["Amount"] }
probability = { type = "percent", names = ["Probability"] }
close_date = { type = "date", names = ["CloseDate"] }
created_at = { type = "instant", names = ["CreatedDate"] }
modified_at = { type = "instant", names = ["LastModifiedDate"] }
is_won = { type = "boolean", names = ["IsWon"] }
)";

// Written once; about 150 bytes a row.
const std::filesystem::path& File(std::int64_t rows) {
  static std::filesystem::path path;
  if (!path.empty()) return path;
  path = std::filesystem::temp_directory_path() / "weir-import-bench.csv";
  std::ofstream out(path);
  out << "Id,Name,AccountId,StageName,Amount,Probability,CloseDate,CreatedDate,LastModifiedDate,IsWon,Comment\n";
  RandomStream random(1, "bench");
  for (std::int64_t i = 0; i < rows; ++i) {
    const Date day{static_cast<std::int32_t>(19'000 + random.Integer(0, 900))};
    const Instant at{StartOf(day).micros + random.Integer(0, kMicrosPerDay / 1000) * 1000};
    out << fmt::format("006{:015},\"Deal {}, phase {}\",001{:015},{},{}.{:02},{},{},{},{},{},note {}\n", i, i,
                       random.Integer(1, 9), random.Integer(0, rows / 10),
                       i % 3 == 0 ? "Closed Won" : "Negotiation/Review", random.Integer(100, 99'999),
                       random.Integer(0, 99), random.Integer(0, 100), FormatDate(day), FormatInstant(at),
                       FormatInstant({at.micros + kMicrosPerDay}), i % 3 == 0 ? "true" : "false", i % 1000);
  }
  return path;
}

void Prepare(store::Connection& connection) {
  for (const std::string_view statement : SourceMigrations()) {
    if (!connection.Execute(statement)) std::abort();
  }
}

void ImportOnce(benchmark::State& state, bool is_second) {
  const std::filesystem::path& path = File(state.range(0));
  const Mapping mapping = *ParseMapping(kMapping, "bench.toml", *LoadRecordSchema());
  for (auto _ : state) {
    state.PauseTiming();
    {
      const store::Database database = *store::Database::Open({});
      store::Connection connection = *database.Connect();
      Prepare(connection);
      FileInput file;
      file.path = path;
      ImportContext context;
      context.import_id = 1;
      context.data_version = 1;
      if (is_second && !ImportFile(connection, mapping, file, context)) std::abort();
      state.ResumeTiming();
      const auto report = ImportFile(connection, mapping, file, context);
      if (!report) state.SkipWithError(report.error().ToString().c_str());
      state.PauseTiming();
    }
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(std::filesystem::file_size(path)));
}

void FirstImport(benchmark::State& state) { ImportOnce(state, false); }
void UnchangedImport(benchmark::State& state) { ImportOnce(state, true); }

void StoreReadsCsv(benchmark::State& state) {
  const std::filesystem::path& path = File(state.range(0));
  store::OpenOptions options;
  options.external_access = true;
  for (auto _ : state) {
    state.PauseTiming();
    {
      const store::Database database = *store::Database::Open({}, options);
      store::Connection connection = *database.Connect();
      state.ResumeTiming();
      const auto done =
          connection.Execute(fmt::format("CREATE TABLE t AS SELECT * FROM read_csv({}, types = {{'Amount': "
                                         "'DECIMAL(18,4)', 'Probability': 'DECIMAL(18,9)'}})",
                                         store::QuoteText(path.string())));
      if (!done) state.SkipWithError(done.error().ToString().c_str());
      state.PauseTiming();
    }
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

BENCHMARK(StoreReadsCsv)->Arg(500'000)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();
BENCHMARK(FirstImport)->Arg(500'000)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();
BENCHMARK(UnchangedImport)->Arg(500'000)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();

}  // namespace
}  // namespace weir::sources
