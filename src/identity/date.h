// Dates as records write them, and which of their parts two of them share. For dates of birth and of founding: years
// beyond those of imports (base/time.h) are read, and dates that say only the year.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weir::identity {

struct RecordedDate {
  int year = 0;   // 1..9999
  int month = 0;  // 1..12, 0 if only the year is said
  int day = 0;    // 1..31, 0 if only the month is said

  bool operator==(const RecordedDate&) const = default;
  // Days since 1970-01-01 of a whole date.
  std::optional<std::int32_t> Days() const;
};

// "2020-03-31", "2020/3/31", "20200331", "31.03.2020", "3/31/2020", "31 Mar 2020", "March 31, 2020", "31 марта 2020
// г.", "31. März 2020", "2020-03", "2020"; a time after it is left out. Where both orders of day and month are possible
// the month comes first between '/' (unless `is_day_first`), else the day. A year of two digits is of the last hundred
// years before 2030.
std::optional<RecordedDate> ReadRecordedDate(std::string_view text, bool is_day_first = false);

// Which parts agree.
struct DateAgreement {
  bool year = false;
  bool month = false;
  bool day = false;
  bool is_swapped = false;    // the day of one is the month of the other, and the years agree
  bool is_one_digit = false;  // written as YYYYMMDD they differ in one digit, or in two neighbours that are swapped
  std::optional<std::int32_t> days_apart;  // of two whole dates, never negative
};
DateAgreement Agree(const RecordedDate& a, const RecordedDate& b);

// From the weakest to the strongest.
enum class DateLevel : std::uint8_t {
  kDifferent,
  kYear,      // only the year
  kTwoParts,  // two of the three parts
  kOneDigit,
  kSwapped,
  kLeftOut,  // one says less, and that agrees
  kExact,
};
std::string_view ReasonOf(DateLevel level);
DateLevel Compare(const RecordedDate& a, const RecordedDate& b);  // symmetric

}  // namespace weir::identity
