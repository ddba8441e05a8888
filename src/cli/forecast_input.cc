#include "cli/forecast_input.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <memory>
#include <string_view>
#include <unordered_map>

#include "base/text.h"
#include "cli/link_ids.h"
#include "cli/table_path.h"
#include "sources/cell_words.h"
#include "sources/date_text.h"
#include "sources/number_text.h"
#include "sources/reader.h"

namespace weir::cli {
namespace {

using forecast::TimeKind;
using sources::RowBlock;

constexpr std::uint64_t kMostRows = 200'000'000;
// A series of more steps than this many times its values, and than kFewSteps, is mostly gaps.
constexpr std::int64_t kMostStepsAValue = 20;
constexpr std::int64_t kFewSteps = 10'000;

constexpr std::array<std::string_view, 8> kIdNames{"unique_id", "series_id", "series", "id",
                                                   "item_id",   "name",      "key",    "group"};
constexpr std::array<std::string_view, 9> kTimeNames{"ds",   "date",  "time",   "timestamp", "day",
                                                     "week", "month", "period", "t"};
constexpr std::array<std::string_view, 7> kValueNames{"y", "value", "amount", "target", "sales", "revenue", "count"};

// What programs for statistics write where there is no value, beside the words of databases.
bool IsNoValue(std::string_view text) {
  constexpr std::array<std::string_view, 5> kWords{"NA", "N/A", "n/a", "NaN", "nan"};
  return text.empty() || sources::IsNullWord(text) || std::ranges::find(kWords, text) != kWords.end();
}

// Texts that come again and again, each kept once.
class TextNumbers {
 public:
  std::uint32_t Of(std::string_view text) {
    // Rows of one series stand together in most files.
    if (!texts_.empty() && texts_[last_] == text) return last_;
    const auto [found, is_new] = numbers_.try_emplace(std::string(text), static_cast<std::uint32_t>(texts_.size()));
    if (is_new) texts_.push_back(found->first);
    last_ = found->second;
    return last_;
  }
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<std::string> texts_;
  std::uint32_t last_ = 0;
};

struct Row {
  std::uint32_t series = 0;
  std::uint32_t time = 0;  // a text
  double value = 0;
  std::uint64_t line = 0;
};

// A value that is no plain number: it is read once all are known.
struct OddValue {
  std::size_t row = 0;
  std::string text;
};

struct Places {
  std::optional<std::size_t> id;
  std::size_t time = 0;
  std::size_t value = 0;
  bool is_id_a_guess = false;  // by its place alone
};

template <std::size_t N>
std::optional<std::size_t> FindNamed(const std::vector<std::string>& headers,
                                     const std::array<std::string_view, N>& names) {
  for (const std::string_view name : names) {
    for (std::size_t i = 0; i < headers.size(); ++i) {
      if (NormaliseHeader(headers[i]) == name) return i;
    }
  }
  return std::nullopt;
}

class Reader {
 public:
  Reader(const ForecastColumns& columns, const std::function<void(const Phrase&, double)>& progress)
      : columns_(columns), progress_(progress) {}

  Result<SeriesInput> Read(const std::string& path) {
    WEIR_TRY(const sources::FileInput file, TableOf(path));
    input_.title = file.Title();
    WEIR_TRY(reader_, sources::OpenRows(file));
    WEIR_TRY(FindPlaces());
    WEIR_TRY(ReadRows());
    DropRowNumbers();
    WEIR_TRY(ReadOddValues());
    WEIR_TRY(ReadTimes());
    WEIR_TRY(PlaceValues());
    return std::move(input_);
  }

 private:
  std::uint64_t header_line() const { return reader_->reading().header_line; }

  Result<std::optional<std::size_t>> PlaceOf(const std::string& wanted, const std::vector<std::string>& headers) const {
    if (wanted.empty()) return std::optional<std::size_t>();
    WEIR_TRY(const std::size_t place, FindIdColumn(wanted, headers, input_.title, header_line()));
    return std::optional(place);
  }

  Status FindPlaces() {
    std::vector<std::string> headers;
    headers.reserve(reader_->columns().size());
    for (const sources::SourceColumn& column : reader_->columns()) headers.emplace_back(TrimBlanks(column.header));
    WEIR_TRY(std::optional<std::size_t> id, PlaceOf(columns_.id, headers));
    WEIR_TRY(std::optional<std::size_t> time, PlaceOf(columns_.time, headers));
    WEIR_TRY(std::optional<std::size_t> value, PlaceOf(columns_.value, headers));
    if (!id) id = FindNamed(headers, kIdNames);
    if (!time) time = FindNamed(headers, kTimeNames);
    if (!value) value = FindNamed(headers, kValueNames);
    // A file of two columns or three needs no names that are known.
    const std::size_t count = headers.size();
    if (!time && (count == 2 || count == 3)) time = count - 2;
    if (!value && (count == 2 || count == 3)) value = count - 1;
    const bool is_guess = !id && count == 3;
    if (is_guess) id = 0;
    if (!time) return Fail(NoColumn(BadInput("the file has no column that is known to hold times"), "--time", headers));
    if (!value)
      return Fail(NoColumn(BadInput("the file has no column that is known to hold values"), "--value", headers));
    if (id == time || id == value) id.reset();
    if (time == value) {
      return Fail(BadInput("column '{}' is named for both times and values", headers[*time])
                      .At(input_.title, header_line(), *time + 1)
                      .Mend("Name two columns with --time and --value"));
    }
    places_ = {.id = id, .time = *time, .value = *value, .is_id_a_guess = is_guess};
    if (id) input_.id_column = headers[*id];
    input_.time_column = headers[*time];
    input_.value_column = headers[*value];
    return {};
  }

  Error NoColumn(Error error, std::string_view option, const std::vector<std::string>& headers) const {
    std::string all;
    for (const std::string& header : headers) all.append(all.empty() ? "" : ", ").append(header);
    return std::move(error)
        .At(input_.title, header_line())
        .Mend("Name it with {}, or call the columns unique_id, ds and y. The columns are: {}", option, all);
  }

  Status ReadRows() {
    while (true) {
      WEIR_TRY(const RowBlock* block, reader_->Next());
      if (block == nullptr) break;
      for (std::size_t row = 0; row < block->size(); ++row) TakeRow(*block, row);
      if (rows_.size() > kMostRows) {
        return Fail(MakeError(Code::kTooLarge, "there are more than {} values", kMostRows).At(input_.title));
      }
      if (reader_->bytes_total() > 0) {
        progress_(MakePhrase("reading {}", input_.title),
                  static_cast<double>(reader_->bytes_read()) / static_cast<double>(reader_->bytes_total()));
      }
    }
    input_.rows = rows_.size();
    if (!rows_.empty()) return {};
    auto error = BadInput("the file holds no row that can be read").At(input_.title);
    if (!input_.first_fault) return Fail(std::move(error).Mend("Check that it is the right file"));
    return Fail(std::move(error).Mend("The first of {} faulty rows: {}", input_.faulty, input_.first_fault->Whole()));
  }

  void TakeRow(const RowBlock& block, std::size_t row) {
    const std::uint64_t line = block.LineAt(row);
    if (const sources::RowFault* fault = block.FaultAt(row)) {
      ++input_.faulty;
      if (!input_.first_fault) {
        input_.first_fault = Error(Code::kBadInput, fault->reason).At(input_.title, line, fault->column);
      }
      return;
    }
    const std::string_view id = places_.id ? TrimBlanks(block.Cell(row, *places_.id)) : std::string_view();
    const std::string_view time = TrimBlanks(block.Cell(row, places_.time));
    const std::string_view text = TrimBlanks(block.Cell(row, places_.value));
    Row taken{.series = names_.Of(id), .time = times_.Of(time), .value = forecast::kMissing, .line = line};
    if (!IsNoValue(text)) {
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), taken.value);
      if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(taken.value)) {
        taken.value = forecast::kMissing;
        odd_.push_back({rows_.size(), std::string(text)});
        sources::NoteNumber(text, numbers_);
      }
    }
    rows_.push_back(taken);
  }

  // A first column that is different in each row numbers the rows: it tells no series apart.
  void DropRowNumbers() {
    if (!places_.is_id_a_guess || rows_.size() < 2 || names_.texts().size() < rows_.size()) return;
    input_.id_column.clear();
    names_ = TextNumbers();
    for (Row& row : rows_) row.series = names_.Of("");
  }

  Status ReadOddValues() {
    for (const OddValue& odd : odd_) {
      const sources::ParsedNumber number = sources::ParseNumber(odd.text, numbers_.Mark());
      if (number.fault == sources::NumberFault::kNone) {
        rows_[odd.row].value = ToDouble(number.value);
        continue;
      }
      auto error = number.fault == sources::NumberFault::kAmbiguous
                       ? BadInput("{} may be thousands or a fraction", sources::Shown(odd.text))
                       : BadInput("{} is no number", sources::Shown(odd.text));
      return Fail(std::move(error)
                      .At(input_.title, rows_[odd.row].line, places_.value + 1)
                      .Mend("Write values as plain numbers, such as 1234.5; leave the cell empty where there is none"));
    }
    return {};
  }

  // The first row whose time is this text.
  std::uint64_t LineOfTime(std::uint32_t time) const {
    const auto found = std::ranges::find(rows_, time, &Row::time);
    return found == rows_.end() ? 0 : found->line;
  }

  Status ReadTimes() {
    time_of_.resize(times_.texts().size());
    std::size_t counts = 0;
    std::optional<std::uint32_t> other;  // the first that is no whole number
    for (std::uint32_t i = 0; i < time_of_.size(); ++i) {
      const std::optional<std::int64_t> count = CountOf(times_.texts()[i]);
      time_of_[i] = count.value_or(0);
      counts += count ? 1 : 0;
      if (!count && !other) other = i;
    }
    if (!other) {
      input_.axis = forecast::FindAxis(TimeKind::kCount, time_of_);
      return {};
    }
    if (ReadDecimalYears()) return {};
    // One word among numbers is what is wrong, not the numbers.
    if (counts * 2 >= time_of_.size()) return Fail(TimeFault(*other, sources::DateFault::kNotDate));
    sources::DateEvidence evidence;
    std::vector<std::string> texts;
    texts.reserve(times_.texts().size());
    for (const std::string& text : times_.texts()) {
      texts.push_back(FirstDayOf(text));
      evidence.Note(texts.back());
    }
    bool has_times = false;
    std::vector<sources::ParsedDate> dates(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
      dates[i] = sources::ParseDate(texts[i], &evidence);
      if (dates[i].fault != sources::DateFault::kNone)
        return Fail(TimeFault(static_cast<std::uint32_t>(i), dates[i].fault));
      has_times = has_times || (dates[i].has_time && dates[i].micros_of_day != 0);
    }
    for (std::size_t i = 0; i < texts.size(); ++i) {
      time_of_[i] = has_times ? StartOf(dates[i].date).micros + dates[i].micros_of_day : dates[i].date.days;
    }
    input_.axis = forecast::FindAxis(has_times ? TimeKind::kInstant : TimeKind::kDate, time_of_);
    return {};
  }

  // "1949", "1949.25", "1949.5": years with quarters or months as fractions, as R writes them. Whether all are that.
  bool ReadDecimalYears() {
    for (const int parts : {4, 12}) {
      bool fits = true;
      for (std::size_t i = 0; fits && i < time_of_.size(); ++i) {
        const std::string& text = times_.texts()[i];
        double year = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), year);
        const double steps = year * parts;
        fits = error == std::errc() && end == text.data() + text.size() && year >= kFirstYear && year < kLastYear + 1 &&
               std::abs(steps - std::round(steps)) < 1e-3 * parts;
        if (!fits) break;
        const auto step = static_cast<int>(std::lround(steps));
        time_of_[i] = FromCivil({.year = step / parts, .month = step % parts * (12 / parts) + 1, .day = 1}).days;
      }
      if (!fits) continue;
      input_.axis = forecast::FindAxis(TimeKind::kDate, time_of_);
      return true;
    }
    return false;
  }

  Error TimeFault(std::uint32_t time, sources::DateFault fault) const {
    const std::string shown = sources::Shown(times_.texts()[time]);
    auto error = fault == sources::DateFault::kAmbiguous ? BadInput("in {} day and month cannot be told apart", shown)
                 : fault == sources::DateFault::kRange
                     ? BadInput("{} is outside the years from {} to {}", shown, kFirstYear, kLastYear)
                     : BadInput("{} is neither a date nor a whole number", shown);
    return std::move(error)
        .At(input_.title, LineOfTime(time), places_.time + 1)
        .Mend("Write times as 2026-03-31, 2026-03-31T10:00:00Z or 2026-03, or number the steps 1, 2, 3");
  }

  static std::optional<std::int64_t> CountOf(std::string_view text) {
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    constexpr std::int64_t kMostCount = std::int64_t{1} << 50;
    if (error != std::errc() || end != text.data() + text.size() || std::abs(count) > kMostCount) return std::nullopt;
    // 20260331 is a date.
    if (text.size() == 8 && count > 19'000'000 &&
        sources::ParseDate(text, nullptr).fault == sources::DateFault::kNone) {
      return std::nullopt;
    }
    return count;
  }

  // "2026-03", "2026Q1", "2026-Q1" and "2026 Q1" as the first day of what they mean.
  static std::string FirstDayOf(const std::string& text) {
    const auto is_digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
    if (text.size() < 6 || !is_digit(0) || !is_digit(1) || !is_digit(2) || !is_digit(3)) return text;
    if (text.size() == 7 && text[4] == '-' && is_digit(5) && is_digit(6)) return text + "-01";
    const std::size_t mark = text[4] == '-' || text[4] == ' ' ? 5 : 4;
    const bool is_quarter = text.size() == mark + 2 && (text[mark] == 'Q' || text[mark] == 'q') &&
                            text[mark + 1] >= '1' && text[mark + 1] <= '4';
    if (!is_quarter) return text;
    constexpr std::array<std::string_view, 4> kFirstMonths{"-01-01", "-04-01", "-07-01", "-10-01"};
    return text.substr(0, 4).append(kFirstMonths[static_cast<std::size_t>(text[mark + 1] - '1')]);
  }

  Status PlaceValues() {
    input_.names = names_.texts();
    const std::size_t count = input_.names.size();
    std::vector<std::int64_t> step_of(time_of_.size());
    for (std::size_t i = 0; i < time_of_.size(); ++i) step_of[i] = input_.axis.StepOf(time_of_[i]).value();
    std::vector<std::int64_t> last(count, std::numeric_limits<std::int64_t>::min());
    std::vector<std::int64_t> values(count, 0);
    input_.first_step.assign(count, std::numeric_limits<std::int64_t>::max());
    for (const Row& row : rows_) {
      const std::int64_t step = step_of[row.time];
      input_.first_step[row.series] = std::min(input_.first_step[row.series], step);
      last[row.series] = std::max(last[row.series], step);
      ++values[row.series];
    }
    input_.values.resize(count);
    for (std::size_t series = 0; series < count; ++series) {
      const std::int64_t steps = last[series] - input_.first_step[series] + 1;
      if (steps > kFewSteps && steps / kMostStepsAValue > values[series])
        return Fail(MostlyGaps(series, steps, values[series]));
      input_.values[series].assign(static_cast<std::size_t>(steps), forecast::kMissing);
      input_.gaps += static_cast<std::uint64_t>(std::max<std::int64_t>(steps - values[series], 0));
    }
    return FillValues(step_of);
  }

  Status FillValues(const std::vector<std::int64_t>& step_of) {
    std::vector<std::vector<bool>> is_filled(input_.values.size());
    for (std::size_t series = 0; series < is_filled.size(); ++series)
      is_filled[series].resize(input_.values[series].size());
    for (const Row& row : rows_) {
      const auto at = static_cast<std::size_t>(step_of[row.time] - input_.first_step[row.series]);
      if (is_filled[row.series][at]) return Fail(TwoValues(row));
      is_filled[row.series][at] = true;
      input_.values[row.series][at] = row.value;
    }
    return {};
  }

  Error TwoValues(const Row& second) const {
    const auto first = std::ranges::find_if(rows_, [&](const Row& row) {
      return row.series == second.series && time_of_[row.time] == time_of_[second.time];
    });
    return BadInput("series '{}' has two values at {}, the first in line {}", ShownId(input_.names[second.series]),
                    sources::Shown(times_.texts()[second.time]), first->line)
        .At(input_.title, second.line, places_.time + 1)
        .Mend("Add them up, or keep the one that is right; what tells the rows apart may be named with --id");
  }

  Error MostlyGaps(std::size_t series, std::int64_t steps, std::int64_t values) const {
    return BadInput("series '{}' has {} values at {} steps: it is mostly gaps", ShownId(input_.names[series]), values,
                    steps)
        .At(input_.title)
        .Mend(
            "Check the column of times, '{}': the step that all times share is very small beside how far apart they "
            "are",
            input_.time_column);
  }

  const ForecastColumns& columns_;
  const std::function<void(const Phrase&, double)>& progress_;
  std::unique_ptr<sources::RowReader> reader_;
  Places places_;
  TextNumbers names_;
  TextNumbers times_;
  std::vector<Row> rows_;
  std::vector<OddValue> odd_;
  sources::NumberEvidence numbers_;
  std::vector<std::int64_t> time_of_;  // of each text
  SeriesInput input_;
};

}  // namespace

Result<SeriesInput> ReadSeries(const std::string& path, const ForecastColumns& columns,
                               const std::function<void(const Phrase& stage, double fraction)>& progress) {
  return Reader(columns, progress).Read(path);
}

}  // namespace weir::cli
