#include "workspace/metric_uses.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "analysis/columns.h"
#include "metrics/versions.h"
#include "pulse/pulse.h"

namespace weir::workspace {
namespace {

using analysis::Context;
using analysis::Output;
using analysis::ParamVisitor;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;

struct UsesParams {
  std::string metric;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "metric", .help = {"Which metric", "Какой показатель"}, .required = true, .positional = true},
                metric);
  }
};

TableSpec UsesSpec() {
  return {.name = "uses",
          .title = {"Who uses it", "Кто использует"},
          .key = {"kind", "id"},
          .columns = {TextOf("kind", "Kind: definition, page, goal, agreement, query, view",
                             "Вид: definition — определение, page — страница, goal — цель, agreement — договорённость, "
                             "query — запрос, view — вид"),
                      TextOf("id", "Id", "Id"), TextOf("title_en", "Title", "Название"),
                      TextOf("title_ru", "Title", "Название"), TextOf("how_en", "How", "Как"),
                      TextOf("how_ru", "How", "Как"), TextOf("owner", "Owner", "Владелец")}};
}

// Definitions that are made of it, and those that name it a rival.
void AddDefinitions(const metrics::MetricCatalog& catalog, const std::string& id, Table& table) {
  const auto holds = [&](const std::vector<std::string>& ids) { return std::ranges::find(ids, id) != ids.end(); };
  for (const metrics::Metric& metric : catalog.metrics()) {
    analysis::Text how;
    if (holds(metric.numerator)) {
      how = {"in its numerator", "в числителе"};
    } else if (holds(metric.denominator)) {
      how = {"in its denominator", "в знаменателе"};
    } else if (metric.unknown == id) {
      how = {"counts what it leaves out", "считает то, что не учтено"};
    } else if (std::ranges::find(metric.rivals, id, &metrics::Rival::id) != metric.rivals.end()) {
      how = {"names it as a rival definition", "называет другим определением того же"};
    } else {
      continue;
    }
    table.rows.push_back(
        {std::string("definition"), metric.id, metric.title.en, metric.title.ru, how.en, how.ru, metric.owner});
  }
}

void AddPages(const std::string& id, Table& table) {
  const auto shown = pulse::HeadlineMetrics();
  if (std::ranges::find(shown, id) == shown.end()) return;
  table.rows.push_back({std::string("page"), std::string("pulse"), std::string("Pulse"), std::string("Пульс"),
                        std::string("one of its numbers, where the data have it"),
                        std::string("одно из чисел, если оно есть в данных"), store::Value()});
}

Status AddPlans(const std::string& id, Context& context, Table& table) {
  const std::array<store::Value, 2> parameters{id, id};
  WEIR_TRY(
      const store::Rows rows,
      context.session().Query(
          "SELECT 'goal' AS kind, goal_id AS id, name, department FROM scoped.goal WHERE metric = ? UNION ALL "
          "SELECT 'agreement', agreement_id, name, from_department FROM scoped.agreement WHERE metric = ? ORDER BY "
          "kind NULLS LAST, id NULLS LAST",
          parameters));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string kind = rows.TextAt(i, 0);
    const bool is_goal = kind == "goal";
    table.rows.push_back({kind, rows.TextAt(i, 1), rows.TextAt(i, 2), rows.TextAt(i, 2),
                          std::string(is_goal ? "is measured by it" : "is kept by it"),
                          std::string(is_goal ? "измеряется им" : "проверяется по нему"), rows.rows[i][3]});
  }
  return {};
}

bool HoldsWord(std::string_view text, std::string_view word) {
  const auto is_part = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_part(text[at - 1])) && (end == text.size() || !is_part(text[end]))) return true;
  }
  return false;
}

// Queries and views that the caller may see and that say its name.
Status AddKept(const std::string& id, Context& context, Table& table) {
  struct Kept {
    const char* analysis;
    const char* table;
    const char* text;  // the column that may say it
    const char* kind;
  };
  static constexpr std::array<Kept, 2> kKinds{
      {{.analysis = "sql.queries", .table = "queries", .text = "query", .kind = "query"},
       {.analysis = "views.list", .table = "views", .text = "place", .kind = "view"}}};
  for (const Kept& kind : kKinds) {
    WEIR_TRY(const Output saved, context.Run(kind.analysis, {}));
    const Table& all = *saved.Find(kind.table);
    for (const auto& row : all.rows) {
      const auto cell = [&](std::string_view column) { return store::ToText(row[all.IndexOf(column)]); };
      if (!HoldsWord(cell(kind.text), id)) continue;
      table.rows.push_back({std::string(kind.kind), cell("id"), cell("name"), cell("name"),
                            std::string("says its name"), std::string("называет его"), cell("owner")});
    }
  }
  return {};
}

Result<Output> RunUses(const UsesParams& params, Context& context) {
  WEIR_TRY(const std::vector<DefinitionFile> files, metrics::MetricFilesAt(context.session(), context.known_at()));
  WEIR_TRY(const metrics::MetricCatalog catalog, metrics::MetricCatalog::Load(files));
  WEIR_TRY(catalog.Require(params.metric));
  const TableSpec spec = UsesSpec();
  Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  AddDefinitions(catalog, params.metric, table);
  AddPages(params.metric, table);
  WEIR_TRY(AddPlans(params.metric, context, table));
  WEIR_TRY(AddKept(params.metric, context, table));
  return Output{.tables = {std::move(table)}};
}

}  // namespace

analysis::Analysis UsesAnalysis() {
  return analysis::Declare<UsesParams>(
      {.id = "metrics.uses",
       .title = {"Who uses a metric", "Кто использует показатель"},
       .help =
           {"Definitions that are made of it, pages, goals and agreements that are measured by it, and saved queries "
            "and views that name it. Who has asked for it: data use.",
            "Определения, в которые он входит, страницы, цели и договорённости, которые им измеряются, и сохранённые "
            "запросы и виды, которые его называют. Кто его запрашивал: data use."},
       .asks = {"sql.queries", "views.list"},
       .needs = {"agreement", "goal"},
       .tables = {UsesSpec()},
       .is_cacheable = false},
      &RunUses);
}

}  // namespace weir::workspace
