#include "engine/jobs.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <new>
#include <random>
#include <thread>
#include <tuple>

#include <spdlog/spdlog.h>

namespace weir::engine {
namespace {

constexpr std::size_t kLanes = 3;

std::size_t IndexOf(JobLane lane) { return static_cast<std::size_t>(lane); }

struct Job {
  JobView view;
  JobWork work;
  JobListener done;
  std::stop_source stop;
  bool is_announced = false;
  bool is_abandoned = false;
  bool is_overdue = false;
  Instant started_at;
  Instant reported_at;
};

using JobPointer = std::shared_ptr<Job>;

// Listeners outlive the runner's lock and may be dropped at any time.
struct Listeners {
  std::mutex mutex;
  std::map<std::uint64_t, std::shared_ptr<const JobListener>> all;
  std::uint64_t next = 1;

  void Tell(const JobView& view) {
    std::vector<std::shared_ptr<const JobListener>> told;
    {
      const std::lock_guard lock(mutex);
      for (const auto& [number, listener] : all) told.push_back(listener);
    }
    for (const auto& listener : told) (*listener)(view);
  }
};

// A view without the result, which may be large.
JobView Brief(const JobView& view) {
  JobView brief = view;
  brief.result = nullptr;
  return brief;
}

Result<std::string> RunGuarded(const JobWork& work, const analysis::Progress& progress, const std::stop_token& stop,
                               const JobView& view) {
  try {
    return work(progress, stop);
  } catch (const std::bad_alloc&) {
    return Fail(TooLarge("there is not enough memory for this"));
  } catch (const std::exception& broken) {
    // What went wrong inside may quote data, so it goes to the log and not to the asker.
    spdlog::error("job {} ({}): {}", view.id, view.title, broken.what());
    return Fail(MakeError(Code::kBug, "something inside Weir is broken; the log tells what, under job {}", view.id));
  }
}

}  // namespace

std::string_view NameOf(JobState state) {
  static constexpr std::array<std::string_view, 5> kNames{"running", "running", "done", "failed", "cancelled"};
  return kNames.at(static_cast<std::size_t>(state));
}

class JobRunner::State {
 public:
  State(JobLimits limits, std::function<Instant()> clock) : limits_(limits), clock_(std::move(clock)) {
    // Ids must not repeat after a restart, and must not be guessed from one another.
    std::random_device device;
    prefix_ = (static_cast<std::uint64_t>(device()) << 32U) | device();
    const std::array<std::size_t, kLanes> threads{limits_.read_threads, limits_.write_threads, limits_.access_threads};
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      for (std::size_t i = 0; i < threads[lane]; ++i) threads_.emplace_back([this, lane] { Serve(lane); });
    }
  }

  ~State() { Stop(); }

  Result<std::string> Start(std::string title, JobLane lane, JobWork work, JobListener done, std::string owner) {
    const auto job = std::make_shared<Job>();
    job->view.title = std::move(title);
    job->view.owner = std::move(owner);
    job->view.lane = lane;
    job->view.stage = MakePhrase("queued");
    job->view.created_at = clock_();
    job->work = std::move(work);
    job->done = std::move(done);
    const std::lock_guard lock(mutex_);
    if (is_stopping_ || queues_[IndexOf(lane)].size() >= limits_.queue) {
      ++counts_.refused;
      return Fail((is_stopping_ ? Busy("the server is stopping") : Busy("too much work is waiting already"))
                      .Mend("Try again in a moment."));
    }
    std::uint64_t mixed = prefix_ ^ (++started_ * 0x9E3779B97F4A7C15ULL);
    mixed = (mixed ^ (mixed >> 31U)) * 0xBF58476D1CE4E5B9ULL;
    job->view.id = fmt::format("{:016x}", mixed ^ (mixed >> 29U));
    jobs_.emplace(job->view.id, job);
    queues_[IndexOf(lane)].push_back(job);
    ready_[IndexOf(lane)].notify_one();
    return job->view.id;
  }

  void Announce(const std::string& id) {
    JobView view;
    {
      const std::lock_guard lock(mutex_);
      const auto found = jobs_.find(id);
      if (found == jobs_.end() || found->second->is_announced) return;
      found->second->is_announced = true;
      view = Brief(found->second->view);
    }
    listeners_->Tell(view);
  }

  void Abandon(const std::string& id) {
    JobPointer job;
    {
      const std::lock_guard lock(mutex_);
      const auto found = jobs_.find(id);
      if (found == jobs_.end()) return;
      job = found->second;
      job->is_abandoned = true;
      if (job->view.is_finished()) jobs_.erase(found);
    }
    std::ignore = Cancel(id);
  }

  Status Cancel(const std::string& id) {
    JobPointer job;
    bool was_queued = false;
    {
      const std::lock_guard lock(mutex_);
      const auto found = jobs_.find(id);
      if (found == jobs_.end()) return Fail(NotFound("there is no job {}", id));
      job = found->second;
      if (job->view.is_finished()) return Fail(Conflict("the job {} has finished already", id));
      auto& queue = queues_[IndexOf(job->view.lane)];
      was_queued = std::erase(queue, job) > 0;
    }
    job->stop.request_stop();
    if (was_queued) Finish(job, Fail(Cancelled("the job was cancelled before it began")));
    return {};
  }

  std::optional<JobView> Find(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    const auto found = jobs_.find(id);
    if (found == jobs_.end() || found->second->is_abandoned) return std::nullopt;
    return found->second->view;
  }

  std::vector<JobView> List() const {
    std::vector<JobView> views;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& [id, job] : jobs_) {
        if (job->is_announced && !job->is_abandoned) views.push_back(Brief(job->view));
      }
    }
    std::ranges::sort(views, [](const JobView& a, const JobView& b) {
      return a.created_at != b.created_at ? a.created_at > b.created_at : a.id < b.id;
    });
    return views;
  }

  std::shared_ptr<void> Listen(JobListener listener) {
    const std::lock_guard lock(listeners_->mutex);
    const std::uint64_t number = listeners_->next++;
    listeners_->all.emplace(number, std::make_shared<const JobListener>(std::move(listener)));
    return {nullptr, [number, listeners = std::weak_ptr(listeners_)](void*) {
              const auto alive = listeners.lock();
              if (!alive) return;
              const std::lock_guard inner(alive->mutex);
              alive->all.erase(number);
            }};
  }

  void Sweep() {
    const Instant now = clock_();
    std::vector<JobPointer> overdue;
    std::unique_lock lock(mutex_);
    for (const auto& [id, job] : jobs_) {
      const bool runs = job->view.state == JobState::kRunning && job->view.lane == JobLane::kRead;
      if (!runs || now.micros - job->started_at.micros <= limits_.read_micros) continue;
      job->is_overdue = true;
      overdue.push_back(job);
    }
    DropOld(now);
    // Callbacks of the token may ask the runner, so the lock goes first.
    lock.unlock();
    for (const JobPointer& job : overdue) job->stop.request_stop();
  }

  void Stop() {
    std::vector<JobPointer> waiting;
    std::vector<JobPointer> all;
    {
      const std::lock_guard lock(mutex_);
      is_stopping_ = true;
      for (auto& queue : queues_) {
        waiting.insert(waiting.end(), queue.begin(), queue.end());
        queue.clear();
      }
      for (const auto& [id, job] : jobs_) all.push_back(job);
      for (auto& ready : ready_) ready.notify_all();
    }
    for (const JobPointer& job : all) job->stop.request_stop();
    for (const JobPointer& job : waiting) Finish(job, Fail(Cancelled("the server is stopping")));
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

  Counts Count() const {
    const std::lock_guard lock(mutex_);
    Counts counts = counts_;
    for (const auto& queue : queues_) counts.queued += queue.size();
    return counts;
  }

 private:
  // The life of one thread.
  void Serve(std::size_t lane) {
    for (;;) {
      JobPointer job;
      {
        std::unique_lock lock(mutex_);
        ready_[lane].wait(lock, [&] { return is_stopping_ || !queues_[lane].empty(); });
        if (queues_[lane].empty()) return;
        job = queues_[lane].front();
        queues_[lane].pop_front();
        job->view.state = JobState::kRunning;
        job->view.stage = {};
        job->started_at = clock_();
        ++counts_.running;
      }
      auto result = RunGuarded(
          job->work, [&](const Phrase& stage, double fraction) { Report(*job, stage, fraction); },
          job->stop.get_token(), job->view);
      {
        const std::lock_guard lock(mutex_);
        --counts_.running;
      }
      Finish(job, std::move(result));
    }
  }

  void Report(Job& job, const Phrase& stage, double fraction) {
    JobView view;
    {
      const std::lock_guard lock(mutex_);
      const bool is_new_stage = job.view.stage.text != stage.text;
      job.view.stage = stage;
      job.view.fraction = fraction < 0.0 ? std::nullopt : std::optional(std::min(fraction, 1.0));
      if (!job.is_announced) return;
      const Instant now = clock_();
      if (!is_new_stage && now.micros - job.reported_at.micros < limits_.report_micros) return;
      job.reported_at = now;
      view = Brief(job.view);
    }
    listeners_->Tell(view);
  }

  void Finish(const JobPointer& job, Result<std::string> result) {
    JobView view;
    bool is_told = false;
    // What the work and the callback hold (descriptors, uploads) is let go as soon as it is over, outside the lock.
    JobListener done;
    JobWork work;
    {
      const std::lock_guard lock(mutex_);
      const Instant now = clock_();
      job->view.finished_at = now;
      if (!result && job->is_overdue && result.error().code() == Code::kCancelled) {
        result =
            Fail(TooLarge("the answer took longer than {} s and was given up", limits_.read_micros / kMicrosPerSecond)
                     .Mend("Ask for a shorter period or fewer dimensions."));
      }
      if (result) {
        job->view.state = JobState::kDone;
        job->view.fraction = 1.0;
        job->view.result = std::make_shared<const std::string>(std::move(*result));
        ++counts_.done;
      } else if (result.error().code() == Code::kCancelled) {
        job->view.state = JobState::kCancelled;
        job->view.error = std::move(result).error();
        ++counts_.cancelled;
      } else {
        job->view.state = JobState::kFailed;
        job->view.error = std::move(result).error();
        ++counts_.failed;
      }
      std::swap(work, job->work);
      std::swap(done, job->done);
      is_told = job->is_announced && !job->is_abandoned;
      view = job->view;
      if (job->is_abandoned) jobs_.erase(job->view.id);
      DropOld(now);
    }
    if (done) done(view);
    if (is_told) listeners_->Tell(Brief(view));
  }

  // Finished jobs beyond the limits go, the oldest first.
  void DropOld(Instant now) {
    std::vector<const Job*> finished;
    for (const auto& [id, job] : jobs_) {
      if (job->view.is_finished()) finished.push_back(job.get());
    }
    std::ranges::sort(finished, [](const Job* a, const Job* b) {
      if (a->view.finished_at != b->view.finished_at) return a->view.finished_at > b->view.finished_at;
      return a->view.id < b->view.id;
    });
    std::size_t bytes = 0;
    for (std::size_t at = 0; at < finished.size(); ++at) {
      const JobView& view = finished[at]->view;
      bytes += view.result ? view.result->size() : 0;
      const bool is_old = now.micros - view.finished_at.micros > limits_.kept_micros;
      // The newest stays whatever its size: somebody is about to ask for it.
      if (is_old || at >= limits_.kept || (at > 0 && bytes > limits_.kept_bytes)) {
        const std::string id = view.id;
        jobs_.erase(id);
      }
    }
  }

  const JobLimits limits_;
  const std::function<Instant()> clock_;
  std::uint64_t prefix_ = 0;
  std::shared_ptr<Listeners> listeners_ = std::make_shared<Listeners>();

  mutable std::mutex mutex_;
  std::array<std::condition_variable, kLanes> ready_;
  std::array<std::deque<JobPointer>, kLanes> queues_;
  std::map<std::string, JobPointer> jobs_;
  std::uint64_t started_ = 0;
  bool is_stopping_ = false;
  Counts counts_;
  std::vector<std::thread> threads_;
};

JobRunner::JobRunner(JobLimits limits, std::function<Instant()> clock)
    : state_(std::make_unique<State>(limits, std::move(clock))) {}
JobRunner::~JobRunner() = default;

Result<std::string> JobRunner::Start(std::string title, JobLane lane, JobWork work, JobListener done,
                                     std::string owner) {
  return state_->Start(std::move(title), lane, std::move(work), std::move(done), std::move(owner));
}
void JobRunner::Announce(const std::string& id) { state_->Announce(id); }
void JobRunner::Abandon(const std::string& id) { state_->Abandon(id); }
Status JobRunner::Cancel(const std::string& id) { return state_->Cancel(id); }
std::optional<JobView> JobRunner::Find(const std::string& id) const { return state_->Find(id); }
std::vector<JobView> JobRunner::List() const { return state_->List(); }
std::shared_ptr<void> JobRunner::Listen(JobListener listener) { return state_->Listen(std::move(listener)); }
void JobRunner::Sweep() { state_->Sweep(); }
void JobRunner::Stop() { state_->Stop(); }
JobRunner::Counts JobRunner::Count() const { return state_->Count(); }

}  // namespace weir::engine
