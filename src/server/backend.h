// What a server serves: a workspace, or in tests something smaller.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "access/access.h"
#include "analysis/context.h"
#include "analysis/principal.h"
#include "base/result.h"
#include "engine/engine.h"
#include "workspace/survey_reply.h"
#include "workspace/workspace.h"

namespace weir::server {

// Safe from any thread.
class Backend {
 public:
  virtual ~Backend() = default;
  virtual engine::Engine& engine() = 0;
  // The catalogue in force, as JSON: that of the engine, or what was agreed on since.
  virtual std::string CatalogJson() { return engine().catalog().Json(); }
  virtual access::Access& access() = 0;
  virtual const std::filesystem::path& home() const = 0;
  virtual Result<engine::Answer> Import(const workspace::ImportRequest& request, const analysis::Principal& principal,
                                        const analysis::Progress& progress, std::stop_token stop) = 0;
  // A mapping for a file that nothing recognises, and a draft of one tried on it, as JSON. Nothing is written.
  virtual Result<std::string> Propose(const workspace::ImportInput& input, const workspace::ProposalRequest& request,
                                      const analysis::Principal& principal, std::stop_token stop) = 0;
  virtual Result<std::string> Try(const workspace::ImportInput& input, std::string_view part,
                                  const sources::MappingDraft& draft, const analysis::Principal& principal,
                                  std::stop_token stop) = 0;
  virtual Status Build(const analysis::Progress& progress, std::stop_token stop) = 0;
  // The answer to identity.match where it takes a millisecond; nothing where the engine is to be asked.
  virtual std::optional<Result<engine::Answer>> MatchNow(const analysis::RawParams& /*params*/,
                                                         const analysis::Principal& /*principal*/) {
    return std::nullopt;
  }
  // Makes what large questions are answered faster by. False where it is too early.
  virtual Result<bool> KeepMarts(std::stop_token /*stop*/) { return true; }
  // The survey of departments, for whoever has a link to it.
  virtual Result<std::string> SurveyForm(const std::string& /*token*/) { return Fail(NotFound("there is no survey")); }
  virtual Status TakeSurveyReply(const workspace::SurveyReply& /*reply*/) {
    return Fail(NotFound("there is no survey"));
  }
  // Makes and sends what is due of the subscriptions. May take as long as receivers take to answer.
  virtual Status Deliver(std::stop_token /*stop*/) { return {}; }
  virtual Result<std::int64_t> DataVersion() = 0;
  // The listener may be called at any time until the backend ends.
  virtual void OnChange(std::function<void(std::int64_t data_version)> listener) = 0;
};

std::unique_ptr<Backend> BackendOf(workspace::Workspace& workspace);

}  // namespace weir::server
