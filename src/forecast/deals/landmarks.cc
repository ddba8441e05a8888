#include "forecast/deals/landmarks.h"

#include <algorithm>
#include <vector>

#include "base/result.h"

namespace weir::forecast {
namespace {

constexpr int kMostWeeksApart = 13;

// The weeks before as_of, counted back from 1, between which a deal may be open at a snapshot.
struct OpenWeeks {
  int first = 1;  // the latest
  int last = 0;   // the earliest; below `first` where there are none
};

OpenWeeks WeeksOf(const DealHistory& deal, const LandmarkOptions& options) {
  const DealState* last_known = nullptr;
  Day begins = options.as_of;
  Day ends = options.as_of;
  Day learnt = std::numeric_limits<Day>::min();
  for (const DealState& state : deal.states) {
    if (state.known_day > options.as_of || state.from_day > options.as_of) continue;
    begins = std::min(begins, std::max(state.from_day, state.known_day));
    learnt = std::max({learnt, state.from_day, state.known_day});
    last_known = &state;
  }
  if (last_known == nullptr) return {};
  if (last_known->kind != DealKind::kOpen) ends = learnt;
  return {.first = std::max(1, (options.as_of - ends + 6) / 7),
          .last = std::min(options.history_weeks, (options.as_of - begins) / 7)};
}

// How a set of snapshots is thinned.
struct Thinning {
  int weeks_apart = 1;
  std::size_t deals_apart = 1;
};

bool IsTaken(std::size_t deal, int week, const Thinning& thinning) {
  const auto apart = static_cast<std::size_t>(thinning.weeks_apart);
  return deal % thinning.deals_apart == 0 &&
         (static_cast<std::size_t>(week) + deal / thinning.deals_apart) % apart == 0;
}

// The rows that all snapshots may give, at most: a deal that closes so many weeks before as_of has none later.
std::size_t MostRows(const std::vector<OpenWeeks>& weeks, int horizon, const Thinning& thinning) {
  std::size_t rows = 0;
  for (std::size_t i = 0; i < weeks.size(); i += thinning.deals_apart) {
    for (int week = weeks[i].first; week <= weeks[i].last; ++week) {
      if (IsTaken(i, week, thinning)) rows += static_cast<std::size_t>(std::min(horizon, week - weeks[i].first + 1));
    }
  }
  return rows;
}

Thinning Thin(const std::vector<OpenWeeks>& weeks, const LandmarkOptions& options) {
  Thinning thinning;
  std::size_t rows = MostRows(weeks, options.horizon_weeks, thinning);
  while (rows > options.max_rows && thinning.weeks_apart < kMostWeeksApart) {
    ++thinning.weeks_apart;
    rows = MostRows(weeks, options.horizon_weeks, thinning);
  }
  if (rows > options.max_rows) thinning.deals_apart = rows / options.max_rows;
  while (rows > options.max_rows && thinning.deals_apart < weeks.size()) {
    ++thinning.deals_apart;
    rows = MostRows(weeks, options.horizon_weeks, thinning);
  }
  return thinning;
}

// Rows of one deal, and which of its weeks they tell of.
class DealRows {
 public:
  DealRows(const DealHistory& deal, const FeatureSpace& space, const LandmarkOptions& options, CodedRows* rows)
      : deal_(deal), space_(space), options_(options), rows_(rows) {}

  void AddSnapshot(int weeks_before) {
    const Day day = options_.as_of - 7 * weeks_before;
    const DealState* state = StateAt(deal_, day, day);
    if (state == nullptr || state->kind != DealKind::kOpen) return;
    const DealState* closing = ClosingAfter(deal_, day, options_.as_of);
    const int closes =
        closing == nullptr ? std::numeric_limits<int>::max() : std::max(1, (closing->from_day - day + 6) / 7);
    const DealFeatures features = space_.At(deal_, day);
    const int weeks = std::min({weeks_before, options_.horizon_weeks, closes});
    for (int week = 1; week <= weeks; ++week) {
      if (day + 7 * (week - 1) < options_.weeks_from) continue;
      const auto codes = space_.CodesOf(features, day, week);
      rows_->codes.insert(rows_->codes.end(), codes.begin(), codes.end());
      OutcomeCounts counts;
      (week < closes ? counts.none : closing->kind == DealKind::kWon ? counts.won : counts.lost) = 1;
      rows_->counts.push_back(counts);
      seen_.push_back(weeks_before - week);
    }
  }

  // Different weeks among the rows.
  std::size_t Weeks() {
    std::sort(seen_.begin(), seen_.end());
    return static_cast<std::size_t>(std::unique(seen_.begin(), seen_.end()) - seen_.begin());
  }

 private:
  const DealHistory& deal_;
  const FeatureSpace& space_;
  const LandmarkOptions& options_;
  CodedRows* rows_;
  std::vector<int> seen_;
};

}  // namespace

Landmarks BuildLandmarks(std::span<const DealHistory> deals, const FeatureSpace& space,
                         const LandmarkOptions& options) {
  WEIR_CHECK(options.horizon_weeks >= 1 && options.history_weeks >= 1 && options.max_rows >= 1);
  std::vector<OpenWeeks> weeks;
  weeks.reserve(deals.size());
  for (const DealHistory& deal : deals) weeks.push_back(WeeksOf(deal, options));
  const Thinning thinning = Thin(weeks, options);
  CodedRows rows{.groups = space.Groups()};
  std::size_t deal_weeks = 0;
  for (std::size_t i = 0; i < deals.size(); i += thinning.deals_apart) {
    DealRows of_deal(deals[i], space, options, &rows);
    for (int week = weeks[i].first; week <= weeks[i].last; ++week) {
      if (IsTaken(i, week, thinning)) of_deal.AddSnapshot(week);
    }
    deal_weeks += of_deal.Weeks();
  }
  const auto count = static_cast<double>(rows.size());
  return {.rows = Merged(rows),
          .weeks_apart = thinning.weeks_apart,
          .deals_apart = thinning.deals_apart,
          .repeats = deal_weeks > 0 ? count / static_cast<double>(deal_weeks) : 1};
}

}  // namespace weir::forecast
