#include "hygiene/fields.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "hygiene/picklists.h"
#include "store/database.h"

namespace weir::hygiene {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::Of;
using analysis::OrNull;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

constexpr double kMostlyFilled = 0.5;    // one value in few records says little
constexpr double kAlmost = 0.98;         // one value in so many records
constexpr std::int64_t kFewValues = 12;  // of which the most frequent one is looked for
constexpr std::int64_t kLeastDistinct = 2;

struct FieldsParams {
  std::string source;
  std::string entity;
  std::int64_t seconds = 20;
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "source", .help = {"Only this source", "Только этот источник"}}, source);
    visitor.Add({.name = "entity",
                 .help = {"Only these records", "Только такие записи"},
                 .allowed = {"account", "person", "deal", "lead", "ticket", "contract", "subscription"}},
                entity);
    visitor.Add({.name = "seconds", .help = {"What one edit takes, in seconds", "Сколько длится одна правка, секунд"}},
                seconds);
  }
};

TableSpec FieldsTable() {
  return {.name = "fields",
          .title = {"Fields: cost and use", "Поля: цена и польза"},
          .key = {"source", "object", "header"},
          .columns = {
              TextOf("source", "Source", "Источник"), TextOf("object", "Object", "Объект"),
              TextOf("header", "Field", "Поле"), TextOf("entity", "Records", "Записи"), TextOf("type", "Type", "Тип"),
              TextOf("state", "State: never_filled, always_same, almost_always_same, typed_for_nothing, unused, used",
                     "Состояние: never_filled — всегда пусто, always_same — всегда одно значение, "
                     "almost_always_same — почти всегда одно, typed_for_nothing — заполняют зря, unused — не "
                     "используется, used — используется"),
              Of("filled_share", ColumnType::kShare, "Filled", "Заполнено", "share"),
              CountOf("distinct", "Different values", "Разных значений"),
              TextOf("top_value", "Most frequent value", "Самое частое значение"),
              Of("top_share", ColumnType::kShare, "In so many records", "В такой доле записей", "share"),
              CountOf("edits", "Edits", "Правок"), CountOf("by_hand", "Of them by hand", "Из них вручную"),
              CountOf("editors", "People who typed", "Кто вводил, человек"),
              Of("minutes", ColumnType::kInteger, "Minutes of typing", "Минут на ввод", "minutes"),
              CountOf("uses", "Uses", "Использований"), TextOf("used_by", "Who uses it", "Кто использует")}};
}

// What the model makes of a header: columns of it, and who reads those.
struct Meaning {
  std::set<std::string> entities;
  std::int64_t uses = 0;
  std::string used_by;
  std::string view;  // where its values can be counted
  std::string column;
};
using HeaderKey = std::pair<std::string, std::string>;  // "source/object", header

// "account" of "account" and of "ext_hubspot__company__account"; empty where it describes no record.
std::string EntityOf(const std::string& object) {
  static constexpr std::array<std::string_view, 7> kEntities{"account", "person",   "deal",        "lead",
                                                             "ticket",  "contract", "subscription"};
  for (const std::string_view entity : kEntities) {
    if (object == entity || (object.starts_with("ext_") && object.ends_with(fmt::format("__{}", entity))))
      return std::string(entity);
  }
  return {};
}

// "hubspot/company: City; salesforce/account: BillingCity, City" of the catalogue of data.
void AddSources(const std::string& text, const std::string& object, const std::string& column, std::int64_t uses,
                const std::string& used_by, std::map<HeaderKey, Meaning>& meanings) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = rest.find("; ");
    std::string_view one = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 2);
    const std::size_t colon = one.find(": ");
    if (colon == std::string_view::npos) continue;
    const std::string from(one.substr(0, colon));
    one.remove_prefix(colon + 2);
    while (!one.empty()) {
      const std::size_t comma = one.find(", ");
      Meaning& meaning = meanings[{from, std::string(one.substr(0, comma))}];
      meaning.entities.insert(EntityOf(object));
      if (uses > meaning.uses || meaning.column.empty()) {
        meaning.uses = uses;
        meaning.used_by = used_by;
        meaning.view = object;
        meaning.column = column;
      }
      one = comma == std::string_view::npos ? std::string_view() : one.substr(comma + 2);
    }
  }
}

Result<std::map<HeaderKey, Meaning>> ReadMeanings(Context& context) {
  WEIR_TRY(const Output catalog, context.Run("data.catalog", {}));
  const Table& columns = *catalog.Find("columns");
  std::map<HeaderKey, Meaning> meanings;
  for (const auto& row : columns.rows) {
    const auto text = [&](std::string_view name) { return store::ToText(row[columns.IndexOf(name)]); };
    if (text("origin") != "source" || EntityOf(text("object")).empty()) continue;
    const auto* uses = std::get_if<std::int64_t>(&row[columns.IndexOf("uses")]);
    AddSources(text("sources"), text("object"), text("column"), uses == nullptr ? 0 : *uses, text("used_by"), meanings);
  }
  return meanings;
}

struct Typed {
  std::int64_t edits = 0;
  std::int64_t by_hand = 0;
  std::int64_t editors = 0;
};
using TypedKey = std::tuple<std::string, std::string, std::string>;  // source, entity, word of the field

Result<std::map<TypedKey, Typed>> ReadTyped(Context& context) {
  WEIR_TRY(const store::Rows rows,
           context.session().Query(
               "SELECT source, entity, field, count(*), count(*) FILTER (WHERE way = 'person'), "
               "count(DISTINCT CASE WHEN way = 'person' THEN by_id END) FROM scoped.field_write GROUP BY "
               "source, entity, field ORDER BY source NULLS LAST, entity NULLS LAST, field NULLS LAST"));
  std::map<TypedKey, Typed> typed;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    typed[{rows.TextAt(i, 0), rows.TextAt(i, 1), rows.TextAt(i, 2)}] = {rows.IntegerAt(i, 3), rows.IntegerAt(i, 4),
                                                                        rows.IntegerAt(i, 5)};
  }
  return typed;
}

// The word of each header, as histories of edits are told by it.
Result<std::map<std::string, std::string>> ReadWords(const std::set<std::string>& headers, Context& context) {
  std::map<std::string, std::string> words;
  if (headers.empty()) return words;
  std::string list;
  for (const std::string& header : headers) list += (list.empty() ? "(" : ", (") + store::QuoteText(header) + ")";
  WEIR_TRY(const store::Rows rows, context.session().Query(fmt::format(
                                       "SELECT header, field_word(header) FROM (VALUES {}) AS headers(header)", list)));
  for (std::size_t i = 0; i < rows.size(); ++i) words[rows.TextAt(i, 0)] = rows.TextAt(i, 1);
  return words;
}

struct Top {
  std::string value;
  double share = 0;
};

// Of an owner the column has our id, which tells people nothing.
Result<std::string> NameOfValue(const std::string& column, std::string value, Context& context) {
  if (!column.ends_with("_id")) return value;
  const std::array<Value, 1> values{value};
  WEIR_TRY(const store::Rows rows,
           context.session().Query("SELECT name FROM scoped.member WHERE member_id = ? AND name IS NOT NULL", values));
  return rows.size() == 0 ? std::move(value) : rows.TextAt(0, 0);
}

Result<std::optional<Top>> TopOf(const Meaning& meaning, Context& context) {
  const std::string column = store::QuoteName(meaning.column);
  WEIR_TRY(const store::Rows rows,
           context.session().Query(fmt::format(
               "SELECT CAST({0} AS VARCHAR) AS value, count(*) AS records, CAST(sum(count(*)) OVER () AS BIGINT) AS "
               "whole FROM scoped.{1} "
               "WHERE {0} IS NOT NULL GROUP BY 1 ORDER BY records DESC NULLS LAST, value NULLS LAST LIMIT 1",
               column, store::QuoteName(meaning.view))));
  if (rows.size() == 0) return std::optional<Top>();
  WEIR_TRY(std::string value, NameOfValue(meaning.column, rows.TextAt(0, 0), context));
  return std::optional(
      Top{std::move(value), static_cast<double>(rows.IntegerAt(0, 1)) / static_cast<double>(rows.IntegerAt(0, 2))});
}

std::string StateOf(double filled, std::int64_t distinct, const std::optional<Top>& top, const Typed& typed,
                    std::int64_t uses) {
  if (filled == 0) return "never_filled";
  if (distinct == 1 && filled >= kMostlyFilled) return "always_same";
  if (top && top->share >= kAlmost) return "almost_always_same";
  if (uses > 0) return "used";
  return typed.by_hand > 0 ? "typed_for_nothing" : "unused";
}

double ShareAt(const Value& value) {
  if (const auto* decimal = std::get_if<Decimal>(&value)) return ToDouble(*decimal);
  const auto* number = std::get_if<double>(&value);
  return number == nullptr ? 0 : *number;
}

// Without the kept rests of mapped cells and the stamps of connectors.
bool IsField(const std::string& header, const std::string& column, const std::string& mapped_to) {
  return !header.empty() && !header.starts_with('_') && (!mapped_to.empty() || column.starts_with("x_"));
}

class FieldMaker {
 public:
  FieldMaker(const FieldsParams& params, Context& context) : params_(params), context_(context) {}

  Result<Table> Make() {
    WEIR_TRY(const Output sources, context_.Run("sources", {}));
    WEIR_TRY(meanings_, ReadMeanings(context_));
    WEIR_TRY(typed_, ReadTyped(context_));
    const Table& columns = *sources.Find("columns");
    std::set<std::string> headers;
    for (const auto& row : columns.rows) headers.insert(store::ToText(row[columns.IndexOf("header")]));
    WEIR_TRY(words_, ReadWords(headers, context_));
    for (const auto& row : columns.rows) WEIR_TRY(Add(columns, row));
    // What costs most and serves least first.
    std::ranges::stable_sort(table_.rows, {}, [](const std::vector<Value>& row) {
      return std::tuple(-std::get<std::int64_t>(row[10]), store::ToText(row[0]), store::ToText(row[1]),
                        store::ToText(row[2]));
    });
    return std::move(table_);
  }

 private:
  Status Add(const Table& columns, const std::vector<Value>& row) {
    const auto text = [&](std::string_view name) { return store::ToText(row[columns.IndexOf(name)]); };
    const std::string source = text("source");
    const std::string object = text("object");
    const std::string header = text("header");
    const std::string mapped_to = text("mapped_to");
    if (!IsField(header, text("column"), mapped_to) || (!params_.source.empty() && source != params_.source)) return {};
    if (!done_.insert(std::tuple(source, object, header)).second) return {};
    const auto found = meanings_.find({fmt::format("{}/{}", source, object), header});
    const Meaning meaning = found == meanings_.end() ? Meaning{} : found->second;
    const std::string entity = meaning.entities.empty() ? EntityNamed(source, object) : *meaning.entities.begin();
    if (entity.empty() || (!params_.entity.empty() && entity != params_.entity)) return {};
    const double filled = ShareAt(row[columns.IndexOf("filled_share")]);
    const std::int64_t distinct = std::get<std::int64_t>(row[columns.IndexOf("distinct")]);
    std::optional<Top> top;
    if (distinct >= kLeastDistinct && distinct <= kFewValues && !meaning.column.empty()) {
      WEIR_TRY(top, TopOf(meaning, context_));
    }
    Typed typed;
    for (const std::string& word : {words_[header], mapped_to}) {
      const auto edits = typed_.find({source, entity, word});
      if (edits == typed_.end()) continue;
      typed = edits->second;
      break;
    }
    table_.rows.push_back({source, object, header, entity, text("type"),
                           StateOf(filled, distinct, top, typed, meaning.uses), row[columns.IndexOf("filled_share")],
                           distinct, top ? Value(top->value) : Value(), top ? Value(top->share) : Value(), typed.edits,
                           typed.by_hand, typed.editors, typed.by_hand * params_.seconds / 60, meaning.uses,
                           OrNull(meaning.used_by)});
    return {};
  }

  // Of a field that nothing reads: what its object is about, by its other fields.
  std::string EntityNamed(const std::string& source, const std::string& object) {
    const std::string from = fmt::format("{}/{}", source, object);
    const auto next = meanings_.lower_bound({from, ""});
    return next == meanings_.end() || next->first.first != from || next->second.entities.empty()
               ? std::string()
               : *next->second.entities.begin();
  }

  const FieldsParams& params_;
  Context& context_;
  std::map<HeaderKey, Meaning> meanings_;
  std::map<TypedKey, Typed> typed_;
  std::map<std::string, std::string> words_;
  std::set<std::tuple<std::string, std::string, std::string>> done_;
  Table table_ = analysis::EmptyTable(FieldsTable());
};

Result<Output> RunFields(const FieldsParams& params, Context& context) {
  constexpr std::int64_t kMostSeconds = 3600;
  if (params.seconds < 1 || params.seconds > kMostSeconds) {
    return Fail(
        BadUsage("'{}' is not a number of seconds from 1 to {}", params.seconds, kMostSeconds).Field("seconds"));
  }
  Output output;
  WEIR_TRY(Table fields, FieldMaker(params, context).Make());
  output.tables.push_back(std::move(fields));
  WEIR_TRY(Table values, FindSpellings(params.entity, context));
  output.tables.push_back(std::move(values));
  WEIR_TRY(Table pairs, FindPairs(params.entity, context));
  output.tables.push_back(std::move(pairs));
  WEIR_TRY(const store::Rows told,
           context.session().Query("SELECT count(*) FROM (SELECT 1 FROM scoped.field_write LIMIT 1) AS written"));
  output.history = told.IntegerAt(0, 0) > 0 ? analysis::History::kPartial : analysis::History::kNone;
  return output;
}

}  // namespace

std::vector<analysis::Analysis> FieldAnalyses() {
  std::vector<analysis::Analysis> all;
  all.push_back(analysis::Declare<FieldsParams>(
      {.id = "hygiene.fields",
       .title = {"Fields: cost and use", "Поля: цена и польза"},
       .help =
           {"What every field of every source costs (how often it is typed, by how many people, minutes) against what "
            "it "
            "is good for (filled, varying, read by a metric, a rule, a query); fields that say the same, and values of "
            "picklists that are spellings of one another",
            "Чего стоит каждое поле каждого источника (как часто его вводят, сколько людей, минуты) и что оно даёт "
            "(заполнено ли, меняется ли, читает ли его показатель, правило или запрос); поля об одном и том же и "
            "значения справочников, написанные по-разному"},
       .asks = {"sources", "data.catalog"},
       .needs = {"field_write", "account", "person", "deal", "lead", "member"},
       .tables = {FieldsTable(), ValuesTable(), PairsTable()}},
      &RunFields));
  all.push_back(HoldersAnalysis());
  return all;
}

}  // namespace weir::hygiene
