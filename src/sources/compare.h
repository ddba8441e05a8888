// Staged rows against what the store knows: set by set, in the order of observation and not of import. Private to
// sources/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sources/mapping.h"
#include "sources/stage.h"
#include "store/database.h"

namespace weir::sources {

struct CompareInput {
  const Mapping* mapping = nullptr;
  const StagePlan* plan = nullptr;
  std::vector<bool> is_stored;  // by column of the plan: unmapped columns without any value are not
  std::int64_t file_id = 0;
  std::int64_t data_version = 0;
  std::int64_t first_obs = 0;
  std::uint64_t rows = 0;  // of the file, refused ones too: the numbers first_obs .. first_obs + rows - 1 are taken
  Instant observed_at;
  bool may_delete = true;   // absence means deletion where the mapping says so
  bool is_dry_run = false;  // only counts
};

struct CompareResult {
  std::uint64_t added = 0;
  std::uint64_t updated = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t deleted = 0;
  std::int64_t last_obs = 0;
  std::optional<Instant> window_from;
  std::optional<Instant> window_to;
};

// Makes the observation table or widens it. Fails if a column would have to change its type and lose values. What a
// column held before it got another type stays as _was_<data version>_<column>, for what was known before.
Status PrepareTable(store::Connection& connection, const Mapping& mapping, const StagePlan& plan,
                    const std::vector<bool>& is_stored, std::int64_t data_version);

// A row whose key another row of the file has too, with other content: it loses to the one that was modified later.
struct DuplicateRow {
  std::int64_t row = 0;
  std::int64_t line = 0;
  std::int64_t kept_line = 0;
  bool has_stamp = false;  // the stamps decided
};
struct Duplicates {
  std::vector<DuplicateRow> different;
  std::uint64_t identical = 0;
};
// Takes all but one row of each key out of the stage.
Result<Duplicates> TakeDuplicates(store::Connection& connection);

// Numbers rows that have the same content: their key is their content and which of them they are.
Status NumberContentKeys(store::Connection& connection);

Result<CompareResult> CompareAndAppend(store::Connection& connection, const CompareInput& input);

}  // namespace weir::sources
