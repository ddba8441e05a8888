// Whether this company needs SalesOps, RevOps, both, or not yet, and on what evidence:
//   diagnose            the verdict, its signs, what speaks against it and what is missing
//   diagnose.evidence   every measured line
//   diagnose.plan       what waiting costs, and what to do first
//   diagnose.boards     how the operations teams themselves do
//   diagnose.baseline   four figures, beside what was sealed
//   diagnose.readings   what the lines that rest on the data alone measure
#pragma once

#include <memory>
#include <vector>

#include "analysis/declaration.h"
#include "diagnose/sign.h"
#include "metrics/catalog.h"

namespace weir::diagnose {

std::vector<analysis::Analysis> Analyses(std::shared_ptr<const Signs> signs,
                                         std::shared_ptr<const metrics::MetricCatalog> catalog);

}  // namespace weir::diagnose
