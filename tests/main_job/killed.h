// A test of this program that runs in a process of its own, tells what it is at by marks, and is killed.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace weir::main_job {

class MarkedProcess {
 public:
  // Runs the test ("KillTarget.Imports") with these variables in its environment.
  MarkedProcess(const std::string& test, const std::vector<std::pair<std::string, std::string>>& variables);
  MarkedProcess(const MarkedProcess&) = delete;
  MarkedProcess& operator=(const MarkedProcess&) = delete;
  ~MarkedProcess();

  // The next mark, or 0 once the process has ended.
  char Next();
  void WaitFor(char mark);
  // Where it was when it ended.
  char Kill();

 private:
  int marks_ = -1;
  pid_t child_ = 0;
  char last_ = 0;
};

// Leaves a mark for the process that started this one; false where none did.
bool Mark(char mark);

// How long a process that is left alone takes from one mark to another.
std::chrono::microseconds TimeBetween(char begun, char done, const std::string& test,
                                      const std::vector<std::pair<std::string, std::string>>& variables);

// An export of deals, for a workspace whose process is killed.
void WriteDeals(const std::filesystem::path& path, int rows);

// How often a process is killed: a hundred times, or $WEIR_KILL_ROUNDS.
int KillRounds();

}  // namespace weir::main_job
