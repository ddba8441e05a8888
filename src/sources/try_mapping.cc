#include "sources/try_mapping.h"

#include <algorithm>
#include <memory>

#include "base/domain.h"
#include "model/records.h"
#include "sources/import_file.h"
#include "sources/plain_sql.h"
#include "sources/records.h"
#include "sources/schema.h"
#include "store/database.h"

namespace weir::sources {
namespace {

// The first rows of a file.
class FirstRows final : public RowReader {
 public:
  FirstRows(std::unique_ptr<RowReader> reader, std::uint64_t rows, bool& is_whole)
      : reader_(std::move(reader)), rows_(rows), is_whole_(is_whole) {}

  const Reading& reading() const override { return reader_->reading(); }
  Result<const RowBlock*> Next() override {
    if (given_ >= rows_) return nullptr;
    WEIR_TRY(const RowBlock* block, reader_->Next());
    is_whole_ = block == nullptr;
    if (block != nullptr) given_ += block->size();
    return block;
  }
  std::uint64_t skipped_rows() const override { return reader_->skipped_rows(); }
  std::uint64_t bytes_read() const override { return reader_->bytes_read(); }
  std::uint64_t bytes_total() const override { return reader_->bytes_total(); }

 private:
  std::unique_ptr<RowReader> reader_;
  std::uint64_t rows_;
  bool& is_whole_;
  std::uint64_t given_ = 0;
};

Result<TriedRecords> RecordsOf(store::Connection& connection, const Mapping& mapping, const std::string& table,
                               std::size_t shown) {
  TriedRecords records{.table = table, .fields = {}, .rows = {}, .total = 0};
  std::string columns;
  for (const Emit& emit : mapping.emits) {
    for (const auto& [field, expression] : emit.set) {
      const bool is_known = std::ranges::find(records.fields, field) != records.fields.end();
      if (emit.table != table || is_known) continue;
      records.fields.push_back(field);
      columns += (columns.empty() ? "" : ", ") + store::QuoteName(field);
    }
  }
  const std::string from = "rec." + store::QuoteName(table);
  WEIR_TRY(const std::int64_t total, connection.QueryInteger("SELECT count(*) FROM " + from));
  records.total = static_cast<std::uint64_t>(total);
  WEIR_TRY(const store::Rows rows,
           connection.Query(fmt::format("SELECT {} FROM {} ORDER BY _line, _emit LIMIT {}", columns, from, shown)));
  for (std::size_t row = 0; row < rows.size(); ++row) {
    std::vector<std::string>& cells = records.rows.emplace_back();
    for (std::size_t i = 0; i < records.fields.size(); ++i) cells.push_back(store::ToText(rows.rows[row][i]));
  }
  return records;
}

}  // namespace

Result<Trial> TryMapping(const Mapping& mapping, const FileInput& file, const TryOptions& options) {
  WEIR_TRY(CheckPlainSql(mapping));
  store::OpenOptions open;
  open.threads = 1;
  WEIR_TRY(const store::Database database, store::Database::Open({}, open));
  WEIR_TRY(store::Connection connection, database.Connect());
  const store::StopGuard interrupt(options.stop, [&] { connection.Interrupt(); });
  for (const std::string_view statement : SourceMigrations()) WEIR_TRY(connection.Execute(statement));
  WEIR_TRY(CreateSourceFunctions(connection, FreeMailDomains()));

  Trial trial;
  FileInput input = file;
  input.records = mapping.reading.records;
  const ReadOptions reading = ReadOptionsOf(mapping);
  ImportContext context;
  context.now = WallClockNow();
  context.data_version = 1;
  context.import_id = 1;
  context.reporting_zone = options.reporting_zone;
  context.default_region = options.default_region;
  context.default_currency = options.default_currency;
  context.stop = options.stop;
  ImportJob job;
  job.title = file.Title();
  job.open = [&]() -> Result<std::unique_ptr<RowReader>> {
    WEIR_TRY(std::unique_ptr<RowReader> reader, OpenRows(input, reading));
    return std::unique_ptr<RowReader>(std::make_unique<FirstRows>(std::move(reader), options.rows, trial.is_whole));
  };
  job.name_for_date = job.title;
  job.file_time = context.now;
  FileImport rows(connection, mapping, job, context);
  WEIR_TRY(rows.Read());
  WEIR_TRY(trial.report, rows.Append(context.import_id, context.data_version));

  MappingCatalog catalog;
  catalog.mappings.push_back(mapping);
  WEIR_TRY(const auto views, RecordViewStatements(connection, catalog, options.reporting_zone.name()));
  for (const std::string& view : views) WEIR_TRY(connection.Execute(view));
  for (const Emit& emit : mapping.emits) {
    const bool is_there = std::ranges::find(trial.records, emit.table, &TriedRecords::table) != trial.records.end();
    if (is_there) continue;
    WEIR_TRY(TriedRecords records, RecordsOf(connection, mapping, emit.table, options.shown_rows));
    trial.records.push_back(std::move(records));
  }
  return trial;
}

}  // namespace weir::sources
