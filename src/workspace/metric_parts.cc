#include "workspace/metric_parts.h"

#include "base/text.h"

namespace weir::workspace {

Status CheckLength(std::string_view field, std::string_view text, std::size_t longest) {
  if (text.size() <= longest) return {};
  return Fail(
      TooLarge("'{}' has at most {} bytes, this one has {}", field, longest, text.size()).Field(std::string(field)));
}

Status RequireReason(const MetricActionSetup& setup) {
  if (!TrimBlanks(setup.reason).empty()) return CheckLength("reason", setup.reason, kLongestNote);
  return Fail(BadUsage("this needs a reason").Field("reason").Mend("Say why: it is kept with the decision"));
}

Error ChangedSince(const DecisionRow& decision) {
  return Conflict("what decision {} set has been changed since", decision.id)
      .Field("decision_id")
      .Mend("Undo the later decision first");
}

}  // namespace weir::workspace
