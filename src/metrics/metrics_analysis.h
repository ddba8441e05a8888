// Declarations of the analyses. Internal to metrics/.
#pragma once

#include "metrics/analyses.h"

namespace weir::metrics {

analysis::Analysis MetricsAnalysis(std::shared_ptr<const MetricCatalog> catalog);
analysis::Analysis CatalogAnalysis(std::shared_ptr<const MetricCatalog> catalog);
// metrics.explain: why one number is not another.
analysis::Analysis ExplainAnalysis(std::shared_ptr<const MetricCatalog> catalog);
// metrics.history: what a metric has meant.
analysis::Analysis HistoryAnalysis(std::shared_ptr<const MetricCatalog> catalog);
// metrics.proposals: definitions that wait for their owners. metrics.seals: months that were agreed on.
analysis::Analysis ProposalsAnalysis(const MetricCatalog& catalog);
analysis::Analysis SealsAnalysis(std::shared_ptr<const MetricCatalog> catalog);
// metrics.reconcile: which question gives the figure of another report.
analysis::Analysis TieOutAnalysis(std::shared_ptr<const MetricCatalog> catalog);
// metrics.conflict: a sheet that somebody brought, cell by cell.
analysis::Analysis ConflictAnalysis(std::shared_ptr<const MetricCatalog> catalog);
analysis::Analysis FiltersAnalysis();

// The definitions as a table; parts of other metrics are left out.
analysis::TableSpec DefinitionsSpec();
analysis::Table DefinitionsTable(const MetricCatalog& catalog);

}  // namespace weir::metrics
