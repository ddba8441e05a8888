// What a workspace proposes for a file, by its mappings and settings.
#include "workspace/definitions.h"
#include "workspace/proposals.h"
#include "workspace/workspace.h"

namespace weir::workspace {
namespace {

sources::FileInput FileOf(const ImportInput& input) {
  return {.name = input.name,
          .path = input.path,
          .descriptor = input.descriptor,
          .member = {},
          .sheet = {},
          .records = {},
          .modified_at = {}};
}

}  // namespace

Result<FileProposal> Workspace::Propose(const ImportInput& input, const ProposalRequest& request,
                                        const analysis::Principal& principal, std::stop_token stop) {
  if (!principal.Has("import")) return Fail(Forbidden("importing needs the right 'import'"));
  WEIR_TRY(const sources::FileInput file, PartOf(FileOf(input), request.part));
  WEIR_TRY(const auto snapshot, Take(std::nullopt, stop));
  sources::TryOptions options = TryBy(snapshot->settings());
  options.stop = std::move(stop);
  return ProposeFor(definitions()->mappings, file, request.table, request.source, options);
}

Result<DraftTrial> Workspace::Try(const ImportInput& input, std::string_view part, const sources::MappingDraft& draft,
                                  const analysis::Principal& principal, std::stop_token stop) {
  if (!principal.Has("import")) return Fail(Forbidden("importing needs the right 'import'"));
  WEIR_TRY(const sources::FileInput file, PartOf(FileOf(input), part));
  WEIR_TRY(const auto snapshot, Take(std::nullopt, stop));
  sources::TryOptions options = TryBy(snapshot->settings());
  options.stop = std::move(stop);
  return TryDraft(definitions()->mappings, draft, file, options);
}

}  // namespace weir::workspace
