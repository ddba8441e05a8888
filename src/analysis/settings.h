// The settings that give numbers their meaning. Versioned by data version, so that a past result reproduces.
#pragma once

#include <cstdint>
#include <string>

namespace weir::analysis {

struct Settings {
  std::string currency = "XXX";     // reporting currency
  std::string time_zone = "UTC";    // reporting zone
  int fiscal_year_start_month = 1;  // 1..12
  std::string default_region = "";  // ISO country for phones without a country code
  std::string language = "en";

  // Canonical text for the cache key.
  std::string Fingerprint() const;
};

}  // namespace weir::analysis
