// What each step of long work took, from what its progress says. A step lasts until the next one begins, so that what
// says nothing of itself counts to the step before it.
#pragma once

#include <chrono>
#include <ctime>
#include <map>
#include <string>
#include <string_view>

namespace weir::cli {

class StepTimes {
 public:
  StepTimes();

  // A step of this name begins, or goes on. Counts in the name are of no matter: "a.csv: read 10 rows" and "a.csv: read
  // 20 rows" are one step.
  void Begin(std::string_view stage);
  // Ends the last step. One line a step: seconds, seconds of all processors, name; those that took longest first.
  std::string End();

 private:
  struct Cost {
    std::chrono::steady_clock::duration wall{};
    double cpu_seconds = 0;
  };

  void EndStep();

  std::map<std::string, Cost> steps_;
  std::string current_;
  std::chrono::steady_clock::time_point since_;
  std::clock_t cpu_since_;
};

}  // namespace weir::cli
