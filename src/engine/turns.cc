#include "engine/turns.h"

namespace weir::engine {

Result<Turns::Turn> Turns::Take(const std::string& key, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  bool has_waited = false;
  while (taken_.contains(key)) {
    has_waited = true;
    if (!changed_.wait(lock, stop, [&] { return !taken_.contains(key); })) {
      return Fail(Cancelled("the question was stopped"));
    }
  }
  taken_.insert(key);
  return Turn(*this, key, has_waited);
}

void Turns::End(const std::string& key) {
  {
    const std::lock_guard lock(mutex_);
    taken_.erase(key);
  }
  changed_.notify_all();
}

}  // namespace weir::engine
