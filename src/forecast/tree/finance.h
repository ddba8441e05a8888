// The branches of finance: recurring revenue from subscriptions and from bookings, cash from invoices. Internal to
// tree/.
#pragma once

#include <vector>

#include "base/result.h"
#include "forecast/tree/branches.h"

namespace weir::forecast {

// Revenue of whole months: what subscriptions were worth a month, day by day, each day for its part of the month.
struct RecurringPast {
  int first_month = 0;
  std::vector<double> months = {};
  double so_far = 0;   // of the first month ahead
  double left = 1;     // part of its days
  double monthly = 0;  // recurring revenue on the evening of as_of
  double kept = 1;     // what a month leaves of it, without what begins anew: the mean of twelve months
  double kept_deviation = 0;
  double begun = 0;  // what began in a month, the mean of twelve, and how much of that it varies by
  double begun_variation = 0;
};
RecurringPast RecurringPastOf(const TreeFacts& facts);

Starts StartsOf(const TreeFacts& facts);

// The root by its own series; what is held goes on as it did, and what bookings bring begins after them. `new_bookings`
// are still to come in each month; empty where they are not known.
Result<Branch> RevenueBranch(const TreeFacts& facts, const FlowNode& root, const OwnForecast& alone,
                             const std::vector<double>& new_bookings, const Starts& starts);

// The root by its own series; invoices that are out by how their payers behave, and those to come.
Result<Branch> CashBranch(const TreeFacts& facts, const FlowNode& root, const OwnForecast& alone,
                          const FlowNode& invoiced, const OwnForecast& invoiced_alone,
                          const PaymentBehaviour& behaviour);

}  // namespace weir::forecast
