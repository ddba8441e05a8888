#include "diagnose/verdict.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <boost/math/distributions/beta.hpp>

#include "base/random.h"

namespace weir::diagnose {
namespace {

constexpr double kJeffreys = 0.5;
constexpr double kTenth = 0.1;
// Half the width of an interval of 80 % of a normal distribution, in deviations.
constexpr double kReach = 1.2815515655446004;
constexpr std::size_t kSteps = 200;
constexpr double kUnknownCases = 2;  // what is not known is drawn as widely as so few cases would have it

boost::math::beta_distribution<double> PosteriorOf(const LineFacts& line) {
  const double share = std::clamp(*line.value, 0.0, 1.0);
  return {(share * line.cases) + kJeffreys, ((1 - share) * line.cases) + kJeffreys};
}

bool HasPosterior(const LineFacts& line) { return line.value && line.is_share && line.cases > 0; }

std::vector<double> QuantilesOf(const boost::math::beta_distribution<double>& of) {
  std::vector<double> quantiles;
  quantiles.reserve(kSteps);
  constexpr double kMiddle = 0.5;
  for (std::size_t i = 0; i < kSteps; ++i) {
    quantiles.push_back(quantile(of, (static_cast<double>(i) + kMiddle) / static_cast<double>(kSteps)));
  }
  return quantiles;
}

double OneOf(const std::vector<double>& quantiles, RandomStream& random) {
  const auto at = static_cast<std::size_t>(random.Uniform() * static_cast<double>(quantiles.size()));
  return quantiles[std::min(at, quantiles.size() - 1)];
}

// What a line may be, drawn many times over: its quantiles are worked out once.
class Values {
 public:
  explicit Values(const LineFacts& line) : line_(&line) {
    if (HasPosterior(line)) quantiles_ = QuantilesOf(PosteriorOf(line));
  }

  double Draw(RandomStream& random) const {
    if (!quantiles_.empty()) return OneOf(quantiles_, random);
    if (line_->low && line_->high && *line_->high > *line_->low) {
      return random.Normal(*line_->value, (*line_->high - *line_->low) / (2 * kReach));
    }
    return *line_->value;
  }

  const LineFacts& line() const { return *line_; }

 private:
  const LineFacts* line_;
  std::vector<double> quantiles_;
};

struct Sum {
  double weights = 0;
  double sum = 0;
  void Add(double weight, double value) {
    weights += weight;
    sum += weight * value;
  }
  std::optional<double> Mean() const { return weights > 0 ? std::optional(sum / weights) : std::nullopt; }
};

double Shifted(const LineFacts& line, double value, double shift) {
  return GradeOf(line, value - (shift * (line.clear_yes - line.clear_no)));
}

struct Drawn {
  double salesops = 0;
  double revops = 0;
};

// One draw over all signs. What is not measured counts too, as anything.
class Draws {
 public:
  Draws(std::span<const SignFacts> signs, const Policy& policy)
      : signs_(signs),
        policy_(&policy),
        unknown_(QuantilesOf({kUnknownCases * policy.need, kUnknownCases * (1 - policy.need)})) {
    for (const SignFacts& sign : signs) {
      std::vector<Values>& lines = values_.emplace_back();
      for (const LineFacts& line : sign.lines) lines.emplace_back(line);
    }
  }

  Drawn Next(RandomStream& random) const {
    std::vector<double> strengths;
    strengths.reserve(signs_.size());
    for (const std::vector<Values>& lines : values_) strengths.push_back(StrengthOf(lines, random));
    const double salesops = ScoreOf(Side::kSalesOps, strengths, 1);
    return {salesops, ScoreOf(Side::kRevOps, strengths, salesops)};
  }

 private:
  double StrengthOf(const std::vector<Values>& lines, RandomStream& random) const {
    const double unknown = OneOf(unknown_, random);
    Sum sum;
    for (const Values& values : lines) {
      const LineFacts& line = values.line();
      const double shift = random.Uniform(-policy_->blur, policy_->blur);
      sum.Add(line.weight, line.value ? Shifted(line, values.Draw(random), shift) : unknown);
    }
    return sum.Mean().value_or(unknown);
  }

  double ScoreOf(Side side, const std::vector<double>& strengths, double other) const {
    Sum sum;
    for (std::size_t i = 0; i < signs_.size(); ++i) {
      const bool is_silent = signs_[i].needs_no_other && other >= policy_->need;
      if (signs_[i].side == side && !is_silent) sum.Add(signs_[i].weight, strengths[i]);
    }
    return sum.Mean().value_or(0);
  }

  std::span<const SignFacts> signs_;
  const Policy* policy_;
  std::vector<double> unknown_;
  std::vector<std::vector<Values>> values_;
};

Verdict VerdictOf(double salesops, double revops, double need) {
  if (salesops >= need) return revops >= need ? Verdict::kBoth : Verdict::kSalesOps;
  return revops >= need ? Verdict::kRevOps : Verdict::kNotYet;
}

SignScore ScoreOf(const SignFacts& sign) {
  Sum measured;
  double all = 0;
  for (const LineFacts& line : sign.lines) {
    all += line.weight;
    if (line.value) measured.Add(line.weight, GradeOf(line, *line.value));
  }
  return {.strength = measured.Mean(), .measured = all > 0 ? measured.weights / all : 0};
}

SideScore SideOf(std::span<const SignFacts> signs, std::span<const SignScore> scores, Side side) {
  SideScore result;
  Sum sum;
  for (std::size_t i = 0; i < signs.size(); ++i) {
    if (signs[i].side != side || scores[i].is_silent) continue;
    ++result.signs;
    if (!scores[i].strength) continue;
    ++result.measured_signs;
    sum.Add(signs[i].weight * scores[i].measured, *scores[i].strength);
  }
  result.score = sum.Mean();
  return result;
}

Interval MiddleOf(std::vector<double> draws) {
  std::ranges::sort(draws);
  const auto at = [&](double share) {
    return draws[std::min(draws.size() - 1, static_cast<std::size_t>(share * static_cast<double>(draws.size())))];
  };
  return {at(kTenth), at(1 - kTenth)};
}

}  // namespace

double GradeOf(const LineFacts& line, double value) {
  return std::clamp((value - line.clear_no) / (line.clear_yes - line.clear_no), 0.0, 1.0);
}

std::optional<Interval> IntervalOf(const LineFacts& line) {
  if (line.low && line.high) return Interval{*line.low, *line.high};
  if (!HasPosterior(line)) return std::nullopt;
  const auto posterior = PosteriorOf(line);
  // It holds the share that was counted: none of many is at least none.
  return Interval{std::min(*line.value, quantile(posterior, kTenth)),
                  std::max(*line.value, quantile(posterior, 1 - kTenth))};
}

std::string_view NameOf(Verdict verdict) {
  static constexpr std::array<std::string_view, 5> kNames{"not_known", "not_yet", "salesops", "revops", "both"};
  return kNames.at(static_cast<std::size_t>(verdict));
}

Judgement Judge(std::span<const SignFacts> signs, const Policy& policy, std::uint64_t seed) {
  Judgement judgement;
  for (const SignFacts& sign : signs) judgement.signs.push_back(ScoreOf(sign));
  judgement.salesops = SideOf(signs, judgement.signs, Side::kSalesOps);
  for (std::size_t i = 0; i < signs.size(); ++i) {
    judgement.signs[i].is_silent = signs[i].needs_no_other && judgement.salesops.score.value_or(0) >= policy.need;
  }
  judgement.revops = SideOf(signs, judgement.signs, Side::kRevOps);

  std::vector<double> salesops;
  std::vector<double> revops;
  const Verdict verdict =
      VerdictOf(judgement.salesops.score.value_or(0), judgement.revops.score.value_or(0), policy.need);
  const Draws draws(signs, policy);
  RandomStream random(seed, "diagnose");
  for (std::size_t i = 0; i < kDraws; ++i) {
    const Drawn drawn = draws.Next(random);
    salesops.push_back(drawn.salesops);
    revops.push_back(drawn.revops);
    const Verdict one = VerdictOf(drawn.salesops, drawn.revops, policy.need);
    judgement.chances.at(static_cast<std::size_t>(one)) += 1;
  }
  for (double& chance : judgement.chances) chance /= static_cast<double>(kDraws);
  judgement.salesops.range = MiddleOf(std::move(salesops));
  judgement.revops.range = MiddleOf(std::move(revops));
  const bool is_known =
      judgement.salesops.measured_signs + judgement.revops.measured_signs >= policy.least_signs &&
      std::min(judgement.salesops.measured_signs, judgement.revops.measured_signs) >= policy.least_of_side;
  if (!is_known) return judgement;
  judgement.verdict = verdict;
  judgement.confidence = judgement.chances.at(static_cast<std::size_t>(verdict));
  return judgement;
}

}  // namespace weir::diagnose
