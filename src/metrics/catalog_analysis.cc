#include <nlohmann/json.hpp>

#include "analysis/columns.h"

#include "metrics/metrics_analysis.h"

namespace weir::metrics {
namespace {

using analysis::ColumnType;
using analysis::NoParams;
using analysis::TextOf;
using Json = nlohmann::ordered_json;

// The columns of the time by which a metric's rows are placed; several where its parts differ.
std::string TimeOf(const MetricCatalog& catalog, const Metric& metric) {
  std::string names;
  for (const Metric* base : catalog.BasesOf(metric)) {
    const std::string name = base->time ? base->time->Path() : "as_of";
    if (names.find(name) == std::string::npos) names += (names.empty() ? "" : ", ") + name;
  }
  return names;
}

std::string GrainTableOf(const MetricCatalog& catalog, const Metric& metric) {
  std::string names;
  for (const Metric* base : catalog.BasesOf(metric)) {
    const std::string name = "scoped." + base->view;
    if (names.find(name) == std::string::npos) names += (names.empty() ? "" : ", ") + name;
  }
  return names;
}

Json DimensionsOf(const MetricCatalog& catalog, const Metric& metric) {
  Json dimensions = Json::array();
  for (const std::string& id : metric.dimensions) {
    const analysis::Text title = catalog.DimensionTitle(id);
    dimensions.push_back({{"id", id}, {"en", title.en}, {"ru", title.ru}});
  }
  return dimensions;
}

Json RivalsOf(const MetricCatalog& catalog, const Metric& metric) {
  Json rivals = Json::array();
  for (const Rival& rival : metric.rivals) {
    Json one = Json::object();
    if (rival.id.empty()) {
      one["name"] = {{"en", rival.name.en}, {"ru", rival.name.ru}};
      one["formula"] = {{"en", rival.formula.en}, {"ru", rival.formula.ru}};
    } else {
      const Metric& other = *catalog.FindMetric(rival.id);
      one["id"] = rival.id;
      one["formula"] = {{"en", other.formula.en}, {"ru", other.formula.ru}};
    }
    if (!rival.used_by.empty()) one["used_by"] = rival.used_by;
    rivals.push_back(std::move(one));
  }
  return rivals;
}

// The metric that counts what a share is a share of: so few of them make it uncertain.
store::Value BaseOf(const MetricCatalog& catalog, const Metric& metric) {
  if (metric.unit != Unit::kShare || metric.denominator.size() != 1) return {};
  const Metric* base = catalog.FindMetric(metric.denominator.front());
  const bool counts = base != nullptr && base->unit == Unit::kCount && !base->is_part;
  return counts ? store::Value(base->id) : store::Value();
}

}  // namespace

analysis::TableSpec DefinitionsSpec() {
  return {.name = "definitions",
          .title = {"Definitions", "Определения"},
          .key = {"id"},
          .columns = {TextOf("id", "Metric", "Показатель"),
                      {.name = "version", .type = ColumnType::kInteger, .title = {"Version", "Версия"}},
                      TextOf("title_en", "Title", "Название (англ.)"),
                      TextOf("title_ru", "Title (Russian)", "Название"),
                      TextOf("description_en", "Description", "Описание (англ.)"),
                      TextOf("description_ru", "Description (Russian)", "Описание"),
                      TextOf("department", "Owner", "Владелец"),
                      TextOf("formula", "Formula", "Формула (англ.)"),
                      TextOf("formula_ru", "Formula (Russian)", "Формула"),
                      TextOf("unit", "Unit", "Единица"),
                      TextOf("better", "Better", "Лучше"),
                      TextOf("additivity", "Additivity", "Суммируемость"),
                      TextOf("base", "A share of", "Доля от"),
                      TextOf("time_column", "Counted by", "По дате"),
                      TextOf("grain_table", "One row is", "Строка таблицы"),
                      {.name = "dimensions", .type = ColumnType::kJson, .title = {"Dimensions", "Разрезы"}},
                      {.name = "rivals", .type = ColumnType::kJson, .title = {"Rivals", "Другие определения"}},
                      TextOf("source_file", "File", "Файл")}};
}

analysis::Table DefinitionsTable(const MetricCatalog& catalog) {
  const analysis::TableSpec spec = DefinitionsSpec();
  analysis::Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  for (const Metric& metric : catalog.metrics()) {
    if (metric.is_part) continue;
    table.rows.push_back({metric.id, metric.version, metric.title.en, metric.title.ru, metric.description.en,
                          metric.description.ru, metric.owner, metric.formula.en, metric.formula.ru,
                          std::string(NameOf(metric.unit)), std::string(metric.is_up_better ? "up" : "down"),
                          std::string(NameOf(metric.additivity)), BaseOf(catalog, metric), TimeOf(catalog, metric),
                          GrainTableOf(catalog, metric), DimensionsOf(catalog, metric).dump(),
                          RivalsOf(catalog, metric).dump(), metric.source_file});
  }
  return table;
}

analysis::Analysis CatalogAnalysis(std::shared_ptr<const MetricCatalog> catalog) {
  analysis::Analysis declared{
      .info = {.id = "metrics.catalog",
               .title = {"Metric catalogue", "Каталог показателей"},
               .help = {"Each metric with its definition, owner, formula and rival definitions.",
                        "Каждый показатель: определение, владелец, формула и другие "
                        "определения того же слова."},
               .tables = {DefinitionsSpec()}}};
  declared.run = [catalog](const analysis::RawParams& raw, analysis::Context&) -> Result<analysis::Output> {
    WEIR_TRY(analysis::Bind<NoParams>(raw));
    return analysis::Output{.tables = {DefinitionsTable(*catalog)}};
  };
  return declared;
}

}  // namespace weir::metrics
