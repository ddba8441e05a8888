// One at a time for each key: whoever asks what somebody else is computing waits for that answer, instead of computing
// it too. A page that ten people open at once costs one computation.
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <utility>

#include "base/result.h"

namespace weir::engine {

// Safe from any thread. A thread that has a turn may ask only for one of a key that comes after it in an order that all
// threads share, else two wait for each other. Outlives its turns.
class Turns {
 public:
  class Turn {
   public:
    Turn(Turns& turns, std::string key, bool has_waited)
        : turns_(&turns), key_(std::move(key)), has_waited_(has_waited) {}
    Turn(Turn&& other) noexcept
        : turns_(std::exchange(other.turns_, nullptr)), key_(std::move(other.key_)), has_waited_(other.has_waited_) {}
    Turn& operator=(Turn&&) = delete;
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
      if (turns_ != nullptr) turns_->End(key_);
    }
    // Somebody else had it before: what they computed may be there.
    bool has_waited() const { return has_waited_; }

   private:
    Turns* turns_;
    std::string key_;
    bool has_waited_;
  };

  // Ends with its turn. Cancelled when it is stopped while it waits.
  Result<Turn> Take(const std::string& key, const std::stop_token& stop);

 private:
  void End(const std::string& key);

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::set<std::string, std::less<>> taken_;
};

}  // namespace weir::engine
