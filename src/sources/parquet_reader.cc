#include "sources/parquet_reader.h"

#include <algorithm>

#include "sources/bytes.h"
#include "sources/json_reader.h"
#include "sources/partition.h"
#include "store/database.h"

namespace weir::sources {
namespace {

constexpr int kDepthLimit = 8;

// The store's words without the statement and the path that only we know.
std::string ReasonOf(const Error& error, const std::string& path) {
  std::string reason = error.message().substr(0, error.message().find('\n'));
  if (const std::size_t at = reason.find(" in file '" + path + "'"); at != std::string::npos) {
    reason.erase(at, path.size() + 11);
  } else if (const std::size_t name = reason.find(path); name != std::string::npos) {
    reason.replace(name, path.size(), "it");
  }
  return reason;
}

// Parquet is read by the store's own reader, in a database in memory that may touch files.
class ParquetReader final : public RowReader {
 public:
  static Result<std::unique_ptr<RowReader>> Open(const FileInput& file, const ReadOptions& options) {
    store::OpenOptions open;
    open.external_access = true;
    open.threads = 1;
    open.memory_limit = "1GiB";
    WEIR_TRY(store::Database database, store::Database::Open({}, open));
    WEIR_TRY(store::Connection connection, database.Connect());
    // By its descriptor, since the store would take a name with '*' or '[' for a pattern.
    WEIR_TRY(PlainFile plain, PlainFile::Open(file, options.limits));
    const std::string path = fmt::format("/proc/self/fd/{}", plain.descriptor());
    auto reader =
        std::unique_ptr<ParquetReader>(new ParquetReader(std::move(plain), std::move(database), std::move(connection)));
    auto opened = reader->Start(path, PartitionsOf(file), options);
    if (!opened)
      return Fail(BadInput("cannot read the Parquet file: {}", ReasonOf(opened.error(), path))
                      .At(file.Title())
                      .Mend("Export or copy it again"));
    return std::unique_ptr<RowReader>(std::move(reader));
  }

  const Reading& reading() const override { return reading_; }
  std::uint64_t skipped_rows() const override { return 0; }
  std::uint64_t bytes_read() const override { return row_; }
  std::uint64_t bytes_total() const override { return rows_total_; }

  Result<const RowBlock*> Next() override {
    block_.Clear(reading_.columns.size());
    if (chunk_ == nullptr || at_ == chunk_->size()) {
      WEIR_TRY(chunk_, stream_->Next());
      at_ = 0;
    }
    if (chunk_ == nullptr) return nullptr;
    for (; at_ < chunk_->size() && block_.size() < RowBlock::kRows; ++at_) {
      const std::span<std::string_view> cells = block_.AddRow(++row_, {});
      for (std::size_t column = 0; column < cells.size(); ++column) {
        const store::ColumnView& view = chunk_->Column(column);
        if (!view.IsNullAt(at_)) cells[column] = view.TextAt(at_);
      }
    }
    return &block_;
  }

 private:
  ParquetReader(PlainFile file, store::Database database, store::Connection connection)
      : file_(std::move(file)), database_(std::move(database)), connection_(std::move(connection)) {}

  Status Start(const std::string& path, const std::vector<Partition>& partitions, const ReadOptions& options) {
    const std::string from = fmt::format("read_parquet({})", store::QuoteText(path));
    WEIR_TRY(const store::Rows described, connection_.Query("DESCRIBE SELECT * FROM " + from));
    std::string select;
    for (std::size_t i = 0; i < described.size(); ++i) {
      const std::string name = described.TextAt(i, 0);
      WEIR_TRY(AddColumns(name, store::QuoteName(name), described.TextAt(i, 1), from, 0, select));
      if (reading_.columns.size() > options.limits.columns) {
        return Fail(TooLarge("the file has more than {} columns", options.limits.columns));
      }
    }
    AddPartitions(partitions, select);
    reading_.format = Format::kParquet;
    WEIR_TRY(const std::int64_t rows, connection_.QueryInteger("SELECT count(*) FROM " + from));
    rows_total_ = static_cast<std::uint64_t>(rows);
    WEIR_TRY(stream_, connection_.Stream(fmt::format("SELECT {} FROM {}", select, from)));
    return {};
  }

  // What the folders say is so of every row, unless the file has a column of that name itself.
  void AddPartitions(const std::vector<Partition>& partitions, std::string& select) {
    for (const Partition& partition : partitions) {
      const std::string name = NormaliseHeader(partition.key);
      if (std::ranges::any_of(reading_.columns, [&](const SourceColumn& column) { return column.name == name; }))
        continue;
      select += fmt::format("{}{}", select.empty() ? "" : ", ",
                            partition.value ? store::QuoteText(*partition.value) : "CAST(NULL AS VARCHAR)");
      reading_.columns.push_back({partition.key, name, {}});
    }
  }

  // A column, or the fields of one that is a record: named with dots, as those of JSON are. Lists are kept as JSON.
  Status AddColumns(const std::string& name, const std::string& value, const std::string& type, const std::string& from,
                    int depth, std::string& select) {
    if (type.starts_with("STRUCT(") && !type.ends_with("]") && depth < kDepthLimit) {
      WEIR_TRY(const store::Rows fields,
               connection_.Query(fmt::format("DESCRIBE SELECT unnest({}) FROM {}", value, from)));
      for (std::size_t i = 0; i < fields.size(); ++i) {
        const std::string field = fields.TextAt(i, 0);
        WEIR_TRY(AddColumns(fmt::format("{}.{}", name, field),
                            fmt::format("struct_extract({}, {})", value, store::QuoteText(field)), fields.TextAt(i, 1),
                            from, depth + 1, select));
      }
      return {};
    }
    const bool is_nested = type.ends_with("]") || type.starts_with("STRUCT") || type.starts_with("MAP");
    const bool is_zoned = type == "TIMESTAMP WITH TIME ZONE";
    select += select.empty() ? "" : ", ";
    if (is_nested)
      select += fmt::format("CAST(to_json({}) AS VARCHAR)", value);
    else if (is_zoned)
      select += fmt::format("CAST(CAST({} AT TIME ZONE 'UTC' AS VARCHAR) || 'Z' AS VARCHAR)", value);
    else
      select += fmt::format("CAST({} AS VARCHAR)", value);
    reading_.columns.push_back({name, NormaliseHeader(name), std::string(CurrencyOfSign(name).value_or(""))});
    return {};
  }

  PlainFile file_;
  store::Database database_;
  store::Connection connection_;
  std::unique_ptr<store::RowStream> stream_;
  const store::Chunk* chunk_ = nullptr;
  std::size_t at_ = 0;
  std::uint64_t row_ = 0;
  std::uint64_t rows_total_ = 0;
  Reading reading_;
  RowBlock block_;
};

}  // namespace

Result<std::unique_ptr<RowReader>> OpenParquet(const FileInput& file, const ReadOptions& options) {
  return ParquetReader::Open(file, options);
}

}  // namespace weir::sources
