// The draft of a mapping from fields that were matched to columns: with what the table's own sense adds, a key, and
// notes on what a person should look at. Private to sources/.
#pragma once

#include "model/records.h"
#include "sources/field_match.h"
#include "sources/propose_mapping.h"

namespace weir::sources {

struct DraftGround {
  const MappingCatalog& catalog;
  const FileProfile& profile;
  const ProposeOptions& options;
  const FieldMatches& matches;
};

// Fills the draft, its reasons, the notes and what is missing.
void MakeDraft(const DraftGround& ground, const model::RecordTable& table, Proposal& proposal);

// "leads.csv.gz" of "exports/leads.csv.gz" is leads.
std::string StemOfFile(std::string_view file_name);

}  // namespace weir::sources
