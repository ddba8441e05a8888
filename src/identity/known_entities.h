// Reads whom the model of a build knows into indexes that answer of one record (match_index.h).
#pragma once

#include <stop_token>

#include "base/executor.h"
#include "base/result.h"
#include "identity/match_index.h"
#include "store/engine.h"

namespace weir::identity {

struct KnownEntities {
  MatchIndex companies;
  MatchIndex people;
};

// All companies and people of the model, also those that are deleted: whoever asks says whom of them is to be told of.
// Ends with an error once the token is stopped. Cost: the newest words of each record are read and sorted by entity, a
// few microseconds a record; then that of building the indexes.
Result<KnownEntities> ReadKnown(store::Session& session, const Executor& executor, const std::stop_token& stop);

}  // namespace weir::identity
