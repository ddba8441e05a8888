#include "analysis/settings.h"

#include <fmt/format.h>

namespace weir::analysis {

std::string Settings::Fingerprint() const {
  return fmt::format("{};{};{};{}", currency, time_zone, fiscal_year_start_month, default_region);
}

}  // namespace weir::analysis
