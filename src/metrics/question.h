// What people may ask of any metric, as parameters: which days, which rows. Shared by the analyses of metrics/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "analysis/params.h"
#include "analysis/result.h"
#include "base/time.h"
#include "metrics/query.h"

namespace weir::metrics {

struct QuestionParams {
  std::optional<Date> from = {};
  std::optional<Date> to = {};
  std::string where = {};
  std::string team = {};
  std::string segment = {};
  std::string calendar = "gregorian";
  bool with_excluded = false;

  void DescribePeriod(analysis::ParamVisitor& visitor);
  void DescribeRows(analysis::ParamVisitor& visitor);
};

// Of no metric yet.
Result<Query> QueryOf(const QuestionParams& params, analysis::Context& context);

// Amounts without a rate are left out of sums, and said so.
analysis::Warning NoExchangeRate(std::int64_t count, const std::string& currency);

// The tables of the model that the catalogue's views show, and those by which every question is limited.
std::vector<std::string> NeedsOf(const MetricCatalog& catalog);
// The parameter `metric` may be any of the catalogue, and metrics that are agreed on later.
void AllowMetrics(const MetricCatalog& catalog, std::vector<analysis::ParamSpec>& params);

}  // namespace weir::metrics
