#include "sources/corrections.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/decimal.h"
#include "model/records.h"
#include "sources/cell_reader.h"
#include "sources/ledger.h"
#include "sources/recognise.h"
#include "sources/typing.h"

namespace weir::sources {
namespace {

using store::QuoteName;
using store::QuoteText;

bool IsWordPart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::size_t PlaceOf(std::string_view expression, std::string_view column) {
  for (std::size_t at = expression.find(column); at != std::string_view::npos; at = expression.find(column, at + 1)) {
    const std::size_t end = at + column.size();
    const bool begins = at == 0 || !IsWordPart(expression[at - 1]);
    const bool ends = end == expression.size() || (!IsWordPart(expression[end]) && expression[end] != '(');
    if (begins && ends) return at;
  }
  return std::string_view::npos;
}

bool CanCarry(ColumnType type) {
  switch (type) {
    case ColumnType::kId:
    case ColumnType::kText:
    case ColumnType::kName:
    case ColumnType::kInteger:
    case ColumnType::kDecimal:
    case ColumnType::kMoney:
    case ColumnType::kDate:
    case ColumnType::kEmail:
    case ColumnType::kPhone:
    case ColumnType::kDomain:
    case ColumnType::kUrl:
      return true;
    default:
      return false;
  }
}

bool IsNumber(ColumnType type) {
  return type == ColumnType::kInteger || type == ColumnType::kDecimal || type == ColumnType::kMoney;
}

// How the newest file of the object was understood.
struct LastFile {
  Reading reading;
  std::vector<ColumnEvidence> evidence;
  std::vector<std::vector<std::size_t>> bindings;
  bool has_id = false;
};

Result<LastFile> ReadLastFile(store::Session& session, const Mapping& mapping) {
  const std::array<store::Value, 2> object{mapping.source, mapping.object};
  WEIR_TRY(const store::Rows rows,
           session.Query("SELECT reading, key_kind FROM meta.import_file WHERE source = ? AND object = ? AND state = "
                         "'committed' AND replay_of IS NULL ORDER BY observed_at DESC, file_id DESC LIMIT 1",
                         object));
  if (rows.rows.empty()) return Fail(NotFound("no file of {}/{} stands", mapping.source, mapping.object));
  WEIR_TRY(const ReadingParts parts, SplitReading(rows.TextAt(0, 0)));
  LastFile file;
  WEIR_TRY(file.reading, ReadingFromJson(parts.reading));
  file.evidence = EvidenceFromJson(mapping, parts.evidence);
  file.bindings = BindColumns(mapping, file.reading.columns);
  file.has_id = rows.TextAt(0, 1) == "key" && mapping.key.size() == 1;
  return file;
}

std::string HeaderOf(const LastFile& file, std::size_t column) {
  const std::vector<std::size_t>& binding = file.bindings.at(column);
  return binding.empty() ? "" : file.reading.columns.at(binding.back()).header;
}

// "2026-05-31" in the form that the column shows: by the mapping's first format, else by what its dates were.
std::string DateCell(const MappingColumn& column, const LastFile& file, const ColumnEvidence* evidence,
                     const std::string& day) {
  std::string format = "%Y-%m-%d";
  if (!column.formats.empty()) {
    format = column.formats.front();
  } else if (evidence != nullptr && evidence->dates.OrderOf('/', 4) == DateEvidence::Order::kMonthFirst) {
    format = "%m/%d/%Y";
  } else if (evidence != nullptr && evidence->dates.OrderOf('/', 4) == DateEvidence::Order::kDayFirst) {
    format = "%d/%m/%Y";
  } else if (file.reading.format == Format::kCsv && file.reading.separator == ';') {
    format = "%d.%m.%Y";
  }
  std::string cell;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 == format.size()) {
      cell += format[i];
      continue;
    }
    switch (format[++i]) {
      case 'Y':
        cell += day.substr(0, 4);
        break;
      case 'y':
        cell += day.substr(2, 2);
        break;
      case 'm':
        cell += day.substr(5, 2);
        break;
      case 'd':
        cell += day.substr(8, 2);
        break;
      case 'H':
      case 'M':
      case 'S':
        cell += "00";
        break;
      default:
        return {};
    }
  }
  return cell;
}

// "1200.5000" as "1200,5". A fraction of three digits gets a fourth: else its mark may part thousands.
std::string NumberCell(const MappingColumn& column, const LastFile& file, const ColumnEvidence* evidence,
                       std::string number) {
  const std::size_t point = number.find('.');
  if (point == std::string::npos) return number;
  while (number.ends_with('0')) number.pop_back();
  if (number.ends_with('.')) {
    number.pop_back();
    return number;
  }
  if (number.size() - point - 1 == 3) number += '0';
  char mark = column.decimal_mark;
  if (mark == 0 && evidence != nullptr) mark = evidence->numbers.Mark();
  if (mark == 0) mark = file.reading.format == Format::kCsv && file.reading.separator == ';' ? ',' : '.';
  number[point] = mark;
  return number;
}

// What the cell of a column becomes, read as an import reads it.
struct Typed {
  std::string text;  // to be cast to the column's type
  std::string said;  // the word that means it
};

class CellFinder {
 public:
  CellFinder(store::Session& session, const Mapping& mapping, const CellQuestion& question)
      : session_(session),
        mapping_(mapping),
        question_(question),
        emit_(mapping.emits.at(question.emit)),
        record_(*model::FindRecordTable(emit_.table)) {}

  Result<CarriedCell> Find() {
    const auto set = std::ranges::find(emit_.set, question_.record_column, &std::pair<std::string, std::string>::first);
    if (set == emit_.set.end()) return Fail(NoColumn());
    expression_ = set->second;
    WEIR_TRY(stored_, StoredColumns());
    std::vector<std::pair<std::size_t, std::size_t>> places;  // in the expression, of the mapping's column
    for (std::size_t i = 0; i < mapping_.columns.size(); ++i) {
      const std::size_t at = PlaceOf(expression_, mapping_.columns[i].name);
      const bool is_usable = stored_.contains(mapping_.columns[i].name) && CanCarry(mapping_.columns[i].type);
      if (at != std::string::npos && is_usable) places.emplace_back(at, i);
    }
    std::ranges::sort(places);
    std::optional<Error> unread;
    for (const auto& [at, column] : places) {
      if (question_.is_emptied) {
        WEIR_TRY(std::optional<CarriedCell> cell, Try(column, {}));
        if (!cell) continue;
        WEIR_TRY(Say(column, "", *cell));
        return *std::move(cell);
      }
      for (const std::string& word : question_.words) {
        auto typed = Type(mapping_.columns[column], word);
        if (!typed) {
          if (!unread) unread = typed.error();
          continue;
        }
        WEIR_TRY(std::optional<CarriedCell> cell, Try(column, *typed));
        if (!cell) continue;
        WEIR_TRY(Say(column, typed->said, *cell));
        return *std::move(cell);
      }
    }
    return Fail(unread ? *unread : NoColumn());
  }

 private:
  Error NoColumn() const {
    return Conflict("{}/{} has no column that would say this: it works the field out of others, or lacks it",
                    mapping_.source, mapping_.object)
        .Field("field");
  }

  Result<std::set<std::string>> StoredColumns() {
    const std::array<store::Value, 1> table{mapping_.TableName()};
    WEIR_TRY(const store::Rows rows, session_.Query("SELECT column_name FROM information_schema.columns WHERE "
                                                    "table_schema = 'obs' AND table_name = ?",
                                                    table));
    std::set<std::string> columns;
    for (std::size_t i = 0; i < rows.size(); ++i) columns.insert(rows.TextAt(i, 0));
    return columns;
  }

  Result<Typed> Type(const MappingColumn& column, const std::string& word) {
    std::deque<std::string> texts;
    TypingOptions options;
    options.region = question_.region;
    CellReader reader(column, false, options, texts);
    const std::string meaning(reader.Meaning(word));
    const auto refuse = [&](const Phrase& reason) { return Fail(BadInput("{}", reason).Field("value")); };
    if (meaning.empty()) return refuse(MakePhrase("'{}' means nothing in this column", word));
    if (IsContact(column.type)) {
      bool is_whole = false;
      const auto value = reader.ReadContact(meaning, is_whole);
      if (!value || !is_whole) return refuse(MakePhrase("'{}' is no {}", word, NameOf(column.type)));
      return Typed{std::string(*value), word};
    }
    if (column.type == ColumnType::kDate) {
      std::int32_t days = 0;
      if (const auto refused = reader.ReadDay(meaning, days)) return refuse(refused->reason);
      return Typed{FormatDate({days}), word};
    }
    if (IsNumber(column.type)) {
      Int128 units = 0;
      std::string_view sign;
      if (column.type == ColumnType::kInteger) {
        std::int64_t whole = 0;
        if (const auto refused = reader.ReadWhole(meaning, whole)) return refuse(refused->reason);
        return Typed{std::to_string(whole), word};
      }
      if (const auto refused = reader.ReadScaled(meaning, "", units, sign)) return refuse(refused->reason);
      return Typed{FormatDecimal({units, ScaleOf(column.type)}), word};
    }
    std::string_view value;
    if (const auto refused = reader.ReadText(meaning, value)) return refuse(refused->reason);
    std::string said = word;
    if (!column.values.empty() && meaning == word) {
      // The word of Weir: the source has words of its own for it.
      std::vector<std::string> own;
      for (const auto& [from, to] : column.values) {
        if (to == meaning && from != FoldCase(word)) own.push_back(from);
      }
      if (!own.empty()) {
        return refuse(MakePhrase("the source has words of its own for '{}': write one of {}", word,
                                 fmt::to_string(fmt::join(own, ", "))));
      }
    }
    return Typed{std::string(value), std::move(said)};
  }

  // The cell where the record then says what is wanted.
  Result<std::optional<CarriedCell>> Try(std::size_t index, const Typed& typed) {
    const MappingColumn& column = mapping_.columns[index];
    const model::RecordColumn* target = record_.Find(question_.record_column);
    WEIR_CHECK(target != nullptr);
    const std::string_view type = SqlTypeOf(target->type);
    std::string wanted;
    const std::vector<std::string> itself{typed.text};
    for (const std::string& one : question_.wanted.empty() ? itself : question_.wanted) {
      wanted += fmt::format("{}CAST(TRY_CAST({} AS {}) AS VARCHAR)", wanted.empty() ? "" : ", ", QuoteText(one), type);
    }
    std::string missing;
    for (const MappingColumn& other : mapping_.columns) {
      if (!stored_.contains(other.name))
        missing += fmt::format(", CAST(NULL AS {}) AS {}", SqlTypeOf(other.type), QuoteName(other.name));
    }
    const std::string name = QuoteName(column.name);
    const std::string word = question_.is_emptied ? "NULL" : QuoteText(typed.text);
    const std::string value = fmt::format("CAST({} AS {})", word, SqlTypeOf(column.type));
    const std::string said = fmt::format("CAST(TRY_CAST(({}) AS {}) AS VARCHAR)", expression_, type);
    const std::string is_meant =
        question_.is_emptied ? fmt::format("coalesce({}, '') = ''", said) : fmt::format("{} IN ({})", said, wanted);
    const std::string row =
        fmt::format("obs.{} WHERE _obs = {}", QuoteName(mapping_.TableName()), question_.observation);
    WEIR_TRY(const store::Rows rows,
             session_.Query(fmt::format("SELECT (SELECT {} FROM (SELECT * REPLACE ({} AS {}){} FROM {}) AS "
                                        "corrected), coalesce(CAST({} AS VARCHAR), "
                                        "''), (SELECT CAST({} AS VARCHAR) FROM {})",
                                        is_meant, value, name, missing, row, value, name, row)));
    const bool* is_said = std::get_if<bool>(&rows.rows.at(0).at(0));
    if (is_said == nullptr || !*is_said) return std::optional<CarriedCell>();
    CarriedCell cell{.column = column.name, .told = {}, .value = rows.TextAt(0, 1)};
    if (!store::IsNull(rows.rows[0][2])) cell.told = rows.TextAt(0, 2);
    return std::optional(std::move(cell));
  }

  Status Say(std::size_t index, const std::string& word, CarriedCell& cell) {
    const MappingColumn& column = mapping_.columns[index];
    WEIR_TRY(const LastFile file, ReadLastFile(session_, mapping_));
    const ColumnEvidence* evidence = index < file.evidence.size() ? &file.evidence[index] : nullptr;
    cell.header = HeaderOf(file, index);
    if (const auto key = mapping_.key.empty() ? std::nullopt : mapping_.Find(mapping_.key.front());
        key && file.has_id) {
      cell.key_header = HeaderOf(file, *key);
    }
    if (question_.is_emptied)
      cell.cell.clear();
    else if (column.type == ColumnType::kDate)
      cell.cell = DateCell(column, file, evidence, cell.value);
    else if (IsNumber(column.type))
      cell.cell = NumberCell(column, file, evidence, cell.value);
    else
      cell.cell = column.values.empty() ? cell.value : word;
    if (cell.key_header.empty())
      cell.obstacle = "no_id";
    else if (cell.header.empty())
      cell.obstacle = "no_column";
    else if (column.is_minor)
      cell.obstacle = "units";
    else if (cell.cell.empty() && !question_.is_emptied)
      cell.obstacle = "form";
    else if (LooksLikeFormula(cell.cell))
      cell.obstacle = "formula";
    return {};
  }

  store::Session& session_;
  const Mapping& mapping_;
  const CellQuestion& question_;
  const Emit& emit_;
  const model::RecordTable& record_;
  std::string expression_;
  std::set<std::string> stored_;
};

std::string Quoted(const std::string& cell, char separator) {
  if (cell.find_first_of(std::string("\"\r\n") + separator) == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace

bool LooksLikeFormula(std::string_view cell) {
  if (cell.empty() || std::string_view("=+-@\t\r").find(cell.front()) == std::string_view::npos) return false;
  return cell.front() == '=' || cell.front() == '@' ||
         cell.find_first_not_of("+-0123456789 ().,") != std::string_view::npos;
}

bool NamesColumn(std::string_view expression, std::string_view column) {
  return PlaceOf(expression, column) != std::string_view::npos;
}

Result<bool> HasOwnColumn(store::Session& session, const Mapping& mapping, std::size_t emit,
                          std::span<const std::string_view> record_columns) {
  WEIR_TRY(const LastFile file, ReadLastFile(session, mapping));
  for (const auto& [record_column, expression] : mapping.emits.at(emit).set) {
    if (std::ranges::find(record_columns, record_column) == record_columns.end()) continue;
    for (std::size_t i = 0; i < mapping.columns.size(); ++i) {
      if (!HeaderOf(file, i).empty() && NamesColumn(expression, mapping.columns[i].name)) return true;
    }
  }
  return false;
}

Result<std::string> KeyHeader(store::Session& session, const Mapping& mapping) {
  WEIR_TRY(const LastFile file, ReadLastFile(session, mapping));
  const auto key = mapping.key.empty() ? std::nullopt : mapping.Find(mapping.key.front());
  return key && file.has_id ? HeaderOf(file, *key) : std::string();
}

Result<CarriedCell> FindCell(store::Session& session, const Mapping& mapping, const CellQuestion& question) {
  return CellFinder(session, mapping, question).Find();
}

Result<PatchDialect> DialectOf(std::string_view reading) {
  WEIR_TRY(const ReadingParts parts, SplitReading(reading));
  WEIR_TRY(const Reading known, ReadingFromJson(parts.reading));
  PatchDialect dialect;
  if (known.format != Format::kCsv) return dialect;
  dialect.separator = known.separator;
  const bool is_one_byte = known.encoding == Encoding::kWindows1251 || known.encoding == Encoding::kWindows1252;
  if (is_one_byte) dialect.encoding = known.encoding;
  return dialect;
}

std::string PatchText(std::span<const std::vector<std::string>> rows, char separator) {
  std::string text;
  for (const std::vector<std::string>& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) text += separator;
      text += Quoted(row[i], separator);
    }
    text += "\r\n";
  }
  return text;
}

std::optional<std::string> Encode(std::string_view text, Encoding encoding) {
  if (encoding != Encoding::kWindows1251 && encoding != Encoding::kWindows1252) return std::string(text);
  std::map<std::string, char, std::less<>> bytes;
  for (int byte = 0x80; byte <= 0xFF; ++byte) {
    auto decoder = Decoder::For(encoding);
    if (!decoder) return std::nullopt;
    const char c = static_cast<char>(byte);
    std::string character;
    decoder->Decode(std::string_view(&c, 1), true, character);
    if (character != "\xEF\xBF\xBD") bytes.emplace(std::move(character), c);
  }
  std::string encoded;
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80) {
      encoded += text[at++];
      continue;
    }
    const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    const auto found = bytes.find(text.substr(at, size));
    if (found == bytes.end()) return std::nullopt;
    encoded += found->second;
    at += size;
  }
  return encoded;
}

}  // namespace weir::sources
