// Who is who among the records of all sources: what is certain joins by rule (certain_keys.h), and of the rest those
// companies and people whose words speak for it (model_links.h). What people decided outranks both (decided.h).
#pragma once

#include "base/executor.h"
#include "identity/decided.h"
#include "model/entity_resolver.h"
#include "store/database.h"

namespace weir::identity {

class Resolver final : public model::EntityResolver {
 public:
  // 0 threads: one for each core. What is found does not depend on it.
  explicit Resolver(int threads = 0) : executor_(threads) {}

  Result<model::ResolveReport> Resolve(store::Session& session, model::RecordCopies& records, std::int64_t data_version,
                                       std::stop_token stop) override;

 private:
  Status AddModelLinks(const Reader& reader, store::Connection& connection, const std::vector<Decided>& decided,
                       const std::stop_token& stop, Kind& kind, std::vector<std::size_t>& roots,
                       model::ResolveReport& report) const;

  Executor executor_;
};

}  // namespace weir::identity
