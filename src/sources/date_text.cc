#include "sources/date_text.h"

#include <algorithm>

#include "base/text.h"
#include "sources/date_scan.h"

namespace weir::sources {
namespace {

constexpr int kSerialEpochDays = -25'569;  // 1899-12-30, so that serial 1 is 1899-12-31 as after February 1900

ParsedDate Faulty(DateFault fault) {
  ParsedDate parsed;
  parsed.fault = fault;
  return parsed;
}

std::optional<std::size_t> FormIndex(char separator, int year_digits) {
  constexpr std::string_view kSeparators = "/-. ";
  const std::size_t at = kSeparators.find(separator);
  if (at == std::string_view::npos) return std::nullopt;
  return at * 2 + (year_digits == 2 ? 1 : 0);
}

ParsedDate Finish(int year, int month, int day, const DateScan& scan) {
  if (year == 0 && month == 0 && day == 0) return Faulty(DateFault::kRange);
  if (!IsValidCivil(year, month, day)) return Faulty(DateFault::kNotDate);
  if (year < kFirstYear || year > kLastYear) return Faulty(DateFault::kRange);
  ParsedDate parsed;
  parsed.written = FromCivil({year, month, day});
  parsed.has_time = scan.has_time;
  parsed.has_zone = scan.has_zone;
  const std::int64_t micros = StartOf(parsed.written).micros + scan.micros_of_day - scan.offset_micros;
  parsed.date = DateOf({micros});
  parsed.micros_of_day = micros - StartOf(parsed.date).micros;
  return parsed;
}

ParsedDate FromInstant(std::int64_t micros) {
  ParsedDate parsed;
  parsed.date = DateOf({micros});
  const int year = ToCivil(parsed.date).year;
  if (year < kFirstYear || year > kLastYear) return Faulty(DateFault::kRange);
  parsed.written = parsed.date;
  parsed.micros_of_day = micros - StartOf(parsed.date).micros;
  parsed.has_time = true;
  parsed.has_zone = true;
  return parsed;
}

ParsedDate FromSerial(const DateScan& scan) {
  ParsedDate parsed;
  parsed.date = {kSerialEpochDays + static_cast<int>(scan.number)};
  const int year = ToCivil(parsed.date).year;
  if (year < kFirstYear || year > kLastYear) return Faulty(DateFault::kRange);
  parsed.written = parsed.date;
  parsed.micros_of_day = scan.micros_of_day;
  parsed.has_time = scan.has_time;
  return parsed;
}

ParsedDate FromThreeParts(const DateScan& scan, const DateEvidence* evidence) {
  const int year = scan.year_digits == 2 ? FullYear(scan.c) : scan.c;
  // A first part that no day can be is a year of two digits: "99-10-16".
  if (scan.a > 31)
    return scan.year_digits == 2 ? Finish(FullYear(scan.a), scan.b, scan.c, scan) : Faulty(DateFault::kNotDate);
  const bool may_be_day_first = IsValidCivil(year, scan.b, scan.a);
  const bool may_be_month_first = IsValidCivil(year, scan.a, scan.b);
  if (may_be_day_first != may_be_month_first) {
    return may_be_day_first ? Finish(year, scan.b, scan.a, scan) : Finish(year, scan.a, scan.b, scan);
  }
  if (!may_be_day_first) return Faulty(year == 0 ? DateFault::kRange : DateFault::kNotDate);
  if (scan.a == scan.b) return Finish(year, scan.a, scan.b, scan);
  const auto order =
      evidence == nullptr ? DateEvidence::Order::kUnknown : evidence->OrderOf(scan.separator, scan.year_digits);
  if (order == DateEvidence::Order::kDayFirst) return Finish(year, scan.b, scan.a, scan);
  if (order == DateEvidence::Order::kMonthFirst) return Finish(year, scan.a, scan.b, scan);
  return Faulty(DateFault::kAmbiguous);
}

}  // namespace

void DateEvidence::Note(std::string_view text) {
  const DateScan scan = ScanDate(text);
  if (scan.form == DateForm::kSerial) ++serials_;
  if (scan.form != DateForm::kSerial && scan.form != DateForm::kNone) ++others_;
  if (scan.form != DateForm::kThreeParts) return;
  const auto index = FormIndex(scan.separator, scan.year_digits);
  if (!index) return;
  const int year = scan.year_digits == 2 ? FullYear(scan.c) : scan.c;
  const bool may_be_day_first = IsValidCivil(year, scan.b, scan.a);
  const bool may_be_month_first = IsValidCivil(year, scan.a, scan.b);
  if (may_be_day_first == may_be_month_first) return;
  (may_be_day_first ? seen_[*index].first_over_12 : seen_[*index].second_over_12) = true;
}

DateEvidence::Order DateEvidence::OrderOf(char separator, int year_digits) const {
  const auto index = FormIndex(separator, year_digits);
  if (!index) return Order::kUnknown;
  const Seen& seen = seen_[*index];
  if (seen.first_over_12 && seen.second_over_12) return Order::kContradictory;
  if (seen.first_over_12) return Order::kDayFirst;
  if (seen.second_over_12) return Order::kMonthFirst;
  return separator == '.' ? Order::kDayFirst : Order::kUnknown;
}

// One letter a form: '-' nothing, 'd' day first, 'm' month first, 'x' both; then 's' for serials, 'o' for others, 'z'
// for stamps with an offset beside such without one.
std::string DateEvidence::ToText() const {
  std::string text;
  for (const Seen& seen : seen_) {
    text += seen.first_over_12 ? (seen.second_over_12 ? 'x' : 'd') : (seen.second_over_12 ? 'm' : '-');
  }
  if (serials_ > 0) text += 's';
  if (others_ > 0) text += 'o';
  if (HasBothClocks()) text += 'z';
  return text;
}

DateEvidence DateEvidence::FromText(std::string_view text) {
  DateEvidence evidence;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i < evidence.seen_.size()) {
      evidence.seen_[i].first_over_12 = text[i] == 'd' || text[i] == 'x';
      evidence.seen_[i].second_over_12 = text[i] == 'm' || text[i] == 'x';
    } else if (text[i] == 's') {
      evidence.serials_ = 1;
    } else if (text[i] == 'o') {
      evidence.others_ = 1;
    } else if (text[i] == 'z') {
      evidence.has_offsets_ = evidence.has_clocks_ = true;
    }
  }
  return evidence;
}

ParsedDate ParseDate(std::string_view text, const DateEvidence* evidence) {
  const DateScan scan = ScanDate(text);
  switch (scan.form) {
    case DateForm::kNone:
      return Faulty(DateFault::kNotDate);
    case DateForm::kYearFirst:
    case DateForm::kNamedMonth:
      return Finish(scan.a, scan.b, scan.c, scan);
    case DateForm::kThreeParts:
      // Dots need no evidence, but they may be contradicted by it.
      if (evidence == nullptr && scan.separator == '.') {
        const DateEvidence none;
        return FromThreeParts(scan, &none);
      }
      return FromThreeParts(scan, evidence);
    case DateForm::kEpochSeconds:
      return FromInstant(scan.number * kMicrosPerSecond);
    case DateForm::kEpochMillis:
      return FromInstant(scan.number * 1000);
    case DateForm::kEpochMicros:
      return FromInstant(scan.number);
    case DateForm::kSerial:
      return evidence != nullptr && evidence->IsSerial() ? FromSerial(scan) : Faulty(DateFault::kAmbiguous);
  }
  return Faulty(DateFault::kNotDate);
}

namespace {

// Reads a text by a format, character by character.
class FormatReader {
 public:
  explicit FormatReader(std::string_view text) : text_(text) {}

  ParsedDate Read(std::string_view format) {
    for (std::size_t i = 0; i < format.size(); ++i) {
      if (format[i] == '%' && i + 1 < format.size()) {
        if (!Field(format[++i])) return Faulty(DateFault::kNotDate);
      } else if (format[i] == ' ') {
        while (at_ < text_.size() && text_[at_] == ' ') ++at_;
      } else if (at_ >= text_.size() || text_[at_++] != format[i]) {
        return Faulty(DateFault::kNotDate);
      }
    }
    if (at_ != text_.size()) return Faulty(DateFault::kNotDate);
    if (hour12_ >= 0) scan_.micros_of_day += (hour12_ % 12 + (is_afternoon_ ? 12 : 0)) * 3'600 * kMicrosPerSecond;
    if (day_of_year_ > 0) {
      if (day_of_year_ > 366 || year_ < kFirstYear || year_ > kLastYear) return Faulty(DateFault::kRange);
      const CivilDate civil = ToCivil({FromCivil({year_, 1, 1}).days + day_of_year_ - 1});
      if (civil.year != year_) return Faulty(DateFault::kNotDate);
      month_ = civil.month;
      day_ = civil.day;
    }
    return Finish(year_, month_, day_, scan_);
  }

 private:
  bool Number(int most_digits, int& value) {
    const std::size_t start = at_;
    value = 0;
    while (at_ < text_.size() && at_ - start < static_cast<std::size_t>(most_digits) && IsDateDigit(text_[at_])) {
      value = value * 10 + (text_[at_++] - '0');
    }
    return at_ > start;
  }
  bool Clock(int limit, std::int64_t seconds) {
    int value = 0;
    if (!Number(2, value) || value >= limit) return false;
    scan_.micros_of_day += value * seconds * kMicrosPerSecond;
    scan_.has_time = true;
    return true;
  }
  bool Field(char field) {
    switch (field) {
      case 'Y':
        return Number(4, year_);
      case 'y':
        if (!Number(2, year_)) return false;
        year_ = FullYear(year_);
        return true;
      case 'm':
        return Number(2, month_);
      case 'd':
        return Number(2, day_);
      case 'j':
        return Number(3, day_of_year_);
      case 'H':
        return Clock(24, 3'600);
      case 'M':
        return Clock(60, 60);
      case 'S':
        return Clock(60, 1);
      case 'I':
        scan_.has_time = true;
        return Number(2, hour12_) && hour12_ >= 1 && hour12_ <= 12;
      case 'f':
        return ReadFraction(text_, at_, scan_.micros_of_day);
      case 'p':
        return ReadHalfOfDay(text_, at_, is_afternoon_);
      case 'b':
      case 'B':
        month_ = ReadMonthName(text_, at_);
        return month_ > 0;
      case 'z':
        scan_.has_zone = ReadZone(text_, at_, scan_.offset_micros);
        return scan_.has_zone;
      default:
        return at_ < text_.size() && text_[at_++] == field;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  DateScan scan_;
  int year_ = 1970;
  int month_ = 1;
  int day_ = 1;
  int day_of_year_ = 0;
  int hour12_ = -1;
  bool is_afternoon_ = false;
};

}  // namespace

ParsedDate ParseDateAs(std::string_view text, std::string_view format) {
  text = TrimBlanks(text);
  if (format == "excel") {
    const DateScan scan = ScanSerial(text);
    return scan.form == DateForm::kSerial ? FromSerial(scan) : Faulty(DateFault::kNotDate);
  }
  if (format == "epoch") {
    const DateScan scan = ScanDate(text);
    const bool is_epoch = scan.form == DateForm::kEpochSeconds || scan.form == DateForm::kEpochMillis ||
                          scan.form == DateForm::kEpochMicros;
    return is_epoch ? ParseDate(text, nullptr) : Faulty(DateFault::kNotDate);
  }
  return FormatReader(text).Read(format);
}

std::optional<std::string> FaultOfFormat(std::string_view format) {
  if (format == "excel" || format == "epoch") return std::nullopt;
  constexpr std::string_view kFields = "YymdHIMSfpbBzj%";
  bool has_year = false;
  bool has_day = false;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') continue;
    if (++i == format.size()) return "it ends with '%'";
    if (kFields.find(format[i]) == std::string_view::npos) return std::string("it has the unknown field %") + format[i];
    has_year = has_year || format[i] == 'Y' || format[i] == 'y';
    has_day = has_day || format[i] == 'd' || format[i] == 'j';
  }
  if (!has_year || !has_day) return "it lacks a year (%Y) or a day (%d)";
  return std::nullopt;
}

std::optional<Instant> DateInName(std::string_view file_name, const TimeZone& zone) {
  const auto digits_at = [&](std::size_t at, std::size_t count, int& value) {
    if (at + count > file_name.size()) return false;
    value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
      if (!IsDateDigit(file_name[i])) return false;
      value = value * 10 + (file_name[i] - '0');
    }
    return true;
  };
  std::optional<Instant> found;
  for (std::size_t at = 0; at < file_name.size(); ++at) {
    if (at > 0 && IsDateDigit(file_name[at - 1])) continue;
    int year = 0;
    int month = 0;
    int day = 0;
    if (!digits_at(at, 4, year) || year < 1990 || year > kLastYear) continue;
    std::size_t next = at + 4;
    const char separator = next < file_name.size() && !IsDateDigit(file_name[next]) ? file_name[next] : '\0';
    if (separator != '\0' && std::string_view("-_.").find(separator) == std::string_view::npos) continue;
    const std::size_t gap = separator == '\0' ? 0 : 1;
    if (!digits_at(next + gap, 2, month)) continue;
    next += gap + 2;
    if (gap == 1 && (next >= file_name.size() || file_name[next] != separator)) continue;
    if (!digits_at(next + gap, 2, day) || !IsValidCivil(year, month, day)) continue;
    next += gap + 2;
    int hour = 0;
    int minute = 0;
    std::int64_t micros = StartOf(FromCivil({year, month, day})).micros;
    const bool has_mark =
        next < file_name.size() && std::string_view("T_ -").find(file_name[next]) != std::string_view::npos;
    if (has_mark && digits_at(next + 1, 2, hour) && hour < 24) {
      std::size_t minutes_at = next + 3;
      if (minutes_at < file_name.size() && !IsDateDigit(file_name[minutes_at])) ++minutes_at;
      if (digits_at(minutes_at, 2, minute) && minute < 60) micros += (hour * 60LL + minute) * 60 * kMicrosPerSecond;
    } else if (next < file_name.size() && IsDateDigit(file_name[next])) {
      continue;  // a longer number
    }
    found = zone.FromLocalMicros(micros);
  }
  return found;
}

}  // namespace weir::sources
