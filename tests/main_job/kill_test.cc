// Kills the process at a random moment of an import, a hundred times: afterwards the file is wholly in or not at all,
// and running the import again completes it.
#include <gtest/gtest.h>

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fmt/core.h>

#include "base/random.h"
#include "main_job.h"

extern char** environ;

namespace weir::main_job {
namespace {

constexpr int kRounds = 100;
constexpr int kRows = 400;
constexpr const char* kHomeVariable = "WEIR_KILL_HOME";
constexpr const char* kFileVariable = "WEIR_KILL_FILE";

workspace::ImportRequest RequestFor(const std::filesystem::path& file) {
  workspace::ImportRequest request;
  request.inputs.push_back({.path = file, .descriptor = -1, .name = file.filename().string()});
  return request;
}

std::unique_ptr<workspace::Workspace> OpenAt(const std::filesystem::path& home) {
  auto opened = workspace::Workspace::Open({.home = home, .access = workspace::Access::kWrite, .create = true});
  if (!opened) throw Bug(opened.error().ToString());
  return std::move(*opened);
}

// Runs in the process that is killed; by itself it has nothing to do.
TEST(KillTarget, Imports) {
  const char* home = std::getenv(kHomeVariable);
  const char* file = std::getenv(kFileVariable);
  if (home == nullptr || file == nullptr) GTEST_SKIP() << "only run by Kill.AtAnyMomentOfAnImport";
  const auto workspace = OpenAt(home);
  EXPECT_TRUE(workspace->Import(RequestFor(file), analysis::Principal::LocalOwner(), {}, {}));
}

pid_t StartImport() {
  std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
  std::string filter = "--gtest_filter=KillTarget.Imports";
  std::string quiet = "--gtest_brief=1";
  char* arguments[] = {program.data(), filter.data(), quiet.data(), nullptr};
  pid_t child = 0;
  if (::posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments, environ) != 0)
    throw Bug("cannot start the import");
  return child;
}

std::chrono::microseconds TimeOfWholeImport() {
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = StartImport();
  int status = 0;
  ::waitpid(child, &status, 0);
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
}

std::filesystem::path WriteFile(const std::filesystem::path& folder, int round) {
  const std::filesystem::path path = folder / fmt::format("Opportunity-{}.csv", round);
  std::ofstream out(path, std::ios::binary);
  out << "Id,Name,StageName,Amount,CloseDate,CreatedDate,IsClosed,IsWon,SystemModstamp\n";
  for (int row = 0; row < kRows; ++row) {
    out << fmt::format(
        "006{}x{},Deal,Prospecting,{}.00,2024-06-30,2024-03-01T09:00:00Z,false,false,2024-03-05T09:00:00Z\n", round,
        row, row + 1);
  }
  return path;
}

std::int64_t DealsIn(workspace::Workspace& workspace) {
  engine::Question question;
  question.id = "status";
  const auto answer = workspace.engine().Ask(question, analysis::Principal::LocalOwner());
  if (!answer) throw Bug(answer.error().ToString());
  return Count(*answer, "status", "deals", 0);
}

TEST(Kill, AtAnyMomentOfAnImport) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "weir-kill";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const std::filesystem::path home = folder / "home";
  ::setenv(kHomeVariable, home.c_str(), 1);
  ::setenv(kFileVariable, WriteFile(folder, 0).c_str(), 1);
  const auto whole = TimeOfWholeImport();
  RandomStream random(5, "kill");
  int in = 0;
  for (int round = 1; round <= kRounds; ++round) {
    const std::filesystem::path file = WriteFile(folder, round);
    ::setenv(kFileVariable, file.c_str(), 1);
    const pid_t child = StartImport();
    std::this_thread::sleep_for(std::chrono::microseconds(random.Integer(0, whole.count())));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    const auto workspace = OpenAt(home);
    ASSERT_TRUE(workspace->Build({}, {}));
    const std::int64_t before = std::int64_t{round} * kRows;
    const std::int64_t deals = DealsIn(*workspace);
    ASSERT_TRUE(deals == before || deals == before + kRows)
        << "round " << round << ": half a file is in: " << deals - before;
    in += deals == before + kRows ? 1 : 0;
    ASSERT_TRUE(workspace->Import(RequestFor(file), analysis::Principal::LocalOwner(), {}, {}));
    ASSERT_EQ(DealsIn(*workspace), before + kRows) << "round " << round;
  }
  fmt::print("killed {} times within {} ms: {} files were in, {} were not\n", kRounds, whole.count() / 1000, in,
             kRounds - in);
  ::unsetenv(kHomeVariable);
  ::unsetenv(kFileVariable);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace weir::main_job
