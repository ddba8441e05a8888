#include "forecast/series/ets.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "forecast/series/classics_for_tests.h"
#include "forecast/series/ets_reference_for_tests.h"

namespace weir::forecast {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr auto kNone = EtsPart::kNone;
constexpr auto kAdditive = EtsPart::kAdditive;
constexpr auto kMultiplicative = EtsPart::kMultiplicative;

constexpr EtsForm kSimple{};
constexpr EtsForm kHoltWinters{.error = kMultiplicative, .trend = kAdditive, .season = kMultiplicative};
constexpr EtsForm kDampedHoltWinters{kMultiplicative, kAdditive, true, kMultiplicative};

std::vector<EtsForm> AllForms() {
  std::vector<EtsForm> forms;
  for (const EtsPart error : {kAdditive, kMultiplicative}) {
    for (const EtsPart trend : {kNone, kAdditive, kMultiplicative}) {
      for (const EtsPart season : {kNone, kAdditive, kMultiplicative}) {
        forms.push_back({error, trend, false, season});
        if (trend != kNone) forms.push_back({error, trend, true, season});
      }
    }
  }
  return forms;
}

// A level that wanders upwards, with a season of `season` steps and noise; well above 0.
std::vector<double> RandomSeries(std::uint64_t seed, int length, int season) {
  RandomStream random(seed, "ets test");
  std::vector<double> shape(season);
  for (double& value : shape) value = random.Uniform(.7, 1.3);
  std::vector<double> series;
  series.reserve(length);
  double level = random.Uniform(50, 200);
  const double growth = random.Uniform(-.005, .02);
  for (int t = 0; t < length; ++t) {
    level *= 1 + growth + random.Normal(0, .02);
    series.push_back(level * shape[t % season] * (1 + random.Normal(0, .04)));
  }
  return series;
}

bool IsFinite(double value) { return std::isfinite(value); }

void ExpectSound(const EtsModel& model, const std::string& what) {
  const Outlook outlook = Predict(model, 30);
  EXPECT_TRUE(std::ranges::all_of(outlook.mean, IsFinite)) << what;
  EXPECT_TRUE(std::ranges::all_of(outlook.deviation, [](double value) { return IsFinite(value) && value >= 0; }))
      << what;
  EXPECT_TRUE(std::ranges::all_of(model.fitted, IsFinite)) << what;
  EXPECT_TRUE(IsFinite(model.log_likelihood) && IsFinite(model.sigma2) && IsFinite(model.aic)) << what;
  EXPECT_FALSE(std::isnan(model.aicc)) << what;
}

TEST(EtsTest, FormsAreNamedAsInTheBook) {
  EXPECT_EQ(NameOf(kSimple), "ETS(A,N,N)");
  EXPECT_EQ(NameOf(kDampedHoltWinters), "ETS(M,Ad,M)");
  EXPECT_EQ(NameOf({kAdditive, kMultiplicative, true, kAdditive}), "ETS(A,Md,A)");
}

// R's forecast 8.20: ets(AirPassengers, model = ...). Its search stops short of the optimum of the two forms with a
// multiplicative season (log-likelihoods of -682.4036 and, damped, -681.456) and of the additive one (-765.9358).
TEST(EtsTest, AirPassengersAreAsLikelyAsPublishedOrMore) {
  const auto simple = FitEts(kAirPassengers, kSimple, 12);
  ASSERT_TRUE(simple);
  EXPECT_NEAR(simple->log_likelihood, -863.8934, 1e-3);
  EXPECT_NEAR(simple->smoothing.alpha, .9999, 1e-4);
  EXPECT_EQ(simple->parameters, 3);
  const auto additive = FitEts(kAirPassengers, {kAdditive, kAdditive, false, kAdditive}, 12);
  ASSERT_TRUE(additive);
  EXPECT_GE(additive->log_likelihood, -765.9358);
  const auto straight = FitEts(kAirPassengers, kHoltWinters, 12);
  ASSERT_TRUE(straight);
  EXPECT_GE(straight->log_likelihood, -682.4036);
  const auto damped = FitEts(kAirPassengers, kDampedHoltWinters, 12);
  ASSERT_TRUE(damped);
  EXPECT_EQ(damped->parameters, 18);
  EXPECT_LE(damped->aicc, 1400.638);
  EXPECT_NEAR(damped->smoothing.alpha, .70955, .06);
  EXPECT_NEAR(damped->smoothing.beta, .02041, .005);
  EXPECT_NEAR(damped->smoothing.gamma, .0001, 1e-5);
  EXPECT_NEAR(damped->smoothing.phi, .98, 1e-9);
  const Outlook outlook = Predict(*damped, 3);
  EXPECT_NEAR(outlook.mean[0], 441.802, .6);
  EXPECT_NEAR(outlook.mean[1], 434.119, .6);
  EXPECT_NEAR(outlook.mean[2], 496.630, .6);
}

// At R's own parameters the likelihood is R's: what is compared above is the same quantity. The criteria follow from
// it.
TEST(EtsTest, CriteriaFollowFromTheLikelihood) {
  const auto model = FitEts(kAirPassengers, kHoltWinters, 12);
  ASSERT_TRUE(model);
  EXPECT_EQ(model->parameters, 17);
  EXPECT_NEAR(model->aic, -2 * model->log_likelihood + 2 * 17, 1e-9);
  EXPECT_NEAR(model->aicc - model->aic, 1403.6644 - (2 * 682.4036 + 2 * 17), 1e-3);
  EXPECT_NEAR(model->bic, -2 * model->log_likelihood + 17 * std::log(144), 1e-9);
}

TEST(EtsTest, AirPassengersHaveAStraightTrendAndAGrowingSeason) {
  const auto model = AutoEts(kAirPassengers, 12);
  ASSERT_TRUE(model);
  // More likely than R's choice, which is damped because its search of this form stops at an AICc of 1403.66.
  EXPECT_EQ(NameOf(model->form), "ETS(M,A,M)");
  EXPECT_LT(model->aicc, 1400.638);
}

// R: HoltWinters(Nile, beta = FALSE, gamma = FALSE) by likelihood.
TEST(EtsTest, NileIsThePublishedSmoothing) {
  const auto model = FitEts(kNile, kSimple, 1);
  ASSERT_TRUE(model);
  EXPECT_NEAR(model->smoothing.alpha, .245668, 2e-4);
  EXPECT_NEAR(model->first.level, 1110.734, .2);
  EXPECT_NEAR(Predict(*model, 1).mean[0], 805.3363, .1);
  double squares = 0;
  for (const double residual : model->residuals) squares += residual * residual;
  EXPECT_NEAR(squares, 2038674.44, 1);
}

TEST(EtsTest, EveryFormIsItsEquationOfTheBook) {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    std::vector<double> series = RandomSeries(seed, 60, 4);
    if (seed % 2 == 1) series[7] = series[30] = series[31] = kMissing;
    for (const EtsForm& form : AllForms()) {
      const auto model = FitEts(series, form, 4);
      ASSERT_TRUE(model) << NameOf(form);
      const ReferenceRun run = RunReference(series, form, model->smoothing, model->first);
      EXPECT_NEAR(model->log_likelihood, run.log_likelihood, 1e-7) << NameOf(form);
      for (std::size_t t = 0; t < series.size(); ++t) EXPECT_NEAR(model->fitted[t], run.fitted[t], 1e-8);
      EXPECT_NEAR(model->last.level, run.level, 1e-8) << NameOf(form);
      EXPECT_NEAR(model->last.slope, run.slope, 1e-8) << NameOf(form);
      EXPECT_THAT(model->last.season, ::testing::Pointwise(::testing::DoubleNear(1e-9), run.season)) << NameOf(form);
    }
  }
}

// The weights and first states, one of them moved by a little, within the usual region.
std::vector<EtsModel> Neighbours(const EtsModel& model, double share) {
  std::vector<EtsModel> all;
  const auto add = [&](auto&& move) {
    for (const double sign : {-1.0, 1.0}) {
      EtsModel moved = model;
      move(moved, sign * share);
      const EtsSmoothing& by = moved.smoothing;
      const bool has_trend = model.form.trend != kNone;
      if (by.alpha < 1e-4 || by.alpha > .9999 || by.gamma > 1 - by.alpha) continue;
      if (has_trend && (by.beta < 1e-4 || by.beta > by.alpha)) continue;
      if (model.form.season != kNone && by.gamma < 1e-4) continue;
      if (model.form.damped && (by.phi < .8 || by.phi > .98)) continue;
      all.push_back(moved);
    }
  };
  add([](EtsModel& moved, double by) { moved.smoothing.alpha *= 1 + by; });
  add([](EtsModel& moved, double by) { moved.smoothing.beta *= 1 + by; });
  add([](EtsModel& moved, double by) { moved.smoothing.gamma *= 1 + by; });
  if (model.form.damped) add([](EtsModel& moved, double by) { moved.smoothing.phi *= 1 + by; });
  add([](EtsModel& moved, double by) { moved.first.level *= 1 + by; });
  if (model.form.trend != kNone) add([](EtsModel& moved, double by) { moved.first.slope *= 1 + by; });
  for (std::size_t k = 0; k + 1 < model.first.season.size(); ++k) {
    add([k](EtsModel& moved, double by) {
      const double shift = by * moved.first.season[k];
      moved.first.season[k] += shift;
      moved.first.season.back() -= shift;
    });
  }
  return all;
}

TEST(EtsTest, NothingNearTheFitIsMoreLikely) {
  for (std::uint64_t seed = 10; seed < 14; ++seed) {
    const std::vector<double> series = RandomSeries(seed, 48, 4);
    for (const EtsForm& form : AllForms()) {
      const auto model = FitEts(series, form, 4);
      ASSERT_TRUE(model) << NameOf(form);
      for (const double share : {.001, .01}) {
        for (const EtsModel& moved : Neighbours(*model, share)) {
          const ReferenceRun run = RunReference(series, form, moved.smoothing, moved.first);
          EXPECT_LE(run.log_likelihood, model->log_likelihood + 1e-3) << NameOf(form) << " of series " << seed;
        }
      }
    }
  }
}

TEST(EtsTest, WeightsStayInTheUsualRegion) {
  for (std::uint64_t seed = 20; seed < 30; ++seed) {
    const std::vector<double> series = RandomSeries(seed, 40, 4);
    for (const EtsForm& form : AllForms()) {
      const auto model = FitEts(series, form, 4);
      ASSERT_TRUE(model);
      const auto [alpha, beta, gamma, phi] = model->smoothing;
      EXPECT_TRUE(alpha >= 1e-4 && alpha <= .9999) << alpha;
      EXPECT_TRUE(form.trend == kNone ? beta == 0 : beta >= 1e-4 && beta <= alpha) << beta;
      EXPECT_TRUE(form.season == kNone ? gamma == 0 : gamma >= 1e-4 && gamma <= 1 - alpha + 1e-12) << gamma;
      EXPECT_TRUE(form.damped ? phi >= .8 && phi <= .98 : phi == 1) << phi;
      if (form.season == kNone) continue;
      const double sum = std::reduce(model->first.season.begin(), model->first.season.end());
      EXPECT_NEAR(sum, form.season == kMultiplicative ? 4 : 0, 1e-9);
    }
  }
}

// Giving a form up on its way must not change what is chosen.
TEST(EtsTest, TheChoiceIsThatAmongAllForms) {
  for (std::uint64_t seed = 40; seed < 70; ++seed) {
    const std::vector<double> series = RandomSeries(seed, 30 + static_cast<int>(seed % 3) * 20, 4);
    double least = std::numeric_limits<double>::infinity();
    for (const EtsForm& form : AllForms()) {
      if (form.trend == kMultiplicative || (form.error == kAdditive && form.season == kMultiplicative)) continue;
      if (const auto model = FitEts(series, form, 4)) least = std::min(least, model->aicc);
    }
    const auto likeliest = AutoEts(series, 4, {.trend_evidence = 0, .most_beta_share = 1});
    ASSERT_TRUE(likeliest);
    EXPECT_NEAR(likeliest->aicc, least, 1e-3) << seed;
    const auto chosen = AutoEts(series, 4, {.most_beta_share = 1});
    ASSERT_TRUE(chosen);
    EXPECT_LE(chosen->aicc, least + 3) << seed;
    const auto calm = AutoEts(series, 4);
    ASSERT_TRUE(calm);
    EXPECT_LE(calm->smoothing.beta, .3 * calm->smoothing.alpha + 1e-4) << seed;
  }
}

TEST(EtsTest, ATrendMustBeWorthIt) {
  std::vector<double> straight;
  std::vector<double> flat;
  RandomStream random(3, "ets trend");
  for (int t = 0; t < 60; ++t) {
    const double noise = random.Normal(0, 1);
    straight.push_back(100 + 2 * t + noise);
    flat.push_back(100 + noise);
  }
  EXPECT_EQ(AutoEts(straight, 1)->form.trend, kAdditive);
  EXPECT_EQ(AutoEts(flat, 1)->form.trend, kNone);
  const Outlook outlook = Predict(*AutoEts(straight, 1), 10);
  EXPECT_NEAR(outlook.mean[9], 100 + 2 * 69, 4);
  EXPECT_EQ(AutoEts(straight, 1, {.damped = false, .trend_evidence = 0})->form.damped, false);
}

TEST(EtsTest, UnitsDoNotMatter) {
  const std::vector<double> series = RandomSeries(5, 60, 12);
  std::vector<double> large = series;
  for (double& value : large) value *= 4096;
  const auto model = AutoEts(series, 12);
  const auto scaled = AutoEts(large, 12);
  ASSERT_TRUE(model && scaled);
  EXPECT_EQ(model->form, scaled->form);
  EXPECT_DOUBLE_EQ(model->smoothing.alpha, scaled->smoothing.alpha);
  const Outlook outlook = Predict(*model, 12);
  const Outlook other = Predict(*scaled, 12);
  for (int h = 0; h < 12; ++h) {
    EXPECT_NEAR(other.mean[h], 4096 * outlook.mean[h], 1e-6 * other.mean[h]);
    EXPECT_NEAR(other.deviation[h], 4096 * outlook.deviation[h], 1e-6 * other.deviation[h]);
  }
}

TEST(EtsTest, MissingValuesAreStepsWithoutAnError) {
  std::vector<double> series = RandomSeries(6, 48, 4);
  const auto model = FitEts(series, kHoltWinters, 4);
  ASSERT_TRUE(model);
  const Outlook outlook = Predict(*model, 8);
  series.insert(series.end(), 3, kMissing);
  const auto later = FitEts(series, kHoltWinters, 4);
  ASSERT_TRUE(later);
  EXPECT_NEAR(later->log_likelihood, model->log_likelihood, 1e-5);
  EXPECT_TRUE(IsMissing(later->residuals.back()));
  const Outlook from_later = Predict(*later, 5);
  for (int h = 0; h < 5; ++h) EXPECT_NEAR(from_later.mean[h], outlook.mean[h + 3], 1e-2);
  // A whole position of the season that is never seen, and a start that is missing.
  for (std::size_t t = 0; t < series.size(); t += 4) series[t] = kMissing;
  ExpectSound(*AutoEts(series, 4), "no first quarter");
}

TEST(EtsTest, OfFewValuesTheModelIsPlain) {
  EXPECT_FALSE(AutoEts({}, 12));
  EXPECT_FALSE(AutoEts(std::vector<double>{kMissing, kMissing}, 1));
  const auto two = AutoEts(std::vector<double>{10, 20}, 12);
  ASSERT_TRUE(two);
  EXPECT_EQ(two->form, kSimple);
  EXPECT_THAT(Predict(*two, 3).mean, ElementsAre(15, 15, 15));
  EXPECT_GT(Predict(*two, 1).deviation[0], 0);
  for (int length = 1; length < 40; ++length) {
    for (const int season : {1, 4, 12}) {
      const auto model = AutoEts(RandomSeries(length, length, season), season);
      ASSERT_TRUE(model);
      ExpectSound(*model, std::to_string(length) + " values");
    }
  }
}

TEST(EtsTest, WhatNeverChangesStaysAsItIs) {
  for (const double value : {0.0, 5.0, -3.0, 1e9}) {
    for (const int length : {1, 2, 5, 30}) {
      const auto model = AutoEts(std::vector<double>(length, value), 12);
      ASSERT_TRUE(model);
      EXPECT_THAT(Predict(*model, 4).mean, Each(value));
      EXPECT_THAT(Predict(*model, 4).deviation, Each(0));
      ExpectSound(*model, "constant");
    }
  }
}

TEST(EtsTest, OddSeriesHaveSensibleModels) {
  std::vector<double> line;
  std::vector<double> sparse;
  std::vector<double> explosive;
  std::vector<double> season;
  std::vector<double> jump;
  for (int t = 0; t < 40; ++t) {
    line.push_back(3.0 + t);
    sparse.push_back(t % 7 == 0 ? 4 : 0);
    explosive.push_back(std::pow(3, t));
    season.push_back(t % 4);
    jump.push_back(t < 39 ? 1 : 1e6);
  }
  const auto straight = AutoEts(line, 1);
  ASSERT_TRUE(straight);
  EXPECT_NEAR(Predict(*straight, 2).mean[1], 44, 1e-3);
  const auto again = AutoEts(season, 4);
  ASSERT_TRUE(again);
  EXPECT_THAT(Predict(*again, 4).mean, ElementsAre(::testing::DoubleNear(0, 1e-3), ::testing::DoubleNear(1, 1e-3),
                                                   ::testing::DoubleNear(2, 1e-3), ::testing::DoubleNear(3, 1e-3)));
  for (const std::vector<double>& series : {line, sparse, explosive, season, jump}) {
    for (const int length : {1, 4, 7}) {
      ExpectSound(*AutoEts(series, length), "odd");
      ExpectSound(*AutoEts(series, length, {.multiplicative_trend = true}), "odd, by factors");
    }
  }
}

TEST(EtsTest, FormsThatDoNotSuitAreRefused) {
  std::vector<double> series = RandomSeries(8, 60, 4);
  EXPECT_FALSE(FitEts(series, {kAdditive, kNone, false, kAdditive}, 1));
  EXPECT_FALSE(FitEts(series, {kAdditive, kNone, false, kAdditive}, 25));
  EXPECT_FALSE(FitEts(series, {kNone, kNone, false, kNone}, 1));
  EXPECT_FALSE(FitEts(series, {kAdditive, kNone, true, kNone}, 1));
  EXPECT_FALSE(FitEts(Values(series).first(9), {kAdditive, kAdditive, true, kAdditive}, 4));
  series[20] = 0;
  EXPECT_FALSE(FitEts(series, kHoltWinters, 4));
  EXPECT_FALSE(FitEts(series, {kMultiplicative, kNone, false, kNone}, 4));
  const auto model = AutoEts(series, 4);
  ASSERT_TRUE(model);
  EXPECT_EQ(model->form.error, kAdditive);
  EXPECT_NE(model->form.season, kMultiplicative);
}

// The deviation of what the model itself would go on to do, by the equations of the book.
std::vector<double> SimulatedDeviation(const EtsModel& model, int horizon, int paths) {
  RandomStream random(11, "ets paths");
  std::vector<double> sum(horizon);
  std::vector<double> squares(horizon);
  for (int path = 0; path < paths; ++path) {
    ReferenceRun run{.level = model.last.level, .slope = model.last.slope};
    run.season.assign(model.last.season.begin(), model.last.season.end());
    for (int h = 0; h < horizon; ++h) {
      const double mean = ReferenceMean(model.form, model.smoothing.phi, run.level, run.slope,
                                        run.season.empty() ? 0 : run.season.front());
      const double error = random.Normal(0, std::sqrt(model.sigma2));
      const double value = model.form.error == kMultiplicative ? mean * (1 + error) : mean + error;
      sum[h] += value / paths;
      squares[h] += value * value / paths;
      ReferenceStep(model.form, model.smoothing, error, run);
    }
  }
  std::vector<double> deviation;
  deviation.reserve(horizon);
  for (int h = 0; h < horizon; ++h) deviation.push_back(std::sqrt(squares[h] - sum[h] * sum[h]));
  return deviation;
}

TEST(EtsTest, DeviationsAreThoseOfTheModelsOwnPaths) {
  const std::vector<double> series = RandomSeries(9, 60, 4);
  for (const EtsForm& form : AllForms()) {
    auto model = FitEts(series, form, 4);
    ASSERT_TRUE(model);
    // Weights that matter within the horizon, and errors that are not small.
    model->smoothing = {.alpha = .3,
                        .beta = form.trend == kNone ? 0 : .05,
                        .gamma = form.season == kNone ? 0 : .2,
                        .phi = form.damped ? .9 : 1};
    const bool is_relative = form.error == kMultiplicative;
    model->sigma2 = is_relative ? .01 : 40;
    const std::vector<double> deviation = Predict(*model, 10).deviation;
    const std::vector<double> simulated = SimulatedDeviation(*model, 10, 40'000);
    const bool is_exact = form.trend != kMultiplicative && (is_relative || form.season != kMultiplicative);
    for (int h = 0; h < 10; ++h) {
      EXPECT_NEAR(deviation[h], simulated[h], (is_exact ? .02 : .06) * simulated[h]) << NameOf(form) << " step " << h;
    }
  }
}

TEST(EtsTest, TheSameSeriesGivesTheSameBytes) {
  const std::vector<double> series = RandomSeries(12, 60, 12);
  const auto model = FitEts(series, {kMultiplicative, kMultiplicative, false, kMultiplicative}, 12);
  const auto again = FitEts(series, {kMultiplicative, kMultiplicative, false, kMultiplicative}, 12);
  ASSERT_TRUE(model && again);
  EXPECT_EQ(model->log_likelihood, again->log_likelihood);
  EXPECT_EQ(Predict(*model, 12).deviation, Predict(*again, 12).deviation);
  EXPECT_THAT(Predict(*model, 0).mean, IsEmpty());
  EXPECT_THAT(Predict(*model, 5).deviation, SizeIs(5));
}

}  // namespace
}  // namespace weir::forecast
