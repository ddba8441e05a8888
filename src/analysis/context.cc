#include "analysis/context.h"

namespace weir::analysis {

Date Context::LocalAsOfDate() const {
  const auto zone = TimeZone::Find(settings().time_zone);
  return zone ? zone->LocalDateOf(as_of()) : DateOf(as_of());
}

}  // namespace weir::analysis
