// What came of a story, and what would have come of it if one thing had been different.
#pragma once

#include <array>
#include <cstdint>

#include "base/executor.h"
#include "simulate/world.h"

namespace weir::simulate {

// In minor units of the corporate currency.
struct Outcome {
  std::int64_t leads = 0;
  std::int64_t deals = 0;
  std::int64_t won = 0;
  std::int64_t won_minor = 0;     // value of a year of the deals won
  std::int64_t billed_minor = 0;  // net of tax, inside the period
  std::int64_t mrr_minor = 0;     // at the end

  Outcome& operator+=(const Outcome& other);
  // What the period brought and leaves behind: the money that drivers are compared by.
  std::int64_t value_minor() const { return billed_minor + 12 * mrr_minor; }
};

// Base customers and their migrated deals count in what is billed and in the end, not among deals.
Outcome OutcomeOf(const World& world, const Account& account);

// Worlds that differ in one thing and share every random stream.
struct Counterfactuals {
  int accounts = 0;  // how many were told again
  Outcome base;
  std::array<Outcome, kChannels> without_channel;  // the channel says nothing
  std::array<Outcome, kDrivers> improved;          // the driver is a tenth better
  Outcome restored;                                // without the planted weakness
};

// Tells the first `accounts` stories once for each question, and again with other luck (`rounds` in all), so that one
// large deal does not decide the answer: O(16 * accounts * rounds).
Counterfactuals Compare(const World& world, int accounts, int rounds, const Executor& executor);

}  // namespace weir::simulate
