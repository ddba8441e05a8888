// Work shared out among threads: which thread does what never shows in the result.
#pragma once

#include <cstddef>
#include <functional>

namespace weir {

class Executor {
 public:
  // So many threads at once, the caller's among them; 0 asks for one for each core.
  explicit Executor(int threads = 0);

  int threads() const { return threads_; }

  // Calls work(0) .. work(count - 1), each once, and returns when all are done. The first exception is thrown on. What
  // the calls write must be apart. Costs the start of the threads, some 20 us each.
  void ForEach(std::size_t count, const std::function<void(std::size_t)>& work) const;
  // The same over pieces of 0 .. count - 1 of `piece` items: work(begin, end).
  void ForPieces(std::size_t count, std::size_t piece, const std::function<void(std::size_t, std::size_t)>& work) const;

 private:
  int threads_;
};

}  // namespace weir
