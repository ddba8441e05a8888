#include "forecast/deals/arrivals.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/result.h"
#include "forecast/deals/deal_features.h"
#include "forecast/deals/weighted_points.h"

namespace weir::forecast {
namespace {

constexpr double kHalfLifeWeeks = 26;
constexpr int kQuarterWeeks = 13;

// The middle day of the i-th week before as_of.
Day MiddleOf(Day as_of, std::size_t i) { return as_of - 7 * static_cast<Day>(i) - 3; }

// The weighted mean of counts, the first of which is the latest week, each against its season.
double LevelOf(std::span<const double> counts, std::span<const double> seasons) {
  double sum = 0;
  double expected = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double weight = std::exp2(-static_cast<double>(i) / kHalfLifeWeeks);
    sum += weight * counts[i];
    expected += weight * seasons[i];
  }
  return expected > 0 ? sum / expected : 0;
}

// Wins and deals at risk by weeks since creation.
struct Ages {
  std::vector<double> at_risk;
  std::vector<double> won;
  std::vector<double> closed;
};

Ages AgesOf(std::span<const DealHistory> deals, const ArrivalOptions& options) {
  Ages ages;
  const auto count = static_cast<std::size_t>(options.history_weeks);
  ages.at_risk.assign(count, 0);
  ages.won.assign(count, 0);
  ages.closed.assign(count, 0);
  for (const DealHistory& deal : deals) {
    const Day age_days = options.as_of - deal.created_day;
    if (StateAt(deal, options.as_of, options.as_of) == nullptr || age_days < 0 ||
        age_days >= 7 * options.history_weeks) {
      continue;
    }
    const DealState* closing = ClosingAfter(deal, deal.created_day - 1, options.as_of);
    if (closing != nullptr && closing->from_day > options.as_of) closing = nullptr;
    const Day until = closing == nullptr ? age_days : std::max(0, closing->from_day - deal.created_day);
    // Of weeks that are not over only those count in which it closed.
    const auto whole = static_cast<std::size_t>(until / 7);
    for (std::size_t age = 0; age < whole && age < count; ++age) ++ages.at_risk[age];
    if (closing == nullptr || whole >= count) continue;
    ++ages.at_risk[whole];
    ++(closing->kind == DealKind::kWon ? ages.won : ages.closed)[whole];
  }
  return ages;
}

// What was created by weeks left in the quarter.
struct QuarterCounts {
  std::array<double, 14> seen{};
  std::array<double, 14> weeks{};
  double all = 0;    // deals
  double known = 0;  // weeks
  // Squared distances of weeks from the mean of their place in the quarter, over it: a season is not chance.
  double off = 0;
};

QuarterCounts CountByWeek(const std::vector<double>& counts, const ArrivalOptions& options) {
  QuarterCounts quarter;
  std::vector<std::size_t> place(counts.size(), quarter.seen.size());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto left = WeeksLeftInQuarter(options.quarter_starts, MiddleOf(options.as_of, i));
    if (!left) continue;
    place[i] = static_cast<std::size_t>(*left);
    quarter.seen[place[i]] += counts[i];
    ++quarter.weeks[place[i]];
    quarter.all += counts[i];
    ++quarter.known;
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (place[i] >= quarter.seen.size()) continue;
    const double expected = std::max(quarter.seen[place[i]] / quarter.weeks[place[i]], .5);
    quarter.off += (counts[i] - expected) * (counts[i] - expected) / expected;
  }
  return quarter;
}

}  // namespace

double Arrivals::SeasonOf(Day day) const {
  const auto left = WeeksLeftInQuarter(options_.quarter_starts, day);
  return left ? season_[static_cast<std::size_t>(*left)] : 1;
}

std::vector<double> Arrivals::SeasonsOf(std::size_t weeks) const {
  std::vector<double> seasons;
  seasons.reserve(weeks);
  for (std::size_t i = 0; i < weeks; ++i) seasons.push_back(SeasonOf(MiddleOf(options_.as_of, i)));
  return seasons;
}

// A factor for each week of the quarter, as far as the spread of counts is more than chance.
void Arrivals::FitSeason(const std::vector<double>& counts) {
  season_.fill(1);
  const QuarterCounts quarter = CountByWeek(counts, options_);
  if (quarter.all <= 0) return;
  double statistic = 0;
  double groups = -1;
  for (std::size_t left = 0; left < quarter.seen.size(); ++left) {
    if (quarter.weeks[left] <= 0) continue;
    const double expected = quarter.all / quarter.known * quarter.weeks[left];
    statistic += (quarter.seen[left] - expected) * (quarter.seen[left] - expected) / expected;
    ++groups;
  }
  const double freedom = quarter.known - groups - 1;
  if (groups < 2 || freedom < groups) return;
  const double noise = std::max(1.0, quarter.off / freedom);
  const double kept = std::max(0.0, 1 - groups * noise / std::max(statistic, 1e-9));
  for (std::size_t left = 0; left < quarter.seen.size(); ++left) {
    if (quarter.weeks[left] <= 0) continue;
    season_[left] = 1 + kept * (quarter.seen[left] / (quarter.all / quarter.known * quarter.weeks[left]) - 1);
  }
}

// How far earlier levels were from the numbers of the quarters after them, beyond what the spread of weeks explains.
void Arrivals::FitLevelError(const std::vector<double>& counts) {
  constexpr double kPrior = .01;  // a tenth of the level, with the weight of four quarters
  constexpr double kPriorQuarters = 4;
  double sum = kPrior * kPriorQuarters;
  double quarters = kPriorQuarters;
  const std::vector<double> seasons = SeasonsOf(counts.size());
  for (std::size_t origin = kQuarterWeeks; origin + kQuarterWeeks <= counts.size(); origin += kQuarterWeeks) {
    const double level = LevelOf(std::span(counts).subspan(origin), std::span(seasons).subspan(origin));
    double said = 0;
    double came = 0;
    for (std::size_t i = origin - kQuarterWeeks; i < origin; ++i) {
      said += level * seasons[i];
      came += counts[i];
    }
    if (said <= 0) continue;
    sum += ((came - said) * (came - said) - dispersion_ * said) / (said * said);
    ++quarters;
  }
  // One wild quarter of a company that had just begun must not make all that follows a guess.
  level_error_ = std::clamp(std::sqrt(std::max(sum, 0.0) / quarters), .02, .6);
}

void Arrivals::FitNumbers(const std::vector<double>& counts) {
  FitSeason(counts);
  const std::vector<double> seasons = SeasonsOf(counts.size());
  level_ = LevelOf(counts, seasons);
  double off = 0;
  double weeks = 0;
  // Of weeks that follow each other half the squared difference is the variance, whatever the level has done since.
  for (std::size_t i = 0; i + 1 < counts.size(); ++i) {
    const double one = counts[i] / std::max(seasons[i], .1);
    const double other = counts[i + 1] / std::max(seasons[i + 1], .1);
    const double mean = (one + other) / 2;
    if (mean <= 0) continue;
    off += (one - other) * (one - other) / 2 / mean;
    ++weeks;
  }
  dispersion_ = weeks > 0 ? std::max(1.0, off / weeks) : 1;
  FitLevelError(counts);
}

Arrivals Arrivals::Fit(std::span<const DealHistory> deals, const ArrivalOptions& options) {
  WEIR_CHECK(options.history_weeks >= 1);
  Arrivals arrivals;
  arrivals.options_ = options;
  arrivals.season_.fill(1);
  Day first = std::numeric_limits<Day>::max();
  std::vector<double> counts(static_cast<std::size_t>(options.history_weeks), 0);
  for (const DealHistory& deal : deals) {
    const Day age = options.as_of - deal.created_day;
    if (StateAt(deal, options.as_of, options.as_of) == nullptr || age < 0) continue;
    first = std::min(first, deal.created_day);
    if (age / 7 < options.history_weeks) ++counts[static_cast<std::size_t>(age / 7)];
    const DealState* closing = ClosingAfter(deal, deal.created_day - 1, options.as_of);
    if (closing == nullptr || closing->from_day > options.as_of || closing->kind != DealKind::kWon) continue;
    if (age < 7 * options.history_weeks) {
      arrivals.wins_.push_back(
          {.age = std::max(0, closing->from_day - deal.created_day) / 7, .amount = std::max(0.0, closing->amount)});
    }
  }
  if (first > options.as_of) return arrivals;
  // Weeks before the first deal are not weeks without one, and the week of the first may be half a week.
  const auto weeks = static_cast<std::size_t>(std::max(1, (options.as_of - first) / 7));
  counts.resize(std::min(counts.size(), weeks));
  arrivals.FitNumbers(counts);
  const Ages ages = AgesOf(deals, options);
  // The share that is still open falls with wins and losses alike.
  double open = 1;
  for (std::size_t age = 0; age < ages.at_risk.size() && ages.at_risk[age] > 0; ++age) {
    arrivals.won_by_age_.push_back(arrivals.won_by_age_.back() + open * ages.won[age] / ages.at_risk[age]);
    open *= 1 - (ages.won[age] + ages.closed[age]) / ages.at_risk[age];
  }
  return arrivals;
}

double Arrivals::WonWithin(double weeks) const {
  const auto whole = static_cast<std::size_t>(std::max(0.0, weeks));
  if (whole + 1 >= won_by_age_.size()) return won_by_age_.back();
  const double part = weeks - static_cast<double>(whole);
  return won_by_age_[whole] + part * (won_by_age_[whole + 1] - won_by_age_[whole]);
}

ExpectedArrivals Arrivals::Until(Day last_day) const { return Between(options_.as_of + 1, last_day); }

ExpectedArrivals Arrivals::Between(Day first_day, Day last_day, const Levers& levers) const {
  ExpectedArrivals expected;
  double spread = 0;
  const auto won_by = [&](double days) { return std::min(1.0, levers.win_rate * WonWithin(days / levers.cycle / 7)); };
  for (Day begin = options_.as_of; begin < last_day; begin += 7) {
    const Day days = std::min(7, last_day - begin);
    const double created = levers.volume * level_ * SeasonOf(begin + days / 2 + 1) * days / 7;
    // Created on the first day of the week or its last, a deal has so many days to the end or days - 1 less, the day
    // itself with them: one that is won at once is won on it.
    const double middle = begin + (days - 1) / 2.0;
    const double share = won_by(last_day - middle) - won_by(std::max(0.0, first_day - 1 - middle));
    const double won = created * std::max(0.0, share);
    expected.created += created;
    expected.wins.mean += won;
    // Those of one week that are won are a thinned number: its spread shrinks with the square of the share.
    if (created > 0) spread += won * won * (dispersion_ - 1) / created;
  }
  const double mean = expected.wins.mean;
  const double share_error = wins_.empty() ? 0 : 1 / static_cast<double>(wins_.size());
  expected.wins.variance = mean + spread + mean * mean * (level_error_ * level_error_ + share_error);
  expected.wins.amounts = AmountsWithin((last_day - options_.as_of) / levers.cycle);
  for (PossibleAmount& possible : expected.wins.amounts) possible.amount *= levers.price;
  return expected;
}

std::vector<PossibleAmount> Arrivals::AmountsWithin(double days) const {
  if (wins_.empty()) return {{.amount = 0, .share = 1}};
  constexpr double kCommonWeight = 20;
  constexpr int kPoints = 12;
  std::vector<WeightedPoint> early;
  std::vector<WeightedPoint> all;
  all.reserve(wins_.size());
  for (const Win& win : wins_) {
    all.push_back({.value = win.amount});
    // Of deals that are created on the days of a period, the share that is as old by its end.
    const double left = days - 7 * win.age;
    if (left > 0) early.push_back({.value = win.amount, .weight = left / days});
  }
  return FewPoints(Mixed(early, all, kCommonWeight), kPoints);
}

}  // namespace weir::forecast
