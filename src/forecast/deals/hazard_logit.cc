#include "forecast/deals/hazard_logit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <Eigen/Cholesky>
#include <Eigen/Core>

namespace weir::forecast {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// The intercepts have a wide prior about the rates of all rows, so that an outcome that never came stays possible.
constexpr double kInterceptVariance = 4;
constexpr double kLeastVariance = 1e-3;
constexpr double kMostVariance = 9;

WeeklyHazard Softmax(double won, double lost) {
  const double top = std::max({0.0, won, lost});
  const double none_part = std::exp(-top);
  const double won_part = std::exp(won - top);
  const double lost_part = std::exp(lost - top);
  const double all = none_part + won_part + lost_part;
  return {.won = won_part / all, .lost = lost_part / all};
}

// log P(none).
double LogOfNone(double won, double lost) {
  const double top = std::max({0.0, won, lost});
  return -top - std::log(std::exp(-top) + std::exp(won - top) + std::exp(lost - top));
}

// The posterior of the coefficients: of wins first, of losses after them.
class Posterior {
 public:
  Posterior(const CodedRows& rows, std::vector<std::size_t> first, double weight)
      : rows_(rows), first_(std::move(first)), weight_(weight), size_(static_cast<Index>(first_.back())) {
    const OutcomeCounts total = TotalOf(rows);
    const double none = std::log(total.none + .5);
    centre_ = VectorXd::Zero(2 * size_);
    centre_[0] = std::log(total.won + .5) - none;
    centre_[size_] = std::log(total.lost + .5) - none;
    precision_ = VectorXd::Constant(2 * size_, 1 / kInterceptVariance);
    at_ = centre_;
  }

  Index size() const { return size_; }
  const VectorXd& at() const { return at_; }

  void SetVariances(const std::vector<HazardLogit::Effect>& variances) {
    for (std::size_t group = 0; group + 1 < first_.size(); ++group) {
      for (std::size_t i = first_[group]; i < first_[group + 1]; ++i) {
        precision_[static_cast<Index>(i)] = 1 / variances[group].won;
        precision_[size_ + static_cast<Index>(i)] = 1 / variances[group].lost;
      }
    }
  }

  // Goes to the top by Newton's steps. `fresh` asks for curvature where it is now; else that of the last climb is used
  // for as long as it leads up quickly, since it costs as much as many slopes.
  void Climb(bool fresh) {
    constexpr int kSteps = 100;
    constexpr double kQuick = .2;
    Slope here = SlopeAt(at_);
    if (fresh || curvature_.empty()) MeasureCurvature();
    Factorise();
    double last_gain = std::numeric_limits<double>::infinity();
    for (int step = 0; step < kSteps; ++step) {
      const VectorXd move = factor_.solve(here.gradient);
      const double gain = here.gradient.dot(move);
      // Near the top values differ by less than they are rounded by: the step is taken unseen, and is the last.
      const bool is_last = gain < 1e-11 * (1 + std::abs(here.value));
      double length = 1;
      Slope next = SlopeAt(at_ + move);
      while (!is_last && !(next.value >= here.value) && length > 1e-10) {
        length /= 2;
        next = SlopeAt(at_ + length * move);
      }
      if (!is_last && !(next.value >= here.value)) return;
      at_ += length * move;
      if (is_last) return;
      here = std::move(next);
      if (fresh || length < 1 || gain > kQuick * last_gain) {
        MeasureCurvature();
        Factorise();
      }
      last_gain = gain;
    }
  }

  // The variances of the coefficients at the top.
  VectorXd Spread() const {
    const MatrixXd inverse = factor_.matrixL().solve(MatrixXd::Identity(2 * size_, 2 * size_));
    return inverse.colwise().squaredNorm();
  }

 private:
  // The places of a row's coefficients: the intercept, then one a group.
  void FindActive(std::size_t row, std::vector<Index>* active) const {
    const auto codes = rows_.CodesOf(row);
    active->resize(codes.size() + 1);
    (*active)[0] = 0;
    for (std::size_t group = 0; group < codes.size(); ++group) {
      (*active)[group + 1] = static_cast<Index>(first_[group] + codes[group]);
    }
  }

  struct Slope {
    double value = 0;
    VectorXd gradient;
  };

  Slope SlopeAt(const VectorXd& at) const {
    Slope slope{.value = 0, .gradient = VectorXd::Zero(2 * size_)};
    std::vector<Index> active;
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      FindActive(row, &active);
      double won = 0;
      double lost = 0;
      for (const Index i : active) {
        won += at[i];
        lost += at[size_ + i];
      }
      const WeeklyHazard hazard = Softmax(won, lost);
      const OutcomeCounts& counts = rows_.counts[row];
      slope.value += counts.won * won + counts.lost * lost + counts.All() * LogOfNone(won, lost);
      const double of_won = weight_ * (counts.won - counts.All() * hazard.won);
      const double of_lost = weight_ * (counts.lost - counts.All() * hazard.lost);
      for (const Index i : active) {
        slope.gradient[i] += of_won;
        slope.gradient[size_ + i] += of_lost;
      }
    }
    const VectorXd off = at - centre_;
    slope.value = weight_ * slope.value - off.cwiseAbs2().dot(precision_) / 2;
    slope.gradient -= precision_.cwiseProduct(off);
    return slope;
  }

  // What rows alone bend the posterior by. Pairs of places are kept together, three numbers each, so that a row walks
  // through memory once.
  void MeasureCurvature() {
    curvature_.assign(static_cast<std::size_t>(size_ * size_), {});
    std::vector<Index> active;
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      FindActive(row, &active);
      double won = 0;
      double lost = 0;
      for (const Index i : active) {
        won += at_[i];
        lost += at_[size_ + i];
      }
      const WeeklyHazard hazard = Softmax(won, lost);
      const double all = weight_ * rows_.counts[row].All();
      const Pair bend{.won = all * hazard.won * (1 - hazard.won),
                      .lost = all * hazard.lost * (1 - hazard.lost),
                      .both = -all * hazard.won * hazard.lost};
      for (std::size_t a = 0; a < active.size(); ++a) {
        Pair* to = curvature_.data() + active[a] * size_;
        for (std::size_t b = a; b < active.size(); ++b) {
          Pair& pair = to[active[b]];
          pair.won += bend.won;
          pair.lost += bend.lost;
          pair.both += bend.both;
        }
      }
    }
  }

  void Factorise() {
    MatrixXd hessian = MatrixXd::Zero(2 * size_, 2 * size_);
    for (Index a = 0; a < size_; ++a) {
      for (Index b = a; b < size_; ++b) {
        const Pair& pair = curvature_[static_cast<std::size_t>(a * size_ + b)];
        hessian(b, a) = pair.won;
        hessian(size_ + b, size_ + a) = pair.lost;
        hessian(size_ + b, a) = pair.both;
        hessian(size_ + a, b) = pair.both;
      }
    }
    hessian.diagonal() += precision_;
    factor_.compute(hessian.selfadjointView<Eigen::Lower>());
  }

  // Of two places, within wins, within losses and across.
  struct Pair {
    double won = 0;
    double lost = 0;
    double both = 0;
  };

  const CodedRows& rows_;
  std::vector<std::size_t> first_;
  double weight_;
  Index size_;
  VectorXd centre_;
  VectorXd precision_;
  VectorXd at_;
  std::vector<Pair> curvature_;
  Eigen::LLT<MatrixXd> factor_;
};

// The variance of most evidence for coefficients first .. last, one step nearer.
double Nearer(const VectorXd& at, const VectorXd& spread, Index first, Index last, double variance) {
  const double squares = at.segment(first, last - first).squaredNorm();
  const double determined = static_cast<double>(last - first) - spread.segment(first, last - first).sum() / variance;
  if (determined < 1e-6) return kLeastVariance;
  return std::clamp(squares / determined, kLeastVariance, kMostVariance);
}

// How far a variance went, as a ratio. Of a group that says next to nothing it creeps down for long, and nothing hangs
// on how little that is.
double MoveOf(double before, double after) {
  constexpr double kNothing = .01;
  return std::max(before, after) < kNothing ? 0 : std::abs(std::log(after / before));
}

// Rows with the codes alone that some row has, numbered anew. A code without a row keeps its prior whatever the others
// are, and says nothing of the variance of its group: leaving it out changes nothing but the size of all matrices.
struct UsedCodes {
  CodedRows rows;
  std::vector<std::vector<std::uint16_t>> codes;  // by group, the codes that stand for 0, 1 and so on
};

UsedCodes UsedOf(const CodedRows& rows) {
  UsedCodes used{.rows = {.groups = rows.groups, .codes = rows.codes, .counts = rows.counts}};
  const std::size_t groups = rows.groups.size();
  used.codes.resize(groups);
  for (std::size_t group = 0; group < groups; ++group) {
    std::vector<std::uint16_t> number(rows.groups[group].codes, 0);
    for (std::size_t row = 0; row < rows.size(); ++row) number[rows.codes[row * groups + group]] = 1;
    for (std::uint16_t code = 0; code < rows.groups[group].codes; ++code) {
      if (number[code] == 0) continue;
      number[code] = static_cast<std::uint16_t>(used.codes[group].size());
      used.codes[group].push_back(code);
    }
    used.rows.groups[group].codes = static_cast<std::uint16_t>(used.codes[group].size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
      std::uint16_t& code = used.rows.codes[row * groups + group];
      code = number[code];
    }
  }
  return used;
}

// Where the codes of each group begin after the intercept, and at last how many places there are.
std::vector<std::size_t> PlacesOf(const std::vector<CodedGroup>& groups) {
  std::vector<std::size_t> first{1};
  first.reserve(groups.size() + 1);
  for (const CodedGroup& group : groups) first.push_back(first.back() + group.codes);
  return first;
}

}  // namespace

Result<HazardLogit> HazardLogit::Fit(const CodedRows& rows, const LogitOptions& options) {
  WEIR_CHECK(options.weight > 0 && options.prior_variance.value_or(1) > 0);
  const OutcomeCounts total = TotalOf(rows);
  if (total.won + total.lost <= 0) {
    return Fail(NotEnoughData("no deal has been won or lost yet: there is nothing to learn from"));
  }
  const UsedCodes used = UsedOf(rows);
  const std::vector<std::size_t> places = PlacesOf(used.rows.groups);
  HazardLogit model;
  const double start = options.prior_variance.value_or(.25);
  model.variances_.assign(rows.groups.size(), {.won = start, .lost = start});
  Posterior posterior(used.rows, places, options.weight);
  constexpr int kPasses = 25;
  for (int pass = 0; pass < kPasses; ++pass) {
    posterior.SetVariances(model.variances_);
    posterior.Climb(pass == 0);
    if (options.prior_variance) break;
    const VectorXd spread = posterior.Spread();
    double moved = 0;
    for (std::size_t group = 0; group < rows.groups.size(); ++group) {
      const auto first = static_cast<Index>(places[group]);
      const auto last = static_cast<Index>(places[group + 1]);
      Effect& variance = model.variances_[group];
      const Effect next{
          .won = Nearer(posterior.at(), spread, first, last, variance.won),
          .lost = Nearer(posterior.at(), spread, posterior.size() + first, posterior.size() + last, variance.lost)};
      moved = std::max({moved, MoveOf(variance.won, next.won), MoveOf(variance.lost, next.lost)});
      variance = next;
    }
    if (moved < .03) break;
  }
  posterior.Climb(true);
  model.first_ = PlacesOf(rows.groups);
  model.effects_.resize(model.first_.back());
  const auto effect_at = [&](std::size_t place) {
    const auto i = static_cast<Index>(place);
    return Effect{.won = posterior.at()[i], .lost = posterior.at()[posterior.size() + i]};
  };
  model.effects_.front() = effect_at(0);
  for (std::size_t group = 0; group < used.codes.size(); ++group) {
    for (std::size_t i = 0; i < used.codes[group].size(); ++i) {
      model.effects_[model.first_[group] + used.codes[group][i]] = effect_at(places[group] + i);
    }
  }
  return model;
}

std::vector<WeeklyHazard> HazardLogit::Predict(std::span<const std::uint16_t> codes) const {
  const std::size_t groups = first_.size() - 1;
  std::vector<WeeklyHazard> hazards;
  hazards.reserve(groups > 0 ? codes.size() / groups : 0);
  for (std::size_t row = 0; row + groups <= codes.size() && groups > 0; row += groups) {
    Effect sum = effects_.front();
    for (std::size_t group = 0; group < groups; ++group) {
      const Effect& effect = EffectOf(group, codes[row + group]);
      sum.won += effect.won;
      sum.lost += effect.lost;
    }
    hazards.push_back(Softmax(sum.won, sum.lost));
  }
  return hazards;
}

}  // namespace weir::forecast
