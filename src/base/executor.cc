#include "base/executor.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace weir {

Executor::Executor(int threads)
    : threads_(threads > 0 ? threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()))) {}

void Executor::ForEach(std::size_t count, const std::function<void(std::size_t)>& work) const {
  const std::size_t workers = std::min(count, static_cast<std::size_t>(threads_));
  if (workers <= 1) {
    for (std::size_t i = 0; i < count; ++i) work(i);
    return;
  }
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr first;
  const auto run = [&] {
    try {
      for (std::size_t i = next++; i < count; i = next++) work(i);
    } catch (...) {
      next = count;
      const std::lock_guard lock(mutex);
      if (!first) first = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (std::size_t i = 1; i < workers; ++i) helpers.emplace_back(run);
    run();
  }
  if (first) std::rethrow_exception(first);
}

void Executor::ForPieces(std::size_t count, std::size_t piece,
                         const std::function<void(std::size_t, std::size_t)>& work) const {
  ForEach((count + piece - 1) / piece, [&](std::size_t i) { work(i * piece, std::min(count, (i + 1) * piece)); });
}

}  // namespace weir
