#include "program.h"

#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/result.h"
#include "store/database.h"

extern char** environ;

namespace weir::main_job {
namespace {

namespace fs = std::filesystem;

std::string BytesOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Waits five minutes: a program that hangs on bad input has failed.
int StatusOf(pid_t child) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(5);
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > end) {
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
      return -1;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

Ran RunWeir(const fs::path& home, const std::vector<std::string>& arguments) {
  const fs::path out = home.parent_path() / "weir.out";
  const fs::path error = home.parent_path() / "weir.error";
  std::vector<std::string> words{WEIR_PROGRAM, "--home", home.string(), "--quiet", "--lang", "en"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, error.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  pid_t child = 0;
  const int failed = ::posix_spawn(&child, WEIR_PROGRAM, &actions, nullptr, pointers.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw Bug("cannot start " WEIR_PROGRAM);
  const int status = StatusOf(child);
  return {.status = status, .out = BytesOf(out), .error = BytesOf(error)};
}

Contents ContentsOf(const fs::path& home) {
  Contents contents;
  for (const auto& entry : fs::recursive_directory_iterator(home)) {
    // Answers that took long are stored or not as the machine is quick: they may go at any time.
    const bool is_passing = entry.path().filename() == "workspace.lock" || entry.path().extension() == ".answer";
    if (!entry.is_regular_file() || is_passing) continue;
    contents.files[entry.path().lexically_relative(home).string()] = BytesOf(entry.path());
  }
  auto database = store::Database::Open(home / "weir.duckdb", {.read_only = true});
  if (!database) throw Bug(database.error().ToString());
  auto connection = database->Connect();
  if (!connection) throw Bug(connection.error().ToString());
  const auto tables =
      connection->Query("SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE NOT temporary ORDER BY 1");
  if (!tables) throw Bug(tables.error().ToString());
  for (std::size_t i = 0; i < tables->size(); ++i) {
    const auto rows = connection->QueryValue("SELECT count(*) FROM " + tables->TextAt(i, 0));
    contents.rows[tables->TextAt(i, 0)] = rows ? store::ToText(*rows) : rows.error().ToString();
  }
  const auto version = connection->QueryValue("SELECT max(version) FROM meta.data_version");
  contents.rows["data version"] = version ? store::ToText(*version) : version.error().ToString();
  return contents;
}

}  // namespace weir::main_job
