// How well a customer does, month by month, and what follows from it.
#pragma once

#include "simulate/sampler.h"

namespace weir::simulate {

inline constexpr double kChurnAMonth = 0.040;
inline constexpr double kChurnATerm = 0.46;

// What happens to a customer in a month.
struct Shocks {
  double luck = 0.0;
  bool champion_leaves = false;
  bool bad_support = false;
  bool is_unowned = false;  // nobody sits on the seat that looks after it
  bool price_grief = false;
};

// All but is_unowned, which the company tells. A price hurts nobody in the first month.
Shocks DrawShocks(Sampler& sampler, bool is_first_month);
double MoveHealth(double health, double usual, const Shocks& shocks);
// By how much each of them weakens, for whoever asks why a customer left.
double LossOfLuck(const Shocks& shocks);  // above zero only in a month of bad luck
inline constexpr double kLossOfChampion = 0.24;
inline constexpr double kLossOfSupport = 0.12;
inline constexpr double kLossOfOwner = 0.05;
inline constexpr double kLossOfPrice = 0.10;

double ChurnChance(double share, double churn, double health);
// Seats of a monthly customer, in a month.
double GrowChance(double health);
double ShrinkChance(double health);
// At the end of a yearly term.
double TermShrinkChance(double health);

}  // namespace weir::simulate
