// What single cells mean beyond numbers and dates: words for nothing and for yes, ids, contact details. Private to
// sources/.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "sources/mapping.h"

namespace weir::sources {

// A value in a message: short, quoted and on one line.
std::string Shown(std::string_view text);

// Words of databases and spreadsheets for nothing; in a text column they may be text.
bool IsNullWord(std::string_view text);
std::optional<bool> ParseBoolean(std::string_view text);
// "1:02:03" as seconds.
std::optional<std::int64_t> ParseClockDuration(std::string_view text);
// A spreadsheet turns long ids into "1.23E+15": the id is lost.
bool IsMangledId(std::string_view text);
// "12345.0" is what data frames make of an id column with gaps.
std::string_view WithoutZeroFraction(std::string_view text);
// Anything that FoldBlanks may change: cheap, and true too often rather than too seldom.
bool HasOddBlanks(std::string_view text);
// "usd" and "$" as "USD"; other texts as they are. A new text is put into `texts`.
std::string_view CurrencyCodeOf(std::string_view text, std::deque<std::string>& texts);

class ContactReader {
 public:
  explicit ContactReader(std::string region) : region_(std::move(region)) {}

  // The normalised value of a cell, or of the first sound one of several in it; `is_whole` says that it holds all.
  std::optional<std::string> Read(ColumnType type, std::string_view text, bool& is_whole);

 private:
  std::optional<std::string> ReadOne(ColumnType type, std::string_view text);

  std::string region_;
  std::string last_phone_;  // the same number comes row after row
  std::optional<std::string> last_number_;
};

}  // namespace weir::sources
