#include "customers/lead.h"

#include <array>

#include "analysis/tables.h"
#include "customers/columns.h"
#include "customers/fields.h"
#include "customers/record.h"
#include "customers/sections.h"

namespace weir::customers {
namespace {

using analysis::Context;
using analysis::Output;
using analysis::TableSpec;
using store::Value;

struct LeadParams {
  std::string id;
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "id",
                 .help = {"Id of the lead: ours, of a source, or one that was merged",
                          "Идентификатор лида: наш, из источника или объединённого"},
                 .required = true,
                 .positional = true},
                id);
  }
};

const TableSpec& LeadSpec() {
  static const TableSpec spec{
      .name = "record",
      .title = {"Essentials", "Главное"},
      .key = {"lead_id"},
      .columns = {TextOf("lead_id", "Lead", "Лид"), TextOf("full_name", "Name", "Имя"),
                  TextOf("company", "Company as it was given", "Компания, как указана"),
                  TextOf("status", "Status", "Статус"), TextOf("source_name", "Lead source", "Источник лида"),
                  TextOf("channel", "Channel", "Канал"), TextOf("campaign", "Campaign", "Кампания"),
                  TextOf("owner", "Owner", "Ответственный"), TextOf("owner_id", "Owner's id", "Id ответственного"),
                  Of("created_at", ColumnType::kInstant, "Created", "Создан"),
                  Of("first_response_at", ColumnType::kInstant, "First answer", "Первый ответ"),
                  Of("qualified_at", ColumnType::kInstant, "Qualified", "Квалифицирован"),
                  Of("converted_at", ColumnType::kInstant, "Converted", "Конвертирован"),
                  TextOf("account_id", "Account", "Компания"), TextOf("person_id", "Person", "Человек"),
                  TextOf("deal_id", "Deal", "Сделка"), TextOf("source", "Source", "Источник")}};
  return spec;
}

const std::vector<FieldSpec>& LeadFields() {
  static const std::vector<FieldSpec> fields{{"full_name", ColumnType::kText, {"Name", "Имя"}},
                                             {"title", ColumnType::kText, {"Job title", "Должность"}},
                                             {"company", ColumnType::kText, {"Company", "Компания"}},
                                             {"email", ColumnType::kText, {"E-mail", "Эл. почта"}},
                                             {"phone", ColumnType::kText, {"Phone", "Телефон"}},
                                             {"country", ColumnType::kText, {"Country", "Страна"}},
                                             {"industry", ColumnType::kText, {"Industry", "Отрасль"}},
                                             {"employees", ColumnType::kInteger, {"Employees", "Сотрудников"}},
                                             {"status", ColumnType::kText, {"Status", "Статус"}},
                                             {"lead_source", ColumnType::kText, {"Lead source", "Источник лида"}},
                                             {"medium", ColumnType::kText, {"Medium", "Тип трафика"}},
                                             {"owner", ColumnType::kText, {"Owner", "Ответственный"}},
                                             {"created_at", ColumnType::kInstant, {"Created", "Создан"}}};
  return fields;
}

Error NoSuchLead(const std::string& given) { return NotFound("there is no lead '{}'", given).Field("id"); }

Result<std::string> ResolveLead(const std::string& given, Context& context) {
  const std::array<Value, 3> values{given, given, given};
  WEIR_TRY(
      const store::Rows rows,
      context.session().Query(
          "SELECT lead_id FROM scoped.lead WHERE lead_id = ? OR lead_id = source || ':' || ? OR lead_id IN (SELECT "
          "entity_id FROM scoped.record_alias WHERE entity = 'lead' AND alias_id = ?) ORDER BY lead_id NULLS LAST",
          values));
  std::vector<std::string> found;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows.TextAt(i, 0) == given) return given;
    found.push_back(rows.TextAt(i, 0));
  }
  if (found.empty()) return Fail(NoSuchLead(given));
  if (found.size() == 1) return found.front();
  return Fail(BadUsage("the id '{}' belongs to several records", given)
                  .Field("id")
                  .Mend("Use one of: {}", fmt::join(found, ", ")));
}

// Every state of the lead up to the moment, the oldest first; a lead is of one source, so that a state is what it says,
// but for what people corrected.
Result<FieldTables> ReadLeadFields(const std::string& id, Context& context) {
  std::string columns;
  for (const FieldSpec& field : LeadFields()) columns += ", " + field.name;
  const std::array<Value, 1> values{id};
  WEIR_TRY(store::Rows rows, context.session().QueryFew(
                                 fmt::format("SELECT source, '' AS object, source_key, recorded_at{} FROM "
                                             "scoped.lead_record_brief WHERE lead_id = ? ORDER BY version NULLS LAST",
                                             columns),
                                 values));
  WEIR_TRY(
      const store::Rows corrected,
      context.session().QueryFew("SELECT field, said FROM scoped.correction WHERE entity = 'lead' AND entity_id = ? "
                                 "AND state = 'pending' ORDER BY field NULLS LAST",
                                 values));
  std::vector<std::pair<std::string, Value>> shown;
  std::vector<std::string> emptied;  // what the last state lacks although an earlier one had it
  if (rows.rows.empty()) return Fail(NoSuchLead(id));
  for (std::size_t i = 0; i < LeadFields().size(); ++i) {
    shown.emplace_back(LeadFields()[i].name, rows.rows.back()[4 + i]);
    emptied.push_back(LeadFields()[i].name);
  }
  // What the source itself says now.
  for (std::size_t i = 0; i < LeadFields().size(); ++i) {
    for (std::size_t k = 0; k < corrected.size(); ++k) {
      if (corrected.TextAt(k, 0) == LeadFields()[i].name) rows.rows.back()[4 + i] = corrected.rows[k][1];
    }
  }
  return TablesOf(LeadFields(), rows, context.as_of(), shown, emptied);
}

Result<Output> RunLead(const LeadParams& params, Context& context) {
  WEIR_TRY(const std::string id, ResolveLead(params.id, context));
  std::string columns;
  for (const Column& column : LeadSpec().columns) columns += (columns.empty() ? "" : ", ") + column.name;
  const std::array<Value, 1> values{id};
  Table record = analysis::EmptyTable(LeadSpec());
  WEIR_TRY(store::Rows rows, context.session().QueryFew(
                                 fmt::format("SELECT {} FROM scoped.lead WHERE lead_id = ? LIMIT 1", columns), values));
  record.rows = std::move(rows.rows);
  WEIR_TRY(FieldTables fields, ReadLeadFields(id, context));
  Output output;
  output.tables = {std::move(record), std::move(fields.fields), std::move(fields.values)};
  if (id != params.id) {
    output.warnings.push_back({.code = "other_id",
                               .message = MakePhrase("'{}' is a record of '{}'", params.id, id),
                               .params = {{"given", params.id}, {"id", id}}});
  }
  return output;
}

Result<analysis::Evidence> ExplainLead(const LeadParams& params, const std::string& /*table*/,
                                       const std::vector<std::string>& /*key*/, Context& context) {
  WEIR_TRY(const std::string id, ResolveLead(params.id, context));
  return analysis::Evidence{.table = "lead", .ids = {id}};
}

}  // namespace

std::vector<analysis::Analysis> LeadPage() {
  return {analysis::Declare<LeadParams>({.id = "customers.lead",
                                         .title = {"Lead", "Лид"},
                                         .help = {"What is known of one lead, field by field, and what became of it.",
                                                  "Что известно об одном лиде, по полям, и что с ним стало."},
                                         .needs = {"lead", "member", "campaign"},
                                         .tables = {LeadSpec(), FieldsSpec(), FieldValuesSpec()}},
                                        &RunLead, &ExplainLead)};
}

}  // namespace weir::customers
