#include "store/workers.h"

namespace weir::store {
namespace {

// Longer than a statement takes that reads the rows of one record, planning included.
constexpr std::chrono::milliseconds kPatience{20};

}  // namespace

// One time of helping: workers take any task of the store until it is finished.
class Workers::Help {
 public:
  explicit Help(duckdb_database database) : state_(duckdb_create_task_state(database)) {}
  Help(const Help&) = delete;
  Help& operator=(const Help&) = delete;
  ~Help() { duckdb_destroy_task_state(state_); }
  void Work() { duckdb_execute_tasks_state(state_); }
  void Finish() { duckdb_finish_execution(state_); }

 private:
  duckdb_task_state state_;
};

Workers::Statement::Statement(Workers* workers) : workers_(workers) {
  if (workers_ == nullptr) return;
  const std::lock_guard lock(workers_->mutex_);
  began_ = workers_->running_.insert(workers_->running_.end(), Clock::now());
  if (workers_->running_.size() == 1) workers_->changed_.notify_all();
}

Workers::Statement::~Statement() {
  if (workers_ == nullptr) return;
  const std::lock_guard lock(workers_->mutex_);
  workers_->running_.erase(began_);
  if (workers_->help_ == nullptr || workers_->IsHelpDue()) return;
  workers_->help_->Finish();
  workers_->help_.reset();
}

Workers::Workers(duckdb_database database, int count) : database_(database) {
  threads_.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) threads_.emplace_back([this, i] { Work(i == 0); });
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
    if (help_ != nullptr) help_->Finish();
    help_.reset();
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool Workers::IsHelpDue() const { return !running_.empty() && Clock::now() - running_.front() >= kPatience; }

// One of the workers watches the time; the others wait for its call.
void Workers::Work(bool is_watch) {
  std::unique_lock lock(mutex_);
  while (!is_over_) {
    if (is_watch && help_ == nullptr && IsHelpDue()) {
      help_ = std::make_shared<Help>(database_);
      changed_.notify_all();
    }
    if (const std::shared_ptr<Help> help = help_) {
      lock.unlock();
      help->Work();
      lock.lock();
    } else if (is_watch && !running_.empty()) {
      changed_.wait_until(lock, running_.front() + kPatience);
    } else {
      changed_.wait(lock);
    }
  }
}

}  // namespace weir::store
