// Between which two moments a question looks, from what people write. Internal to pipeline/.
#pragma once

#include <string>

#include "analysis/context.h"
#include "pipeline/scope.h"

namespace weir::pipeline {

struct Span {
  Instant start = {};   // the last microsecond before the window
  Instant end = {};     // the last one of it
  Date start_day = {};  // in the reporting zone
  Date end_day = {};
};

// `from` is a day, whose beginning is meant, or an instant; `to` a day, whose end is meant, or an instant; without
// them the current quarter up to as-of. What lies after as-of is cut off.
Result<Span> SpanAsked(const std::string& from, const std::string& to, const analysis::Context& context);

}  // namespace weir::pipeline
