// metrics.columns: what a metric can be split and filtered by beside the dimensions of the catalogue.
#include <algorithm>

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

  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "metric",
                 .help = {"Only columns of the rows of this metric", "Только столбцы строк этого показателя"},
                 .positional = true},
                metric);
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

// What serves as a dimension first, within an object what is filled most.
bool ComesBefore(const CustomColumn& a, const CustomColumn& b) {
  if (a.SplitsWell() != b.SplitsWell()) return a.SplitsWell();
  if (std::tie(a.source, a.object) != std::tie(b.source, b.object)) {
    return std::tie(a.source, a.object) < std::tie(b.source, b.object);
  }
  const std::int64_t left = a.filled * b.rows;
  const std::int64_t right = b.filled * a.rows;
  return left != right ? left > right : a.id < b.id;
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
  std::erase_if(columns, [&](const CustomColumn& column) {
    return std::ranges::none_of(metrics, [&](const Metric* metric) { return Describes(catalog, *metric, column); });
  });
  const auto [end, last] = std::ranges::unique(columns, {}, &CustomColumn::id);
  columns.erase(end, last);
  std::ranges::sort(columns, ComesBefore);
  const analysis::TableSpec spec = Spec();
  analysis::Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  for (const CustomColumn& column : columns) {
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
