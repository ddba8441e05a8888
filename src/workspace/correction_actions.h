// What a person decides about one field of one record: the model obeys it while the source says what it said then
// (sources/corrections.h). Internal to workspace/.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>

#include "analysis/declaration.h"
#include "analysis/principal.h"
#include "base/result.h"
#include "engine/engine.h"
#include "sources/mapping.h"
#include "store/database.h"
#include "workspace/effect.h"
#include "workspace/ledger.h"

namespace weir::workspace {

inline constexpr std::string_view kCorrect = "records.correct";

analysis::Action CorrectAction();
// The parameters with the record's own id. Refused where the caller does not see the record.
Result<analysis::RawParams> WithRecord(engine::Engine& engine, const analysis::RawParams& params,
                                       const analysis::Principal& principal, std::stop_token stop);

struct CorrectionSetup {
  const sources::MappingCatalog& mappings;
  std::string reason;
  Instant now;
  std::int64_t version = 0;
};
// Inside the caller's transaction.
Result<Effect> CorrectRecord(store::Connection& connection, const analysis::RawParams& params,
                             const CorrectionSetup& setup);
Result<Effect> UndoCorrection(store::Connection& connection, const DecisionRow& decision, std::int64_t version);

}  // namespace weir::workspace
