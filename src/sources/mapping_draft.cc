#include "sources/mapping_draft.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include <fmt/ranges.h>

#include "base/text.h"
#include "model/records.h"

namespace weir::sources {
namespace {

using Pair = std::pair<std::string, std::string>;

// Words of SQL; as columns of a mapping they would have to be quoted. The generic form has the same.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kRenamed{
    {{"at", "happened_at"}, {"position", "place"}, {"interval", "every"}, {"value", "content"}}};

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') quoted += '\\';
    if (byte < 0x20 || byte == 0x7F) {
      quoted += fmt::format("\\u{:04X}", byte);
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string Listed(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  quoted.reserve(texts.size());
  for (const std::string& text : texts) quoted.push_back(Quoted(text));
  return fmt::format("[{}]", fmt::join(quoted, ", "));
}

std::string SqlText(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

const std::string* FindIn(const std::vector<Pair>& pairs, std::string_view name) {
  const auto found = std::ranges::find(pairs, name, &Pair::first);
  return found == pairs.end() ? nullptr : &found->second;
}

// "account.country" as account and country; "amount" as the draft's own table and amount.
struct FieldName {
  std::string table;
  std::string field;
  bool is_own = true;
};
FieldName Split(std::string_view table, std::string_view field) {
  const std::size_t point = field.find('.');
  if (point == std::string_view::npos) return {std::string(table), std::string(field), true};
  return {std::string(field.substr(0, point)), std::string(field.substr(point + 1)), false};
}

// The field that a completing one belongs to: "at" of "at.clock"; nothing for any other.
std::string_view CompletedBy(std::string_view field) {
  for (const std::string_view end : {kClockOf, kPerUnitOf}) {
    if (field.ends_with(end)) return field.substr(0, field.size() - end.size());
  }
  return {};
}

bool IsKeyField(std::string_view field) { return field == "key" || field.ends_with("_key"); }

// Writes a draft that has been found sound.
class DraftWriter {
 public:
  explicit DraftWriter(const MappingDraft& draft) : draft_(draft) {}

  Result<std::string> Write() {
    WEIR_TRY(Check());
    WriteHead();
    WriteColumns();
    WEIR_TRY(WriteOwnEmit());
    for (const std::string& table : ThingsSpokenOf()) WriteReferredEmit(table);
    return std::move(text_);
  }

 private:
  Status Check() {
    table_ = model::FindRecordTable(draft_.table);
    if (table_ == nullptr) return Fail(BadInput("choose what the rows of the file are").Field("table"));
    std::set<std::string> fields;
    for (const DraftColumn& column : draft_.columns) {
      if (column.field.empty()) continue;
      if (NormaliseHeader(column.header).empty()) {
        return Fail(BadInput("the header '{}' has neither letters nor digits", column.header).Field(column.field));
      }
      if (!Exists(column.field)) {
        return Fail(BadInput("{} has no field '{}'", draft_.table, column.field).Field(column.field));
      }
      if (!fields.insert(column.field).second) {
        return Fail(BadInput("the field '{}' is filled twice", column.field)
                        .Field(column.field)
                        .Mend("Let one of the columns be kept as it is"));
      }
    }
    if (fields.empty()) return Fail(BadInput("no column is mapped yet").Field("columns"));
    for (const std::string& field : draft_.key) {
      if (!fields.contains(field)) {
        return Fail(BadInput("the key '{}' is a field that no column fills", field).Field("key"));
      }
    }
    for (const auto* given : {&draft_.constants, &draft_.formulas}) {
      for (const auto& [field, value] : *given) {
        if (!Exists(field) || !CompletedBy(field).empty()) {
          return Fail(BadInput("{} has no field '{}'", draft_.table, field).Field(field));
        }
      }
    }
    return {};
  }

  bool Exists(const std::string& field) const {
    if (const std::string_view of = CompletedBy(field); !of.empty()) {
      const model::RecordColumn* column = of.find('.') == std::string_view::npos ? table_->Find(of) : nullptr;
      if (field.ends_with(kClockOf)) return column != nullptr && column->type == model::RecordType::kInstant;
      return column != nullptr && of == "amount" && table_->Find("quantity") != nullptr;
    }
    const FieldName name = Split(draft_.table, field);
    const model::RecordTable* table = model::FindRecordTable(name.table);
    if (table == nullptr || table->Find(name.field) == nullptr) return false;
    return name.is_own || (name.field != "key" && !ReferenceTo(name.table).empty());
  }

  // The field of the row whose value is the key of the thing; the first that a column fills, else the first of all.
  std::string ReferenceTo(std::string_view thing) const {
    std::string first;
    for (const Referred& referred : ReferredBy(draft_.table)) {
      if (referred.table != thing) continue;
      if (Column(referred.field) != nullptr) return referred.field;
      if (first.empty()) first = referred.field;
    }
    return first;
  }

  const DraftColumn* Column(std::string_view field) const {
    const auto found = std::ranges::find(draft_.columns, field, &DraftColumn::field);
    return found == draft_.columns.end() || field.empty() ? nullptr : &*found;
  }

  bool HasClock(std::string_view field) const { return Column(std::string(field) + std::string(kClockOf)) != nullptr; }

  ColumnType TypeOf(const DraftColumn& column) const {
    if (column.field.ends_with(kClockOf)) return ColumnType::kDurationS;
    return HasClock(column.field) ? ColumnType::kDate : column.type;
  }

  void Line(std::string_view line) { text_ += fmt::format("{}\n", line); }

  void WriteHead() {
    Line(fmt::format("source  = {}", Quoted(draft_.source)));
    Line(fmt::format("object  = {}", Quoted(draft_.object)));
    Line("version = 1");
    const std::string title = draft_.title.empty() ? draft_.object : draft_.title;
    Line(fmt::format("title   = {{ en = {0}, ru = {0} }}", Quoted(title)));
    Line("extent  = \"delta\"");
    if (!draft_.time_zone.empty()) Line(fmt::format("time_zone = {}", Quoted(draft_.time_zone)));
    Line("\n[recognise]");
    std::vector<std::string> require;
    for (const DraftColumn& column : draft_.columns) {
      if (!column.field.empty()) require.push_back(ColumnNameOf(column.field));
    }
    Line(fmt::format("require = {}", Listed(require)));
    if (!draft_.files.empty()) Line(fmt::format("files   = {}", Listed(draft_.files)));
    if (!draft_.records.empty() || draft_.fills_short_rows) Line("\n[read]");
    if (!draft_.records.empty()) Line(fmt::format("records = {}", Quoted(draft_.records)));
    if (draft_.fills_short_rows) Line("short_rows = \"fill\"");
    if (!draft_.key.empty()) {
      std::vector<std::string> key;
      key.reserve(draft_.key.size());
      for (const std::string& field : draft_.key) key.push_back(ColumnNameOf(field));
      Line(fmt::format("\n[key]\n{} = {}", key.size() == 1 ? "columns" : "natural", Listed(key)));
    }
    if (Column("modified_at") != nullptr) Line("\n[observed]\nmodified = [\"modified_at\"]");
  }

  void WriteColumns() {
    Line("\n[columns]");
    for (const DraftColumn& column : draft_.columns) {
      if (column.field.empty()) continue;
      std::string more;
      if (draft_.key.size() == 1 && draft_.key.front() == column.field) more += ", required = true";
      const FieldName name = Split(draft_.table, column.field);
      const std::string currency = name.is_own ? "currency" : name.table + ".currency";
      if (column.type == ColumnType::kMoney && Column(currency) != nullptr) {
        more += fmt::format(", currency = {}", Quoted(ColumnNameOf(currency)));
      }
      if (!column.decimal_mark.empty()) more += fmt::format(", decimal = {}", Quoted(column.decimal_mark));
      if (!column.formats.empty()) more += fmt::format(", formats = {}", Listed(column.formats));
      if (!column.nulls.empty()) more += fmt::format(", nulls = {}", Listed(column.nulls));
      if (!column.values.empty()) more += fmt::format(", values = {{ {} }}", ValuesOf(column));
      Line(fmt::format("{} = {{ type = {}, names = [{}]{} }}", ColumnNameOf(column.field),
                       Quoted(NameOf(TypeOf(column))), Quoted(column.header), more));
    }
  }

  static std::string ValuesOf(const DraftColumn& column) {
    std::vector<std::string> pairs;
    std::set<std::string> seen;
    for (const auto& [from, to] : column.values) {
      if (seen.insert(from).second) pairs.push_back(fmt::format("{} = {}", Quoted(from), Quoted(to)));
    }
    std::ranges::sort(pairs);
    return fmt::format("{}", fmt::join(pairs, ", "));
  }

  // What the field is in SQL over the mapping's columns; nothing where it is not filled.
  std::optional<std::string> Expression(const std::string& field) const {
    if (const std::string* formula = FindIn(draft_.formulas, field)) return *formula;
    if (const std::string* constant = FindIn(draft_.constants, field)) return SqlText(*constant);
    const DraftColumn* column = Column(field);
    if (column == nullptr && field == "amount" && Column("quantity") != nullptr &&
        Column("amount.per_unit") != nullptr) {
      return fmt::format("quantity * {}", ColumnNameOf("amount.per_unit"));
    }
    if (column == nullptr) return std::nullopt;
    std::string name = ColumnNameOf(field);
    if (HasClock(field)) return AtClock(name, ColumnNameOf(field + std::string(kClockOf)));
    const std::string_view own = std::string_view(field).substr(field.find('.') + 1);
    if (IsKeyField(own) && column->type == ColumnType::kName) return fmt::format("name_key({})", name);
    if (own == "currency") return fmt::format("upper({})", name);
    return name;
  }

  // The day of one column at the time of day of another, by the clock of the mapping's zone.
  std::string AtClock(const std::string& day, const std::string& clock) const {
    std::string moment = fmt::format("CAST({} AS TIMESTAMP) + to_seconds(coalesce({}, 0))", day, clock);
    if (draft_.time_zone.empty()) return moment;
    return fmt::format("first_passing({}, {})", moment, SqlText(draft_.time_zone));
  }

  Result<std::string> KeyExpression() const {
    if (const auto given = Expression("key")) return *given;
    std::vector<std::string> parts;
    parts.reserve(draft_.key.size());
    for (const std::string& field : draft_.key) {
      parts.push_back(fmt::format("CAST({} AS VARCHAR)", Expression(field).value_or(ColumnNameOf(field))));
    }
    if (parts.empty()) {
      return Fail(BadInput("records of table {} need a 'key'", draft_.table)
                      .Field("key")
                      .Mend("Choose the column that holds the id, or columns that together never repeat"));
    }
    return parts.size() == 1 ? parts.front() : fmt::format("concat_ws('|', {})", fmt::join(parts, ", "));
  }

  Status WriteOwnEmit() {
    Line(fmt::format("\n[[emit]]\ntable = {}\n[emit.set]", Quoted(draft_.table)));
    const bool has_key = table_->Find("key") != nullptr;
    if (has_key && (!table_->entity.empty() || !draft_.key.empty() || Column("key") != nullptr)) {
      WEIR_TRY(const std::string key, KeyExpression());
      Line(fmt::format("key = {}", Quoted(key)));
    }
    for (const model::RecordColumn& column : table_->columns) {
      if (column.name == "key") continue;
      auto expression = Expression(column.name);
      if (!expression && column.name == "account_key" && Column("account_name") != nullptr) {
        expression = "name_key(account_name)";
      }
      if (expression) Line(fmt::format("{} = {}", column.name, Quoted(*expression)));
    }
    return {};
  }

  // Things that get an emit of their own: some field of theirs is filled, or they are known by name alone.
  std::vector<std::string> ThingsSpokenOf() const {
    std::vector<std::string> things;
    const auto add = [&](const std::string& thing) {
      if (std::ranges::find(things, thing) == things.end()) things.push_back(thing);
    };
    for (const DraftColumn& column : draft_.columns) {
      const FieldName name = Split(draft_.table, column.field);
      if (!column.field.empty() && !name.is_own && CompletedBy(column.field).empty()) add(name.table);
    }
    for (const Referred& referred : ReferredBy(draft_.table)) {
      const DraftColumn* column = Column(referred.field);
      if (column != nullptr && column->type == ColumnType::kName) add(referred.table);
    }
    if (Column("account_name") != nullptr && Column("account_key") == nullptr &&
        table_->Find("account_key") != nullptr) {
      add("account");
    }
    return things;
  }

  void WriteReferredEmit(const std::string& thing) {
    const model::RecordTable* table = model::FindRecordTable(thing);
    const std::string reference = ReferenceTo(thing);
    const DraftColumn* by = Column(reference);
    auto key = Expression(reference);
    const bool is_by_own_name = !key && Column("account_name") != nullptr;
    if (is_by_own_name) key = "name_key(account_name)";
    if (table == nullptr || !key) return;  // nothing in the row says which thing it is
    Line(fmt::format("\n[[emit]]\ntable = {}\nwhen  = {}\n[emit.set]", Quoted(thing),
                     Quoted(fmt::format("{} IS NOT NULL", *key))));
    Line(fmt::format("key = {}", Quoted(*key)));
    for (const model::RecordColumn& column : table->columns) {
      if (column.name == "key") continue;
      auto expression = Expression(thing + "." + column.name);
      const bool is_name = column.name == "name" || column.name == "full_name";
      if (!expression && is_name && by != nullptr && by->type == ColumnType::kName)
        expression = ColumnNameOf(reference);
      if (!expression && is_name && is_by_own_name) expression = "account_name";
      // An amount of money is in the currency of the row.
      if (!expression && column.name == "currency") {
        const std::string* constant = FindIn(draft_.constants, "currency");
        if (constant != nullptr) expression = SqlText(*constant);
      }
      if (expression) Line(fmt::format("{} = {}", column.name, Quoted(*expression)));
    }
  }

  const MappingDraft& draft_;
  const model::RecordTable* table_ = nullptr;
  std::string text_;
};

}  // namespace

std::string ColumnNameOf(std::string_view field) {
  std::string name(field);
  for (const auto& [from, to] : kRenamed) {
    if (name == from) return std::string(to);
    if (name == std::string(from) + std::string(kClockOf)) return std::string(to) + "_clock";
  }
  std::ranges::replace(name, '.', '_');
  return name;
}

std::vector<Referred> ReferredBy(std::string_view table) {
  std::vector<Referred> found;
  const auto add = [&found](std::string_view from, const std::string& prefix, std::string_view not_back_to) {
    const model::RecordTable* records = model::FindRecordTable(from);
    if (records == nullptr) return;
    for (const model::RecordColumn& column : records->columns) {
      const auto entity = model::ReferredEntity(*records, column.name);
      const model::RecordTable* thing = entity ? model::FindRecordTable(*entity) : nullptr;
      if (thing == nullptr || thing->entity.empty() || *entity == from || *entity == not_back_to) continue;
      found.push_back({*entity, prefix + column.name});
    }
  };
  add(table, "", "");
  const std::vector<Referred> own = found;
  for (const Referred& through : own) add(through.table, through.table + ".", table);
  return found;
}

std::optional<ColumnType> TypeOfField(const MappingCatalog& catalog, std::string_view table, std::string_view field) {
  if (field.ends_with(kClockOf)) return ColumnType::kDurationS;
  if (field.ends_with(kPerUnitOf)) return ColumnType::kDecimal;
  const FieldName name = Split(table, field);
  const Mapping* generic = catalog.Find("generic", name.table);
  if (generic == nullptr) return std::nullopt;
  const auto column = generic->Find(ColumnNameOf(name.field));
  if (!column) return std::nullopt;
  return generic->columns[*column].type;
}

Result<std::string> ToToml(const MappingDraft& draft) { return DraftWriter(draft).Write(); }

}  // namespace weir::sources
