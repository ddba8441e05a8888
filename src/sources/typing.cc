#include "sources/typing.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "sources/cell_reader.h"

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

struct BlockTyper::State {
  const Mapping& mapping;
  std::vector<std::vector<std::size_t>> bindings;
  std::vector<SourceColumn> source_columns;
  TypingOptions options;
  std::deque<std::string> texts;
  std::vector<CellReader> readers;  // by column of the mapping
  std::vector<ColumnEvidence> evidence;

  bool rests_on_currency = false;
  std::vector<bool> is_currency;   // columns that hold the currency of another
  std::vector<std::size_t> order;  // currencies before amounts
  std::vector<TypedColumn> columns;
  std::vector<std::string_view> sign_currency;  // of the amounts of the column being typed, by row
  std::vector<CellFault> faults;
  std::vector<std::int32_t> fault_of_row;  // index into faults, -1 for none

  State(const Mapping& mapping_in, std::vector<std::vector<std::size_t>> bindings_in,
        std::span<const SourceColumn> source_columns_in, TypingOptions options_in)
      : mapping(mapping_in),
        bindings(std::move(bindings_in)),
        source_columns(source_columns_in.begin(), source_columns_in.end()),
        options(std::move(options_in)),
        evidence(mapping.columns.size()),
        is_currency(mapping.columns.size(), false),
        columns(mapping.columns.size()) {
    for (const MappingColumn& column : mapping.columns) {
      if (!column.currency.empty()) is_currency[*mapping.Find(column.currency)] = true;
    }
    for (const bool takes_currencies : {true, false}) {
      for (std::size_t i = 0; i < mapping.columns.size(); ++i) {
        if (is_currency[i] == takes_currencies) order.push_back(i);
      }
    }
    for (std::size_t i = 0; i < mapping.columns.size(); ++i) {
      columns[i].type = mapping.columns[i].type;
      readers.emplace_back(mapping.columns[i], is_currency[i], options, texts);
    }
  }

  void SetEvidence() {
    for (std::size_t i = 0; i < readers.size(); ++i) readers[i].UseEvidence(evidence[i]);
  }

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

  void Refuse(std::size_t row, std::size_t from, Refusal refusal) {
    if (fault_of_row[row] >= 0) return;
    fault_of_row[row] = static_cast<std::int32_t>(faults.size());
    const std::string header = from < source_columns.size() ? source_columns[from].header : "";
    faults.push_back({row, from + 1, header, refusal.code, std::move(refusal.reason)});
  }

  // The currency sign in the header of an amount.
  std::string_view HeaderCurrency(std::size_t index) const {
    return bindings[index].empty() ? std::string_view()
                                   : std::string_view(source_columns[bindings[index].back()].currency);
  }

  std::string_view CurrencyAt(std::size_t index, std::size_t row) {
    const MappingColumn& column = mapping.columns[index];
    if (!column.currency.empty()) {
      const TypedColumn& currency = columns[*mapping.Find(column.currency)];
      if (currency.is_null[row] == 0) return currency.texts[row];
    }
    const std::string_view header = HeaderCurrency(index);
    if (!header.empty()) return header;
    rests_on_currency = true;
    return options.default_currency;
  }

  // Rule 9: several values in one cell; the first sound one is the value and the whole text is kept.
  void TypeContact(std::size_t index, std::size_t row, std::string_view text) {
    TypedColumn& column = columns[index];
    bool is_whole = false;
    const auto value = readers[index].ReadContact(text, is_whole);
    if (!is_whole) column.kept[row] = IsAscii(text) ? text : std::string_view(texts.emplace_back(Nfc(text)));
    if (value)
      column.texts[row] = *value;
    else
      column.is_null[row] = 1;
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
    CellReader& reader = readers[index];
    switch (column.type) {
      case ColumnType::kInteger:
        return reader.ReadWhole(text, column.longs[row]);
      case ColumnType::kMoney:
      case ColumnType::kPercent:
      case ColumnType::kShare:
      case ColumnType::kMicros:
      case ColumnType::kDecimal: {
        Int128 units = 0;
        const std::string_view currency = mapping.columns[index].is_minor ? CurrencyAt(index, row) : std::string_view();
        if (auto refusal = reader.ReadScaled(text, currency, units, sign_currency[row])) return refusal;
        if (column.type == ColumnType::kDecimal)
          column.units[row] = units;
        else
          column.longs[row] = static_cast<std::int64_t>(units);
        return std::nullopt;
      }
      case ColumnType::kDate:
        return reader.ReadDay(text, column.days[row]);
      case ColumnType::kInstant:
      case ColumnType::kEpoch:
      case ColumnType::kEpochMs:
        return reader.ReadInstant(text, column.longs[row]);
      case ColumnType::kDurationS:
      case ColumnType::kDurationMs:
      case ColumnType::kDurationMin:
        return reader.ReadDuration(text, column.longs[row]);
      case ColumnType::kBoolean:
        return reader.ReadBoolean(text, column.flags[row]);
      case ColumnType::kEmail:
      case ColumnType::kPhone:
      case ColumnType::kDomain:
      case ColumnType::kUrl:
        TypeContact(index, row, text);
        return std::nullopt;
      default:
        return reader.ReadText(text, column.texts[row]);
    }
  }

  // A currency that stands with an amount fills the currency column where that is empty.
  void FillCurrency(std::size_t index, std::size_t rows) {
    const MappingColumn& column = mapping.columns[index];
    if (column.currency.empty()) return;
    TypedColumn& currency = columns[*mapping.Find(column.currency)];
    for (std::size_t row = 0; row < rows; ++row) {
      if (currency.is_null[row] == 0 || columns[index].is_null[row] != 0) continue;
      const std::string_view found = sign_currency[row].empty() ? HeaderCurrency(index) : sign_currency[row];
      if (found.empty()) continue;
      currency.texts[row] = found;
      currency.is_null[row] = 0;
    }
  }

  void TypeColumn(const RowBlock& block, std::size_t index) {
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
      const std::string_view text = readers[index].Meaning(CellOf(block, row, binding, from));
      if (text.empty()) {
        column.is_null[row] = 1;
        if (mapping.columns[index].is_required && block.FaultAt(row) == nullptr) {
          Refuse(row, from, {"required_empty", MakePhrase("the cell is empty; this column is needed in every row")});
        }
      } else if (auto refusal = TypeCell(index, row, text)) {
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
      const std::string_view text = state.readers[index].Meaning(state.CellOf(block, row, state.bindings[index], from));
      if (text.empty()) continue;
      if (!is_moment) {
        NoteNumber(text, state.evidence[index].numbers);
        continue;
      }
      DateEvidence& dates = state.evidence[index].dates;
      dates.Note(text);
      if (const auto has_offset = state.readers[index].HasOffset(text)) dates.NoteOffset(*has_offset);
    }
  }
}

void BlockTyper::FinishEvidence() { state_->SetEvidence(); }

void BlockTyper::SetEvidence(std::vector<ColumnEvidence> evidence) {
  WEIR_CHECK(evidence.size() == state_->columns.size());
  state_->evidence = std::move(evidence);
  state_->SetEvidence();
}

const std::vector<ColumnEvidence>& BlockTyper::evidence() const { return state_->evidence; }

bool BlockTyper::Type(const RowBlock& block) {
  State& state = *state_;
  state.texts.clear();
  state.faults.clear();
  state.fault_of_row.assign(block.size(), -1);
  for (const std::size_t index : state.order) state.TypeColumn(block, index);
  std::ranges::sort(state.faults, {}, &CellFault::row);
  return std::ranges::none_of(state.readers, &CellReader::wants_evidence);
}

const TypedColumn& BlockTyper::Column(std::size_t index) const { return state_->columns[index]; }
const std::vector<CellFault>& BlockTyper::faults() const { return state_->faults; }
bool BlockTyper::rests_on_currency() const { return state_->rests_on_currency; }
bool BlockTyper::KeptClock(std::size_t index) const { return state_->readers[index].kept_clock(); }

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
