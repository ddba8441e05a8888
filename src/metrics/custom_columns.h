// Columns of sources that no mapping names, as dimensions and filters of metrics: ext.<source>.<object>.<column>. They
// come from the data and not from the catalogue, so they are read with each question that names one; what a question
// does not name, it does not read. docs/design/custom-columns.md
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "analysis/declaration.h"
#include "analysis/result.h"
#include "analysis/text.h"
#include "base/result.h"
#include "metrics/catalog.h"
#include "store/engine.h"

namespace weir::metrics {

struct CustomColumn {
  std::string id = {};
  std::string source = {};
  std::string object = {};
  analysis::Text object_title = {};
  std::string header = {};  // as it stands in the file
  std::string entity = {};  // what it describes: one column may describe a person and a lead
  std::string view = {};    // in schema scoped, of words
  std::string column = {};
  ValueType type = ValueType::kText;
  std::int64_t rows = 0;
  std::int64_t filled = 0;
  std::int64_t different = 0;
  bool is_personal = false;

  analysis::Text Title() const;  // "HubSpot deals: Budget holder"
  // Whether a group of rows stands behind most values, so that a number may be split by them.
  bool SplitsWell() const;
};

// Those that the caller may see, by id.
Result<std::vector<CustomColumn>> ReadCustomColumns(store::Session& session);

// Whether all rows that a metric is made of are described by the column.
bool Describes(const MetricCatalog& catalog, const Metric& metric, const CustomColumn& column);

// The columns that a question names in `by` or `where`. An unknown one is an error that suggests the nearest.
Result<std::vector<CustomColumn>> NamedColumns(const std::vector<std::string>& by, const std::string& where,
                                               store::Session& session);

// What splits badly is answered all the same, and said.
std::vector<analysis::Warning> WarnOfManyValues(const std::vector<std::string>& by,
                                                const std::vector<CustomColumn>& columns);

// metrics.columns: the columns that split or filter a metric.
analysis::Analysis ColumnsAnalysis(std::shared_ptr<const MetricCatalog> catalog);

}  // namespace weir::metrics
