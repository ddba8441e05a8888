#include "pipeline/risk.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace weir::pipeline {
namespace {

// From so many days of silence on.
constexpr std::int64_t kSilentDays = 14;
constexpr std::int64_t kLongSilentDays = 30;
constexpr std::int64_t kOldStepDays = 30;

std::int64_t PointsOfPushes(std::int64_t pushes) { return pushes >= 3 ? 20 : pushes == 2 ? 15 : pushes == 1 ? 5 : 0; }

std::int64_t PointsOfSilence(std::int64_t days) { return days > kLongSilentDays ? 20 : days > kSilentDays ? 10 : 0; }

std::int64_t PointsOfStay(const Signs& signs) {
  if (!signs.days_in_stage || !signs.usual_days) return 0;
  const std::int64_t usual = std::max<std::int64_t>(*signs.usual_days, 1);
  return *signs.days_in_stage > 2 * usual ? 20 : *signs.days_in_stage > usual ? 10 : 0;
}

}  // namespace

std::string_view NameOf(Sign sign) {
  static constexpr std::array<std::string_view, 10> kNames{
      "past_close",   "no_close_date", "silent",       "pushed",      "slow",
      "no_next_step", "old_next_step", "few_contacts", "handed_over", "shrunk"};
  return kNames[static_cast<std::size_t>(sign)];
}

std::vector<Reason> ReasonsOf(const Signs& signs) {
  std::vector<Reason> reasons;
  const auto add = [&](Sign sign, std::int64_t points) {
    if (points > 0) reasons.push_back({sign, points});
  };
  add(Sign::kPastClose, signs.days_past_close.value_or(0) > 0 ? 25 : 0);
  add(Sign::kNoCloseDate, signs.lacks_close_date ? 15 : 0);
  add(Sign::kSilent, PointsOfSilence(signs.silence_days.value_or(0)));
  add(Sign::kPushed, PointsOfPushes(signs.pushes));
  add(Sign::kSlow, PointsOfStay(signs));
  add(Sign::kNoNextStep, signs.has_next_step.value_or(true) ? 0 : 10);
  add(Sign::kOldNextStep,
      signs.has_next_step.value_or(false) && signs.next_step_days.value_or(0) > kOldStepDays ? 5 : 0);
  add(Sign::kFewContacts, signs.contacts.value_or(2) < 2 ? 10 : 0);
  add(Sign::kHandedOver, signs.owner_changes > 0 ? 5 : 0);
  add(Sign::kShrunk, signs.has_shrunk ? 5 : 0);
  std::ranges::stable_sort(reasons, std::greater<>(), &Reason::points);
  return reasons;
}

std::int64_t PointsOf(std::span<const Reason> reasons) {
  std::int64_t points = 0;
  for (const Reason& reason : reasons) points += reason.points;
  return std::min(points, kMostPoints);
}

namespace {

void AddNorm(std::vector<std::int64_t>& days, std::int32_t stage, std::optional<bool> is_large,
             std::vector<Norm>& norms) {
  if (static_cast<std::int64_t>(days.size()) < kFewestStays) return;
  const auto middle = days.begin() + static_cast<std::ptrdiff_t>((days.size() - 1) / 2);
  std::ranges::nth_element(days, middle);
  norms.push_back({stage, is_large, static_cast<std::int64_t>(days.size()), *middle});
}

}  // namespace

std::vector<Norm> NormsOf(std::span<const Stay> stays) {
  std::vector<Stay> sorted(stays.begin(), stays.end());
  std::ranges::sort(sorted, {}, &Stay::stage);
  std::vector<Norm> norms;
  for (auto first = sorted.begin(); first != sorted.end();) {
    const auto next =
        std::ranges::find_if(first, sorted.end(), [&](const Stay& stay) { return stay.stage != first->stage; });
    std::array<std::vector<std::int64_t>, 3> days;  // of every size, small, large
    for (auto stay = first; stay != next; ++stay) {
      days[0].push_back(stay->days);
      days[stay->is_large ? 2 : 1].push_back(stay->days);
    }
    AddNorm(days[0], first->stage, std::nullopt, norms);
    AddNorm(days[1], first->stage, false, norms);
    AddNorm(days[2], first->stage, true, norms);
    first = next;
  }
  return norms;
}

const Norm* NormFor(std::span<const Norm> norms, std::int32_t stage, std::optional<bool> is_large) {
  const Norm* found = nullptr;
  for (const Norm& norm : norms) {
    if (norm.stage != stage) continue;
    if (!norm.is_large) found = &norm;
    if (norm.is_large && norm.is_large == is_large) return &norm;
  }
  return found;
}

}  // namespace weir::pipeline
