// A large import in two parts. What the first page shows comes first, and is built and served; what happened day by day
// (activities, calls, tickets, usage), most of the bytes of any company, comes in behind it. Where a large model stands
// already, it is served at once, as it stands, and all new files come in behind it.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "analysis/result.h"
#include "base/result.h"
#include "sources/known_files.h"
#include "sources/mapping.h"
#include "store/engine.h"
#include "workspace/definitions.h"
#include "workspace/import_run.h"

namespace weir::workspace {

struct FilesByNeed {
  std::vector<MeantFile> first;
  std::vector<MeantFile> behind;  // in their order, as the first
};

// Whether the model is the newest one, and so large that bringing it up to date takes longer than people wait for a
// page: it is made of `least_observations` or more.
Result<bool> HasLargeModel(store::Session& session, const Definitions& definitions, std::int64_t least_observations);

// Divides files by what the mapping of each emits: accounts, people, deals, leads, invoices and what nothing recognises
// are first; behind are those of which every record is of a kind that can wait. All are first where those that can
// wait, and are not in already, have fewer bytes than `least_bytes_behind`, or where no other is new: then nobody would
// see anything sooner. Reads the beginning of each file; a file that cannot be read is first, where its error is found.
// With `has_model` all are behind, the new ones first, if some are new and these are no more than a day or a month
// brings: of an import that was cut off, most is still to be read.
Result<FilesByNeed> DivideByNeed(std::vector<MeantFile> files, const sources::KnownFiles& known,
                                 const sources::MappingCatalog& mappings, std::uint64_t least_bytes_behind,
                                 bool has_model);

// What an import of the first part left, until it is in. Safe from any thread.
class FilesToCome {
 public:
  // `has_model`: what stands is as of the last import, and lacks nothing else.
  void Set(std::vector<MeantFile> files, bool has_model);
  std::vector<MeantFile> Files() const;
  std::vector<std::string> Titles() const;
  // For whoever reads meanwhile; nothing where all is in.
  std::optional<analysis::Warning> Warning() const;

 private:
  mutable std::mutex mutex_;
  std::vector<MeantFile> files_;
  bool has_model_ = false;
};

}  // namespace weir::workspace
