#include "forecast/deals/deal_history.h"

#include <algorithm>
#include <tuple>

namespace weir::forecast {
namespace {

// The end of the states that began by `day`.
auto EndOf(const DealHistory& history, Day day) {
  return std::upper_bound(history.states.begin(), history.states.end(), day,
                          [](Day at, const DealState& state) { return at < state.from_day; });
}

}  // namespace

void SortStates(DealHistory* history) {
  std::stable_sort(history->states.begin(), history->states.end(), [](const DealState& one, const DealState& other) {
    return std::tie(one.from_day, one.known_day) < std::tie(other.from_day, other.known_day);
  });
  std::sort(history->contact_days.begin(), history->contact_days.end());
}

const DealState* StateAt(const DealHistory& history, Day day, Day known_by) {
  for (auto state = EndOf(history, day); state != history.states.begin();) {
    --state;
    if (state->known_day <= known_by) return &*state;
  }
  return nullptr;
}

std::vector<const DealState*> StatesUntil(const DealHistory& history, Day day, Day known_by) {
  std::vector<const DealState*> states;
  states.reserve(history.states.size());
  const auto end = EndOf(history, day);
  for (auto state = history.states.begin(); state != end; ++state) {
    if (state->known_day > known_by) continue;
    if (!states.empty() && states.back()->from_day == state->from_day) states.pop_back();
    states.push_back(&*state);
  }
  return states;
}

const DealState* ClosingAfter(const DealHistory& history, Day day, Day known_by) {
  if (const DealState* now = StateAt(history, day, known_by); now != nullptr && now->kind != DealKind::kOpen) {
    return now;
  }
  const DealState* last = nullptr;
  for (auto state = EndOf(history, day); state != history.states.end(); ++state) {
    if (state->known_day > known_by) continue;
    // A day's last state is what counts of that day.
    if (last != nullptr && last->from_day != state->from_day && last->kind != DealKind::kOpen) return last;
    last = &*state;
  }
  return last != nullptr && last->kind != DealKind::kOpen ? last : nullptr;
}

DealConduct ConductAt(const DealHistory& history, Day day) {
  DealConduct conduct{.stage_since = history.created_day, .pushes = 0, .last_contact = {}};
  const DealState* before = nullptr;
  for (const DealState* state : StatesUntil(history, day, day)) {
    if (before == nullptr || before->stage != state->stage) conduct.stage_since = state->from_day;
    if (before != nullptr && before->close_day && state->close_day && *state->close_day > *before->close_day) {
      ++conduct.pushes;
    }
    before = state;
  }
  const auto after = std::upper_bound(history.contact_days.begin(), history.contact_days.end(), day);
  if (after != history.contact_days.begin()) conduct.last_contact = *std::prev(after);
  return conduct;
}

}  // namespace weir::forecast
