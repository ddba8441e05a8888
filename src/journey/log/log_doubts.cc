#include "journey/log/log_doubts.h"

#include <algorithm>
#include <cstdint>

#include "base/time.h"

namespace weir::journey {
namespace {

constexpr std::size_t kFewEvents = 20;
constexpr std::size_t kManyEvents = 1000;
constexpr Micros kTwentyYears = 20LL * 365 * kMicrosPerDay;

// Nearly each event a case of its own, or all of them one: the column is not that of cases.
void DoubtCases(const EventLog& log, const SortedLog& sorted, std::vector<Phrase>& doubts) {
  std::size_t with_events = 0;
  std::size_t most = 0;
  for (std::size_t id = 0; id < sorted.cases(); ++id) {
    const std::size_t events = sorted.StepsOf(static_cast<CaseId>(id)).size();
    with_events += events > 0 ? 1 : 0;
    most = std::max(most, events);
  }
  const std::size_t empty = sorted.cases() - with_events;
  if (empty > 0) doubts.push_back(MakePhrase("{} cases have no event", empty));
  if (log.size() >= kFewEvents && with_events * 10 > log.size() * 9) {
    doubts.push_back(MakePhrase(
        "nearly every event has a case of its own ({} cases, {} events): is the column of cases the right one?",
        with_events, log.size()));
  }
  if (log.size() >= kManyEvents && most * 10 > log.size() * 9) {
    doubts.push_back(
        MakePhrase("one case has {} of {} events: is the column of cases the right one?", most, log.size()));
  }
  if (log.size() >= kFewEvents && log.activity_names.size() * 10 > log.size() * 9) {
    doubts.push_back(
        MakePhrase("nearly every event has an activity of its own: is the column of activities the right one?"));
  }
}

// Far from the middle of all: the clock of a machine without a battery, a date of birth, a placeholder.
void DoubtTimes(const EventLog& log, std::vector<Phrase>& doubts) {
  if (log.at.empty()) return;
  std::vector<Micros> times = log.at;
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  const Micros center = *middle;
  const auto is_far = [&](Micros at) { return at < center - kTwentyYears || at > center + kTwentyYears; };
  const auto far = std::ranges::count_if(log.at, is_far);
  if (far == 0) return;
  const auto first = static_cast<std::size_t>(std::ranges::find_if(log.at, is_far) - log.at.begin());
  doubts.push_back(
      MakePhrase("{} events are more than 20 years from the middle of the log; the first is at {} in case {}", far,
                 FormatInstant({log.at[first]}), log.case_names[log.case_of[first]]));
}

}  // namespace

std::vector<Phrase> DoubtsOf(const EventLog& log, const SortedLog& sorted) {
  std::vector<Phrase> doubts;
  DoubtCases(log, sorted, doubts);
  DoubtTimes(log, doubts);
  return doubts;
}

}  // namespace weir::journey
