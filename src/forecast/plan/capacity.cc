#include "forecast/plan/capacity.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace weir::forecast {
namespace {

// Ramps longer than this are not looked for.
constexpr int kLongestRamp = 12;
// What is believed of the ramp before any data: a line of six months, give or take a quarter of the productivity.
constexpr double kUsualRamp = 6;
constexpr double kRampDoubt = .25;

double LineAt(int tenure, double months) { return std::min(1.0, (tenure + .5) / months); }

double RampAt(const CapacityPast& past, int tenure) {
  if (tenure < 0) return 0;
  return static_cast<std::size_t>(tenure) < past.ramp.size() ? past.ramp[static_cast<std::size_t>(tenure)].used : 1;
}

struct Sum {
  double weight = 0;
  double won = 0;
};

// The least tenure from which on the months of all sellers are ramped, so that enough of them are.
std::optional<int> RampedFrom(std::span<const SellerMonth> months) {
  for (const int from : {kLongestRamp, 9, 6, 3}) {
    double present = 0;
    for (const SellerMonth& month : months) present += month.tenure >= from ? month.present : 0;
    if (present >= kFewestRampedMonths) return from;
  }
  return std::nullopt;
}

// Pool adjacent violators: the nearest values, by weight, that never fall.
void MakeRising(std::span<const double> weights, std::span<double> values) {
  struct Block {
    double weight;
    double value;
    std::size_t size;
  };
  std::vector<Block> blocks;
  blocks.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    blocks.push_back({weights[i], values[i], 1});
    while (blocks.size() > 1 && blocks[blocks.size() - 2].value > blocks.back().value) {
      const Block last = blocks.back();
      blocks.pop_back();
      Block& before = blocks.back();
      before.value = (before.value * before.weight + last.value * last.weight) / (before.weight + last.weight);
      before.weight += last.weight;
      before.size += last.size;
    }
  }
  std::size_t i = 0;
  for (const Block& block : blocks) {
    for (std::size_t k = 0; k < block.size; ++k) values[i++] = block.value;
  }
}

// Root of the mean square of ramped months about the mean, by the mean.
double VariationOf(std::span<const SellerMonth> months, int from, double mean) {
  double squares = 0;
  double weight = 0;
  for (const SellerMonth& month : months) {
    if (month.tenure < from) continue;
    const double distance = month.won / month.present - mean;
    squares += month.present * distance * distance;
    weight += month.present;
  }
  return std::sqrt(squares / weight) / mean;
}

// Observed shares of the ramp, each drawn towards the usual line by how little is known of it.
void LearnRamp(std::span<const SellerMonth> months, CapacityPast& past) {
  std::vector<double> weights(past.ramp.size());
  std::vector<double> shares(past.ramp.size());
  const double variation = VariationOf(months, past.ramped_from, past.productivity);
  const double doubt = variation * variation / (kRampDoubt * kRampDoubt);  // in seller-months
  for (std::size_t t = 0; t < past.ramp.size(); ++t) {
    const RampMonth& at = past.ramp[t];
    const double usual = LineAt(static_cast<int>(t), kUsualRamp);
    weights[t] = std::max(at.seller_months + doubt, 1e-9);
    shares[t] = at.observed ? (at.seller_months * *at.observed + doubt * usual) / weights[t] : usual;
  }
  MakeRising(weights, shares);
  for (std::size_t t = 0; t < shares.size(); ++t) past.ramp[t].used = std::clamp(shares[t], 0.0, 1.0);
}

void CountRamp(std::span<const SellerMonth> months, CapacityPast& past) {
  for (const SellerMonth& month : months) {
    if (month.tenure < 0 || static_cast<std::size_t>(month.tenure) >= past.ramp.size()) continue;
    RampMonth& at = past.ramp[static_cast<std::size_t>(month.tenure)];
    at.seller_months += month.present;
    at.won += month.won;
  }
  for (RampMonth& at : past.ramp) {
    if (at.seller_months > 0) at.observed = at.won / at.seller_months / past.productivity;
  }
}

// A seller-month as a ramped one: what was won by the part of it that was worked at full strength.
struct FullMonth {
  std::size_t seller;
  int month;
  double weight;  // presence x ramp
  double won;     // a whole ramped month
};

std::vector<FullMonth> FullMonths(std::span<const SellerMonth> months, const CapacityPast& past) {
  // Of the first days of a ramp nothing can be told of a seller's strength.
  constexpr double kLeastWeight = .2;
  std::vector<FullMonth> full;
  full.reserve(months.size());
  for (const SellerMonth& month : months) {
    const double weight = month.present * RampAt(past, month.tenure);
    if (weight >= kLeastWeight) full.push_back({month.seller, month.month, weight, month.won / weight});
  }
  return full;
}

// Variance components by the method of moments: sellers about the mean, months about the seller, and what the months
// of all sellers have in common.
void LearnSpread(std::span<const FullMonth> full, std::span<const Sum> sellers, CapacityPast& past) {
  double within = 0;
  double between = 0;
  double months = 0;
  double squares = 0;
  double heads = 0;
  std::map<int, Sum> by_month;
  for (const FullMonth& one : full) {
    const Sum& own = sellers[one.seller];
    const double rest = one.won - own.won / own.weight;
    within += one.weight * rest * rest;
    Sum& month = by_month[one.month];
    month.weight += one.weight;
    month.won += one.weight * rest;
  }
  for (const Sum& own : sellers) {
    if (own.weight <= 0) continue;
    const double distance = own.won / own.weight - past.productivity;
    between += own.weight * distance * distance;
    months += own.weight;
    squares += own.weight * own.weight;
    heads += 1;
  }
  const double count = static_cast<double>(full.size());
  const double noise = count > heads ? within / (count - heads) : 0;
  const double room = months - squares / std::max(months, 1.0);
  const double spread = room > 0 ? std::max(0.0, (between - (heads - 1) * noise) / room) : 0;
  double common = 0;
  for (const auto& [number, month] : by_month) common += month.won * month.won / month.weight;
  const double calendar = static_cast<double>(by_month.size());
  const double free = 1 - calendar / std::max(months, 1.0);
  // A month of one seller has nothing in common with anybody.
  common = free > .1 ? std::clamp((common / months - noise * calendar / months) / free, 0.0, noise) : 0;
  past.between = std::sqrt(spread);
  past.within = std::sqrt(noise - common);
  past.shared = std::sqrt(common) / past.productivity;
  past.productivity_error = std::sqrt(spread / std::max(heads, 1.0) + (noise - common) / std::max(months, 1.0) +
                                      common / std::max(calendar, 1.0));
}

void LearnOwn(std::span<const FullMonth> full, std::size_t sellers, CapacityPast& past) {
  std::vector<Sum> sums(sellers);
  for (const FullMonth& one : full) {
    sums[one.seller].weight += one.weight;
    sums[one.seller].won += one.weight * one.won;
  }
  LearnSpread(full, sums, past);
  const double spread = past.between * past.between;
  const double noise = past.within * past.within + past.shared * past.shared * past.productivity * past.productivity;
  past.own.assign(sellers, {past.productivity, spread, 0});
  for (std::size_t i = 0; i < sellers; ++i) {
    if (sums[i].weight <= 0 || spread <= 0) continue;
    OwnProductivity& own = past.own[i];
    own.trust = spread / (spread + noise / sums[i].weight);
    own.mean = past.productivity + own.trust * (sums[i].won / sums[i].weight - past.productivity);
    own.variance = spread * (1 - own.trust);
  }
}

Error TooLittle(double present) {
  return NotEnoughData("ramped sellers worked {:.0f} months in all; it takes {:.0f} to tell what a seller wins",
                       present, kFewestRampedMonths)
      .Mend("Import won deals with their owners, and members with their start dates");
}

// A person of the plan: how much is won in each month if still here, and the chance of being here.
struct Worker {
  OwnProductivity own;
  std::vector<double> strength;  // ramp x not away
  std::vector<double> here;      // probability, in the middle of the month
};

Worker WorkerOf(const CapacityPast& past, const CapacityPlan& plan, const PlannedSeller& seller) {
  const auto months = static_cast<std::size_t>(plan.months);
  Worker worker{seller.own, std::vector<double>(months), std::vector<double>(months)};
  double chance = 1;
  for (int m = 0; m < plan.months; ++m) {
    const int tenure = seller.tenure == kRamped ? kRamped : seller.tenure + m;
    if (tenure < 0) continue;
    if (m >= seller.leaves) break;
    const auto at = static_cast<std::size_t>(m);
    worker.strength[at] = RampAt(past, tenure) * (1 - plan.away);
    worker.here[at] = chance * std::sqrt(1 - plan.attrition);
    chance *= 1 - plan.attrition;
  }
  return worker;
}

PlannedSeller NewSeller(const CapacityPast& past, int month) {
  return {.own = {past.productivity, past.between * past.between, 0}, .tenure = -month};
}

// Adds what one person brings, `people` times. Leaving is for good, so that months of one person are bound together.
void AddWorker(const Worker& worker, double people, bool is_hire, std::vector<CapacityMonth>& months,
               std::vector<double>& doubtful) {
  double variance = 0;  // of the sum up to the month
  for (std::size_t m = 0; m < months.size(); ++m) {
    const double load = worker.strength[m] * worker.here[m];
    (is_hire ? months[m].hires : months[m].existing) += people * worker.own.mean * load;
    months[m].sellers += people * worker.here[m];
    months[m].ramped += people * load;
    doubtful[m] += people * (1 - worker.own.trust) * load;
    const double squared = worker.own.mean * worker.own.mean + worker.own.variance;
    const auto together = [&](std::size_t k) {
      // Here in month m means here in each month k before it.
      const double both = worker.strength[k] * worker.strength[m] * worker.here[m];
      const double apart = worker.strength[k] * worker.here[k] * load;
      return squared * both - worker.own.mean * worker.own.mean * apart;
    };
    const double own = squared * worker.strength[m] * load - worker.own.mean * worker.own.mean * load * load;
    months[m].variance += people * own;
    for (std::size_t k = 0; k < m; ++k) variance += 2 * together(k);
    variance += own;
    months[m].variance_so_far += people * variance;
  }
}

}  // namespace

Result<CapacityPast> LearnCapacity(std::span<const SellerMonth> months, std::size_t sellers,
                                   std::optional<int> ramp_months) {
  CapacityPast past;
  double present = 0;
  for (const SellerMonth& month : months) present += month.present;
  if (ramp_months) {
    past.ramp.resize(static_cast<std::size_t>(*ramp_months));
    for (int t = 0; t < *ramp_months; ++t) past.ramp[static_cast<std::size_t>(t)].used = LineAt(t, *ramp_months);
    past.ramped_from = *ramp_months;
  } else {
    const std::optional<int> from = RampedFrom(months);
    if (!from) return Fail(TooLittle(present));
    past.ramped_from = *from;
    past.ramp.resize(static_cast<std::size_t>(*from));
  }
  Sum ramped;
  for (const SellerMonth& month : months) {
    if (!ramp_months && month.tenure < past.ramped_from) continue;
    ramped.weight += month.present * RampAt(past, month.tenure);
    ramped.won += month.won;
  }
  if (ramped.weight < kFewestRampedMonths) return Fail(TooLittle(ramped.weight));
  if (ramped.won <= 0) return Fail(NotEnoughData("ramped sellers won nothing: there is no productivity to plan with"));
  past.ramped_months = ramped.weight;
  past.productivity = ramped.won / ramped.weight;
  CountRamp(months, past);
  if (!ramp_months) LearnRamp(months, past);
  LearnOwn(FullMonths(months, past), sellers, past);
  return past;
}

std::vector<CapacityMonth> PlanCapacity(const CapacityPast& past, std::span<const PlannedSeller> sellers,
                                        const CapacityPlan& plan) {
  std::vector<CapacityMonth> months(static_cast<std::size_t>(plan.months));
  // Full months that rest on the productivity of all, whose error they share.
  std::vector<double> doubtful(months.size());
  for (const PlannedSeller& seller : sellers) AddWorker(WorkerOf(past, plan, seller), 1, false, months, doubtful);
  for (const Hire& hire : plan.hires) {
    AddWorker(WorkerOf(past, plan, NewSeller(past, hire.month)), hire.people, true, months, doubtful);
  }
  double noise = 0;
  double sum = 0;
  const double error = past.productivity_error * past.productivity_error;
  for (std::size_t m = 0; m < months.size(); ++m) {
    CapacityMonth& month = months[m];
    const double common = past.shared * month.Mean();
    const double own = past.within * past.within * month.ramped + common * common;
    noise += own;
    sum += doubtful[m];
    month.variance += own + error * doubtful[m] * doubtful[m];
    month.variance_so_far += noise + error * sum * sum;
  }
  return months;
}

double ByOneHire(const CapacityPast& past, const CapacityPlan& plan, int month) {
  const Worker worker = WorkerOf(past, plan, NewSeller(past, month));
  double won = 0;
  for (std::size_t m = 0; m < worker.strength.size(); ++m) {
    won += worker.own.mean * worker.strength[m] * worker.here[m];
  }
  return won;
}

CapacitySteps StepsOf(const CapacityPast& past, std::span<const PlannedSeller> sellers, const CapacityPlan& plan) {
  enum Stage { kMean, kOwn, kRamp, kLeaving, kAway };
  const auto sum = [&](Stage stage) {
    const CapacityPlan partly{.months = plan.months,
                              .attrition = stage >= kLeaving ? plan.attrition : 0,
                              .away = stage >= kAway ? plan.away : 0};
    double won = 0;
    for (const PlannedSeller& seller : sellers) {
      PlannedSeller like;
      like.own = stage >= kOwn ? seller.own : OwnProductivity{past.productivity, 0, 0};
      if (stage >= kRamp) like.tenure = seller.tenure;
      if (stage >= kLeaving) like.leaves = seller.leaves;
      const Worker worker = WorkerOf(past, partly, like);
      for (std::size_t m = 0; m < worker.strength.size(); ++m) {
        won += worker.own.mean * worker.strength[m] * worker.here[m];
      }
    }
    return won;
  };
  CapacitySteps steps;
  steps.mean_sellers = sum(kMean);
  steps.own = sum(kOwn) - steps.mean_sellers;
  steps.ramp = sum(kRamp) - sum(kOwn);
  steps.leaving = sum(kLeaving) - sum(kRamp);
  steps.away = sum(kAway) - sum(kLeaving);
  for (const Hire& hire : plan.hires) steps.hires += hire.people * ByOneHire(past, plan, hire.month);
  return steps;
}

double MonthlyAttrition(double left, double seller_months) {
  return seller_months > 0 ? std::min((left + .5) / (seller_months + .5), .5) : 0;
}

}  // namespace weir::forecast
