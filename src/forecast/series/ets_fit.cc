#include "forecast/series/ets_fit.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include "forecast/series/ets_start.h"

namespace weir::forecast::ets {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();
constexpr double kLeastPhi = .8;
constexpr double kMostPhi = .98;
constexpr int kMostSteps = 100;
constexpr int kMostTrials = 12;
// A step that promises less than this, in units of the criterion, is not worth taking.
constexpr double kSmallStep = 1e-6;

// No allocation: there are never more places than kMostPlaces.
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor, kMostPlaces, kMostPlaces>;
using Vector = Eigen::Matrix<double, Eigen::Dynamic, 1, Eigen::ColMajor, kMostPlaces, 1>;

EtsSmoothing SmoothingAt(const EtsForm& form, const Point& point) {
  EtsSmoothing smoothing{.alpha = point[kAlpha]};
  if (form.trend != EtsPart::kNone) {
    smoothing.beta = kLeastWeight + point[kBetaShare] * (smoothing.alpha - kLeastWeight);
  }
  if (form.season != EtsPart::kNone) {
    smoothing.gamma = kLeastWeight + point[kGammaShare] * (1 - smoothing.alpha - kLeastWeight);
  }
  if (form.damped) smoothing.phi = point[kPhi];
  return smoothing;
}

// The places that a form has, in order.
struct Places {
  std::array<int, kMostPlaces> place{};
  int count = 0;
};

Places PlacesUsed(const EtsForm& form, int season) {
  Places used;
  const auto add = [&](int place) { used.place[used.count++] = place; };
  add(kAlpha);
  if (form.trend != EtsPart::kNone) add(kBetaShare);
  if (form.season != EtsPart::kNone) add(kGammaShare);
  if (form.damped) add(kPhi);
  add(kLevel);
  if (form.trend != EtsPart::kNone) add(kSlope);
  if (form.season == EtsPart::kNone) return used;
  for (int k = 0; k + 1 < season; ++k) add(kSeason + k);
  return used;
}

// The usual region, as a box of places.
struct Region {
  double most_beta_share = 1;

  double Low(int place) const {
    if (place == kAlpha) return kLeastWeight;
    if (place == kPhi) return kLeastPhi;
    return place < kPhi ? 0 : -kInfinite;
  }
  double High(int place) const {
    if (place == kAlpha) return 1 - kLeastWeight;
    if (place == kBetaShare) return most_beta_share;
    if (place == kPhi) return kMostPhi;
    return place < kPhi ? 1 : kInfinite;
  }
};

// The least-squares problem around a point. Multiplicative errors are least squares too: of the errors times the
// geometric mean of the means. Both are divided by the sum of squares, so that the criterion is n log of it.
struct Quadratic {
  Matrix curvature;
  Vector gradient;
};

Quadratic QuadraticOf(const Normal& normal, const Places& used, int places, int known) {
  Quadratic quadratic;
  quadratic.curvature.resize(used.count, used.count);
  quadratic.gradient.resize(used.count);
  for (int i = 0; i < used.count; ++i) {
    const int r = used.place[i];
    const double log_r = normal.log_mean[r] / known;
    const double gradient_r = normal.gradient[r] / normal.squares;
    quadratic.gradient[i] = gradient_r + log_r;
    for (int j = 0; j <= i; ++j) {
      const int c = used.place[j];
      const double log_c = normal.log_mean[c] / known;
      const double gradient_c = normal.gradient[c] / normal.squares;
      quadratic.curvature(i, j) =
          normal.gram[r * places + c] / normal.squares + gradient_r * log_c + log_r * gradient_c + log_r * log_c;
      quadratic.curvature(j, i) = quadratic.curvature(i, j);
    }
  }
  return quadratic;
}

struct Step {
  Point to{};
  double promise = 0;  // the share of the sum of squares that the quadratic says will go
};

// Of the places used, those that may move.
struct Free {
  std::array<int, kMostPlaces> index{};
  int count = 0;
};

Free FreeAt(const Quadratic& quadratic, const Places& used, const Point& from, const Region& region) {
  Free free;
  for (int i = 0; i < used.count; ++i) {
    const double at = from[used.place[i]];
    const bool leaves = (at <= region.Low(used.place[i]) && quadratic.gradient[i] > 0) ||
                        (at >= region.High(used.place[i]) && quadratic.gradient[i] < 0);
    if (!leaves) free.index[free.count++] = i;
  }
  return free;
}

// Where the damped quadratic is least for the free places, with the others moved as they are.
Vector LeastFor(const Quadratic& quadratic, const Free& free, const Vector& move, double damping) {
  Matrix curvature(free.count, free.count);
  Vector pull(free.count);
  // What is held pulls along with the gradient; what is free is solved for and has no say.
  Vector held = move;
  for (int a = 0; a < free.count; ++a) held[free.index[a]] = 0;
  for (int a = 0; a < free.count; ++a) {
    const int i = free.index[a];
    pull[a] = -quadratic.gradient[i] - quadratic.curvature.col(i).dot(held);
    for (int b = 0; b < free.count; ++b) curvature(a, b) = quadratic.curvature(i, free.index[b]);
    curvature(a, a) = curvature(a, a) * (1 + damping) + 1e-10;
  }
  return curvature.llt().solve(pull);
}

// A damped Gauss-Newton step within the box. It goes straight to the first bound that is in its way, holds that place
// there and turns to where the rest is least, so that the quadratic falls all along.
Step StepWithin(const Quadratic& quadratic, const Places& used, const Point& from, const Region& region,
                double damping) {
  Free free = FreeAt(quadratic, used, from, region);
  Vector move = Vector::Zero(used.count);
  while (free.count > 0) {
    const Vector least = LeastFor(quadratic, free, move, damping);
    double share = 1;
    int blocked = -1;
    for (int a = 0; a < free.count; ++a) {
      const int i = free.index[a];
      const int place = used.place[i];
      const double way = least[a] - move[i];
      const double room = (way < 0 ? region.Low(place) : region.High(place)) - from[place] - move[i];
      if (std::abs(way) <= std::abs(room) || share * std::abs(way) <= std::abs(room)) continue;
      share = room / way;
      blocked = a;
    }
    for (int a = 0; a < free.count; ++a) move[free.index[a]] += share * (least[a] - move[free.index[a]]);
    if (blocked < 0) break;
    std::copy(free.index.begin() + blocked + 1, free.index.begin() + free.count, free.index.begin() + blocked);
    --free.count;
  }
  Step step{.to = from};
  for (int i = 0; i < used.count; ++i) {
    const int place = used.place[i];
    step.to[place] = std::clamp(from[place] + move[i], region.Low(place), region.High(place));
  }
  step.promise = -2 * quadratic.gradient.dot(move) - move.dot(quadratic.curvature * move);
  return step;
}

}  // namespace

int ParametersOf(const EtsForm& form, int season) { return PlacesUsed(form, season).count + 1; }

double CorrectedCriterion(double criterion, int parameters, int known) {
  const double left = known - parameters - 1;
  if (left <= 0) return kInfinite;
  return criterion + 2.0 * parameters + 2.0 * parameters * (parameters + 1) / left;
}

Fitter::Fitter(Values values, int season, double most_beta_share)
    : values_(values.begin(), values.end()),
      season_(season),
      most_beta_share_(std::clamp(most_beta_share, 0.0, 1.0)),
      running_season_(std::max(season, 1)) {
  double size = 0;
  double least = kInfinite;
  double most = -kInfinite;
  for (const double value : values_) {
    if (IsMissing(value)) continue;
    ++known_;
    size += std::abs(value);
    least = std::min(least, value);
    most = std::max(most, value);
  }
  if (size > 0) scale_ = size / known_;
  for (double& value : values_) value /= scale_;
  // A value of nearly nothing beside the others is no ground for shares.
  is_positive_ = known_ > 0 && least / scale_ > 1e-6;
  is_constant_ = known_ > 0 && least == most;
}

bool Fitter::Suits(const EtsForm& form) const {
  if (form.error == EtsPart::kNone || (form.damped && form.trend == EtsPart::kNone)) return false;
  const bool has_product = form.error == EtsPart::kMultiplicative || form.trend == EtsPart::kMultiplicative ||
                           form.season == EtsPart::kMultiplicative;
  if (has_product && !is_positive_) return false;
  if (form.season != EtsPart::kNone && (season_ < 2 || season_ > kLongestEtsSeason)) return false;
  return known_ >= ParametersOf(form, SeasonOf(form)) + 2;
}

const std::vector<double>& Fitter::StartSeason(EtsPart part) {
  std::vector<double>& season = start_seasons_[static_cast<std::size_t>(part)];
  if (season.empty()) season = SeasonOfStart(values_, part, season_);
  return season;
}

Point Fitter::StartStates(const EtsForm& form) {
  Point point{};
  point[kPhi] = .95;
  const bool has_season = form.season != EtsPart::kNone;
  const Values season = has_season ? Values(StartSeason(form.season)) : Values();
  const StartLine line = LineOfStart(values_, form.season, season);
  const bool has_trend = form.trend != EtsPart::kNone;
  point[kLevel] = has_trend ? line.level : line.mean;
  if (form.trend == EtsPart::kAdditive) point[kSlope] = line.slope;
  if (form.trend == EtsPart::kMultiplicative) {
    point[kLevel] = std::max(line.level, .1 * line.mean);
    point[kSlope] = std::clamp(1 + line.slope / point[kLevel], .7, 1.4);
  }
  for (int k = 0; has_season && k + 1 < season_; ++k) point[kSeason + k] = season[k];
  return point;
}

Running Fitter::FirstStates(const EtsForm& form, const Point& point) {
  Running first{.level = point[kLevel], .slope = point[kSlope], .season = running_season_.data()};
  if (form.season == EtsPart::kNone) return first;
  first.length = season_;
  double others = 0;
  for (int k = 0; k + 1 < season_; ++k) {
    running_season_[k] = point[kSeason + k];
    others += running_season_[k];
  }
  running_season_[season_ - 1] = (form.season == EtsPart::kMultiplicative ? season_ : 0) - others;
  return first;
}

double Fitter::CriterionAt(const EtsForm& form, const Point& point) {
  const EtsSmoothing smoothing = SmoothingAt(form, point);
  if (!IsAdmissible(form, smoothing, season_)) return kInfinite;
  return KernelOf(form).criterion(values_, smoothing, FirstStates(form, point));
}

void Fitter::FillNormal(const EtsForm& form, const Point& point) {
  const Box box{.beta_share = point[kBetaShare], .gamma_share = point[kGammaShare]};
  KernelOf(form).normal(values_, SmoothingAt(form, point), box, form.damped, PlacesOf(form, SeasonOf(form)),
                        FirstStates(form, point), normal_);
}

// The likeliest of a few weights for one alpha, with the states given.
Fit Fitter::StartAt(const EtsForm& form, double alpha, Point point) {
  Fit best{.form = form, .criterion = kInfinite, .parameters = ParametersOf(form, SeasonOf(form))};
  point[kAlpha] = alpha;
  for (const double beta_share : {.03, .3}) {
    for (const double gamma_share : {.03, .4}) {
      if (form.trend == EtsPart::kNone && beta_share > .1) continue;
      if (form.season == EtsPart::kNone && gamma_share > .1) continue;
      point[kBetaShare] = std::min(beta_share, most_beta_share_);
      point[kGammaShare] = gamma_share;
      const double criterion = CriterionAt(form, point);
      if (!(criterion < best.criterion)) continue;
      best.criterion = criterion;
      best.point = point;
    }
  }
  return best;
}

// The likeliest first. With the states that the series itself suggests; where none of them can be, with flat ones.
std::vector<Fit> Fitter::Starts(const EtsForm& form) {
  std::vector<Fit> starts;
  starts.reserve(3);
  Point point = StartStates(form);
  for (const bool is_flat : {false, true}) {
    if (is_flat) {
      point[kLevel] = 1;
      point[kSlope] = form.trend == EtsPart::kMultiplicative ? 1 : 0;
      std::fill(point.begin() + kSeason, point.end(), form.season == EtsPart::kMultiplicative ? 1 : 0);
    }
    for (const double alpha : {.1, .4, .85}) {
      const Fit start = StartAt(form, alpha, point);
      if (start.criterion < kInfinite) starts.push_back(start);
    }
    if (!starts.empty()) break;
  }
  std::ranges::stable_sort(starts, {}, &Fit::criterion);
  return starts;
}

bool Fitter::Improve(Fit& fit, double target) {
  const Places used = PlacesUsed(fit.form, SeasonOf(fit.form));
  const int places = PlacesOf(fit.form, SeasonOf(fit.form));
  const Region region{.most_beta_share = most_beta_share_};
  double damping = 1e-2;
  for (int step_count = 0; step_count < kMostSteps; ++step_count) {
    FillNormal(fit.form, fit.point);
    const Quadratic quadratic = QuadraticOf(normal_, used, places, known_);
    bool moved = false;
    double promised = 0;
    for (int trial = 0; trial < kMostTrials && !moved; ++trial) {
      const Step step = StepWithin(quadratic, used, fit.point, region, damping);
      promised = known_ * step.promise;
      if (promised < kSmallStep) return true;
      const double criterion = CriterionAt(fit.form, step.to);
      const double gained = fit.criterion - criterion;
      if (!(gained > 0)) {
        damping *= 8;
        continue;
      }
      // The promise is of the sum of squares, the gain of n times its logarithm.
      const double share = gained / (-known_ * std::log1p(-std::min(step.promise, .999)));
      if (share > .75) damping = std::max(damping / 8, 1e-9);
      if (share < .25) damping *= 3;
      fit.point = step.to;
      fit.criterion = criterion;
      moved = true;
    }
    if (!moved) return true;
    if (step_count < 2) continue;
    const double hoped = fit.criterion - 10 * promised;
    if (CorrectedCriterion(hoped, fit.parameters, known_) > target) return false;
  }
  return true;
}

std::optional<Fit> Fitter::Run(const EtsForm& form) {
  const std::optional<Fit> first = RunOnce(form, kInfinite);
  if (!first) return std::nullopt;
  return RunAgain(*first);
}

std::optional<Fit> Fitter::RunOnce(const EtsForm& form, double target) {
  if (!Suits(form)) return std::nullopt;
  std::vector<Fit> starts = Starts(form);
  if (starts.empty() || !Improve(starts.front(), target)) return std::nullopt;
  return starts.front();
}

Fit Fitter::RunAgain(const Fit& first) {
  Fit best = first;
  std::vector<Fit> starts = Starts(first.form);
  for (std::size_t i = 1; i < starts.size(); ++i) {
    const double target = CorrectedCriterion(best.criterion, best.parameters, known_);
    if (Improve(starts[i], target) && starts[i].criterion < best.criterion) best = starts[i];
  }
  return best;
}

EtsSmoothing Fitter::Smoothing(const Fit& fit) const { return SmoothingAt(fit.form, fit.point); }

EtsStates Fitter::First(const Fit& fit) const {
  EtsStates first;
  first.level = fit.point[kLevel] * scale_;
  first.slope = fit.point[kSlope] * (fit.form.trend == EtsPart::kMultiplicative ? 1 : scale_);
  if (fit.form.season == EtsPart::kNone) return first;
  const bool is_factor = fit.form.season == EtsPart::kMultiplicative;
  const double unit = is_factor ? 1 : scale_;
  first.season.reserve(season_);
  double last = is_factor ? season_ : 0;
  for (int k = 0; k + 1 < season_; ++k) {
    first.season.push_back(fit.point[kSeason + k] * unit);
    last -= fit.point[kSeason + k];
  }
  first.season.push_back(last * unit);
  return first;
}

}  // namespace weir::forecast::ets
