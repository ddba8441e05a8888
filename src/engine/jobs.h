// Runs work in the background: a bounded number of threads, a bounded queue, progress, cancellation, and results that
// are kept for a while for whoever asks later. Reading and changing have threads of their own, so that a long import
// never keeps a page from its numbers.
//
// All functions are safe from any thread. Callbacks run on the thread that caused them, with no lock held.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/context.h"
#include "base/result.h"
#include "base/time.h"

namespace weir::engine {

enum class JobState : std::uint8_t { kQueued, kRunning, kDone, kFailed, kCancelled };
// "running" for a queued one too: whoever waits sees no difference but the stage.
std::string_view NameOf(JobState state);

// kAccess: what concerns signing in and accounts. It waits neither for questions nor for imports.
enum class JobLane : std::uint8_t { kRead, kWrite, kAccess };

// What is seen of a job at one moment.
struct JobView {
  std::string id = {};
  std::string title = {};
  std::string owner = {};  // the user for whom it works; its result is for nobody else
  JobLane lane = JobLane::kRead;
  JobState state = JobState::kQueued;
  Phrase stage = {};
  std::optional<double> fraction = {};  // 0..1; absent while unknown
  Instant created_at = {};
  Instant finished_at = {};                        // once finished
  std::shared_ptr<const std::string> result = {};  // a JSON document, once done
  std::optional<Error> error = {};                 // once failed or cancelled

  bool is_finished() const { return state >= JobState::kDone; }
};

struct JobLimits {
  std::size_t read_threads = 2;
  std::size_t write_threads = 1;
  std::size_t access_threads = 1;
  std::size_t queue = 64;                           // of each lane
  std::size_t kept = 100;                           // finished jobs
  std::size_t kept_bytes = std::size_t{256} << 20;  // of their results
  std::int64_t kept_micros = 15 * 60 * kMicrosPerSecond;
  std::int64_t read_micros = 10 * 60 * kMicrosPerSecond;  // a reading job that runs longer is cancelled by Sweep
  std::int64_t report_micros = 100'000;                   // listeners hear of progress no more often than this
};

// Gives the JSON document that is the job's result.
using JobWork = std::function<Result<std::string>(const analysis::Progress& progress, std::stop_token stop)>;
using JobListener = std::function<void(const JobView& view)>;

class JobRunner {
 public:
  // `clock` gives the time for stamps and for how long results are kept; nothing else depends on it.
  explicit JobRunner(JobLimits limits = {}, std::function<Instant()> clock = WallClockNow);
  ~JobRunner();  // as Stop
  JobRunner(const JobRunner&) = delete;
  JobRunner& operator=(const JobRunner&) = delete;

  // Queues the work; kBusy when the queue of the lane is full or the runner is stopping. `done` is called once, when
  // the job has finished. A job is quiet until Announce: listeners do not hear of it.
  Result<std::string> Start(std::string title, JobLane lane, JobWork work, JobListener done = {},
                            std::string owner = {});
  // Lets listeners hear of the job from now on, and keeps its result for a later Find.
  void Announce(const std::string& id);
  // Nobody will ask for this job again: it is cancelled if it has not finished, and dropped.
  void Abandon(const std::string& id);
  // The stop token of the job is stopped; a queued job finishes at once. kNotFound, or kConflict once finished.
  Status Cancel(const std::string& id);

  std::optional<JobView> Find(const std::string& id) const;
  // Announced jobs, the newest first, without their results.
  std::vector<JobView> List() const;
  // Hears of every change of announced jobs, until the token is dropped.
  [[nodiscard]] std::shared_ptr<void> Listen(JobListener listener);

  // Drops results that are too old or too many, and cancels reading jobs that run too long. To be called now and then.
  void Sweep();
  // Cancels everything and waits for the running work to notice. Later Starts fail.
  void Stop();

  struct Counts {
    std::size_t queued = 0;
    std::size_t running = 0;
    std::uint64_t done = 0;
    std::uint64_t failed = 0;
    std::uint64_t cancelled = 0;
    std::uint64_t refused = 0;
  };
  Counts Count() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace weir::engine
