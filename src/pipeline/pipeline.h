// Questions about the open pipeline:
//   pipeline.waterfall  what it was, what came and went, and what it is
//   pipeline.inspect    every open deal, what changed of it, and what speaks against it
//   pipeline.velocity   what it brings a day, and what moved that
//   pipeline.coverage   whether it is enough, by each published variant
//   pipeline.pacing     how far the period is against the same day of earlier ones
#pragma once

#include <memory>
#include <vector>

#include "analysis/declaration.h"
#include "metrics/catalog.h"

namespace weir::pipeline {

std::vector<analysis::Analysis> Analyses(const std::shared_ptr<const metrics::MetricCatalog>& catalog);

}  // namespace weir::pipeline
