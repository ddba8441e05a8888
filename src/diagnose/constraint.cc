#include "diagnose/constraint.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <tuple>

#include "diagnose/constraint_kept.h"
#include "diagnose/constraint_parts.h"
#include "diagnose/constraint_step.h"

namespace weir::diagnose {
namespace {

constexpr double kYearDays = 365;
constexpr double kUsualSpreadOfTimes = 0.4;    // between parts, of logarithms
constexpr double kUsualSpreadOfAnswers = 0.1;  // of what answers are worth, as a share of the step's own chance
constexpr double kUsualMomentum = 0.05;        // of the chance to win, for a wait e times as long

double MeanOf(const DrawsOf& draws) {
  double sum = 0;
  for (const double draw : draws) sum += draw;
  return sum / static_cast<double>(draws.size());
}

struct Asked {
  const StepCells& cells;
  const StepFit& fit;
  const PartWorth& worth;
  const std::string& step;
  std::uint64_t seed;

  std::string Stream(std::string_view kind) const { return "diagnose." + std::string(kind) + "." + step; }
};

std::vector<double> EndedOf(const StepCells& cells) {
  std::vector<double> ended(cells.parts().size(), 0.0);
  for (const StepCells::Cell& cell : cells.cells()) ended[cell.part] += cell.ended;
  return ended;
}

Constraint Begin(ConstraintKind kind, const Asked& asked) {
  return {.kind = kind, .step = asked.step, .cases = asked.cells.ended_cases()};
}

Constraint MeasureConversion(const Asked& asked) {
  Constraint made = Begin(ConstraintKind::kConversion, asked);
  const std::size_t parts = asked.cells.parts().size();
  std::vector<ShareOfPart> shares(parts);
  for (const StepCells::Cell& cell : asked.cells.cells()) {
    ShareOfPart& share = shares[cell.part];
    share.good += cell.passed;
    share.cases += cell.ended;
    share.expected += asked.fit.Expected(cell);
  }
  for (ShareOfPart& share : shares) share.expected = share.cases > 0 ? share.expected / share.cases : 0.5;
  const PartPosterior posterior = PartPosterior::OfShares(shares);
  const auto best = BestOf(posterior.means(), EndedOf(asked.cells), kLeastOfPart);
  if (!best) return Lacking(std::move(made), Lack::kParts);
  made.best_part = asked.cells.parts()[*best];
  made.now = asked.cells.passed() / asked.cells.ended();
  made.attainable = std::min(1.0, made.now + posterior.means()[*best]);
  made.draws.assign(kConstraintDraws, 0.0);
  Draws draws(asked.seed, asked.Stream("conversion"));
  std::vector<double> excess;
  for (std::size_t d = 0; d < kConstraintDraws; ++d) {
    posterior.Draw(draws, excess);
    for (std::size_t j = 0; j < parts; ++j) {
      const double more = std::min(excess[*best], 1 - shares[j].expected) - excess[j];
      made.draws[d] += asked.worth.begun[j] * more * asked.worth.worth[j][d];
    }
  }
  for (std::size_t j = 0; j < parts; ++j) {
    const double likely = shares[j].expected + posterior.means()[j];
    const double attainable = std::min(1.0, shares[j].expected + posterior.means()[*best]);
    made.parts.push_back({.part = asked.cells.parts()[j],
                          .cases = static_cast<std::int64_t>(shares[j].cases),
                          .measured = shares[j].cases > 0 ? shares[j].good / shares[j].cases : 0,
                          .likely = likely,
                          .attainable = attainable,
                          .gain = asked.worth.begun[j] * (attainable - likely) * MeanOf(asked.worth.worth[j]),
                          .is_best = j == *best});
  }
  Close(made);
  return made;
}

// How much one wait is worth, and what the load makes of the wait: in chances of the step, by part. All is linear in
// the factors of the waits, so that each draw of them gives both again.
class Answers {
 public:
  explicit Answers(const Asked& asked)
      : waits_(asked.cells.waits()),
        loads_(asked.cells.loads()),
        by_wait_(asked.cells.parts().size() * waits_, 0.0),
        by_load_(asked.cells.parts().size() * loads_, 0.0),
        load_wait_(loads_ * waits_, 0.0),
        of_part_(asked.cells.parts().size(), 0.0),
        squares_(asked.cells.parts().size(), 0.0) {
    for (const StepCells::Cell& cell : asked.cells.cells()) {
      if (cell.wait < 0) continue;
      const double chance = asked.fit.ChanceOf(cell.stratum);
      const double weight = cell.ended * chance;
      by_wait_[cell.part * waits_ + static_cast<std::size_t>(cell.wait)] += weight;
      of_part_[cell.part] += weight;
      squares_[cell.part] += weight * chance;
      if (cell.load < 0) continue;
      by_load_[cell.part * loads_ + static_cast<std::size_t>(cell.load)] += weight;
      load_wait_[static_cast<std::size_t>(cell.load) * waits_ + static_cast<std::size_t>(cell.wait)] += weight;
    }
  }

  // What the waits of a part are worth, 1 being those of the whole fit.
  double OfWaits(std::size_t part, std::span<const double> factors) const {
    if (of_part_[part] <= 0) return 1;
    double sum = 0;
    for (std::size_t w = 0; w < waits_; ++w) sum += by_wait_[part * waits_ + w] * factors[w];
    return sum / of_part_[part];
  }
  // What waits under such a load are worth, anywhere in the company.
  void LoadFactors(std::span<const double> factors, std::vector<double>& into) const {
    into.assign(loads_, 1.0);
    for (std::size_t l = 0; l < loads_; ++l) {
      double sum = 0;
      double weight = 0;
      for (std::size_t w = 0; w < waits_; ++w) {
        sum += load_wait_[l * waits_ + w] * factors[w];
        weight += load_wait_[l * waits_ + w];
      }
      if (weight > 0) into[l] = sum / weight;
    }
  }
  // What the loads of a part make one expect; of cases without a known load, what all waits are worth.
  double OfLoads(std::size_t part, std::span<const double> loads, double all) const {
    if (of_part_[part] <= 0) return 1;
    double sum = 0;
    double known = 0;
    for (std::size_t l = 0; l < loads_; ++l) {
      sum += by_load_[part * loads_ + l] * loads[l];
      known += by_load_[part * loads_ + l];
    }
    return (sum + (of_part_[part] - known) * all) / of_part_[part];
  }
  double Overall(std::span<const double> factors) const {
    double sum = 0;
    double weight = 0;
    for (std::size_t j = 0; j < of_part_.size(); ++j) {
      sum += of_part_[j] * OfWaits(j, factors);
      weight += of_part_[j];
    }
    return weight > 0 ? sum / weight : 1;
  }
  // Of OfWaits, by the luck of which case waited how long.
  double Variance(std::size_t part, std::span<const double> factors) const {
    if (of_part_[part] <= 0) return 1;
    const double mean = OfWaits(part, factors);
    double spread = 0;
    for (std::size_t w = 0; w < waits_; ++w) {
      spread += by_wait_[part * waits_ + w] * (factors[w] - mean) * (factors[w] - mean);
    }
    return std::max(1e-8, spread / of_part_[part] * squares_[part] / (of_part_[part] * of_part_[part]));
  }
  double weight(std::size_t part) const { return of_part_[part]; }

 private:
  std::size_t waits_;
  std::size_t loads_;
  std::vector<double> by_wait_;    // part x wait: cases x chance
  std::vector<double> by_load_;    // part x load
  std::vector<double> load_wait_;  // load x wait
  std::vector<double> of_part_;
  std::vector<double> squares_;
};

// The wait before a case is decided, beyond what its owner's load explains; and the load. Both at once, since what one
// explains the other does not.
void MeasureAnswers(const Step& step, const Asked& asked, std::vector<Constraint>& all) {
  Constraint wait = Begin(ConstraintKind::kWait, asked);
  Constraint load = Begin(ConstraintKind::kCapacity, asked);
  const std::size_t parts = asked.cells.parts().size();
  const Answers answers(asked);
  std::vector<double> factors(asked.cells.waits());
  for (std::size_t w = 0; w < factors.size(); ++w) factors[w] = asked.fit.FactorOf(static_cast<int>(w));
  std::vector<double> loads;
  answers.LoadFactors(factors, loads);
  const double overall = answers.Overall(factors);
  const std::vector<double> ended = EndedOf(asked.cells);
  std::vector<MeanOfPart> means(parts);
  std::vector<double> by_load(parts, 0.0);
  std::vector<double> chances(parts, 0.0);
  for (std::size_t j = 0; j < parts; ++j) {
    by_load[j] = answers.OfLoads(j, loads, overall);
    means[j] = {answers.OfWaits(j, factors) - by_load[j], answers.Variance(j, factors)};
    chances[j] = ended[j] > 0 ? answers.weight(j) / ended[j] : 0;
  }
  const PartPosterior posterior = PartPosterior::OfMeans(means, kUsualSpreadOfAnswers);
  const auto best = BestOf(posterior.means(), ended, kLeastOfPart);
  const auto lightest = BestOf(by_load, ended, kLeastOfPart);
  const bool has_load = asked.cells.loads() > 1;
  if (!best || !lightest) {
    if (!step.waits_are_loads) all.push_back(Lacking(std::move(wait), Lack::kParts));
    if (step.has_loads) all.push_back(Lacking(std::move(load), Lack::kParts));
    return;
  }
  wait.best_part = asked.cells.parts()[*best];
  load.best_part = asked.cells.parts()[*lightest];
  wait.draws.assign(kConstraintDraws, 0.0);
  load.draws.assign(kConstraintDraws, 0.0);
  Draws draws(asked.seed, asked.Stream("answers"));
  std::vector<double> drawn;
  std::vector<double> drawn_loads;
  std::vector<double> luck;
  std::vector<double> expected(parts, 0.0);
  for (std::size_t d = 0; d < kConstraintDraws; ++d) {
    asked.fit.DrawFactors(draws, drawn);
    answers.LoadFactors(drawn, drawn_loads);
    const double all_waits = answers.Overall(drawn);
    posterior.Draw(draws, luck);
    for (std::size_t j = 0; j < parts; ++j) expected[j] = answers.OfLoads(j, drawn_loads, all_waits);
    // What is known of the residuals is how far each part is from its own; the factors change how much that is worth.
    const auto residual = [&](std::size_t j) {
      return luck[j] - means[j].residual + answers.OfWaits(j, drawn) - expected[j];
    };
    const double best_residual = residual(*best);
    for (std::size_t j = 0; j < parts; ++j) {
      const double value = asked.worth.begun[j] * chances[j] * asked.worth.worth[j][d];
      wait.draws[d] += value * (best_residual - residual(j));
      load.draws[d] += value * (expected[*lightest] - expected[j]);
    }
  }
  double cases = 0;
  for (std::size_t j = 0; j < parts; ++j) {
    const double value = asked.worth.begun[j] * chances[j] * MeanOf(asked.worth.worth[j]);
    const double own = answers.OfWaits(j, factors);
    wait.parts.push_back({.part = asked.cells.parts()[j],
                          .cases = static_cast<std::int64_t>(ended[j]),
                          .measured = own * chances[j],
                          .likely = (by_load[j] + posterior.means()[j]) * chances[j],
                          .attainable = (by_load[j] + posterior.means()[*best]) * chances[j],
                          .gain = value * (posterior.means()[*best] - posterior.means()[j]),
                          .is_best = j == *best});
    load.parts.push_back({.part = asked.cells.parts()[j],
                          .cases = static_cast<std::int64_t>(ended[j]),
                          .measured = by_load[j] * chances[j],
                          .likely = by_load[j] * chances[j],
                          .attainable = by_load[*lightest] * chances[j],
                          .gain = value * (by_load[*lightest] - by_load[j]),
                          .is_best = j == *lightest});
    for (Constraint* one : {&wait, &load}) {
      one->now += ended[j] * one->parts.back().likely;
      one->attainable += ended[j] * one->parts.back().attainable;
    }
    cases += ended[j];
  }
  for (Constraint* one : {&wait, &load}) {
    one->now /= cases;
    one->attainable /= cases;
    Close(*one);
  }
  if (!step.waits_are_loads) all.push_back(std::move(wait));
  if (step.has_loads) all.push_back(has_load ? std::move(load) : Lacking(std::move(load), Lack::kLoads));
}

// The days of those that go on: what comes earlier lengthens the year by so much, and who waits less may win more.
Constraint MeasureDays(const Asked& asked) {
  Constraint made = Begin(ConstraintKind::kWait, asked);
  const std::size_t parts = asked.cells.parts().size();
  std::vector<DayMoments> by_part(parts);
  std::vector<DayMoments> by_stratum(asked.cells.strata().size());
  std::vector<double> passed(parts, 0.0);
  for (const StepCells::Cell& cell : asked.cells.cells()) {
    by_part[cell.part] += cell.days;
    by_stratum[cell.stratum] += cell.days;
    passed[cell.part] += cell.passed;
  }
  double timed = 0;
  double squares = 0;
  double products = 0;
  std::vector<double> usual(by_stratum.size(), 0.0);
  for (std::size_t s = 0; s < by_stratum.size(); ++s) {
    const DayMoments& days = by_stratum[s];
    if (days.cases == 0) continue;
    const auto count = static_cast<double>(days.cases);
    usual[s] = days.sum / count;
    timed += count;
  }
  // About the mean of each cell: what parts differ by is neither luck nor an effect of time.
  double free = 0;
  for (const StepCells::Cell& cell : asked.cells.cells()) {
    if (cell.days.cases == 0) continue;
    const auto count = static_cast<double>(cell.days.cases);
    free += count - 1;
    squares += cell.days.squares - cell.days.sum * cell.days.sum / count;
    products += cell.days.sum_of_won - cell.days.sum / count * static_cast<double>(cell.days.won);
  }
  made.cases = static_cast<std::int64_t>(timed);
  if (made.cases < kLeastCases) return Lacking(std::move(made), Lack::kTimes);
  const double variance = std::max(1e-6, squares / std::max(1.0, free));
  std::vector<double> expected(parts, 0.0);
  std::vector<double> counts(parts, 0.0);
  for (const StepCells::Cell& cell : asked.cells.cells()) {
    expected[cell.part] += static_cast<double>(cell.days.cases) * usual[cell.stratum];
  }
  std::vector<MeanOfPart> means(parts);
  for (std::size_t j = 0; j < parts; ++j) {
    counts[j] = static_cast<double>(by_part[j].cases);
    if (counts[j] <= 0) {
      means[j] = {0, 1e6};  // nothing is known of it
      continue;
    }
    expected[j] /= counts[j];
    means[j] = {by_part[j].sum / counts[j] - expected[j], variance / counts[j]};
  }
  const PartPosterior posterior = PartPosterior::OfMeans(means, kUsualSpreadOfTimes);
  std::vector<double> quickness(parts);
  for (std::size_t j = 0; j < parts; ++j) quickness[j] = -posterior.means()[j];
  const auto best = BestOf(quickness, counts, kLeastOfPart);
  if (!best) return Lacking(std::move(made), Lack::kParts);
  made.best_part = asked.cells.parts()[*best];
  // Chance to win of those that went on, for a wait e times as long: drawn towards no effect.
  double won = 0;
  for (const DayMoments& days : by_stratum) won += static_cast<double>(days.won);
  const double noise = std::max(1e-6, won / timed * (1 - won / timed));
  const double precision = squares / noise + 1 / (kUsualMomentum * kUsualMomentum);
  const double slope = products / noise / precision;
  const auto days_of = [&](double log_mean) { return std::max(0.0, std::exp(log_mean + variance / 2) - 1); };
  const std::vector<double> ended = EndedOf(asked.cells);
  made.draws.assign(kConstraintDraws, 0.0);
  Draws draws(asked.seed, asked.Stream("days"));
  std::vector<double> excess;
  const auto pass_of = [&](std::size_t j) { return ended[j] > 0 ? passed[j] / ended[j] : 0; };
  const auto gain = [&](std::size_t j, double own, double least, double effect, double worth, double win_share) {
    const double saved = days_of(expected[j] + own) - days_of(expected[j] + least);
    const double won_more = win_share > 0 ? effect * (least - own) / win_share : 0;
    return asked.worth.begun[j] * pass_of(j) * worth * (saved / kYearDays + won_more);
  };
  const double win_share = won / timed;
  for (std::size_t d = 0; d < kConstraintDraws; ++d) {
    posterior.Draw(draws, excess);
    const double effect = slope + draws.Normal() / std::sqrt(precision);
    for (std::size_t j = 0; j < parts; ++j) {
      made.draws[d] += gain(j, excess[j], excess[*best], effect, asked.worth.worth[j][d], win_share);
    }
  }
  for (std::size_t j = 0; j < parts; ++j) {
    const double own = posterior.means()[j];
    const double least = posterior.means()[*best];
    made.parts.push_back({.part = asked.cells.parts()[j],
                          .cases = by_part[j].cases,
                          .measured = counts[j] > 0 ? days_of(by_part[j].sum / counts[j]) : 0,
                          .likely = days_of(expected[j] + own),
                          .attainable = days_of(expected[j] + least),
                          .gain = gain(j, own, least, slope, MeanOf(asked.worth.worth[j]), win_share),
                          .is_best = j == *best});
    made.now += counts[j] / timed * made.parts.back().likely;
    made.attainable += counts[j] / timed * made.parts.back().attainable;
  }
  Close(made);
  return made;
}

void MeasureStep(const Step& step, const WorthDraws& worths, std::uint64_t seed, std::vector<Constraint>& all) {
  const StepCells cells(step);
  const auto lacks = [&](ConstraintKind kind, Lack lack) {
    all.push_back({.kind = kind, .step = step.id, .lack = lack, .cases = cells.ended_cases()});
  };
  Lack lack = Lack::kNone;
  if (cells.ended_cases() < kLeastCases) {
    lack = Lack::kCases;
  } else if (!worths.is_known()) {
    lack = Lack::kWorth;
  }
  if (lack != Lack::kNone) {
    if (step.has_conversion) lacks(ConstraintKind::kConversion, lack);
    if (step.has_days || (step.has_waits && !step.waits_are_loads)) lacks(ConstraintKind::kWait, lack);
    if (step.has_loads) lacks(ConstraintKind::kCapacity, lack);
    return;
  }
  const StepFit fit(cells);
  const PartWorth worth = WorthOfParts(cells, worths, step.id, seed);
  const Asked asked{.cells = cells, .fit = fit, .worth = worth, .step = step.id, .seed = seed};
  if (step.has_conversion) all.push_back(MeasureConversion(asked));
  if (step.has_days) all.push_back(MeasureDays(asked));
  if (!step.has_waits && !step.has_loads) return;
  const bool is_timed = cells.waits() > 1;
  if (is_timed) {
    MeasureAnswers(step, asked, all);
    return;
  }
  if (step.has_waits && !step.waits_are_loads) lacks(ConstraintKind::kWait, Lack::kTimes);
  if (step.has_loads) lacks(ConstraintKind::kCapacity, step.waits_are_loads ? Lack::kLoads : Lack::kTimes);
}

}  // namespace

WeakestLink FindWeakestLink(const ConstraintInput& input, std::uint64_t seed) {
  WeakestLink found;
  const WorthDraws worths(input.worths, seed);
  for (const Step& step : input.steps) MeasureStep(step, worths, seed, found.constraints);
  found.constraints.push_back(MeasureKept(input.kept, seed));
  std::ranges::stable_sort(found.constraints, [](const Constraint& a, const Constraint& b) {
    const auto key = [](const Constraint& one) {
      return std::tuple(one.lack != Lack::kNone, one.lack != Lack::kNone ? 0 : -one.median, one.kind,
                        std::string_view(one.step));
    };
    return key(a) < key(b);
  });
  const Constraint& first = found.constraints.front();
  if (first.lack != Lack::kNone) return found;
  for (std::size_t i = 1; i < found.constraints.size() && found.constraints[i].lack == Lack::kNone; ++i) {
    double above = 0;
    for (std::size_t d = 0; d < kConstraintDraws; ++d) {
      above += first.draws[d] > found.constraints[i].draws[d] ? 1 : 0;
    }
    found.against.push_back({i, above / static_cast<double>(kConstraintDraws)});
  }
  return found;
}

}  // namespace weir::diagnose
