#include "sources/typing.h"

#include <algorithm>
#include <array>
#include <optional>

#include <nlohmann/json.hpp>

#include "sources/cell_words.h"
#include "sources/wall_clock.h"

namespace weir::sources {
Storage StorageOf(ColumnType type) {
  switch (type) {
    case ColumnType::kDecimal:
      return Storage::kUnits;
    case ColumnType::kDate:
      return Storage::kDay;
    case ColumnType::kBoolean:
      return Storage::kFlag;
    case ColumnType::kInteger:
    case ColumnType::kMoney:
    case ColumnType::kPercent:
    case ColumnType::kShare:
    case ColumnType::kMicros:
    case ColumnType::kInstant:
    case ColumnType::kEpoch:
    case ColumnType::kEpochMs:
    case ColumnType::kDurationS:
    case ColumnType::kDurationMs:
    case ColumnType::kDurationMin:
      return Storage::kLong;
    default:
      return Storage::kText;
  }
}

std::uint8_t ScaleOf(ColumnType type) {
  switch (type) {
    case ColumnType::kMoney:
    case ColumnType::kMicros:
      return kAmountScale;
    case ColumnType::kPercent:
    case ColumnType::kShare:
      return 9;
    case ColumnType::kDecimal:
      return 12;
    default:
      return 0;
  }
}

bool IsContact(ColumnType type) {
  return type == ColumnType::kEmail || type == ColumnType::kPhone || type == ColumnType::kDomain ||
         type == ColumnType::kUrl;
}

namespace {

// Why a cell fails; code is empty if it does not.
struct Refusal {
  std::string_view code;
  std::string reason;
};

}  // namespace

struct BlockTyper::State {
  const Mapping& mapping;
  std::vector<std::vector<std::size_t>> bindings;
  std::vector<SourceColumn> source_columns;
  TypingOptions options;
  WallClock clock;
  ContactReader contacts;
  std::vector<ColumnEvidence> evidence;
  bool has_evidence = false;
  bool wants_evidence = false;

  std::vector<bool> is_currency;   // columns that hold the currency of another
  std::vector<std::size_t> order;  // currencies before amounts
  std::vector<TypedColumn> columns;
  std::vector<std::string_view> sign_currency;  // of the amounts of the column being typed, by row
  std::vector<CellFault> faults;
  std::vector<std::int32_t> fault_of_row;  // index into faults, -1 for none
  std::deque<std::string> texts;

  State(const Mapping& mapping_in, std::vector<std::vector<std::size_t>> bindings_in,
        std::span<const SourceColumn> source_columns_in, TypingOptions options_in)
      : mapping(mapping_in),
        bindings(std::move(bindings_in)),
        source_columns(source_columns_in.begin(), source_columns_in.end()),
        options(std::move(options_in)),
        clock(options.zone),
        contacts(options.region),
        evidence(mapping.columns.size()),
        is_currency(mapping.columns.size(), false),
        columns(mapping.columns.size()) {
    for (const MappingColumn& column : mapping.columns) {
      if (!column.currency.empty()) is_currency[*mapping.Find(column.currency)] = true;
    }
    for (std::size_t i = 0; i < mapping.columns.size(); ++i) {
      columns[i].type = mapping.columns[i].type;
      if (is_currency[i]) order.push_back(i);
    }
    for (std::size_t i = 0; i < mapping.columns.size(); ++i) {
      if (!is_currency[i]) order.push_back(i);
    }
  }

  std::string_view Keep(std::string text) { return texts.emplace_back(std::move(text)); }

  // The cell of a row, or the last filled one where a header is repeated; `from` is its column in the file.
  std::string_view CellOf(const RowBlock& block, std::size_t row, const std::vector<std::size_t>& binding,
                          std::size_t& from) const {
    std::string_view found;
    for (const std::size_t column : binding) {
      const std::string_view cell = TrimBlanks(block.Cell(row, column));
      if (cell.empty() && !found.empty()) continue;
      found = cell;
      from = column;
    }
    return found;
  }

  // The text that counts: empty for words that mean nothing, replaced where the mapping says so.
  std::string_view Meaning(const MappingColumn& column, std::string_view cell) const {
    if (cell.empty()) return cell;
    if (!column.nulls.empty() || !column.values.empty()) {
      const std::string folded = FoldCase(cell);
      for (const std::string& word : column.nulls) {
        if (folded == word || MatchesGlob(word, folded)) return {};
      }
      const auto value = std::ranges::lower_bound(column.values, folded, {}, &std::pair<std::string, std::string>::first);
      if (value != column.values.end() && value->first == folded) return value->second;
    }
    const bool is_text = column.type == ColumnType::kText || column.type == ColumnType::kName ||
                         column.type == ColumnType::kJson;
    if (is_text ? cell == "\\N" : IsNullWord(cell)) return {};
    return cell;
  }

  void Refuse(std::size_t row, std::size_t from, Refusal refusal) {
    if (fault_of_row[row] >= 0) return;
    fault_of_row[row] = static_cast<std::int32_t>(faults.size());
    const std::string header = from < source_columns.size() ? source_columns[from].header : "";
    faults.push_back({row, from + 1, header, refusal.code, std::move(refusal.reason)});
  }

  char DecimalMarkOf(std::size_t index) {
    const MappingColumn& column = mapping.columns[index];
    if (column.decimal_mark != 0) return column.decimal_mark;
    const char shown = evidence[index].numbers.Mark();
    if (shown != 0) return shown;
    const NumberEvidence& numbers = evidence[index].numbers;
    if (numbers.has_point && numbers.has_comma) return 0;
    // A single point is a decimal mark and a single comma groups, except where commas are decimal marks by custom.
    return options.separator == ';' ? '\0' : '.';
  }

  std::optional<Refusal> ReadNumber(std::size_t index, std::string_view text, ParsedNumber& number) {
    number = ParseNumber(text, has_evidence ? DecimalMarkOf(index) : mapping.columns[index].decimal_mark);
    switch (number.fault) {
      case NumberFault::kNone:
        return std::nullopt;
      case NumberFault::kAmbiguous:
        if (!has_evidence) wants_evidence = true;
        return Refusal{"number_ambiguous",
                       fmt::format("{} may have a decimal mark or a grouping mark; say decimal = \".\" or \",\" in the mapping",
                                   Shown(text))};
      case NumberFault::kRange:
        return Refusal{"number_range", fmt::format("{} has more than 38 digits", Shown(text))};
      case NumberFault::kNotNumber:
        break;
    }
    return Refusal{"not_a_number", fmt::format("{} is not a number", Shown(text))};
  }

  // Moves the point to the left; false beyond 38 digits.
  static bool Divide(Decimal& value, int digits) {
    while (digits > 0 && value.scale < 38) {
      ++value.scale;
      --digits;
    }
    return digits == 0;
  }

  std::string_view CurrencyAt(std::size_t index, std::size_t row) const {
    const MappingColumn& column = mapping.columns[index];
    if (!column.currency.empty()) {
      const TypedColumn& currency = columns[*mapping.Find(column.currency)];
      if (currency.is_null[row] == 0) return currency.texts[row];
    }
    if (!bindings[index].empty() && !source_columns[bindings[index].back()].currency.empty()) {
      return source_columns[bindings[index].back()].currency;
    }
    return options.default_currency;
  }

  std::optional<Refusal> ReadScaled(std::size_t index, std::size_t row, std::string_view text, Decimal& value) {
    const MappingColumn& column = mapping.columns[index];
    ParsedNumber number;
    if (auto refusal = ReadNumber(index, text, number)) return refusal;
    sign_currency[row] = number.currency;
    value = number.value;
    int shift = 0;
    if (column.type == ColumnType::kPercent || (column.type == ColumnType::kShare && number.is_percent)) shift = 2;
    if (column.type == ColumnType::kMicros) shift = 6;
    if (column.is_minor) shift = CurrencyDecimals(CurrencyAt(index, row));
    const std::uint8_t scale = ScaleOf(column.type);
    std::optional<Decimal> scaled;
    if (Divide(value, shift)) scaled = Rescale(value, scale);
    const Int128 limit = scale == 12 ? 0 : Int128{1'000'000'000} * 1'000'000'000;
    if (!scaled || (limit != 0 && (scaled->units >= limit || scaled->units <= -limit))) {
      return Refusal{"amount_range", fmt::format("{} is larger than the store keeps ({} digits before the point)",
                                                 Shown(text), scale == 12 ? 26 : 18 - scale)};
    }
    value = *scaled;
    return std::nullopt;
  }

  std::optional<Refusal> ReadWhole(std::size_t index, std::string_view text, std::int64_t& whole) {
    ParsedNumber number;
    if (auto refusal = ReadNumber(index, text, number)) return refusal;
    const auto rounded = Rescale(number.value, 0);
    if (!rounded || rounded->units > INT64_MAX || rounded->units < INT64_MIN) {
      return Refusal{"number_range", fmt::format("{} is larger than the store keeps", Shown(text))};
    }
    const auto back = Rescale(*rounded, number.value.scale);
    if (!back || back->units != number.value.units) {
      return Refusal{"not_an_integer", fmt::format("{} is not a whole number", Shown(text))};
    }
    whole = static_cast<std::int64_t>(rounded->units);
    return std::nullopt;
  }

  std::optional<Refusal> ReadDuration(std::size_t index, std::string_view text, std::int64_t& seconds) {
    if (const auto clock_duration = ParseClockDuration(text)) {
      seconds = *clock_duration;
      return std::nullopt;
    }
    ParsedNumber number;
    if (auto refusal = ReadNumber(index, text, number)) return refusal;
    const ColumnType type = mapping.columns[index].type;
    if (type == ColumnType::kDurationMin) number.value.units *= number.value.units < INT64_MAX ? 60 : 1;
    if (type == ColumnType::kDurationMs && !Divide(number.value, 3)) return Refusal{"number_range", Shown(text)};
    const auto rounded = Rescale(number.value, 0);
    constexpr std::int64_t kLongest = 400LL * 366 * 86'400;
    if (!rounded || rounded->units > kLongest || rounded->units < -kLongest) {
      return Refusal{"number_range", fmt::format("{} is no length of time", Shown(text))};
    }
    seconds = static_cast<std::int64_t>(rounded->units);
    return std::nullopt;
  }

  std::optional<Refusal> ReadDate(std::size_t index, std::string_view text, ParsedDate& date) {
    const MappingColumn& column = mapping.columns[index];
    if (!column.formats.empty()) {
      for (const std::string& format : column.formats) {
        date = ParseDateAs(text, format);
        if (date.fault != DateFault::kNotDate) break;
      }
    } else {
      date = ParseDate(text, has_evidence ? &evidence[index].dates : nullptr);
    }
    switch (date.fault) {
      case DateFault::kNone:
        return std::nullopt;
      case DateFault::kAmbiguous:
        if (!has_evidence) wants_evidence = true;
        return Refusal{"date_ambiguous",
                       fmt::format("{}: the column does not show which number is the day; say formats = [\"%d/%m/%Y\"] or "
                                   "the like in the mapping",
                                   Shown(text))};
      case DateFault::kRange:
        return Refusal{"date_range",
                       fmt::format("{} is outside the years {} to {}", Shown(text), kFirstYear, kLastYear)};
      case DateFault::kNotDate:
        break;
    }
    return Refusal{"not_a_date", fmt::format("{} is not a date", Shown(text))};
  }

  std::optional<Refusal> ReadInstant(std::size_t index, std::string_view text, std::int64_t& micros) {
    const ColumnType type = mapping.columns[index].type;
    const bool is_number = text.find_first_not_of("0123456789.-") == std::string_view::npos && text.rfind('-') + 1 <= 1;
    if (type != ColumnType::kInstant && is_number) return ReadEpoch(text, type, micros);
    ParsedDate date;
    if (auto refusal = ReadDate(index, text, date)) return refusal;
    micros = StartOf(date.date).micros + date.micros_of_day;
    if (date.has_zone) return std::nullopt;
    const WallClock::Reading reading = clock.At(micros);
    if (reading.is_missing && options.missing_hour == MissingHour::kQuarantine) {
      return Refusal{"hour_missing", fmt::format("{} never was in {}", Shown(text), clock.zone().name())};
    }
    if (reading.is_repeated && options.repeated_hour == RepeatedHour::kQuarantine) {
      return Refusal{"hour_repeated", fmt::format("{} passed twice in {}", Shown(text), clock.zone().name())};
    }
    const bool takes_second = reading.is_repeated && options.repeated_hour == RepeatedHour::kSecond;
    micros = (takes_second ? reading.second : reading.instant).micros;
    return std::nullopt;
  }

  static std::optional<Refusal> ReadEpoch(std::string_view text, ColumnType type, std::int64_t& micros) {
    const auto number = ParsePlainDecimal(text);
    if (!number) return Refusal{"not_a_date", fmt::format("{} is not a date", Shown(text))};
    Decimal value = *number;
    const auto scaled = Rescale(value, type == ColumnType::kEpoch ? 6 : 3);
    static const std::int64_t first = StartOf(FromCivil({kFirstYear, 1, 1})).micros;
    static const std::int64_t last = StartOf(FromCivil({kLastYear + 1, 1, 1})).micros;
    if (!scaled || scaled->units < first || scaled->units >= last) {
      return Refusal{"date_range", fmt::format("{} is outside the years {} to {}", Shown(text), kFirstYear, kLastYear)};
    }
    micros = static_cast<std::int64_t>(scaled->units);
    return std::nullopt;
  }

  std::optional<Refusal> ReadText(std::size_t index, std::string_view text, std::string_view& value) {
    switch (mapping.columns[index].type) {
      case ColumnType::kId:
        if (IsMangledId(text)) {
          return Refusal{"id_mangled", fmt::format("a spreadsheet has rounded this id to {}; export it again and do not open "
                                                   "the file in a spreadsheet",
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
        if (is_currency[index]) value = CurrencyCodeOf(value, texts);
        return std::nullopt;
    }
  }

  // Rule 9: several values in one cell; the first sound one is the value and the whole text is kept.
  void TypeContact(TypedColumn& column, std::size_t row, std::string_view text) {
    bool is_whole = false;
    auto value = contacts.Read(column.type, text, is_whole);
    if (!is_whole) column.kept[row] = IsAscii(text) ? text : Keep(Nfc(text));
    if (!value) column.is_null[row] = 1;
    else column.texts[row] = *value == text ? text : Keep(std::move(*value));
  }

  void Prepare(TypedColumn& column, std::size_t rows) {
    column.is_null.assign(rows, 0);
    switch (StorageOf(column.type)) {
      case Storage::kText:
        column.texts.assign(rows, {});
        if (IsContact(column.type)) column.kept.assign(rows, {});
        break;
      case Storage::kLong:
        column.longs.assign(rows, 0);
        break;
      case Storage::kUnits:
        column.units.assign(rows, 0);
        break;
      case Storage::kDay:
        column.days.assign(rows, 0);
        break;
      case Storage::kFlag:
        column.flags.assign(rows, 0);
        break;
    }
  }

  std::optional<Refusal> TypeCell(std::size_t index, std::size_t row, std::string_view text) {
    TypedColumn& column = columns[index];
    switch (column.type) {
      case ColumnType::kInteger:
        return ReadWhole(index, text, column.longs[row]);
      case ColumnType::kMoney:
      case ColumnType::kPercent:
      case ColumnType::kShare:
      case ColumnType::kMicros:
      case ColumnType::kDecimal: {
        Decimal value;
        if (auto refusal = ReadScaled(index, row, text, value)) return refusal;
        if (column.type == ColumnType::kDecimal) column.units[row] = value.units;
        else column.longs[row] = static_cast<std::int64_t>(value.units);
        return std::nullopt;
      }
      case ColumnType::kDate: {
        ParsedDate date;
        if (auto refusal = ReadDate(index, text, date)) return refusal;
        column.days[row] = date.written.days;
        return std::nullopt;
      }
      case ColumnType::kInstant:
      case ColumnType::kEpoch:
      case ColumnType::kEpochMs:
        return ReadInstant(index, text, column.longs[row]);
      case ColumnType::kDurationS:
      case ColumnType::kDurationMs:
      case ColumnType::kDurationMin:
        return ReadDuration(index, text, column.longs[row]);
      case ColumnType::kBoolean: {
        const auto flag = ParseBoolean(text);
        if (!flag) return Refusal{"not_a_boolean", fmt::format("{} is neither yes nor no", Shown(text))};
        column.flags[row] = *flag ? 1 : 0;
        return std::nullopt;
      }
      case ColumnType::kEmail:
      case ColumnType::kPhone:
      case ColumnType::kDomain:
      case ColumnType::kUrl:
        TypeContact(column, row, text);
        return std::nullopt;
      default:
        return ReadText(index, text, column.texts[row]);
    }
  }

  // A currency that stands with an amount fills the currency column where that is empty.
  void FillCurrency(std::size_t index, std::size_t rows) {
    const MappingColumn& column = mapping.columns[index];
    if (column.currency.empty()) return;
    TypedColumn& currency = columns[*mapping.Find(column.currency)];
    const std::string_view header_currency =
        bindings[index].empty() ? std::string_view() : std::string_view(source_columns[bindings[index].back()].currency);
    for (std::size_t row = 0; row < rows; ++row) {
      if (currency.is_null[row] == 0 || columns[index].is_null[row] != 0) continue;
      const std::string_view found = sign_currency[row].empty() ? header_currency : sign_currency[row];
      if (found.empty()) continue;
      currency.texts[row] = found;
      currency.is_null[row] = 0;
    }
  }

  void TypeColumn(const RowBlock& block, std::size_t index) {
    const MappingColumn& wanted = mapping.columns[index];
    TypedColumn& column = columns[index];
    const std::size_t rows = block.size();
    Prepare(column, rows);
    const std::vector<std::size_t>& binding = bindings[index];
    if (binding.empty()) {
      std::ranges::fill(column.is_null, std::uint8_t{1});
      return;
    }
    sign_currency.assign(rows, {});
    for (std::size_t row = 0; row < rows; ++row) {
      std::size_t from = binding.back();
      const std::string_view cell = CellOf(block, row, binding, from);
      const std::string_view text = Meaning(wanted, cell);
      if (text.empty()) {
        column.is_null[row] = 1;
        if (wanted.is_required && block.FaultAt(row) == nullptr) {
          Refuse(row, from, {"required_empty", "the cell is empty; this column is needed in every row"});
        }
        continue;
      }
      if (auto refusal = TypeCell(index, row, text)) {
        column.is_null[row] = 1;
        Refuse(row, from, std::move(*refusal));
      }
    }
    FillCurrency(index, rows);
  }
};

BlockTyper::BlockTyper(const Mapping& mapping, std::vector<std::vector<std::size_t>> bindings,
                       std::span<const SourceColumn> columns, TypingOptions options)
    : state_(std::make_unique<State>(mapping, std::move(bindings), columns, std::move(options))) {}
BlockTyper::BlockTyper(BlockTyper&&) noexcept = default;
BlockTyper& BlockTyper::operator=(BlockTyper&&) noexcept = default;
BlockTyper::~BlockTyper() = default;

void BlockTyper::Note(const RowBlock& block) {
  State& state = *state_;
  for (std::size_t index = 0; index < state.columns.size(); ++index) {
    const MappingColumn& column = state.mapping.columns[index];
    if (state.bindings[index].empty()) continue;
    const Storage storage = StorageOf(column.type);
    const bool is_moment = column.type == ColumnType::kDate || column.type == ColumnType::kInstant ||
                           column.type == ColumnType::kEpoch || column.type == ColumnType::kEpochMs;
    const bool is_number = !is_moment && (storage == Storage::kLong || storage == Storage::kUnits);
    if (!is_moment && !is_number) continue;
    for (std::size_t row = 0; row < block.size(); ++row) {
      if (block.FaultAt(row) != nullptr) continue;
      std::size_t from = 0;
      const std::string_view text = state.Meaning(column, state.CellOf(block, row, state.bindings[index], from));
      if (text.empty()) continue;
      if (is_moment) state.evidence[index].dates.Note(text);
      else NoteNumber(text, state.evidence[index].numbers);
    }
  }
}

void BlockTyper::FinishEvidence() { state_->has_evidence = true; }

void BlockTyper::SetEvidence(std::vector<ColumnEvidence> evidence) {
  WEIR_CHECK(evidence.size() == state_->columns.size());
  state_->evidence = std::move(evidence);
  state_->has_evidence = true;
}

const std::vector<ColumnEvidence>& BlockTyper::evidence() const { return state_->evidence; }

bool BlockTyper::Type(const RowBlock& block) {
  State& state = *state_;
  state.texts.clear();
  state.faults.clear();
  state.fault_of_row.assign(block.size(), -1);
  state.wants_evidence = false;
  for (const std::size_t index : state.order) state.TypeColumn(block, index);
  std::ranges::sort(state.faults, {}, &CellFault::row);
  return !state.wants_evidence;
}

const TypedColumn& BlockTyper::Column(std::size_t index) const { return state_->columns[index]; }
const std::vector<CellFault>& BlockTyper::faults() const { return state_->faults; }

std::string ToJson(const Mapping& mapping, const std::vector<ColumnEvidence>& evidence) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    const NumberEvidence& numbers = evidence[i].numbers;
    const std::string marks = std::string(numbers.has_point ? "." : "") + (numbers.has_comma ? "," : "");
    json[mapping.columns[i].name] = {{"dates", evidence[i].dates.ToText()}, {"marks", marks}};
  }
  return json.dump();
}

std::vector<ColumnEvidence> EvidenceFromJson(const Mapping& mapping, std::string_view text) {
  std::vector<ColumnEvidence> evidence(mapping.columns.size());
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return evidence;
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    const auto column = json.find(mapping.columns[i].name);
    if (column == json.end() || !column->is_object()) continue;
    evidence[i].dates = DateEvidence::FromText(column->value("dates", ""));
    const std::string marks = column->value("marks", "");
    evidence[i].numbers.has_point = marks.find('.') != std::string::npos;
    evidence[i].numbers.has_comma = marks.find(',') != std::string::npos;
  }
  return evidence;
}

}  // namespace weir::sources
