// The model of Fellegi and Sunter (1969): how much each level of each field says for or against two records being one.
// Its parameters are found by expectation-maximisation on counts of patterns of levels, without labels (Winkler 1988).
//   M = log2(lambda / (1 - lambda)) + sum over fields of log2(m / u), P = 2^M / (1 + 2^M)
// Missing values say nothing. Deterministic, for any number of threads: patterns are taken in their order.
//
// Pairs that are no match are of two sorts where the data show it: those that agree by chance, and neighbours, which
// share much for a reason (one household, one building, two editions of one work) and yet differ in what tells records
// apart. A pair is held against both: M is log2 of lambda Πm / (lambda_u Πu + lambda_n Πn).
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "base/executor.h"
#include "identity/compare.h"

namespace weir::identity {

inline constexpr std::size_t kNoField = SIZE_MAX;

struct FieldWeights {
  std::array<double, kMostLevels> m{};  // share of a level among pairs that are one, of those with both values
  std::array<double, kMostLevels> u{};  // the same among the other pairs that are looked at
  std::array<double, kMostLevels> n{};  // the same among neighbours
  // log2(m / u), log2(m / n), never falling from level to level; 0 for missing values.
  std::array<double, kMostLevels> weight{};
  std::array<double, kMostLevels> near_weight{};
  bool is_shared = false;  // by neighbours, more than by chance
  // The field that is of the same column: what it says against a match already is not said again, when pairs are
  // weighed. Shares are learnt as if fields were independent.
  std::size_t repeats = kNoField;
};

struct LinkModel {
  double prior = 0;       // log2 of the odds of a pair that is looked at, against those that agree by chance
  double near_prior = 0;  // against neighbours
  bool has_neighbours = false;
  std::vector<FieldWeights> fields;
  // After each pass, log2, by m, u and n as they are. Of plain two sorts it rises as long as no levels are pooled so
  // that weights never fall; pooling may take some bits back.
  std::vector<double> log_likelihood;
};

struct PatternCount {
  Pattern pattern;
  double count;
};

// u of each level by counts of pairs taken at random; m rises with the level.
LinkModel FirstModel(std::span<const FieldKind> kinds, std::span<const PatternCount> random);

struct EmOptions {
  int passes = 100;          // at most: it ends when no parameter moves by 1e-4
  double first_share = 0.1;  // of the pairs, that are taken to be matches at first
};

// u is learnt from the candidates too: those that are none agree in what made them candidates, which says little then.
// O(patterns * fields) a pass.
LinkModel Estimate(std::span<const FieldKind> kinds, std::span<const PatternCount> patterns, LinkModel start,
                   const EmOptions& options = {}, const Executor& executor = Executor(1));

// The model that follows from knowing of each pattern which share of its pairs are matches; `before` tells neighbours
// from the others at first.
LinkModel Learn(std::span<const FieldKind> kinds, std::span<const PatternCount> patterns,
                std::span<const double> matched, const LinkModel& before, const Executor& executor = Executor(1));

// The weight against pairs that agree by chance, and against neighbours, with the priors.
struct Weights {
  double chance = 0;
  double near = 0;

  double Both() const;  // -log2(2^-chance + 2^-near)
};
Weights WeightsOf(const LinkModel& model, Pattern pattern);
// What one field adds to them.
Weights WeightsOfField(const LinkModel& model, std::size_t field, Pattern pattern);

inline double Probability(double weight) { return weight > 500 ? 1 : weight < -500 ? 0 : 1 / (1 + std::exp2(-weight)); }

}  // namespace weir::identity
