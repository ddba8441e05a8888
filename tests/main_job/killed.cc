#include "killed.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/core.h>

#include "base/result.h"

extern char** environ;

namespace weir::main_job {
namespace {

constexpr const char* kMarksVariable = "WEIR_KILL_MARKS";

}  // namespace

MarkedProcess::MarkedProcess(const std::string& test,
                             const std::vector<std::pair<std::string, std::string>>& variables) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw Bug("cannot make a pipe");
  marks_ = ends[0];
  ::fcntl(ends[1], F_SETFD, 0);
  std::vector<std::string> own{fmt::format("{}={}", kMarksVariable, ends[1])};
  for (const auto& [name, value] : variables) own.push_back(fmt::format("{}={}", name, value));
  std::vector<char*> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) environment.push_back(*variable);
  for (std::string& variable : own) environment.push_back(variable.data());
  environment.push_back(nullptr);
  std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
  std::string filter = "--gtest_filter=" + test;
  std::string quiet = "--gtest_brief=1";
  char* arguments[] = {program.data(), filter.data(), quiet.data(), nullptr};
  const int failed = ::posix_spawn(&child_, program.c_str(), nullptr, nullptr, arguments, environment.data());
  ::close(ends[1]);
  if (failed != 0) throw Bug("cannot start the process");
}

MarkedProcess::~MarkedProcess() {
  Kill();
  ::close(marks_);
}

char MarkedProcess::Next() {
  char mark = 0;
  if (::read(marks_, &mark, 1) != 1) return 0;
  last_ = mark;
  return mark;
}

void MarkedProcess::WaitFor(char mark) {
  while (last_ != mark && Next() != 0) {
  }
}

char MarkedProcess::Kill() {
  if (child_ <= 0) return last_;
  ::kill(child_, SIGKILL);
  ::waitpid(child_, nullptr, 0);
  child_ = 0;
  while (Next() != 0) {
  }
  return last_;
}

bool Mark(char mark) {
  const char* pipe = std::getenv(kMarksVariable);
  return pipe != nullptr && ::write(std::atoi(pipe), &mark, 1) == 1;
}

std::chrono::microseconds TimeBetween(char begun, char done, const std::string& test,
                                      const std::vector<std::pair<std::string, std::string>>& variables) {
  MarkedProcess process(test, variables);
  process.WaitFor(begun);
  const auto began = std::chrono::steady_clock::now();
  process.WaitFor(done);
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began);
}

void WriteDeals(const std::filesystem::path& path, int rows) {
  std::ofstream out(path, std::ios::binary);
  out << "Id,Name,StageName,Amount,CloseDate,CreatedDate,IsClosed,IsWon,SystemModstamp\n";
  for (int row = 0; row < rows; ++row) {
    out << fmt::format(
        "006x{},Deal,Prospecting,{}.00,2024-06-30,2024-03-01T09:00:00Z,false,false,2024-03-05T09:00:00Z\n", row,
        row + 1);
  }
}

int KillRounds() {
  const char* told = std::getenv("WEIR_KILL_ROUNDS");
  return told == nullptr ? 100 : std::atoi(told);
}

}  // namespace weir::main_job
