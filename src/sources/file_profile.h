// What the columns of an unknown file hold, judged by its first rows: the ground on which a mapping is proposed.
// Memory is bounded by the limits below, whatever the file holds.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sources/reader.h"

namespace weir::sources {

// What most cells of a column are. A category has few values that come again and again; an id is short, without blanks
// and hardly ever repeated.
enum class Holding : std::uint8_t {
  kNothing,
  kBoolean,
  kInteger,
  kDecimal,
  kMoney,    // numbers with signs or codes of currencies
  kPercent,  // numbers with '%'
  kDate,
  kInstant,
  kClock,  // "9:12:58": a time of day, or how long something took
  kEmail,
  kPhone,
  kUrl,  // addresses and host names
  kCurrency,
  kCountry,
  kId,
  kPersonName,
  kCategory,
  kText,
};
std::string_view NameOf(Holding holding);

// How the days of a column are written.
struct DayForm {
  enum class Order : std::uint8_t { kPlain, kDayFirst, kMonthFirst, kUndecided, kContradictory };
  Order order = Order::kPlain;  // kPlain: nothing to tell apart (year first, named months)
  std::string format;           // where only a format reads them ("%y%m%d"); else empty
  std::string evidence;         // the cell that decides the order, or one that could be read both ways
  bool has_offsets = false;     // some stamps say their offset from UTC
};

struct ProfiledColumn {
  SourceColumn column;
  Holding holding = Holding::kNothing;
  std::uint64_t filled = 0;
  std::uint64_t distinct = 0;
  bool is_whole = true;               // integers, where it holds numbers
  bool is_signed = false;             // some number is below zero
  char decimal_mark = 0;              // '.' or ',' where the column shows it
  bool has_doubtful_numbers = false;  // "1,234": nothing in the column says which mark that is
  DayForm days;
  std::vector<std::string> samples;                           // the first different ones
  std::vector<std::pair<std::string, std::uint64_t>> values;  // of a column with few, the most frequent first
  std::vector<std::string> placeholders;                      // words that stand for nothing: "Select", "n/a"

  bool IsUnique() const { return filled > 0 && distinct == filled; }
  double FilledShare(std::uint64_t rows) const {
    return rows == 0 ? 0 : static_cast<double>(filled) / static_cast<double>(rows);
  }
};

struct ProfileOptions {
  std::size_t rows = 20'000;      // looked at, at most
  std::size_t cells = 2'000'000;  // and at most so many cells, so that wide files have fewer rows
  std::size_t values = 200;       // different values of a column that are counted one by one
  std::size_t samples = 5;
  std::size_t sample_bytes = 120;
  std::string region;  // of phone numbers without a country code
  ReadOptions reading = {};
};

class FileProfile {
 public:
  std::string title;
  Format format = Format::kCsv;
  std::uint64_t rows = 0;        // looked at
  bool is_whole = false;         // those are all that the file has
  std::uint64_t faulty = 0;      // rows among the first that cannot be read as cells
  std::uint64_t short_rows = 0;  // such as end before the header does, where they are many: they are looked at too
  std::vector<ProfiledColumn> columns;

  // Whether no two rows agree in all of these columns, and each is filled everywhere. O(rows).
  bool IsKey(std::span<const std::size_t> key) const;

 private:
  friend class FileProfiler;
  std::vector<std::vector<std::uint64_t>> hashes_;  // of the cells, by column; 0: empty
};

Result<FileProfile> ProfileFile(const FileInput& file, const ProfileOptions& options = {});

}  // namespace weir::sources
