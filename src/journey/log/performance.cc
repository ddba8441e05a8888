#include "journey/log/performance.h"

#include <algorithm>
#include <deque>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace weir::journey {
namespace {

// Inversions of `values`, which are sorted by it.
std::uint64_t SortAndCount(std::span<Micros> values, std::span<Micros> spare) {
  if (values.size() < 2) return 0;
  const std::size_t middle = values.size() / 2;
  std::uint64_t inversions = SortAndCount(values.first(middle), spare.first(middle)) +
                             SortAndCount(values.subspan(middle), spare.subspan(middle));
  std::size_t left = 0;
  std::size_t right = middle;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool takes_right = left == middle || (right < values.size() && values[right] < values[left]);
    if (takes_right && left < middle) inversions += middle - left;
    spare[i] = takes_right ? values[right++] : values[left++];
  }
  std::copy(spare.begin(), spare.begin() + static_cast<std::ptrdiff_t>(values.size()), values.begin());
  return inversions;
}

// The last place of each activity within the case that is looked at.
class LastSeen {
 public:
  explicit LastSeen(std::uint32_t activities) : case_of_(activities, kNoValue), place_(activities) {}

  // The place within the case at which it was seen before; kNoValue where it was not.
  std::uint32_t Exchange(CaseId id, ActivityId activity, std::uint32_t place) {
    const std::uint32_t before = case_of_[activity] == id ? place_[activity] : kNoValue;
    case_of_[activity] = id;
    place_[activity] = place;
    return before;
  }

 private:
  std::vector<CaseId> case_of_;
  std::vector<std::uint32_t> place_;
};

// What is gathered of an activity before it is summed up.
struct Work {
  std::vector<Micros> service;
  std::vector<Micros> waiting;
  std::uint64_t unfinished = 0;
  std::uint64_t unstarted = 0;
};

// One case: starts that are open by activity, and when the last step before was completed.
void FollowCase(const SortedLog& log, CaseId id, std::span<const LifeCycle> stage_of, std::vector<Work>* work) {
  std::unordered_map<ActivityId, std::deque<Micros>> open;
  bool has_completed = false;
  Micros completed = 0;
  for (std::uint32_t i = log.begin_of_case[id]; i < log.begin_of_case[id + 1]; ++i) {
    Work& of = (*work)[log.activity_of[i]];
    const LifeCycle stage = stage_of[log.event_of[i]];
    if (stage == LifeCycle::kStart) {
      open[log.activity_of[i]].push_back(log.at[i]);
      if (has_completed) of.waiting.push_back(log.at[i] - completed);
    } else if (stage == LifeCycle::kComplete) {
      std::deque<Micros>& starts = open[log.activity_of[i]];
      if (starts.empty()) {
        ++of.unstarted;
      } else {
        of.service.push_back(log.at[i] - starts.front());
        starts.pop_front();
      }
      has_completed = true;
      completed = log.at[i];
    }
  }
  for (const auto& [activity, starts] : open) (*work)[activity].unfinished += starts.size();
}

struct Doing {
  ActivityId activity = 0;
  std::uint32_t by = 0;
  Micros at = 0;
  CaseId of = 0;

  auto Key() const { return std::tuple(activity, by, at, of); }
};

std::vector<Doing> DoingsOf(const SortedLog& log, std::span<const std::uint32_t> done_by) {
  std::vector<Doing> doings;
  doings.reserve(log.size());
  for (CaseId id = 0; id < log.cases(); ++id) {
    for (std::uint32_t i = log.begin_of_case[id]; i < log.begin_of_case[id + 1]; ++i) {
      const std::uint32_t by = done_by.empty() ? 0 : done_by[log.event_of[i]];
      if (by != kNoValue) doings.push_back({.activity = log.activity_of[i], .by = by, .at = log.at[i], .of = id});
    }
  }
  std::sort(doings.begin(), doings.end(), [](const Doing& one, const Doing& other) { return one.Key() < other.Key(); });
  return doings;
}

std::uint64_t CasesOf(std::span<const Doing> doings) {
  std::vector<CaseId> cases;
  for (const Doing& doing : doings) cases.push_back(doing.of);
  std::sort(cases.begin(), cases.end());
  return static_cast<std::uint64_t>(std::unique(cases.begin(), cases.end()) - cases.begin());
}

}  // namespace

std::vector<Passage> PassagesOf(const SortedLog& log, ActivityId from, ActivityId to) {
  std::vector<Passage> passages;
  for (CaseId id = 0; id < log.cases(); ++id) {
    for (std::uint32_t i = log.begin_of_case[id] + 1; i < log.begin_of_case[id + 1]; ++i) {
      if (log.activity_of[i - 1] == from && log.activity_of[i] == to) {
        passages.push_back({.left = log.at[i - 1], .arrived = log.at[i], .of = id});
      }
    }
  }
  std::sort(passages.begin(), passages.end(), [](const Passage& one, const Passage& other) {
    return std::tuple(one.left, one.arrived, one.of) < std::tuple(other.left, other.arrived, other.of);
  });
  return passages;
}

std::uint64_t OvertakesOf(std::span<const Passage> passages) {
  // Those that left together arrive in order here, so that they are no inversions.
  std::vector<Micros> arrivals;
  arrivals.reserve(passages.size());
  for (const Passage& passage : passages) arrivals.push_back(passage.arrived);
  std::vector<Micros> spare(arrivals.size());
  return SortAndCount(arrivals, spare);
}

std::vector<Rework> ReworkOf(const SortedLog& log) {
  std::vector<Rework> all(log.activities);
  for (ActivityId id = 0; id < log.activities; ++id) all[id].activity = id;
  LastSeen last(log.activities);
  LastSeen repeating(log.activities);
  for (CaseId id = 0; id < log.cases(); ++id) {
    const auto steps = log.StepsOf(id);
    for (std::uint32_t i = 0; i < steps.size(); ++i) {
      Rework& rework = all[steps[i]];
      const std::uint32_t before = last.Exchange(id, steps[i], i);
      if (before == kNoValue) {
        ++rework.cases;
        continue;
      }
      ++rework.repeats;
      if (before + 1 == i) ++rework.direct_repeats;
      if (before + 2 == i) ++rework.ping_pongs;
      if (repeating.Exchange(id, steps[i], i) == kNoValue) ++rework.repeating_cases;
    }
  }
  return all;
}

std::vector<WorkTimes> WorkTimesOf(const SortedLog& log, std::span<const LifeCycle> stage_of) {
  WEIR_CHECK(stage_of.size() == log.size());
  std::vector<Work> work(log.activities);
  for (CaseId id = 0; id < log.cases(); ++id) FollowCase(log, id, stage_of, &work);
  std::vector<WorkTimes> all(log.activities);
  for (ActivityId id = 0; id < log.activities; ++id) {
    all[id] = {.activity = id,
               .service = SummaryOf(work[id].service),
               .waiting = SummaryOf(work[id].waiting),
               .services = work[id].service.size(),
               .waits = work[id].waiting.size(),
               .unfinished = work[id].unfinished,
               .unstarted = work[id].unstarted};
  }
  return all;
}

std::vector<BatchWork> BatchWorkOf(const SortedLog& log, Micros gap, std::uint64_t least,
                                   std::span<const std::uint32_t> done_by) {
  WEIR_CHECK(done_by.empty() || done_by.size() == log.size());
  std::vector<BatchWork> all(log.activities);
  for (ActivityId id = 0; id < log.activities; ++id) all[id].activity = id;
  const std::vector<Doing> doings = DoingsOf(log, done_by);
  for (std::size_t begin = 0; begin < doings.size();) {
    std::size_t end = begin + 1;
    while (end < doings.size() && doings[end].activity == doings[begin].activity &&
           doings[end].by == doings[begin].by && doings[end].at - doings[end - 1].at <= gap) {
      ++end;
    }
    const std::uint64_t size = end - begin;
    if (size >= least && CasesOf(std::span(doings).subspan(begin, size)) >= least) {
      BatchWork& batch = all[doings[begin].activity];
      ++batch.batches;
      batch.batched_events += size;
      batch.largest = std::max(batch.largest, size);
    }
    begin = end;
  }
  return all;
}

std::vector<HandOver> HandOversOf(const SortedLog& log, std::span<const std::uint32_t> done_by) {
  WEIR_CHECK(done_by.size() == log.size());
  struct Gathered {
    std::vector<Micros> waits;
    std::uint64_t cases = 0;
    CaseId last = kNoValue;
  };
  std::map<std::pair<std::uint32_t, std::uint32_t>, Gathered> pairs;
  for (CaseId id = 0; id < log.cases(); ++id) {
    std::uint32_t before = kNoValue;
    Micros since = 0;
    for (std::uint32_t i = log.begin_of_case[id]; i < log.begin_of_case[id + 1]; ++i) {
      const std::uint32_t by = done_by[log.event_of[i]];
      if (by == kNoValue) continue;
      if (before != kNoValue) {
        Gathered& gathered = pairs[{before, by}];
        gathered.waits.push_back(log.at[i] - since);
        if (std::exchange(gathered.last, id) != id) ++gathered.cases;
      }
      before = by;
      since = log.at[i];
    }
  }
  std::vector<HandOver> all;
  all.reserve(pairs.size());
  for (auto& [pair, gathered] : pairs) {
    all.push_back({.from = pair.first,
                   .to = pair.second,
                   .count = gathered.waits.size(),
                   .cases = gathered.cases,
                   .waits = SummaryOf(gathered.waits)});
  }
  return all;
}

}  // namespace weir::journey
