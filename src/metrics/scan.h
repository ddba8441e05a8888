// One pass over one view: what several metrics need of it, aggregated to the asked periods and dimensions. Internal to
// metrics/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "metrics/catalog.h"
#include "metrics/query.h"
#include "metrics/sql_writer.h"

namespace weir::metrics {

// What has been worked out of a query before SQL is written.
struct Plan {
  const MetricCatalog* catalog = nullptr;
  const Query* query = nullptr;
  std::vector<const Metric*> asked = {};
  std::vector<const Metric*> bases = {};  // the measures behind them; column b<index> of the folded rows
  std::optional<Date> first = {};
  Date last = {};                    // at most the day of as-of
  std::vector<Bucket> buckets = {};  // empty without a grain

  bool IsEmpty() const { return first && *first > last; }
  // The day on which the period opens: the first, or where none is asked for, that of the twelve months to the last.
  Date Opening() const { return first ? *first : AddDays(AddMonths(last, -12), 1); }
};

Result<Plan> MakePlan(const MetricCatalog& catalog, const Query& query);

enum class ScanKind : std::uint8_t {
  kFlow,     // rows by their day
  kRunning,  // rows in every period that ends on their day or after it
  kNow,      // a stock as it is at as-of
  kPast,     // a stock as it was, from history
};

struct Scan {
  const View* view = nullptr;
  ScanKind kind = ScanKind::kFlow;
  std::optional<ColumnRef> time = {};
  std::vector<std::size_t> bases = {};  // indices into the plan
  bool is_ranked = false;               // one median, for an engine without exact quantiles
  bool is_of_opening = false;           // a stock as it was before the period opened
  const Mart* mart = nullptr;           // of the query: read in place of the rows of the view
  bool is_since_opening = false;        // a flow since the period opened, where no first day is asked for

  bool HasSpine(const Plan& plan) const {
    return !plan.buckets.empty() && (kind == ScanKind::kPast || kind == ScanKind::kRunning);
  }
};

Result<std::vector<Scan>> MakeScans(const Plan& plan, const store::Dialect& dialect);

// Gives the scans that can be answered by a mart of the query the smallest of those.
Status TakeMarts(const Plan& plan, std::vector<Scan>& scans);

// Whether the metric asks when the period opens: for a stock before it, or for what began before it.
bool AsksForOpening(const Metric& base);

// The scope of a scan: sets the day and the instant for which stocks are taken.
Scope ScopeOf(const Plan& plan, const Scan& scan);

// What people asked of the rows: their condition, the teams and the segment that they chose, without what is left out.
Result<std::vector<std::string>> AskedTerms(const Plan& plan, const View& view, Scope& scope, SqlWriter& writer);

// All that limits the rows of a scan: the period, the filters of the metrics, what people asked, the teams they chose.
Result<std::string> WhereOf(const Plan& plan, const Scan& scan, Scope& scope, SqlWriter& writer);

// The amount in the reporting currency that a measure reads, and the one that it was converted from.
std::optional<std::pair<ColumnRef, ColumnRef>> ConvertedBy(const Metric& base, const View& view);

// An aggregated column of a scan, under the name that it has in the folded rows.
struct Part {
  std::string name;  // b0: the measure; n0: the rows it was made from; u0: those without an amount
  std::string type;  // SQL
};
std::vector<Part> PartsOf(const Metric& base, std::size_t index, const View& view);

// SELECT period, d0, ..., parts ... GROUP BY: the whole text of the pass.
Result<std::string> ScanSql(const Plan& plan, const Scan& scan, SqlWriter& writer);

}  // namespace weir::metrics
