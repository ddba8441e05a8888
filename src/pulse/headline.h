// The five numbers that matter, each with its value to date, the value on the same day of the last period, and both as
// a running series. Internal to pulse/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "metrics/catalog.h"
#include "metrics/query.h"
#include "pulse/knowledge.h"
#include "pulse/view.h"

namespace weir::pulse {

struct TrendPoint {
  Date period;  // first day of the step
  store::Value value;
  store::Value previous;
};

struct HeadlineNumber {
  const metrics::Metric* metric = nullptr;
  store::Value value = {};                // null: the data cannot answer
  store::Value previous = {};             // null: nothing is known of the last period
  std::optional<Decimal> change = {};     // relative; of shares the difference
  std::optional<std::int64_t> base = {};  // of a share, a median or a mean: how many records it rests on
  std::vector<TrendPoint> trend = {};
};

struct Headline {
  std::vector<HeadlineNumber> numbers = {};
  bool reads_history = false;
  bool is_before_incomplete = false;  // the data begin inside the last period
};

Result<Headline> MakeHeadline(const PulseView& view, const Knowledge& knowledge, analysis::Context& context);

// The query of headline numbers over a range, to compute and to explain them.
metrics::Query QueryOf(const PulseView& view, const std::vector<std::string>& metrics, metrics::DayRange range);

// The days whose rows a point of the trend holds.
metrics::DayRange DaysOfPoint(const PulseView& view, Date period);

// (value - previous) / |previous|, of shares value - previous; rounded half away from zero to 6 digits; none where that
// has no meaning.
std::optional<Decimal> ChangeOf(const store::Value& value, const store::Value& previous, bool is_share);

}  // namespace weir::pulse
