// Joins records on exact normalised keys: the source's own ids and merges, business domain and tax id of accounts,
// e-mail of people and members, phone together with the name, and, inside one source, the name where only a name is
// given. Cost O(records + keys); everything is held in memory.
#pragma once

#include "model/entity_resolver.h"

namespace weir::model {

class ExactResolver final : public EntityResolver {
 public:
  Result<ResolveReport> Resolve(store::Session& session, RecordCopies& records, std::int64_t data_version,
                                std::stop_token stop) override;
};

}  // namespace weir::model
