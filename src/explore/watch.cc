#include "explore/watch.h"

#include <unistd.h>

#include <array>
#include <charconv>
#include <condition_variable>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace weir::explore {

Watch::Watch(store::Session& session, const QueryLimits& limits)
    : session_(session),
      limits_(limits),
      began_with_(ResidentBytes()),
      thread_([this](const std::stop_token& stop) { Look(stop); }) {}

Watch::~Watch() {
  thread_.request_stop();
  thread_.join();
}

// Interrupts again and again: the first may come between two tasks of the query that forget it.
void Watch::Look(const std::stop_token& stop) {
  constexpr std::chrono::milliseconds kPause{20};
  const auto deadline = std::chrono::steady_clock::now() + limits_.time;
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock(mutex);
  while (!woken.wait_for(lock, stop, kPause, [&] { return stop.stop_requested(); })) {
    if (stop.stop_requested()) return;
    const std::uint64_t now = limits_.memory == 0 ? 0 : ResidentBytes();
    if (std::chrono::steady_clock::now() > deadline) {
      Passed none = Passed::kNothing;
      passed_.compare_exchange_strong(none, Passed::kTime);
    } else if (now > began_with_ && now - began_with_ > limits_.memory) {
      Passed none = Passed::kNothing;
      passed_.compare_exchange_strong(none, Passed::kMemory);
    }
    if (passed_ != Passed::kNothing) session_.Interrupt();
  }
}

Error Watch::Explain(Error error) const {
  if (error.code() != Code::kCancelled) return error;
  if (passed_ == Passed::kTime) {
    return TooLarge("the query took longer than {} seconds",
                    std::chrono::duration_cast<std::chrono::seconds>(limits_.time).count())
        .Field("query")
        .Mend("Narrow it with WHERE, or raise the setting sql_seconds");
  }
  if (passed_ == Passed::kMemory) {
    return TooLarge("the query took more memory than it may").Field("query").Mend("Narrow it with WHERE");
  }
  return error;
}

Result<Gate::Place> Gate::Enter() {
  if (--free_ >= 0) return Place(this);
  ++free_;
  return Fail(Busy("other queries run at this moment").Mend("Ask again once they have ended"));
}

std::uint64_t ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t pages = 0;
  std::uint64_t resident = 0;
  if (!(file >> pages >> resident)) return 0;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::uint64_t ParseBytes(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, int>, 5> kUnits{
      {{"TiB", 40}, {"GiB", 30}, {"MiB", 20}, {"KiB", 10}, {"bytes", 0}}};
  const std::string number(text);
  const double value = std::strtod(number.c_str(), nullptr);
  for (const auto& [unit, shift] : kUnits) {
    if (text.ends_with(unit) && value > 0)
      return static_cast<std::uint64_t>(value * static_cast<double>(1ULL << shift));
  }
  return 0;
}

}  // namespace weir::explore
