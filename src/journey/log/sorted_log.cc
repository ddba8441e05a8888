#include "journey/log/sorted_log.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <memory>
#include <type_traits>

namespace weir::journey {
namespace {

// So many events of a group of cases fit the second-level cache twice.
constexpr std::size_t kEventsAGroup = 1U << 14U;
// Of more groups than this the places that are written to at once fall out of the cache.
constexpr std::size_t kMostGroups = 1024;
constexpr std::size_t kEventsAPiece = 1U << 20U;

// Without initial values: those would be written, by one thread, over memory that all fill at once.
struct Event {
  Micros at;
  CaseId of;
  ActivityId activity;
  std::uint32_t event;
};
static_assert(std::is_trivially_default_constructible_v<Event>);

bool IsBefore(const Event& one, const Event& other) {
  return one.at != other.at ? one.at < other.at : one.event < other.event;
}

// Puts one case in order: mostly it is already, or nearly.
void SortCase(std::span<Event> events) {
  constexpr std::size_t kFew = 24;
  if (std::is_sorted(events.begin(), events.end(), IsBefore)) return;
  if (events.size() > kFew) {
    std::sort(events.begin(), events.end(), IsBefore);
    return;
  }
  for (std::size_t i = 1; i < events.size(); ++i) {
    const Event moved = events[i];
    std::size_t to = i;
    for (; to > 0 && IsBefore(moved, events[to - 1]); --to) events[to] = events[to - 1];
    events[to] = moved;
  }
}

// Events by groups of neighbouring cases, in each in the order of the input.
class Groups {
 public:
  Groups(std::span<const CaseId> case_of, std::uint32_t cases) : case_of_(case_of) {
    std::size_t groups = std::clamp<std::size_t>(case_of.size() / kEventsAGroup, 1, kMostGroups);
    groups = std::min<std::size_t>(groups, std::max<std::uint32_t>(cases, 1));
    const std::uint32_t each = static_cast<std::uint32_t>((std::max<std::uint64_t>(cases, 1) + groups - 1) / groups);
    shift_ = static_cast<unsigned>(std::bit_width(each - 1));
    count_ = cases == 0 ? 0 : ((cases - 1) >> shift_) + 1;
  }

  std::size_t count() const { return count_; }
  std::uint32_t FirstCase(std::size_t group) const { return static_cast<std::uint32_t>(group << shift_); }
  std::span<const Event> Of(std::size_t group) const {
    return {events_.get() + begin_[group], begin_[group + 1] - begin_[group]};
  }
  std::uint64_t BeginOf(std::size_t group) const { return begin_[group]; }

  void Fill(std::span<const ActivityId> activity_of, std::span<const Micros> at, const Executor& executor,
            const std::stop_token& stop) {
    const std::size_t size = case_of_.size();
    const std::size_t pieces = std::max<std::size_t>(1, (size + kEventsAPiece - 1) / kEventsAPiece);
    std::vector<std::uint32_t> place(pieces * count_, 0);
    executor.ForEach(pieces, [&](std::size_t piece) {
      std::uint32_t* counts = place.data() + piece * count_;
      const std::size_t end = std::min(size, (piece + 1) * kEventsAPiece);
      for (std::size_t i = piece * kEventsAPiece; i < end; ++i) ++counts[case_of_[i] >> shift_];
    });
    begin_.assign(count_ + 1, 0);
    std::uint32_t before = 0;
    for (std::size_t group = 0; group < count_; ++group) {
      begin_[group] = before;
      for (std::size_t piece = 0; piece < pieces; ++piece) {
        const std::uint32_t in_piece = place[piece * count_ + group];
        place[piece * count_ + group] = before;
        before += in_piece;
      }
    }
    begin_[count_] = before;
    events_ = std::make_unique_for_overwrite<Event[]>(size);
    executor.ForEach(pieces, [&](std::size_t piece) {
      if (stop.stop_requested()) return;
      std::uint32_t* next = place.data() + piece * count_;
      const std::size_t end = std::min(size, (piece + 1) * kEventsAPiece);
      for (std::size_t i = piece * kEventsAPiece; i < end; ++i) {
        events_[next[case_of_[i] >> shift_]++] = {
            .at = at[i], .of = case_of_[i], .activity = activity_of[i], .event = static_cast<std::uint32_t>(i)};
      }
    });
  }

 private:
  std::span<const CaseId> case_of_;
  unsigned shift_ = 0;
  std::size_t count_ = 0;
  std::vector<std::uint32_t> begin_;
  std::unique_ptr<Event[]> events_;
};

// The cases of a group, each in order, into the log.
void PlaceGroup(const Groups& groups, std::size_t group, std::uint32_t cases, SortedLog* log) {
  const std::span<const Event> events = groups.Of(group);
  const std::uint32_t first = groups.FirstCase(group);
  const std::uint32_t end = group + 1 == groups.count() ? cases : groups.FirstCase(group + 1);
  std::vector<std::uint32_t> begin(end - first + 1, 0);
  for (const Event& event : events) ++begin[event.of - first + 1];
  for (std::size_t i = 1; i < begin.size(); ++i) begin[i] += begin[i - 1];
  const auto memory = std::make_unique_for_overwrite<Event[]>(events.size());
  const std::span<Event> sorted(memory.get(), events.size());
  std::vector<std::uint32_t> next(begin.begin(), begin.end() - 1);
  for (const Event& event : events) sorted[next[event.of - first]++] = event;
  const auto from = static_cast<std::uint32_t>(groups.BeginOf(group));
  for (std::uint32_t i = 0; i < end - first; ++i) {
    log->begin_of_case[first + i] = from + begin[i];
    SortCase(sorted.subspan(begin[i], begin[i + 1] - begin[i]));
  }
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    log->activity_of[from + i] = sorted[i].activity;
    log->at[from + i] = sorted[i].at;
    log->event_of[from + i] = sorted[i].event;
  }
}

// Nothing to be done where the input is in order already: as logs are written that tell case by case.
bool IsInOrder(std::span<const CaseId> case_of, std::span<const Micros> at) {
  for (std::size_t i = 1; i < case_of.size(); ++i) {
    if (case_of[i] < case_of[i - 1] || (case_of[i] == case_of[i - 1] && at[i] < at[i - 1])) return false;
  }
  return true;
}

SortedLog AsItIs(std::span<const CaseId> case_of, std::span<const ActivityId> activity_of, std::span<const Micros> at,
                 std::uint32_t cases, std::uint32_t activities) {
  SortedLog log{.activities = activities};
  log.begin_of_case.assign(std::size_t{cases} + 1, 0);
  for (const CaseId id : case_of) ++log.begin_of_case[id + 1];
  for (std::size_t i = 1; i < log.begin_of_case.size(); ++i) log.begin_of_case[i] += log.begin_of_case[i - 1];
  log.activity_of.assign(activity_of.begin(), activity_of.end());
  log.at.assign(at.begin(), at.end());
  log.event_of.resize(case_of.size());
  for (std::size_t i = 0; i < case_of.size(); ++i) log.event_of[i] = static_cast<std::uint32_t>(i);
  return log;
}

}  // namespace

Result<SortedLog> Sorted(std::span<const CaseId> case_of, std::span<const ActivityId> activity_of,
                         std::span<const Micros> at, std::uint32_t cases, std::uint32_t activities,
                         const Executor& executor, const std::stop_token& stop) {
  WEIR_CHECK(case_of.size() == activity_of.size() && case_of.size() == at.size());
  if (case_of.size() >= kNoValue) {
    return Fail(TooLarge("an event log of {} events is more than {}", case_of.size(), kNoValue - 1));
  }
  if (IsInOrder(case_of, at)) return AsItIs(case_of, activity_of, at, cases, activities);
  Groups groups(case_of, cases);
  groups.Fill(activity_of, at, executor, stop);
  SortedLog log{.activities = activities};
  log.begin_of_case.assign(std::size_t{cases} + 1, static_cast<std::uint32_t>(case_of.size()));
  // The first touch of so much memory is work too: it is shared out.
  executor.ForEach(2, [&](std::size_t half) {
    if (half == 0) {
      log.at.resize(case_of.size());
    } else {
      log.activity_of.resize(case_of.size());
      log.event_of.resize(case_of.size());
    }
  });
  executor.ForEach(groups.count(), [&](std::size_t group) {
    if (!stop.stop_requested()) PlaceGroup(groups, group, cases, &log);
  });
  if (stop.stop_requested()) return Fail(Cancelled("stopped before it was done"));
  return log;
}

}  // namespace weir::journey
