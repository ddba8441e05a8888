// The methods by name, each from a series as it is to what it says of the steps ahead: gaps are filled, patterns too
// long for a model's own seasons are taken away before and put back after, and series too short for a method get what a
// shorter one allows.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "forecast/series/series.h"

namespace weir::forecast {

enum class Method {
  kCombination,  // the median of ETS, both Thetas and ARIMA; of intermittent series that of their own methods
  kEts,
  kArima,
  kTheta,
  kDynamicTheta,
  kSeasonalNaive,
  kCroston,
  kSyntetosBoylan,
  kTeunterSyntetosBabai,
  kAdida,
  kImapa,
};

// "combination", "ets", ... as `--method` takes them.
std::string_view NameOf(Method method);
std::optional<Method> MethodNamed(std::string_view name);
std::vector<std::string> MethodNames();

// The seasons of one series, the shortest first; empty where it has none.
using Seasons = std::vector<int>;

// The longest season that ETS and ARIMA have states for; a longer one is a pattern that is taken away.
inline constexpr int kLongestState = 24;

struct Said {
  Outlook outlook;    // with deviations, wherever two values differ
  std::string model;  // what was fitted: "ETS(M,Ad,M)", "ARIMA(2,1,1)(0,1,0)[12]", "Theta", "ETS(A,N,N) + Theta + ..."
};

// Values at the beginning and the end that are missing are no part of the series, but for counting steps ahead: the
// first is the one after the last value, be it missing. A series of nothing says nothing: an empty outlook.
Said RunMethod(Method method, Values values, const Seasons& seasons, int horizon);

// The seasons that a series has, of those that it may have by its steps (TimeAxis::Seasons): at most two, and the
// second one a multiple of the first.
Seasons FindSeasons(Values values, std::span<const int> candidates);

}  // namespace weir::forecast
