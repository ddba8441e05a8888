// Kills the process in the middle of an import, a hundred times, spread over reading, appending, committing and
// building: afterwards the file is wholly in or not at all, and running the import again completes it.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <map>
#include <thread>

#include <fmt/core.h>

#include "base/random.h"
#include "killed.h"
#include "main_job.h"

namespace weir::main_job {
namespace {

namespace fs = std::filesystem;
using std::chrono::microseconds;
using std::chrono::steady_clock;

constexpr int kRowsBefore = 100;  // of the file that is in already
constexpr int kRows = 1000;       // of the file whose import is killed
constexpr int kWorkers = 2;       // workspaces that are killed at a time
constexpr const char* kHomeVariable = "WEIR_KILL_HOME";
constexpr const char* kFileVariable = "WEIR_KILL_FILE";

// What the importing process is at; it writes a byte at every step.
constexpr std::array<char, 4> kPhases{'r', 'a', 'c', 'b'};  // reading, appending, committing, building
constexpr char kStarted = 's';
constexpr char kDone = 'd';

char PhaseOf(std::string_view stage) {
  if (stage.find(": read") != std::string_view::npos || stage.find(": look") != std::string_view::npos) return 'r';
  if (stage.find(": compare") != std::string_view::npos || stage.find(": append") != std::string_view::npos) return 'a';
  return stage.find(": commit") != std::string_view::npos ? 'c' : 'b';
}

workspace::ImportRequest RequestFor(const fs::path& file) {
  workspace::ImportRequest request;
  request.inputs.push_back({.path = file, .descriptor = -1, .name = file.filename().string()});
  return request;
}

std::unique_ptr<workspace::Workspace> OpenAt(const fs::path& home) {
  auto opened = workspace::Workspace::Open({.home = home, .access = workspace::Access::kWrite, .create = true});
  if (!opened) throw Bug(opened.error().ToString());
  return std::move(*opened);
}

// Runs in the process that is killed; by itself it has nothing to do.
TEST(KillTarget, Imports) {
  const char* home = std::getenv(kHomeVariable);
  const char* file = std::getenv(kFileVariable);
  if (home == nullptr || file == nullptr) GTEST_SKIP() << "only run by Kill.InTheMiddleOfAnImport";
  const auto workspace = OpenAt(home);
  ASSERT_TRUE(Mark(kStarted));
  const analysis::Progress progress = [](const Phrase& stage, double) { ASSERT_TRUE(Mark(PhaseOf(stage.text))); };
  EXPECT_TRUE(workspace->Import(RequestFor(file), analysis::Principal::LocalOwner(), progress, {}));
  ASSERT_TRUE(Mark(kDone));
}

MarkedProcess StartImport(const fs::path& home, const fs::path& file) {
  return {"KillTarget.Imports", {{kHomeVariable, home.string()}, {kFileVariable, file.string()}}};
}

// How long each phase of a whole import takes.
std::array<microseconds, kPhases.size()> MeasurePhases(const fs::path& home, const fs::path& file) {
  std::array<steady_clock::time_point, kPhases.size() + 1> begins{};
  MarkedProcess process = StartImport(home, file);
  std::size_t phase = 0;
  for (char mark = process.Next(); mark != 0; mark = process.Next()) {
    while (phase < kPhases.size() && mark == kPhases.at(phase)) begins.at(phase++) = steady_clock::now();
    if (mark == kDone) begins.back() = steady_clock::now();
  }
  if (phase != kPhases.size()) throw Bug(fmt::format("the import left no mark of phase {}", kPhases.at(phase)));
  std::array<microseconds, kPhases.size()> durations{};
  for (std::size_t i = 0; i < kPhases.size(); ++i) {
    durations.at(i) = std::chrono::duration_cast<microseconds>(begins.at(i + 1) - begins.at(i));
  }
  return durations;
}

fs::path WriteFile(const fs::path& folder, int number, int rows) {
  const fs::path path = folder / fmt::format("Opportunity-{}.csv", number);
  std::ofstream out(path, std::ios::binary);
  out << "Id,Name,StageName,Amount,CloseDate,CreatedDate,IsClosed,IsWon,SystemModstamp\n";
  for (int row = 0; row < rows; ++row) {
    const std::string amount = row % 100 == 99 ? "much" : fmt::format("{}.00", row + 1);  // some go to quarantine
    out << fmt::format(
        "006{}x{},Deal,Prospecting,{},2024-06-30,2024-03-01T09:00:00Z,false,false,2024-03-05T09:00:00Z\n", number, row,
        amount);
  }
  return path;
}

std::int64_t Ask(workspace::Workspace& workspace, const std::string& sql) {
  const auto snapshot = workspace.Take(std::nullopt, {});
  if (!snapshot) throw Bug(snapshot.error().ToString());
  const auto scoped = (*snapshot)->Scope(analysis::Principal::LocalOwner(), (*snapshot)->newest());
  if (!scoped) throw Bug(scoped.error().ToString());
  const auto value = (*snapshot)->session().QueryInteger(sql);
  if (!value) throw Bug(value.error().ToString());
  return *value;
}

// Rows of the file in every table that an import writes; all of them or none.
struct Traces {
  std::int64_t files = 0;
  std::int64_t observations = 0;
  std::int64_t rejects = 0;
  std::int64_t runs = 0;
  std::int64_t versions = 0;
  bool operator==(const Traces&) const = default;
};

Traces TracesOf(workspace::Workspace& workspace) {
  return {.files = Ask(workspace, "SELECT count(*) FROM meta.import_file"),
          .observations = Ask(workspace, "SELECT count(*) FROM obs.salesforce__opportunity"),
          .rejects = Ask(workspace, "SELECT count(*) FROM meta.reject"),
          .runs = Ask(workspace, "SELECT count(*) FROM meta.import_run"),
          .versions = Ask(workspace, "SELECT max(version) FROM meta.data_version")};
}

Traces After(int files, std::int64_t rows) {
  return {.files = files, .observations = rows - rows / 100, .rejects = rows / 100, .runs = files, .versions = files};
}

struct Outcome {
  std::map<char, int> fell;  // into which phase
  int in = 0;                // times that the file was in afterwards
  std::vector<std::string> faults;
};

// One kill and what it left. A fault is a sentence.
void KillOnce(const fs::path& base, const fs::path& home, const fs::path& file, std::size_t phase, microseconds wait,
              Outcome& outcome) {
  fs::remove_all(home);
  fs::copy(base, home, fs::copy_options::recursive);
  {
    MarkedProcess process = StartImport(home, file);
    process.WaitFor(kPhases.at(phase));
    std::this_thread::sleep_for(wait);
    ++outcome.fell[process.Kill()];
  }
  const auto workspace = OpenAt(home);
  const Traces found = TracesOf(*workspace);
  const Traces after = After(2, kRowsBefore + kRows);
  if (found != After(1, kRowsBefore) && found != after) {
    outcome.faults.push_back(fmt::format("half a file is in: {} observations, {} rejects, {} files", found.observations,
                                         found.rejects, found.files));
  }
  outcome.in += found == after ? 1 : 0;
  if (auto again = workspace->Import(RequestFor(file), analysis::Principal::LocalOwner(), {}, {}); !again) {
    outcome.faults.push_back(again.error().ToString());
  }
  const std::int64_t deals = Ask(*workspace, "SELECT count(*) FROM scoped.deal");
  const std::int64_t rejects = Ask(*workspace, "SELECT count(*) FROM meta.reject");
  if (deals != after.observations || rejects != after.rejects) {
    outcome.faults.push_back(fmt::format("running it again gave {} deals and {} rejects", deals, rejects));
  }
}

Outcome KillOften(const fs::path& base, const fs::path& file, int worker, int rounds,
                  const std::array<microseconds, kPhases.size()>& durations) {
  const fs::path home = base.parent_path() / fmt::format("home-{}", worker);
  RandomStream random(5, "kill", static_cast<std::uint64_t>(worker));
  Outcome outcome;
  for (int round = 0; round < rounds && outcome.faults.empty(); ++round) {
    const std::size_t phase = static_cast<std::size_t>(round) % kPhases.size();
    const microseconds wait(random.Integer(0, durations.at(phase).count() * 9 / 10));
    KillOnce(base, home, file, phase, wait, outcome);
  }
  return outcome;
}

TEST(Kill, InTheMiddleOfAnImport) {
  const fs::path folder = fs::path(testing::TempDir()) / "weir-kill";
  fs::remove_all(folder);
  fs::create_directories(folder);
  const fs::path base = folder / "base";
  ASSERT_TRUE(
      OpenAt(base)->Import(RequestFor(WriteFile(folder, 0, kRowsBefore)), analysis::Principal::LocalOwner(), {}, {}));
  const fs::path file = WriteFile(folder, 1, kRows);
  const fs::path measured = folder / "measured";
  fs::copy(base, measured, fs::copy_options::recursive);
  const auto durations = MeasurePhases(measured, file);

  const int rounds = KillRounds();
  std::vector<std::future<Outcome>> workers;
  for (int worker = 0; worker < kWorkers; ++worker) {
    const int share = rounds / kWorkers + (worker < rounds % kWorkers ? 1 : 0);
    workers.push_back(std::async(std::launch::async, KillOften, base, file, worker, share, durations));
  }
  Outcome all;
  for (std::future<Outcome>& worker : workers) {
    const Outcome outcome = worker.get();
    for (const auto& [phase, count] : outcome.fell) all.fell[phase] += count;
    all.in += outcome.in;
    for (const std::string& fault : outcome.faults) ADD_FAILURE() << fault;
  }
  fmt::print(
      "killed {} times: {} while reading, {} appending, {} committing, {} building, {} after the end; the file "
      "was in {} times, not at all {} times\n",
      rounds, all.fell['r'], all.fell['a'], all.fell['c'], all.fell['b'], all.fell[kDone], all.in, rounds - all.in);
  for (const char phase : kPhases) EXPECT_GE(all.fell[phase], rounds / 20) << "few kills fell into phase " << phase;
  EXPECT_LE(all.fell[kDone] + all.fell[kStarted] + all.fell[0], rounds / 10)
      << "most kills must fall inside the import";
  fs::remove_all(folder);
}

}  // namespace
}  // namespace weir::main_job
