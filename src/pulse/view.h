// What a question to Pulse is about, worked out once. Internal to pulse/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "analysis/params.h"
#include "base/time.h"
#include "metrics/catalog.h"
#include "metrics/left_out.h"
#include "metrics/period.h"

namespace weir::pulse {

struct PulseParams {
  std::optional<Date> from = {};
  std::optional<Date> to = {};
  std::string part_of = "auto";
  std::string team = {};
  std::string segment = {};

  void Describe(analysis::ParamVisitor& visitor);
};

struct PulseView {
  const metrics::MetricCatalog* catalog = nullptr;
  metrics::DayRange now = {};                  // to as-of at the latest
  metrics::DayRange whole = {};                // the month, quarter or year of which `now` is a part, else `now`
  metrics::DayRange before = {};               // the same part of the last period
  std::optional<metrics::Grain> part_of = {};  // the month, quarter or year that `now` is, or begins; else just days
  bool is_to_date = false;                     // `now` is not the whole of it
  bool is_current = false;                     // as-of lies in it
  bool is_last = false;                        // it ended just before the one that holds as-of
  std::vector<std::string> team_ids = {};
  std::string segment = {};
  Instant as_of = {};
  TimeZone zone = TimeZone::Utc();
  std::string currency = {};
  metrics::LeaveOut leave_out = {};
};

// The current fiscal quarter to as-of, unless the parameters say otherwise.
Result<PulseView> MakeView(const metrics::MetricCatalog& catalog, const PulseParams& params,
                           analysis::Context& context);

}  // namespace weir::pulse
