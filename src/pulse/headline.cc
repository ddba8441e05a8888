#include "pulse/headline.h"

#include <algorithm>
#include <array>

namespace weir::pulse {
namespace {

using metrics::AddDays;
using metrics::Bucket;
using metrics::DayRange;
using store::Value;

constexpr std::size_t kNumbers = 5;
// In the order of preference; the first five that the data can answer are shown.
constexpr std::array<std::string_view, 9> kCandidates{
    "won_amount", "pipeline_amount", "win_rate",    "sales_cycle_median_days", "leads",
    "deals_won",  "invoiced_amount", "paid_amount", "activities"};

// Whether the views behind a metric hold any row.
Result<bool> IsAnswerable(const PulseView& view, const metrics::Metric& metric, store::Session& session) {
  for (const metrics::Metric* base : view.catalog->BasesOf(metric)) {
    WEIR_TRY(const std::int64_t found,
             session.QueryInteger(fmt::format("SELECT count(*) FROM (SELECT 1 FROM scoped.{} LIMIT 1) AS one",
                                              base->view)));
    if (found == 0) return false;
  }
  return true;
}

struct Choice {
  std::vector<const metrics::Metric*> answered;
  std::vector<const metrics::Metric*> shown;  // with those that fill up the five
};

Result<Choice> Choose(const PulseView& view, store::Session& session) {
  Choice choice;
  std::vector<const metrics::Metric*> others;
  for (const std::string_view id : kCandidates) {
    WEIR_TRY(const metrics::Metric* metric, view.catalog->Require(id));
    if (choice.answered.size() == kNumbers) break;
    WEIR_TRY(const bool is_answerable, IsAnswerable(view, *metric, session));
    (is_answerable ? choice.answered : others).push_back(metric);
  }
  choice.shown = choice.answered;
  for (const metrics::Metric* metric : others) {
    if (choice.shown.size() < kNumbers) choice.shown.push_back(metric);
  }
  return choice;
}

// Days up to six weeks, weeks up to a year or so, else four weeks.
int StepDays(DayRange range) {
  const int days = range.last.days - range.first.days + 1;
  return days <= 45 ? 1 : days <= 400 ? 7 : 28;
}

std::vector<Bucket> StepsOf(DayRange range, int step_days) {
  std::vector<Bucket> steps;
  for (Date day = range.first; day <= range.last; day = AddDays(day, step_days)) {
    steps.push_back({day, {day, std::min(AddDays(day, step_days - 1), range.last)}});
  }
  return steps;
}

// Values to date at the end of each step, a column a metric.
Result<std::vector<std::vector<Value>>> Running(const PulseView& view, const std::vector<std::string>& ids,
                                                DayRange range, int step_days, store::Session& session,
                                                bool& reads_history) {
  metrics::Query query = QueryOf(view, ids, range);
  query.is_running = true;
  query.steps = StepsOf(range, step_days);
  WEIR_TRY(const metrics::Compiled compiled, metrics::Compile(*view.catalog, query, store::DuckDbDialect()));
  if (compiled.is_empty) return std::vector<std::vector<Value>>{};
  reads_history = reads_history || compiled.reads_history;
  WEIR_TRY(store::Rows rows, session.Query(compiled.sql, compiled.parameters));
  for (auto& row : rows.rows) {
    row.erase(row.begin());  // the period
    row.resize(ids.size());
  }
  return std::move(rows.rows);
}

// The first day of the data behind a metric decides whether there is anything to compare with. A deal is known from its
// creation: before the first one was won, nothing won is a fact and not a gap.
Result<std::optional<Date>> FirstDayOf(const PulseView& view, const metrics::Metric& metric, store::Session& session) {
  metrics::Query query = QueryOf(view, {metric.id}, view.now);
  query.to.reset();
  if (view.catalog->BasesOf(metric).front()->view == "deal") query.metrics.emplace_back("deals_created");
  return metrics::FirstDay(*view.catalog, query, store::DuckDbDialect(), session);
}

void Fill(HeadlineNumber& number, std::size_t column, const std::vector<Bucket>& steps,
          const std::vector<std::vector<Value>>& now, const std::vector<std::vector<Value>>& before, bool is_known) {
  const auto at = [column](const std::vector<std::vector<Value>>& rows, std::size_t index) {
    return index < rows.size() ? rows[index][column] : Value{};
  };
  for (std::size_t i = 0; i < steps.size(); ++i) {
    number.trend.push_back({steps[i].period, at(now, i), is_known ? at(before, i) : Value{}});
  }
  if (!now.empty()) number.value = now.back()[column];
  if (is_known && !before.empty()) number.previous = before.back()[column];
  number.change = ChangeOf(number.value, number.previous, number.metric->unit == metrics::Unit::kShare);
}

std::optional<Decimal> AsDecimal(const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return Decimal{*integer, 0};
  if (const auto* decimal = std::get_if<Decimal>(&value)) return *decimal;
  return std::nullopt;
}

}  // namespace

metrics::Query QueryOf(const PulseView& view, const std::vector<std::string>& metrics, DayRange range) {
  return {.metrics = metrics, .from = range.first, .to = range.last, .team_ids = view.team_ids,
          .segment = view.segment, .as_of = view.as_of, .zone = view.zone, .currency = view.currency};
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

Result<Headline> MakeHeadline(const PulseView& view, analysis::Context& context) {
  store::Session& session = context.session();
  WEIR_TRY(const Choice choice, Choose(view, session));
  Headline headline;
  for (const metrics::Metric* metric : choice.shown) headline.numbers.push_back({.metric = metric});
  if (choice.answered.empty()) return headline;

  std::vector<std::string> ids;
  for (const metrics::Metric* metric : choice.answered) ids.push_back(metric->id);
  const int step_days = StepDays(view.now);
  WEIR_TRY(const auto now, Running(view, ids, view.now, step_days, session, headline.reads_history));
  WEIR_TRY(const auto before, Running(view, ids, view.before, step_days, session, headline.reads_history));
  const std::vector<Bucket> steps = StepsOf(view.now, step_days);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    WEIR_TRY(const std::optional<Date> first, FirstDayOf(view, *choice.answered[i], session));
    const bool is_known = first && *first <= view.before.last;
    if (is_known && *first > view.before.first) headline.is_before_incomplete = true;
    Fill(headline.numbers[i], i, steps, now, before, is_known);
  }
  return headline;
}

}  // namespace weir::pulse
