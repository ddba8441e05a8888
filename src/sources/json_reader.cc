#include "sources/json_reader.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "sources/text_stream.h"

namespace weir::sources {
namespace {

constexpr std::size_t kPiece = 1 << 20;
constexpr int kDepthLimit = 64;

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::size_t SkipBlanks(std::string_view text, std::size_t at) {
  while (at < text.size() && IsBlank(text[at])) ++at;
  return at;
}

// Names under which services wrap the list of records.
bool IsWrapper(std::string_view key) {
  static constexpr std::string_view kNames[] = {"data", "records", "results", "value",   "values", "items",
                                                "rows", "entries", "objects", "content", "result"};
  return std::ranges::find(kNames, key) != std::end(kNames);
}

// What services say of a page before the list: {"count": 2, "next_page": null, "tickets": [...]}. An object with other
// members before a list is a record that holds the list.
bool IsBookkeeping(std::string_view key) {
  static constexpr std::string_view kNames[] = {
      "object",    "count",       "total",         "total_count",   "totalSize",     "size",
      "next_page", "total_pages", "total_records", "previous_page", "next",          "previous",
      "page",      "pages",       "per_page",      "limit",         "offset",        "has_more",
      "done",      "url",         "meta",          "links",         "paging",        "status",
      "success",   "ok",          "cursor",        "after_cursor",  "before_cursor", "end_of_stream"};
  return std::ranges::find(kNames, key) != std::end(kNames) || key.starts_with('@') || key.starts_with('_');
}

struct Layout {
  std::size_t start = 0;  // of the first record
  bool is_lines = false;
};

// Where the list of records begins within an object that wraps it: {"object": "list", "data": [...]}.
std::optional<std::size_t> FindWrappedList(std::string_view text, std::size_t at, int depth) {
  bool is_page = true;
  bool is_answer = false;  // of JSON-RPC, whose id is that of the question and whose result holds the list
  while (true) {
    at = SkipBlanks(text, at);
    if (at < text.size() && text[at] == ',') at = SkipBlanks(text, at + 1);
    if (at >= text.size() || text[at] != '"') return std::nullopt;
    const std::size_t key_end = text.find('"', at + 1);
    if (key_end == std::string_view::npos) return std::nullopt;
    const std::string_view key = text.substr(at + 1, key_end - at - 1);
    at = SkipBlanks(text, key_end + 1);
    if (at >= text.size() || text[at] != ':') return std::nullopt;
    at = SkipBlanks(text, at + 1);
    if (at >= text.size()) return std::nullopt;
    is_answer = is_answer || key == "jsonrpc";
    // An object with an id is a record itself.
    if (key == "id" && !is_answer) return std::nullopt;
    if (text[at] == '[' && (IsWrapper(key) || depth > 0 || is_page)) {
      const std::size_t first = SkipBlanks(text, at + 1);
      if (first < text.size() && (text[first] == '{' || text[first] == ']')) return at + 1;
    }
    if (text[at] == '{' && depth == 0 && (key == "_embedded" || (is_answer && key == "result"))) {
      return FindWrappedList(text, at + 1, depth + 1);
    }
    is_page = is_page && IsBookkeeping(key);
    const JsonSplitter::Piece value = JsonSplitter(false).Next(text.substr(at), false);
    if (value.needs_more || value.size == 0) return std::nullopt;
    at += value.size;
  }
}

Layout FindLayout(std::string_view sample) {
  Layout layout;
  const std::size_t first = SkipBlanks(sample, 0);
  if (first >= sample.size()) return layout;
  if (sample[first] == '[') {
    layout.start = first + 1;
    return layout;
  }
  layout.start = first;
  const std::size_t line_end = sample.find('\n', first);
  const JsonSplitter::Piece piece = JsonSplitter(false).Next(sample.substr(first), true);
  layout.is_lines = !piece.is_cut && line_end != std::string_view::npos && first + piece.size <= line_end;
  const std::size_t next = layout.is_lines ? SkipBlanks(sample, line_end) : sample.size();
  // Objects that follow each other are the records, whatever lists they hold (the items of an order).
  if (next < sample.size() && sample[next] == '{') return layout;
  if (const auto wrapped = FindWrappedList(sample, first + 1, 0)) return Layout{.start = *wrapped, .is_lines = false};
  return layout;
}

// Records of a file one after another.
class RecordStream {
 public:
  struct Record {
    std::string_view text;
    std::uint64_t line = 0;
    bool is_cut = false;
  };

  static Result<RecordStream> Open(const FileInput& file, const ReadOptions& options) {
    WEIR_TRY(TextStream stream, TextStream::Open(file, options.encoding, options.limits));
    RecordStream records(std::move(stream), options.limits, file.Title());
    WEIR_TRY(records.ReadMore(kPiece));
    const std::string_view sample = records.Pending();
    if (SkipBlanks(sample, 0) == sample.size()) {
      return Fail(BadInput("the file is empty").At(file.Title()).Mend("Export it again"));
    }
    const Layout layout = FindLayout(sample);
    records.line_ += static_cast<std::uint64_t>(
        std::count(sample.begin(), sample.begin() + static_cast<std::ptrdiff_t>(layout.start), '\n'));
    records.begin_ = layout.start;
    records.is_lines_ = layout.is_lines;
    return records;
  }

  bool is_lines() const { return is_lines_; }
  const TextStream& stream() const { return stream_; }

  // The next record in the buffer; nothing if the buffer must be refilled or all is read.
  std::optional<Record> Next() {
    const JsonSplitter::Piece piece = JsonSplitter(is_lines_).Next(Pending(), is_last_);
    is_done_ = piece.is_end;
    if (piece.record.empty()) return std::nullopt;
    const Record record{piece.record, line_ + piece.lines, piece.is_cut};
    line_ += piece.lines + piece.lines_within;
    begin_ += piece.size;
    return record;
  }
  bool is_done() const { return is_done_; }

  // Moves the buffer: earlier records become invalid.
  Status Refill() {
    const std::size_t pending = Pending().size();
    if (pending > limits_.record_bytes) {
      return Fail(TooLarge("the record is longer than {} MiB", limits_.record_bytes >> 20)
                      .At(title_, line_)
                      .Mend("Check that the file is a list of records"));
    }
    return ReadMore(std::max(kPiece, pending));
  }

 private:
  RecordStream(TextStream stream, const ReadLimits& limits, std::string title)
      : stream_(std::move(stream)), limits_(limits), title_(std::move(title)) {}

  std::string_view Pending() const { return {buffer_.data() + begin_, buffer_.size() - begin_}; }

  Status ReadMore(std::size_t wanted) {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(begin_));
    begin_ = 0;
    const std::size_t before = buffer_.size();
    WEIR_TRY(stream_.Read(wanted, buffer_));
    is_last_ = buffer_.size() == before;
    return {};
  }

  TextStream stream_;
  ReadLimits limits_;
  std::string title_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::uint64_t line_ = 1;
  bool is_lines_ = false;
  bool is_last_ = false;
  bool is_done_ = false;
};

RowFault Broken(const JsonFault& fault) {
  return {"bad_json", MakePhrase("byte {} of the record: {}; export it again", fault.offset + 1, fault.reason),
          fault.offset + 1};
}

// Calls `cell(path, value)` for each value of an object that is no object itself.
template <typename Cell>
std::optional<JsonFault> Flatten(std::string_view object, std::string& path, std::string_view except, int depth,
                                 const Cell& cell) {
  std::optional<JsonFault> inner;
  JsonWalker walker(object, kDepthLimit);
  auto fault = walker.WalkObject([&](std::string_view key, const JsonValue& value) {
    const std::size_t before = path.size();
    if (!path.empty()) path.push_back('.');
    path.append(key);
    if (path != except) {
      if (value.kind != JsonKind::kObject) {
        cell(std::string_view(path), value);
      } else if (auto deeper = Flatten(value.text, path, except, depth + 1, cell); deeper && !inner) {
        inner = std::move(deeper);
      }
    }
    path.resize(before);
  });
  return fault ? fault : inner;
}

// The raw text of the list at a path within a record; empty if it has none.
std::string_view ListAt(std::string_view record, std::string_view path) {
  while (true) {
    const std::size_t dot = path.find('.');
    const std::string_view step = path.substr(0, dot);
    std::string_view found;
    JsonKind kind = JsonKind::kNull;
    JsonWalker walker(record, kDepthLimit);
    const auto fault = walker.WalkObject([&](std::string_view key, const JsonValue& value) {
      if (key == step) {
        found = value.text;
        kind = value.kind;
      }
    });
    if (fault || kind != (dot == std::string_view::npos ? JsonKind::kList : JsonKind::kObject)) return {};
    if (dot == std::string_view::npos) return found;
    record = found;
    path = path.substr(dot + 1);
  }
}

class JsonReader final : public RowReader {
 public:
  static Result<std::unique_ptr<RowReader>> Open(const FileInput& file, const ReadOptions& options) {
    WEIR_TRY(RecordStream first, RecordStream::Open(file, options));
    auto reader = std::unique_ptr<JsonReader>(new JsonReader(std::move(first), file, options));
    WEIR_TRY(reader->FindColumns());
    WEIR_TRY(RecordStream second, RecordStream::Open(file, options));
    reader->records_ = std::move(second);
    return std::unique_ptr<RowReader>(std::move(reader));
  }

  const Reading& reading() const override { return reading_; }
  std::uint64_t skipped_rows() const override { return 0; }
  std::uint64_t bytes_read() const override { return records_.stream().bytes_read(); }
  std::uint64_t bytes_total() const override { return records_.stream().bytes_total(); }

  Result<const RowBlock*> Next() override {
    texts_.clear();
    block_.Clear(reading_.columns.size());
    while (block_.size() == 0) {
      const bool is_done = FillBlock();
      if (block_.size() > 0 || is_done) break;
      WEIR_TRY(records_.Refill());
    }
    return block_.size() == 0 ? nullptr : &block_;
  }

 private:
  JsonReader(RecordStream records, const FileInput& file, const ReadOptions& options)
      : records_(std::move(records)), options_(options), nested_(file.records), title_(file.Title()) {}

  // Reads the whole file once: a field may appear for the first time in the last record.
  Status FindColumns() {
    reading_.format = records_.is_lines() ? Format::kJsonLines : Format::kJson;
    reading_.encoding = records_.stream().encoding();
    std::string path;
    bool has_object = false;
    std::optional<RecordStream::Record> first;
    Phrase first_fault;
    while (true) {
      const auto record = records_.Next();
      if (!record) {
        if (records_.is_done()) break;
        WEIR_TRY(records_.Refill());
        continue;
      }
      const auto note = [&](std::string_view key, const JsonValue&) { ColumnAt(key); };
      const auto fault = nested_.empty() ? Flatten(record->text, path, {}, 0, note) : NoteNested(record->text);
      path.clear();
      has_object = has_object || !fault;
      if (fault && first_fault.text.empty()) {
        first = RecordStream::Record{{}, record->line, false};
        first_fault = fault->reason;
      }
      if (index_.size() > options_.limits.columns) {
        return Fail(TooLarge("the records have more than {} fields", options_.limits.columns).At(title_, record->line));
      }
    }
    if (!has_object && first) {
      return Fail(BadInput("this is not JSON with records: {}", first_fault)
                      .At(title_, first->line)
                      .Mend("Export a list of objects, or one object a line"));
    }
    return {};
  }

  std::size_t ColumnAt(std::string_view path) {
    const auto found = index_.find(path);
    if (found != index_.end()) return found->second;
    SourceColumn column;
    column.header = path;
    column.name = NormaliseHeader(path);
    if (column.name.empty()) column.name = fmt::format("column_{}", reading_.columns.size() + 1);
    index_.emplace(column.header, reading_.columns.size());
    reading_.columns.push_back(std::move(column));
    return reading_.columns.size() - 1;
  }

  template <typename Row>
  std::optional<JsonFault> ForEachNested(std::string_view record, const Row& row) {
    const std::string_view list = ListAt(record, nested_);
    if (list.empty()) return std::nullopt;
    JsonWalker walker(list, kDepthLimit);
    return walker.WalkList([&](const JsonValue& element) {
      if (element.kind == JsonKind::kObject) row(element.text);
    });
  }

  std::optional<JsonFault> NoteNested(std::string_view record) {
    std::string path;
    const auto note = [&](std::string_view key, const JsonValue&) { ColumnAt(key); };
    auto fault = ForEachNested(record, [&](std::string_view element) {
      path.clear();
      Flatten(element, path, {}, 0, note);
    });
    if (fault) return fault;
    path = "parent";
    return Flatten(record, path, "parent." + nested_, 0, [&](std::string_view key, const JsonValue& value) {
      if (value.kind != JsonKind::kList) ColumnAt(key);
    });
  }

  // True once all is read.
  bool FillBlock() {
    while (block_.size() < RowBlock::kRows) {
      if (!waiting_.empty()) {
        TakeNested();
        continue;
      }
      const auto record = records_.Next();
      if (!record) return records_.is_done();
      if (record->is_cut) {
        block_.AddRow(record->line, record->text);
        block_.SetFault(block_.size() - 1, {"bad_json", MakePhrase("the file ends within this record"), 0});
      } else if (nested_.empty()) {
        TakeRecord(*record);
      } else {
        SplitNested(*record);
      }
    }
    return false;
  }

  void TakeRecord(const RecordStream::Record& record) {
    const std::span<std::string_view> cells = block_.AddRow(record.line, record.text);
    if (auto fault = FillCells(record.text, record.text, "", "", cells)) {
      std::ranges::fill(cells, std::string_view());
      block_.SetFault(block_.size() - 1, std::move(*fault));
    }
  }

  std::optional<RowFault> FillCells(std::string_view object, std::string_view kept, std::string_view prefix,
                                    std::string_view except, std::span<std::string_view> cells) {
    std::string path(prefix);
    const auto fault = Flatten(object, path, except, 0, [&](std::string_view key, const JsonValue& value) {
      const auto column = index_.find(key);
      if (column == index_.end() || value.kind == JsonKind::kNull) return;
      const bool is_in_record = value.text.data() >= kept.data() && value.text.data() < kept.data() + kept.size();
      cells[column->second] = is_in_record ? value.text : std::string_view(texts_.emplace_back(value.text));
    });
    if (fault) return Broken(*fault);
    if (FirstInvalidUtf8(kept) != std::string_view::npos)
      return RowFault{"bad_encoding", MakePhrase("the record is not UTF-8"), 0};
    for (const std::string_view cell : cells) {
      if (cell.find('\0') != std::string_view::npos)
        return RowFault{"zero_byte", MakePhrase("a text holds a zero byte"), 0};
    }
    return std::nullopt;
  }

  // The rows of one record wait here, because they may be more than the block takes.
  struct NestedRow {
    std::uint64_t line;
    std::vector<std::string> cells;
  };

  void SplitNested(const RecordStream::Record& record) {
    const auto fault = ForEachNested(record.text, [&](std::string_view element) {
      std::vector<std::string_view> cells(reading_.columns.size());
      if (FillCells(element, record.text, "", "", cells)) return;
      if (FillCells(record.text, record.text, "parent", "parent." + nested_, cells)) return;
      waiting_.push_back({record.line, {cells.begin(), cells.end()}});
    });
    if (fault) {
      block_.AddRow(record.line, record.text);
      block_.SetFault(block_.size() - 1, Broken(*fault));
    }
  }

  void TakeNested() {
    const NestedRow row = std::move(waiting_.front());
    waiting_.pop_front();
    std::vector<std::string_view> kept;
    kept.reserve(row.cells.size());
    for (const std::string& cell : row.cells) kept.push_back(texts_.emplace_back(cell));
    const std::string& raw = texts_.emplace_back(JsonOfCells(kept));
    std::ranges::copy(kept, block_.AddRow(row.line, raw).begin());
  }

  RecordStream records_;
  ReadOptions options_;
  std::string nested_;
  std::string title_;
  Reading reading_;
  std::map<std::string, std::size_t, std::less<>> index_;
  std::deque<std::string> texts_;
  std::deque<NestedRow> waiting_;
  RowBlock block_;
};

}  // namespace

Result<std::unique_ptr<RowReader>> OpenJson(const FileInput& file, const ReadOptions& options) {
  return JsonReader::Open(file, options);
}

Result<std::vector<std::string>> NestedLists(const FileInput& file) {
  constexpr int kRecords = 50;
  WEIR_TRY(RecordStream records, RecordStream::Open(file, {}));
  std::set<std::string> paths;
  std::string path;
  for (int i = 0; i < kRecords; ++i) {
    const auto record = records.Next();
    if (!record) break;
    const auto fault = Flatten(record->text, path, {}, 0, [&](std::string_view key, const JsonValue& value) {
      const std::size_t first = value.kind == JsonKind::kList ? SkipBlanks(value.text, 1) : 0;
      if (first > 0 && value.text[first] == '{') paths.emplace(key);
    });
    path.clear();
    if (fault) break;
  }
  return std::vector<std::string>(paths.begin(), paths.end());
}

std::optional<RowFault> CellsOfJson(std::string_view record, const std::vector<SourceColumn>& columns,
                                    std::deque<std::string>& texts, std::span<std::string_view> cells) {
  if (!record.empty() && record.front() == '[') {
    std::size_t column = 0;
    JsonWalker walker(record, kDepthLimit);
    const auto fault = walker.WalkList([&](const JsonValue& value) {
      if (column < cells.size() && value.kind != JsonKind::kNull) cells[column] = texts.emplace_back(value.text);
      ++column;
    });
    if (fault) return Broken(*fault);
    return std::nullopt;
  }
  std::string path;
  const auto fault = Flatten(record, path, {}, 0, [&](std::string_view key, const JsonValue& value) {
    const auto column = std::ranges::find(columns, key, &SourceColumn::header);
    if (column == columns.end() || value.kind == JsonKind::kNull) return;
    cells[static_cast<std::size_t>(column - columns.begin())] = texts.emplace_back(value.text);
  });
  if (fault) return Broken(*fault);
  return std::nullopt;
}

std::string JsonOfCells(std::span<const std::string_view> cells) {
  nlohmann::json list = nlohmann::json::array();
  for (const std::string_view cell : cells) list.push_back(cell);
  return list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace weir::sources
