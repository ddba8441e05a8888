#include "simulate/health.h"

#include <algorithm>
#include <cstdint>

#include "simulate/chances.h"

namespace weir::simulate {
namespace {

constexpr double kPull = 0.10;  // of the way to the usual health, in a month
constexpr double kGoodLuck = 0.05;
constexpr double kBadLuck = 0.045;
constexpr double kChampionLeaves = 0.016;
constexpr double kBadSupport = 0.03;
constexpr double kPriceGrief = 0.01;
constexpr int kHalfYear = 6;  // months
constexpr int kSettleMonths = 3;
constexpr std::uint64_t kPaths = 400;
constexpr int kMonthsToUsual = 36;  // until it no longer matters how they began

// Whether a subscription pays as much after half a year.
bool IsKept(const Standing& standing, double usual, double churn, Sampler& sampler) {
  double health = standing.health;
  double seats = 1.0;
  for (int month = 1; month <= kHalfYear; ++month) {
    const bool is_settled = month == std::max(1, standing.months_to_term - kSettleMonths);
    health = MoveHealth(health, usual, DrawShocks(sampler, false));
    // The same draws whatever comes of them, so that two healths differ in nothing else.
    const double leaves = sampler.Uniform();
    const double grows = sampler.Uniform();
    const double more = sampler.Uniform(0.12, 0.45);
    const double shrinks = sampler.Uniform();
    const double kept = sampler.Uniform(0.6, 0.88);
    if (standing.months_to_term == 0) {
      if (leaves < ChurnChance(kChurnAMonth, churn, health)) return false;
      if (grows < GrowChance(health)) {
        seats *= 1.0 + more;
      } else if (shrinks < ShrinkChance(health)) {
        seats *= kept;
      }
    } else if (is_settled && standing.months_to_term <= kHalfYear) {
      if (leaves < ChurnChance(kChurnATerm, churn, health) || shrinks < TermShrinkChance(health)) return false;
    }
  }
  return seats >= 1.0;
}

}  // namespace

Shocks DrawShocks(Sampler& sampler, bool is_first_month) {
  Shocks shocks;
  shocks.luck = sampler.Normal();
  shocks.champion_leaves = sampler.Chance(kChampionLeaves);
  shocks.bad_support = sampler.Chance(kBadSupport);
  shocks.price_grief = !is_first_month && sampler.Chance(kPriceGrief);
  return shocks;
}

double LossOfLuck(const Shocks& shocks) { return -kBadLuck * shocks.luck; }

double MoveHealth(double health, double usual, const Shocks& shocks) {
  health += kPull * (usual - health);
  if (shocks.luck < 0.0) {
    health -= LossOfLuck(shocks);
  } else {
    health += kGoodLuck * shocks.luck;
  }
  if (shocks.champion_leaves) health -= kLossOfChampion;
  if (shocks.bad_support) health -= kLossOfSupport;
  if (shocks.is_unowned) health -= kLossOfOwner;
  if (shocks.price_grief) health -= kLossOfPrice;
  return std::clamp(health, 0.03, 1.0);
}

double ChurnChance(double share, double churn, double health) {
  const double gap = 1.25 - health;
  return std::min(0.9, share * churn * gap * gap);
}

double GrowChance(double health) { return health > 0.6 ? 0.045 : 0.008; }
double ShrinkChance(double health) { return health < 0.45 ? 0.06 : 0.006; }
double TermShrinkChance(double health) { return health < 0.5 ? 0.40 : 0.05; }

double UsualHealth(double fit) { return 0.60 + 0.28 * fit; }

namespace {

// The share of all continuations in which the subscription is kept, by the health with which each begins.
double KeptShare(const Setting& setting, Standing standing, auto health_of) {
  const double usual = UsualHealth(setting.profile.fit);
  int kept = 0;
  for (std::uint64_t path = 0; path < kPaths; ++path) {
    // The same luck for all standings of an account: what differs between two of them is the standing.
    Sampler sampler = setting.world.Draw("truth.keep", EntityKey(setting.profile.index, path));
    standing.health = health_of(path);
    kept += IsKept(standing, usual, setting.knobs.churn, sampler) ? 1 : 0;
  }
  return static_cast<double>(kept) / static_cast<double>(kPaths);
}

}  // namespace

double KeepChance(const Setting& setting, const Standing& standing) {
  return KeptShare(setting, standing, [&](std::uint64_t) { return standing.health; });
}

double UsualKeepChance(const Setting& setting, int months_to_term, double least_health) {
  const double usual = UsualHealth(setting.profile.fit);
  return KeptShare(setting, {.months_to_term = months_to_term}, [&](std::uint64_t path) {
    Sampler sampler = setting.world.Draw("truth.usual", EntityKey(setting.profile.index, path));
    double health = usual;
    double last = std::max(usual, least_health);
    for (int month = 0; month < kMonthsToUsual; ++month) {
      health = MoveHealth(health, usual, DrawShocks(sampler, false));
      if (health >= least_health) last = health;
    }
    return last;
  });
}

}  // namespace weir::simulate
