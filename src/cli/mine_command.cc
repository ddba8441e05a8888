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

// Seconds since the last call.
class Lap {
 public:
  double Take() { return SecondsSince(std::exchange(began_, Clock::now())); }

 private:
  Clock::time_point began_ = Clock::now();
};

Status Mine(const journey::EventLog& log, const Executor& executor, Mined* mined) {
  Lap lap;
  WEIR_TRY(const journey::SortedLog sorted,
           journey::Sorted(log.case_of, log.activity_of, log.at, static_cast<std::uint32_t>(log.case_names.size()),
                           static_cast<std::uint32_t>(log.activity_names.size()), executor));
  mined->timings.sort = lap.Take();
  WEIR_TRY(mined->graph, journey::DirectlyFollowsOf(sorted, executor));
  mined->timings.follows = lap.Take();
  WEIR_TRY(mined->times, journey::TimesOf(sorted, mined->graph, executor));
  mined->timings.times = lap.Take();
  WEIR_TRY(mined->variants, journey::VariantsOf(sorted, executor));
  mined->timings.variants = lap.Take();
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

// Nothing where no model is asked for.
std::optional<MineModelOptions> ModelOf(const MineCommandOptions& options) {
  if (!options.miner && !options.noise && !options.checks_conformance && options.out.empty()) return std::nullopt;
  MineModelOptions model{.checks_conformance = options.checks_conformance, .out = options.out};
  if (options.miner) model.miner = *options.miner;
  if (options.noise) model.noise = *options.noise;
  return model;
}

Status RunCommand(const Globals& globals, const MineCommandOptions& options, MineInput* input, Mined* mined) {
  mined->asked = ModelOf(options);
  if (mined->asked) WEIR_TRY(CheckMineModel(*mined->asked));
  ProgressLine line(globals);
  const analysis::Progress show = line.Callback();
  const Clock::time_point began = Clock::now();
  WEIR_TRY(*input, ReadMineInput(options.input, show));
  mined->read_seconds = SecondsSince(began);
  mined->top = options.top_variants;
  show(MakePhrase("mining {} events", input->reading.log.size()), -1);
  const Clock::time_point read = Clock::now();
  const journey::EventLog& log = input->reading.log;
  WEIR_TRY(Mine(log, Executor(globals.threads), mined));
  mined->seconds = SecondsSince(read);
  if (mined->asked) {
    show(MakePhrase("looking for a model of {} variants", mined->variants.size()), -1);
    WEIR_TRY(mined->model, MineModel(log, mined->variants, *mined->asked, Executor(globals.threads)));
    if (!mined->asked->out.empty()) WEIR_TRY(WriteMinedModel(log, *mined->model, mined->asked->out));
  }
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
