// What the advertising account saw: clicks that our accounts made, and many more that led nowhere.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "simulate/world.h"

namespace weir::simulate {

struct AdDay {
  std::int64_t impressions = 0;
  std::int64_t clicks = 0;
  std::int64_t conversions = 0;
  std::int64_t cost_minor = 0;

  void Add(const AdDay& other);
};

// Clicks and leads of known accounts, by campaign and day; memory is bounded by campaigns times days.
class AdCounts {
 public:
  void Add(const World& world, const Account& account);
  // The whole day of a campaign, with the clicks of strangers. The same whenever it is asked for.
  AdDay DayOf(const World& world, int campaign, Date date) const;

 private:
  struct Known {
    std::int64_t clicks = 0;
    std::int64_t conversions = 0;
  };
  std::map<std::pair<int, std::int32_t>, Known> known_;
};

struct AdReport {
  AdDay total;
  std::uint64_t rows = 0;
};
// Each day up to the last one of each campaign that the advertising account showed, in their order.
AdReport ForEachAdDay(const World& world, const AdCounts& counts, Date last,
                      const std::function<void(Date, std::size_t, const AdDay&)>& take);

// What all days of a campaign until the date (inclusive) have cost.
std::int64_t AdCost(const World& world, const AdCounts& counts, int campaign, Date until);

}  // namespace weir::simulate
