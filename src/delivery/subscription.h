// Who gets what, over which channel, and when. Off until somebody sets one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace weir::delivery {

inline constexpr std::string_view kBrief = "brief";
inline constexpr std::string_view kWeekly = "weekly";
inline constexpr std::string_view kNewLeaks = "leaks";
inline constexpr std::string_view kTest = "test";  // sent once, by hand

// Hours of the reporting zone in which nothing is sent; from 22 to 7 goes over midnight.
struct QuietHours {
  int from = 0;
  int until = 0;
  bool operator==(const QuietHours&) const = default;
};

struct Subscription {
  std::int64_t id = 0;
  std::string owner = {};  // the account by whose rights it is made; "local" without accounts
  std::string kind = {};
  std::string channel = {};  // mail, or the name of a webhook
  std::string address = {};  // of mail
  std::string language = "en";
  int hour = 8;                // in the reporting zone; of a brief and a weekly report
  std::vector<int> days = {};  // Monday 0 .. Sunday 6; never empty; a weekly report takes the first
  std::optional<QuietHours> quiet = {};
  std::string team = {};
  std::string department = {};
  std::string seller = {};
  Instant since = {};  // when it was set: nothing of before is sent
};

}  // namespace weir::delivery
