#include "journey/discovery/sub_log.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace weir::journey {
namespace {

std::uint64_t Mixed(std::uint64_t value) {
  value ^= value >> 31U;
  value *= 0x9E3779B97F4A7C15ULL;
  return value ^ (value >> 29U);
}

std::uint64_t HashOf(std::span<const std::uint32_t> run) {
  std::uint64_t hash = run.size();
  for (const std::uint32_t step : run) hash = Mixed(hash + step + 1);
  return hash;
}

}  // namespace

SubLogBuilder::SubLogBuilder(std::vector<ActivityId> activities) : slots_(16, 0) {
  log_.activities = std::move(activities);
}

bool SubLogBuilder::IsOpenRun(std::size_t run) const {
  const auto open = std::span(log_.steps).subspan(log_.begin.back());
  return std::ranges::equal(log_.RunOf(run), open);
}

void SubLogBuilder::Grow() {
  slots_.assign(slots_.size() * 2, 0);
  for (std::size_t run = 0; run < hashes_.size(); ++run) {
    std::size_t at = hashes_[run] & (slots_.size() - 1);
    while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = static_cast<std::uint32_t>(run + 1);
  }
}

void SubLogBuilder::EndRun(std::uint64_t cases) {
  cases_ += cases;
  const std::uint64_t hash = HashOf(std::span<const std::uint32_t>(log_.steps).subspan(log_.begin.back()));
  std::size_t at = hash & (slots_.size() - 1);
  for (; slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
    const std::size_t run = slots_[at] - 1;
    if (hashes_[run] != hash || !IsOpenRun(run)) continue;
    log_.cases[run] += cases;
    log_.steps.resize(log_.begin.back());
    return;
  }
  slots_[at] = static_cast<std::uint32_t>(log_.cases.size() + 1);
  hashes_.push_back(hash);
  log_.cases.push_back(cases);
  log_.begin.push_back(log_.steps.size());
  if (hashes_.size() * 2 > slots_.size()) Grow();
}

SubLog SubLogBuilder::Build() && {
  log_.steps.resize(log_.begin.back());
  std::vector<std::uint32_t> place(log_.activities.size(), 0);
  for (const std::uint32_t step : log_.steps) place[step] = 1;
  std::uint32_t kept = 0;
  for (std::size_t old = 0; old < place.size(); ++old) {
    if (place[old] == 0) continue;
    log_.activities[kept] = log_.activities[old];
    place[old] = kept++;
  }
  if (kept < place.size()) {
    log_.activities.resize(kept);
    for (std::uint32_t& step : log_.steps) step = place[step];
  }
  log_.steps.shrink_to_fit();
  return std::move(log_);
}

SubLog WholeLog(const Variants& variants, std::span<const std::uint32_t> ranks) {
  std::vector<ActivityId> activities(variants.activities);
  std::iota(activities.begin(), activities.end(), 0U);
  if (ranks.size() == activities.size()) {
    std::ranges::stable_sort(activities, {}, [&](ActivityId id) { return ranks[id]; });
  }
  std::vector<std::uint32_t> place(activities.size());
  for (std::uint32_t at = 0; at < activities.size(); ++at) place[activities[at]] = at;
  SubLogBuilder builder(std::move(activities));
  for (std::size_t variant = 0; variant < variants.size(); ++variant) {
    for (const ActivityId step : variants.StepsOf(variant)) builder.Push(place[step]);
    builder.EndRun(variants.cases[variant]);
  }
  return std::move(builder).Build();
}

}  // namespace weir::journey
