// Files that tell a source which of its records are one: a line a record that stays, in the headers of the source's own
// export, with the ids that are to be merged into it and with the values that should stand there then, by the rules of
// survivorship among the records of that source; the name is that of the record that stays unless more speaks for
// another (hygiene/surviving_values.h). Internal to workspace/.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/declaration.h"
#include "sources/corrections.h"
#include "sources/mapping.h"

namespace weir::workspace {

struct MergeFile {
  std::string name;
  std::string object;
  std::int64_t rows = 0;
  sources::PatchDialect dialect;
  std::vector<std::vector<std::string>> lines;  // the header first
};

// What no line carries: an id or a value, and the code of the reason (ReasonOf in corrections.cc).
struct LeftOfMerge {
  std::string object;
  std::string row_key;
  std::string field;
  std::string value;
  std::string reason;
};

struct MergeFiles {
  std::vector<MergeFile> files;  // one an object
  std::vector<LeftOfMerge> left;
  std::int64_t cut = 0;  // records that stay and for which there was no room
};

inline constexpr std::size_t kMostMergeLines = 1000;  // of one kind of record

// Over what the caller may see. Cost: a few questions a value that a survivor lacks.
Result<MergeFiles> MakeMergeFiles(const std::string& source, const std::string& entity,
                                  const sources::MappingCatalog& mappings, analysis::Context& context);

// What the column of ids that go is called beside that of the ids that stay: in Russian where the export is.
std::string MergedHeader(std::string_view key_header, bool is_russian);

// hygiene.mergefile: the same as an answer; sources.patch has these files as well.
analysis::Analysis MergeFileAnalysis(std::shared_ptr<const sources::MappingCatalog> mappings);

}  // namespace weir::workspace
