#include "pipeline/pipeline.h"

#include "pipeline/coverage.h"
#include "pipeline/inspect.h"
#include "pipeline/pacing.h"
#include "pipeline/velocity.h"
#include "pipeline/waterfall.h"

namespace weir::pipeline {

std::vector<analysis::Analysis> Analyses(const std::shared_ptr<const metrics::MetricCatalog>& catalog) {
  return {WaterfallAnalysis(catalog), InspectAnalysis(catalog), VelocityAnalysis(catalog), CoverageAnalysis(catalog),
          PacingAnalysis(catalog)};
}

}  // namespace weir::pipeline
