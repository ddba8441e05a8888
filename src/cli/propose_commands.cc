// `weir propose`: what the columns of an unknown file hold, and a mapping for it.
#include <algorithm>
#include <filesystem>

#include <fmt/core.h>

#include "base/whole_file.h"
#include "cli/backend.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "workspace/mapping_actions.h"
#include "workspace/proposals.h"

namespace weir::cli {
namespace {

Result<workspace::FileProposal> Propose(const Globals& globals, const ProposeOptions& options) {
  // The file and the mappings are enough: no workspace is opened, and none has to be there.
  WEIR_TRY(const sources::MappingCatalog catalog,
           sources::LoadMappings(workspace::DefaultHome(globals.home) / "sources"));
  sources::FileInput file;
  file.path = options.path;
  WEIR_TRY(const sources::FileInput part, workspace::PartOf(file, options.part));
  return workspace::ProposeFor(catalog, part, options.of, options.source, {});
}

engine::Answer AnswerOf(const workspace::FileProposal& proposal) {
  engine::Answer answer;
  answer.analysis = "sources.propose";
  answer.definition_id = "sources.propose";
  answer.definition_version = 1;
  answer.as_of = WallClockNow();
  answer.currency = std::string(kNoCurrency);
  answer.output = workspace::ProposalOutput(proposal);
  return answer;
}

}  // namespace

int RunPropose(const Globals& globals, const ProposeOptions& options) {
  const auto proposal = Propose(globals, options);
  if (!proposal) return PrintError(globals, proposal.error());
  if (options.out == "-") {
    fmt::print("{}", proposal->trial.toml);
  } else {
    Result<engine::Answer> answer = AnswerOf(*proposal);
    std::erase_if(answer->output.tables, [](const analysis::Table& table) { return table.rows.empty(); });
    if (const int status = Print(globals, answer); status != 0) return status;
  }
  if (proposal->trial.problem && (options.saves || !options.out.empty())) {
    return PrintError(globals, *proposal->trial.problem);
  }
  const auto& tables = proposal->proposal.tables;
  const bool is_likely = !tables.empty() && tables.front().score >= sources::Proposal::kLikely;
  if (options.saves && options.of.empty() && !is_likely) {
    return PrintError(globals, BadInput("nothing says what the rows of this file are; the likeliest, '{}', is a guess",
                                        proposal->proposal.draft.table)
                                   .Mend("Say what they are by --of, such as --of {}", proposal->proposal.draft.table));
  }
  if (!options.out.empty() && options.out != "-") {
    const auto written = WriteWholeFile(options.out, proposal->trial.toml);
    if (!written) return PrintError(globals, written.error());
    if (!globals.is_quiet) fmt::print(stderr, "{}\n", options.out);
  }
  if (!options.saves) return 0;
  ProgressLine progress(globals);
  const auto backend = OpenBackend({.open = globals.Open(workspace::Access::kWrite, true), .writes = true});
  if (!backend) return PrintError(globals, backend.error());
  const auto saved = (*backend)->Act(std::string(workspace::kSaveMapping), {{"mapping", {proposal->trial.toml}}}, "",
                                     progress.Callback());
  progress.Clear();
  if (!saved) return PrintError(globals, saved.error());
  const sources::MappingDraft& draft = proposal->proposal.draft;
  if (!globals.is_quiet) fmt::print(stderr, "{}/{}\n", draft.source, draft.object);
  return 0;
}

}  // namespace weir::cli
