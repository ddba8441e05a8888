// One import: which files, what each of them is, and each wholly in or not at all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "analysis/result.h"
#include "analysis/settings.h"
#include "base/result.h"
#include "sources/import.h"
#include "sources/mapping.h"
#include "sources/reader.h"
#include "store/database.h"
#include "workspace/workspace.h"

namespace weir::workspace {

struct FileOutcome {
  std::string file;
  std::string state;  // imported, recognised (dry run), unrecognised, error
  std::string source;
  std::string object;
  double score = 0;
  Phrase reason;
  std::int64_t import_id = 0;
  std::optional<sources::ImportReport> report;
  std::vector<sources::ColumnReport> columns;  // of a file that nothing recognised
  std::optional<Error> error;
};

// A file, or a part of one, and the mapping that it is read with; an empty one is found by its header.
struct MeantFile {
  sources::FileInput file;
  std::string mapping;
};

struct ImportSetup {
  const sources::MappingCatalog& mappings;
  analysis::Settings settings;
  std::string who;
  Instant now;
  std::optional<Instant> exported_at;
  bool is_whole = false;
  int threads = 0;                     // at most; 0: all cores
  std::vector<MeantFile> behind = {};  // what the first part left, for the part behind
  bool has_large_model = false;        // that is served while the files come in
};

struct ImportedFiles {
  std::vector<FileOutcome> outcomes;
  std::vector<MeantFile> behind;  // for another part of the import
};

// Every file in its own transaction; an error of one file does not stop the others. Fails only on what concerns all
// (a path that is not there, the store, the stop token).
Result<ImportedFiles> ImportAll(const store::Database& database, store::Connection& connection,
                                const ImportRequest& request, const ImportSetup& setup,
                                const analysis::Progress& progress, std::stop_token stop);

// When an export was taken, as a person wrote it; nothing for an empty text. A date is its beginning in the zone.
Result<std::optional<Instant>> ParseMoment(const std::string& text, const std::string& zone_name);
// Whether the model is behind: where nothing came in, not a byte of the workspace changes, unless an earlier run was
// stopped before its build.
Result<bool> NeedsBuild(store::Connection& connection, const std::vector<FileOutcome>& outcomes);

// Tables files, columns, problems, notices; the last is filled once the model knows of the files.
analysis::Output ImportOutput(const std::vector<FileOutcome>& outcomes);
engine::Answer ImportAnswer(engine::Snapshot& snapshot, const analysis::Principal& principal, analysis::Output output);
std::vector<analysis::TableSpec> ImportTables();
// Mappings of one's own that are left out.
void WarnOfMappings(const std::vector<Error>& problems, analysis::Output& output);
// Files that could not even be opened, as rows of the table files.
void AddProblems(const std::vector<Error>& problems, analysis::Output& output);

// An import of which no file could be read has failed: the error of the only file, or of the first few.
std::optional<Error> FailureOfAll(const std::vector<FileOutcome>& outcomes);

}  // namespace weir::workspace
