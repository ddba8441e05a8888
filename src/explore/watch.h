// Ends a query that takes too long or too much, and keeps two from running where one thread must stay free.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>

#include "base/result.h"
#include "store/engine.h"

namespace weir::explore {

struct QueryLimits {
  std::chrono::milliseconds time{30'000};
  std::uint64_t memory = 0;  // bytes by which the program may grow meanwhile; 0: any
};

// Interrupts the session once a limit is passed, from a thread of its own, until it is destroyed. The store counts what
// it keeps for joins and sorting against its own limit; texts that a query makes are not among that, so the watch looks
// at the size of the whole program.
class Watch {
 public:
  Watch(store::Session& session, const QueryLimits& limits);
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch();

  // What was passed, if the query ended for it; else the error itself.
  Error Explain(Error error) const;

 private:
  enum class Passed : std::uint8_t { kNothing, kTime, kMemory };
  void Look(const std::stop_token& stop);

  store::Session& session_;
  QueryLimits limits_;
  std::uint64_t began_with_;
  std::atomic<Passed> passed_{Passed::kNothing};
  std::jthread thread_;
};

// How many queries run at once. A place is given back when it is destroyed.
class Gate {
 public:
  explicit Gate(int places) : free_(places) {}
  class Place {
   public:
    explicit Place(Gate* gate) : gate_(gate) {}
    Place(Place&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (gate_ != nullptr) ++gate_->free_;
    }

   private:
    Gate* gate_;
  };
  // Fails at once where no place is free: what waits would hold a thread that pages need.
  Result<Place> Enter();

 private:
  std::atomic<int> free_;
};

// Bytes of memory that the program takes now; 0 where the system does not say.
std::uint64_t ResidentBytes();
// "1.5 GiB" as the store writes its limit; 0 where it cannot be read.
std::uint64_t ParseBytes(std::string_view text);

}  // namespace weir::explore
