// What people corrected, and the same as files for the sources to take over. Internal to workspace/.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analysis/declaration.h"
#include "sources/corrections.h"
#include "sources/mapping.h"
#include "workspace/merge_files.h"

namespace weir::workspace {

// records.corrections, sources.patch
std::vector<analysis::Analysis> CorrectionAnalyses(std::shared_ptr<const sources::MappingCatalog> mappings);

// Files for a source (name, object, rows, encoding, text), and what they do not carry with the reason.
analysis::TableSpec PatchFilesTable();
analysis::TableSpec PatchLeftTable();
// Into the two tables of the output; tells of what there was no room for.
void AddMergeFiles(const MergeFiles& made, analysis::Output& output);
// How the newest file of the object was written.
Result<sources::PatchDialect> PatchDialectOf(const std::string& source, const std::string& object,
                                             analysis::Context& context);

}  // namespace weir::workspace
