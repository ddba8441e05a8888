#include "sources/event_log_reader.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/text.h"
#include "sources/text_store.h"
#include "sources/xml_stream.h"

namespace weir::sources {
namespace {

// What a log always says, or leaves empty: its extensions concept, time, organizational and lifecycle.
constexpr std::array<const char*, 5> kColumns{"case:concept:name", "concept:name", "time:timestamp", "org:resource",
                                              "lifecycle:transition"};
constexpr std::uint64_t kMostWaitingBytes = 4ULL << 20;

bool IsAttribute(std::string_view element) {
  return element == "string" || element == "date" || element == "int" || element == "float" || element == "boolean" ||
         element == "id";
}

// Where in a log the reading is.
class LogHandler : public XmlHandler {
 public:
  void Start(std::string_view name, const XmlAttributes& attributes) final {
    ++depth_;
    if (name == "trace" && trace_depth_ == 0) {
      trace_depth_ = depth_;
      BeginCase();
    } else if (name == "event" && event_depth_ == 0) {
      event_depth_ = depth_;
      BeginEvent();
    } else if (IsAttribute(name) && event_depth_ > 0 && depth_ == event_depth_ + 1) {
      Take(false, attributes.Find("key"), attributes.Find("value"));
    } else if (IsAttribute(name) && event_depth_ == 0 && trace_depth_ > 0 && depth_ == trace_depth_ + 1) {
      Take(true, attributes.Find("key"), attributes.Find("value"));
    }
  }
  void End(std::string_view /*name*/) final {
    if (depth_ == event_depth_) {
      event_depth_ = 0;
      EndEvent();
    }
    if (depth_ == trace_depth_) trace_depth_ = 0;
    --depth_;
  }
  void Text(std::string_view /*text*/) final {}

 protected:
  virtual void BeginCase() {}
  virtual void BeginEvent() {}
  virtual void EndEvent() {}
  virtual void Take(bool is_of_case, std::string_view key, std::string_view value) = 0;

 private:
  int depth_ = 0;
  int trace_depth_ = 0;  // 0: outside
  int event_depth_ = 0;
};

// The columns of a log, by the names of attributes.
class LogColumns final : public LogHandler {
 public:
  LogColumns(std::uint64_t most, std::string title) : most_(most), title_(std::move(title)) {
    for (const char* column : kColumns) Add(column);
  }

  const std::vector<std::string>& names() const { return names_; }
  // Nothing for an attribute that the log does not have.
  std::optional<std::size_t> At(bool is_of_case, std::string_view key) {
    name_ = is_of_case ? "case:" : "";
    name_ += key;
    const auto found = places_.find(name_);
    return found == places_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  void Take(bool is_of_case, std::string_view key, std::string_view /*value*/) override {
    if (key.empty() || At(is_of_case, key)) return;
    Add(name_);
    if (names_.size() > most_) {
      Refuse(TooLarge("the records have more than {} fields", most_)
                 .At(title_)
                 .Mend("Check that the file is a list of records"));
    }
  }

  void Add(std::string name) {
    places_.emplace(name, names_.size());
    names_.push_back(std::move(name));
  }

  std::uint64_t most_;
  std::string title_;
  std::vector<std::string> names_;
  std::map<std::string, std::size_t, std::less<>> places_;
  std::string name_;
};

// Events that were read and are waiting to be taken.
class LogRows final : public LogHandler {
 public:
  struct Cell {
    std::size_t column = 0;
    std::string_view text;
  };

  LogRows(LogColumns& columns, const ReadLimits& limits, std::string title)
      : columns_(columns), limits_(limits), title_(std::move(title)) {}

  void Follow(const XmlStream& stream) { stream_ = &stream; }
  std::size_t size() const { return rows_.size(); }
  std::uint64_t LineAt(std::size_t row) const { return rows_[row].line; }
  std::span<const Cell> CellsAt(std::size_t row) const {
    return std::span(cells_).subspan(rows_[row].first, rows_[row].count);
  }
  bool TakeFull() { return std::exchange(is_full_, false); }
  // Views of the cells end with it.
  void Forget() {
    rows_.clear();
    cells_.clear();
    texts_.Clear();
    kept_case_.clear();
  }

 private:
  struct Row {
    std::uint64_t line = 0;
    std::size_t first = 0;
    std::size_t count = 0;
  };

  void BeginCase() override {
    case_.clear();
    kept_case_.clear();
    case_bytes_ = 0;
  }

  void BeginEvent() override {
    if (kept_case_.empty()) {
      for (const auto& [column, text] : case_) kept_case_.push_back({.column = column, .text = texts_.Keep(text)});
    }
    rows_.push_back({.line = stream_->line(), .first = cells_.size()});
    cells_.insert(cells_.end(), kept_case_.begin(), kept_case_.end());
    row_bytes_ = case_bytes_;
  }

  void EndEvent() override {
    rows_.back().count = cells_.size() - rows_.back().first;
    constexpr std::size_t kMostCells = 1 << 18;
    if (rows_.size() < RowBlock::kRows && cells_.size() < kMostCells && texts_.bytes() < kMostWaitingBytes) return;
    is_full_ = true;
    Pause();
  }

  void Take(bool is_of_case, std::string_view key, std::string_view value) override {
    const auto column = key.empty() ? std::nullopt : columns_.At(is_of_case, key);
    if (!column || value.empty()) return;
    std::uint64_t& bytes = is_of_case ? case_bytes_ : row_bytes_;
    bytes += value.size() + sizeof(Cell);
    if (bytes > limits_.record_bytes) {
      Refuse(TooLarge("the record is longer than {} MiB", limits_.record_bytes >> 20)
                 .At(title_, stream_->line())
                 .Mend("Check that it is the right file and that it is whole"));
    } else if (is_of_case) {
      case_.emplace_back(*column, value);
      kept_case_.clear();
    } else {
      cells_.push_back({.column = *column, .text = texts_.Keep(value)});
    }
  }

  LogColumns& columns_;
  ReadLimits limits_;
  std::string title_;
  const XmlStream* stream_ = nullptr;
  std::vector<Row> rows_;
  std::vector<Cell> cells_;
  TextStore texts_;
  std::vector<std::pair<std::size_t, std::string>> case_;
  std::vector<Cell> kept_case_;  // the same, with texts that live as long as the rows
  std::uint64_t case_bytes_ = 0;
  std::uint64_t row_bytes_ = 0;
  bool is_full_ = false;
};

class EventLogReader final : public RowReader {
 public:
  static Result<std::unique_ptr<RowReader>> Open(const FileInput& file, const ReadOptions& options) {
    auto reader = std::unique_ptr<EventLogReader>(new EventLogReader(options.limits, file.Title()));
    WEIR_TRY(auto bytes, OpenBytes(file, options.limits));
    WEIR_TRY(XmlStream first,
             XmlStream::Open(std::move(bytes), reader->columns_, MakePhrase("the event log"), file.Title()));
    WEIR_TRY(first.ReadAll());
    for (const std::string& name : reader->columns_.names()) {
      SourceColumn column{.header = name, .name = NormaliseHeader(name), .currency = {}};
      if (column.name.empty()) column.name = fmt::format("column_{}", reader->reading_.columns.size() + 1);
      reader->reading_.columns.push_back(std::move(column));
    }
    WEIR_TRY(bytes, OpenBytes(file, options.limits));
    WEIR_TRY(XmlStream again,
             XmlStream::Open(std::move(bytes), reader->rows_, MakePhrase("the event log"), file.Title()));
    reader->stream_.emplace(std::move(again));
    reader->rows_.Follow(*reader->stream_);
    return std::unique_ptr<RowReader>(std::move(reader));
  }

  const Reading& reading() const override { return reading_; }
  std::uint64_t skipped_rows() const override { return 0; }
  std::uint64_t bytes_read() const override { return stream_->bytes_read(); }
  std::uint64_t bytes_total() const override { return stream_->bytes_total(); }

  Result<const RowBlock*> Next() override {
    block_.Clear(reading_.columns.size());
    if (next_ == rows_.size() && !is_done_) {
      rows_.Forget();
      next_ = 0;
      while (!is_done_ && !rows_.TakeFull()) {
        WEIR_TRY(const bool goes_on, stream_->Step());
        is_done_ = !goes_on;
      }
    }
    for (; next_ < rows_.size() && block_.size() < RowBlock::kRows; ++next_) {
      const std::span<std::string_view> cells = block_.AddRow(rows_.LineAt(next_), {});
      for (const LogRows::Cell& cell : rows_.CellsAt(next_)) cells[cell.column] = cell.text;
    }
    return block_.size() == 0 ? nullptr : &block_;
  }

 private:
  EventLogReader(const ReadLimits& limits, const std::string& title)
      : columns_(limits.columns, title), rows_(columns_, limits, title) {
    reading_.format = Format::kEventLog;
    reading_.header_line = 0;
  }

  LogColumns columns_;
  LogRows rows_;
  std::optional<XmlStream> stream_;
  Reading reading_;
  std::size_t next_ = 0;
  bool is_done_ = false;
  RowBlock block_;
};

}  // namespace

bool IsEventLog(std::string_view text) {
  text = TrimBlanks(text);
  return text.starts_with('<') && text.find("<log") != std::string_view::npos &&
         (text.find("xes.") != std::string_view::npos || text.find("<trace") != std::string_view::npos);
}

Result<std::unique_ptr<RowReader>> OpenEventLog(const FileInput& file, const ReadOptions& options) {
  return EventLogReader::Open(file, options);
}

}  // namespace weir::sources
