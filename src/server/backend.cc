#include "server/backend.h"

#include "server/server.h"

namespace weir::server {
namespace {

class WorkspaceBackend final : public Backend {
 public:
  explicit WorkspaceBackend(workspace::Workspace& workspace) : workspace_(workspace) {}

  engine::Engine& engine() override { return workspace_.engine(); }
  access::Access& access() override { return workspace_.access(); }
  const std::filesystem::path& home() const override { return workspace_.home(); }
  Result<engine::Answer> Import(const workspace::ImportRequest& request, const analysis::Principal& principal,
                                const analysis::Progress& progress, std::stop_token stop) override {
    return workspace_.Import(request, principal, progress, std::move(stop));
  }
  Status Build(const analysis::Progress& progress, std::stop_token stop) override {
    return workspace_.Build(progress, std::move(stop));
  }
  Result<std::int64_t> DataVersion() override {
    WEIR_TRY(const auto snapshot, workspace_.Take(std::nullopt, {}));
    return snapshot->data_version();
  }
  void OnChange(std::function<void(std::int64_t)> listener) override { workspace_.OnChange(std::move(listener)); }

 private:
  workspace::Workspace& workspace_;
};

}  // namespace

std::unique_ptr<Backend> BackendOf(workspace::Workspace& workspace) {
  return std::make_unique<WorkspaceBackend>(workspace);
}

Status Serve(workspace::Workspace& workspace, const ServeOptions& options, std::stop_token stop) {
  const auto backend = BackendOf(workspace);
  return ServeBackend(*backend, options, std::move(stop));
}

}  // namespace weir::server
