// A mapping tried on the first rows of a file, in a store of its own that is gone afterwards: what the rows become, and
// what would wait in quarantine and why. The way is that of an import; nothing of a workspace is read or written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sources/import.h"
#include "sources/mapping.h"
#include "sources/mapping_draft.h"
#include "sources/reader.h"

namespace weir::sources {

struct TryOptions {
  std::uint64_t rows = 2'000;   // of the file, at most; one block of rows more or less
  std::size_t shown_rows = 20;  // of each record table
  TimeZone reporting_zone = TimeZone::Utc();
  std::string default_region;
  std::string default_currency;
  std::stop_token stop = {};
};

struct TriedRecords {
  std::string table;
  std::vector<std::string> fields;  // those that the mapping sets
  std::vector<std::vector<std::string>> rows;
  std::uint64_t total = 0;  // records of the rows that were tried
};

struct Trial {
  ImportReport report;    // of the rows that were tried
  bool is_whole = false;  // those are all of the file
  std::vector<TriedRecords> records;
};

// Fails where the mapping is not sound, with the place in it; where the file cannot be read.
Result<Trial> TryMapping(const Mapping& mapping, const FileInput& file, const TryOptions& options);

}  // namespace weir::sources
