// A question about metrics, and its compilation to one SQL text that runs on every engine of store/dialect.h.
//
// Each view is aggregated to the asked grain and dimensions by itself; the aggregates are then stacked and folded,
// never joined, so that a row can not be counted twice however many facts are asked at once. Ratios are ratios of sums,
// with exact integers on both sides and one rounding, half away from zero.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/result.h"
#include "base/result.h"
#include "base/time.h"
#include "metrics/catalog.h"
#include "metrics/left_out.h"
#include "metrics/mart.h"
#include "metrics/period.h"
#include "store/dialect.h"
#include "store/engine.h"

namespace weir::metrics {

struct Query {
  std::vector<std::string> metrics = {};
  std::vector<std::string> by = {};
  Grain grain = Grain::kNone;
  std::optional<Date> from = {};  // days of the reporting zone, both inclusive
  std::optional<Date> to = {};
  std::string where = {};
  std::vector<std::string> team_ids = {};  // empty: all
  std::string segment = {};                // empty: all
  bool is_running = false;                 // every period holds all from the first day to its end
  // Periods of one's own instead of a grain, for running questions: each holds its own days, which may overlap those of
  // others. Inside from..to, each with a `period` of its own.
  std::vector<Bucket> steps = {};
  LeaveOut leave_out = {};       // of every number; see ReadLeaveOut
  std::vector<Mart> marts = {};  // that may stand in for the rows; see ReadMarts
  int first_month = 1;           // of the year; 1 for the Gregorian calendar
  Instant as_of = {};
  TimeZone zone = TimeZone::Utc();
  std::string currency = {};  // unit of money columns

  Date AsOfDay() const { return zone.LocalDateOf(as_of); }
};

struct Compiled {
  std::string sql = {};
  std::vector<store::Value> parameters = {};
  std::vector<analysis::Column> columns = {};  // period, dimensions, metrics; hidden ones follow
  std::size_t hidden_columns = 0;              // of rows without an amount, one for each money sum
  bool reads_history = false;                  // of a stock at a past day
  bool is_empty = false;                       // the range ends before it begins: there is no SQL
};

// With a grain, `from` has to be set: see FirstDay. Errors name the parameter at fault.
Result<Compiled> Compile(const MetricCatalog& catalog, const Query& query, const store::Dialect& dialect);

// The first day on which any of the metrics has a row; none where there are no rows.
Result<std::optional<Date>> FirstDay(const MetricCatalog& catalog, const Query& query, const store::Dialect& dialect,
                                     store::Session& session);

// Rows of one metric that stand behind one row of a result: those of the numerator first, the largest first. `values`
// are those of the dimensions in `query.by` as text, empty for null; from and to of the query bound the period.
struct Behind {
  std::string sql = {};  // columns id, total
  std::vector<store::Value> parameters = {};
  std::string entity = {};
};
Result<Behind> CompileBehind(const MetricCatalog& catalog, const Query& query, const std::vector<std::string>& values,
                             std::size_t limit, const store::Dialect& dialect);

// Runs it: the ids with their number, which may be greater than the limit.
Result<analysis::Evidence> RowsBehind(const MetricCatalog& catalog, const Query& query,
                                      const std::vector<std::string>& values, std::size_t limit,
                                      store::Session& session);

// How many amounts are known in their own currency and not in the reporting one: for lack of a rate no sum has them.
Result<std::int64_t> CountUnconverted(const MetricCatalog& catalog, const Query& query, store::Session& session);

// What the question leaves out, by kind of row: rows that are in its period and meet its filters, counted once however
// many metrics and rules have them.
Result<std::vector<LeftOut>> CountLeftOut(const MetricCatalog& catalog, const Query& query, store::Session& session);

// How much of the past of the stocks among these metrics is history of the source, and how much is inferred.
Result<analysis::History> HistoryOf(const MetricCatalog& catalog, const std::vector<std::string>& metrics,
                                    store::Session& session);

// A warning where the metrics read what deals were on past days and their source does not tell all of that.
// `reads_history`: stocks are asked for past days too.
Result<std::vector<analysis::Warning>> WarnOfHoles(const MetricCatalog& catalog,
                                                   const std::vector<std::string>& metrics, bool reads_history,
                                                   store::Session& session);

}  // namespace weir::metrics
