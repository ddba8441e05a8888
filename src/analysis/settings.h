// The settings that give numbers their meaning. Versioned by data version, so that a past result reproduces.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"

namespace weir::analysis {

struct Settings {
  std::string currency = "XXX";     // reporting currency
  std::string time_zone = "UTC";    // reporting zone
  int fiscal_year_start_month = 1;  // 1..12
  std::string default_region = "";  // ISO country for phones without a country code
  std::string language = "en";
  std::string plan_won_amount = "";                  // of a fiscal year; see ParsePlan
  std::vector<std::string> display_currencies = {};  // in which numbers may be shown beside the reporting one
  int sql_seconds = 30;                              // how long a query of a person may take; changes no number

  // Canonical text for the cache key.
  std::string Fingerprint() const;
};

// What is to be won in each fiscal year, by the calendar year in which it begins; year 0 stands for every other one.
using YearPlan = std::map<int, Decimal>;

// "4000000" for every year, or "2026=4000000, 2027=5200000", or both. Nothing where it cannot be read; empty for "".
std::optional<YearPlan> ParsePlan(std::string_view text);
// The text that it is read from.
std::string FormatPlan(const YearPlan& plan);

}  // namespace weir::analysis
