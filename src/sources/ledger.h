// Rows of the import ledger. Private to sources/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sources/compare.h"
#include "sources/import.h"
#include "sources/stage.h"
#include "store/database.h"

namespace weir::sources {

struct NextNumbers {
  std::int64_t file_id = 1;
  std::int64_t first_obs = 1;
};
Result<NextNumbers> TakeNumbers(store::Connection& connection);

struct FileEntry {
  const Mapping* mapping = nullptr;
  const ImportContext* context = nullptr;
  const ImportReport* report = nullptr;
  const CompareResult* compared = nullptr;
  std::string reading;  // JSON: how the file was read, and what its columns showed
  std::int64_t first_obs = 0;
  std::int64_t replay_of = 0;  // 0: none
};
Status WriteFile(store::Connection& connection, const FileEntry& entry);

// Notes what of the file rests on the clock on the wall: columns of instants that were kept as they were said, and the
// zone by which the time of the observation was found, if it was. A replay has the observation of its file.
Status WriteClocks(store::Connection& connection, const FileEntry& entry, const std::vector<std::string>& columns,
                   const std::optional<std::string>& observed_by);

// Moves the refused rows of the stage into the ledger.
Status WriteRejects(store::Connection& connection, const Mapping& mapping, const ImportContext& context,
                    std::int64_t file_id, const std::string& file);

// Adds the object, and what its columns held.
Status WriteColumns(store::Connection& connection, const Mapping& mapping, const StagePlan& plan, const Stage& stage,
                    std::int64_t data_version);

// {"reading": ..., "evidence": ...} and its parts.
std::string JoinReading(const std::string& reading, const std::string& evidence);
struct ReadingParts {
  std::string reading;
  std::string evidence;
};
Result<ReadingParts> SplitReading(std::string_view json);

}  // namespace weir::sources
