// An agreement on a metric as one change of the workspace. Internal to workspace/.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "workspace/definitions.h"
#include "workspace/metric_actions.h"

namespace weir::workspace {

struct MetricChange {
  analysis::Decision decision = {};
  std::shared_ptr<const Definitions> in_force = {};  // null: they are what they were
};

// Its rows, its data version and its decision in one transaction, and with them the text of a definition that comes
// into force or goes, in the folder of the workspace. The number of the data version is set here; `action` may also be
// that which undoes a decision.
Result<MetricChange> ChangeMetric(store::Connection& connection, const std::filesystem::path& home,
                                  std::string_view action, const analysis::RawParams& params, MetricActionSetup setup);

}  // namespace weir::workspace
