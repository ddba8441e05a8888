#include "journey/log/table_log.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/text.h"
#include "base/time.h"
#include "journey/log/text_codes.h"
#include "sources/cell_words.h"
#include "sources/date_text.h"

namespace weir::journey {
namespace {

using sources::DateFault;
using sources::RowBlock;

// Normalised, the surest first.
constexpr std::array<std::string_view, 12> kCaseNames{"case_concept_name",
                                                      "case_id",
                                                      "case_key",
                                                      "caseid",
                                                      "case",
                                                      "trace_id",
                                                      "traceid",
                                                      "trace",
                                                      "case_number",
                                                      "case_name",
                                                      "process_instance_id",
                                                      "session_id"};
constexpr std::array<std::string_view, 12> kActivityNames{"concept_name", "activity",   "activity_name", "activity_id",
                                                          "activity_en",  "activityid", "activityname",  "event_name",
                                                          "task",         "step",       "event",         "action"};
constexpr std::array<std::string_view, 16> kTimeNames{
    "time_timestamp", "complete_timestamp", "completetimestamp", "end_timestamp", "timestamp", "eventtime",
    "event_time",     "complete_time",      "completion_time",   "end_time",      "time",      "datetime",
    "date_time",      "start_timestamp",    "start_time",        "date"};

struct Wanted {
  const std::string& header;  // as asked for; empty: by the names
  Phrase what;                // in messages
  std::string_view option;
  std::span<const std::string_view> names;
};

// Headers of a file and how a column of theirs is found.
class Headers {
 public:
  Headers(const sources::RowReader& reader, std::string title)
      : title_(std::move(title)), line_(reader.reading().header_line) {
    for (const sources::SourceColumn& column : reader.columns()) {
      headers_.emplace_back(TrimBlanks(column.header));
      normal_.push_back(NormaliseHeader(headers_.back()));
    }
  }

  const std::string& At(std::size_t column) const { return headers_[column]; }

  Result<std::size_t> Find(const Wanted& wanted) const {
    if (wanted.header.empty()) return Guess(wanted);
    const auto exact = std::ranges::find(headers_, wanted.header);
    if (exact != headers_.end()) return static_cast<std::size_t>(exact - headers_.begin());
    const std::string normal = NormaliseHeader(wanted.header);
    const auto found = std::ranges::find(normal_, normal);
    if (!normal.empty() && found != normal_.end()) return OnlyOne(found - normal_.begin(), wanted);
    auto error = BadInput("there is no column '{}' for {}", wanted.header, wanted.what).At(title_, line_);
    const std::string_view near = NearestName(normal, normal_);
    if (near.empty()) return Fail(std::move(error).Mend("The columns are: {}", All()));
    const auto meant = static_cast<std::size_t>(std::ranges::find(normal_, near) - normal_.begin());
    return Fail(std::move(error).Mend("Did you mean '{}'? The columns are: {}", headers_[meant], All()));
  }

 private:
  Result<std::size_t> Guess(const Wanted& wanted) const {
    for (const std::string_view name : wanted.names) {
      const auto found = std::ranges::find(normal_, name);
      if (found != normal_.end()) return OnlyOne(found - normal_.begin(), wanted);
    }
    return Fail(BadInput("the file has no column that is known to hold {}", wanted.what)
                    .At(title_, line_)
                    .Mend("Name it with {}. The columns are: {}", wanted.option, All()));
  }

  Result<std::size_t> OnlyOne(std::ptrdiff_t place, const Wanted& wanted) const {
    const auto again = std::find(normal_.begin() + place + 1, normal_.end(), normal_[static_cast<std::size_t>(place)]);
    const auto first = static_cast<std::size_t>(place);
    if (again == normal_.end()) return first;
    const auto second = static_cast<std::size_t>(again - normal_.begin());
    return Fail(BadInput("columns '{}' and '{}' may both hold {}", headers_[first], headers_[second], wanted.what)
                    .At(title_, line_, second + 1)
                    .Mend("Name the one with {} as it stands in the file. The columns are: {}", wanted.option, All()));
  }

  std::string All() const {
    constexpr std::size_t kLongest = 60;
    constexpr std::size_t kMost = 40;  // of a file that is no table, each may be a page long
    std::string all;
    for (std::size_t i = 0; i < std::min(headers_.size(), kMost); ++i) {
      all.append(i == 0 ? "" : ", ").append(headers_[i].size() > kLongest ? sources::Shown(headers_[i]) : headers_[i]);
    }
    if (headers_.size() > kMost) all += fmt::format(" and {} more", headers_.size() - kMost);
    return all;
  }

  std::string title_;
  std::uint64_t line_;
  std::vector<std::string> headers_;
  std::vector<std::string> normal_;
};

struct Places {
  std::size_t case_id = 0;
  std::size_t activity = 0;
  std::size_t time = 0;
  std::vector<std::size_t> attributes;
};

class TableReader {
 public:
  TableReader(const TableOptions& options, std::string title) : options_(options), title_(std::move(title)) {}

  Result<TableReading> Read(sources::RowReader& rows, const std::function<void(double)>& report) {
    WEIR_TRY(FindColumns(rows));
    while (true) {
      WEIR_TRY(const RowBlock* block, rows.Next());
      if (block == nullptr) break;
      if (reading_.events + block->size() >= kNoValue) {
        return Fail(TooLarge("the file holds more than {} events", kNoValue - 1).At(title_));
      }
      for (std::size_t row = 0; row < block->size(); ++row) TakeRow(*block, row);
      if (report && rows.bytes_total() > 0) {
        report(static_cast<double>(rows.bytes_read()) / static_cast<double>(rows.bytes_total()));
      }
    }
    WEIR_TRY(ReadOddTimes());
    if (reading_.log.size() == 0) return Fail(NoEvent());
    return Done();
  }

 private:
  // A time that is not in the one strict form: it is read once all are known, since together they show whether the
  // day or the month comes first.
  struct OddTime {
    std::uint32_t event = 0;
    std::uint32_t text = 0;
    std::uint64_t line = 0;
  };

  Status FindColumns(const sources::RowReader& rows) {
    const Headers headers(rows, title_);
    const LogColumns& asked = options_.columns;
    WEIR_TRY(places_.case_id, headers.Find({asked.case_id, MakePhrase("cases"), "--case", kCaseNames}));
    WEIR_TRY(places_.activity, headers.Find({asked.activity, MakePhrase("activities"), "--activity", kActivityNames}));
    WEIR_TRY(places_.time, headers.Find({asked.time, MakePhrase("times"), "--time", kTimeNames}));
    if (places_.case_id == places_.activity || places_.case_id == places_.time || places_.activity == places_.time) {
      return Fail(BadInput("one column is named for two of case, activity and time")
                      .At(title_, rows.reading().header_line)
                      .Mend("Name three columns with --case, --activity and --time"));
    }
    columns_ = {.case_id = headers.At(places_.case_id),
                .activity = headers.At(places_.activity),
                .time = headers.At(places_.time)};
    for (const std::string& header : options_.event_attributes) {
      WEIR_TRY(const std::size_t place, headers.Find({header, MakePhrase("an attribute"), "--attribute", {}}));
      places_.attributes.push_back(place);
      reading_.log.event_columns.push_back({.name = headers.At(place)});
    }
    attributes_.resize(places_.attributes.size());
    return {};
  }

  void TakeRow(const RowBlock& block, std::size_t row) {
    ++reading_.events;
    const std::uint64_t line = block.LineAt(row);
    if (const sources::RowFault* fault = block.FaultAt(row)) {
      return PutAside("bad_row", [&] { return MakePhrase("rows that cannot be read: {}", fault->reason); }, line);
    }
    const std::string_view id = TrimBlanks(block.Cell(row, places_.case_id));
    const std::string_view activity = TrimBlanks(block.Cell(row, places_.activity));
    const std::string_view time = TrimBlanks(block.Cell(row, places_.time));
    const auto without = [&](const std::string& header) { return MakePhrase("rows without {}", header); };
    if (id.empty()) return PutAside("no_case", [&] { return without(columns_.case_id); }, line);
    if (activity.empty()) return PutAside("no_activity", [&] { return without(columns_.activity); }, line);
    if (time.empty()) return PutAside("no_time", [&] { return without(columns_.time); }, line);
    EventLog& log = reading_.log;
    const std::optional<Instant> instant = ParseIsoInstant(time);
    if (!instant) {
      odd_.push_back({.event = static_cast<std::uint32_t>(log.size()), .text = odd_texts_.Of(time), .line = line});
    }
    log.case_of.push_back(cases_.Of(id));
    log.activity_of.push_back(activities_.Of(activity));
    log.at.push_back(instant ? instant->micros : 0);
    for (std::size_t i = 0; i < attributes_.size(); ++i) {
      const std::string_view cell = TrimBlanks(block.Cell(row, places_.attributes[i]));
      log.event_columns[i].codes.push_back(cell.empty() ? kNoValue : attributes_[i].Of(cell));
    }
  }

  template <typename Reason>
  void PutAside(std::string_view code, const Reason& reason, std::uint64_t line, std::uint64_t count = 1) {
    auto& all = reading_.set_aside;
    const auto found = std::ranges::find(all, code, &SetAside::code);
    if (found != all.end()) {
      found->count += count;
    } else {
      all.push_back({.code = code, .reason = reason(), .count = count, .first_line = line});
    }
  }

  Status ReadOddTimes() {
    const std::vector<std::string> texts = odd_texts_.Take();
    sources::DateEvidence evidence;
    for (const std::string& text : texts) evidence.Note(text);
    std::vector<sources::ParsedDate> dates(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) dates[i] = sources::ParseDate(texts[i], &evidence);
    std::vector<bool> is_bad;
    std::size_t bad = 0;
    for (const OddTime& odd : odd_) {
      const sources::ParsedDate& date = dates[odd.text];
      if (date.fault == DateFault::kNone) {
        reading_.log.at[odd.event] = StartOf(date.date).micros + date.micros_of_day;
        continue;
      }
      if (date.fault == DateFault::kAmbiguous) return Fail(Ambiguous(texts[odd.text], odd.line));
      if (is_bad.empty()) is_bad.resize(reading_.log.size());
      is_bad[odd.event] = true;
      ++bad;
      PutAside(
          "bad_time", [&] { return MakePhrase("rows whose time is none, as {}", sources::Shown(texts[odd.text])); },
          odd.line);
      if (first_bad_line_ == 0) first_bad_line_ = odd.line;
    }
    if (bad * 2 > reading_.log.size()) return Fail(NoTimes(bad));
    if (bad > 0) Drop(is_bad);
    return {};
  }

  void Drop(const std::vector<bool>& is_bad) {
    const auto keep = [&](auto& column) {
      std::size_t kept = 0;
      for (std::size_t i = 0; i < column.size(); ++i) {
        if (!is_bad[i]) column[kept++] = column[i];
      }
      column.resize(kept);
    };
    EventLog& log = reading_.log;
    for (CodedColumn& column : log.event_columns) keep(column.codes);
    keep(log.activity_of);
    keep(log.at);
    keep(log.case_of);
  }

  Error Ambiguous(const std::string& text, std::uint64_t line) const {
    return BadInput("in {} day and month cannot be told apart, or it may be a number of days", sources::Shown(text))
        .At(title_, line, places_.time + 1)
        .Mend("Write times as 2026-03-31T10:00:00Z");
  }
  Error NoTimes(std::size_t bad) const {
    return BadInput("column '{}' holds no times: {} of {} rows have none", columns_.time, bad, reading_.log.size())
        .At(title_, first_bad_line_, places_.time + 1)
        .Mend("Name the column of times with --time, and write them as 2026-03-31T10:00:00Z");
  }
  Error NoEvent() const {
    auto error = BadInput("the file holds no event").At(title_);
    if (reading_.set_aside.empty()) return std::move(error).Mend("Check that it is the right file");
    const SetAside& first = reading_.set_aside.front();
    return std::move(error).Mend("Set aside are {} rows; the first, in line {}: {}", reading_.events, first.first_line,
                                 first.reason);
  }

  TableReading Done() {
    reading_.log.case_names = cases_.Take();
    reading_.log.activity_names = activities_.Take();
    for (std::size_t i = 0; i < attributes_.size(); ++i) reading_.log.event_columns[i].values = attributes_[i].Take();
    return {.reading = std::move(reading_), .columns = std::move(columns_)};
  }

  const TableOptions& options_;
  std::string title_;
  Places places_;
  LogColumns columns_;
  LogReading reading_;
  TextCodes cases_;
  TextCodes activities_;
  std::vector<TextCodes> attributes_;
  TextCodes odd_texts_;
  std::vector<OddTime> odd_;
  std::uint64_t first_bad_line_ = 0;
};

}  // namespace

Result<TableReading> ReadLogTable(const sources::FileInput& file, const TableOptions& options,
                                  const std::function<void(double)>& report) {
  WEIR_TRY(const std::unique_ptr<sources::RowReader> rows, sources::OpenRows(file));
  return TableReader(options, file.Title()).Read(*rows, report);
}

}  // namespace weir::journey
