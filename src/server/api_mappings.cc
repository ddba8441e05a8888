// A mapping for an upload that nothing recognises: proposed, and tried as a person has changed it; and a table of an
// upload as text. None of them writes.
#include <utility>

#include <nlohmann/json.hpp>

#include "server/api.h"
#include "server/question.h"
#include "workspace/sheet_text.h"

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

// What metrics.conflict takes: the upload is read as an import would read it, and nothing is imported.
Reply Api::ReadSheet(const Request& request) const {
  auto part = ReadSheetPart(request.body);
  if (!part) return ProblemResponse(part.error(), request.id);
  auto upload = OpenNamed(services_.uploads, request);
  if (!upload) return ProblemResponse(upload.error(), request.id);
  return Deferred{.title = "sheet",
                  .work = [file = std::move(*upload), part = std::move(*part)](
                              const analysis::Progress&, const std::stop_token&) -> Result<std::string> {
                    WEIR_TRY(const std::string text, workspace::SheetTextOf(file->descriptor.get(), file->name, part));
                    return nlohmann::json{{"name", file->name}, {"sheet", text}}.dump(
                        -1, ' ', false, nlohmann::json::error_handler_t::replace);
                  },
                  .patience = options_.batch_patience,
                  .owner = PrincipalOf(request).user};
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
