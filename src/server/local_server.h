// Answers commands over the socket of the workspace (workspace/local_protocol.h). Only the user who runs the server, or
// root, is listened to. Work goes through the same job runner as that of the page, so that the page sees imports which
// a command began, and a command that is interrupted stops its work.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "engine/jobs.h"
#include "server/backend.h"

namespace weir::server {

struct LocalServerOptions {
  std::string url;
  std::string version;
  std::function<void()> stop;  // asked by a command
  std::size_t max_connections = 32;
};

class LocalServer {
 public:
  LocalServer(Backend& backend, engine::JobRunner& jobs, LocalServerOptions options);
  ~LocalServer();  // as Stop
  LocalServer(const LocalServer&) = delete;
  LocalServer& operator=(const LocalServer&) = delete;

  Status Start();
  // Ends every connection and takes the socket away.
  void Stop();

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace weir::server
