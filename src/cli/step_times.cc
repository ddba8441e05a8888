#include "cli/step_times.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace weir::cli {
namespace {

// Without the words that are nothing but digits.
std::string NameOf(std::string_view stage) {
  std::string name;
  while (!stage.empty()) {
    const std::string_view word = stage.substr(0, stage.find(' '));
    stage.remove_prefix(std::min(stage.size(), word.size() + 1));
    if (word.find_first_not_of("0123456789") == std::string_view::npos) continue;
    if (!name.empty()) name += ' ';
    name += word;
  }
  return name;
}

}  // namespace

StepTimes::StepTimes() : current_("opening"), since_(std::chrono::steady_clock::now()), cpu_since_(std::clock()) {}

void StepTimes::Begin(std::string_view stage) {
  std::string name = NameOf(stage);
  if (name == current_) return;
  EndStep();
  current_ = std::move(name);
}

void StepTimes::EndStep() {
  const auto now = std::chrono::steady_clock::now();
  const std::clock_t cpu_now = std::clock();
  Cost& cost = steps_[current_];
  cost.wall += now - since_;
  cost.cpu_seconds += static_cast<double>(cpu_now - cpu_since_) / CLOCKS_PER_SEC;
  since_ = now;
  cpu_since_ = cpu_now;
}

std::string StepTimes::End() {
  EndStep();
  std::vector<std::pair<std::string, Cost>> steps(steps_.begin(), steps_.end());
  std::ranges::stable_sort(steps, std::ranges::greater{}, [](const auto& step) { return step.second.wall; });
  std::string text = fmt::format("{:>9} {:>9}  {}\n", "seconds", "processor", "step");
  for (const auto& [name, cost] : steps) {
    fmt::format_to(std::back_inserter(text), "{:9.3f} {:9.3f}  {}\n", std::chrono::duration<double>(cost.wall).count(),
                   cost.cpu_seconds, name);
  }
  return text;
}

}  // namespace weir::cli
