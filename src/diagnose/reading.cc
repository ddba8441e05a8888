#include "diagnose/reading.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/russian.h"
#include "store/database.h"

namespace weir::diagnose {
namespace {

using analysis::Table;
using store::Value;

constexpr std::uint8_t kDigits = 6;
constexpr std::array<std::string_view, 5> kStates{"measured", "no_data", "too_few", "no_analysis", "failed"};

std::string Replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

std::optional<Decimal> NumberOf(const Value& value) {
  if (const auto* decimal = std::get_if<Decimal>(&value)) return *decimal;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return Decimal{*integer, 0};
  if (const auto* real = std::get_if<double>(&value)) return DecimalOf(*real);
  return std::nullopt;
}

// Digits lost are cut, as a count of hits never rounds up to a whole.
std::optional<Decimal> Ratio(const Decimal& part, const Decimal& whole) {
  const auto above = Rescale(part, kAmountScale);
  const auto below = Rescale(whole, kAmountScale);
  if (!above || !below || below->units == 0) return std::nullopt;
  return Decimal{above->units * PowerOfTen(kDigits) / below->units, kDigits};
}

Reading NotThere(State state, analysis::Text note) { return {.state = state, .note = std::move(note)}; }

Reading TooFew(const Line& line, Reading reading) {
  reading.state = State::kTooFew;
  reading.value.reset();
  reading.note = TooFewNote(reading.cases, line.least);
  return reading;
}

// One that counts what is there says so even of few.
Reading Checked(const Line& line, Reading reading) {
  if (!reading.value || reading.cases == 0) return NotThere(State::kNoData, line.needs);
  if (reading.cases < line.least) return TooFew(line, std::move(reading));
  reading.state = State::kMeasured;
  return reading;
}

std::optional<std::size_t> ColumnOf(const Table& table, const std::string& name) {
  const auto found = std::ranges::find(table.columns, name, &analysis::Column::name);
  if (found == table.columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - table.columns.begin());
}

// Nothing where a column is missing.
std::optional<bool> Passes(const Table& table, const std::vector<Value>& row, const Filter& filter) {
  for (const auto& [name, values] : filter) {
    const auto column = ColumnOf(table, name);
    if (!column) return std::nullopt;
    if (std::ranges::find(values, store::ToText(row[*column])) == values.end()) return false;
  }
  return true;
}

class Answer {
 public:
  Answer(const Line& line, const Ask& ask, const Table& table) : line_(line), ask_(ask), table_(table) {}

  Reading Read() {
    for (const std::string* name : {&ask_.column, &ask_.cases, &ask_.low, &ask_.high}) {
      if (!name->empty() && !ColumnOf(table_, *name)) return NoColumn(*name);
    }
    for (const Filter* filter : {&ask_.where, &ask_.hit, &ask_.only_if}) {
      for (const auto& [name, values] : *filter) {
        if (!ColumnOf(table_, name)) return NoColumn(name);
      }
    }
    const auto is_sample = [&](const auto& row) { return Passes(table_, row, ask_.only_if).value_or(false); };
    if (!ask_.only_if.empty() && std::ranges::none_of(table_.rows, is_sample)) {
      return NotThere(State::kNoData, line_.needs);
    }
    Reading reading;
    for (const auto& row : table_.rows) {
      if (Passes(table_, row, ask_.where).value_or(false)) Add(row, reading);
    }
    if (ask_.aggregate == Aggregate::kShare) {
      reading.value = ask_.column.empty() ? Ratio(Decimal{reading.hits, 0}, Decimal{reading.cases, 0})
                                          : Ratio(hit_.value_or(Decimal{}), sum_.value_or(Decimal{}));
    } else if (ask_.aggregate == Aggregate::kCount) {
      reading.value = Decimal{reading.cases, 0};
    } else {
      reading.value = sum_;
    }
    return Checked(line_, std::move(reading));
  }

 private:
  void Add(const std::vector<Value>& row, Reading& reading) {
    const bool is_hit = Passes(table_, row, ask_.hit).value_or(false);
    const auto number = [&](const std::string& name) {
      return name.empty() ? std::nullopt : NumberOf(row[*ColumnOf(table_, name)]);
    };
    const auto amount = number(ask_.column);
    if (!ask_.column.empty() && !amount) return;
    const auto said = number(ask_.cases);
    const auto whole = said ? Rescale(*said, 0) : std::nullopt;
    const std::int64_t cases = ask_.cases.empty() ? 1 : whole ? static_cast<std::int64_t>(whole->units) : 0;
    reading.cases += cases;
    if (is_hit) reading.hits += cases;
    AddTo(sum_, amount);
    if (is_hit) AddTo(hit_, amount);
    reading.low = number(ask_.low);
    reading.high = number(ask_.high);
  }

  void AddTo(std::optional<Decimal>& sum, const std::optional<Decimal>& amount) const {
    const auto scaled = amount ? Rescale(*amount, kDigits) : std::nullopt;
    if (scaled) sum = Decimal{(sum ? sum->units : Int128{0}) + scaled->units, kDigits};
  }

  Reading NoColumn(const std::string& name) const {
    return NotThere(State::kFailed, {fmt::format("{}: table {} has no column {}", ask_.analysis, ask_.table, name),
                                     fmt::format("{}: в таблице {} нет столбца {}", ask_.analysis, ask_.table, name)});
  }

  const Line& line_;
  const Ask& ask_;
  const Table& table_;
  std::optional<Decimal> sum_;
  std::optional<Decimal> hit_;
};

}  // namespace

std::string FilledIn(std::string_view select, const metrics::MetricCatalog& catalog, const metrics::LeaveOut& leave_out,
                     const analysis::Context& context) {
  constexpr std::string_view kSchema = "scoped.";
  std::string sql(select);
  for (std::size_t at = sql.find(kSchema); at != std::string::npos; at = sql.find(kSchema, at)) {
    const std::size_t end = sql.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", at + kSchema.size());
    const metrics::View* view = catalog.FindView(sql.substr(at + kSchema.size(), end - at - kSchema.size()));
    const bool is_whole = view == nullptr || metrics::TakenWith(*view, leave_out).empty();
    const std::string rows =
        is_whole ? sql.substr(at, end - at) : fmt::format("({})", metrics::CountedRowsSql(catalog, *view, leave_out));
    sql.replace(at, end - at, rows);
    at += rows.size();
  }
  sql = Replaced(std::move(sql), ":as_of_date", fmt::format("DATE '{}'", FormatDate(context.LocalAsOfDate())));
  return Replaced(std::move(sql), ":as_of", fmt::format("make_timestamp({})", context.as_of().micros));
}

std::string_view NameOf(State state) { return kStates.at(static_cast<std::size_t>(state)); }

analysis::Text TooFewNote(std::int64_t cases, std::int64_t least) {
  return {fmt::format("{} cases; at least {} are needed to say anything", cases, least),
          fmt::format("случаев: {}, а для вывода нужно не меньше {}", cases, least)};
}

std::optional<State> StateNamed(std::string_view name) {
  const auto found = std::ranges::find(kStates, name);
  if (found == kStates.end()) return std::nullopt;
  return static_cast<State>(found - kStates.begin());
}

std::optional<Decimal> DecimalOf(double value) {
  constexpr double kMost = 1e15;
  if (!(std::abs(value) < kMost)) return std::nullopt;
  constexpr double kScale = 1e6;
  return Decimal{static_cast<Int128>(std::llround(value * kScale)), kDigits};
}

Result<Reading> ReadSelected(const Line& line, const metrics::MetricCatalog& catalog,
                             const metrics::LeaveOut& leave_out, analysis::Context& context) {
  const auto& select = std::get<Select>(line.source);
  const std::string size = select.size.empty() ? "1" : store::QuoteName(select.size);
  const std::string by =
      select.by.empty() ? "count(*)" : fmt::format("count(DISTINCT {})", store::QuoteName(select.by));
  const std::string sql = fmt::format(
      "SELECT {1} FILTER (WHERE is_hit), CAST(sum({0}) FILTER (WHERE is_hit) AS DECIMAL(38,4)), CAST(sum({0}) AS "
      "DECIMAL(38,4)), {1} FROM (\n{2}\n) AS found",
      size, by, FilledIn(select.sql, catalog, leave_out, context));
  WEIR_TRY(const store::Rows rows, context.session().Query(sql, {}, 2));
  Reading reading{.hits = rows.IntegerAt(0, 0), .cases = rows.IntegerAt(0, 3)};
  const Decimal hit = NumberOf(rows.rows[0][1]).value_or(Decimal{0, 0});
  const Decimal all = NumberOf(rows.rows[0][2]).value_or(Decimal{0, 0});
  if (line.measure == Measure::kShare) {
    reading.value = Ratio(hit, all);
  } else if (line.measure == Measure::kCount) {
    reading.value = Decimal{reading.hits, 0};
  } else {
    reading.value = Ratio(all, Decimal{reading.cases, 0});
  }
  return Checked(line, std::move(reading));
}

Result<analysis::Evidence> RowsOf(const Line& line, const metrics::MetricCatalog& catalog,
                                  const metrics::LeaveOut& leave_out, analysis::Context& context) {
  const auto& select = std::get<Select>(line.source);
  constexpr std::size_t kMostRows = 1000;
  const std::string all =
      fmt::format("FROM (\n{}\n) AS found WHERE id IS NOT NULL", FilledIn(select.sql, catalog, leave_out, context));
  std::string from = all + " AND is_hit";
  WEIR_TRY(std::int64_t total, context.session().QueryInteger("SELECT count(DISTINCT id) " + from));
  // That nothing was hit is proved by what was looked at.
  if (total == 0) {
    from = all;
    WEIR_TRY(total, context.session().QueryInteger("SELECT count(DISTINCT id) " + from));
  }
  WEIR_TRY(const store::Rows rows,
           context.session().Query(fmt::format(
               "SELECT DISTINCT CAST(id AS VARCHAR) AS id {} ORDER BY 1 NULLS LAST LIMIT {}", from, kMostRows)));
  analysis::Evidence evidence{.table = select.entity, .total = total};
  for (std::size_t i = 0; i < rows.size(); ++i) evidence.ids.push_back(rows.TextAt(i, 0));
  return evidence;
}

Reading ReadAnswer(const Line& line, const analysis::Output* output) {
  const Ask& ask = std::get<Ask>(line.source);
  if (output == nullptr) {
    return NotThere(State::kNoAnalysis,
                    {fmt::format("{} (the analysis {} is not in this release)", line.needs.en, ask.analysis),
                     fmt::format("{} (анализа {} в этой версии нет)", line.needs.ru, ask.analysis)});
  }
  const Table* table = output->Find(ask.table);
  if (table == nullptr) {
    return NotThere(State::kFailed, {fmt::format("{} has no table {}", ask.analysis, ask.table),
                                     fmt::format("у {} нет таблицы {}", ask.analysis, ask.table)});
  }
  return Answer(line, ask, *table).Read();
}

Reading ReadRefusal(const Error& error) {
  const Phrase whole = error.Whole();
  return NotThere(State::kFailed, {whole.text, InRussian(whole)});
}

analysis::RawParams ParamsOf(const Ask& ask, Date today) {
  analysis::RawParams params;
  for (const auto& [name, values] : ask.params) {
    for (const std::string& value : values) {
      std::int32_t days = 0;
      const char* end = value.data() + value.size();
      const bool is_relative = value.starts_with('-') && value.ends_with('d') &&
                               std::from_chars(value.data() + 1, end - 1, days).ptr == end - 1;
      params[name].push_back(is_relative ? FormatDate(Date{today.days - days}) : value);
    }
  }
  return params;
}

LineFacts FactsOf(const Line& line, const Reading& reading) {
  LineFacts facts{.clear_no = line.clear_no, .clear_yes = line.clear_yes, .weight = line.weight};
  if (reading.state != State::kMeasured || !reading.value) return facts;
  facts.value = ToDouble(*reading.value);
  facts.is_share = line.unit == "share";
  facts.cases = static_cast<double>(reading.cases);
  if (reading.low && reading.high) {
    facts.low = ToDouble(*reading.low);
    facts.high = ToDouble(*reading.high);
  }
  return facts;
}

}  // namespace weir::diagnose
