// Actions over HTTP. All but one go to the engine as they come; an import brings its files, which only the server has.
#include <utility>

#include "server/api.h"
#include "server/question.h"

namespace weir::server {
namespace {

constexpr std::string_view kImport = "sources.import";

// Opens every upload before the work is queued: what was sent can then be dropped or replaced without a surprise.
struct ImportWork {
  std::vector<OpenUpload> files;
  workspace::ImportRequest request;
};

Result<std::shared_ptr<ImportWork>> OpenAll(const Uploads& uploads, ImportBody body) {
  auto work = std::make_shared<ImportWork>();
  work->request = std::move(body.request);
  for (const std::string& id : body.uploads) {
    WEIR_TRY(OpenUpload file, uploads.Open(id));
    work->request.inputs.push_back({.path = {}, .descriptor = file.descriptor.get(), .name = file.name});
    work->files.push_back(std::move(file));
  }
  return work;
}

}  // namespace

Reply Api::Act(const Request& request) const {
  auto action = ReadAction(request.body);
  if (!action) return ProblemResponse(action.error(), request.id);
  const std::string& id = request.target.segments.back();
  const analysis::Action* declared = services_.backend.engine().catalog().FindAction(id);
  const bool changes_model = declared == nullptr || declared->changes_model;
  const analysis::Principal principal = PrincipalOf(request);
  Deferred deferred{.title = id,
                    .lane = changes_model ? engine::JobLane::kWrite : engine::JobLane::kAccess,
                    .patience = options_.patience,
                    .stops_with_client = false,
                    .owner = principal.user};
  if (id != kImport) {
    engine::Engine* engine = &services_.backend.engine();
    engine::JobWork work = [engine, id, principal, asked = std::move(*action)](
                               const analysis::Progress& progress, std::stop_token stop) -> Result<std::string> {
      WEIR_TRY(const engine::Answer answer,
               engine->Act(id, asked.params, asked.reason, principal, progress, std::move(stop)));
      return engine::ToJson(answer);
    };
    deferred.work = Recorded(std::move(work), request, id);
    return deferred;
  }
  if (!principal.Has("import")) return ProblemResponse(Forbidden("'{}' needs the right 'import'", id), request.id);
  auto body = ReadImport(action->params);
  if (!body) return ProblemResponse(body.error(), request.id);
  const std::vector<std::string> ids = body->uploads;
  auto work = OpenAll(services_.uploads, std::move(*body));
  if (!work) return ProblemResponse(work.error(), request.id);
  deferred.work = [backend = &services_.backend, uploads = &services_.uploads, principal, ids,
                   import = std::move(*work)](const analysis::Progress& progress,
                                              std::stop_token stop) -> Result<std::string> {
    WEIR_TRY(const engine::Answer answer, backend->Import(import->request, principal, progress, std::move(stop)));
    if (!import->request.dry_run) {
      for (const std::string& upload : ids) uploads->Remove(upload);
    }
    return engine::ToJson(answer);
  };
  return deferred;
}

}  // namespace weir::server
