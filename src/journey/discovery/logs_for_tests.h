// For tests: variants made by hand, at random and from the files of shared sets.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "journey/log/log_for_tests.h"
#include "journey/log/variants.h"

namespace weir::journey::testing {

using Runs = std::vector<std::pair<std::vector<ActivityId>, std::uint32_t>>;

inline Variants VariantsFrom(const Runs& runs, std::uint32_t activities) {
  std::vector<std::vector<ActivityId>> steps;
  std::vector<std::uint32_t> cases;
  for (const auto& [run, count] : runs) {
    steps.push_back(run);
    cases.push_back(count);
  }
  return VariantsOfRuns(steps, cases, activities);
}

struct NamedLog {
  Variants variants;
  std::vector<std::string> names;
};

// Names by their first appearance; one letter is one step: "abc abbc".
inline NamedLog LogOf(std::string_view words) {
  NamedLog log;
  Runs runs;
  std::map<char, ActivityId> ids;
  for (std::size_t at = 0; at <= words.size();) {
    const std::size_t behind = std::min(words.find(' ', at), words.size());
    std::vector<ActivityId> run;
    for (const char c : words.substr(at, behind - at)) {
      const auto [place, is_new] = ids.try_emplace(c, static_cast<ActivityId>(ids.size()));
      if (is_new) log.names.emplace_back(1, c);
      run.push_back(place->second);
    }
    runs.emplace_back(std::move(run), 1);
    at = behind + 1;
  }
  log.variants = VariantsFrom(runs, static_cast<std::uint32_t>(log.names.size()));
  return log;
}

// Of up to so many activities, steps and runs; short runs are likely to follow some pattern.
inline Variants RandomLog(RandomStream& random, std::uint32_t activities, int runs, int longest) {
  Runs made;
  for (int i = 0; i < runs; ++i) {
    std::vector<ActivityId> run(static_cast<std::size_t>(random.Integer(0, longest)));
    for (std::size_t at = 0; at < run.size(); ++at) {
      const bool is_next = at > 0 && random.Chance(.6);
      run[at] = is_next ? (run[at - 1] + 1) % activities : static_cast<ActivityId>(random.Integer(0, activities - 1));
    }
    made.emplace_back(std::move(run), static_cast<std::uint32_t>(random.Integer(1, 9)));
  }
  return VariantsFrom(made, activities);
}

// Empty where the set is not here.
inline NamedLog SharedVariants(const std::string& file) {
  NamedLog log;
  std::optional<LogReading> reading = SharedLog(file);
  if (!reading) return log;
  auto variants = VariantsOf(Sorted(reading->log));
  WEIR_CHECK(variants);
  log.variants = std::move(*variants);
  log.names = std::move(reading->log.activity_names);
  return log;
}

}  // namespace weir::journey::testing
