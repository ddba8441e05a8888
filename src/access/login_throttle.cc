#include "access/login_throttle.h"

#include <algorithm>
#include <vector>

namespace weir::access {
namespace {

std::string AccountKey(const std::string& account) { return "account " + account; }
std::string AddressKey(const std::string& address) { return "address " + address; }

}  // namespace

std::int64_t LoginThrottle::WaitMicros(const std::string& account, const std::string& address, Instant now) {
  const std::lock_guard lock(mutex_);
  std::int64_t wait = 0;
  for (const std::string& key : {AccountKey(account), AddressKey(address)}) {
    const auto found = entries_.find(key);
    if (found != entries_.end()) wait = std::max(wait, found->second.until.micros - now.micros);
  }
  return wait;
}

void LoginThrottle::Failed(const std::string& account, const std::string& address, Instant now) {
  const std::lock_guard lock(mutex_);
  Forget(now);
  Count(AccountKey(account), limits_.account_micros, now);
  Count(AddressKey(address), limits_.address_micros, now);
}

void LoginThrottle::Succeeded(const std::string& account) {
  const std::lock_guard lock(mutex_);
  entries_.erase(AccountKey(account));
}

void LoginThrottle::Count(const std::string& key, std::int64_t longest, Instant now) {
  Entry& entry = entries_[key];
  ++entry.failures;
  entry.last = now;
  const int beyond = std::min(entry.failures - limits_.free_failures, 20);
  if (beyond <= 0) return;
  entry.until.micros = now.micros + std::min(longest, limits_.first_micros << (beyond - 1));
}

// What is old goes, and where too many remain, the oldest half: a flood of names must not fill the memory.
void LoginThrottle::Forget(Instant now) {
  std::erase_if(entries_,
                [&](const auto& one) { return now.micros - one.second.last.micros > limits_.forgets_micros; });
  if (entries_.size() < limits_.entries) return;
  std::vector<std::int64_t> ages;
  ages.reserve(entries_.size());
  for (const auto& [key, entry] : entries_) ages.push_back(entry.last.micros);
  const auto middle = ages.begin() + static_cast<std::ptrdiff_t>(ages.size() / 2);
  std::ranges::nth_element(ages, middle);
  std::erase_if(entries_, [&](const auto& one) { return one.second.last.micros <= *middle; });
}

}  // namespace weir::access
