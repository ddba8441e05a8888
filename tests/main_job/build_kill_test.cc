// Kills the process in the middle of a build, a hundred times: afterwards the old model answers or the new one, and the
// next question that may write completes the build.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <fmt/core.h>

#include "base/random.h"
#include "killed.h"
#include "workspace/lock.h"
#include "workspace/workspace.h"

namespace weir::main_job {
namespace {

namespace fs = std::filesystem;
using std::chrono::microseconds;
using workspace::Access;
using workspace::Workspace;

constexpr int kOldRows = 50;
constexpr int kNewRows = 500;
constexpr int kWorkers = 2;  // workspaces that are killed at a time
constexpr const char* kHomeVariable = "WEIR_BUILD_KILL_HOME";

constexpr char kBuilding = 'b';
constexpr char kDone = 'd';

std::unique_ptr<Workspace> OpenAt(const fs::path& home, Access access, const analysis::Progress& progress = {}) {
  auto opened = Workspace::Open({.home = home, .access = access, .create = true, .progress = progress});
  if (!opened) throw Bug(opened.error().ToString());
  return std::move(*opened);
}

// Runs in the process that is killed; by itself it has nothing to do. Whoever opens a workspace that is behind builds.
TEST(BuildKillTarget, Builds) {
  const char* home = std::getenv(kHomeVariable);
  if (home == nullptr) GTEST_SKIP() << "only run by BuildKill.AtAnyMoment";
  OpenAt(home, Access::kWrite, [](const Phrase&, double) { ASSERT_TRUE(Mark(kBuilding)); });
  ASSERT_TRUE(Mark(kDone));
}

workspace::ImportRequest Deals(const fs::path& path, int rows) {
  WriteDeals(path, rows);
  workspace::ImportRequest request;
  request.inputs.push_back({.path = path, .descriptor = -1, .name = path.filename().string()});
  return request;
}

// A workspace whose model holds the old rows only: the build after the second import is stopped as it begins.
void MakeBehind(const fs::path& folder, const fs::path& home) {
  const auto workspace = OpenAt(home, Access::kWrite);
  const auto owner = analysis::Principal::LocalOwner();
  ASSERT_TRUE(workspace->Import(Deals(folder / "Opportunity-1.csv", kOldRows), owner, {}, {}));
  std::stop_source stop;
  const analysis::Progress stop_the_build = [&](const Phrase& stage, double) {
    if (stage.text.find("Opportunity") == std::string::npos) stop.request_stop();
  };
  const auto stopped =
      workspace->Import(Deals(folder / "Opportunity-2.csv", kNewRows), owner, stop_the_build, stop.get_token());
  ASSERT_FALSE(stopped);
  ASSERT_EQ(stopped.error().code(), Code::kCancelled);
}

struct Answered {
  std::string deals;
  bool is_behind = false;  // and it says so
};

Answered DealsIn(const fs::path& home) {
  engine::Question question;
  question.id = "sql";
  question.params["query"] = {"SELECT count(*) FROM scoped.deal"};
  const auto workspace = OpenAt(home, Access::kRead);
  auto answer = workspace->engine().Ask(question, analysis::Principal::LocalOwner());
  // One query at a time in a process: the other worker's may run at this moment.
  for (int tries = 0; !answer && answer.error().code() == Code::kBusy && tries < 1000; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    answer = workspace->engine().Ask(question, analysis::Principal::LocalOwner());
  }
  if (!answer) throw Bug(answer.error().ToString());
  const auto& warnings = answer->output.warnings;
  return {.deals = store::ToText(answer->output.tables.at(0).rows.at(0).at(0)),
          .is_behind = std::ranges::find(warnings, "model_behind", &analysis::Warning::code) != warnings.end()};
}

// Nobody may write while another holds the lock: the model that stands answers.
Answered DealsInAsItStands(const fs::path& home) {
  const auto held = workspace::WorkspaceLock::Take(home, std::chrono::seconds(0));
  if (!held) throw Bug(held.error().ToString());
  return DealsIn(home);
}

struct Outcome {
  int in_the_build = 0;  // where the kill fell
  int old = 0;           // times that the old model answered
  std::vector<std::string> faults;
};

// Whether the kill fell within the build.
bool KillOnce(const fs::path& kept, const fs::path& home, microseconds wait, Outcome& outcome) {
  bool is_within = false;
  fs::remove_all(home);
  fs::copy(kept, home, fs::copy_options::recursive);
  {
    MarkedProcess process("BuildKillTarget.Builds", {{kHomeVariable, home.string()}});
    process.WaitFor(kBuilding);
    std::this_thread::sleep_for(wait);
    is_within = process.Kill() == kBuilding;
    outcome.in_the_build += is_within ? 1 : 0;
  }
  const Answered standing = DealsInAsItStands(home);
  outcome.old += standing.is_behind ? 1 : 0;
  if (standing.deals != std::to_string(standing.is_behind ? kOldRows : kNewRows)) {
    outcome.faults.push_back(fmt::format("half a model: {} deals, behind: {}", standing.deals, standing.is_behind));
  }
  const Answered completed = DealsIn(home);
  if (completed.is_behind || completed.deals != std::to_string(kNewRows)) {
    outcome.faults.push_back(fmt::format("the question did not complete the build: {} deals", completed.deals));
  }
  return is_within;
}

Outcome KillOften(const fs::path& kept, int worker, int rounds, microseconds whole) {
  RandomStream random(11, "build kill", static_cast<std::uint64_t>(worker));
  Outcome outcome;
  // How long a build takes changes with what else the machine does: the moments follow it.
  std::int64_t longest = whole.count() * 11 / 10;
  for (int round = 0; round < rounds && outcome.faults.empty(); ++round) {
    const bool is_within = KillOnce(kept, kept.parent_path() / fmt::format("home-{}", worker),
                                    microseconds(random.Integer(0, longest)), outcome);
    longest = is_within ? longest * 11 / 10 : longest * 8 / 10;
  }
  return outcome;
}

TEST(BuildKill, AtAnyMoment) {
  const fs::path folder = fs::path(testing::TempDir()) / "weir-build-kill";
  fs::remove_all(folder);
  fs::create_directories(folder);
  const fs::path kept = folder / "kept";
  ASSERT_NO_FATAL_FAILURE(MakeBehind(folder, kept));
  const fs::path measured = folder / "measured";
  fs::copy(kept, measured, fs::copy_options::recursive);
  const microseconds whole =
      TimeBetween(kBuilding, kDone, "BuildKillTarget.Builds", {{kHomeVariable, measured.string()}});
  ASSERT_EQ(DealsIn(measured).deals, std::to_string(kNewRows));

  const int rounds = KillRounds();
  std::vector<std::future<Outcome>> workers;
  for (int worker = 0; worker < kWorkers; ++worker) {
    const int share = rounds / kWorkers + (worker < rounds % kWorkers ? 1 : 0);
    workers.push_back(std::async(std::launch::async, KillOften, kept, worker, share, whole));
  }
  Outcome all;
  for (std::future<Outcome>& worker : workers) {
    const Outcome outcome = worker.get();
    all.in_the_build += outcome.in_the_build;
    all.old += outcome.old;
    for (const std::string& fault : outcome.faults) ADD_FAILURE() << fault;
  }
  fmt::print("killed {} times, {} of them within a build of {} ms; the old model answered {} times, the new one {}\n",
             rounds, all.in_the_build, whole.count() / 1000, all.old, rounds - all.old);
  EXPECT_GE(all.in_the_build, rounds / 5) << "few kills fell inside the build";
  EXPECT_GE(all.old, rounds / 5) << "few builds were cut off";
  fs::remove_all(folder);
}

}  // namespace
}  // namespace weir::main_job
