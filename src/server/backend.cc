#include "server/backend.h"

#include "server/server.h"
#include "workspace/definitions.h"
#include "workspace/proposals.h"
#include "workspace/subscriptions.h"

namespace weir::server {
namespace {

class WorkspaceBackend final : public Backend {
 public:
  explicit WorkspaceBackend(workspace::Workspace& workspace) : workspace_(workspace) {}

  engine::Engine& engine() override { return workspace_.engine(); }
  std::string CatalogJson() override { return workspace_.definitions()->catalog.Json(); }
  access::Access& access() override { return workspace_.access(); }
  const std::filesystem::path& home() const override { return workspace_.home(); }
  Result<engine::Answer> Import(const workspace::ImportRequest& request, const analysis::Principal& principal,
                                const analysis::Progress& progress, std::stop_token stop) override {
    return workspace_.Import(request, principal, progress, std::move(stop));
  }
  Result<std::string> Propose(const workspace::ImportInput& input, const workspace::ProposalRequest& request,
                              const analysis::Principal& principal, std::stop_token stop) override {
    WEIR_TRY(const workspace::FileProposal proposal, workspace_.Propose(input, request, principal, std::move(stop)));
    return workspace::ProposalJson(workspace_.definitions()->mappings, proposal);
  }
  Result<std::string> Try(const workspace::ImportInput& input, std::string_view part,
                          const sources::MappingDraft& draft, const analysis::Principal& principal,
                          std::stop_token stop) override {
    WEIR_TRY(const workspace::DraftTrial trial, workspace_.Try(input, part, draft, principal, std::move(stop)));
    return workspace::TrialJson(trial);
  }
  Status Build(const analysis::Progress& progress, std::stop_token stop) override {
    return workspace_.Build(progress, std::move(stop));
  }
  std::optional<Result<engine::Answer>> MatchNow(const analysis::RawParams& params,
                                                 const analysis::Principal& principal) override {
    return workspace_.MatchNow(params, principal);
  }
  Result<bool> KeepMarts(std::stop_token stop) override { return workspace_.KeepMarts(std::move(stop)); }
  Result<std::string> SurveyForm(const std::string& token) override { return workspace_.SurveyForm(token); }
  Status TakeSurveyReply(const workspace::SurveyReply& reply) override { return workspace_.TakeSurveyReply(reply); }
  Status Deliver(std::stop_token stop) override {
    WEIR_TRY(workspace_.deliveries().Round(std::move(stop)));
    return {};
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
