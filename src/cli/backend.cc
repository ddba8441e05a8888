#include "cli/backend.h"

#include "analysis/principal.h"
#include "workspace/local_client.h"

namespace weir::cli {
namespace {

// Carries commands out in this process.
class LocalBackend final : public Backend {
 public:
  explicit LocalBackend(std::unique_ptr<workspace::Workspace> workspace) : workspace_(std::move(workspace)) {}

  Result<engine::Answer> Ask(const engine::Question& question, const analysis::Progress& progress) override {
    return workspace_->engine().Ask(question, principal_, progress);
  }
  Result<engine::Answer> Act(const std::string& action, const analysis::RawParams& params, const std::string& reason,
                             const analysis::Progress& progress) override {
    return workspace_->engine().Act(action, params, reason, principal_, progress);
  }
  Result<engine::Answer> Import(const workspace::ImportRequest& request, const analysis::Progress& progress) override {
    return workspace_->Import(request, principal_, progress, {});
  }
  Status Build(const analysis::Progress& progress) override { return workspace_->Build(progress, {}); }
  Status SetPassword(const std::string& user, const std::string& password) override {
    return workspace_->access().ResetPassword(user, password, principal_);
  }

 private:
  std::unique_ptr<workspace::Workspace> workspace_;
  analysis::Principal principal_ = analysis::Principal::LocalOwner();
};

// Has the server that owns the workspace carry them out.
class ServerBackend final : public Backend {
 public:
  explicit ServerBackend(workspace::LocalClient client) : client_(std::move(client)) {}

  Result<engine::Answer> Ask(const engine::Question& question, const analysis::Progress& progress) override {
    return client_.Ask(question, progress);
  }
  Result<engine::Answer> Act(const std::string& action, const analysis::RawParams& params, const std::string& reason,
                             const analysis::Progress& progress) override {
    return client_.Act(action, params, reason, progress);
  }
  Result<engine::Answer> Import(const workspace::ImportRequest& request, const analysis::Progress& progress) override {
    return client_.Import(request, progress);
  }
  Status Build(const analysis::Progress& progress) override { return client_.Build(progress); }
  Status SetPassword(const std::string& user, const std::string& password) override {
    return client_.SetPassword(user, password);
  }

 private:
  workspace::LocalClient client_;
};

}  // namespace

Result<std::unique_ptr<Backend>> OpenBackend(const BackendOptions& options) {
  WEIR_TRY(std::optional<workspace::LocalClient> server, workspace::LocalClient::Find(options.open.home));
  if (server) return std::unique_ptr<Backend>(std::make_unique<ServerBackend>(std::move(*server)));
  workspace::OpenOptions open = options.open;
  open.access = options.writes ? workspace::Access::kWrite : workspace::Access::kRead;
  auto opened = workspace::Workspace::Open(open);
  if (!opened && opened.error().code() == Code::kUnavailable) {
    // Whoever was in the way may have become a server meanwhile.
    WEIR_TRY(server, workspace::LocalClient::Find(options.open.home));
    if (server) return std::unique_ptr<Backend>(std::make_unique<ServerBackend>(std::move(*server)));
  }
  WEIR_TRY(std::unique_ptr<workspace::Workspace> workspace, std::move(opened));
  return std::unique_ptr<Backend>(std::make_unique<LocalBackend>(std::move(workspace)));
}

}  // namespace weir::cli
