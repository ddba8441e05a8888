// Tries every question that may give a figure. Internal to metrics/.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "metrics/tie_out.h"
#include "metrics/tie_out_numbers.h"
#include "metrics/tie_out_tries.h"

namespace weir::metrics {

// Where a report may have looked at the data from.
struct World {
  TieChange change = {};  // empty kind: as asked
  double cost = 0;
  Query query = {};
  store::Session* session = nullptr;
  std::optional<Instant> as_of = {};
  std::optional<std::int64_t> known_at = {};
  bool with_excluded = false;
  bool is_unfiltered = false;
};

struct RowsKey {
  std::size_t world = 0;
  const Metric* base = nullptr;
  std::size_t period = 0;  // of what has to be read for each; else 0
  auto operator<=>(const RowsKey&) const = default;
};

// All numbers that were reckoned, and what their indices mean.
struct Tried {
  std::vector<std::unique_ptr<analysis::Context>> elsewhere = {};
  std::vector<World> worlds = {};  // the first: as asked
  std::vector<PeriodTry> periods = {};
  std::vector<TimeZone> zones = {};
  Codes codes = {};
  std::vector<std::string> dimensions = {};
  std::map<RowsKey, TieRows> rows = {};
  std::vector<Candidate> candidates = {};
  std::int64_t unread = 0;  // definitions that could not be asked
};

Result<Tried> TryAll(const TieOutAsked& asked, analysis::Context& context);

}  // namespace weir::metrics
