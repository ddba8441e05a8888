// The history of an entry of a register, and the preview of a sheet.
#include <algorithm>
#include <array>
#include <map>

#include "analysis/columns.h"
#include "base/russian.h"
#include "workspace/register_reading.h"
#include "workspace/register_sheet.h"

namespace weir::workspace {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::Of;
using analysis::Output;
using analysis::ParamVisitor;
using analysis::TableSpec;
using analysis::TextOf;
using nlohmann::json;
using store::Value;

struct HistoryParams {
  std::int64_t id = 0;
  void Describe(ParamVisitor& visitor) {
    visitor.Add(
        {.name = "id", .help = {"Its number in the list", "Номер в списке"}, .required = true, .positional = true}, id);
  }
};

TableSpec HistoryTable() {
  return {.name = "versions",
          .title = {"Versions", "Версии"},
          .key = {"version"},
          .columns = {Of("version", ColumnType::kInteger, "Version", "Версия"),
                      TextOf("what", "What was done", "Что сделано"),
                      Of("changes", ColumnType::kJson, "What changed", "Что изменилось"),
                      Of("fields", ColumnType::kJson, "The entry since then", "Запись с этого момента"),
                      TextOf("note", "Note", "Примечание"), TextOf("changed_by", "By", "Кто"),
                      Of("changed_at", ColumnType::kInstant, "When", "Когда"),
                      Of("decision_id", ColumnType::kInteger, "Decision", "Решение")}};
}

json ChangesOf(const json& before, const json& after) {
  json changes = json::array();
  const auto cell = [](const json& fields, const std::string& name) { return fields.value(name, json(nullptr)); };
  std::map<std::string, bool> names;
  for (const auto& [name, value] : before.items()) names[name] = true;
  for (const auto& [name, value] : after.items()) names[name] = true;
  for (const auto& [name, is_named] : names) {
    if (cell(before, name) == cell(after, name)) continue;
    changes.push_back({{"field", name}, {"before", cell(before, name)}, {"after", cell(after, name)}});
  }
  return changes;
}

Result<Output> RunHistory(const RegisterKind& kind, const HistoryParams& params, Context& context) {
  const std::array<Value, 2> values{std::string(kind.plural), params.id};
  WEIR_TRY(const store::Rows rows, context.session().Query(R"(
SELECT fields, is_retired, is_removed, note, changed_by, changed_at, decision_id FROM meta.register_entry
WHERE register = ? AND number = ? ORDER BY decision_id NULLS LAST)",
                                                           values));
  if (rows.size() == 0) {
    return Fail(NotFound("there is no entry {} among {}", params.id, kind.plural)
                    .Field("id")
                    .Mend("'weir {}' lists them", kind.plural));
  }
  const TableSpec spec = HistoryTable();
  analysis::Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  json before = json::object();
  bool was_retired = false;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const json after = json::parse(rows.TextAt(i, 0));
    const bool is_retired = std::get<bool>(rows.rows[i][1]);
    std::string what = i == 0 ? "written" : "changed";
    if (is_retired && !was_retired) what = "retired";
    if (!is_retired && was_retired) what = "restored";
    if (std::get<bool>(rows.rows[i][2])) what = "taken_back";
    table.rows.push_back({static_cast<std::int64_t>(i + 1), what, ChangesOf(before, after).dump(), after.dump(),
                          TextOrNull(rows.TextAt(i, 3)), rows.TextAt(i, 4), rows.rows[i][5], rows.IntegerAt(i, 6)});
    before = after;
    was_retired = is_retired;
  }
  // The newest first, as it is looked for.
  std::ranges::reverse(table.rows);
  return Output{.tables = {std::move(table)}};
}

struct PreviewParams {
  std::string text;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "text",
                 .help = {"The sheet as text, its header first", "Таблица текстом, сначала заголовок"},
                 .required = true,
                 .positional = true},
                text);
  }
};

TableSpec PreviewTable() {
  return {.name = "lines",
          .title = {"Lines", "Строки"},
          .key = {"line"},
          .columns = {Of("line", ColumnType::kInteger, "Line", "Строка"),
                      TextOf("verdict", "What it does", "Что она делает"),
                      TextOf("column", "Refused in", "Отказ в столбце"), TextOf("why", "Why", "Почему"),
                      TextOf("why_ru", "Why (Russian)", "Почему (по-русски)"),
                      Of("number", ColumnType::kInteger, "Entry", "Запись"), TextOf("name", "Name", "Название"),
                      Of("changes", ColumnType::kJson, "What changes", "Что меняется")}};
}

Result<Output> RunPreview(const RegisterKind& kind, const PreviewParams& params, Context& context) {
  WEIR_TRY(const std::vector<RegisterEntry> known, ReadEntries(context.session(), kind));
  const MetricFinder finder = MetricsOf(context.session(), context.known_at());
  const RegisterCheck check{.metric = finder, .currency = context.settings().currency};
  WEIR_TRY(const std::vector<SheetLine> lines, ReadSheet(kind, params.text, known, check));
  const TableSpec spec = PreviewTable();
  analysis::Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  for (const SheetLine& line : lines) {
    const Phrase why = line.why ? line.why->Whole() : Phrase{};
    const std::string name = line.after.Text("name");
    const json before = line.before ? line.before->fields : json::object();
    table.rows.push_back({line.line, std::string(NameOf(line.verdict)), TextOrNull(line.column), TextOrNull(why.text),
                          line.why ? TextOrNull(InRussian(why)) : Value(),
                          line.before ? Value(line.before->number) : Value(),
                          TextOrNull(name.empty() ? line.after.Text("metric") : name),
                          line.why ? Value() : Value(ChangesOf(before, line.after.fields).dump())});
  }
  return Output{.tables = {std::move(table)}};
}

}  // namespace

analysis::Analysis HistoryOfEntry(const RegisterKind& kind) {
  return DeclaredFor<HistoryParams>(kind,
                                    {.id = fmt::format("{}.history", kind.plural),
                                     .title = {fmt::format("{}: history of an entry", kind.title.en),
                                               fmt::format("{}: история записи", kind.title.ru)},
                                     .help = {"Every version with its author, moment and note, the newest first",
                                              "Каждая версия с автором, временем и примечанием, новые сверху"},
                                     .right = "view",
                                     .tables = {HistoryTable()}},
                                    &RunHistory);
}

analysis::Analysis PreviewOfSheet(const RegisterKind& kind) {
  return DeclaredFor<PreviewParams>(
      kind,
      {.id = fmt::format("{}.preview", kind.plural),
       .title = {fmt::format("{}: preview of a sheet", kind.title.en),
                 fmt::format("{}: предпросмотр таблицы", kind.title.ru)},
       .help = {"What each line would do, and which are refused and why; nothing is written",
                "Что сделает каждая строка, какие будут отклонены и почему; ничего не записывается"},
       .right = "decide",
       .tables = {PreviewTable()}},
      &RunPreview);
}

}  // namespace weir::workspace
