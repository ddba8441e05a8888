// What a report may have asked otherwise: definitions, periods, moments and zones that are tried. Internal to metrics/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/text.h"
#include "metrics/figure.h"
#include "metrics/query.h"

namespace weir::metrics {

struct MetricTry {
  const Metric* metric = nullptr;
  double cost = 0;
};

// The asked one first, its rivals, those of the same rows, then all others of the unit; without one all of the unit
// that the figure may have.
std::vector<MetricTry> MetricsToTry(const MetricCatalog& catalog, const Figure& figure, const Metric* asked);

// Whether a figure may be a number of the metric: no share is a sum of money.
bool MayBe(const Figure& figure, const Metric& metric);

struct PeriodTry {
  std::optional<Date> from = {};
  std::optional<Date> to = {};
  analysis::Text title = {};
  double cost = 0;
};

// The one that is asked first.
std::vector<PeriodTry> PeriodsOf(const Query& query);

// Ends of days at which the report may have been made: when the period ended, and shortly after.
std::vector<Date> MomentsToTry(const Query& query);

// UTC, and a zone of each part of the world that business is done in.
const std::vector<std::string>& ZonesToTry();

}  // namespace weir::metrics
