// Which rules does a log keep by itself? All forms over single activities and pairs of them, by support and confidence.
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include "journey/conformance/declare.h"

namespace weir::journey {

struct DiscoveryLimits {
  double support = .8;           // of cases in which the rule is called for and kept
  double confidence = .95;       // of activations that are kept
  std::size_t activities = 500;  // the most frequent ones are looked at: work grows with their pairs
};

struct FoundRule {
  Rule rule;
  double support = 0;
  double confidence = 0;
};

// By form, then by confidence and support, the highest first. Forms: exactly once, init, end, responded existence,
// response, precedence and their chain forms; where several of a family hold, the strongest alone is listed: chain
// response before response before responded existence, for one pair. O(events x different activities of a case).
Result<std::vector<FoundRule>> DiscoveredRules(const SortedLog& log, const DiscoveryLimits& limits = {},
                                               const std::stop_token& stop = {});

}  // namespace weir::journey
