// Import of one large file of events (WEIR_BENCH_MB, by default 100) against the store's own reading of the same file
// into a typed table, both into a file on disk, in turns. The figures that count are `ratio` (time) and `cpu_ratio`
// (time of all processors, less shaken by what else runs): import is typed reading, row hash and observation, and may
// take 1.6 times as long. `peak_mb` is the most memory that the process ever held: run one with --benchmark_filter to
// know its own.
//
// The store reads neither Windows-1251 nor workbooks: there the other side reads the same rows from CSV in UTF-8.
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>
#include <zip.h>

#include "compared_import.h"
#include "events_file.h"
#include "sources/import.h"
#include "sources/schema.h"
#include "store/database.h"

namespace weir::sources {
namespace {

namespace fs = std::filesystem;
using bench::Cost;
using bench::Need;

FileInput InputOf(const fs::path& path) {
  FileInput file;
  file.path = path;
  return file;
}

Cost ImportAlone(const FileInput& file, bool is_second) {
  const MappingCatalog catalog = Need(LoadMappings());
  const Mapping& mapping = *catalog.Find("generic", "activity");
  const store::Database database = Need(store::Database::Open(bench::NewStore(), bench::StoreOptions()));
  store::Connection connection = Need(database.Connect());
  for (const std::string_view statement : SourceMigrations()) Need(connection.Execute(statement));
  ImportContext context;
  context.import_id = 1;
  context.data_version = 1;
  // As the workspace does it: the file is read before the transaction begins.
  const auto import_once = [&] {
    StagedFile staged = Need(StagedFile::Read(connection, mapping, file, context));
    store::Transaction transaction = Need(store::Transaction::Begin(connection));
    const ImportReport report = Need(staged.Append(context.import_id, context.data_version));
    if (report.quarantined > 0) std::abort();
    Need(transaction.Commit());
  };
  if (is_second) import_once();
  return bench::CostOf(import_once);
}

// `twin`: the same rows as the store reads them.
void Compare(benchmark::State& state, const FileInput& file, const fs::path& twin, bool is_second) {
  std::vector<Cost> ours;
  std::vector<Cost> theirs;
  for (auto _ : state) {
    theirs.push_back(bench::StoreAlone(twin));
    ours.push_back(ImportAlone(file, is_second));
    state.SetIterationTime(ours.back().seconds);
  }
  state.counters["store_s"] = bench::Best(theirs, &Cost::seconds);
  bench::CountRatios(state, "", ours, theirs);
  state.counters["peak_mb"] = bench::PeakMegabytes();
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(fs::file_size(twin)));
}

void FirstImport(benchmark::State& state) { Compare(state, InputOf(bench::EventsFile()), bench::EventsFile(), false); }
void UnchangedImport(benchmark::State& state) {
  Compare(state, InputOf(bench::EventsFile()), bench::EventsFile(), true);
}

void Windows1251(benchmark::State& state) {
  const std::uint64_t bytes = bench::EventMegabytes() << 20U;
  const fs::path twin = bench::WriteEvents(bytes, bench::Letters::kCyrillic, "-cyrillic");
  const fs::path file = bench::WriteEvents(bytes, bench::Letters::kWindows1251, "-windows-1251");
  Compare(state, InputOf(file), twin, false);
}

// One sheet of the rows of `csv`, every cell a text, as exporters write it.
fs::path WorkbookOf(const fs::path& csv) {
  fs::path path = csv;
  path.replace_extension(".xlsx");
  if (fs::exists(path)) return path;
  fs::path sheet_path = csv;
  sheet_path.replace_extension(".xml");
  {
    std::ifstream rows(csv);
    std::ofstream sheet(sheet_path);
    sheet << "<?xml version=\"1.0\" encoding=\"UTF-8\"?><worksheet><sheetData>";
    std::int64_t number = 0;
    for (std::string line; std::getline(rows, line);) {
      sheet << "<row r=\"" << ++number << "\">";
      char column = 'A';
      bool is_quoted = false;
      std::string cell;
      line += ',';
      for (const char c : line) {
        if (c == '"') {
          is_quoted = !is_quoted;
          continue;
        }
        if (c != ',' || is_quoted) {
          cell += c;
          continue;
        }
        sheet << fmt::format("<c r=\"{}{}\" t=\"inlineStr\"><is><t>{}</t></is></c>", column++, number, cell);
        cell.clear();
      }
      sheet << "</row>";
    }
    sheet << "</sheetData></worksheet>";
  }
  constexpr std::string_view kBook =
      R"(<?xml version="1.0" encoding="UTF-8"?><workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Events" sheetId="1" r:id="rId1"/></sheets></workbook>)";
  constexpr std::string_view kRelations =
      R"(<?xml version="1.0" encoding="UTF-8"?><Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>)";
  constexpr std::string_view kRoot =
      R"(<?xml version="1.0" encoding="UTF-8"?><Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>)";
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  zip_file_add(zip, "_rels/.rels", zip_source_buffer(zip, kRoot.data(), kRoot.size(), 0), 0);
  zip_file_add(zip, "xl/workbook.xml", zip_source_buffer(zip, kBook.data(), kBook.size(), 0), 0);
  zip_file_add(zip, "xl/_rels/workbook.xml.rels", zip_source_buffer(zip, kRelations.data(), kRelations.size(), 0), 0);
  zip_file_add(zip, "xl/worksheets/sheet1.xml", zip_source_file(zip, sheet_path.c_str(), 0, -1), 0);
  if (zip_close(zip) != 0) std::abort();
  fs::remove(sheet_path);
  return path;
}

// A sheet holds about a million rows at most: here as many as fill 100 MB of CSV.
void Workbook(benchmark::State& state) {
  constexpr std::uint64_t kMost = 100;
  const fs::path twin =
      bench::WriteEvents(std::min(bench::EventMegabytes(), kMost) << 20U, bench::Letters::kLatin, "-sheet");
  FileInput file = InputOf(WorkbookOf(twin));
  file.sheet = "Events";
  Compare(state, file, twin, false);
}

BENCHMARK(FirstImport)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(UnchangedImport)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(Windows1251)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(Workbook)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace weir::sources
