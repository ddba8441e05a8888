// From one number to another in several bridges, one after the other, each for a cause of its own; as tables. Internal
// to metrics/.
#pragma once

#include <string>
#include <vector>

#include "analysis/declaration.h"
#include "metrics/bridge.h"

namespace weir::metrics {

struct BridgeStep {
  std::string cause = {};  // "data", "definition", "program"
  BridgePart part = {};    // its key is unique among all steps
};

struct Steps {
  Number start = {};
  Number end = {};
  analysis::Text start_title = {};
  analysis::Text end_title = {};
  std::vector<BridgeStep> steps = {};  // what they come to is end - start
  std::vector<analysis::Warning> warnings = {};

  // The parts of a bridge, for a cause.
  void Add(const std::string& cause, Bridge bridge);
  // A difference that no rows tell.
  void AddWhole(const std::string& cause, const analysis::Text& title, Int128 units);
};

analysis::TableSpec StepsSpec(std::string name, analysis::Text title);
analysis::Table StepsTable(const analysis::TableSpec& spec, const Steps& steps);

// The greatest rows of each part; also those of metrics.explain.
analysis::TableSpec PartRowsSpec();
void AddPartRows(const BridgePart& part, std::int64_t limit, analysis::Table& table);
analysis::Table StepRowsTable(const Steps& steps, std::int64_t limit);

// The rows of the part of this key, of the kind that most of them are.
Result<analysis::Evidence> EvidenceOf(const Steps& steps, const std::string& part);

}  // namespace weir::metrics
