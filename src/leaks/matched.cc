#include "leaks/matched.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

#include <boost/random/gamma_distribution.hpp>
#include <boost/random/normal_distribution.hpp>

#include "base/random.h"

namespace weir::leaks {
namespace {

constexpr double kJeffreys = 0.5;
constexpr int kChanceDigits = 9;
// A log-normal worth with more spread than this has a mean made of a few giants: it is held there.
constexpr double kMostLogVariance = 4;

// One stream of the seed as a generator of Boost's distributions.
class Generator {
 public:
  using result_type = std::uint64_t;
  explicit Generator(RandomStream stream) : stream_(stream) {}
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()() { return stream_.Next(); }

 private:
  RandomStream stream_;
};

double DrawGamma(double shape, Generator& generator) {
  return boost::random::gamma_distribution<double>(shape, 1)(generator);
}

double DrawBeta(double good, double bad, Generator& generator) {
  const double a = DrawGamma(good, generator);
  const double b = DrawGamma(bad, generator);
  return a + b > 0 ? a / (a + b) : good / (good + bad);
}

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

}  // namespace

double MatchedCases::Worth::Mean() const {
  const double variance = std::min(scale / shape, kMostLogVariance);
  return std::exp(mean + variance / 2);
}

double MatchedCases::Stratum::Difference() const { return (right ? right->Mean() : 1.0) - as_it_is.Mean(); }

MatchedCases::MatchedCases(std::span<const CaseCount> cases) {
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
  const auto chance = [](const Sums& own, const Sums& others) {
    const double expected = (others.good + kJeffreys) / (others.cases + 2 * kJeffreys);
    const double weight = others.cases > 0 ? kPriorCases : 2 * kJeffreys;
    return Chance{own.good + weight * expected, own.cases - own.good + weight * (1 - expected)};
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
}

const MatchedCases::Stratum& MatchedCases::Of(const std::string& name) const {
  const auto found = strata_.find(name);
  return found == strata_.end() ? all_ : found->second;
}

std::optional<Decimal> MatchedCases::LossOf(const Exposure& exposure) const {
  if (lack_) return std::nullopt;
  const Stratum& stratum = Of(exposure.stratum);
  const double share = std::max(0.0, stratum.Difference());
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
  std::vector<double> draws(kDraws);
  // A stream for each stratum: another one does not shift its luck.
  for (const auto& [name, one] : hanging) {
    Generator generator(RandomStream(seed, name ? "leaks." + *name : "leaks"));
    const double known = ToDouble({one.units, kAmountScale});
    for (double& draw : draws) {
      const Stratum& stratum = *one.stratum;
      const double right = stratum.right ? DrawBeta(stratum.right->good, stratum.right->bad, generator) : 1.0;
      const double as_it_is = DrawBeta(stratum.as_it_is.good, stratum.as_it_is.bad, generator);
      double worth = known;
      if (one.unknown > 0) {
        const double variance =
            std::min(stratum.worth->scale / DrawGamma(stratum.worth->shape, generator), kMostLogVariance);
        const double mean = boost::random::normal_distribution<double>(
            stratum.worth->mean, std::sqrt(variance / stratum.worth->strength))(generator);
        worth += one.unknown * std::exp(mean + variance / 2);
      }
      // Doing it right never costs: a stratum in which it seems to is luck, and takes nothing from the others.
      draw += worth * std::max(0.0, right - as_it_is);
    }
  }
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
