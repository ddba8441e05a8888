// Agreement on metrics: definitions that are proposed, approved by the departments that own them and put in force, and
// months that are sealed. Internal to workspace/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/declaration.h"
#include "analysis/principal.h"
#include "base/definitions.h"
#include "base/result.h"
#include "engine/engine.h"
#include "store/database.h"
#include "workspace/effect.h"
#include "workspace/ledger.h"

namespace weir::workspace {

inline constexpr std::string_view kSealMetric = "metrics.seal";

std::vector<analysis::Action> MetricActions();
bool IsMetricAction(std::string_view action);

struct MetricActionSetup {
  const analysis::Principal& principal;
  std::string department = {};  // of the caller; empty: of none
  std::string reason = {};
  Instant now = {};
  std::int64_t version = 0;                // the data version that the change makes
  const engine::Answer* sealed = nullptr;  // of kSealMetric: the answer to QuestionOfSeal
};

// What a change does, and the text that comes into force or goes.
struct MetricEffect {
  Effect effect = {};
  std::optional<DefinitionFile> put = {};
  std::string take = {};  // the path of a text of the workspace
};

// The number that is sealed, as the caller would ask for it.
Result<engine::Question> QuestionOfSeal(const analysis::RawParams& params);

// The rows are written; the texts are the caller's to write.
Result<MetricEffect> ApplyMetricAction(store::Connection& connection, std::string_view action,
                                       const analysis::RawParams& params, const MetricActionSetup& setup);
// Puts back what was before the decision.
Result<MetricEffect> UndoMetricDecision(store::Connection& connection, const DecisionRow& decision,
                                        const MetricActionSetup& setup);

}  // namespace weir::workspace
