// Queries that people keep.
#include <nlohmann/json.hpp>

#include "analysis/columns.h"
#include "base/text.h"
#include "workspace/actions.h"
#include "workspace/kept_items.h"

namespace weir::workspace {
namespace {

using analysis::Action;
using analysis::ColumnType;
using analysis::Of;
using analysis::ParamVisitor;
using analysis::RawParams;
using analysis::TextOf;
using nlohmann::json;

constexpr std::size_t kLongestName = 200;     // bytes
constexpr std::size_t kLongestText = 20'000;  // bytes, of the query and of its chart

struct SaveParams {
  std::int64_t id = 0;
  std::string name;
  std::string query;
  std::string chart;
  bool shared = false;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "name", .help = {"What it is called", "Название"}, .required = true}, name);
    visitor.Add({.name = "query", .help = {"The query", "Запрос"}, .required = true}, query);
    visitor.Add({.name = "id",
                 .help = {"Number of the saved query that this changes; without it a new one is saved",
                          "Номер сохранённого запроса, который меняется; без него сохраняется новый"}},
                id);
    visitor.Add(
        {.name = "chart", .help = {"How the page draws it: a JSON object", "Как страница его рисует: объект JSON"}},
        chart);
    visitor.Add({.name = "shared",
                 .help = {"Whether others may run it, as they may see the data",
                          "Могут ли его выполнять другие — в пределах своих прав"}},
                shared);
  }
};

Status CheckFields(const SaveParams& params) {
  if (TrimBlanks(params.name).empty()) return Fail(BadUsage("the query has no name").Field("name"));
  if (params.name.size() > kLongestName) {
    return Fail(TooLarge("a name has at most {} bytes", kLongestName).Field("name"));
  }
  if (TrimBlanks(params.query).empty())
    return Fail(BadUsage("the query is empty").Field("query").Mend("Write a SELECT"));
  if (params.query.size() > kLongestText) {
    return Fail(
        TooLarge("a query has at most {} bytes, this one has {}", kLongestText, params.query.size()).Field("query"));
  }
  const bool is_object = params.chart.empty() || json::parse(params.chart, nullptr, false).is_object();
  if (!is_object || params.chart.size() > kLongestText) {
    return Fail(BadUsage("'chart' is not a JSON object").Field("chart"));
  }
  return {};
}

Result<KeptItem> Read(const RawParams& raw) {
  WEIR_TRY(const SaveParams params, analysis::Bind<SaveParams>(raw));
  WEIR_TRY(CheckFields(params));
  return KeptItem{.id = params.id,
                  .name = std::string(TrimBlanks(params.name)),
                  .body = {params.query, params.chart},
                  .owner = {},
                  .is_shared = params.shared};
}

Error Missing(std::int64_t id) { return NotFound("there is no saved query {}", id).Field("id"); }

Error OfAnother(const KeptItem& item) {
  return Forbidden("the query '{}' belongs to {}", item.name, item.owner)
      .Field("id")
      .Mend("Save it under a name of your own");
}

analysis::TableSpec QueriesTable() {
  return {.name = "queries",
          .title = {"Saved queries", "Сохранённые запросы"},
          .key = {"id"},
          .columns = {Of("id", ColumnType::kInteger, "Number", "Номер"), TextOf("name", "Name", "Название"),
                      TextOf("query", "Query", "Запрос"), Of("chart", ColumnType::kJson, "Chart", "График"),
                      TextOf("owner", "Owner", "Владелец"), Of("is_shared", ColumnType::kBoolean, "Shared", "Общий"),
                      Of("is_changeable", ColumnType::kBoolean, "You may change it", "Вы можете его изменить"),
                      TextOf("changed_by", "Last changed by", "Кем изменён"),
                      Of("changed_at", ColumnType::kInstant, "Last changed", "Когда изменён")}};
}

Result<analysis::Output> RunQueries(const analysis::NoParams& /*params*/, analysis::Context& context) {
  return ListKept(SavedQueries(), QueriesTable(), context);
}

template <typename P>
Action Declared(std::string_view id, const analysis::Text& title, const analysis::Text& help) {
  return {.info = {.id = std::string(id), .title = title, .help = help, .right = "sql", .tables = {DecisionTable()}},
          .params = analysis::SpecsOf<P>(),
          .inverse = {},
          .changes_model = false};
}

std::vector<Action> Actions() {
  std::vector<Action> all;
  all.push_back(Declared<SaveParams>("sql.save", {"Save a query", "Сохранить запрос"},
                                     {"Under a name, for oneself or for all who may ask queries",
                                      "Под названием — для себя или для всех, кому доступны запросы"}));
  all.push_back(Declared<RemoveKeptParams>("sql.remove", {"Remove a saved query", "Удалить сохранённый запрос"},
                                           {"Its decision can be undone", "Решение можно отменить"}));
  return all;
}

}  // namespace

const KeptKind& SavedQueries() {
  static const KeptKind kind{.noun = "query",
                             .table = "meta.saved_query",
                             .number = "query_id",
                             .body = {"query", "chart"},
                             .save = "sql.save",
                             .remove = "sql.remove",
                             .actions = &Actions,
                             .read = &Read,
                             .missing = &Missing,
                             .of_another = &OfAnother};
  return kind;
}

analysis::Analysis QueriesAnalysis() {
  analysis::Analysis declared = analysis::Declare<analysis::NoParams>(
      {.id = "sql.queries",
       .title = {"Saved queries", "Сохранённые запросы"},
       .help = {"Your own, and those that others share", "Ваши и те, которыми поделились другие"},
       .right = "sql",
       .tables = {QueriesTable()},
       .is_cacheable = false},
      &RunQueries);
  return declared;
}

}  // namespace weir::workspace
