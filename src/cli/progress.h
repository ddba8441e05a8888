// Shows on standard error how far long work is: one line that rewrites itself on a terminal, a line a stage elsewhere.
// With --timings it ends with what each step took.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/context.h"
#include "base/russian.h"
#include "cli/globals.h"
#include "cli/step_times.h"

namespace weir::cli {

class ProgressLine {
 public:
  explicit ProgressLine(const Globals& globals);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  analysis::Progress Callback();
  // Removes the line, so that results start clean, and tells the times.
  void Clear();

 private:
  void Show(const std::string& stage, double fraction);

  bool is_quiet_;
  Language language_;
  bool is_terminal_;
  bool is_shown_ = false;
  std::string last_stage_;
  std::chrono::steady_clock::time_point last_shown_;
  std::optional<StepTimes> times_;
};

}  // namespace weir::cli
