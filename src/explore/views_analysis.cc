#include "explore/views_analysis.h"

#include <algorithm>

#include "analysis/columns.h"

namespace weir::explore {
namespace {

using analysis::CountOf;
using analysis::TableSpec;
using analysis::TextOf;

struct ViewsParams {
  std::string view;
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "view", .help = {"Only this view", "Только это представление"}, .positional = true}, view);
  }
};

TableSpec ViewsTable() {
  return {
      .name = "views",
      .title = {"Views", "Представления"},
      .key = {"view"},
      .columns = {TextOf("view", "View", "Представление"), TextOf("group", "Group", "Группа"),
                  TextOf("title_en", "Title", "Название (англ.)"), TextOf("title_ru", "Title (Russian)", "Название"),
                  TextOf("help_en", "One row is", "Одна строка (англ.)"),
                  TextOf("help_ru", "One row is (Russian)", "Одна строка"), CountOf("columns", "Columns", "Столбцов")}};
}

TableSpec ColumnsTable() {
  return {.name = "columns",
          .title = {"Columns of views", "Столбцы представлений"},
          .key = {"view", "column"},
          .columns = {TextOf("view", "View", "Представление"), TextOf("column", "Column", "Столбец"),
                      TextOf("type", "Type", "Тип"), TextOf("unit", "Unit", "Единица"),
                      TextOf("meaning_en", "Meaning", "Смысл (англ.)"),
                      TextOf("meaning_ru", "Meaning (Russian)", "Смысл")}};
}

TableSpec FunctionsTable() {
  return {.name = "functions",
          .title = {"Functions", "Функции"},
          .key = {"function"},
          .columns = {TextOf("function", "Function", "Функция"), TextOf("kind", "Kind", "Вид"),
                      TextOf("form", "Form", "Запись"), TextOf("meaning_en", "Gives", "Что даёт (англ.)"),
                      TextOf("meaning_ru", "Gives (Russian)", "Что даёт")}};
}

analysis::Table Empty(const TableSpec& spec) { return {.name = spec.name, .key = spec.key, .columns = spec.columns}; }

Result<analysis::Output> Run(const Offer& built_in, const ViewsParams& params, analysis::Context& context) {
  WEIR_TRY(const Offer offer, built_in.WithCustomColumns(context.session()));
  if (!params.view.empty() && offer.FindView(params.view) == nullptr) {
    std::vector<std::string> names;
    for (const View& view : offer.views()) names.push_back(view.name);
    const auto near = analysis::NearestName(params.view, names);
    Error error = NotFound("there is no view '{}'", params.view).Field("view");
    if (near) return Fail(std::move(error).Mend("Did you mean '{}'?", *near));
    return Fail(std::move(error).Mend("'weir sql views' lists the views"));
  }
  analysis::Table views = Empty(ViewsTable());
  analysis::Table columns = Empty(ColumnsTable());
  analysis::Table functions = Empty(FunctionsTable());
  const std::string only = Lowered(params.view);
  for (const View& view : offer.views()) {
    if (!only.empty() && view.name != only) continue;
    views.rows.push_back({view.name, view.group, view.title.en, view.title.ru, view.help.en, view.help.ru,
                          static_cast<std::int64_t>(view.columns.size())});
    for (const analysis::Column& column : view.columns) {
      const std::string unit = column.unit == "reporting" ? context.settings().currency : column.unit;
      columns.rows.push_back(
          {view.name, column.name, std::string(NameOf(column.type)), unit, column.title.en, column.title.ru});
    }
  }
  for (const Function& function : offer.functions()) {
    functions.rows.push_back(
        {function.name, std::string(NameOf(function.kind)), function.form, function.help.en, function.help.ru});
  }
  return analysis::Output{.tables = {std::move(views), std::move(columns), std::move(functions)}};
}

}  // namespace

analysis::Analysis ViewsAnalysis(std::shared_ptr<const Offer> offer) {
  analysis::Analysis declared{
      .info = {.id = "sql.views",
               .title = {"Views for queries", "Представления для запросов"},
               .help = {"What a query may read: views and their columns with type, unit and meaning, and the functions",
                        "Что может читать запрос: представления, их столбцы с типом, единицей и смыслом, и функции"},
               .right = "sql",
               .needs = {"custom_column"},
               .tables = {ViewsTable(), ColumnsTable(), FunctionsTable()}},
      .params = analysis::SpecsOf<ViewsParams>()};
  declared.run = [offer = std::move(offer)](const analysis::RawParams& raw,
                                            analysis::Context& context) -> Result<analysis::Output> {
    WEIR_TRY(const ViewsParams params, analysis::Bind<ViewsParams>(raw));
    return Run(*offer, params, context);
  };
  return declared;
}

}  // namespace weir::explore
