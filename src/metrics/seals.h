// Sealed months of metrics: the number that was agreed on, the number of now, and what came between. Internal to
// metrics/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "base/decimal.h"
#include "metrics/catalog.h"
#include "metrics/period.h"
#include "metrics/query.h"

namespace weir::metrics {

struct SealedMonth {
  std::string metric = {};
  DayRange days = {};
  Decimal value = {};
  std::string unit = {};  // of the column of the number
  std::int64_t definition_version = 0;
  std::int64_t known_at = 0;  // the data version that it rests on
  Instant as_of = {};
  std::string note = {};
  std::string sealed_by = {};
  Instant sealed_at = {};
};

// Those that stand at this data version, by metric and month; of all metrics where none is named. Sealed numbers are of
// all rows: who sees a part of them has none.
Result<std::vector<SealedMonth>> SealsOf(const std::vector<std::string>& metrics, analysis::Context& context);

// A sealed month beside what the catalogue says of it at the moment of the context.
struct Adjusted {
  SealedMonth seal = {};
  store::Value now = {};  // null: it has no value any more, or is of another unit
  std::optional<Decimal> adjustment = {};
  bool HasMoved() const { return !adjustment || adjustment->units != 0; }
};
// `query` is of all rows; months and metrics are set here.
Result<std::vector<Adjusted>> AdjustmentsOf(std::vector<SealedMonth> seals, const MetricCatalog& catalog,
                                            const Query& query, analysis::Context& context);

// What must be said beside the answer to a question of all rows: of a month that it asks for, that it is sealed; of
// every sealed month within it that has moved, by how much.
Result<std::vector<analysis::Warning>> WarnOfSeals(const MetricCatalog& catalog, const Query& query,
                                                   analysis::Context& context);

}  // namespace weir::metrics
