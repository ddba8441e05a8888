// Where commands are carried out: in this process, which then opens the workspace, or by the server that owns it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "analysis/context.h"
#include "base/result.h"
#include "engine/engine.h"
#include "engine/render.h"
#include "workspace/workspace.h"

namespace weir::cli {

class Backend {
 public:
  virtual ~Backend() = default;
  virtual Result<engine::Answer> Ask(const engine::Question& question, const analysis::Progress& progress) = 0;
  virtual Result<engine::Answer> Act(const std::string& action, const analysis::RawParams& params,
                                     const std::string& reason, const analysis::Progress& progress) = 0;
  virtual Result<engine::Answer> Import(const workspace::ImportRequest& request,
                                        const analysis::Progress& progress) = 0;
  virtual Status Build(const analysis::Progress& progress) = 0;
  virtual Status SetPassword(const std::string& user, const std::string& password) = 0;
};

struct BackendOptions {
  workspace::OpenOptions open;
  bool writes = false;
};

// A server that answers on the workspace's socket is used; otherwise the workspace is opened here.
Result<std::unique_ptr<Backend>> OpenBackend(const BackendOptions& options);

}  // namespace weir::cli
