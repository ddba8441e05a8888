#include "customers/fields.h"

#include <algorithm>
#include <map>

#include "analysis/tables.h"
#include "base/text.h"
#include "customers/columns.h"
#include "customers/sections.h"
#include "store/database.h"

namespace weir::customers {
namespace {

using analysis::Context;
using analysis::TableSpec;
using store::Value;

FieldSpec Field(std::string name, ColumnType type, std::string en, std::string ru) {
  return {.name = std::move(name), .type = type, .title = {std::move(en), std::move(ru)}};
}
FieldSpec Words(std::string name, std::string en, std::string ru) {
  return Field(std::move(name), ColumnType::kText, std::move(en), std::move(ru));
}

std::vector<FieldSpec> AccountFields() {
  return {Words("name", "Name", "Название"),
          Words("legal_name", "Legal name", "Юридическое название"),
          Words("domain", "Domain", "Домен"),
          Words("website", "Web site", "Сайт"),
          Words("email", "E-mail", "Эл. почта"),
          Words("phone", "Phone", "Телефон"),
          Words("tax_id", "Tax id", "ИНН"),
          Words("country", "Country", "Страна"),
          Words("region", "Region", "Регион"),
          Words("city", "City", "Город"),
          Words("industry", "Industry", "Отрасль"),
          Field("employees", ColumnType::kInteger, "Employees", "Сотрудников"),
          Field("annual_revenue", ColumnType::kDecimal, "Annual revenue", "Годовая выручка"),
          Words("currency", "Currency", "Валюта"),
          Words("segment", "Segment", "Сегмент"),
          Words("type", "Type", "Тип"),
          Words("owner", "Owner", "Ответственный"),
          Field("created_at", ColumnType::kInstant, "Created", "Создана")};
}

std::vector<FieldSpec> PersonFields() {
  return {Words("full_name", "Name", "Имя"),
          Words("title", "Job title", "Должность"),
          Words("account", "Company", "Компания"),
          Words("email", "E-mail", "Эл. почта"),
          Words("phone", "Phone", "Телефон"),
          Words("mobile", "Mobile", "Мобильный"),
          Words("country", "Country", "Страна"),
          Words("city", "City", "Город"),
          Words("lifecycle_stage", "Lifecycle stage", "Стадия"),
          Words("lead_source", "Lead source", "Источник"),
          Words("owner", "Owner", "Ответственный"),
          Field("created_at", ColumnType::kInstant, "Created", "Создан")};
}

std::vector<FieldSpec> DealFields() {
  return {Words("name", "Name", "Название"),
          Words("stage", "Stage", "Этап"),
          Words("pipeline", "Pipeline", "Воронка"),
          Field("amount", ColumnType::kDecimal, "Amount", "Сумма"),
          Words("currency", "Currency", "Валюта"),
          Field("close_date", ColumnType::kDate, "Close date", "Дата закрытия"),
          Field("probability", ColumnType::kShare, "Probability", "Вероятность"),
          Words("forecast_category", "Forecast category", "Категория прогноза"),
          Words("type", "Type", "Тип"),
          Words("lead_source", "Lead source", "Источник лида"),
          Words("next_step", "Next step", "Следующий шаг"),
          Words("loss_reason", "Reason of loss", "Причина проигрыша"),
          Words("owner", "Owner", "Ответственный"),
          Field("created_at", ColumnType::kInstant, "Created", "Создана"),
          Field("closed_at", ColumnType::kInstant, "Closed", "Закрыта")};
}

// What one record of a source says of a field now, and since when it says so.
struct Said {
  std::string source;
  std::string object;
  std::string source_id;
  Value value;
  Instant known_at;
  Instant seen_at;           // of the newest observation
  std::string cleaned = {};  // by which recipe, "3@2"; empty where the source itself says so
};

// The columns of record tables of which a field is made.
std::vector<std::string_view> ColumnsBehind(std::string_view field) {
  if (field == "full_name") return {"full_name", "first_name", "last_name"};
  if (field == "lead_source") return {"lead_source", "source"};
  if (field == "account") return {"account_name"};
  return {field};
}

// Of ",phone=3@2,country=1@1" the last recipe that cleaned the field.
std::string CleanedBy(std::string_view marks, std::string_view field) {
  std::string recipe;
  std::size_t latest = 0;
  for (const std::string_view column : ColumnsBehind(field)) {
    const std::string mark = fmt::format(",{}=", column);
    const std::size_t at = marks.rfind(mark);
    if (at == std::string_view::npos || (!recipe.empty() && at < latest)) continue;
    const std::size_t begin = at + mark.size();
    recipe = marks.substr(begin, std::min(marks.find(',', begin), marks.size()) - begin);
    latest = at;
  }
  return recipe;
}

// Case and blanks at the ends make no difference between sources.
std::string Comparable(const Value& value) { return FoldCase(FoldBlanks(store::ToText(value))); }

// The newest word of each source record up to as-of on each field; the first one holds for all the time before it.
class SourceWords {
 public:
  SourceWords(const std::vector<FieldSpec>& fields, Instant as_of)
      : fields_(fields), as_of_(as_of), said_(fields.size()) {}

  // Rows come by time of observation: source, object, source_key, observed_at, then the fields, and where recipes may
  // have cleaned them what they did.
  void Add(const std::vector<Value>& row) {
    const std::string record = store::ToText(row[0]) + "/" + store::ToText(row[1]) + "/" + store::ToText(row[2]);
    const Instant at = std::get<Instant>(row[3]);
    const bool is_first = records_.emplace(record, 0).second;
    if (!is_first && at > as_of_) return;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      const Value& value = row[4 + i];
      if (store::IsNull(value) || store::ToText(value).empty()) continue;
      const auto [known, is_new] = said_[i].try_emplace(
          record, Said{store::ToText(row[0]), store::ToText(row[1]), store::ToText(row[2]), value, at, at});
      known->second.seen_at = at;
      const std::size_t marks = 4 + fields_.size();
      known->second.cleaned = row.size() > marks ? CleanedBy(store::ToText(row[marks]), fields_[i].name) : "";
      if (is_new || Comparable(known->second.value) == Comparable(value)) continue;
      known->second.value = value;
      known->second.known_at = at;
    }
  }

  // By source record; empty where nobody fills the field.
  const std::map<std::string, Said>& Of(std::size_t field) const { return said_[field]; }

 private:
  const std::vector<FieldSpec>& fields_;
  Instant as_of_;
  std::map<std::string, int> records_;
  std::vector<std::map<std::string, Said>> said_;
};

// Whoever says what is shown, first the one that said it first; else the newest word.
const Said& Speaker(const std::map<std::string, Said>& said, const Value& shown) {
  const Said* best = nullptr;
  bool best_agrees = false;
  for (const auto& [record, one] : said) {
    const bool agrees = !store::IsNull(shown) && Comparable(one.value) == Comparable(shown);
    const bool is_better =
        best == nullptr || (agrees && !best_agrees) ||
        (agrees == best_agrees && (agrees ? one.known_at < best->known_at : one.seen_at > best->seen_at));
    if (!is_better) continue;
    best = &one;
    best_agrees = agrees;
  }
  return *best;
}

std::string SelectOf(RecordKind kind, const std::string& id, const Slots& homes) {
  std::string columns;
  for (const FieldSpec& field : FieldsOf(kind)) columns += ", " + store::QuoteName(field.name);
  const std::string self =
      kind == RecordKind::kDeal ? InSlots("home_slot", homes) + " AND deal_id = ?" : SelfSelection(kind, id).where;
  return fmt::format(
      "SELECT source, object, source_key, observed_at{}, cleaned FROM scoped.{}_record WHERE {} ORDER BY observed_at "
      "NULLS "
      "LAST, "
      "observation NULLS LAST, source NULLS LAST, object NULLS LAST, source_key NULLS LAST",
      columns, NameOf(kind), self);
}

void AddField(const FieldSpec& field, const std::map<std::string, Said>& said, const Value& given, bool is_emptied,
              FieldTables& tables) {
  const Said& speaker = Speaker(said, given);
  const std::string shown = is_emptied ? "" : store::ToText(store::IsNull(given) ? speaker.value : given);
  const std::string compared = Comparable(shown);
  std::int64_t others = 0;
  for (const auto& [record, one] : said) {
    const bool is_shown = Comparable(one.value) == compared;
    others += is_shown ? 0 : 1;
    tables.values.rows.push_back({field.name, one.source, one.object, one.source_id, store::ToText(one.value),
                                  one.known_at, one.seen_at, is_shown});
  }
  tables.fields.rows.push_back({field.name, field.title.en, field.title.ru, std::string(analysis::NameOf(field.type)),
                                shown, speaker.source, speaker.object, speaker.source_id, speaker.known_at,
                                static_cast<std::int64_t>(said.size()), others,
                                speaker.cleaned.empty() || is_emptied ? Value() : Value(speaker.cleaned)});
}

}  // namespace

const std::vector<FieldSpec>& FieldsOf(RecordKind kind) {
  static const std::vector<FieldSpec> account = AccountFields();
  static const std::vector<FieldSpec> person = PersonFields();
  static const std::vector<FieldSpec> deal = DealFields();
  return kind == RecordKind::kAccount ? account : (kind == RecordKind::kPerson ? person : deal);
}

const TableSpec& FieldsSpec() {
  static const TableSpec spec{
      .name = "fields",
      .title = {"Fields and their sources", "Поля и их источники"},
      .key = {"field"},
      .columns = {TextOf("field", "Field", "Поле"), TextOf("title_en", "Title", "Название"),
                  TextOf("title_ru", "Title (Russian)", "Название по-русски"), TextOf("type", "Type", "Тип"),
                  TextOf("value", "Value", "Значение"), TextOf("source", "Source", "Источник"),
                  TextOf("object", "Object", "Объект"), TextOf("source_id", "Id in the source", "Id в источнике"),
                  Of("known_at", ColumnType::kInstant, "Known since", "Известно с"),
                  CountOf("records", "Records that fill it", "Записей с этим полем"),
                  CountOf("differing", "Records that say otherwise", "Записей с другим значением"),
                  TextOf("cleaned_by", "Cleaned by recipe", "Очищено рецептом")}};
  return spec;
}

const TableSpec& FieldValuesSpec() {
  static const TableSpec spec{
      .name = "field_values",
      .title = {"What each source says", "Что говорит каждый источник"},
      .key = {"field", "source", "object", "source_id"},
      .columns = {TextOf("field", "Field", "Поле"), TextOf("source", "Source", "Источник"),
                  TextOf("object", "Object", "Объект"), TextOf("source_id", "Id in the source", "Id в источнике"),
                  TextOf("value", "Value", "Значение"),
                  Of("known_at", ColumnType::kInstant, "Known since", "Известно с"),
                  Of("seen_at", ColumnType::kInstant, "Last seen", "Последний раз"),
                  Of("is_shown", ColumnType::kBoolean, "Shown", "Показано")}};
  return spec;
}

FieldTables TablesOf(const std::vector<FieldSpec>& fields, const store::Rows& rows, Instant as_of,
                     const std::vector<std::pair<std::string, Value>>& shown, const std::vector<std::string>& emptied) {
  SourceWords words(fields, as_of);
  for (const auto& row : rows.rows) words.Add(row);
  FieldTables tables{.fields = analysis::EmptyTable(FieldsSpec()), .values = analysis::EmptyTable(FieldValuesSpec())};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (words.Of(i).empty()) continue;
    const auto given = std::ranges::find(shown, fields[i].name, &std::pair<std::string, Value>::first);
    const Value value = given == shown.end() ? Value() : given->second;
    const bool is_emptied = store::IsNull(value) && std::ranges::find(emptied, fields[i].name) != emptied.end();
    AddField(fields[i], words.Of(i), value, is_emptied, tables);
  }
  return tables;
}

namespace {

// "3@2" becomes "Phones v2".
Status NameRecipes(analysis::Table& fields, store::Session& session) {
  const std::size_t at = fields.IndexOf("cleaned_by");
  std::map<std::string, std::string> names;
  for (auto& row : fields.rows) {
    if (store::IsNull(row[at])) continue;
    if (names.empty()) {
      WEIR_TRY(const store::Rows rows,
               session.Query("SELECT recipe || '@' || CAST(version AS VARCHAR), title, version FROM "
                             "scoped.recipe_version WHERE version IS NOT NULL ORDER BY data_version"));
      for (std::size_t i = 0; i < rows.size(); ++i) {
        names[rows.TextAt(i, 0)] = fmt::format("{} v{}", rows.TextAt(i, 1), rows.TextAt(i, 2));
      }
    }
    const auto found = names.find(store::ToText(row[at]));
    if (found != names.end()) row[at] = found->second;
  }
  return {};
}

}  // namespace

Result<FieldTables> ReadFields(RecordKind kind, const std::string& id, const Slots& homes,
                               const std::vector<std::pair<std::string, Value>>& shown, Context& context) {
  const std::vector<FieldSpec>& fields = FieldsOf(kind);
  const std::array<Value, 1> values{id};
  WEIR_TRY(const store::Rows rows, context.session().QueryFew(SelectOf(kind, id, homes), values));
  const std::array<Value, 2> record{std::string(NameOf(kind)), id};
  WEIR_TRY(
      const store::Rows taken_away,
      context.session().QueryFew("SELECT DISTINCT field FROM scoped.emptied_field WHERE entity = ? AND entity_id = ? "
                                 "ORDER BY field NULLS LAST",
                                 record));
  std::vector<std::string> emptied;
  emptied.reserve(taken_away.size());
  for (std::size_t i = 0; i < taken_away.size(); ++i) emptied.push_back(taken_away.TextAt(i, 0));
  FieldTables tables = TablesOf(fields, rows, context.as_of(), shown, emptied);
  WEIR_TRY(NameRecipes(tables.fields, context.session()));
  return tables;
}

}  // namespace weir::customers
