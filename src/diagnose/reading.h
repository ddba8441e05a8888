// What a line measures: a number with the cases that it is of, or why there is none. Internal to diagnose/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/context.h"
#include "base/decimal.h"
#include "diagnose/sign.h"
#include "diagnose/verdict.h"
#include "metrics/catalog.h"
#include "metrics/left_out.h"

namespace weir::diagnose {

enum class State : std::uint8_t {
  kMeasured,
  kNoData,      // what it needs is not there
  kTooFew,      // fewer cases than it asks for
  kNoAnalysis,  // this release has no such analysis
  kFailed,      // the analysis refused or answers otherwise than the line thinks
};
std::string_view NameOf(State state);
std::optional<State> StateNamed(std::string_view name);

struct Reading {
  State state = State::kNoData;
  std::optional<Decimal> value = {};
  std::int64_t hits = 0;
  std::int64_t cases = 0;
  std::optional<Decimal> low = {};
  std::optional<Decimal> high = {};
  analysis::Text note = {};  // why it is not measured
};

// Why few cases say nothing.
analysis::Text TooFewNote(std::int64_t cases, std::int64_t least);

// Every view without what exclusion rules leave out of it; `:as_of_date` and `:as_of` are the moment asked for.
std::string FilledIn(std::string_view select, const metrics::MetricCatalog& catalog, const metrics::LeaveOut& leave_out,
                     const analysis::Context& context);

// A line of SQL over the rows that count.
Result<Reading> ReadSelected(const Line& line, const metrics::MetricCatalog& catalog,
                             const metrics::LeaveOut& leave_out, analysis::Context& context);
// The rows that are hits, in the order of their ids.
Result<analysis::Evidence> RowsOf(const Line& line, const metrics::MetricCatalog& catalog,
                                  const metrics::LeaveOut& leave_out, analysis::Context& context);

// A line that another analysis answers. `output` is its answer; none: there is no such analysis.
Reading ReadAnswer(const Line& line, const analysis::Output* output);
// What refuses to answer is not measured, with its reason.
Reading ReadRefusal(const Error& error);
analysis::RawParams ParamsOf(const Ask& ask, Date today);

LineFacts FactsOf(const Line& line, const Reading& reading);
// The most that six digits after the point tell; nothing beyond what a ledger holds.
std::optional<Decimal> DecimalOf(double value);

}  // namespace weir::diagnose
