// What the tables of Pulse say, in words of both languages. Only what the data hold is said; where they hold nothing,
// that is said. Internal to pulse/.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/text.h"
#include "pulse/funnel.h"
#include "pulse/headline.h"
#include "pulse/plan.h"

namespace weir::pulse {

struct Sentence {
  std::string code;
  analysis::Text text;
};

struct SourceState {
  std::string source;
  analysis::Text title;  // what people call it
  std::optional<Instant> last_observed_at;
  std::int64_t rows = 0;
  std::int64_t quarantined = 0;
  std::optional<Decimal> age_days;  // at as-of, 2 digits
};

struct Findings {
  const PulseView* view = nullptr;
  const Headline* headline = nullptr;
  const Funnel* funnel_now = nullptr;     // both measured at the same age:
  const Funnel* funnel_before = nullptr;  // what went on by the last day of each range
  const std::vector<SourceState>* sources = nullptr;
  const std::optional<PlanFact>* plan = nullptr;
};

// The first is what the page opens with: what was won, against the plan or the last period, and which step of the
// funnel weakened.
std::vector<Sentence> MakeSentences(const Findings& findings);

}  // namespace weir::pulse
