// One writer at a time, and how many began and ended: by that readers know whether what they looked at still stands.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>

namespace weir::workspace {

class Writers {
 public:
  // Waits for its turn; ends with it.
  class Turn {
   public:
    explicit Turn(Writers& writers) : lock_(writers.one_), count_(writers.count_) { ++count_; }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() { ++count_; }

   private:
    const std::lock_guard<std::mutex> lock_;
    std::atomic<std::uint64_t>& count_;
  };

  // Odd while somebody writes.
  std::uint64_t count() const { return count_.load(); }

 private:
  std::mutex one_;
  std::atomic<std::uint64_t> count_ = 0;
};

}  // namespace weir::workspace
