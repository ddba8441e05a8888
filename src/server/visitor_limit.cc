#include "server/visitor_limit.h"

#include <algorithm>

namespace weir::server {

std::int64_t VisitorLimit::Spend(const std::string& address, int cost, Instant now) {
  const std::lock_guard lock(mutex_);
  if (entries_.size() >= budget_.addresses && !entries_.contains(address)) {
    std::erase_if(entries_,
                  [&](const auto& one) { return one.second.begun.micros + budget_.span_micros <= now.micros; });
    // Still full: strangers beyond the last wait, those who are known are served.
    if (entries_.size() >= budget_.addresses) return budget_.span_micros / kMicrosPerSecond;
  }
  Entry& entry = entries_.try_emplace(address, Entry{.begun = now}).first->second;
  if (entry.begun.micros + budget_.span_micros <= now.micros) entry = {.begun = now};
  if (entry.spent >= budget_.spends) {
    const std::int64_t left = entry.begun.micros + budget_.span_micros - now.micros;
    return std::max<std::int64_t>(1, left / kMicrosPerSecond);
  }
  entry.spent += cost;
  return 0;
}

}  // namespace weir::server
