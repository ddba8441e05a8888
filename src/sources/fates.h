// What staged rows are to the store: new, news of what it knows, or known as they are. Private to sources/.
#pragma once

#include <cstdint>
#include <string>

#include "sources/compare.h"

namespace weir::sources {

// Files of the object that count, by their time against this one's.
struct OtherFiles {
  std::int64_t all = 0;
  std::int64_t later = 0;
  std::int64_t same_time = 0;
  std::int64_t known_rows = 0;  // observations, at most
  bool may_repeat = false;      // a key may have been observed more than once
  bool is_in_order = false;     // later observations have greater numbers
};
Result<OtherFiles> CountFiles(store::Connection& connection, const CompareInput& input);

// In how many parts the keys of so many staged rows are looked at, by the memory that the store may take.
Result<std::int64_t> CountParts(store::Connection& connection, std::uint64_t staged_rows, const OtherFiles& others);

// weir_fate: _row, known_obs (what it says again), fate (0 new, 1 updated, 2 unchanged). A key that is known only from
// later on is no new one: its history grows. With `deletes` also weir_gone: _obs, the last word on each known key of
// which neither the stage nor the quarantine has a row, unless that word is that it is gone.
// Where all keys together may not fit into the memory of the store, they are looked at in parts.
Status FindFates(store::Connection& connection, const CompareInput& input, const OtherFiles& others, bool deletes);

Status DropFates(store::Connection& connection);

// Pieces of SQL that comparing takes.
std::string TableOf(const Mapping& mapping);
std::string Literal(Instant instant);
std::string Committed(const Mapping& mapping);  // of rows: their file is in and counts
Status Run(store::Connection& connection, const std::string& sql);

}  // namespace weir::sources
