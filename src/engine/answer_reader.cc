#include "engine/answer_reader.h"

#include <array>
#include <charconv>

#include <nlohmann/json.hpp>

namespace weir::engine {
namespace {

using analysis::Column;
using analysis::ColumnType;
using nlohmann::json;

// A JSON document is walked and not built, so that numbers keep their digits and raw JSON its bytes.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  // The next byte that is no blank; 0 at the end.
  char Peek() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  bool Take(char wanted) {
    if (Peek() != wanted) return false;
    ++at_;
    return true;
  }

  // The bytes of one value of any kind.
  Result<std::string_view> Raw() {
    const char first = Peek();
    const std::size_t begin = at_;
    if (first == '"') {
      WEIR_TRY(SkipText());
    } else if (first == '{' || first == '[') {
      WEIR_TRY(SkipNested());
    } else {
      while (at_ < text_.size() && std::string_view(",]} \t\r\n").find(text_[at_]) == std::string_view::npos) ++at_;
      if (at_ == begin) return Broken();
    }
    return text_.substr(begin, at_ - begin);
  }

  Result<std::string> Text() {
    WEIR_TRY(const std::string_view raw, Raw());
    if (raw.size() >= 2 && raw.find('\\') == std::string_view::npos && raw.front() == '"') {
      return std::string(raw.substr(1, raw.size() - 2));
    }
    const json value = json::parse(raw, nullptr, false);
    if (!value.is_string()) return Broken();
    return value.get<std::string>();
  }

  Result<std::int64_t> Integer() {
    WEIR_TRY(const std::string_view raw, Raw());
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
    if (error != std::errc{} || end != raw.data() + raw.size()) return Broken();
    return value;
  }

  // Calls `member(name)` at the value of each member, which it must take.
  template <typename Member>
  Status Object(Member&& member) {
    if (!Take('{')) return Broken();
    if (Take('}')) return {};
    do {
      WEIR_TRY(const std::string name, Text());
      if (!Take(':')) return Broken();
      WEIR_TRY(member(name));
    } while (Take(','));
    return Take('}') ? Status() : Broken();
  }

  // Calls `item()` at each value, which it must take.
  template <typename Item>
  Status Array(Item&& item) {
    if (!Take('[')) return Broken();
    if (Take(']')) return {};
    do {
      WEIR_TRY(item());
    } while (Take(','));
    return Take(']') ? Status() : Broken();
  }

  tl::unexpected<Error> Broken() const {
    return Fail(Unavailable("the answer of the server cannot be read at byte {}", at_)
                    .Mend("Stop the server and start this version of weir"));
  }

 private:
  Status SkipText() {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
      } else if (text_[at_] == '"') {
        ++at_;
        return {};
      }
    }
    return Broken();
  }

  Status SkipNested() {
    std::size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        WEIR_TRY(SkipText());
        continue;
      }
      ++at_;
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth == 0) return {};
    }
    return Broken();
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

Result<ColumnType> TypeNamed(std::string_view name, const Cursor& cursor) {
  for (int i = 0; i <= static_cast<int>(ColumnType::kJson); ++i) {
    if (analysis::NameOf(static_cast<ColumnType>(i)) == name) return static_cast<ColumnType>(i);
  }
  return cursor.Broken();
}

Result<analysis::Text> ReadText(Cursor& cursor) {
  analysis::Text text;
  WEIR_TRY(cursor.Object([&](const std::string& name) -> Status {
    WEIR_TRY(std::string value, cursor.Text());
    (name == "ru" ? text.ru : text.en) = std::move(value);
    return {};
  }));
  return text;
}

// A number as the kind of value that is written in these very digits again.
Result<store::Value> NumberOf(std::string_view raw, ColumnType type, const Cursor& cursor) {
  const char* begin = raw.data();
  const char* end = begin + raw.size();
  std::int64_t integer = 0;
  if (type == ColumnType::kInteger || type == ColumnType::kText || type == ColumnType::kBoolean) {
    const auto read = std::from_chars(begin, end, integer);
    if (read.ec == std::errc{} && read.ptr == end) return store::Value(integer);
  }
  const auto decimal = ParsePlainDecimal(raw);
  if (type != ColumnType::kNumber && decimal && FormatDecimal(*decimal) == raw) return store::Value(*decimal);
  double number = 0;
  const auto read = std::from_chars(begin, end, number);
  if (read.ec != std::errc{} || read.ptr != end) return cursor.Broken();
  if (decimal && fmt::format("{}", number) != raw) return store::Value(*decimal);
  return store::Value(number);
}

Result<store::Value> ReadCell(Cursor& cursor, const Column& column) {
  const char first = cursor.Peek();
  if (column.type == ColumnType::kJson && first != 'n') {
    WEIR_TRY(const std::string_view raw, cursor.Raw());
    return store::Value(std::string(raw));
  }
  if (first == '"') {
    WEIR_TRY(std::string text, cursor.Text());
    if (column.type == ColumnType::kDate) {
      if (const auto date = ParseIsoDate(text)) return store::Value(*date);
    } else if (column.type == ColumnType::kInstant) {
      if (const auto instant = ParseIsoInstant(text)) return store::Value(*instant);
    }
    return store::Value(std::move(text));
  }
  WEIR_TRY(const std::string_view raw, cursor.Raw());
  if (raw == "null") return store::Value();
  if (raw == "true" || raw == "false") return store::Value(raw == "true");
  return NumberOf(raw, column.type, cursor);
}

Result<Column> ReadColumn(Cursor& cursor) {
  Column column;
  WEIR_TRY(cursor.Object([&](const std::string& name) -> Status {
    if (name == "title") {
      WEIR_TRY(column.title, ReadText(cursor));
      return {};
    }
    WEIR_TRY(std::string value, cursor.Text());
    if (name == "type") {
      WEIR_TRY(column.type, TypeNamed(value, cursor));
    } else if (name == "name") {
      column.name = std::move(value);
    } else if (name == "unit") {
      column.unit = std::move(value);
    }
    return {};
  }));
  return column;
}

Status ReadRow(Cursor& cursor, analysis::Table& table) {
  std::vector<store::Value> row;
  row.reserve(table.columns.size());
  WEIR_TRY(cursor.Array([&]() -> Status {
    if (row.size() == table.columns.size()) return cursor.Broken();
    WEIR_TRY(store::Value value, ReadCell(cursor, table.columns[row.size()]));
    row.push_back(std::move(value));
    return {};
  }));
  if (row.size() != table.columns.size()) return cursor.Broken();
  table.rows.push_back(std::move(row));
  return {};
}

Result<analysis::Table> ReadTable(Cursor& cursor, const std::string& table_name) {
  analysis::Table table;
  table.name = table_name;
  WEIR_TRY(cursor.Object([&](const std::string& name) -> Status {
    if (name == "key") {
      return cursor.Array([&]() -> Status {
        WEIR_TRY(std::string key, cursor.Text());
        table.key.push_back(std::move(key));
        return {};
      });
    }
    if (name == "columns") {
      return cursor.Array([&]() -> Status {
        WEIR_TRY(Column column, ReadColumn(cursor));
        table.columns.push_back(std::move(column));
        return {};
      });
    }
    if (name == "rows") return cursor.Array([&] { return ReadRow(cursor, table); });
    if (name == "total_rows") {
      WEIR_TRY(table.total_rows, cursor.Integer());
    } else if (name == "next_cursor") {
      WEIR_TRY(table.next_cursor, cursor.Text());
    } else {
      WEIR_TRY([[maybe_unused]] const std::string_view skipped, cursor.Raw());
    }
    return {};
  }));
  return table;
}

Status ReadParams(Cursor& cursor, analysis::RawParams& params) {
  return cursor.Object([&](const std::string& name) -> Status {
    std::vector<std::string>& values = params[name];
    const auto read = [&]() -> Status {
      WEIR_TRY(std::string value, cursor.Text());
      values.push_back(std::move(value));
      return {};
    };
    return cursor.Peek() == '[' ? cursor.Array(read) : read();
  });
}

Status ReadWarnings(Cursor& cursor, std::vector<analysis::Warning>& warnings) {
  return cursor.Array([&]() -> Status {
    analysis::Warning warning;
    WEIR_TRY(cursor.Object([&](const std::string& name) -> Status {
      if (name == "params") {
        return cursor.Object([&](const std::string& key) -> Status {
          WEIR_TRY(warning.params[key], cursor.Text());
          return {};
        });
      }
      std::string& text = name == "code"         ? warning.code
                          : name == "message_ru" ? warning.message.russian
                                                 : warning.message.text;
      WEIR_TRY(text, cursor.Text());
      return {};
    }));
    warnings.push_back(std::move(warning));
    return {};
  });
}

Status ReadMember(Cursor& cursor, const std::string& name, Answer& answer) {
  if (name == "analysis") {
    WEIR_TRY(answer.analysis, cursor.Text());
  } else if (name == "definition") {
    return cursor.Object([&](const std::string& part) -> Status {
      if (part == "version") {
        WEIR_TRY(answer.definition_version, cursor.Integer());
      } else {
        WEIR_TRY(answer.definition_id, cursor.Text());
      }
      return {};
    });
  } else if (name == "params") {
    return ReadParams(cursor, answer.params);
  } else if (name == "scope") {
    WEIR_TRY(answer.scope, cursor.Text());
  } else if (name == "as_of") {
    WEIR_TRY(const std::string text, cursor.Text());
    const auto instant = ParseIsoInstant(text);
    if (!instant) return cursor.Broken();
    answer.as_of = *instant;
  } else if (name == "known_at") {
    WEIR_TRY(answer.known_at, cursor.Integer());
  } else if (name == "data_version") {
    WEIR_TRY(answer.data_version, cursor.Integer());
  } else if (name == "currency") {
    WEIR_TRY(answer.currency, cursor.Text());
  } else if (name == "seed") {
    WEIR_TRY(const std::int64_t seed, cursor.Integer());
    answer.seed = static_cast<std::uint64_t>(seed);
  } else if (name == "history") {
    WEIR_TRY(const std::string text, cursor.Text());
    for (const auto history : {analysis::History::kComplete, analysis::History::kPartial, analysis::History::kNone}) {
      if (analysis::NameOf(history) == text) answer.output.history = history;
    }
  } else if (name == "warnings") {
    return ReadWarnings(cursor, answer.output.warnings);
  } else if (name == "tables") {
    return cursor.Object([&](const std::string& table_name) -> Status {
      WEIR_TRY(analysis::Table table, ReadTable(cursor, table_name));
      answer.output.tables.push_back(std::move(table));
      return {};
    });
  } else {
    WEIR_TRY(cursor.Raw());
  }
  return {};
}

}  // namespace

Result<Answer> FromJson(std::string_view text) {
  Cursor cursor(text);
  Answer answer;
  WEIR_TRY(cursor.Object([&](const std::string& name) { return ReadMember(cursor, name, answer); }));
  if (cursor.Peek() != '\0') return cursor.Broken();
  return answer;
}

namespace {

// A member of an object; null where there is none.
json MemberOf(const json& document, const char* name) {
  return document.is_object() && document.contains(name) ? document[name] : json();
}

std::string TextIn(const json& document, const char* name) {
  const json member = MemberOf(document, name);
  return member.is_string() ? member.get<std::string>() : std::string();
}

}  // namespace

Error ReadProblem(std::string_view text) {
  const json problem = json::parse(text, nullptr, false);
  const json russian = MemberOf(MemberOf(problem, "words"), "ru");
  const auto value = [&](const char* name) { return TextIn(problem, name); };
  const auto both = [&](const char* name) { return InBoth(value(name), TextIn(russian, name)); };
  const auto number = [&](const char* name) -> std::uint64_t {
    const bool is_there = problem.is_object() && problem.contains(name) && problem[name].is_number_unsigned();
    return is_there ? problem[name].get<std::uint64_t>() : 0;
  };
  const std::string name = value("code");
  for (int i = 0; i <= static_cast<int>(Code::kBug); ++i) {
    const auto code = static_cast<Code>(i);
    if (InfoOf(code).name != name) continue;
    // What the problem does not say is empty, as in an error that was never told it.
    return Error(code, both("detail"))
        .Field(value("field"))
        .Mend(both("hint"))
        .At(value("file"), number("line"), number("column"));
  }
  return Unavailable("the server refused, and its reason cannot be read");
}

}  // namespace weir::engine
