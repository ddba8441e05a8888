#include "diagnose/constraint_step.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace weir::diagnose {
namespace {

constexpr double kPriorCases = 8;   // of a stratum, drawn towards all of them
constexpr double kPriorFactor = 2;  // expected cases in which a wait changes nothing
constexpr int kRounds = 30;
constexpr double kMostLogVariance = 4;

std::size_t PlaceOf(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<std::size_t>(std::ranges::lower_bound(names, name) - names.begin());
}

void Sort(std::vector<std::string>& names) {
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

auto KeyOf(const StepCells::Cell& cell) { return std::tuple(cell.part, cell.stratum, cell.wait, cell.load); }

double QuantileOf(std::span<const double> sorted, double share) {
  return sorted[static_cast<std::size_t>(std::lround(share * static_cast<double>(sorted.size() - 1)))];
}

}  // namespace

void Close(Constraint& constraint) {
  constexpr double kLow = 0.1;
  constexpr double kHigh = 0.9;
  std::vector<double> sorted = constraint.draws;
  std::ranges::sort(sorted);
  constraint.median = std::max(0.0, QuantileOf(sorted, 0.5));
  constraint.low = std::max(0.0, QuantileOf(sorted, kLow));
  constraint.high = std::max(0.0, QuantileOf(sorted, kHigh));
  std::ranges::stable_sort(constraint.parts, std::ranges::greater{}, &PartShare::gain);
}

DayMoments& DayMoments::operator+=(const DayMoments& other) {
  cases += other.cases;
  sum += other.sum;
  squares += other.squares;
  won += other.won;
  sum_of_won += other.sum_of_won;
  return *this;
}

WorthDraws::WorthDraws(std::span<const Worth> worths, std::uint64_t seed) {
  std::vector<Worth> sorted;
  for (const Worth& worth : worths) {
    if (worth.deals > 0 && worth.mean > 0) sorted.push_back(worth);
  }
  if (sorted.empty()) return;
  std::ranges::sort(sorted, {}, &Worth::stratum);
  is_known_ = true;
  double deals = 0;
  double sum = 0;
  double log_variance = 0;
  for (const Worth& worth : sorted) {
    const auto count = static_cast<double>(worth.deals);
    deals += count;
    sum += count * worth.mean;
    log_variance += count * worth.log_sd * worth.log_sd;
  }
  const double all_mean = sum / deals;
  log_variance /= deals;
  // The mean of a log-normal by so many cases, drawn by its own logarithm: never below zero.
  const auto draw = [&](const std::string& stream, double count, double mean, double variance) {
    Draws draws(seed, "diagnose.worth." + stream);
    const double error = std::sqrt(std::expm1(std::min(variance, kMostLogVariance)) / count);
    const double log_error = std::sqrt(std::log1p(error * error));
    DrawsOf made(kConstraintDraws);
    for (double& one : made) one = mean * std::exp(log_error * draws.Normal() - log_error * log_error / 2);
    return made;
  };
  all_ = draw("", deals, all_mean, log_variance);
  for (const Worth& worth : sorted) {
    const auto count = static_cast<double>(worth.deals);
    const double mean = (count * worth.mean + kPriorCases * all_mean) / (count + kPriorCases);
    const double own = count > 1 ? worth.log_sd * worth.log_sd : log_variance;
    const double variance = (count * own + kPriorCases * log_variance) / (count + kPriorCases);
    strata_[worth.stratum] = draw(worth.stratum, count + kPriorCases, mean, variance);
  }
}

const DrawsOf& WorthDraws::Of(std::string_view stratum) const {
  const auto found = strata_.find(stratum.substr(0, stratum.find('|')));
  return found == strata_.end() ? all_ : found->second;
}

StepCells::StepCells(const Step& step) {
  for (const StepCell& cell : step.cells) {
    parts_.push_back(cell.part);
    strata_.push_back(cell.stratum);
  }
  Sort(parts_);
  Sort(strata_);
  for (const StepCell& cell : step.cells) {
    waits_ = std::max(waits_, static_cast<std::size_t>(cell.wait + 1));
    loads_ = std::max(loads_, static_cast<std::size_t>(cell.load + 1));
    const auto number = [](std::int64_t count) { return static_cast<double>(std::max<std::int64_t>(count, 0)); };
    Cell made{.part = PlaceOf(parts_, cell.part),
              .stratum = PlaceOf(strata_, cell.stratum),
              .wait = cell.wait,
              .load = cell.load,
              .begun = number(cell.begun),
              .ended = number(cell.ended),
              .passed = std::min(number(cell.passed), number(cell.ended)),
              .closed = number(cell.closed),
              .won = std::min(number(cell.won), number(cell.closed)),
              .days = cell.days};
    ended_ += made.ended;
    passed_ += made.passed;
    cells_.push_back(made);
  }
  // Sums of real numbers depend on their order: they come in one that the numbers themselves decide.
  std::ranges::sort(cells_, [](const Cell& a, const Cell& b) {
    return std::tuple(KeyOf(a), a.days.sum, a.days.squares, a.days.sum_of_won) <
           std::tuple(KeyOf(b), b.days.sum, b.days.squares, b.days.sum_of_won);
  });
  std::vector<Cell> merged;
  for (const Cell& cell : cells_) {
    if (merged.empty() || KeyOf(merged.back()) != KeyOf(cell)) {
      merged.push_back(cell);
      continue;
    }
    Cell& into = merged.back();
    into.begun += cell.begun;
    into.ended += cell.ended;
    into.passed += cell.passed;
    into.closed += cell.closed;
    into.won += cell.won;
    into.days += cell.days;
  }
  cells_ = std::move(merged);
}

StepFit::StepFit(const StepCells& cells)
    : strata_(cells.strata().size()),
      waits_(cells.waits(), 1.0),
      wait_passed_(cells.waits(), 0.0),
      wait_expected_(cells.waits(), 0.0) {
  const double overall = cells.ended() > 0 ? cells.passed() / cells.ended() : 0;
  std::ranges::fill(strata_, overall);
  std::vector<double> parts(cells.parts().size(), 1.0);
  const auto factor_of = [&](int wait) -> double { return wait < 0 ? 1 : waits_[static_cast<std::size_t>(wait)]; };
  for (const StepCells::Cell& cell : cells.cells()) {
    if (cell.wait >= 0) wait_passed_[static_cast<std::size_t>(cell.wait)] += cell.passed;
  }
  for (int round = 0; round < kRounds; ++round) {
    std::vector<double> passed(strata_.size(), kPriorCases * overall);
    std::vector<double> expected(strata_.size(), kPriorCases);
    for (const StepCells::Cell& cell : cells.cells()) {
      passed[cell.stratum] += cell.passed;
      expected[cell.stratum] += cell.ended * factor_of(cell.wait) * parts[cell.part];
    }
    for (std::size_t s = 0; s < strata_.size(); ++s) strata_[s] = passed[s] / expected[s];
    std::ranges::fill(wait_expected_, 0.0);
    for (const StepCells::Cell& cell : cells.cells()) {
      if (cell.wait < 0) continue;
      wait_expected_[static_cast<std::size_t>(cell.wait)] += cell.ended * strata_[cell.stratum] * parts[cell.part];
    }
    for (std::size_t w = 0; w < waits_.size(); ++w) {
      waits_[w] = (wait_passed_[w] + kPriorFactor) / (wait_expected_[w] + kPriorFactor);
    }
    std::vector<double> part_passed(parts.size(), kPriorCases * overall);
    std::vector<double> part_expected(parts.size(), kPriorCases * overall);
    for (const StepCells::Cell& cell : cells.cells()) {
      part_passed[cell.part] += cell.passed;
      part_expected[cell.part] += cell.ended * strata_[cell.stratum] * factor_of(cell.wait);
    }
    for (std::size_t j = 0; j < parts.size(); ++j) {
      parts[j] = part_expected[j] > 0 ? part_passed[j] / part_expected[j] : 1;
    }
  }
  // What is left of the company as a whole belongs to the strata: all cases together are just as expected.
  double expected = 0;
  for (const StepCells::Cell& cell : cells.cells()) expected += Expected(cell);
  if (expected <= 0) return;
  for (double& chance : strata_) chance *= cells.passed() / expected;
}

void StepFit::DrawFactors(Draws& draws, std::vector<double>& into) const {
  into.resize(waits_.size());
  for (std::size_t w = 0; w < waits_.size(); ++w) {
    into[w] = draws.Gamma(wait_passed_[w] + kPriorFactor) / (wait_expected_[w] + kPriorFactor);
  }
}

PartWorth WorthOfParts(const StepCells& cells, const WorthDraws& worths, const std::string& step, std::uint64_t seed) {
  const std::size_t strata = cells.strata().size();
  const std::size_t parts = cells.parts().size();
  std::vector<double> closed(strata, 0.0);
  std::vector<double> won(strata, 0.0);
  std::vector<double> begun_by(parts * strata, 0.0);
  PartWorth made{.begun = std::vector<double>(parts, 0.0), .worth = {}};
  double all_closed = 0;
  double all_won = 0;
  for (const StepCells::Cell& cell : cells.cells()) {
    closed[cell.stratum] += cell.closed;
    won[cell.stratum] += cell.won;
    all_closed += cell.closed;
    all_won += cell.won;
    begun_by[cell.part * strata + cell.stratum] += cell.begun;
    made.begun[cell.part] += cell.begun;
  }
  made.worth.assign(parts, DrawsOf(kConstraintDraws, 0.0));
  const double overall = (all_won + 1) / (all_closed + 2);
  for (std::size_t s = 0; s < strata; ++s) {
    Draws draws(seed, "diagnose.win." + step + "." + cells.strata()[s]);
    const double good = won[s] + kPriorCases * overall;
    const double bad = closed[s] - won[s] + kPriorCases * (1 - overall);
    const DrawsOf& worth = worths.Of(cells.strata()[s]);
    for (std::size_t d = 0; d < kConstraintDraws; ++d) {
      const double brings = draws.Beta(good, bad) * worth[d];
      for (std::size_t j = 0; j < parts; ++j) {
        if (made.begun[j] > 0) made.worth[j][d] += begun_by[j * strata + s] / made.begun[j] * brings;
      }
    }
  }
  return made;
}

}  // namespace weir::diagnose
