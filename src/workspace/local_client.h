// Has a command carried out by the server that owns the workspace. Everything it can do, the command could do by
// opening the workspace itself, were it free.
#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

#include "analysis/context.h"
#include "base/result.h"
#include "engine/engine.h"
#include "workspace/local_protocol.h"
#include "workspace/workspace.h"

namespace weir::workspace {

// What a running server says of itself.
struct ServerStatus {
  std::string url;
  std::string version;
  std::int64_t process = 0;
  std::int64_t data_version = 0;
};

// Each call is a connection of its own; safe from any thread. Stopping the token ends the work on the server as well.
class LocalClient {
 public:
  // The server of the workspace, or nothing if none runs.
  static Result<std::optional<LocalClient>> Find(const std::filesystem::path& home);

  Result<engine::Answer> Ask(const engine::Question& question, const analysis::Progress& progress = {},
                             std::stop_token stop = {}) const;
  Result<engine::Answer> Act(const std::string& action, const analysis::RawParams& params, const std::string& reason,
                             const analysis::Progress& progress = {}, std::stop_token stop = {}) const;
  // Opens the files here, with the rights of this user, and hands them over.
  Result<engine::Answer> Import(const ImportRequest& request, const analysis::Progress& progress = {},
                                std::stop_token stop = {}) const;
  Status Build(const analysis::Progress& progress = {}, std::stop_token stop = {}) const;
  Status SetPassword(const std::string& user, const std::string& password) const;
  Result<ServerStatus> GetStatus() const;
  // Returns when the server has begun to stop.
  Status Stop() const;

 private:
  explicit LocalClient(std::filesystem::path home) : home_(std::move(home)) {}
  Result<std::string> Call(const LocalRequest& request, const analysis::Progress& progress, const std::stop_token& stop,
                           std::span<const int> descriptors = {}) const;

  std::filesystem::path home_;
};

}  // namespace weir::workspace
