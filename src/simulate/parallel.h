// Work shared out among threads: which thread does what never shows in the result.
#pragma once

#include <cstddef>
#include <functional>

namespace weir::simulate {

// Threads to use where so many are wanted; 0 asks for one for each core.
int ThreadCount(int wanted);

// Calls work(0) .. work(count - 1), each once, on so many threads, and returns when all are done. The first exception
// is thrown on. What the calls write must be apart.
void ForEach(int threads, std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace weir::simulate
