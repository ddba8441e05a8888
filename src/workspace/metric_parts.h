// What proposals and seals of metrics have in common. Internal to workspace/.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/declaration.h"
#include "base/result.h"
#include "workspace/actions.h"
#include "workspace/metric_actions.h"
#include "workspace/metric_agreement.h"

namespace weir::workspace {

inline constexpr std::size_t kLongestNote = 2'000;  // bytes

inline bool Holds(const std::vector<std::string>& departments, std::string_view department) {
  return std::ranges::find(departments, department) != departments.end();
}

Status CheckLength(std::string_view field, std::string_view text, std::size_t longest);
// Of those steps that must say why.
Status RequireReason(const MetricActionSetup& setup);

inline Stamp StampOf(const MetricActionSetup& setup) {
  return {.who = setup.principal.user, .at = setup.now, .data_version = setup.version};
}

Error ChangedSince(const DecisionRow& decision);

template <typename P>
analysis::Action DeclareMetricAction(std::string_view id, const analysis::Text& title, const analysis::Text& help) {
  return {.info = {.id = std::string(id), .title = title, .help = help, .right = "decide", .tables = {DecisionTable()}},
          .params = analysis::SpecsOf<P>()};
}

}  // namespace weir::workspace
