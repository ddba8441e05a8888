// What the story's own chances say of what is still to come: the expectations that its draws follow. The truth about
// probable leaks is made of them; what they are computed from stands beside the draws themselves.
#pragma once

#include "simulate/world.h"

namespace weir::simulate {

// Share of a standard normal that lies below.
double NormalShare(double z);
// Share of a log-normal that lies above.
double LogNormalAbove(double value, double median, double sigma);
// Mean of a function of a standard normal.
template <typename Function>
double MeanOverNormal(const Function& function) {
  constexpr int kSteps = 240;
  constexpr double kReach = 4.5;
  double sum = 0.0;
  double weights = 0.0;
  for (int step = 0; step < kSteps; ++step) {
    const double z = kReach * ((2.0 * step + 1.0) / kSteps - 1.0);
    const double weight = PortableExp(-z * z / 2.0);
    sum += weight * function(z);
    weights += weight;
  }
  return sum / weights;
}

// To be won, of a deal that enters the stage at the moment and of which nothing else is drawn yet (deals.cc).
double WinChance(const Setting& setting, const Deal& deal, Stage from, Instant at);
// To be won, of a deal as it really stands at the moment: the customer may have decided before anybody wrote it down.
double WinChanceNow(const Setting& setting, const Deal& deal, Instant now);
// What a deal that begins with a lead of the account is expected to bring in a year, in minor units: chance x amount.
double NewDealWorth(const Setting& setting, Instant at);

// To qualify, of a lead that was answered after so many office hours, and of one that was answered within so many, as
// whoever has it answers (leads.cc).
double QualifyChanceAfter(const Setting& setting, const Lead& lead, double response_hours);
double QualifyChanceWithin(const Setting& setting, const Lead& lead, double agreed_hours);

// To be paid one day, of an invoice that is not paid at the moment (billing.cc).
double PayChance(const Invoice& invoice, bool by_card, Instant now);

// To pay half a year later as much as now, of a subscription whose customer has this health (health.cc).
struct Standing {
  double health = 0.0;
  int months_to_term = 0;  // of a yearly one; 0: it is monthly
};
double KeepChance(const Setting& setting, const Standing& standing);
// The same as the account usually stands, in the months in which its health is at least this one: over what its months
// bring, since whoever stands well now may be in grief soon.
double UsualKeepChance(const Setting& setting, int months_to_term, double least_health);
// The health that an account of this fit is drawn to.
double UsualHealth(double fit);

}  // namespace weir::simulate
