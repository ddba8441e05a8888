#include "cli/mine_command.h"

#include <chrono>
#include <utility>

#include <fmt/core.h>

#include "base/executor.h"
#include "cli/mine_output.h"
#include "cli/progress.h"
#include "journey/log/log_doubts.h"
#include "journey/log/sorted_log.h"

namespace weir::cli {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point since) { return std::chrono::duration<double>(Clock::now() - since).count(); }

Status Mine(const journey::EventLog& log, const Executor& executor, Mined* mined) {
  WEIR_TRY(const journey::SortedLog sorted,
           journey::Sorted(log.case_of, log.activity_of, log.at, static_cast<std::uint32_t>(log.case_names.size()),
                           static_cast<std::uint32_t>(log.activity_names.size()), executor));
  WEIR_TRY(mined->graph, journey::DirectlyFollowsOf(sorted, executor));
  WEIR_TRY(mined->times, journey::TimesOf(sorted, mined->graph, executor));
  WEIR_TRY(mined->variants, journey::VariantsOf(sorted, executor));
  std::vector<journey::Micros> durations;
  for (std::size_t id = 0; id < sorted.cases(); ++id) {
    const std::uint32_t begin = sorted.begin_of_case[id];
    const std::uint32_t end = sorted.begin_of_case[id + 1];
    if (begin < end) durations.push_back(sorted.at[end - 1] - sorted.at[begin]);
  }
  mined->durations = journey::SummaryOf(durations);
  mined->doubts = journey::DoubtsOf(log, sorted);
  return {};
}

Status RunCommand(const Globals& globals, const MineCommandOptions& options, MineInput* input, Mined* mined) {
  ProgressLine line(globals);
  const analysis::Progress show = line.Callback();
  const Clock::time_point began = Clock::now();
  WEIR_TRY(*input, ReadMineInput(options.input, show));
  mined->read_seconds = SecondsSince(began);
  mined->top = options.top_variants;
  show(MakePhrase("mining {} events", input->reading.log.size()), -1);
  const Clock::time_point read = Clock::now();
  WEIR_TRY(Mine(input->reading.log, Executor(globals.threads), mined));
  mined->seconds = SecondsSince(read);
  line.Clear();
  return {};
}

}  // namespace

int RunMine(const Globals& globals, const MineCommandOptions& options) {
  // Said before work is done for nothing.
  if (const Status known = CheckMineTable(globals.table); !known) return PrintError(globals, known.error());
  MineInput input;
  Mined mined;
  if (const Status done = RunCommand(globals, options, &input, &mined); !done) {
    return PrintError(globals, done.error());
  }
  if (globals.format == "json") {
    fmt::print("{}\n", MineJson(input, mined));
    return 0;
  }
  return Print(globals, MineAnswer(input, mined, LanguageNamed(globals.Language())));
}

}  // namespace weir::cli
