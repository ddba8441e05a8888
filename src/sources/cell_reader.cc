#include "sources/cell_reader.h"

#include <algorithm>

namespace weir::sources {
namespace {

// Moves the point to the left; false beyond 38 digits.
bool Divide(Decimal& value, int digits) {
  while (digits > 0 && value.scale < 38) {
    ++value.scale;
    --digits;
  }
  return digits == 0;
}

bool IsInstant(ColumnType type) {
  return type == ColumnType::kInstant || type == ColumnType::kEpoch || type == ColumnType::kEpochMs;
}

Refusal NotA(const Phrase& what, std::string_view code, std::string_view text) {
  return {code,
          MakePhrase("{} is not {}; if it means nothing, say so by nulls = [...] in the mapping", Shown(text), what)};
}

Refusal OutsideYears(std::string_view text) {
  return {"date_range",
          MakePhrase("{} is outside the years {} to {}; correct it in the source, or say by nulls = [...] in "
                     "the mapping that it means nothing",
                     Shown(text), kFirstYear, kLastYear)};
}

}  // namespace

CellReader::CellReader(const MappingColumn& column, bool is_currency, const TypingOptions& options,
                       std::deque<std::string>& texts)
    : column_(&column), is_currency_(is_currency), options_(&options), texts_(&texts), contacts_(options.region) {
  if (!IsInstant(column.type)) return;
  const auto zone = column.time_zone.empty() ? options.zone : TimeZone::Find(column.time_zone).value_or(options.zone);
  clock_ = std::make_unique<WallClock>(zone);
}

void CellReader::UseEvidence(const ColumnEvidence& evidence) {
  evidence_ = evidence;
  wants_evidence_ = false;
  kept_clock_ = saw_offset_ = false;
}

std::string_view CellReader::Meaning(std::string_view cell) const {
  if (cell.empty()) return cell;
  if (!column_->nulls.empty() || !column_->values.empty()) {
    const std::string folded = FoldCase(cell);
    for (const std::string& word : column_->nulls) {
      if (folded == word || MatchesGlob(word, folded)) return {};
    }
    const auto value =
        std::ranges::lower_bound(column_->values, folded, {}, &std::pair<std::string, std::string>::first);
    if (value != column_->values.end() && value->first == folded) return value->second;
  }
  const bool is_text =
      column_->type == ColumnType::kText || column_->type == ColumnType::kName || column_->type == ColumnType::kJson;
  if (is_text ? cell == "\\N" : IsNullWord(cell)) return {};
  return cell;
}

char CellReader::DecimalMark() const {
  if (column_->decimal_mark != 0 || !evidence_) return column_->decimal_mark;
  const NumberEvidence& numbers = evidence_->numbers;
  if (numbers.Mark() != 0) return numbers.Mark();
  if (numbers.has_point && numbers.has_comma) return 0;
  // A single point is a decimal mark and a single comma groups, except where commas are decimal marks by custom.
  return options_->separator == ';' ? '\0' : '.';
}

std::optional<Refusal> CellReader::ReadNumber(std::string_view text, ParsedNumber& number) {
  number = ParseNumber(text, DecimalMark());
  switch (number.fault) {
    case NumberFault::kNone:
      return std::nullopt;
    case NumberFault::kAmbiguous:
      if (!evidence_) wants_evidence_ = true;
      return Refusal{
          "number_ambiguous",
          MakePhrase("{} may have a decimal mark or a grouping mark; say decimal = \".\" or \",\" in the mapping",
                     Shown(text))};
    case NumberFault::kRange:
      return Refusal{"number_range", MakePhrase("{} has more than 38 digits; correct it in the source", Shown(text))};
    case NumberFault::kNotNumber:
      break;
  }
  return NotA(MakePhrase("a number"), "not_a_number", text);
}

std::optional<Refusal> CellReader::ReadScaled(std::string_view text, std::string_view currency, Int128& units,
                                              std::string_view& sign) {
  ParsedNumber number;
  if (auto refusal = ReadNumber(text, number)) return refusal;
  sign = number.currency;
  const ColumnType type = column_->type;
  int shift = 0;
  if (type == ColumnType::kPercent || (type == ColumnType::kShare && number.is_percent)) shift = 2;
  if (type == ColumnType::kMicros) shift = 6;
  if (column_->is_minor) shift = CurrencyDecimals(currency);
  const std::uint8_t scale = ScaleOf(type);
  std::optional<Decimal> scaled;
  if (Divide(number.value, shift)) scaled = Rescale(number.value, scale);
  constexpr Int128 kLimit18 = Int128{1'000'000'000} * 1'000'000'000;
  const bool fits = scaled && (type == ColumnType::kDecimal || (scaled->units < kLimit18 && scaled->units > -kLimit18));
  if (!fits) {
    return Refusal{"amount_range",
                   MakePhrase("{} is larger than the store keeps ({} digits before the point); correct it in "
                              "the source",
                              Shown(text), type == ColumnType::kDecimal ? 26 : 18 - scale)};
  }
  units = scaled->units;
  constexpr Int128 kWhole = 1'000'000'000;
  if (type == ColumnType::kShare && (units < 0 || units > kWhole)) {
    return Refusal{"share_range", MakePhrase("{} is no share between 0 and 1; for 0 to 100 the mapping needs type = "
                                             "\"percent\"",
                                             Shown(text))};
  }
  return std::nullopt;
}

std::optional<Refusal> CellReader::ReadWhole(std::string_view text, std::int64_t& whole) {
  ParsedNumber number;
  if (auto refusal = ReadNumber(text, number)) return refusal;
  const auto rounded = Rescale(number.value, 0);
  if (!rounded || rounded->units > INT64_MAX || rounded->units < INT64_MIN) {
    return Refusal{"number_range",
                   MakePhrase("{} is larger than the store keeps; correct it in the source", Shown(text))};
  }
  const auto back = Rescale(*rounded, number.value.scale);
  if (!back || back->units != number.value.units) {
    return Refusal{"not_an_integer",
                   MakePhrase("{} is not a whole number; the mapping may need type = \"decimal\"", Shown(text))};
  }
  whole = static_cast<std::int64_t>(rounded->units);
  return std::nullopt;
}

std::optional<Refusal> CellReader::ReadDuration(std::string_view text, std::int64_t& seconds) {
  if (const auto clock_duration = ParseClockDuration(text)) {
    seconds = *clock_duration;
    return std::nullopt;
  }
  ParsedNumber number;
  if (auto refusal = ReadNumber(text, number)) return refusal;
  constexpr std::int64_t kLongest = 400LL * 366 * 86'400;
  const auto too_long = [&] {
    return Refusal{"number_range", MakePhrase("{} is no length of time; correct it in the source", Shown(text))};
  };
  if (column_->type == ColumnType::kDurationMs && !Divide(number.value, 3)) return too_long();
  const bool is_minutes = column_->type == ColumnType::kDurationMin;
  // Minutes are multiplied before they are rounded, so that half a minute is thirty seconds.
  if (is_minutes && number.value.units < INT64_MAX && number.value.units > INT64_MIN) number.value.units *= 60;
  const auto rounded = Rescale(number.value, 0);
  if (!rounded || rounded->units > kLongest || rounded->units < -kLongest) return too_long();
  seconds = static_cast<std::int64_t>(rounded->units);
  return std::nullopt;
}

std::optional<Refusal> CellReader::ReadDate(std::string_view text, ParsedDate& date) {
  if (!column_->formats.empty()) {
    for (const std::string& format : column_->formats) {
      date = ParseDateAs(text, format);
      if (date.fault != DateFault::kNotDate) break;
    }
    const bool is_iso =
        date.fault == DateFault::kNotDate && options_->has_iso_dates && ParseIsoDate(text.substr(0, 10));
    if (is_iso) date = ParseDate(text, nullptr);
  } else {
    date = ParseDate(text, evidence_ ? &evidence_->dates : nullptr);
  }
  switch (date.fault) {
    case DateFault::kNone:
      return std::nullopt;
    case DateFault::kAmbiguous:
      if (!evidence_) wants_evidence_ = true;
      return Refusal{
          "date_ambiguous",
          MakePhrase("{}: the column does not show which number is the day; say formats = [\"%d/%m/%Y\"] or the "
                     "like in the mapping",
                     Shown(text))};
    case DateFault::kRange:
      return OutsideYears(text);
    case DateFault::kNotDate:
      break;
  }
  return NotA(MakePhrase("a date"), "not_a_date", text);
}

std::optional<Refusal> CellReader::ReadDay(std::string_view text, std::int32_t& days) {
  ParsedDate date;
  if (auto refusal = ReadDate(text, date)) return refusal;
  days = date.written.days;
  return std::nullopt;
}

std::optional<Refusal> CellReader::ReadInstant(std::string_view text, std::int64_t& micros) {
  if (column_->type != ColumnType::kInstant) {
    if (const auto number = ParsePlainDecimal(text)) return ReadEpoch(text, *number, micros);
  }
  ParsedDate date;
  if (auto refusal = ReadDate(text, date)) return refusal;
  micros = StartOf(date.date).micros + date.micros_of_day;
  if (date.has_zone) {
    saw_offset_ = true;
    if (kept_clock_ && !evidence_) wants_evidence_ = true;
    return std::nullopt;
  }
  const WallClock::Reading reading = clock_->At(micros);
  if (reading.is_missing && options_->missing_hour == MissingHour::kQuarantine) {
    return Refusal{"hour_missing",
                   MakePhrase("{} never was in {}; say missing_hour = \"forward\" in the mapping to take it",
                              Shown(text), clock_->zone().name())};
  }
  if (reading.is_repeated && options_->repeated_hour == RepeatedHour::kQuarantine) {
    return Refusal{"hour_repeated",
                   MakePhrase("{} passed twice in {}; say repeated_hour = \"first\" or \"second\" in the "
                              "mapping to take it",
                              Shown(text), clock_->zone().name())};
  }
  if (KeepsClock()) return std::nullopt;
  const bool takes_second = reading.is_repeated && options_->repeated_hour == RepeatedHour::kSecond;
  micros = (takes_second ? reading.second : reading.instant).micros;
  return std::nullopt;
}

// A column of both kinds is read by the zone that is known now: its stamps could not be told apart later.
bool CellReader::KeepsClock() {
  if (!options_->keeps_clock || column_->type != ColumnType::kInstant || !column_->time_zone.empty()) return false;
  if (evidence_ ? evidence_->dates.HasBothClocks() : saw_offset_) {
    if (!evidence_) wants_evidence_ = true;
    return false;
  }
  kept_clock_ = true;
  return true;
}

std::optional<bool> CellReader::HasOffset(std::string_view text) {
  ParsedDate date;
  if (column_->type != ColumnType::kInstant) return std::nullopt;
  if (ReadDate(text, date) && date.fault != DateFault::kAmbiguous) return std::nullopt;
  return date.has_zone;
}

std::optional<Refusal> CellReader::ReadEpoch(std::string_view text, const Decimal& number, std::int64_t& micros) const {
  const auto scaled = Rescale(number, column_->type == ColumnType::kEpoch ? 6 : 3);
  static const std::int64_t first = StartOf(FromCivil({kFirstYear, 1, 1})).micros;
  static const std::int64_t last = StartOf(FromCivil({kLastYear + 1, 1, 1})).micros;
  if (!scaled || scaled->units < first || scaled->units >= last) return OutsideYears(text);
  micros = static_cast<std::int64_t>(scaled->units);
  return std::nullopt;
}

std::optional<Refusal> CellReader::ReadBoolean(std::string_view text, std::uint8_t& flag) const {
  const auto parsed = ParseBoolean(text);
  if (!parsed) {
    return Refusal{"not_a_boolean",
                   MakePhrase("{} is neither yes nor no; say values = {{ {} = \"true\" }} in the mapping if it is one",
                              Shown(text), Shown(text))};
  }
  flag = *parsed ? 1 : 0;
  return std::nullopt;
}

std::optional<Refusal> CellReader::ReadText(std::string_view text, std::string_view& value) {
  switch (column_->type) {
    case ColumnType::kId:
      if (IsMangledId(text)) {
        return Refusal{"id_mangled",
                       MakePhrase("a spreadsheet has rounded this id to {}; export it again and do not open the "
                                  "file in a spreadsheet",
                                  Shown(text))};
      }
      text = WithoutZeroFraction(text);
      value = IsAscii(text) ? text : Keep(Nfc(text));
      return std::nullopt;
    case ColumnType::kName:
      value = HasOddBlanks(text) ? Keep(FoldBlanks(text)) : text;
      return std::nullopt;
    default:
      value = IsAscii(text) ? text : Keep(Nfc(text));
      if (is_currency_) value = CurrencyCodeOf(value, *texts_);
      return std::nullopt;
  }
}

std::optional<std::string_view> CellReader::ReadContact(std::string_view text, bool& is_whole) {
  auto value = contacts_.Read(column_->type, text, is_whole);
  if (!value) return std::nullopt;
  return *value == text ? text : Keep(std::move(*value));
}

}  // namespace weir::sources
