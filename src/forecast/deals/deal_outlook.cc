#include "forecast/deals/deal_outlook.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace weir::forecast {
namespace {

double Within(const std::vector<double>& by, int days) {
  if (days <= 0 || by.size() < 2) return 0;
  const auto week = static_cast<std::size_t>(days / 7);
  if (week + 1 >= by.size()) return by.back();
  return by[week] + (by[week + 1] - by[week]) * (days % 7) / 7;
}

// `deal` with one feature as `other` has it.
DealFeatures With(DealFeatures deal, Feature feature, const DealFeatures& other) {
  if (feature == Feature::kCloseDate) {
    deal.days_to_close = other.days_to_close;
  } else {
    const auto at = static_cast<std::size_t>(feature);
    deal.codes[at] = other.codes[at];
  }
  return deal;
}

bool IsSame(const DealFeatures& deal, Feature feature, const DealFeatures& other) {
  if (feature == Feature::kCloseDate) return deal.days_to_close == other.days_to_close;
  const auto at = static_cast<std::size_t>(feature);
  return deal.codes[at] == other.codes[at];
}

}  // namespace

double DealOutlook::WonWithin(int days) const { return Within(won_by, days); }
double DealOutlook::LostWithin(int days) const { return Within(lost_by, days); }

DealOutlook OutlookOf(std::span<const WeeklyHazard> hazards) {
  DealOutlook outlook{.won_by = {0}, .lost_by = {0}};
  outlook.won_by.reserve(hazards.size() + 1);
  outlook.lost_by.reserve(hazards.size() + 1);
  double open = 1;
  double closing = 0;
  double winning = 0;
  for (std::size_t i = 0; i < hazards.size(); ++i) {
    const double won = open * hazards[i].won;
    const double lost = open * hazards[i].lost;
    const auto week = static_cast<double>(i + 1);
    closing += week * (won + lost);
    winning += week * won;
    outlook.won_by.push_back(outlook.won_by.back() + won);
    outlook.lost_by.push_back(outlook.lost_by.back() + lost);
    open = std::max(0.0, open - won - lost);
  }
  const double won = outlook.won_by.back();
  const double closed = won + outlook.lost_by.back();
  if (closed > 0) outlook.closing_week = closing / closed;
  if (won > 0) outlook.winning_week = winning / won;
  return outlook;
}

Result<std::vector<DealOutlook>> OutlooksOf(const HazardModel& model, const FeatureSpace& space,
                                            std::span<const DealFeatures> deals, Day day, int weeks) {
  WEIR_CHECK(weeks >= 0);
  const auto length = static_cast<std::size_t>(weeks);
  // Some thousand deals at a time: the codes of all weeks of all deals would be large.
  constexpr std::size_t kPiece = 4096;
  std::vector<DealOutlook> outlooks;
  outlooks.reserve(deals.size());
  std::vector<std::uint16_t> codes;
  for (std::size_t begin = 0; begin < deals.size(); begin += kPiece) {
    const auto piece = deals.subspan(begin, std::min(kPiece, deals.size() - begin));
    codes.clear();
    codes.reserve(piece.size() * length * kFeatureGroups);
    for (const DealFeatures& deal : piece) {
      for (int week = 1; week <= weeks; ++week) {
        const auto of_week = space.CodesOf(deal, day, week);
        codes.insert(codes.end(), of_week.begin(), of_week.end());
      }
    }
    WEIR_TRY(const std::vector<WeeklyHazard> hazards, model.Predict(codes));
    for (std::size_t i = 0; i < piece.size(); ++i) {
      outlooks.push_back(OutlookOf(std::span(hazards).subspan(i * length, length)));
    }
  }
  return outlooks;
}

Result<std::vector<FeatureEffect>> EffectsOf(const HazardModel& model, const FeatureSpace& space,
                                             const DealFeatures& deal, std::span<const DealFeatures> others, Day day,
                                             int weeks) {
  std::vector<DealFeatures> asked{deal};
  for (std::size_t at = 0; at < kFeatures; ++at) {
    for (const DealFeatures& other : others) {
      const auto feature = static_cast<Feature>(at);
      if (!IsSame(deal, feature, other)) asked.push_back(With(deal, feature, other));
    }
  }
  WEIR_TRY(const std::vector<DealOutlook> outlooks, OutlooksOf(model, space, asked, day, weeks));
  const double own = outlooks.front().won_by.back();
  std::vector<FeatureEffect> effects;
  effects.reserve(kFeatures);
  std::size_t next = 1;
  for (std::size_t at = 0; at < kFeatures; ++at) {
    const auto feature = static_cast<Feature>(at);
    double difference = 0;
    for (const DealFeatures& other : others) {
      if (!IsSame(deal, feature, other)) difference += own - outlooks[next++].won_by.back();
    }
    effects.push_back(
        {.feature = feature, .won = others.empty() ? 0 : difference / static_cast<double>(others.size())});
  }
  std::stable_sort(effects.begin(), effects.end(), [](const FeatureEffect& one, const FeatureEffect& other) {
    return std::abs(one.won) > std::abs(other.won);
  });
  return effects;
}

}  // namespace weir::forecast
