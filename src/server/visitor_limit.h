// How much strangers may ask: each address has a budget that fills up again with every span of time. In memory; safe
// from any thread; O(log n) a call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "base/time.h"

namespace weir::server {

struct VisitorBudget {
  std::int64_t span_micros = 600 * kMicrosPerSecond;
  int spends = 300;  // a department may sit behind one address
  std::size_t addresses = 10'000;
};

class VisitorLimit {
 public:
  explicit VisitorLimit(VisitorBudget budget = {}) : budget_(budget) {}
  // Spends so much of what the address has left. For how many seconds it is not listened to; 0: it had enough.
  std::int64_t Spend(const std::string& address, int cost, Instant now);

 private:
  struct Entry {
    Instant begun;
    int spent = 0;
  };
  const VisitorBudget budget_;
  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
};

}  // namespace weir::server
