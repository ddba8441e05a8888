// Slows down guessing of passwords: after a few failures each further one doubles the time for which an account, and an
// address, is not listened to. In memory; safe from any thread; O(log n) a call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "base/time.h"

namespace weir::access {

struct ThrottleLimits {
  int free_failures = 4;                                 // before the first delay
  std::int64_t first_micros = kMicrosPerSecond;          // then doubled
  std::int64_t account_micros = 60 * kMicrosPerSecond;   // at most: nobody may lock out somebody else for long
  std::int64_t address_micros = 900 * kMicrosPerSecond;  // at most
  std::int64_t forgets_micros = 3600 * kMicrosPerSecond;
  std::size_t entries = 10'000;
};

class LoginThrottle {
 public:
  explicit LoginThrottle(ThrottleLimits limits = {}) : limits_(limits) {}

  // For how long no attempt is listened to; 0: now. Unknown accounts count as known ones do.
  std::int64_t WaitMicros(const std::string& account, const std::string& address, Instant now);
  void Failed(const std::string& account, const std::string& address, Instant now);
  // The account's failures are forgotten, those of the address are not: it may guess at others.
  void Succeeded(const std::string& account);

 private:
  struct Entry {
    int failures = 0;
    Instant last;
    Instant until;
  };
  void Count(const std::string& key, std::int64_t longest, Instant now);
  void Forget(Instant now);

  const ThrottleLimits limits_;
  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
};

}  // namespace weir::access
