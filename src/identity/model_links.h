// What is not certain of who is who: companies and people that the certain keys leave apart and whose words speak for
// their being one. Internal to the resolver.
//
// Only what is new or others than in the last build is compared with the rest: model.identity_profile keeps of each
// record what its words and those of its group were, model.identity_key the keys by which candidates are found,
// model.identity_pair the pairs and what speaks for and against them. Cost: O(records and their keys) to find out what
// changed, in memory, and a few microseconds a pair of what did.
//
// What people decided is held against what the model says of the two records by themselves; where weights do better
// when they are drawn to it, those of all pairs are (calibration.h), and model.identity_calibration says so.
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include "base/executor.h"
#include "identity/decided.h"
#include "identity/resolver_records.h"
#include "store/database.h"

namespace weir::identity {

struct ModelLink {
  std::size_t record = 0;  // the first of a group that joins another
  double probability = 0;
  std::string reason;
};

struct ModelLinks {
  std::vector<std::size_t> roots;  // of each record, the groups that are one put together
  std::vector<ModelLink> links;
  std::size_t weighed = 0;  // pairs: of groups one of which is new or others than before
};

// `roots`: the groups that are certain. No group that comes of it holds two records that were decided to be apart,
// unless one of the certain ones does.
Result<ModelLinks> LinkByModel(const Reader& reader, store::Connection& connection, const Kind& kind,
                               const std::vector<std::size_t>& roots, const std::vector<Decided>& decided,
                               const Executor& executor, std::stop_token stop);

}  // namespace weir::identity
