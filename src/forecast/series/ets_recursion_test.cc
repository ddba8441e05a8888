#include "forecast/series/ets_recursion.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <vector>

#include <gtest/gtest.h>
#include <Eigen/Eigenvalues>

#include "base/random.h"

namespace weir::forecast::ets {
namespace {

constexpr int kLength = 4;

// A point of all parameters, by place.
struct Trial {
  EtsForm form;
  std::vector<double> place;

  EtsSmoothing Smoothing() const {
    EtsSmoothing smoothing{.alpha = place[kAlpha]};
    if (form.trend != EtsPart::kNone)
      smoothing.beta = kLeastWeight + place[kBetaShare] * (place[kAlpha] - kLeastWeight);
    if (form.season != EtsPart::kNone) {
      smoothing.gamma = kLeastWeight + place[kGammaShare] * (1 - place[kAlpha] - kLeastWeight);
    }
    if (form.damped) smoothing.phi = place[kPhi];
    return smoothing;
  }

  Running States(std::vector<double>& season) const {
    season.assign(kLength, 0);
    Running first{.level = place[kLevel], .slope = place[kSlope], .season = season.data()};
    if (form.season == EtsPart::kNone) return first;
    first.length = kLength;
    season.back() = form.season == EtsPart::kMultiplicative ? kLength : 0;
    for (int k = 0; k + 1 < kLength; ++k) {
      season[k] = place[kSeason + k];
      season.back() -= season[k];
    }
    return first;
  }

  double Criterion(Values values) const {
    std::vector<double> season;
    const Running first = States(season);
    return KernelOf(form).criterion(values, Smoothing(), first);
  }
};

std::vector<double> PlacesFor(const EtsForm& form) {
  const bool is_factor = form.season == EtsPart::kMultiplicative;
  const double slope = form.trend == EtsPart::kMultiplicative ? 1.02 : .015;
  if (is_factor) return {.4, .3, .25, .9, .8, slope, 1.1, .9, 1.05};
  return {.4, .3, .25, .9, .8, slope, .1, -.1, .05};
}

// The derivative of the criterion is 2 n (J'e / squares + the mean derivative of log(mean)).
TEST(EtsRecursionTest, DerivativesAreTheLimitOfDifferences) {
  RandomStream random(2, "ets recursion");
  std::vector<double> values;
  values.reserve(30);
  for (int t = 0; t < 30; ++t) values.push_back(t == 11 || t == 12 ? kMissing : random.Uniform(.7, 1.4));
  const double known = 28;
  for (const EtsPart error : {EtsPart::kAdditive, EtsPart::kMultiplicative}) {
    for (const EtsPart trend : {EtsPart::kNone, EtsPart::kAdditive, EtsPart::kMultiplicative}) {
      for (const EtsPart season : {EtsPart::kNone, EtsPart::kAdditive, EtsPart::kMultiplicative}) {
        const EtsForm form{error, trend, trend != EtsPart::kNone, season};
        const Trial trial{form, PlacesFor(form)};
        Normal normal;
        std::vector<double> ring;
        const Box box{trial.place[kBetaShare], trial.place[kGammaShare]};
        const int places = PlacesOf(form, kLength);
        KernelOf(form).normal(values, trial.Smoothing(), box, form.damped, places, trial.States(ring), normal);
        for (int place = 0; place < kSeason + kLength - 1; ++place) {
          Trial above = trial;
          Trial below = trial;
          above.place[place] += 1e-6;
          below.place[place] -= 1e-6;
          const double slope = (above.Criterion(values) - below.Criterion(values)) / 2e-6;
          const double exact =
              place < places ? 2 * (known * normal.gradient[place] / normal.squares + normal.log_mean[place]) : 0;
          EXPECT_NEAR(exact, slope, 1e-5 * (1 + std::abs(slope))) << NameOf(form) << " place " << place;
        }
      }
    }
  }
}

TEST(EtsRecursionTest, GramIsTheProductOfTheJacobian) {
  const EtsForm form{EtsPart::kMultiplicative, EtsPart::kAdditive, true, EtsPart::kMultiplicative};
  const Trial trial{form, PlacesFor(form)};
  const std::vector<double> values{1, 1.1, .9, kMissing, 1.2, 1, .8, 1.1, 1.3};
  Normal normal;
  std::vector<double> ring;
  const int places = PlacesOf(form, kLength);
  KernelOf(form).normal(values, trial.Smoothing(), {.3, .25}, true, places, trial.States(ring), normal);
  for (int r = 0; r < places; ++r) {
    for (int c = 0; c <= r; ++c) {
      double sum = 0;
      for (int t = 0; t < 8; ++t) sum += normal.jacobian[t * places + r] * normal.jacobian[t * places + c];
      EXPECT_NEAR(normal.gram[r * places + c], sum, 1e-12 * (1 + std::abs(sum)));
    }
  }
}

// The largest root of what section 10.2 calls the characteristic equation, from the matrix that carries a change of the
// states on: D = F - g w'. Without a trend, and for a level that all seasons could carry, one root is 1 and has no say.
double LargestRoot(const EtsForm& form, const EtsSmoothing& by, int season) {
  const bool has_trend = form.trend != EtsPart::kNone;
  const int size = 2 + season;
  Eigen::MatrixXd forward = Eigen::MatrixXd::Zero(size, size);
  Eigen::VectorXd gain = Eigen::VectorXd::Zero(size);
  Eigen::RowVectorXd seen = Eigen::RowVectorXd::Zero(size);
  forward(0, 0) = 1;
  forward(0, 1) = forward(1, 1) = has_trend ? by.phi : 0;
  for (int k = 1; k < season; ++k) forward(2 + k, 1 + k) = 1;
  forward(2, 1 + season) = 1;
  gain[0] = by.alpha;
  gain[1] = by.beta;
  gain[2] = by.gamma;
  seen[0] = 1;
  seen[1] = has_trend ? by.phi : 0;
  seen[1 + season] = 1;
  const Eigen::VectorXcd roots = (forward - gain * seen).eigenvalues();
  std::vector<double> sizes;
  double nearest = 1;
  for (const std::complex<double>& root : roots) {
    nearest = std::min(nearest, std::abs(root - 1.0));
    sizes.push_back(std::abs(root - 1.0) < 1e-7 ? 0 : std::abs(root));
  }
  EXPECT_LT(nearest, 1e-7);
  return *std::ranges::max_element(sizes);
}

TEST(EtsRecursionTest, AdmissibleWeightsForgetThePast) {
  RandomStream random(4, "ets region");
  int admissible = 0;
  int refused = 0;
  for (int trial = 0; trial < 400; ++trial) {
    EtsForm form{.trend = trial % 2 == 0 ? EtsPart::kNone : EtsPart::kAdditive, .season = EtsPart::kAdditive};
    EtsSmoothing by{.alpha = random.Uniform(0, 1.6), .gamma = random.Uniform(0, 1.4)};
    if (form.trend != EtsPart::kNone) {
      by.beta = random.Uniform(0, 1);
      form.damped = trial % 4 == 1;
      if (form.damped) by.phi = random.Uniform(.8, .98);
    }
    const int season = static_cast<int>(random.Integer(2, 12));
    const double root = LargestRoot(form, by, season);
    if (std::abs(root - 1) < 1e-6) continue;
    EXPECT_EQ(IsAdmissible(form, by, season), root < 1) << root;
    (root < 1 ? admissible : refused) += 1;
  }
  EXPECT_GT(admissible, 50);
  EXPECT_GT(refused, 50);
}

}  // namespace
}  // namespace weir::forecast::ets
