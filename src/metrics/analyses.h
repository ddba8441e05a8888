// What people ask the metric layer:
//   metrics           any metrics by period and dimensions
//   metrics.catalog   the definitions
//   metrics.columns   columns that no mapping names, as dimensions and filters
//   metrics.explain   why one number is not another
//   metrics.history   what a metric has meant, version by version
//   metrics.proposals definitions that were proposed, and what they would do
//   metrics.seals     sealed months and their adjustments
//   metrics.reconcile which question gives the figure of another report; metrics.conflict the same of a whole sheet
//   filters           what the filter bar offers: teams, segments, the range of days
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analysis/declaration.h"
#include "metrics/catalog.h"

namespace weir::metrics {

std::vector<analysis::Analysis> Analyses(std::shared_ptr<const MetricCatalog> catalog);

// Ids of the team that is meant by an id or a name, and of all teams below it; empty for an empty text. An unknown team
// is an error that suggests the nearest name.
Result<std::vector<std::string>> TeamsUnder(std::string_view team, store::Session& session);
// The team itself; the first by id where several have that name.
Result<std::string> TeamMeant(std::string_view team, store::Session& session);

// The month in which years begin: that of the settings for calendar "fiscal", else January.
int FirstMonthOf(std::string_view calendar, const analysis::Settings& settings);

}  // namespace weir::metrics
