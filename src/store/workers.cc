#include "store/workers.h"

#include <functional>
#include <optional>
#include <system_error>
#include <utility>

namespace weir::store {
namespace {

// After so many tasks, or when there is none for some milliseconds, a worker looks whether its help is still wanted.
constexpr idx_t kTasksAtOnce = 64;

// Nothing where the system has no more threads to give.
std::optional<std::thread> Start(std::function<void()> work) {
  try {
    return std::thread(std::move(work));
  } catch (const std::system_error&) {
    return std::nullopt;
  }
}

}  // namespace

Workers::Statement::Statement(Workers* workers) : workers_(workers) {
  if (workers_ == nullptr) return;
  const std::lock_guard lock(workers_->mutex_);
  began_ = workers_->running_.insert(workers_->running_.end(), Clock::now());
  if (workers_->is_watch_asleep_) workers_->began_.notify_one();
}

Workers::Statement::~Statement() {
  if (workers_ == nullptr) return;
  const std::lock_guard lock(workers_->mutex_);
  workers_->running_.erase(began_);
  if (!workers_->IsHelpDue()) workers_->is_called_ = false;
}

Workers::Workers(duckdb_database database, int count, std::chrono::milliseconds patience)
    : database_(database), patience_(patience) {
  threads_.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    std::optional<std::thread> thread = Start([this, i] { Work(i == 0); });
    if (!thread) break;
    threads_.push_back(std::move(*thread));
  }
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  began_.notify_all();
  called_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool Workers::IsHelpDue() const { return !running_.empty() && Clock::now() - running_.front() >= patience_; }

// One of the workers watches the time; the others wait for its call. At the end of its patience the watch sleeps until
// the next statement: twenty short ones wake it once.
void Workers::Work(bool is_watch) {
  std::unique_lock lock(mutex_);
  while (!is_over_) {
    if (is_watch && !is_called_ && IsHelpDue()) {
      is_called_ = true;
      called_.notify_all();
    }
    if (is_called_) {
      lock.unlock();
      duckdb_execute_tasks(database_, kTasksAtOnce);  // waits for one a few milliseconds, not for ever
      lock.lock();
    } else if (!is_watch) {
      called_.wait(lock);
    } else if (!running_.empty()) {
      began_.wait_until(lock, running_.front() + patience_);
    } else {
      is_watch_asleep_ = true;
      began_.wait(lock);
      is_watch_asleep_ = false;
    }
  }
}

}  // namespace weir::store
