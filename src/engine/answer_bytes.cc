#include "engine/answer_bytes.h"

#include <cstring>
#include <type_traits>

#include "base/random.h"
#include "base/russian.h"

namespace weir::engine {
namespace {

using analysis::Column;
using analysis::Table;
using store::Value;

constexpr std::string_view kHead = "weir answer 1\n";

class Writer {
 public:
  template <typename T>
  void Plain(T value) {
    static_assert(std::is_trivially_copyable_v<T> && std::has_unique_object_representations_v<T>);
    const std::size_t at = bytes_.size();
    bytes_.resize(at + sizeof(T));
    std::memcpy(bytes_.data() + at, &value, sizeof(T));
  }
  void Count(std::size_t count) { Plain(static_cast<std::uint64_t>(count)); }
  void Text(std::string_view text) {
    Count(text.size());
    bytes_ += text;
  }
  void Flag(bool flag) { Plain(static_cast<std::uint8_t>(flag)); }

  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_{kHead};
};

void Write(Writer& out, const Value& value) {
  out.Plain(static_cast<std::uint8_t>(value.index()));
  std::visit(
      [&](const auto& held) {
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<T, bool>) out.Flag(held);
        if constexpr (std::is_same_v<T, std::int64_t>) out.Plain(held);
        if constexpr (std::is_same_v<T, Decimal>) {
          out.Plain(held.units);
          out.Plain(held.scale);
        }
        if constexpr (std::is_same_v<T, double>) out.Plain(std::bit_cast<std::uint64_t>(held));
        if constexpr (std::is_same_v<T, std::string>) out.Text(held);
        if constexpr (std::is_same_v<T, Date>) out.Plain(held.days);
        if constexpr (std::is_same_v<T, Instant>) out.Plain(held.micros);
      },
      value);
}

void Write(Writer& out, const Table& table) {
  out.Text(table.name);
  out.Count(table.key.size());
  for (const std::string& key : table.key) out.Text(key);
  out.Count(table.columns.size());
  for (const Column& column : table.columns) {
    out.Text(column.name);
    out.Plain(static_cast<std::uint8_t>(column.type));
    out.Text(column.unit);
    out.Text(column.title.en);
    out.Text(column.title.ru);
  }
  out.Count(table.rows.size());
  for (const auto& row : table.rows) {
    out.Count(row.size());
    for (const Value& value : row) Write(out, value);
  }
  out.Flag(table.next_cursor.has_value());
  out.Text(table.next_cursor.value_or(""));
  out.Flag(table.total_rows.has_value());
  out.Plain(table.total_rows.value_or(0));
}

void Write(Writer& out, const analysis::Output& output) {
  out.Count(output.tables.size());
  for (const Table& table : output.tables) Write(out, table);
  out.Count(output.warnings.size());
  for (const analysis::Warning& warning : output.warnings) {
    out.Text(warning.code);
    out.Text(warning.message.text);
    out.Text(InRussian(warning.message));
    out.Count(warning.params.size());
    for (const auto& [name, value] : warning.params) {
      out.Text(name);
      out.Text(value);
    }
  }
  out.Plain(static_cast<std::uint8_t>(output.history));
  out.Flag(output.definition.has_value());
  out.Text(output.definition ? output.definition->first : "");
  out.Plain(output.definition ? output.definition->second : std::int64_t{0});
}

// Reads what Writer wrote. Past the end, or where something cannot be, it has failed and gives nothing but zeros.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  bool has_failed() const { return has_failed_; }
  bool is_at_end() const { return !has_failed_ && bytes_.empty(); }
  void Fail() { has_failed_ = true; }

  template <typename T>
  T Plain() {
    T value{};
    if (!Has(sizeof(T))) return value;
    bytes_.copy(reinterpret_cast<char*>(&value), sizeof(T));
    bytes_.remove_prefix(sizeof(T));
    return value;
  }
  // Of things that take a byte each at least: a broken count makes nobody take more memory than there are bytes.
  std::size_t Count() {
    const auto count = Plain<std::uint64_t>();
    return Has(count) ? static_cast<std::size_t>(count) : 0;
  }
  std::string Text() {
    const std::size_t size = Count();
    std::string text(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return text;
  }
  bool Flag() { return Plain<std::uint8_t>() != 0; }
  // A name of an enumeration whose last is `last`.
  template <typename E>
  E OneOf(E last) {
    const auto number = Plain<std::uint8_t>();
    if (number > static_cast<std::uint8_t>(last)) Fail();
    return has_failed_ ? E{} : static_cast<E>(number);
  }

 private:
  bool Has(std::uint64_t size) {
    if (size > bytes_.size()) Fail();
    return !has_failed_;
  }

  std::string_view bytes_;
  bool has_failed_ = false;
};

Value ReadValue(Reader& in) {
  switch (in.Plain<std::uint8_t>()) {
    case 0:
      return {};
    case 1:
      return in.Flag();
    case 2:
      return in.Plain<std::int64_t>();
    case 3: {
      const auto units = in.Plain<Int128>();
      return Decimal{units, in.Plain<std::uint8_t>()};
    }
    case 4:
      return std::bit_cast<double>(in.Plain<std::uint64_t>());
    case 5:
      return in.Text();
    case 6:
      return Date{in.Plain<std::int32_t>()};
    case 7:
      return Instant{in.Plain<std::int64_t>()};
    default:
      in.Fail();
      return {};
  }
}

Table ReadTable(Reader& in) {
  Table table;
  table.name = in.Text();
  for (std::size_t left = in.Count(); left > 0 && !in.has_failed(); --left) table.key.push_back(in.Text());
  for (std::size_t left = in.Count(); left > 0 && !in.has_failed(); --left) {
    Column& column = table.columns.emplace_back();
    column.name = in.Text();
    column.type = in.OneOf(analysis::ColumnType::kJson);
    column.unit = in.Text();
    column.title.en = in.Text();
    column.title.ru = in.Text();
  }
  for (std::size_t left = in.Count(); left > 0 && !in.has_failed(); --left) {
    std::vector<Value>& row = table.rows.emplace_back();
    const std::size_t cells = in.Count();
    row.reserve(cells);
    for (std::size_t i = 0; i < cells && !in.has_failed(); ++i) row.push_back(ReadValue(in));
  }
  const bool has_cursor = in.Flag();
  std::string cursor = in.Text();
  if (has_cursor) table.next_cursor = std::move(cursor);
  const bool has_total = in.Flag();
  const auto total = in.Plain<std::int64_t>();
  if (has_total) table.total_rows = total;
  return table;
}

analysis::Output ReadOutput(Reader& in) {
  analysis::Output output;
  for (std::size_t left = in.Count(); left > 0 && !in.has_failed(); --left) output.tables.push_back(ReadTable(in));
  for (std::size_t left = in.Count(); left > 0 && !in.has_failed(); --left) {
    analysis::Warning& warning = output.warnings.emplace_back();
    warning.code = in.Text();
    warning.message.text = in.Text();
    warning.message.russian = in.Text();
    for (std::size_t params = in.Count(); params > 0 && !in.has_failed(); --params) {
      std::string name = in.Text();
      warning.params[std::move(name)] = in.Text();
    }
  }
  output.history = in.OneOf(analysis::History::kNone);
  const bool has_definition = in.Flag();
  std::string id = in.Text();
  const auto version = in.Plain<std::int64_t>();
  if (has_definition) output.definition = {std::move(id), version};
  return output;
}

}  // namespace

std::string ToBytes(const Answer& answer) {
  Writer out;
  out.Text(answer.analysis);
  out.Text(answer.definition_id);
  out.Plain(answer.definition_version);
  out.Count(answer.params.size());
  for (const auto& [name, values] : answer.params) {
    out.Text(name);
    out.Count(values.size());
    for (const std::string& value : values) out.Text(value);
  }
  out.Text(answer.scope);
  out.Plain(answer.as_of.micros);
  out.Plain(answer.known_at);
  out.Plain(answer.data_version);
  out.Text(answer.currency);
  out.Plain(answer.seed);
  Write(out, answer.output);
  std::string bytes = out.Take();
  const std::uint64_t sum = HashText(bytes);
  bytes.append(reinterpret_cast<const char*>(&sum), sizeof(sum));
  return bytes;
}

std::optional<Answer> FromBytes(std::string_view bytes) {
  if (!bytes.starts_with(kHead) || bytes.size() < kHead.size() + sizeof(std::uint64_t)) return std::nullopt;
  std::uint64_t sum = 0;
  std::memcpy(&sum, bytes.data() + bytes.size() - sizeof(sum), sizeof(sum));
  bytes.remove_suffix(sizeof(sum));
  if (HashText(bytes) != sum) return std::nullopt;
  Reader in(bytes.substr(kHead.size()));
  Answer answer;
  answer.analysis = in.Text();
  answer.definition_id = in.Text();
  answer.definition_version = in.Plain<std::int64_t>();
  for (std::size_t left = in.Count(); left > 0 && !in.has_failed(); --left) {
    std::vector<std::string>& values = answer.params[in.Text()];
    for (std::size_t count = in.Count(); count > 0 && !in.has_failed(); --count) values.push_back(in.Text());
  }
  answer.scope = in.Text();
  answer.as_of = Instant{in.Plain<std::int64_t>()};
  answer.known_at = in.Plain<std::int64_t>();
  answer.data_version = in.Plain<std::int64_t>();
  answer.currency = in.Text();
  answer.seed = in.Plain<std::uint64_t>();
  answer.output = ReadOutput(in);
  return in.is_at_end() ? std::optional(std::move(answer)) : std::nullopt;
}

}  // namespace weir::engine
