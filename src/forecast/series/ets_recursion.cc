#include "forecast/series/ets_recursion.h"

#include <algorithm>
#include <array>
#include <limits>

namespace weir::forecast::ets {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();
// Series are scaled to a mean size of 1: what is below this is no level, no season and no factor of growth.
constexpr double kLeastState = 1e-8;
// Below this the errors are those of the arithmetic.
constexpr double kLeastSquare = 1e-24;

// Two doubles at once: what every processor that we serve has.
using Lane = double __attribute__((vector_size(16)));

Lane Load(const double* from) {
  Lane lane;
  __builtin_memcpy(&lane, from, sizeof lane);
  return lane;
}
void Store(double* to, Lane lane) { __builtin_memcpy(to, &lane, sizeof lane); }

template <EtsPart kTrend, EtsPart kSeasonPart>
Expected Expect(const Running& now, double phi) {
  Expected next;
  if constexpr (kTrend == EtsPart::kNone) {
    next.base = now.level;
  } else if constexpr (kTrend == EtsPart::kAdditive) {
    next.slope = phi * now.slope;
    next.base = now.level + next.slope;
  } else {
    next.slope = phi == 1 ? now.slope : std::pow(now.slope, phi);
    next.base = now.level * next.slope;
  }
  if constexpr (kSeasonPart == EtsPart::kNone) next.mean = next.base;
  if constexpr (kSeasonPart == EtsPart::kAdditive) next.mean = next.base + now.season[now.at];
  if constexpr (kSeasonPart == EtsPart::kMultiplicative) next.mean = next.base * now.season[now.at];
  return next;
}

// The error as the level, the slope and the season see it.
struct Errors {
  double level = 0;
  double slope = 0;
  double season = 0;
};

template <EtsPart kTrend, EtsPart kSeasonPart>
Errors ErrorsOf(const Running& now, const Expected& next, double error) {
  Errors errors{error, error, error};
  if constexpr (kSeasonPart == EtsPart::kMultiplicative) {
    errors.level = errors.slope = error / now.season[now.at];
    errors.season = error / next.base;
  }
  if constexpr (kTrend == EtsPart::kMultiplicative) errors.slope = errors.level / now.level;
  return errors;
}

template <EtsPart kSeasonPart>
void Move(Running& now, const Expected& next, const Errors& errors, const EtsSmoothing& smoothing) {
  now.level = next.base + smoothing.alpha * errors.level;
  now.slope = next.slope + smoothing.beta * errors.slope;
  if constexpr (kSeasonPart != EtsPart::kNone) {
    now.season[now.at] += smoothing.gamma * errors.season;
    now.at = now.at + 1 == now.length ? 0 : now.at + 1;
  }
}

template <EtsPart kTrend, EtsPart kSeasonPart>
void Learn(Running& now, const Expected& next, double error, const EtsSmoothing& smoothing) {
  Move<kSeasonPart>(now, next, ErrorsOf<kTrend, kSeasonPart>(now, next, error), smoothing);
}

template <EtsPart kError, EtsPart kTrend, EtsPart kSeasonPart>
bool IsSound(const Running& now, const Expected& next) {
  // Written so that what is not a number is not sound.
  if constexpr (kTrend == EtsPart::kMultiplicative) {
    if (!(now.level > kLeastState && now.slope > kLeastState)) return false;
  }
  if constexpr (kSeasonPart == EtsPart::kMultiplicative) {
    if (!(next.base > kLeastState && now.season[now.at] > kLeastState)) return false;
  }
  if constexpr (kError == EtsPart::kMultiplicative) return next.mean > kLeastState;
  return std::abs(next.mean) < 1 / kLeastState;
}

// The sum of logarithms with one logarithm for eight numbers, none of which is far from 1.
class LogSum {
 public:
  void Add(double value) {
    product_ *= value;
    if (++factors_ == 8) Close();
  }
  double Total() {
    Close();
    return total_;
  }

 private:
  void Close() {
    total_ += std::log(product_);
    product_ = 1;
    factors_ = 0;
  }
  double total_ = 0;
  double product_ = 1;
  int factors_ = 0;
};

template <EtsPart kError, EtsPart kTrend, EtsPart kSeasonPart>
double Criterion(Values values, const EtsSmoothing& smoothing, Running now) {
  double squares = 0;
  double known = 0;
  LogSum log_mean;
  for (const double value : values) {
    const Expected next = Expect<kTrend, kSeasonPart>(now, smoothing.phi);
    if (!IsSound<kError, kTrend, kSeasonPart>(now, next)) return kInfinite;
    double error = 0;
    if (!IsMissing(value)) {
      error = value - next.mean;
      known += 1;
      if constexpr (kError == EtsPart::kMultiplicative) {
        const double share = error / next.mean;
        squares += share * share;
        log_mean.Add(next.mean);
      } else {
        squares += error * error;
      }
    }
    Learn<kTrend, kSeasonPart>(now, next, error, smoothing);
  }
  return known * std::log(std::max(squares, known * kLeastSquare)) + 2 * log_mean.Total();
}

// Before the first value each first state moves itself alone; of the seasons the last one makes up for the others.
void StartDerivatives(int places, int length, bool has_season, Normal& normal) {
  normal.derivatives.assign(static_cast<std::size_t>(places) * (2 + length), 0);
  normal.derivatives[kLevel] = 1;
  normal.derivatives[places + kSlope] = 1;
  if (!has_season) return;
  double* const season = normal.derivatives.data() + 2 * places;
  for (int k = 0; k + 1 < length; ++k) {
    season[k * places + kSeason + k] = 1;
    season[(length - 1) * places + kSeason + k] = -1;
  }
}

// J'J by blocks of four by four places, each held in registers over the whole series.
void FillGram(int rows, int places, Normal& normal) {
  normal.gram.resize(static_cast<std::size_t>(places) * places);
  for (int r = 0; r < places; r += 4) {
    for (int c = 0; c <= r; c += 4) {
      Lane a0{}, a1{}, b0{}, b1{}, c0{}, c1{}, d0{}, d1{};
      const double* row = normal.jacobian.data();
      for (int t = 0; t < rows; ++t, row += places) {
        const Lane low = Load(row + c);
        const Lane high = Load(row + c + 2);
        a0 += row[r] * low;
        a1 += row[r] * high;
        b0 += row[r + 1] * low;
        b1 += row[r + 1] * high;
        c0 += row[r + 2] * low;
        c1 += row[r + 2] * high;
        d0 += row[r + 3] * low;
        d1 += row[r + 3] * high;
      }
      double* const out = &normal.gram[r * places + c];
      Store(out, a0);
      Store(out + 2, a1);
      Store(out + places, b0);
      Store(out + places + 2, b1);
      Store(out + 2 * places, c0);
      Store(out + 2 * places + 2, c1);
      Store(out + 3 * places, d0);
      Store(out + 3 * places + 2, d1);
    }
  }
}

// What the derivatives of one step are made with.
struct Slopes {
  double slope_by_slope = 0;  // of the slope that is kept, by the slope before
  double row = 0;             // of the residual, by the mean
  double residual = 0;
  double log_row = 0;  // of log(mean), by the mean; 0 where it does not count
  EtsSmoothing smoothing;
};

// One step for all places. `row` gets the derivatives of the residual; null where the value is missing.
template <EtsPart kTrend, EtsPart kSeasonPart>
void MoveDerivatives(const Running& now, const Expected& next, const Errors& errors, const Slopes& by, int places,
                     double* row, Normal& normal) {
  double* const level = normal.derivatives.data();
  double* const slope = level + places;
  double* const season = level + places * (2 + now.at);
  const double inverse_level = kTrend == EtsPart::kMultiplicative ? 1 / now.level : 0;
  const double factor = kSeasonPart == EtsPart::kMultiplicative ? now.season[now.at] : 1;
  const double inverse_factor = kSeasonPart == EtsPart::kMultiplicative ? 1 / factor : 1;
  const double inverse_base = kSeasonPart == EtsPart::kMultiplicative ? 1 / next.base : 1;
  for (int c = 0; c < places; c += 2) {
    const Lane d_level = Load(level + c);
    Lane d_kept{};
    Lane d_base = d_level;
    if constexpr (kTrend != EtsPart::kNone) d_kept = by.slope_by_slope * Load(slope + c);
    if constexpr (kTrend == EtsPart::kAdditive) d_base = d_level + d_kept;
    if constexpr (kTrend == EtsPart::kMultiplicative) d_base = next.slope * d_level + now.level * d_kept;
    Lane d_season{};
    if constexpr (kSeasonPart != EtsPart::kNone) d_season = Load(season + c);
    Lane d_mean = d_base;
    if constexpr (kSeasonPart == EtsPart::kAdditive) d_mean = d_base + d_season;
    if constexpr (kSeasonPart == EtsPart::kMultiplicative) d_mean = factor * d_base + next.base * d_season;
    if (row != nullptr) {
      const Lane d_residual = by.row * d_mean;
      Store(row + c, d_residual);
      Store(&normal.gradient[c], Load(&normal.gradient[c]) + by.residual * d_residual);
      Store(&normal.log_mean[c], Load(&normal.log_mean[c]) + by.log_row * d_mean);
    }
    Lane d_own = -d_mean;
    Lane d_seen = -d_mean;
    if constexpr (kSeasonPart == EtsPart::kMultiplicative) {
      d_own = -inverse_factor * (d_mean + errors.level * d_season);
      d_seen = -inverse_base * (d_mean + errors.season * d_base);
    }
    Store(level + c, d_base + by.smoothing.alpha * d_own);
    if constexpr (kTrend == EtsPart::kAdditive) Store(slope + c, d_kept + by.smoothing.beta * d_own);
    if constexpr (kTrend == EtsPart::kMultiplicative) {
      Store(slope + c, d_kept + by.smoothing.beta * inverse_level * (d_own - errors.slope * d_level));
    }
    if constexpr (kSeasonPart != EtsPart::kNone) Store(season + c, d_season + by.smoothing.gamma * d_seen);
  }
}

// How the weights themselves move the states: through the step's error.
void AddWeightDerivatives(const Errors& errors, const EtsSmoothing& smoothing, const Box& box, int places, int at,
                          bool has_season, Normal& normal) {
  double* const level = normal.derivatives.data();
  double* const slope = level + places;
  level[kAlpha] += errors.level;
  slope[kAlpha] += box.beta_share * errors.slope;
  slope[kBetaShare] += (smoothing.alpha - kLeastWeight) * errors.slope;
  if (!has_season) return;
  double* const season = level + places * (2 + at);
  season[kAlpha] -= box.gamma_share * errors.season;
  season[kGammaShare] += (1 - smoothing.alpha - kLeastWeight) * errors.season;
}

template <EtsPart kError, EtsPart kTrend, EtsPart kSeasonPart>
void FillNormal(Values values, const EtsSmoothing& smoothing, const Box& box, bool damped, int places, Running now,
                Normal& normal) {
  constexpr bool kHasSeason = kSeasonPart != EtsPart::kNone;
  StartDerivatives(places, now.length, kHasSeason, normal);
  normal.squares = 0;
  normal.gradient.assign(places, 0);
  normal.log_mean.assign(places, 0);
  normal.jacobian.resize(values.size() * places);
  int rows = 0;
  for (const double value : values) {
    const Expected next = Expect<kTrend, kSeasonPart>(now, smoothing.phi);
    const bool known = !IsMissing(value);
    Slopes by{.slope_by_slope = smoothing.phi, .row = -1};
    if constexpr (kTrend == EtsPart::kMultiplicative) by.slope_by_slope = smoothing.phi * next.slope / now.slope;
    if (damped) {
      // phi itself moves the slope that is kept; put into the slope before, it takes the same way as the rest.
      const double moves = kTrend == EtsPart::kMultiplicative ? now.slope * std::log(now.slope) : now.slope;
      normal.derivatives[places + kPhi] += moves / smoothing.phi;
    }
    const double error = known ? value - next.mean : 0;
    by.residual = error;
    if (known) by.smoothing = smoothing;
    if constexpr (kError == EtsPart::kMultiplicative) {
      by.row = -value / (next.mean * next.mean);
      by.residual = error / next.mean;
      by.log_row = 1 / next.mean;
    }
    const Errors errors = ErrorsOf<kTrend, kSeasonPart>(now, next, error);
    double* const row = known ? normal.jacobian.data() + static_cast<std::size_t>(rows) * places : nullptr;
    MoveDerivatives<kTrend, kSeasonPart>(now, next, errors, by, places, row, normal);
    AddWeightDerivatives(errors, smoothing, box, places, now.at, kHasSeason, normal);
    normal.squares += by.residual * by.residual;
    rows += known ? 1 : 0;
    Move<kSeasonPart>(now, next, errors, smoothing);
  }
  normal.squares = std::max(normal.squares, rows * kLeastSquare);
  FillGram(rows, places, normal);
}

template <EtsPart kError, EtsPart kTrend, EtsPart kSeasonPart>
constexpr Kernel Of() {
  return {.criterion = Criterion<kError, kTrend, kSeasonPart>,
          .normal = FillNormal<kError, kTrend, kSeasonPart>,
          .expect = Expect<kTrend, kSeasonPart>,
          .learn = Learn<kTrend, kSeasonPart>};
}

template <EtsPart kError, EtsPart kTrend>
constexpr std::array<Kernel, 3> OfSeasons() {
  return {Of<kError, kTrend, EtsPart::kNone>(), Of<kError, kTrend, EtsPart::kAdditive>(),
          Of<kError, kTrend, EtsPart::kMultiplicative>()};
}

template <EtsPart kError>
constexpr std::array<std::array<Kernel, 3>, 3> OfTrends() {
  return {OfSeasons<kError, EtsPart::kNone>(), OfSeasons<kError, EtsPart::kAdditive>(),
          OfSeasons<kError, EtsPart::kMultiplicative>()};
}

}  // namespace

const Kernel& KernelOf(const EtsForm& form) {
  static constexpr std::array<std::array<Kernel, 3>, 3> kAdditiveErrors = OfTrends<EtsPart::kAdditive>();
  static constexpr std::array<std::array<Kernel, 3>, 3> kRelativeErrors = OfTrends<EtsPart::kMultiplicative>();
  const auto& errors = form.error == EtsPart::kMultiplicative ? kRelativeErrors : kAdditiveErrors;
  return errors[static_cast<std::size_t>(form.trend)][static_cast<std::size_t>(form.season)];
}

bool IsAdmissible(const EtsForm& form, const EtsSmoothing& smoothing, int season) {
  if (form.season == EtsPart::kNone) return true;
  const auto [alpha, beta, gamma, phi] = smoothing;
  // From the highest power down. Without a trend the root at 1, which a season always has, is divided out.
  std::array<double, kMostPlaces> equation{};
  int degree = season;
  equation[0] = 1;
  if (form.trend == EtsPart::kNone) {
    std::fill_n(equation.begin() + 1, season - 1, alpha);
    equation[season] = alpha + gamma - 1;
  } else {
    degree = season + 1;
    const double both = alpha + phi * beta;
    equation[1] = both - phi;
    std::fill_n(equation.begin() + 2, season - 2, both - alpha * phi);
    equation[season] = both - alpha * phi + gamma - 1;
    equation[season + 1] = phi * (1 - alpha - gamma);
  }
  for (; degree > 0; --degree) {
    const double reflection = equation[degree];
    if (!(std::abs(reflection) < 1)) return false;
    std::array<double, kMostPlaces> lower{};
    for (int i = 0; i < degree; ++i) {
      lower[i] = (equation[i] - reflection * equation[degree - i]) / (1 - reflection * reflection);
    }
    equation = lower;
  }
  return true;
}

}  // namespace weir::forecast::ets
