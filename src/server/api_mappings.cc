// A mapping for an upload that nothing recognises: proposed, and tried as a person has changed it. Neither writes.
#include <utility>

#include "server/api.h"
#include "server/question.h"

namespace weir::server {
namespace {

// The upload that the address names, open for as long as the work needs it: /api/v1/uploads/ID/proposal.
Result<std::shared_ptr<OpenUpload>> OpenNamed(const Uploads& uploads, const Request& request) {
  WEIR_TRY(OpenUpload file, uploads.Open(request.target.segments[3]));
  return std::make_shared<OpenUpload>(std::move(file));
}

workspace::ImportInput InputOf(const OpenUpload& upload) {
  return {.path = {}, .descriptor = upload.descriptor.get(), .name = upload.name};
}

}  // namespace

Reply Api::ProposeMapping(const Request& request) const {
  auto asked = ReadProposal(request.body);
  if (!asked) return ProblemResponse(asked.error(), request.id);
  auto upload = OpenNamed(services_.uploads, request);
  if (!upload) return ProblemResponse(upload.error(), request.id);
  const analysis::Principal& principal = PrincipalOf(request);
  return Deferred{
      .title = "sources.propose",
      .work = [backend = &services_.backend, principal, file = std::move(*upload), asked = std::move(*asked)](
                  const analysis::Progress&,
                  std::stop_token stop) { return backend->Propose(InputOf(*file), asked, principal, std::move(stop)); },
      .patience = options_.batch_patience,
      .owner = principal.user};
}

Reply Api::TryMapping(const Request& request) const {
  auto asked = ReadTrial(request.body);
  if (!asked) return ProblemResponse(asked.error(), request.id);
  auto upload = OpenNamed(services_.uploads, request);
  if (!upload) return ProblemResponse(upload.error(), request.id);
  const analysis::Principal& principal = PrincipalOf(request);
  return Deferred{.title = "sources.try",
                  .work =
                      [backend = &services_.backend, principal, file = std::move(*upload), asked = std::move(*asked)](
                          const analysis::Progress&, std::stop_token stop) {
                        return backend->Try(InputOf(*file), asked.part, asked.draft, principal, std::move(stop));
                      },
                  .patience = options_.batch_patience,
                  .owner = principal.user};
}

}  // namespace weir::server
