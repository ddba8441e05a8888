// Who is who among the records of all sources: what is certain joins by rule (certain_keys.h).
#pragma once

#include "model/entity_resolver.h"

namespace weir::identity {

class Resolver final : public model::EntityResolver {
 public:
  Result<model::ResolveReport> Resolve(store::Session& session, model::RecordCopies& records, std::int64_t data_version,
                                       std::stop_token stop) override;
};

}  // namespace weir::identity
