#include "identity/fellegi_sunter.h"

#include <algorithm>
#include <numeric>

namespace weir::identity {
namespace {

constexpr double kLeastShare = 1e-6;
constexpr double kNever = 1e6;
constexpr double kMoreThanChance = 3;
constexpr double kPseudoCount = 0.1;  // of each level: none is impossible
constexpr std::size_t kPiece = 4096;  // patterns that a thread takes at once

using Shares = std::array<double, kMostLevels>;

// log2 of the ratio of shares. A level that is more alike never speaks less for a match than one that is less alike:
// neighbours that do are pooled.
Shares RatiosOf(const Shares& m, const Shares& u, std::size_t levels) {
  struct Pool {
    double m, u;
    std::size_t begin, end;
  };
  std::vector<Pool> pools;
  for (std::size_t level = 1; level < levels; ++level) {
    pools.push_back({m[level], u[level], level, level + 1});
    while (pools.size() > 1) {
      const Pool& last = pools.back();
      Pool& before = pools[pools.size() - 2];
      if (before.m / before.u <= last.m / last.u) break;
      before.m += last.m;
      before.u += last.u;
      before.end = last.end;
      pools.pop_back();
    }
  }
  Shares ratios{};
  for (const Pool& pool : pools) {
    for (std::size_t level = pool.begin; level < pool.end; ++level) ratios[level] = std::log2(pool.m / pool.u);
  }
  return ratios;
}

// To which sort the pairs of a pattern belong, in parts of one.
struct Parts {
  double match = 0;
  double chance = 0;
  double near = 0;
};

Shares SharesOf(const Shares& counts, std::size_t levels) {
  double sum = 0;
  for (std::size_t level = 1; level < levels; ++level) sum += counts[level] + kPseudoCount;
  Shares shares{};
  for (std::size_t level = 1; level < levels; ++level) {
    shares[level] = std::clamp((counts[level] + kPseudoCount) / sum, kLeastShare, 1 - kLeastShare);
  }
  return shares;
}

double DifferenceOf(const Shares& a, const Shares& b) {
  double most = 0;
  for (std::size_t level = 0; level < kMostLevels; ++level) most = std::max(most, std::abs(a[level] - b[level]));
  return most;
}

// The parameters by the parts of each pattern. Returns how far they moved.
double Maximise(std::span<const FieldKind> kinds, std::span<const PatternCount> patterns, std::span<const Parts> parts,
                const Executor& executor, LinkModel& model) {
  Parts total;
  for (std::size_t n = 0; n < patterns.size(); ++n) {
    total.match += patterns[n].count * parts[n].match;
    total.chance += patterns[n].count * parts[n].chance;
    total.near += patterns[n].count * parts[n].near;
  }
  const auto odds = [](double a, double b) { return std::log2(std::max(a, 1e-9) / std::max(b, 1e-9)); };
  model.prior = odds(total.match, total.chance);
  model.near_prior = odds(total.match, total.near);
  std::vector<double> moved(kinds.size(), 0);
  executor.ForEach(kinds.size(), [&](std::size_t i) {
    Shares of_m{};
    Shares of_u{};
    Shares of_n{};
    for (std::size_t n = 0; n < patterns.size(); ++n) {
      const std::uint8_t level = LevelIn(patterns[n].pattern, i);
      of_m[level] += patterns[n].count * parts[n].match;
      of_u[level] += patterns[n].count * parts[n].chance;
      of_n[level] += patterns[n].count * parts[n].near;
    }
    const std::size_t levels = LevelsOf(kinds[i]).size();
    FieldWeights& field = model.fields[i];
    const FieldWeights before = field;
    field.m = SharesOf(of_m, levels);
    field.u = SharesOf(of_u, levels);
    field.weight = RatiosOf(field.m, field.u, levels);
    moved[i] = std::max(DifferenceOf(field.m, before.m), DifferenceOf(field.u, before.u));
    if (!model.has_neighbours) return;
    field.n = SharesOf(of_n, levels);
    field.near_weight = RatiosOf(field.m, field.n, levels);
    const std::size_t top = levels - 1;
    field.is_shared = field.n[top] > kMoreThanChance * field.u[top];
    moved[i] = std::max(moved[i], DifferenceOf(field.n, before.n));
  });
  return moved.empty() ? 0 : *std::ranges::max_element(moved);
}

Parts PartsOf(const LinkModel& model, Pattern pattern) {
  // As if fields were independent, as their shares are reckoned.
  Weights weights{model.prior, model.near_prior};
  for (std::size_t i = 0; i < model.fields.size(); ++i) {
    const std::uint8_t level = LevelIn(pattern, i);
    weights.chance += model.fields[i].weight[level];
    weights.near += model.fields[i].near_weight[level];
  }
  // Odds against a match, of each sort.
  const double chance = std::exp2(std::clamp(-weights.chance, -500.0, 500.0));
  const double near = model.has_neighbours ? std::exp2(std::clamp(-weights.near, -500.0, 500.0)) : 0;
  const double all = 1 + chance + near;
  return {1 / all, chance / all, near / all};
}

// log2 of how likely the data are; of the shares of levels, not of the weights, which are pooled.
double LikelihoodOf(std::span<const FieldKind> kinds, std::span<const PatternCount> patterns, const LinkModel& model,
                    const Executor& executor) {
  std::vector<Shares> log_m(kinds.size());
  std::vector<Shares> log_u(kinds.size());
  std::vector<Shares> log_n(kinds.size());
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    for (std::size_t level = 1; level < LevelsOf(kinds[i]).size(); ++level) {
      log_m[i][level] = std::log2(model.fields[i].m[level]);
      log_u[i][level] = std::log2(model.fields[i].u[level]);
      if (model.has_neighbours) log_n[i][level] = std::log2(model.fields[i].n[level]);
    }
  }
  const double odds_u = std::exp2(-model.prior);
  const double odds_n = model.has_neighbours ? std::exp2(-model.near_prior) : 0;
  const double log_all = std::log2(1 + odds_u + odds_n);
  std::vector<double> terms(patterns.size());
  const auto term = [&](const PatternCount& each) {
    double m = 0;
    double u = -model.prior;
    double n = -model.near_prior;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      const std::uint8_t level = LevelIn(each.pattern, i);
      m += log_m[i][level];
      u += log_u[i][level];
      n += log_n[i][level];
    }
    const double most = std::max({m, u, model.has_neighbours ? n : u});
    const double sum = std::exp2(m - most) + std::exp2(u - most) + (model.has_neighbours ? std::exp2(n - most) : 0);
    return each.count * (most + std::log2(sum) - log_all);
  };
  executor.ForPieces(patterns.size(), kPiece, [&](std::size_t begin, std::size_t end) {
    for (std::size_t n = begin; n < end; ++n) terms[n] = term(patterns[n]);
  });
  return std::accumulate(terms.begin(), terms.end(), 0.0);
}

std::vector<Parts> PartsOfAll(const LinkModel& model, std::span<const PatternCount> patterns,
                              const Executor& executor) {
  std::vector<Parts> parts(patterns.size());
  executor.ForPieces(patterns.size(), kPiece, [&](std::size_t begin, std::size_t end) {
    for (std::size_t n = begin; n < end; ++n) parts[n] = PartsOf(model, patterns[n].pattern);
  });
  return parts;
}

void RunPasses(std::span<const FieldKind> kinds, std::span<const PatternCount> patterns, int passes,
               const Executor& executor, LinkModel& model) {
  for (int pass = 0; pass < passes; ++pass) {
    const std::vector<Parts> parts = PartsOfAll(model, patterns, executor);
    const double moved = Maximise(kinds, patterns, parts, executor, model);
    model.log_likelihood.push_back(LikelihoodOf(kinds, patterns, model, executor));
    if (moved < 1e-4) break;
  }
}

// How alike a level is, from 0 (differs) to 1 (equal).
double AlikenessOf(std::uint8_t level, FieldKind kind) { return (level - 1.0) / (TopLevel(kind) - 1.0); }

// The direction in which pairs that pass for matches differ most: of which fields agree together or not at all. Missing
// values lie at the mean.
struct Direction {
  std::vector<double> means;
  std::vector<double> loads;

  double Of(std::span<const FieldKind> kinds, Pattern pattern) const {
    double along = 0;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      const std::uint8_t level = LevelIn(pattern, i);
      if (level != 0) along += loads[i] * (AlikenessOf(level, kinds[i]) - means[i]);
    }
    return along;
  }
};

Direction DirectionOf(std::span<const FieldKind> kinds, std::span<const PatternCount> patterns,
                      std::span<const Parts> parts) {
  const std::size_t count = kinds.size();
  Direction direction;
  direction.means.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    double sum = 0;
    double all = 1e-9;
    for (std::size_t n = 0; n < patterns.size(); ++n) {
      const std::uint8_t level = LevelIn(patterns[n].pattern, i);
      if (level == 0) continue;
      sum += patterns[n].count * parts[n].match * AlikenessOf(level, kinds[i]);
      all += patterns[n].count * parts[n].match;
    }
    direction.means[i] = sum / all;
  }
  std::vector<double> covariance(count * count, 0);
  std::vector<double> off(count);
  for (std::size_t n = 0; n < patterns.size(); ++n) {
    const double share = patterns[n].count * parts[n].match;
    if (share < 1e-6) continue;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint8_t level = LevelIn(patterns[n].pattern, i);
      off[i] = level == 0 ? 0 : AlikenessOf(level, kinds[i]) - direction.means[i];
    }
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t j = 0; j < count; ++j) covariance[i * count + j] += share * off[i] * off[j];
    }
  }
  direction.loads.assign(count, 1);
  for (int round = 0; round < 100; ++round) {
    std::vector<double> next(count, 0);
    double size = 0;
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t j = 0; j < count; ++j) next[i] += covariance[i * count + j] * direction.loads[j];
      size += next[i] * next[i];
    }
    if (size <= 0) break;
    for (double& each : next) each /= std::sqrt(size);
    direction.loads = std::move(next);
  }
  return direction;
}

// Neighbours differ as strangers do in fields that make up a good part of what tells records apart, in bits of
// agreement, and share others of it, but not most. A class that is merely less alike is of matches with errors (names
// that were swapped, other spellings).
// The bounds were set by hand, by what tells the data sets of bench/peers/link apart: neighbours share up to .60 there,
// what is merely less alike from .89 on.
bool AreNeighbours(std::span<const FieldKind> kinds, const LinkModel& model) {
  constexpr double kLeastTelling = 0.2;
  constexpr double kLeastShared = 0.05;
  constexpr double kMostShared = 0.70;
  double telling = 0;
  double shared = 0;
  double all = 0;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const FieldWeights& field = model.fields[i];
    const std::uint8_t top = TopLevel(kinds[i]);
    const double bits = std::max(0.0, std::log2(field.m[top] / field.u[top]));
    all += bits;
    shared += bits * std::min(1.0, field.n[top] / field.m[top]);
    const double room = field.u[1] - field.m[1];  // between how often matches and strangers differ
    if (room > 0.2) telling += bits * std::clamp((field.n[1] - field.m[1]) / room, 0.0, 1.0);
  }
  return telling >= kLeastTelling * all && shared > kLeastShared * all && shared < kMostShared * all;
}

// A third sort makes any data somewhat likelier, by chance alone: it is kept where it does so by more than its
// parameters cost (Schwarz 1978).
bool IsWorthItsParameters(std::span<const FieldKind> kinds, std::span<const PatternCount> patterns,
                          const LinkModel& plain, const LinkModel& with) {
  double parameters = 1;
  for (const FieldKind kind : kinds) parameters += static_cast<double>(LevelsOf(kind).size()) - 2;
  double pairs = 0;
  for (const PatternCount& each : patterns) pairs += each.count;
  return with.log_likelihood.back() - plain.log_likelihood.back() > parameters / 2 * std::log2(std::max(pairs, 2.0));
}

}  // namespace

double Weights::Both() const {
  const double less = std::min(chance, near);
  const double more = std::max(chance, near);
  return less - std::log2(1 + std::exp2(less - more));
}

Weights WeightsOfField(const LinkModel& model, std::size_t field, Pattern pattern) {
  const FieldWeights& own = model.fields[field];
  const std::uint8_t level = LevelIn(pattern, field);
  const Weights weights{own.weight[level], own.near_weight[level]};
  if (own.repeats == kNoField) return weights;
  const FieldWeights& other = model.fields[own.repeats];
  const std::uint8_t other_level = LevelIn(pattern, own.repeats);
  // That texts which have nothing in common share no number is no news: of two that speak against a match the stronger
  // counts. A number that texts share is news, the more the less they are alike.
  const auto beyond = [](double weight, double said) {
    return weight < 0 && said < 0 ? std::min(0.0, weight - said) : weight;
  };
  return {beyond(weights.chance, other.weight[other_level]), beyond(weights.near, other.near_weight[other_level])};
}

Weights WeightsOf(const LinkModel& model, Pattern pattern) {
  Weights weights{model.prior, model.has_neighbours ? model.near_prior : kNever};
  for (std::size_t i = 0; i < model.fields.size(); ++i) {
    const Weights of = WeightsOfField(model, i, pattern);
    weights.chance += of.chance;
    weights.near += of.near;
  }
  return weights;
}

LinkModel FirstModel(std::span<const FieldKind> kinds, std::span<const PatternCount> random) {
  LinkModel model;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    FieldWeights field;
    const std::size_t levels = LevelsOf(kinds[i]).size();
    double sum = 0;
    double all = 0;
    for (std::size_t level = 1; level < levels; ++level) {
      field.m[level] = std::exp2(static_cast<double>(level));
      sum += field.m[level];
    }
    for (const PatternCount& each : random) {
      const std::uint8_t level = LevelIn(each.pattern, i);
      if (level == 0) continue;
      field.u[level] += each.count;
      all += each.count;
    }
    for (std::size_t level = 1; level < levels; ++level) {
      field.m[level] /= sum;
      field.u[level] = (field.u[level] + 0.5) / (all + 0.5 * static_cast<double>(levels - 1));
    }
    field.weight = RatiosOf(field.m, field.u, levels);
    model.fields.push_back(field);
  }
  return model;
}

LinkModel Estimate(std::span<const FieldKind> kinds, std::span<const PatternCount> patterns, LinkModel model,
                   const EmOptions& options, const Executor& executor) {
  if (patterns.empty()) return model;
  model.prior = std::log2(options.first_share / (1 - options.first_share));
  RunPasses(kinds, patterns, options.passes, executor, model);
  if (kinds.size() < 3) return model;
  // Those that pass for matches are parted where they differ most; what comes of it is kept if they are neighbours.
  std::vector<Parts> parts = PartsOfAll(model, patterns, executor);
  Direction direction = DirectionOf(kinds, patterns, parts);
  // More alike is more along.
  const double turn = std::accumulate(direction.loads.begin(), direction.loads.end(), 0.0) < 0 ? -1 : 1;
  for (double& load : direction.loads) load *= turn;
  LinkModel with = model;
  with.has_neighbours = true;
  for (std::size_t n = 0; n < patterns.size(); ++n) {
    if (direction.Of(kinds, patterns[n].pattern) >= 0) continue;
    parts[n].near = parts[n].match;
    parts[n].match = 0;
  }
  Maximise(kinds, patterns, parts, executor, with);
  RunPasses(kinds, patterns, options.passes, executor, with);
  return AreNeighbours(kinds, with) && IsWorthItsParameters(kinds, patterns, model, with) ? with : model;
}

LinkModel Learn(std::span<const FieldKind> kinds, std::span<const PatternCount> patterns,
                std::span<const double> matched, const LinkModel& before, const Executor& executor) {
  LinkModel model = before;
  constexpr int kPasses = 20;  // of telling neighbours from the others
  for (int pass = 0; pass < (before.has_neighbours ? kPasses : 1); ++pass) {
    std::vector<Parts> parts = PartsOfAll(model, patterns, executor);
    for (std::size_t n = 0; n < patterns.size(); ++n) {
      const Parts guess = parts[n];
      const double others = std::max(guess.chance + guess.near, 1e-300);
      parts[n].match = matched[n];
      parts[n].chance = (1 - matched[n]) * guess.chance / others;
      parts[n].near = (1 - matched[n]) * guess.near / others;
    }
    if (Maximise(kinds, patterns, parts, executor, model) < 1e-4) break;
  }
  return model;
}

}  // namespace weir::identity
