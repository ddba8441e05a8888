#include "pulse/headline.h"

#include <algorithm>
#include <array>

#include "pulse/pulse.h"

namespace weir::pulse {
namespace {

using metrics::AddDays;
using metrics::Bucket;
using metrics::DayRange;
using store::Value;

constexpr std::size_t kNumbers = 5;
// In the order of preference; the first five that the data can answer are shown.
constexpr std::array<std::string_view, 10> kCandidates{
    "won_amount",      "pipeline_amount", "win_rate",  "sales_cycle_median_days", "leads", "deals_won", "deals_open",
    "invoiced_amount", "paid_amount",     "activities"};

std::vector<const metrics::Metric*> Candidates(const PulseView& view) {
  std::vector<const metrics::Metric*> candidates;
  for (const std::string_view id : kCandidates) {
    const metrics::Metric* metric = view.catalog->FindMetric(id);
    if (metric != nullptr) candidates.push_back(metric);
  }
  return candidates;
}

bool IsKnown(const PulseView& view, const metrics::Metric& metric, const Knowledge& knowledge) {
  return std::ranges::all_of(view.catalog->BasesOf(metric),
                             [&](const metrics::Metric* base) { return knowledge.Has(base->view); });
}

// Days up to six weeks, weeks up to a year or so, else four weeks.
int StepDays(DayRange range) {
  const int days = range.last.days - range.first.days + 1;
  return days <= 45 ? 1 : days <= 400 ? 7 : 28;
}

// Each step holds all from the first day of the range to its own end.
std::vector<Bucket> StepsOf(DayRange range, int step_days) {
  std::vector<Bucket> steps;
  for (Date day = range.first; day <= range.last; day = AddDays(day, step_days)) {
    steps.push_back({day, {range.first, std::min(AddDays(day, step_days - 1), range.last)}});
  }
  return steps;
}

using Series = std::vector<std::vector<Value>>;  // a row a step, a column a metric

// Both periods in one question: they have no day in common.
struct BothPeriods {
  Series before;
  Series now;
  bool reads_history = false;
};

Result<BothPeriods> ReadSeries(const PulseView& view, const std::vector<std::string>& ids, int step_days,
                               store::Session& session) {
  metrics::Query query = QueryOf(view, ids, {view.before.first, view.now.last});
  query.is_running = true;
  query.steps = StepsOf(view.before, step_days);
  const std::size_t steps_before = query.steps.size();
  const auto steps_now = StepsOf(view.now, step_days);
  query.steps.insert(query.steps.end(), steps_now.begin(), steps_now.end());
  WEIR_TRY(const metrics::Compiled compiled, metrics::Compile(*view.catalog, query, store::DuckDbDialect()));
  if (compiled.is_empty) {
    const std::vector<Value> unknown(ids.size());
    return BothPeriods{Series(steps_before, unknown), Series(steps_now.size(), unknown)};
  }
  WEIR_TRY(store::Rows rows, session.Query(compiled.sql, compiled.parameters));
  WEIR_CHECK(rows.size() == query.steps.size());
  BothPeriods both{.reads_history = compiled.reads_history};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& row = rows.rows[i];
    const auto first = row.begin() + 1;  // after the period
    (i < steps_before ? both.before : both.now).emplace_back(first, first + static_cast<std::ptrdiff_t>(ids.size()));
  }
  return both;
}

HeadlineNumber NumberOf(const metrics::Metric& metric, std::size_t column, const std::vector<Bucket>& steps,
                        const BothPeriods& both, bool is_before_known) {
  const auto at = [column](const Series& series, std::size_t index) {
    return index < series.size() ? series[index][column] : Value{};
  };
  HeadlineNumber number{.metric = &metric, .value = both.now.back()[column]};
  if (is_before_known) number.previous = both.before.back()[column];
  for (std::size_t i = 0; i < steps.size(); ++i) {
    number.trend.push_back({steps[i].period, at(both.now, i), is_before_known ? at(both.before, i) : Value{}});
  }
  number.change = ChangeOf(number.value, number.previous, metric.unit == metrics::Unit::kShare);
  return number;
}

// A ratio may be null for a while; an amount is null where no row has one.
bool IsAnswered(const HeadlineNumber& number) {
  const bool is_sum = number.metric->additivity == metrics::Additivity::kAdditive ||
                      number.metric->additivity == metrics::Additivity::kSemiAdditive;
  return !is_sum || !store::IsNull(number.value) || !store::IsNull(number.previous);
}

// Sums tell by themselves how much they are made of.
Result<std::optional<std::int64_t>> BaseOf(const HeadlineNumber& number, const PulseView& view,
                                           store::Session& session) {
  const bool is_sum = number.metric->additivity == metrics::Additivity::kAdditive ||
                      number.metric->additivity == metrics::Additivity::kSemiAdditive;
  if (is_sum || store::IsNull(number.value)) return std::optional<std::int64_t>{};
  WEIR_TRY(const analysis::Evidence rows,
           metrics::RowsBehind(*view.catalog, QueryOf(view, {number.metric->id}, view.now), {}, 1, session));
  return std::optional(rows.total.value_or(static_cast<std::int64_t>(rows.ids.size())));
}

std::optional<Decimal> AsDecimal(const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return Decimal{*integer, 0};
  if (const auto* decimal = std::get_if<Decimal>(&value)) return *decimal;
  return std::nullopt;
}

}  // namespace

std::span<const std::string_view> HeadlineMetrics() { return kCandidates; }

metrics::Query QueryOf(const PulseView& view, const std::vector<std::string>& metrics, DayRange range) {
  return {.metrics = metrics,
          .from = range.first,
          .to = range.last,
          .team_ids = view.team_ids,
          .segment = view.segment,
          .leave_out = view.leave_out,
          .as_of = view.as_of,
          .zone = view.zone,
          .currency = view.currency};
}

DayRange DaysOfPoint(const PulseView& view, Date period) {
  const Date end = AddDays(period, StepDays(view.now) - 1);
  return {view.now.first, std::clamp(end, view.now.first, view.now.last)};
}

std::optional<Decimal> ChangeOf(const Value& value, const Value& previous, bool is_share) {
  constexpr std::uint8_t kDigits = 6;
  const auto now = AsDecimal(value);
  const auto before = AsDecimal(previous);
  if (!now || !before) return std::nullopt;
  const std::uint8_t scale = std::max(now->scale, before->scale);
  const auto left = Rescale(*now, scale);
  const auto right = Rescale(*before, scale);
  if (!left || !right) return std::nullopt;
  const Int128 difference = left->units - right->units;
  if (is_share) return Rescale({difference, scale}, kDigits);
  if (right->units == 0) return std::nullopt;
  constexpr Int128 kMillion = 1'000'000;
  const Int128 divisor = right->units < 0 ? -right->units : right->units;
  const Int128 magnitude = difference < 0 ? -difference : difference;
  Int128 product = 0;
  if (__builtin_mul_overflow(magnitude, 2 * kMillion, &product)) return std::nullopt;
  const Int128 rounded = (product + divisor) / (2 * divisor);
  return Decimal{difference < 0 ? -rounded : rounded, kDigits};
}

Result<Headline> MakeHeadline(const PulseView& view, const Knowledge& knowledge, analysis::Context& context) {
  std::vector<HeadlineNumber> unanswered;
  std::vector<const metrics::Metric*> known;
  for (const metrics::Metric* metric : Candidates(view)) {
    if (IsKnown(view, *metric, knowledge)) {
      known.push_back(metric);
    } else {
      unanswered.push_back({.metric = metric});
    }
  }
  Headline headline;
  if (!known.empty()) {
    std::vector<std::string> ids;
    ids.reserve(known.size());
    for (const metrics::Metric* metric : known) ids.push_back(metric->id);
    const int step_days = StepDays(view.now);
    WEIR_TRY(const BothPeriods both, ReadSeries(view, ids, step_days, context.session()));
    headline.reads_history = both.reads_history;
    const std::vector<Bucket> steps = StepsOf(view.now, step_days);
    for (std::size_t i = 0; i < known.size() && headline.numbers.size() < kNumbers; ++i) {
      const auto first = knowledge.FirstDay(view.catalog->BasesOf(*known[i]).front()->view);
      const bool is_before_known = first && *first <= view.before.last;
      HeadlineNumber number = NumberOf(*known[i], i, steps, both, is_before_known);
      if (!IsAnswered(number)) continue;
      WEIR_TRY(number.base, BaseOf(number, view, context.session()));
      if (is_before_known && *first > view.before.first) headline.is_before_incomplete = true;
      headline.numbers.push_back(std::move(number));
    }
  }
  for (HeadlineNumber& number : unanswered) {
    if (headline.numbers.size() < kNumbers) headline.numbers.push_back(std::move(number));
  }
  return headline;
}

}  // namespace weir::pulse
