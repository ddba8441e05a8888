// Views that people keep: a page with its filters and choices, which all stand in its address.
#include <algorithm>

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

constexpr std::size_t kLongestName = 200;    // bytes
constexpr std::size_t kLongestPlace = 8000;  // bytes

struct SaveParams {
  std::int64_t id = 0;
  std::string name;
  std::string place;
  bool shared = false;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "name", .help = {"What it is called", "Название"}, .required = true}, name);
    visitor.Add({.name = "place",
                 .help = {"Path and query of the page: /catalog/won_amount?period=last_quarter",
                          "Путь и параметры страницы: /catalog/won_amount?period=last_quarter"},
                 .required = true},
                place);
    visitor.Add({.name = "id",
                 .help = {"Number of the saved view that this changes; without it a new one is saved",
                          "Номер сохранённого вида, который меняется; без него сохраняется новый"}},
                id);
    visitor.Add({.name = "shared",
                 .help = {"Whether others are offered it, with the data that they may see",
                          "Предлагать ли его другим — с теми данными, которые им доступны"}},
                shared);
  }
};

// A page of this program and nothing else: who opens a view of another is not led elsewhere.
bool IsPlace(std::string_view place) {
  if (!place.starts_with('/') || place.starts_with("//") || place.starts_with("/api/")) return false;
  return std::ranges::all_of(place, [](char c) { return c > ' ' && c < 127 && c != '\\' && c != '#'; });
}

Result<KeptItem> Read(const RawParams& raw) {
  WEIR_TRY(const SaveParams params, analysis::Bind<SaveParams>(raw));
  if (TrimBlanks(params.name).empty()) return Fail(BadUsage("the view has no name").Field("name"));
  if (params.name.size() > kLongestName) {
    return Fail(TooLarge("a name has at most {} bytes", kLongestName).Field("name"));
  }
  if (params.place.size() > kLongestPlace) {
    return Fail(TooLarge("the address of a view has at most {} bytes", kLongestPlace).Field("place"));
  }
  if (!IsPlace(params.place)) {
    return Fail(BadUsage("'{}' is not the address of a page", params.place)
                    .Field("place")
                    .Mend("Give what follows the name of the machine: /catalog/won_amount?period=last_quarter"));
  }
  return KeptItem{.id = params.id,
                  .name = std::string(TrimBlanks(params.name)),
                  .body = {params.place},
                  .owner = {},
                  .is_shared = params.shared};
}

Error Missing(std::int64_t id) { return NotFound("there is no saved view {}", id).Field("id"); }

Error OfAnother(const KeptItem& item) {
  return Forbidden("the view '{}' belongs to {}", item.name, item.owner)
      .Field("id")
      .Mend("Save it under a name of your own");
}

analysis::TableSpec ViewsTable() {
  return {.name = "views",
          .title = {"Saved views", "Сохранённые виды"},
          .key = {"id"},
          .columns = {Of("id", ColumnType::kInteger, "Number", "Номер"), TextOf("name", "Name", "Название"),
                      TextOf("place", "Page", "Страница"), TextOf("owner", "Owner", "Владелец"),
                      Of("is_shared", ColumnType::kBoolean, "Shared", "Общий"),
                      Of("is_changeable", ColumnType::kBoolean, "You may change it", "Вы можете его изменить"),
                      TextOf("changed_by", "Last changed by", "Кем изменён"),
                      Of("changed_at", ColumnType::kInstant, "Last changed", "Когда изменён")}};
}

Result<analysis::Output> RunViews(const analysis::NoParams& /*params*/, analysis::Context& context) {
  return ListKept(SavedViews(), ViewsTable(), context);
}

template <typename P>
Action Declared(std::string_view id, const analysis::Text& title, const analysis::Text& help) {
  return {.info = {.id = std::string(id), .title = title, .help = help, .right = "view", .tables = {DecisionTable()}},
          .params = analysis::SpecsOf<P>(),
          .inverse = {},
          .changes_model = false};
}

std::vector<Action> Actions() {
  std::vector<Action> all;
  all.push_back(Declared<SaveParams>("views.save", {"Save a view", "Сохранить вид"},
                                     {"A page with its filters under a name, for oneself or for all",
                                      "Страница с её фильтрами под названием — для себя или для всех"}));
  all.push_back(Declared<RemoveKeptParams>("views.remove", {"Remove a saved view", "Удалить сохранённый вид"},
                                           {"Its decision can be undone", "Решение можно отменить"}));
  return all;
}

}  // namespace

const KeptKind& SavedViews() {
  static const KeptKind kind{.noun = "view",
                             .table = "meta.saved_view",
                             .number = "view_id",
                             .body = {"place"},
                             .save = "views.save",
                             .remove = "views.remove",
                             .actions = &Actions,
                             .read = &Read,
                             .missing = &Missing,
                             .of_another = &OfAnother};
  return kind;
}

analysis::Analysis ViewsAnalysis() {
  analysis::Analysis declared =
      analysis::Declare<analysis::NoParams>({.id = "views.list",
                                             .title = {"Saved views", "Сохранённые виды"},
                                             .help = {"Pages with their filters: your own, and those that others share",
                                                      "Страницы с фильтрами: ваши и те, которыми поделились другие"},
                                             .right = "view",
                                             .tables = {ViewsTable()},
                                             .is_cacheable = false},
                                            &RunViews);
  return declared;
}

}  // namespace weir::workspace
