// When something is due, by the clocks of the reporting zone. Pure: the time is given.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "delivery/subscription.h"

namespace weir::delivery {

// The first moment from `at` on that is not quiet: `at` itself, or the end of the quiet hours that it lies in.
Instant AfterQuiet(Instant at, const std::optional<QuietHours>& quiet, const TimeZone& zone);

struct Due {
  std::string period = {};  // "2026-11-23": the day of a brief, the Monday of a week
  Instant at = {};          // since when
};
// What of a subscription to a brief or a weekly report is due now. A brief that could not be made within twelve hours
// of its own is not made any more, a weekly report within three days: the next one tells more.
std::optional<Due> DueAt(const Subscription& subscription, Instant now, const TimeZone& zone);

// Whether new leaks may be told now.
bool MayTellLeaks(const Subscription& subscription, Instant now, const TimeZone& zone);

// When a delivery is tried again after so many attempts: a minute, then ever longer, up to four hours.
Instant NextTry(std::int64_t attempts, Instant now);
// When it is given up: a brief after a day, anything else after three.
Instant GiveUpAt(std::string_view kind, Instant created);

}  // namespace weir::delivery
