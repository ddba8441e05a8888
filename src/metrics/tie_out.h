// Which question gives the figure of another report? Definitions, periods, filters, currencies, time zones and moments
// are tried; what gives the figure within its typed digits is ranked by the simplest explanation, with how likely such
// a match is by chance. Where the question as asked differs, a few rows that make exactly the difference are searched
// for. How: docs/design/tie-out.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "analysis/text.h"
#include "metrics/figure.h"
#include "metrics/query.h"

namespace weir::metrics {

struct TieOutAsked {
  const MetricCatalog* catalog = nullptr;
  Figure figure = {};
  const Metric* metric = nullptr;           // none: all of the unit
  Query query = {};                         // the question as asked
  Query unfiltered = {};                    // without its condition, team and segment
  std::vector<std::int64_t> versions = {};  // earlier data versions to try
};

// One thing that is otherwise than asked.
struct TieChange {
  std::string kind = {};  // definition, period, date, filter, currency, zone, excluded, moment, rows
  analysis::Text title = {};
};

struct TieRowNamed {
  std::string table = {};
  std::string id = {};
  std::string name = {};
  Int128 units = 0;
  int scale = 0;
  analysis::Text why = {};
};

struct TieAnswer {
  const Metric* metric = nullptr;
  std::optional<Date> from = {};
  std::optional<Date> to = {};
  std::string where = {};  // empty with `is_askable` false: no condition says it
  std::optional<Instant> as_of = {};
  std::optional<std::int64_t> known_at = {};
  bool with_excluded = false;
  bool is_as_filtered = true;  // team and segment stand as asked
  bool is_askable = true;      // `metrics` gives it, asked so
  std::vector<TieChange> changes = {};
  double cost = 0;  // of the changes: the less, the simpler
  Int128 units = 0;
  int digits = 0;
  std::string currency = {};
  std::int64_t row_count = 0;
  bool is_match = false;
  double chance = 0;                   // that something as simple matches by chance
  Decimal difference = {};             // the figure less the value; 0 of a match
  std::vector<TieRowNamed> rows = {};  // that have to be left out, or counted as well
};

struct TieOut {
  std::vector<TieAnswer> answers = {};  // the best first; where none matches, the nearest
  std::optional<TieAnswer> asked = {};  // the question as it is; none without a metric
  std::int64_t candidates = 0;          // numbers that were compared
  std::int64_t unread = 0;              // definitions that could not be tried here
};

constexpr std::size_t kMostAnswers = 10;

// Cost: one pass over the rows of each definition (and one for each day of a stock, moment and data version); then
// O(rows * dimensions) for each period. At most kMostFacts rows a definition.
Result<TieOut> FindTieOut(const TieOutAsked& asked, analysis::Context& context);

}  // namespace weir::metrics
