// Serves a workspace until it is told to stop: over HTTP, and over a socket in the workspace for
// the command line.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "server/backend.h"
#include "server/limits.h"
#include "workspace/workspace.h"

namespace weir::server {

struct ServeOptions {
  std::string address = "127.0.0.1";  // another than a loopback address needs an owner who can sign in
  std::vector<std::string> hosts;     // names by which the server is reached besides its address
  std::vector<std::string> proxies;   // addresses whose X-Forwarded-For and X-Forwarded-Proto are believed
  int port = 7979;                    // 0: any that is free
  bool allow_next_port = false;       // try the twenty after it where it is in use
  std::size_t threads = 0;            // that answer questions; 0: two, or as many as there are cores up to four
  std::size_t max_connections = 256;
  std::uint64_t max_upload_bytes = std::uint64_t{8} << 30;
  std::size_t max_queue = 64;                 // questions that wait; more are refused as busy
  std::chrono::milliseconds drain{5'000};     // for answers under way when the server stops
  std::chrono::milliseconds patience{2'000};  // after which a question goes on as a job
  ConnectionLimits connection = {};
  bool handles_signals = true;                         // SIGINT and SIGTERM stop it; a second one at once
  std::function<void(std::string url)> on_ready = {};  // it listens; "http://127.0.0.1:7979/"
};

// Returns when it has stopped: by the token, by a signal, or by `weir stop` over the local socket.
Status Serve(workspace::Workspace& workspace, const ServeOptions& options, std::stop_token stop = {});
Status ServeBackend(Backend& backend, const ServeOptions& options, std::stop_token stop = {});

}  // namespace weir::server
