#include "people/preview.h"

#include <set>

#include "analysis/columns.h"
#include "people/directory.h"
#include "people/take_over.h"
#include "store/database.h"

namespace weir::people {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::Of;
using analysis::Output;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

struct PreviewParams {
  std::string text;
  std::optional<Date> from;
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "text",
                 .help = {"The table, as people.load takes it", "Таблица, какую принимает people.load"},
                 .required = true},
                text);
    visitor.Add({.name = "from",
                 .help = {"The day from which it would hold; without one it was always so",
                          "День, с которого это действовало бы; без него — так было всегда"}},
                from);
  }
};

const std::vector<TableSpec>& Specs() {
  static const std::vector<TableSpec> specs{
      {.name = "summary",
       .title = {"In short", "Коротко"},
       .key = {"lines"},
       .columns = {CountOf("lines", "Lines", "Строк"),
                   CountOf("members", "Members that change", "Изменится сотрудников"),
                   CountOf("changes", "Values that change", "Изменится значений"),
                   CountOf("refused", "Lines refused", "Отклонено строк")}},
      {.name = "changes",
       .title = {"What would change", "Что изменится"},
       .key = {"member_id", "field"},
       .columns = {TextOf("member_id", "Member's id", "Id сотрудника"), TextOf("name", "Name", "Имя"),
                   TextOf("field", "Field", "Поле"), TextOf("before", "Before", "Было"),
                   TextOf("after", "After", "Станет"), Of("since", ColumnType::kDate, "From", "С"),
                   Of("line", ColumnType::kInteger, "Line", "Строка")}},
      {.name = "refused",
       .title = {"Lines that cannot be taken over", "Строки, которые принять нельзя"},
       .key = {"line"},
       .columns = {Of("line", ColumnType::kInteger, "Line", "Строка"),
                   Of("column", ColumnType::kInteger, "Column", "Столбец"),
                   TextOf("reason_en", "Why", "Почему (англ.)"), TextOf("reason_ru", "Why (Russian)", "Почему"),
                   TextOf("mend_en", "What to do", "Что делать (англ.)"),
                   TextOf("mend_ru", "What to do (Russian)", "Что делать")}},
      {.name = "unknown",
       .title = {"Columns that say nothing", "Столбцы, которые ничего не говорят"},
       .key = {"header"},
       .columns = {TextOf("header", "Column", "Столбец")}}};
  return specs;
}

Value TextOrNull(const std::string& text) { return text.empty() ? Value() : Value(text); }

Output Told(const TakeOver& plan, const Directory& directory) {
  Output output;
  for (const TableSpec& spec : Specs()) {
    output.tables.push_back({.name = spec.name, .key = spec.key, .columns = spec.columns});
  }
  std::set<std::string_view> members;
  for (const Change& change : plan.changes) {
    members.insert(change.member->id);
    const bool is_dated = change.since > kAlways;
    output.tables[1].rows.push_back(
        {change.member->id, change.member->name, change.field,
         TextOrNull(directory.NameOf(change.field, change.member->known.find(change.field)->second.value)),
         TextOrNull(directory.NameOf(change.field, change.value)), is_dated ? Value(change.since) : Value(),
         static_cast<std::int64_t>(change.line)});
  }
  for (const Refusal& one : plan.refused) {
    output.tables[2].rows.push_back({static_cast<std::int64_t>(one.line),
                                     one.column == 0 ? Value() : Value(static_cast<std::int64_t>(one.column)),
                                     one.reason.en, one.reason.ru, TextOrNull(one.mend.en), TextOrNull(one.mend.ru)});
  }
  for (const std::string& header : plan.unknown) output.tables[3].rows.push_back({header});
  output.tables[0].rows.push_back({plan.lines, static_cast<std::int64_t>(members.size()),
                                   static_cast<std::int64_t>(plan.changes.size()),
                                   static_cast<std::int64_t>(plan.refused.size())});
  return output;
}

Result<Output> RunPreview(const PreviewParams& params, Context& context) {
  WEIR_TRY(const Directory directory, Directory::ReadVisible(context.session()));
  WEIR_TRY(const TakeOver plan, PlanTakeOver(params.text, params.from.value_or(kAlways), directory));
  return Told(plan, directory);
}

}  // namespace

analysis::Analysis PreviewAnalysis() {
  analysis::Info info;
  info.id = "people.preview";
  info.title = {"Look at a list of people before taking it over", "Просмотр списка сотрудников перед приёмом"};
  info.help = {"What the list would change, and which of its lines cannot be taken over and why; nothing is changed",
               "Что изменит список и какие его строки принять нельзя и почему; ничего не меняется"};
  info.right = "people";
  info.needs = {"member_standing", "team_version"};
  info.tables = Specs();
  return analysis::Declare<PreviewParams>(std::move(info), &RunPreview);
}

}  // namespace weir::people
