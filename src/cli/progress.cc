#include "cli/progress.h"

#include <unistd.h>

#include <algorithm>

#include <fmt/core.h>

namespace weir::cli {
namespace {

constexpr std::chrono::milliseconds kEvery{100};

// As much as fits a line, in whole letters of UTF-8.
std::string_view BeginningOf(std::string_view stage) {
  std::size_t end = std::min<std::size_t>(stage.size(), 100);
  while (end < stage.size() && end > 0 && (static_cast<unsigned char>(stage[end]) & 0xC0U) == 0x80U) --end;
  return stage.substr(0, end);
}

}  // namespace

ProgressLine::ProgressLine(const Globals& globals)
    : is_quiet_(globals.is_quiet),
      language_(LanguageNamed(globals.Language())),
      is_terminal_(::isatty(STDERR_FILENO) == 1) {
  if (globals.tells_times) times_.emplace();
}

ProgressLine::~ProgressLine() { Clear(); }

void ProgressLine::Clear() {
  if (is_shown_) fmt::print(stderr, "\r\x1b[K");
  is_shown_ = false;
  if (times_) fmt::print(stderr, "{}", times_->End());
  times_.reset();
}

analysis::Progress ProgressLine::Callback() {
  return [this](const Phrase& stage, double fraction) { Show(SayIn(language_, stage), fraction); };
}

void ProgressLine::Show(const std::string& stage, double fraction) {
  if (times_) times_->Begin(stage);
  if (is_quiet_) return;
  const auto now = std::chrono::steady_clock::now();
  if (is_terminal_) {
    if (is_shown_ && now - last_shown_ < kEvery) return;
    last_shown_ = now;
    const std::string share =
        fraction >= 0.0 ? fmt::format("{:3.0f} % ", std::clamp(fraction, 0.0, 1.0) * 100.0) : "      ";
    fmt::print(stderr, "\r\x1b[K{}{}", share, BeginningOf(stage));
    is_shown_ = true;
    return;
  }
  // In a log the stage is what counts: "deals.csv: read 2048 rows" is the stage of that file.
  const std::string name(stage.substr(0, stage.find(':')));
  if (name == last_stage_) return;
  last_stage_ = name;
  fmt::print(stderr, "{}\n", name);
}

}  // namespace weir::cli
