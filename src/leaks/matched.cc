#include "leaks/matched.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/draws.h"
#include "base/log_gamma.h"

namespace weir::leaks {
namespace {

constexpr double kJeffreys = 0.5;
// How alike strata are before anything is known of them: from hardly at all to more than most are. A few strata never
// tell that they are the same.
constexpr std::array<double, 5> kStrengths = {1, 2, 4, 8, 16};
constexpr int kChanceDigits = 9;
// A log-normal worth with more spread than this has a mean made of a few giants: it is held there.
constexpr double kMostLogVariance = 4;

struct Sums {
  double cases = 0;
  double good = 0;
  // Of logarithms of worths.
  double values = 0;
  double sum = 0;
  double squares = 0;

  void Add(const CaseCount& count) {
    cases += static_cast<double>(std::max<std::int64_t>(count.cases, 0));
    good += static_cast<double>(std::clamp<std::int64_t>(count.good, 0, std::max<std::int64_t>(count.cases, 0)));
    if (count.value_cases <= 0 || !std::isfinite(count.value_log_mean)) return;
    const double n = static_cast<double>(count.value_cases);
    const double sd = std::isfinite(count.value_log_sd) ? count.value_log_sd : 0;
    values += n;
    sum += n * count.value_log_mean;
    squares += (n - 1) * sd * sd + n * count.value_log_mean * count.value_log_mean;
  }
  Sums Without(const Sums& other) const {
    return {cases - other.cases, good - other.good, values - other.values, sum - other.sum, squares - other.squares};
  }
  double LogMean() const { return sum / values; }
  double LogVariance() const { return values > 1 ? std::max(0.0, (squares - sum * sum / values) / (values - 1)) : 0; }
};

// How likely it is, after cases of which none ended well, that none can: as likely before as that they end as others
// do, by a prior that is worth one case.
double ImpossibleAfter(const Sums& own, double expected) {
  if (own.good > 0 || own.cases < static_cast<double>(kLeastCases)) return 0;
  const double none = std::exp(LogBeta(expected, 1 - expected + own.cases) - LogBeta(expected, 1 - expected));
  return 1 / (1 + none);
}

// What strata lose and seem to gain as they are, by how many such cases each has.
struct Balance {
  double lost = 0;
  double gained = 0;

  void Add(double cases, double difference) { (difference > 0 ? lost : gained) += cases * std::abs(difference); }
  // The part of the loss that the gains, which are luck, do not make luck as well.
  double Held() const { return lost > 0 ? std::max(0.0, lost - gained) / lost : 0; }
};

}  // namespace

double MatchedCases::Worth::Mean() const {
  const double variance = std::min(scale / shape, kMostLogVariance);
  return std::exp(mean + variance / 2);
}

double MatchedCases::Strength::Mean(const Chance& chance) const {
  if (chance.is_alone) return chance.Mean(2 * kJeffreys);
  double mean = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) mean += shares[i] * chance.Mean(kStrengths[i]);
  return mean;
}

double MatchedCases::Strength::At(double uniform) const {
  std::size_t at = 0;
  for (; at + 1 < shares.size() && uniform >= shares[at]; ++at) uniform -= shares[at];
  return kStrengths[at];
}

MatchedCases::Strength MatchedCases::StrengthOf(std::span<const Chance> chances) {
  // Of one stratum with cases nobody knows how much others are like it.
  if (chances.size() < 2) {
    return {.shares = std::vector<double>(kStrengths.size(), 1.0 / static_cast<double>(kStrengths.size()))};
  }
  std::vector<double> logs;
  for (const double strength : kStrengths) {
    double log = 0;
    for (const Chance& chance : chances) {
      const double good = strength * chance.expected;
      const double bad = strength - good;
      log += LogBeta(good + chance.good, bad + chance.cases - chance.good) - LogBeta(good, bad);
    }
    logs.push_back(log);
  }
  const double most = *std::ranges::max_element(logs);
  Strength made;
  double sum = 0;
  for (const double log : logs) {
    made.shares.push_back(std::exp(log - most));
    sum += made.shares.back();
  }
  for (double& share : made.shares) share /= sum;
  return made;
}

double MatchedCases::DifferenceOf(const Stratum& stratum) const {
  return (stratum.right ? right_.Mean(*stratum.right) : 1.0) - as_it_is_.Mean(stratum.as_it_is);
}

MatchedCases::MatchedCases(std::span<const CaseCount> cases, Strata strata)
    : are_overlapping_(strata == Strata::kOverlapping) {
  struct Sides {
    Sums right;
    Sums as_it_is;
    Sums worth;
  };
  std::map<std::string, Sides> sides;
  Sides all;
  for (const CaseCount& count : cases) {
    Sides& own = sides[count.stratum];
    for (Sides* one : {&own, &all}) {
      (count.is_right ? one->right : one->as_it_is).Add(count);
      one->worth.Add(count);
    }
  }
  const bool has_right = all.right.cases > 0;
  const double least = static_cast<double>(kLeastCases);
  if (all.as_it_is.cases < least || (has_right && all.right.cases < least)) {
    lack_ = {static_cast<std::int64_t>(all.right.cases), static_cast<std::int64_t>(all.as_it_is.cases)};
  }
  const auto chance = [has_right](const Sums& own, const Sums& others) {
    const double expected = (others.good + kJeffreys) / (others.cases + 2 * kJeffreys);
    return Chance{.good = own.good,
                  .cases = own.cases,
                  .expected = expected,
                  .is_alone = others.cases <= 0,
                  .impossible = has_right ? 0 : ImpossibleAfter(own, expected),
                  .others_good = others.good + kJeffreys,
                  .others_bad = others.cases - others.good + kJeffreys};
  };
  const auto worth = [](const Sums& own, const Sums& others) -> std::optional<Worth> {
    if (own.values + others.values <= 0) return std::nullopt;
    const Sums& from = others.values > 0 ? others : own;
    const double weight = others.values > 0 ? kPriorCases : 0;
    const double mean = from.LogMean();
    const double strength = own.values + weight;
    Worth made{.mean = (own.sum + weight * mean) / strength, .strength = strength};
    const double variance = std::max(from.LogVariance(), 1e-6);
    const double deviation = own.values > 0 ? own.LogMean() - mean : 0;
    made.shape = std::max(1.0, (own.values - 1 + weight) / 2);
    made.scale = made.shape * variance;
    if (own.values > 1) {
      const double own_squares = own.LogVariance() * (own.values - 1);
      made.scale = (own_squares + weight * variance + weight * own.values / strength * deviation * deviation) / 2;
      made.scale = std::max(made.scale, made.shape * 1e-6);
    }
    return made;
  };
  const auto make = [&](const Sides& own, const Sides& others) {
    Stratum stratum;
    if (has_right) stratum.right = chance(own.right, others.right);
    stratum.as_it_is = chance(own.as_it_is, others.as_it_is);
    stratum.worth = worth(own.worth, others.worth);
    return stratum;
  };
  for (const auto& [name, own] : sides) {
    strata_[name] =
        make(own, {all.right.Without(own.right), all.as_it_is.Without(own.as_it_is), all.worth.Without(own.worth)});
  }
  all_ = make(all, {});
  std::vector<Chance> rights;
  std::vector<Chance> as_they_are;
  for (const auto& [name, stratum] : strata_) {
    if (stratum.right && stratum.right->cases > 0) rights.push_back(*stratum.right);
    if (stratum.as_it_is.cases > 0) as_they_are.push_back(stratum.as_it_is);
  }
  right_ = StrengthOf(rights);
  as_it_is_ = StrengthOf(as_they_are);
  Balance balance;
  for (auto& [name, stratum] : strata_) {
    stratum.difference = DifferenceOf(stratum);
    balance.Add(stratum.as_it_is.cases, stratum.difference);
  }
  all_.difference = DifferenceOf(all_);
  held_ = balance.Held();
}

const MatchedCases::Stratum& MatchedCases::Of(const std::string& name) const {
  const auto found = strata_.find(name);
  return found == strata_.end() ? all_ : found->second;
}

std::optional<Decimal> MatchedCases::LossOf(const Exposure& exposure) const {
  if (lack_) return std::nullopt;
  const Stratum& stratum = Of(exposure.stratum);
  const double share = held_ * std::max(0.0, stratum.difference);
  constexpr std::uint8_t kDigits = 2;
  constexpr double kCents = 100;
  if (!exposure.worth) {
    if (!stratum.worth) return std::nullopt;
    const double cents = std::round(share * stratum.worth->Mean() * kCents);
    if (!(cents < 1e17)) return std::nullopt;
    return Decimal{static_cast<Int128>(cents), kDigits};
  }
  const auto amount = Rescale(*exposure.worth, kAmountScale);
  if (!amount) return std::nullopt;
  const auto units = static_cast<Int128>(std::round(share * std::pow(10, kChanceDigits)));
  // Amounts of the store have 18 digits: the product has room.
  return Rescale(Decimal{amount->units * units, kAmountScale + kChanceDigits}, kDigits);
}

std::vector<double> MatchedCases::DrawLoss(std::span<const Exposure> exposures, std::uint64_t seed) const {
  if (lack_) return {};
  struct Hanging {
    const Stratum* stratum = nullptr;
    Int128 units = 0;    // of known worth, exact, so that the order of the records does not matter
    double unknown = 0;  // records of a worth to be learnt
  };
  std::map<std::optional<std::string>, Hanging> hanging;  // without a name: of strata that no case had
  bool has_any = false;
  for (const Exposure& exposure : exposures) {
    const bool is_known = strata_.contains(exposure.stratum);
    Hanging& one = hanging[is_known ? std::optional(exposure.stratum) : std::nullopt];
    one.stratum = &Of(exposure.stratum);
    if (exposure.worth) {
      const auto amount = Rescale(*exposure.worth, kAmountScale);
      if (!amount) continue;
      one.units += amount->units;
      has_any = true;
    } else if (one.stratum->worth) {
      one.unknown += 1;
      has_any = true;
    }
  }
  if (!has_any) return {};
  // Strata without records weigh in what is luck.
  for (const auto& [name, stratum] : strata_) hanging[name].stratum = &stratum;
  struct Draw {
    double right = 0;  // strength
    double as_it_is = 0;
    Balance balance = {};
  };
  std::vector<Draw> common(kDraws);
  Draws strengths(seed, "leaks.strength");
  for (Draw& draw : common) {
    draw.right = right_.At(strengths.Uniform());
    draw.as_it_is = as_it_is_.At(strengths.Uniform());
  }
  // Draws of overlapping strata by their size: which of one belongs to which of another, but the two sides are apart.
  std::vector<std::size_t> places(kDraws);
  std::iota(places.begin(), places.end(), std::size_t{0});
  for (std::size_t i = places.size(); are_overlapping_ && i > 1; --i) {
    std::swap(places[i - 1], places[static_cast<std::size_t>(strengths.Uniform() * static_cast<double>(i))]);
  }
  std::vector<double> rights(kDraws);
  std::vector<double> as_they_are(kDraws);
  std::vector<double> draws(kDraws);
  // A stream for each stratum: another one does not shift its luck.
  for (const auto& [name, one] : hanging) {
    Draws random(seed, name ? "leaks." + *name : "leaks");
    const auto chance = [&](const Chance& of, double alike) {
      if (of.impossible > 0 && random.Uniform() < of.impossible) return 0.0;
      const double strength = of.is_alone ? 2 * kJeffreys : alike;
      // What the others say is not known for certain either.
      const double expected = of.is_alone ? of.expected : random.Beta(of.others_good, of.others_bad);
      return random.Beta(of.good + strength * expected, of.cases - of.good + strength * (1 - expected));
    };
    const double known = ToDouble({one.units, kAmountScale});
    const Stratum& stratum = *one.stratum;
    for (std::size_t i = 0; i < draws.size(); ++i) {
      rights[i] = stratum.right ? chance(*stratum.right, common[i].right) : 1.0;
      as_they_are[i] = chance(stratum.as_it_is, common[i].as_it_is);
    }
    if (are_overlapping_) {
      std::ranges::sort(rights);
      std::ranges::sort(as_they_are);
    }
    for (std::size_t i = 0; i < draws.size(); ++i) {
      const double difference = rights[i] - as_they_are[places[i]];
      double worth = known;
      if (one.unknown > 0) {
        const double variance = std::min(stratum.worth->scale / random.Gamma(stratum.worth->shape), kMostLogVariance);
        const double mean = stratum.worth->mean + random.Normal() * std::sqrt(variance / stratum.worth->strength);
        worth += one.unknown * std::exp(mean + variance / 2);
      }
      draws[i] += worth * std::max(0.0, difference);
      if (name) common[i].balance.Add(stratum.as_it_is.cases, difference);
    }
  }
  for (std::size_t i = 0; i < draws.size(); ++i) draws[i] *= common[i].balance.Held();
  return draws;
}

std::optional<Interval> MiddleOf(std::vector<double>& draws) {
  if (draws.empty()) return std::nullopt;
  std::ranges::sort(draws);
  const auto at = [&](double share) {
    return draws[static_cast<std::size_t>(std::lround(share * static_cast<double>(draws.size() - 1)))];
  };
  constexpr double kLow = 0.1;
  constexpr double kHigh = 0.9;
  return Interval{at(kLow), at(kHigh)};
}

}  // namespace weir::leaks
