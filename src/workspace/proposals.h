// A mapping proposed for a file, or a draft of one tried on it: what the command, the page and the tests show of it.
// Reads the file and the mappings; writes nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "analysis/result.h"
#include "analysis/settings.h"
#include "base/result.h"
#include "sources/file_profile.h"
#include "sources/mapping.h"
#include "sources/propose_mapping.h"
#include "sources/try_mapping.h"

namespace weir::workspace {

// The part of a file that is meant: a file that is one table is itself the part. `part` is its title as an import shows
// it ("book.xlsx/March"); empty where there is but one.
Result<sources::FileInput> PartOf(const sources::FileInput& file, std::string_view part);

// The settings by which cells are read.
sources::TryOptions TryBy(const analysis::Settings& settings);

// A draft as a mapping, and what it makes of the first rows. `problem` is what keeps it from being one.
struct DraftTrial {
  std::string toml;  // empty where the draft cannot even be written
  std::optional<Error> problem;
  std::optional<sources::Trial> trial;
  std::vector<Phrase> missing;
  bool is_recognised = false;  // saved, it would be taken for this file without being named
};
Result<DraftTrial> TryDraft(const sources::MappingCatalog& catalog, const sources::MappingDraft& draft,
                            const sources::FileInput& file, const sources::TryOptions& options);

struct FileProposal {
  sources::FileProfile profile;
  sources::Proposal proposal;
  DraftTrial trial;
};
Result<FileProposal> ProposeFor(const sources::MappingCatalog& catalog, const sources::FileInput& file,
                                std::string_view table, std::string_view source, const sources::TryOptions& options);

// Tables `tables`, `columns`, `notes` and `counts`, as the command prints them.
analysis::Output ProposalOutput(const FileProposal& proposal);

// What the page shows, as JSON text.
std::string ProposalJson(const sources::MappingCatalog& catalog, const FileProposal& proposal);
std::string TrialJson(const DraftTrial& trial);

}  // namespace weir::workspace
