#include "engine/jobs.h"

#include <atomic>
#include <condition_variable>
#include <latch>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::engine {
namespace {

using ::testing::HasSubstr;

// A job that says that it runs, and ends when it is let go or stopped.
class Gate {
 public:
  JobWork Work() {
    return [this](const analysis::Progress&, std::stop_token stop) -> Result<std::string> {
      std::unique_lock lock(mutex_);
      ++running_;
      changed_.notify_all();
      changed_.wait(lock, stop, [&] { return is_open_; });
      if (stop.stop_requested()) return Fail(Cancelled("stopped"));
      return std::string("{}");
    };
  }
  void AwaitRunning(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return running_ >= count; });
  }
  void Open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  int running_ = 0;
  bool is_open_ = false;
};

// Collects the views that a callback is given.
class Heard {
 public:
  JobListener Listener() {
    return [this](const JobView& view) {
      const std::lock_guard lock(mutex_);
      views_.push_back(view);
      changed_.notify_all();
    };
  }
  std::vector<JobView> Await(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return views_.size() >= count; });
    return views_;
  }
  std::size_t size() {
    const std::lock_guard lock(mutex_);
    return views_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<JobView> views_;
};

// Time that stands still until it is moved.
struct Clock {
  std::atomic<std::int64_t> micros{1};
  std::function<Instant()> Reader() {
    return [this] { return Instant{micros.load()}; };
  }
};

TEST(JobsTest, GivesTheResultToDoneAndToFind) {
  Heard heard;
  JobRunner runner;
  const auto id = runner.Start(
      "answer", JobLane::kRead, [](const auto&, auto) -> Result<std::string> { return std::string("42"); },
      heard.Listener());
  ASSERT_TRUE(id);
  const JobView view = heard.Await(1).front();
  EXPECT_EQ(view.state, JobState::kDone);
  EXPECT_EQ(*view.result, "42");
  EXPECT_EQ(*runner.Find(*id)->result, "42");
  EXPECT_EQ(runner.Count().done, 1U);
}

TEST(JobsTest, FailureKeepsItsError) {
  Heard heard;
  JobRunner runner;
  ASSERT_TRUE(runner.Start(
      "x", JobLane::kRead, [](const auto&, auto) -> Result<std::string> { return Fail(BadInput("no").Field("from")); },
      heard.Listener()));
  const JobView view = heard.Await(1).front();
  EXPECT_EQ(view.state, JobState::kFailed);
  EXPECT_EQ(view.error->field(), "from");
}

TEST(JobsTest, ABugBecomesAnErrorThatTellsNothing) {
  Heard heard;
  JobRunner runner;
  ASSERT_TRUE(runner.Start(
      "x", JobLane::kRead, [](const auto&, auto) -> Result<std::string> { throw Bug("ann@acme.com in row 3"); },
      heard.Listener()));
  const JobView view = heard.Await(1).front();
  EXPECT_EQ(view.error->code(), Code::kBug);
  EXPECT_THAT(view.error->message(), HasSubstr(view.id));
  EXPECT_THAT(view.error->message(), Not(HasSubstr("acme")));
}

TEST(JobsTest, AFullQueueIsBusy) {
  Gate gate;
  JobRunner runner({.read_threads = 1, .queue = 2});
  ASSERT_TRUE(runner.Start("runs", JobLane::kRead, gate.Work()));
  gate.AwaitRunning(1);
  ASSERT_TRUE(runner.Start("waits", JobLane::kRead, gate.Work()));
  ASSERT_TRUE(runner.Start("waits", JobLane::kRead, gate.Work()));
  const auto refused = runner.Start("too much", JobLane::kRead, gate.Work());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kBusy);
  EXPECT_EQ(runner.Count().queued, 2U);
  EXPECT_EQ(runner.Count().refused, 1U);
  gate.Open();
}

TEST(JobsTest, ChangingDoesNotHoldUpReading) {
  Gate gate;
  Heard heard;
  JobRunner runner({.read_threads = 1});
  ASSERT_TRUE(runner.Start("import", JobLane::kWrite, gate.Work()));
  ASSERT_TRUE(runner.Start("import", JobLane::kWrite, gate.Work()));
  gate.AwaitRunning(1);
  ASSERT_TRUE(runner.Start(
      "read", JobLane::kRead, [](const auto&, auto) -> Result<std::string> { return std::string("1"); },
      heard.Listener()));
  EXPECT_EQ(heard.Await(1).front().state, JobState::kDone);
  gate.Open();
}

TEST(JobsTest, CancelStopsRunningAndQueuedWork) {
  Gate gate;
  Heard heard;
  JobRunner runner({.read_threads = 1});
  const auto running = runner.Start("runs", JobLane::kRead, gate.Work(), heard.Listener());
  gate.AwaitRunning(1);
  const auto queued = runner.Start("waits", JobLane::kRead, gate.Work(), heard.Listener());
  EXPECT_TRUE(runner.Cancel(*queued));
  EXPECT_TRUE(runner.Cancel(*running));
  const auto views = heard.Await(2);
  EXPECT_EQ(views[0].id, *queued);
  EXPECT_EQ(views[0].state, JobState::kCancelled);
  EXPECT_EQ(views[1].state, JobState::kCancelled);
  EXPECT_EQ(runner.Cancel(*running).error().code(), Code::kConflict);
  EXPECT_EQ(runner.Cancel("nothing").error().code(), Code::kNotFound);
}

TEST(JobsTest, ListenersHearOfAnnouncedJobsOnly) {
  Heard heard;
  Gate gate;
  Heard done;
  JobRunner runner;
  const auto token = runner.Listen(heard.Listener());
  ASSERT_TRUE(runner.Start(
      "quiet", JobLane::kRead, [](const auto&, auto) -> Result<std::string> { return std::string("1"); },
      done.Listener()));
  done.Await(1);
  EXPECT_EQ(heard.size(), 0U);

  const auto loud = runner.Start("loud", JobLane::kRead, gate.Work());
  runner.Announce(*loud);
  gate.Open();
  const auto views = heard.Await(2);
  EXPECT_EQ(views.back().id, *loud);
  EXPECT_EQ(views.back().state, JobState::kDone);
  EXPECT_EQ(views.back().result, nullptr);
  ASSERT_EQ(runner.List().size(), 1U);
  EXPECT_EQ(runner.List().front().title, "loud");
}

TEST(JobsTest, ADroppedListenerHearsNothing) {
  Heard heard;
  Heard done;
  JobRunner runner;
  auto token = runner.Listen(heard.Listener());
  token.reset();
  const auto id = runner.Start(
      "x", JobLane::kRead, [](const auto&, auto) -> Result<std::string> { return std::string("1"); }, done.Listener());
  runner.Announce(*id);
  done.Await(1);
  EXPECT_EQ(heard.size(), 0U);
}

TEST(JobsTest, ProgressIsToldByStageAndNotTooOften) {
  Heard heard;
  std::latch announced(1);
  Clock clock;
  JobRunner runner({.report_micros = 100}, clock.Reader());
  const auto token = runner.Listen(heard.Listener());
  const auto id = runner.Start("import", JobLane::kWrite, [&](const auto& progress, auto) -> Result<std::string> {
    announced.wait();
    for (int i = 0; i < 1000; ++i) progress(AsIs("reading"), i / 1000.0);
    clock.micros += 200;
    progress(AsIs("reading"), 2.0);
    progress(AsIs("building"), -1.0);
    return std::string("1");
  });
  runner.Announce(*id);
  announced.count_down();
  const auto views = heard.Await(5);  // announced, reading, reading later, building, done
  ASSERT_EQ(views.size(), 5U);
  EXPECT_EQ(views[1].stage.text, "reading");
  EXPECT_EQ(views[2].fraction, 1.0);
  EXPECT_EQ(views[3].stage.text, "building");
  EXPECT_EQ(views[3].fraction, std::nullopt);
  EXPECT_EQ(views[4].state, JobState::kDone);
}

TEST(JobsTest, AbandonedWorkIsStoppedAndForgotten) {
  Gate gate;
  Heard heard;
  JobRunner runner;
  const auto id = runner.Start("x", JobLane::kRead, gate.Work(), heard.Listener());
  gate.AwaitRunning(1);
  runner.Abandon(*id);
  EXPECT_EQ(heard.Await(1).front().state, JobState::kCancelled);
  EXPECT_FALSE(runner.Find(*id));
}

TEST(JobsTest, ResultsAreDroppedByAgeNumberAndSize) {
  Heard heard;
  Clock clock;
  JobRunner runner({.read_threads = 1, .kept = 3, .kept_bytes = 100, .kept_micros = 1000}, clock.Reader());
  std::vector<std::string> ids;
  const auto run = [&](std::size_t bytes) {
    ++clock.micros;
    ids.push_back(*runner.Start(
        "x", JobLane::kRead, [=](const auto&, auto) -> Result<std::string> { return std::string(bytes, '1'); },
        heard.Listener()));
    heard.Await(ids.size());
  };
  for (int i = 0; i < 4; ++i) run(10);
  EXPECT_FALSE(runner.Find(ids[0]));
  EXPECT_TRUE(runner.Find(ids[1]));
  run(500);  // the newest stays, the others do not fit beside it
  EXPECT_TRUE(runner.Find(ids[4]));
  EXPECT_FALSE(runner.Find(ids[3]));
  clock.micros += 2000;
  runner.Sweep();
  EXPECT_FALSE(runner.Find(ids[4]));
}

TEST(JobsTest, SweepGivesUpReadingThatTakesTooLong) {
  Gate gate;
  Heard reading;
  Heard writing;
  Clock clock;
  JobRunner runner({.read_micros = 1000}, clock.Reader());
  ASSERT_TRUE(runner.Start("slow", JobLane::kRead, gate.Work(), reading.Listener()));
  ASSERT_TRUE(runner.Start("import", JobLane::kWrite, gate.Work(), writing.Listener()));
  gate.AwaitRunning(2);
  clock.micros += 5000;
  runner.Sweep();
  EXPECT_EQ(reading.Await(1).front().error->code(), Code::kTooLarge);
  EXPECT_EQ(writing.size(), 0U);
  gate.Open();
}

TEST(JobsTest, StopCancelsAndRefuses) {
  Gate gate;
  Heard heard;
  JobRunner runner({.read_threads = 1});
  ASSERT_TRUE(runner.Start("runs", JobLane::kRead, gate.Work(), heard.Listener()));
  gate.AwaitRunning(1);
  ASSERT_TRUE(runner.Start("waits", JobLane::kRead, gate.Work(), heard.Listener()));
  runner.Stop();
  for (const JobView& view : heard.Await(2)) EXPECT_EQ(view.state, JobState::kCancelled);
  EXPECT_EQ(runner.Start("late", JobLane::kRead, gate.Work()).error().code(), Code::kBusy);
}

// Many threads at once; the thread sanitizer looks on.
TEST(JobsTest, ManyThreadsMayUseIt) {
  std::atomic<int> finished = 0;
  JobRunner runner({.read_threads = 3, .queue = 10'000});
  const auto token = runner.Listen([](const JobView&) {});
  std::vector<std::jthread> users;
  users.reserve(4);
  for (int user = 0; user < 4; ++user) {
    users.emplace_back([&, user] {
      for (int i = 0; i < 100; ++i) {
        const auto id = runner.Start(
            "x", i % 5 == 0 ? JobLane::kWrite : JobLane::kRead,
            [](const auto& progress, auto) -> Result<std::string> {
              progress(AsIs("working"), 0.5);
              return std::string("1");
            },
            [&](const JobView&) { ++finished; });
        ASSERT_TRUE(id);
        if (i % 3 == 0) runner.Announce(*id);
        if (i % 7 == user) std::ignore = runner.Cancel(*id);
        if (i % 11 == 0) runner.Abandon(*id);
        static_cast<void>(runner.List());
      }
    });
  }
  users.clear();
  while (runner.Count().queued + runner.Count().running > 0) std::this_thread::yield();
  runner.Stop();
  EXPECT_EQ(finished, 400);
}

}  // namespace
}  // namespace weir::engine
