// The files of one import: read side by side, put in one after another in their order, so that numbers and data
// versions are the same however many threads there are.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "base/result.h"
#include "sources/known_files.h"
#include "sources/mapping.h"
#include "sources/reader.h"
#include "store/database.h"
#include "workspace/importer.h"

namespace weir::workspace {

Result<const sources::Mapping*> FindMapping(const sources::MappingCatalog& mappings, const std::string& name);

// An outcome for each file, in their order. Each comes in by a transaction of its own; an error of one does not stop
// the others. Fails on what concerns all: the store, a mapping that is not there, the stop token. What came in before
// stays. Memory: a few files at a time lie in temporary tables, which the store moves to the disk.
Result<std::vector<FileOutcome>> ImportFiles(const store::Database& database, const std::vector<MeantFile>& files,
                                             const sources::KnownFiles& known, const ImportRequest& request,
                                             const ImportSetup& setup, const analysis::Progress& progress,
                                             std::stop_token stop);

}  // namespace weir::workspace
