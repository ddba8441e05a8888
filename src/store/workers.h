// Threads that help with statements that take long. Private to store/.
//
// The library's own threads take part in every statement: of one that reads a few rows each pipeline is handed from one
// thread to another, which takes longer than its work. Here the thread that asks works alone, and is joined by the
// others once its statement has run for some milliseconds. The store is opened with all its threads declared as ours
// ("external"), so that the library starts none.
#pragma once

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

#include "store/duckdb_types.h"

namespace weir::store {

class Workers {
 public:
  // Longer than a statement takes that reads the rows of one record, planning included.
  static constexpr std::chrono::milliseconds kPatience{20};

  // At most so many threads: fewer where the system gives no more. They come to a statement once it has run for
  // `patience`. Statements end before the workers, and the workers before the database.
  Workers(duckdb_database database, int count, std::chrono::milliseconds patience = kPatience);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers();

  // A statement, from before it is planned until its last row is read; none without workers.
  class Statement {
   public:
    explicit Statement(Workers* workers);
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement();

   private:
    Workers* workers_;
    std::list<std::chrono::steady_clock::time_point>::iterator began_;
  };

 private:
  using Clock = std::chrono::steady_clock;

  void Work(bool is_watch);
  bool IsHelpDue() const;

  duckdb_database database_;
  const std::chrono::milliseconds patience_;
  std::mutex mutex_;
  std::condition_variable began_;   // of the watch, which sleeps while nothing runs
  std::condition_variable called_;  // of the others
  bool is_watch_asleep_ = false;
  bool is_called_ = false;  // a statement runs that takes long: workers take any task of the store
  bool is_over_ = false;
  std::list<Clock::time_point> running_;  // when each statement began, the oldest first
  std::vector<std::thread> threads_;
};

}  // namespace weir::store
