// metrics.columns: what a metric can be split and filtered by beside the dimensions of the catalogue.
#include <algorithm>
#include <string_view>
#include <tuple>

#include "analysis/columns.h"
#include "analysis/params.h"
#include "metrics/custom_columns.h"

namespace weir::metrics {
namespace {

using analysis::ColumnType;
using analysis::Of;
using analysis::TextOf;

struct ColumnsParams {
  std::string metric;
  std::string entity;

  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "metric",
                 .help = {"Only columns of the rows of this metric", "Только столбцы строк этого показателя"},
                 .positional = true},
                metric);
    visitor.Add({.name = "entity",
                 .help = {"Only columns of this kind of entity, for conditions of its list",
                          "Только столбцы сущности этого вида, для условий её списка"},
                 .allowed = {"account", "person", "deal", "lead", "invoice", "payment", "activity"}},
                entity);
  }
};

analysis::TableSpec Spec() {
  return {.name = "columns",
          .title = {"Custom columns", "Свои столбцы"},
          .key = {"id"},
          .columns = {TextOf("id", "Column", "Столбец"), TextOf("source", "Source", "Источник"),
                      TextOf("object", "Object", "Объект"),
                      TextOf("object_en", "What the object is called", "Название объекта (англ.)"),
                      TextOf("object_ru", "What the object is called in Russian", "Название объекта"),
                      TextOf("header", "Header in the file", "Заголовок в файле"), TextOf("type", "Type", "Тип"),
                      Of("filled_count", ColumnType::kInteger, "Rows that have it", "Строк с ним", "count"),
                      Of("row_count", ColumnType::kInteger, "Rows", "Строк", "count"),
                      Of("distinct_count", ColumnType::kInteger, "Different values", "Разных значений", "count"),
                      Of("splits", ColumnType::kBoolean, "Serves as a dimension", "Годится для разреза"),
                      TextOf("why_not", "Why it does not", "Почему не годится")}};
}

// Advice, not a ban: few_values has one value alone, many_values nearly as many as rows.
std::string WhyNot(const CustomColumn& column) {
  if (column.SplitsWell()) return "";
  return column.different <= 1 ? "one_value" : "many_values";
}

// How likely a person is to look for it: fields that a product marks as made by the company, then others, last the ids
// of other records.
int OddityOf(const CustomColumn& column) {
  if (column.header.ends_with("__c") || column.column.starts_with("x_uf_")) return 0;
  return column.column.ends_with("_id") || column.column.ends_with("_ids") ? 2 : 1;
}

struct Listed {
  CustomColumn column;
  std::size_t distance = 0;  // how far what it describes is from the rows: the deal, its account, its person
};

// The kinds of entity that describe the rows of all these metrics, the nearest first.
std::vector<std::string> EntitiesOf(const MetricCatalog& catalog, const Metric& metric) {
  std::vector<std::string> entities;
  for (const Described& one : catalog.FindView(catalog.BasesOf(metric).front()->view)->described) {
    entities.push_back(one.entity);
  }
  return entities;
}

// Each column once, by the nearest of what it describes.
std::vector<Listed> ListColumns(const MetricCatalog& catalog, const std::vector<const Metric*>& metrics,
                                const std::vector<CustomColumn>& columns) {
  std::vector<Listed> listed;
  for (const Metric* metric : metrics) {
    const std::vector<std::string> entities = EntitiesOf(catalog, *metric);
    for (const CustomColumn& column : columns) {
      if (!Describes(catalog, *metric, column)) continue;
      const auto entity = std::ranges::find(entities, column.entity);
      const Listed one{column, static_cast<std::size_t>(entity - entities.begin())};
      const auto known = std::ranges::find(listed, column.id, [](const Listed& other) { return other.column.id; });
      if (known == listed.end()) {
        listed.push_back(one);
      } else if (one.distance < known->distance) {
        *known = one;
      }
    }
  }
  return listed;
}

// What serves as a dimension first, of that what is nearest to the rows, of that what is filled most.
bool ComesBefore(const Listed& a, const Listed& b) {
  const auto place = [](const Listed& one) {
    return std::tuple(!one.column.SplitsWell(), one.distance, OddityOf(one.column), std::string_view(one.column.source),
                      std::string_view(one.column.object));
  };
  if (place(a) != place(b)) return place(a) < place(b);
  const std::int64_t left = a.column.filled * b.column.rows;
  const std::int64_t right = b.column.filled * a.column.rows;
  return left != right ? left > right : a.column.id < b.column.id;
}

Result<analysis::Output> RunColumns(const MetricCatalog& catalog, const ColumnsParams& params,
                                    analysis::Context& context) {
  std::vector<const Metric*> metrics;
  if (!params.metric.empty()) {
    auto metric = catalog.Require(params.metric);
    if (!metric) return Fail(std::move(metric.error()).Field("metric"));
    metrics.push_back(*metric);
  } else {
    for (const Metric& metric : catalog.metrics()) metrics.push_back(&metric);
  }
  WEIR_TRY(std::vector<CustomColumn> columns, ReadCustomColumns(context.session()));
  if (!params.entity.empty()) {
    std::erase_if(columns, [&](const CustomColumn& column) { return column.entity != params.entity; });
  }
  std::vector<Listed> listed = ListColumns(catalog, metrics, columns);
  std::ranges::sort(listed, ComesBefore);
  const analysis::TableSpec spec = Spec();
  analysis::Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  for (const auto& [column, distance] : listed) {
    table.rows.push_back({column.id, column.source, column.object, column.object_title.en, column.object_title.ru,
                          column.header, std::string(NameOf(column.type)), column.filled, column.rows, column.different,
                          column.SplitsWell(), WhyNot(column)});
  }
  return analysis::Output{.tables = {std::move(table)}};
}

}  // namespace

analysis::Analysis ColumnsAnalysis(std::shared_ptr<const MetricCatalog> catalog) {
  analysis::Analysis declared{
      .info = {.id = "metrics.columns",
               .title = {"Custom columns of metrics", "Свои столбцы показателей"},
               .help = {"Columns of sources that no mapping names and that split and filter metrics: for --by and "
                        "--where of 'metrics'. Those with very many values come last: they serve as filters.",
                        "Столбцы источников, которых нет в сопоставлениях: годятся для разрезов и условий, для --by и "
                        "--where команды metrics. Столбцы с очень многими значениями стоят в конце: они для условий."},
               .needs = {"custom_column"},
               .tables = {Spec()}},
      .params = analysis::SpecsOf<ColumnsParams>()};
  declared.run = [catalog](const analysis::RawParams& raw, analysis::Context& context) -> Result<analysis::Output> {
    WEIR_TRY(const ColumnsParams params, analysis::Bind<ColumnsParams>(raw));
    return RunColumns(*catalog, params, context);
  };
  return declared;
}

}  // namespace weir::metrics
