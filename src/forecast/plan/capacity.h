// What a team of sellers can win, month by month: the kernel of the capacity plan.
//   capacity = sum over sellers of  own productivity x ramp(months since the start) x still here x not away
// Ramp, productivity and their spread are learnt from what sellers won in past months; new people ramp as others did.
// Months are numbers that rise by one. Amounts are of any one currency.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"

namespace weir::forecast {

// Of a seller of whom it is not known since when, or who was there long before: taken as ramped.
inline constexpr int kRamped = std::numeric_limits<int>::max();
inline constexpr int kStays = std::numeric_limits<int>::max();

// One whole past month of one seller.
struct SellerMonth {
  std::size_t seller = 0;
  int month = 0;
  int tenure = kRamped;  // whole months since the one of the start, which is 0
  double present = 1;    // part of the month's days, above 0
  double won = 0;
};

struct RampMonth {
  double seller_months = 0;
  double won = 0;
  std::optional<double> observed = {};  // won a seller-month by that of ramped ones
  double used = 1;                      // 0 to 1, never falling
};

struct OwnProductivity {
  double mean = 0;      // won a ramped month, drawn towards that of all by how little is known
  double variance = 0;  // of what it is in truth
  double trust = 0;     // weight of the seller's own months, 0 to 1
};

struct CapacityPast {
  double productivity = 0;        // won in a month by a ramped seller
  double productivity_error = 0;  // its standard error
  double between = 0;             // standard deviation of sellers about it
  double within = 0;              // of months about the seller's own
  double shared = 0;              // of what all sellers of a month have in common, as a part of the mean
  double ramped_months = 0;       // seller-months that it is learnt from
  int ramped_from = 0;            // tenure from which on months count as ramped
  std::vector<RampMonth> ramp;    // by tenure; 1 beyond
  std::vector<OwnProductivity> own;
};

// With `ramp_months` the ramp is not learnt but a line that reaches 1 after so many. not_enough_data where ramped
// sellers worked less than twelve months in all, or won nothing.
Result<CapacityPast> LearnCapacity(std::span<const SellerMonth> months, std::size_t sellers,
                                   std::optional<int> ramp_months = {});

// Seller-months of ramped sellers that say something, in all.
inline constexpr double kFewestRampedMonths = 12;

struct PlannedSeller {
  OwnProductivity own = {};
  int tenure = kRamped;  // in the first month of the plan; below 0 where the seller starts later
  int leaves = kStays;   // the first month of the plan, from 0, without the seller
};

struct Hire {
  int month = 0;  // of the plan, from 0
  int people = 0;
};

struct CapacityPlan {
  int months = 12;
  double attrition = 0;  // probability that a seller leaves in a month
  double away = 0;       // part of the time beyond what past months hold
  std::vector<Hire> hires = {};
};

struct CapacityMonth {
  double sellers = 0;   // expected to be there
  double ramped = 0;    // as many ramped sellers would win as much, each with the own productivity
  double existing = 0;  // won by sellers of now
  double hires = 0;
  double variance = 0;         // of both together
  double variance_so_far = 0;  // of the sum up to this month
  double Mean() const { return existing + hires; }
};

std::vector<CapacityMonth> PlanCapacity(const CapacityPast& past, std::span<const PlannedSeller> sellers,
                                        const CapacityPlan& plan);

// What one hire who starts in the month wins by the end of the plan.
double ByOneHire(const CapacityPast& past, const CapacityPlan& plan, int month);

// How the sum over the plan comes about, each a step from the one before: all sellers of now as if ramped and of mean
// productivity, then what their own productivity, the ramp, leaving and being away do to it, then hires. The steps add
// up to the sum of the months.
struct CapacitySteps {
  double mean_sellers = 0;
  double own = 0;
  double ramp = 0;
  double leaving = 0;
  double away = 0;
  double hires = 0;
};
CapacitySteps StepsOf(const CapacityPast& past, std::span<const PlannedSeller> sellers, const CapacityPlan& plan);

// Probability of leaving in a month where so many left in so many seller-months: half a seller more, so that a team
// that nobody has left yet is not taken to stay for ever (Jeffreys' prior of a rate).
double MonthlyAttrition(double left, double seller_months);

}  // namespace weir::forecast
