// How long something takes to come, and how often it never does: from a lead to its deal, from a deal to a win, from an
// invoice to its payment. What is still awaited says something, too: that it took longer than that (the life table of
// Kaplan and Meier, day by day).
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace weir::forecast {

inline constexpr std::int32_t kStillAwaited = std::numeric_limits<std::int32_t>::max();

// So many of a kind that began on a day, and came on a day or have not come. Days since 1970.
struct Wait {
  std::int32_t from = 0;
  std::int32_t until = kStillAwaited;
  double count = 1;
};

class DelayCurve {
 public:
  // Nothing ever comes.
  DelayCurve() = default;

  // By what is known at the end of the day `as_of`: what came after it has not come, what began after it is not there.
  // What came before it began took no time. With a prior curve each day's rate is drawn towards the prior's as if so
  // many more had been awaited. O(waits + longest wait).
  static DelayCurve Learn(std::span<const Wait> waits, std::int32_t as_of, const DelayCurve* prior = nullptr,
                          double prior_count = 0);

  // That it comes within so many days: 0 is the day of the beginning; below 0 none.
  double By(std::int32_t days) const;
  // That it comes after `waited` days and within `days`, of what has not come within `waited`. 0 where nothing that
  // waited so long is known to have come.
  double Between(std::int32_t waited, std::int32_t days) const;
  // That it comes within the longest wait known.
  double Ever() const { return by_.empty() ? 0 : by_.back(); }
  // Days within which half of what comes at all has come; none where nothing comes.
  std::optional<std::int32_t> Median() const;

  double awaited() const { return awaited_; }  // all that it is learnt from
  double came() const { return came_; }

 private:
  std::vector<double> by_;    // by days
  std::vector<double> rate_;  // of a day, of what is still awaited
  double awaited_ = 0;
  double came_ = 0;
};

// The part of what begins evenly over the days first..last that comes within the days from..until. O(days).
double ShareOfEven(const DelayCurve& curve, std::int32_t first, std::int32_t last, std::int32_t from,
                   std::int32_t until);

}  // namespace weir::forecast
