// A large import in two parts: what the first page shows comes first, and is built and served; what happened day by day
// (activities, calls, tickets, usage), most of the bytes of any company, comes in behind it.
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
#include "workspace/import_run.h"

namespace weir::workspace {

struct FilesByNeed {
  std::vector<MeantFile> first;  // accounts, people, deals, leads, invoices and what nothing recognises
  std::vector<MeantFile>
      behind;  // those of which every record is of a kind that can wait; in their order, as the first
};

// Divides files by what the mapping of each emits. All are first where those that can wait, and are not in already,
// have fewer bytes than `least_bytes_behind`, or where no other is new: then nobody would see anything sooner. Reads
// the beginning of each file; a file that cannot be read is first, where its error is found.
Result<FilesByNeed> DivideByNeed(std::vector<MeantFile> files, const sources::KnownFiles& known,
                                 const sources::MappingCatalog& mappings, std::uint64_t least_bytes_behind);

// What an import of the first part left, until it is in. Safe from any thread.
class FilesToCome {
 public:
  void Set(std::vector<MeantFile> files);
  std::vector<MeantFile> Files() const;
  std::vector<std::string> Titles() const;
  // For whoever reads meanwhile; nothing where all is in.
  std::optional<analysis::Warning> Warning() const;

 private:
  mutable std::mutex mutex_;
  std::vector<MeantFile> files_;
};

}  // namespace weir::workspace
