// Accounts from the terminal. Passwords are read, never given as arguments: those are seen by every user of the
// machine.
#include <cstdio>
#include <iostream>
#include <string>

#include <fmt/core.h>
#include <termios.h>
#include <unistd.h>

#include "access/password.h"
#include "cli/backend.h"
#include "cli/commands.h"

namespace weir::cli {
namespace {

// Switches the echo of the terminal off, for its life.
class Unseen {
 public:
  Unseen() : is_terminal_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!is_terminal_) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  ~Unseen() {
    if (is_terminal_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;

 private:
  termios before_{};
  bool is_terminal_;
};

Result<std::string> ReadLine(const std::string& prompt) {
  const bool is_terminal = ::isatty(STDIN_FILENO) == 1;
  if (is_terminal) fmt::print(stderr, "{}: ", prompt);
  std::string line;
  {
    const Unseen unseen;
    if (!std::getline(std::cin, line)) {
      return Fail(BadUsage("no password came on standard input").Mend("Write it there, on one line"));
    }
  }
  if (is_terminal) fmt::print(stderr, "\n");
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

// Twice on a terminal, where nobody sees what is typed; once from a pipe.
Result<std::string> ReadPassword(const Globals& globals, const std::string& user) {
  const bool is_russian = globals.Language() == "ru";
  WEIR_TRY(std::string password, ReadLine(is_russian ? "Пароль" : "Password"));
  if (::isatty(STDIN_FILENO) == 1) {
    WEIR_TRY(const std::string again, ReadLine(is_russian ? "Ещё раз" : "Once more"));
    if (again != password) return Fail(BadUsage("the two are not the same").Field("password"));
  }
  WEIR_TRY(access::CheckPassword(password, user, {}));
  return password;
}

}  // namespace

int RunUserAdd(const Globals& globals, const analysis::RawParams& params, const std::string& reason, bool no_password) {
  const std::string user = params.at("name").front();
  Result<std::string> password = std::string();
  // Asked for first: nothing is left half done where it is refused.
  if (!no_password) password = ReadPassword(globals, user);
  if (!password) return PrintError(globals, password.error());
  const auto backend = OpenBackend({.open = globals.Open(workspace::Access::kWrite, false), .writes = true});
  if (!backend) return PrintError(globals, backend.error());
  const auto answer = (*backend)->Act("user.add", params, reason, {});
  if (!answer) return PrintError(globals, answer.error());
  if (!no_password) {
    if (const Status set = (*backend)->SetPassword(user, *password); !set) return PrintError(globals, set.error());
  }
  return Print(globals, answer);
}

int RunUserPassword(const Globals& globals, const std::string& user) {
  const auto password = ReadPassword(globals, user);
  if (!password) return PrintError(globals, password.error());
  const auto backend = OpenBackend({.open = globals.Open(workspace::Access::kWrite, false), .writes = true});
  if (!backend) return PrintError(globals, backend.error());
  const Status set = (*backend)->SetPassword(user, *password);
  return set ? 0 : PrintError(globals, set.error());
}

}  // namespace weir::cli
