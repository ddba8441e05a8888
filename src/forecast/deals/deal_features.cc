#include "forecast/deals/deal_features.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/result.h"

namespace weir::forecast {
namespace {

enum NameKind : std::size_t { kStageNames, kOwnerNames, kTeamNames, kSegmentNames, kTypeNames };

// Bins end below these; the last is open. Weeks grow as uncertainty of what a week means does.
constexpr std::array kAgeEdges{1, 2, 3, 5, 9, 14, 27, 53};
constexpr std::array kSilenceEdges{1, 2, 3, 5, 9, 14};
constexpr std::array kCloseEdges{-13, -8, -4, -2, -1, 0, 1, 2, 3, 5, 9, 14, 27};
constexpr std::array kAheadEdges{2, 3, 4, 5, 7, 9, 11, 14, 18, 27, 40};
constexpr int kMostPushes = 4;
constexpr std::uint16_t kAmountBands = 5;
constexpr std::uint16_t kQuarterCodes = 15;  // 0 to 13 weeks left, and not known

template <std::size_t n>
std::uint16_t Bin(int value, const std::array<int, n>& edges) {
  return static_cast<std::uint16_t>(std::upper_bound(edges.begin(), edges.end(), value) - edges.begin());
}

template <std::size_t n>
constexpr std::uint16_t Bins(const std::array<int, n>&) {
  return n + 1;
}

std::size_t At(Feature feature) { return static_cast<std::size_t>(feature); }

int WeeksBetween(Day from, Day to) { return std::max(0, (to - from) / 7); }

// Whole weeks, downwards for what lies before as well.
int FloorWeeks(int days) { return (days >= 0 ? days : days - 6) / 7; }

}  // namespace

std::string_view NameOf(Feature feature) {
  static constexpr std::array<std::string_view, kFeatures> kNames{"stage",  "stage_age", "deal_age",  "pushes",
                                                                  "amount", "owner",     "team",      "segment",
                                                                  "type",   "silence",   "close_date"};
  return kNames[At(feature)];
}

std::optional<int> WeeksLeftInQuarter(std::span<const Day> quarter_starts, Day day) {
  const auto next = std::upper_bound(quarter_starts.begin(), quarter_starts.end(), day);
  if (next == quarter_starts.begin() || next == quarter_starts.end()) return {};
  return std::min((*next - 1 - day) / 7, kQuarterCodes - 2);
}

std::uint16_t FeatureSpace::Names::Of(int name) const {
  return name >= 0 && static_cast<std::size_t>(name) < code.size() ? code[static_cast<std::size_t>(name)]
                                                                   : std::uint16_t{0};
}

FeatureSpace::Names FeatureSpace::MakeNames(const std::vector<int>& carried, std::size_t least, std::size_t most) {
  std::vector<std::size_t> count;
  for (const int name : carried) {
    if (name < 0) continue;
    if (static_cast<std::size_t>(name) >= count.size()) count.resize(static_cast<std::size_t>(name) + 1, 0);
    ++count[static_cast<std::size_t>(name)];
  }
  std::vector<std::size_t> kept(count.size());
  std::iota(kept.begin(), kept.end(), std::size_t{0});
  std::stable_sort(kept.begin(), kept.end(), [&](std::size_t a, std::size_t b) { return count[a] > count[b]; });
  std::erase_if(kept, [&](std::size_t name) { return count[name] < least; });
  kept.resize(std::min(kept.size(), most));
  std::sort(kept.begin(), kept.end());
  Names names{.code = std::vector<std::uint16_t>(count.size(), 0)};
  for (const std::size_t name : kept) names.code[name] = names.codes++;
  return names;
}

FeatureSpace FeatureSpace::Make(std::span<const DealHistory> deals, Day as_of, std::vector<Day> quarter_starts) {
  constexpr std::size_t kLeast = 5;
  constexpr std::size_t kMost = 200;
  std::array<std::vector<int>, 5> carried;
  std::vector<double> amounts;
  amounts.reserve(deals.size());
  for (const DealHistory& deal : deals) {
    const DealState* last = StateAt(deal, as_of, as_of);
    if (last == nullptr) continue;
    // Stages that deals pass through count, not those where they lie now: closed deals would hide the others.
    int before = -1;
    for (const DealState* state : StatesUntil(deal, as_of, as_of)) {
      if (state->kind == DealKind::kOpen && state->stage != before) carried[kStageNames].push_back(state->stage);
      before = state->stage;
    }
    carried[kOwnerNames].push_back(last->owner);
    carried[kTeamNames].push_back(last->team);
    carried[kSegmentNames].push_back(deal.segment);
    carried[kTypeNames].push_back(deal.type);
    if (last->amount > 0) amounts.push_back(last->amount);
  }
  FeatureSpace space;
  for (std::size_t kind = 0; kind < carried.size(); ++kind) {
    space.names_[kind] = MakeNames(carried[kind], kind == kStageNames ? 1 : kLeast, kMost);
  }
  std::sort(amounts.begin(), amounts.end());
  for (std::size_t band = 1; band < kAmountBands && !amounts.empty(); ++band) {
    space.amount_bounds_.push_back(amounts[band * amounts.size() / kAmountBands]);
  }
  WEIR_CHECK(std::is_sorted(quarter_starts.begin(), quarter_starts.end()));
  space.quarter_starts_ = std::move(quarter_starts);
  return space;
}

// 0 where nobody has said it, 1 below 0, then the bands.
std::uint16_t FeatureSpace::AmountCode(double amount) const {
  if (amount == 0) return 0;
  if (amount < 0) return 1;
  const auto band = std::upper_bound(amount_bounds_.begin(), amount_bounds_.end(), amount) - amount_bounds_.begin();
  return static_cast<std::uint16_t>(2 + band);
}

DealFeatures FeatureSpace::At(const DealHistory& deal, Day day) const {
  const DealState* state = StateAt(deal, day, day);
  WEIR_CHECK(state != nullptr);
  const DealConduct conduct = ConductAt(deal, day);
  DealFeatures features;
  const auto set = [&](Feature feature, std::uint16_t code) { features.codes[forecast::At(feature)] = code; };
  set(Feature::kStage, names_[kStageNames].Of(state->stage));
  set(Feature::kStageAge, Bin(WeeksBetween(conduct.stage_since, day), kAgeEdges));
  set(Feature::kDealAge, Bin(WeeksBetween(deal.created_day, day), kAgeEdges));
  set(Feature::kPushes, static_cast<std::uint16_t>(std::min(conduct.pushes, kMostPushes)));
  set(Feature::kAmount, AmountCode(state->amount));
  set(Feature::kOwner, names_[kOwnerNames].Of(state->owner));
  set(Feature::kTeam, names_[kTeamNames].Of(state->team));
  set(Feature::kSegment, names_[kSegmentNames].Of(deal.segment));
  set(Feature::kType, names_[kTypeNames].Of(deal.type));
  // 0 where there was no contact at all.
  if (conduct.last_contact) {
    set(Feature::kSilence,
        static_cast<std::uint16_t>(1 + Bin(WeeksBetween(*conduct.last_contact, day), kSilenceEdges)));
  }
  if (state->close_day) features.days_to_close = *state->close_day - day;
  return features;
}

std::vector<CodedGroup> FeatureSpace::Groups() const {
  const auto named = [&](NameKind kind) { return CodedGroup{.codes = names_[kind].codes}; };
  const auto ordered = [](int codes) {
    return CodedGroup{.codes = static_cast<std::uint16_t>(codes), .is_ordered = true};
  };
  const int stages = names_[kStageNames].codes;
  return {named(kStageNames),
          ordered(Bins(kAgeEdges)),
          ordered(Bins(kAgeEdges)),
          ordered(kMostPushes + 1),
          ordered(2 + kAmountBands),
          named(kOwnerNames),
          named(kTeamNames),
          named(kSegmentNames),
          named(kTypeNames),
          ordered(1 + Bins(kSilenceEdges)),
          ordered(1 + Bins(kCloseEdges)),
          ordered(kQuarterCodes),
          ordered(Bins(kAheadEdges)),
          {.codes = static_cast<std::uint16_t>(stages * Bins(kAheadEdges)), .is_crossed = true}};
}

std::array<std::uint16_t, kFeatureGroups> FeatureSpace::CodesOf(const DealFeatures& features, Day day, int week) const {
  WEIR_CHECK(week >= 1);
  std::array<std::uint16_t, kFeatureGroups> codes{};
  std::copy(features.codes.begin(), features.codes.end(), codes.begin());
  if (features.days_to_close) {
    const int weeks = FloorWeeks(*features.days_to_close - 7 * (week - 1) - 1);
    codes[kFixedFeatures] = static_cast<std::uint16_t>(1 + Bin(weeks, kCloseEdges));
  }
  const std::uint16_t ahead = Bin(week, kAheadEdges);
  // The middle of the week: one day of the next quarter does not make it a week of that.
  codes[kFeatures] =
      static_cast<std::uint16_t>(WeeksLeftInQuarter(quarter_starts_, day + 7 * week - 3).value_or(kQuarterCodes - 1));
  codes[kFeatures + 1] = ahead;
  codes[kFeatures + 2] = static_cast<std::uint16_t>(codes[forecast::At(Feature::kStage)] * Bins(kAheadEdges) + ahead);
  return codes;
}

}  // namespace weir::forecast
