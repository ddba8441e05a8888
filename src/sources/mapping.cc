#include "sources/mapping.h"

#include <algorithm>
#include <array>

#include "base/random.h"
#include "base/time.h"
#include "model/records.h"
#include "sources/date_text.h"
#include "sources/toml_reader.h"

namespace weir::sources {
namespace {

struct TypeName {
  ColumnType type;
  std::string_view name;
  std::string_view sql;
};

constexpr std::array<TypeName, 22> kColumnTypes{{{ColumnType::kId, "id", "VARCHAR"},
                                                 {ColumnType::kText, "text", "VARCHAR"},
                                                 {ColumnType::kName, "name", "VARCHAR"},
                                                 {ColumnType::kInteger, "integer", "BIGINT"},
                                                 {ColumnType::kDecimal, "decimal", "DECIMAL(38,12)"},
                                                 {ColumnType::kMoney, "money", "DECIMAL(18,4)"},
                                                 {ColumnType::kPercent, "percent", "DECIMAL(18,9)"},
                                                 {ColumnType::kShare, "share", "DECIMAL(18,9)"},
                                                 {ColumnType::kMicros, "micros", "DECIMAL(18,4)"},
                                                 {ColumnType::kDate, "date", "DATE"},
                                                 {ColumnType::kInstant, "instant", "TIMESTAMP"},
                                                 {ColumnType::kEpoch, "epoch", "TIMESTAMP"},
                                                 {ColumnType::kEpochMs, "epoch_ms", "TIMESTAMP"},
                                                 {ColumnType::kBoolean, "boolean", "BOOLEAN"},
                                                 {ColumnType::kEmail, "email", "VARCHAR"},
                                                 {ColumnType::kPhone, "phone", "VARCHAR"},
                                                 {ColumnType::kDomain, "domain", "VARCHAR"},
                                                 {ColumnType::kUrl, "url", "VARCHAR"},
                                                 {ColumnType::kDurationS, "duration_s", "BIGINT"},
                                                 {ColumnType::kDurationMs, "duration_ms", "BIGINT"},
                                                 {ColumnType::kDurationMin, "duration_min", "BIGINT"},
                                                 {ColumnType::kJson, "json", "VARCHAR"}}};

constexpr std::array<std::string_view, 3> kExtents{"delta", "window", "full"};

bool IsMoment(ColumnType type) {
  return type == ColumnType::kDate || type == ColumnType::kInstant || type == ColumnType::kEpoch ||
         type == ColumnType::kEpochMs;
}

// Names become identifiers of the store and parts of addresses.
bool IsPlainName(std::string_view name) {
  if (name.empty() || name.size() > 60 || name.front() < 'a' || name.front() > 'z') return false;
  return std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(TrimBlanks(text.substr(0, end)));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

class MappingReader {
 public:
  explicit MappingReader(const TomlReader& toml) : toml_(toml) {}

  Result<Mapping> Read() {
    const toml::table& root = toml_.root();
    WEIR_TRY(toml_.OnlyKeys(
        root, {"source", "object", "version", "title", "note", "extent", "window", "window_by", "time_zone", "utc_if",
               "repeated_hour", "missing_hour", "recognise", "read", "key", "observed", "columns", "emit"}));
    WEIR_TRY(ReadHead(root));
    WEIR_TRY(ReadColumns(root));
    WEIR_TRY(ReadTime(root));
    WEIR_TRY(ReadRecognition(root));
    WEIR_TRY(ReadHints(root));
    WEIR_TRY(ReadKeys(root));
    WEIR_TRY(ReadEmits(root));
    return std::move(mapping_);
  }

 private:
  Status ReadHead(const toml::table& root) {
    WEIR_TRY(mapping_.source, toml_.RequiredText(root, "source"));
    WEIR_TRY(mapping_.object, toml_.RequiredText(root, "object"));
    for (const char* key : {"source", "object"}) {
      WEIR_TRY(const std::string name, toml_.Text(*root.get(key)));
      if (!IsPlainName(name) || name.find("__") != std::string::npos) {
        return Fail(toml_.At(
            *root.get(key),
            BadInput("'{}' is no name of a {}", name, key).Mend("Use small Latin letters, digits and single '_'")));
      }
    }
    if (const toml::node* version = root.get("version")) {
      if (!version->is_integer() || version->as_integer()->get() < 1) {
        return Fail(toml_.At(*version, BadInput("a version is a whole number from 1")));
      }
      mapping_.version = version->as_integer()->get();
    }
    WEIR_TRY(ReadTitle(root, "title", mapping_.title_en, mapping_.title_ru));
    return ReadTitle(root, "note", mapping_.note_en, mapping_.note_ru);
  }

  Status ReadTitle(const toml::table& root, std::string_view key, std::string& en, std::string& ru) {
    const toml::node* node = root.get(key);
    if (node == nullptr) return {};
    WEIR_TRY(const toml::table* table, toml_.Table(*node));
    WEIR_TRY(toml_.OnlyKeys(*table, {"en", "ru"}));
    WEIR_TRY(en, toml_.RequiredText(*table, "en"));
    WEIR_TRY(ru, toml_.TextOr(*table, "ru", en));
    return {};
  }

  Status ReadColumns(const toml::table& root) {
    const toml::node* node = root.get("columns");
    if (node == nullptr) return Fail(toml_.At(root, BadInput("a mapping needs [columns]")));
    WEIR_TRY(const toml::table* table, toml_.Table(*node));
    for (const auto& [name, body] : TomlReader::InOrder(*table)) {
      WEIR_TRY(const toml::table* column_table, toml_.Table(*body));
      WEIR_TRY(MappingColumn column, ReadColumn(name, *column_table));
      names_.push_back(column.name);
      mapping_.columns.push_back(std::move(column));
    }
    if (names_.empty()) return Fail(toml_.At(*node, BadInput("a mapping needs at least one column")));
    for (const MappingColumn& column : mapping_.columns) {
      if (!column.currency.empty()) {
        const toml::node& at = *table->get(column.name)->as_table()->get("currency");
        WEIR_TRY(CheckColumn(at, column.currency));
      }
    }
    return {};
  }

  Result<MappingColumn> ReadColumn(std::string_view name, const toml::table& table) {
    if (!IsPlainName(name) || name.substr(0, 2) == "x_") {
      return Fail(
          toml_.At(table, BadInput("'{}' is no name of a column", name)
                              .Mend("Use small Latin letters, digits and '_'; x_ is kept for unmapped columns")));
    }
    WEIR_TRY(toml_.OnlyKeys(table, {"type", "names", "required", "currency", "minor", "decimal", "formats", "nulls",
                                    "time_zone", "values"}));
    MappingColumn column;
    column.name = name;
    WEIR_TRY(const std::string type, toml_.RequiredText(table, "type"));
    WEIR_TRY(column.type, ReadType(*table.get("type"), type));
    WEIR_TRY(column.names, toml_.TextsOr(table, "names"));
    if (column.names.empty()) column.names = {column.name};
    for (const std::string& header : column.names) {
      std::string normalised = NormaliseHeader(header);
      if (normalised.empty()) {
        return Fail(toml_.At(*table.get("names"), BadInput("the header '{}' has neither letters nor digits", header)));
      }
      if (std::ranges::find(column.headers, normalised) == column.headers.end()) {
        column.headers.push_back(std::move(normalised));
      }
    }
    WEIR_TRY(column.is_required, toml_.BooleanOr(table, "required", false));
    WEIR_TRY(column.currency, toml_.TextOr(table, "currency", ""));
    WEIR_TRY(column.is_minor, toml_.BooleanOr(table, "minor", false));
    WEIR_TRY(column.formats, toml_.TextsOr(table, "formats"));
    for (const std::string& format : column.formats) {
      if (const auto fault = FaultOfFormat(format)) {
        return Fail(toml_.At(*table.get("formats"), BadInput("the format '{}' cannot be used: {}", format, *fault)));
      }
    }
    WEIR_TRY(column.time_zone, toml_.TextOr(table, "time_zone", ""));
    WEIR_TRY(CheckZone(table, column.time_zone));
    WEIR_TRY(ReadDecimalMark(table, column));
    WEIR_TRY(ReadWords(table, column));
    return column;
  }

  Result<ColumnType> ReadType(const toml::node& node, const std::string& name) {
    if (const auto type = FindColumnType(name)) return *type;
    std::vector<std::string> known;
    known.reserve(std::size(kColumnTypes));
    for (const TypeName& type : kColumnTypes) known.emplace_back(type.name);
    return Fail(toml_.At(node, UnknownName(MakePhrase("column type"), name, known)));
  }

  Status ReadDecimalMark(const toml::table& table, MappingColumn& column) {
    WEIR_TRY(const std::string mark, toml_.TextOr(table, "decimal", ""));
    if (mark.empty()) return {};
    if (mark != "." && mark != ",") {
      return Fail(toml_.At(*table.get("decimal"), BadInput("a decimal mark is '.' or ','")));
    }
    column.decimal_mark = mark.front();
    return {};
  }

  Status ReadWords(const toml::table& table, MappingColumn& column) {
    WEIR_TRY(const std::vector<std::string> nulls, toml_.TextsOr(table, "nulls"));
    for (const std::string& word : nulls) column.nulls.push_back(FoldCase(word));
    const toml::node* node = table.get("values");
    if (node == nullptr) return {};
    WEIR_TRY(const toml::table* values, toml_.Table(*node));
    for (const auto& [from, to] : *values) {
      WEIR_TRY(std::string replacement, toml_.Text(to));
      column.values.emplace_back(FoldCase(from.str()), std::move(replacement));
    }
    std::ranges::sort(column.values);
    return {};
  }

  Status ReadTime(const toml::table& root) {
    WEIR_TRY(const std::string extent, toml_.TextOr(root, "extent", "delta"));
    const auto found = std::ranges::find(kExtents, extent);
    if (found == kExtents.end()) {
      return Fail(toml_.At(*root.get("extent"), BadInput("an extent is full, delta or window, not '{}'", extent)));
    }
    mapping_.extent = static_cast<Extent>(found - kExtents.begin());
    WEIR_TRY(mapping_.window, toml_.TextOr(root, "window", ""));
    if ((mapping_.extent == Extent::kWindow) == mapping_.window.empty()) {
      return Fail(toml_.At(root, BadInput("extent \"window\" and the key 'window' go together")));
    }
    if (!mapping_.window.empty()) WEIR_TRY(CheckMoment(*root.get("window"), mapping_.window));
    WEIR_TRY(mapping_.window_by, toml_.TextsOr(root, "window_by"));
    if (!mapping_.window_by.empty() && mapping_.window.empty()) {
      return Fail(toml_.At(*root.get("window_by"), BadInput("'window_by' parts a window, and there is none")));
    }
    for (const std::string& column : mapping_.window_by) WEIR_TRY(CheckColumn(*root.get("window_by"), column));
    WEIR_TRY(mapping_.time_zone, toml_.TextOr(root, "time_zone", ""));
    WEIR_TRY(CheckZone(root, mapping_.time_zone));
    WEIR_TRY(const std::vector<std::string> utc_if, toml_.TextsOr(root, "utc_if"));
    for (const std::string& header : utc_if) mapping_.utc_if.push_back(NormaliseHeader(header));
    WEIR_TRY(const std::string repeated, toml_.TextOr(root, "repeated_hour", "first"));
    WEIR_TRY(const std::string missing, toml_.TextOr(root, "missing_hour", "forward"));
    if (repeated == "second")
      mapping_.repeated_hour = RepeatedHour::kSecond;
    else if (repeated == "quarantine")
      mapping_.repeated_hour = RepeatedHour::kQuarantine;
    else if (repeated != "first") {
      return Fail(toml_.At(*root.get("repeated_hour"), BadInput("repeated_hour is first, second or quarantine")));
    }
    if (missing == "quarantine")
      mapping_.missing_hour = MissingHour::kQuarantine;
    else if (missing != "forward") {
      return Fail(toml_.At(*root.get("missing_hour"), BadInput("missing_hour is forward or quarantine")));
    }
    return {};
  }

  Status ReadRecognition(const toml::table& root) {
    const toml::node* node = root.get("recognise");
    if (node == nullptr) return Fail(toml_.At(root, BadInput("a mapping needs [recognise]")));
    WEIR_TRY(const toml::table* table, toml_.Table(*node));
    WEIR_TRY(toml_.OnlyKeys(*table, {"require", "files", "forbid", "prefixes", "values", "named"}));
    WEIR_TRY(const std::vector<std::string> require, toml_.TextsOr(*table, "require"));
    if (require.empty()) return Fail(toml_.At(*table, BadInput("'require' must name at least one column")));
    for (const std::string& group : require) {
      const std::vector<std::string> choices = Split(group, '|');
      for (const std::string& choice : choices) WEIR_TRY(CheckColumn(*table->get("require"), choice));
      mapping_.recognition.require.push_back(choices);
    }
    WEIR_TRY(mapping_.recognition.files, toml_.TextsOr(*table, "files"));
    WEIR_TRY(const std::vector<std::string> forbid, toml_.TextsOr(*table, "forbid"));
    for (const std::string& header : forbid) mapping_.recognition.forbid.push_back(NormaliseHeader(header));
    WEIR_TRY(const std::vector<std::string> prefixes, toml_.TextsOr(*table, "prefixes"));
    for (const std::string& prefix : prefixes) mapping_.recognition.prefixes.push_back(NormaliseHeader(prefix) + "_");
    WEIR_TRY(mapping_.recognition.needs_name, toml_.BooleanOr(*table, "named", false));
    const toml::node* values = table->get("values");
    if (values == nullptr) return {};
    WEIR_TRY(const toml::table* value_table, toml_.Table(*values));
    for (const auto& [header, globs] : TomlReader::InOrder(*value_table)) {
      WEIR_TRY(std::vector<std::string> texts, toml_.Texts(*globs));
      mapping_.recognition.values.emplace_back(NormaliseHeader(header), std::move(texts));
    }
    return {};
  }

  Status ReadHints(const toml::table& root) {
    const toml::node* node = root.get("read");
    if (node == nullptr) return {};
    WEIR_TRY(const toml::table* table, toml_.Table(*node));
    WEIR_TRY(toml_.OnlyKeys(*table, {"encoding", "separator", "records", "skip", "short_rows"}));
    WEIR_TRY(const std::string encoding, toml_.TextOr(*table, "encoding", ""));
    if (!encoding.empty()) {
      mapping_.reading.encoding = FindEncoding(encoding);
      if (!mapping_.reading.encoding) {
        return Fail(toml_.At(*table->get("encoding"), BadInput("unknown encoding '{}'", encoding)
                                                          .Mend("Known are utf-8, utf-16le, utf-16be, windows-1251 and "
                                                                "windows-1252")));
      }
    }
    WEIR_TRY(const std::string separator, toml_.TextOr(*table, "separator", ""));
    if (separator.size() > 1 || separator == "\"" || separator == "\n" || separator == "\r") {
      return Fail(toml_.At(*table->get("separator"), BadInput("a separator is one character, such as ';' or '\\t'")));
    }
    if (!separator.empty()) mapping_.reading.separator = separator.front();
    WEIR_TRY(mapping_.reading.records, toml_.TextOr(*table, "records", ""));
    WEIR_TRY(mapping_.reading.skip, toml_.TextsOr(*table, "skip"));
    WEIR_TRY(const std::string short_rows, toml_.TextOr(*table, "short_rows", "quarantine"));
    if (short_rows != "fill" && short_rows != "quarantine") {
      return Fail(toml_.At(*table->get("short_rows"), BadInput("short_rows is fill or quarantine")));
    }
    mapping_.reading.fills_short_rows = short_rows == "fill";
    return {};
  }

  Status ReadKeys(const toml::table& root) {
    if (const toml::node* node = root.get("key")) {
      WEIR_TRY(const toml::table* table, toml_.Table(*node));
      WEIR_TRY(toml_.OnlyKeys(*table, {"columns", "natural"}));
      WEIR_TRY(mapping_.key, toml_.TextsOr(*table, "columns"));
      WEIR_TRY(mapping_.natural_key, toml_.TextsOr(*table, "natural"));
      for (const std::string& column : mapping_.key) WEIR_TRY(CheckColumn(*table->get("columns"), column));
      for (std::string& column : mapping_.natural_key) {
        if (column.ends_with('?')) {
          column.pop_back();
          mapping_.optional_key.push_back(column);
        }
        WEIR_TRY(CheckColumn(*table->get("natural"), column));
      }
    }
    if (const toml::node* node = root.get("observed")) {
      WEIR_TRY(const toml::table* table, toml_.Table(*node));
      WEIR_TRY(toml_.OnlyKeys(*table, {"modified", "since"}));
      WEIR_TRY(mapping_.modified, toml_.TextsOr(*table, "modified"));
      for (const std::string& column : mapping_.modified) WEIR_TRY(CheckMoment(*table->get("modified"), column));
      WEIR_TRY(mapping_.since, toml_.TextOr(*table, "since", ""));
      if (!mapping_.since.empty()) WEIR_TRY(CheckMoment(*table->get("since"), mapping_.since));
    }
    return {};
  }

  Status ReadEmits(const toml::table& root) {
    const toml::node* node = root.get("emit");
    if (node == nullptr) return {};
    const toml::array* array = node->as_array();
    if (array == nullptr) return Fail(toml_.At(*node, BadInput("write [[emit]] with two brackets")));
    for (const toml::node& element : *array) {
      WEIR_TRY(const toml::table* table, toml_.Table(element));
      WEIR_TRY(Emit emit, ReadEmit(*table));
      mapping_.emits.push_back(std::move(emit));
    }
    return {};
  }

  Result<Emit> ReadEmit(const toml::table& table) {
    WEIR_TRY(toml_.OnlyKeys(table, {"table", "when", "deleted", "set"}));
    Emit emit;
    emit.line = table.source().begin.line;
    WEIR_TRY(emit.table, toml_.RequiredText(table, "table"));
    const model::RecordTable* records = model::FindRecordTable(emit.table);
    if (records == nullptr) {
      std::vector<std::string> known;
      for (const model::RecordTable& known_table : model::RecordTables()) known.push_back(known_table.name);
      return Fail(toml_.At(*table.get("table"), UnknownName(MakePhrase("record table"), emit.table, known)));
    }
    WEIR_TRY(emit.when, toml_.TextOr(table, "when", ""));
    WEIR_TRY(emit.deleted, toml_.TextOr(table, "deleted", ""));
    const toml::node* set_node = table.get("set");
    if (set_node == nullptr) return Fail(toml_.At(table, BadInput("an emit needs [emit.set]")));
    WEIR_TRY(const toml::table* set, toml_.Table(*set_node));
    for (const auto& [column, expression] : TomlReader::InOrder(*set)) {
      if (records->Find(column) == nullptr) {
        std::vector<std::string> known;
        known.reserve(records->columns.size());
        for (const model::RecordColumn& known_column : records->columns) known.push_back(known_column.name);
        return Fail(
            toml_.At(*expression, UnknownName(MakePhrase("column of record table {}", emit.table), column, known)));
      }
      WEIR_TRY(std::string sql, toml_.Text(*expression));
      emit.set.emplace_back(column, std::move(sql));
    }
    if (!records->entity.empty() && set->get("key") == nullptr) {
      return Fail(toml_.At(*set_node, BadInput("records of table {} need a 'key'", emit.table)));
    }
    return emit;
  }

  Status CheckZone(const toml::table& table, const std::string& name) {
    if (name.empty()) return {};
    const auto zone = TimeZone::Find(name);
    if (!zone) return Fail(toml_.At(*table.get("time_zone"), zone.error()));
    return {};
  }

  Status CheckColumn(const toml::node& at, const std::string& column) {
    if (std::ranges::find(names_, column) != names_.end()) return {};
    return Fail(toml_.At(at, UnknownName(MakePhrase("column"), column, names_)));
  }

  Status CheckMoment(const toml::node& at, const std::string& column) {
    WEIR_TRY(CheckColumn(at, column));
    const ColumnType type = mapping_.columns[*mapping_.Find(column)].type;
    if (IsMoment(type)) return {};
    return Fail(toml_.At(at, BadInput("column '{}' is a {}; a date or an instant is needed", column, NameOf(type))));
  }

  const TomlReader& toml_;
  Mapping mapping_;
  std::vector<std::string> names_;
};

}  // namespace

std::string_view NameOf(ColumnType type) { return kColumnTypes.at(static_cast<std::size_t>(type)).name; }

std::optional<ColumnType> FindColumnType(std::string_view name) {
  const auto found = std::ranges::find(kColumnTypes, name, &TypeName::name);
  if (found == kColumnTypes.end()) return std::nullopt;
  return found->type;
}

std::string_view SqlTypeOf(ColumnType type) { return kColumnTypes.at(static_cast<std::size_t>(type)).sql; }

std::string_view NameOf(Extent extent) { return kExtents.at(static_cast<std::size_t>(extent)); }

bool Mapping::IsOptionalKey(std::string_view column) const {
  return std::ranges::find(optional_key, column) != optional_key.end();
}

std::optional<std::size_t> Mapping::Find(std::string_view column) const {
  const auto found = std::ranges::find(columns, column, &MappingColumn::name);
  if (found == columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns.begin());
}

ReadOptions ReadOptionsOf(const Mapping& mapping) {
  ReadOptions options;
  options.encoding = mapping.reading.encoding;
  options.separator = mapping.reading.separator;
  options.skip = mapping.reading.skip;
  options.fills_short_rows = mapping.reading.fills_short_rows;
  return options;
}

Result<Mapping> ParseMapping(std::string_view toml, std::string_view file_name) {
  WEIR_TRY(TomlReader reader, TomlReader::Parse(toml, file_name));
  WEIR_TRY(Mapping mapping, MappingReader(reader).Read());
  mapping.file_name = file_name;
  mapping.fingerprint = HashText(toml);
  return mapping;
}

}  // namespace weir::sources
