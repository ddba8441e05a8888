// Patterns that come again: whether a series has one, what it is, and the series without it.
//
// The test is the one of Naive 2 in the M3 and M4 competitions (Makridakis, Hibon 2000): the autocorrelation at the
// season against what the shorter lags would bring about by chance, at 90 %. The pattern is that of the classical
// decomposition: values against a centred moving mean, averaged over the years, with a mean of 1 (or 0).
#pragma once

#include <span>
#include <vector>

#include "forecast/series/series.h"

namespace weir::forecast {

// r_1 .. r_lags of a series about its mean; pairs with a missing value are left out. Empty where it is constant or has
// fewer than two values. O(values * lags).
std::vector<double> Autocorrelation(Values values, int lags);

// Whether a pattern of this season is there. A series of no more than two seasons has none that could be told.
bool IsSeasonal(Values values, int season);

struct SeasonalPattern {
  int season = 1;
  bool is_multiplicative = false;
  std::vector<double> index;  // of the steps 0 .. season - 1, counted from the first value

  double At(std::size_t step) const { return index[step % index.size()]; }
  // The value without the pattern, and with it again.
  double Without(double value, std::size_t step) const {
    return is_multiplicative ? value / At(step) : value - At(step);
  }
  double With(double value, std::size_t step) const { return is_multiplicative ? value * At(step) : value + At(step); }
};

// Multiplicative where all values are above 0 and no index would fall below a hundredth, else additive. Needs a value
// of each step of the season around which a whole season is known; without them there is no pattern (season 1).
SeasonalPattern FindPattern(Values values, int season, bool may_be_multiplicative = true);

std::vector<double> WithoutPattern(Values values, const SeasonalPattern& pattern);

// Missing values between others, on a line between their neighbours once the pattern is taken away; those before the
// first value are cut off by the caller (`KnownPart`). A series that lacks nothing is as it was.
std::vector<double> FillGaps(Values values, int season);

// From the first to the last value that is not missing.
Values KnownPart(Values values);

// Of `candidates` (each above 1) the season whose pattern explains most of what a moving mean leaves, where it explains
// much more than chance would (an F test) and three whole seasons are there; else 1. Unlike `IsSeasonal` a trend does
// not hide it, nor make a long one. O(values * (candidates + sum of them)).
int DetectSeason(Values values, std::span<const int> candidates);

}  // namespace weir::forecast
