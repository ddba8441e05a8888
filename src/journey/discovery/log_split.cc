#include "journey/discovery/log_split.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>

namespace weir::journey {
namespace {

// The logs that a split fills, and where each activity goes.
class Parts {
 public:
  Parts(const SubLog& log, const Cut& cut) : group_of(log.activities.size()), place_(log.activities.size()) {
    for (std::uint32_t group = 0; group < cut.groups.size(); ++group) {
      std::vector<ActivityId> activities;
      for (const std::uint32_t activity : cut.groups[group]) {
        group_of[activity] = group;
        place_[activity] = static_cast<std::uint32_t>(activities.size());
        activities.push_back(log.activities[activity]);
      }
      logs.emplace_back(std::move(activities));
    }
  }

  void Push(std::uint32_t step) { logs[group_of[step]].Push(place_[step]); }

  std::vector<SubLog> Built() && {
    std::vector<SubLog> built;
    built.reserve(logs.size());
    for (SubLogBuilder& log : logs) built.push_back(std::move(log).Build());
    return built;
  }

  std::vector<std::uint32_t> group_of;
  std::vector<SubLogBuilder> logs;

 private:
  std::vector<std::uint32_t> place_;
};

using Run = std::span<const std::uint32_t>;

// Events of each group in the whole log.
std::vector<std::uint64_t> EventsOfGroups(const SubLog& log, const Parts& parts) {
  std::vector<std::uint64_t> events(parts.logs.size(), 0);
  for (std::size_t i = 0; i < log.size(); ++i) {
    for (const std::uint32_t step : log.RunOf(i)) events[parts.group_of[step]] += log.cases[i];
  }
  return events;
}

// Of groups with as many events in the run, the one that has fewer in the log takes it: it would lose more by losing
// it.
void SplitExclusive(Run run, std::uint64_t cases, std::span<const std::uint64_t> in_log,
                    std::vector<std::uint32_t>& events, Parts& parts) {
  for (const std::uint32_t step : run) ++events[parts.group_of[step]];
  std::uint32_t most = run.empty() ? 0 : parts.group_of[run.front()];
  for (const std::uint32_t step : run) {
    const std::uint32_t group = parts.group_of[step];
    const bool is_rarer = events[group] == events[most] && in_log[group] < in_log[most];
    if (events[group] > events[most] || is_rarer) most = group;
  }
  for (const std::uint32_t step : run) {
    events[parts.group_of[step]] = 0;
    if (parts.group_of[step] == most) parts.Push(step);
  }
  parts.logs[most].EndRun(cases);
}

// Where the part of `group` that begins at `from` ends with the fewest events lost: those of later groups before it,
// and its own behind it. Events of earlier groups are lost either way.
std::size_t EndOfPart(Run run, std::size_t from, std::uint32_t group, const Parts& parts) {
  std::int64_t cost = 0;
  std::int64_t least = 0;
  std::size_t end = from;
  for (std::size_t i = from; i < run.size(); ++i) {
    const std::uint32_t own = parts.group_of[run[i]];
    if (own == group) --cost;
    if (own > group) ++cost;
    if (cost >= least) continue;
    least = cost;
    end = i + 1;
  }
  return end;
}

// A group that the rest of the run has nothing of needs no walk.
void SplitSequence(Run run, std::uint64_t cases, std::vector<std::uint32_t>& events, Parts& parts) {
  for (const std::uint32_t step : run) ++events[parts.group_of[step]];
  std::size_t from = 0;
  for (std::uint32_t group = 0; group < parts.logs.size(); ++group) {
    if (events[group] > 0) {
      const std::size_t end = EndOfPart(run, from, group, parts);
      for (; from < end; ++from) {
        if (parts.group_of[run[from]] == group) parts.Push(run[from]);
      }
      events[group] = 0;
    }
    parts.logs[group].EndRun(cases);
  }
}

void SplitParallel(Run run, std::uint64_t cases, Parts& parts) {
  for (const std::uint32_t step : run) parts.Push(step);
  for (SubLogBuilder& log : parts.logs) log.EndRun(cases);
}

void SplitLoop(Run run, std::uint64_t cases, Parts& parts) {
  std::uint32_t last = 0;
  for (const std::uint32_t step : run) {
    const std::uint32_t group = parts.group_of[step];
    if (group != last) {
      parts.logs[last].EndRun(cases);
      if (last != 0 && group != 0) parts.logs[0].EndRun(cases);
      last = group;
    }
    parts.Push(step);
  }
  parts.logs[last].EndRun(cases);
  if (last != 0) parts.logs[0].EndRun(cases);
}

}  // namespace

std::vector<SubLog> SplitLog(const SubLog& log, const Cut& cut) {
  Parts parts(log, cut);
  std::vector<std::uint32_t> events(cut.groups.size(), 0);
  std::vector<std::uint64_t> in_log;
  if (cut.op == TreeOperator::kExclusive) in_log = EventsOfGroups(log, parts);
  for (std::size_t i = 0; i < log.size(); ++i) {
    const Run run = log.RunOf(i);
    switch (cut.op) {
      case TreeOperator::kExclusive:
        SplitExclusive(run, log.cases[i], in_log, events, parts);
        break;
      case TreeOperator::kSequence:
        SplitSequence(run, log.cases[i], events, parts);
        break;
      case TreeOperator::kParallel:
        SplitParallel(run, log.cases[i], parts);
        break;
      default:
        SplitLoop(run, log.cases[i], parts);
    }
  }
  std::vector<SubLog> built = std::move(parts).Built();
  if (cut.op == TreeOperator::kExclusive) std::erase_if(built, [](const SubLog& part) { return part.size() == 0; });
  return built;
}

}  // namespace weir::journey
