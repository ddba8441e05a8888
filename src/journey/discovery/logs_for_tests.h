// For tests: variants made by hand, at random and from the files of shared sets.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/shared_sets_for_tests.h"
#include "journey/log/variants.h"

namespace weir::journey::testing {

using Runs = std::vector<std::pair<std::vector<ActivityId>, std::uint32_t>>;

// Most frequent first, then by steps, as Variants stand.
inline Variants VariantsFrom(const Runs& runs, std::uint32_t activities) {
  std::map<std::vector<ActivityId>, std::uint32_t> counts;
  for (const auto& [run, cases] : runs) counts[run] += cases;
  Runs sorted(counts.begin(), counts.end());
  std::ranges::stable_sort(sorted, [](const auto& a, const auto& b) { return a.second > b.second; });
  Variants variants;
  variants.activities = activities;
  for (const auto& [run, cases] : sorted) {
    variants.steps.insert(variants.steps.end(), run.begin(), run.end());
    variants.begin.push_back(variants.steps.size());
    variants.cases.push_back(cases);
  }
  return variants;
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

inline std::string Unescaped(std::string text) {
  for (const auto& [mark, plain] : {std::pair("&quot;", "\""), {"&apos;", "'"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}}) {
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; ++at) {
      text.replace(at, std::string_view(mark).size(), plain);
    }
  }
  return text;
}

// The concept:name of each event of each trace, in the order of time: only for the well-formed files of the shared sets.
// Empty where the file is absent.
inline NamedLog SharedLog(std::string_view file) {
  const std::string text = Unzipped(SharedData() / "eventlogs" / file);
  NamedLog log;
  std::map<std::string, ActivityId> ids;
  Runs runs;
  const auto value = [&](std::string_view part, std::string_view key) -> std::string {
    const std::size_t at = part.find("key=\"" + std::string(key) + "\"");
    if (at == std::string_view::npos) return {};
    const std::size_t from = part.find("value=\"", at) + 7;
    return std::string(part.substr(from, part.find('"', from) - from));
  };
  for (std::size_t trace = text.find("<trace"); trace != std::string::npos; trace = text.find("<trace", trace + 1)) {
    const std::size_t end = text.find("</trace>", trace);
    std::vector<std::pair<std::string, ActivityId>> events;
    for (std::size_t at = text.find("<event", trace); at < end; at = text.find("<event", at + 1)) {
      const std::string_view part = std::string_view(text).substr(at, text.find("</event>", at) - at);
      const std::string name = Unescaped(value(part, "concept:name"));
      const auto [place, is_new] = ids.try_emplace(name, static_cast<ActivityId>(ids.size()));
      if (is_new) log.names.push_back(name);
      events.emplace_back(value(part, "time:timestamp"), place->second);
    }
    std::vector<ActivityId> run;
    for (const auto& [at, activity] : events) run.push_back(activity);
    runs.emplace_back(std::move(run), 1);
  }
  log.variants = VariantsFrom(runs, static_cast<std::uint32_t>(log.names.size()));
  return log;
}

}  // namespace weir::journey::testing
