// Months of metrics that are sealed, unsealed, and both taken back. Internal to workspace/.
#pragma once

#include <string_view>
#include <vector>

#include "workspace/metric_actions.h"

namespace weir::workspace {

inline constexpr std::string_view kUnsealMetric = "metrics.unseal";

std::vector<analysis::Action> SealActions();
Result<MetricEffect> SealMonth(store::Connection& connection, const analysis::RawParams& raw,
                               const MetricActionSetup& setup);
Result<MetricEffect> UnsealMonth(store::Connection& connection, const analysis::RawParams& raw,
                                 const MetricActionSetup& setup);
Result<MetricEffect> UndoSeal(store::Connection& connection, const DecisionRow& decision,
                              const MetricActionSetup& setup);

}  // namespace weir::workspace
