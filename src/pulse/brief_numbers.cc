#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "pulse/brief_parts.h"
#include "store/database.h"

namespace weir::pulse {
namespace {

using metrics::AddDays;
using metrics::DayRange;
using metrics::Metric;
using store::Value;

struct Choice {
  std::string_view department;
  std::array<std::string_view, 8> metrics;  // in the order of preference
};

// The first five that the data can answer are told.
constexpr std::array<Choice, 6> kChoices{
    Choice{
        "",
        {"won_amount", "pipeline_amount", "mrr", "win_rate", "leads", "invoiced_amount", "deals_open", "activities"}},
    Choice{"sales",
           {"won_amount", "pipeline_amount", "win_rate", "pipeline_past_close_date_amount", "sales_cycle_median_days",
            "deals_created", "deals_open", "activities"}},
    Choice{"marketing",
           {"leads", "leads_qualified", "lead_to_deal_rate", "cost_per_lead", "lead_response_hours", "spend",
            "lead_unanswered_share", "clicks"}},
    Choice{"success",
           {"mrr", "mrr_churned", "tickets_open", "ticket_first_reply_hours", "csat", "customers_paying",
            "tickets_unanswered", "nps"}},
    Choice{"finance",
           {"invoiced_amount", "paid_amount", "overdue_amount", "receivables", "mrr", "payments_failed",
            "refunded_amount", "won_amount"}},
    Choice{"operations",
           {"deals_past_close_date", "lead_unanswered_share", "lead_response_hours", "tickets_unanswered",
            "calls_missed", "deals_open", "activities", "leads"}}};

// Whose seller is a dimension where a seller is asked for.
std::vector<const Metric*> CandidatesOf(const BriefScope& scope) {
  const auto choice = std::ranges::find(kChoices, scope.department, &Choice::department);
  std::vector<const Metric*> candidates;
  for (const std::string_view id : (choice == kChoices.end() ? kChoices.front() : *choice).metrics) {
    const Metric* metric = scope.view.catalog->FindMetric(id);
    if (metric == nullptr) continue;
    if (!scope.owner.empty() && std::ranges::find(metric->dimensions, "owner") == metric->dimensions.end()) continue;
    candidates.push_back(metric);
  }
  return candidates;
}

// Whether the view has any row at all; each is looked at once.
class Filled {
 public:
  explicit Filled(store::Session& session) : session_(session) {}
  Result<bool> Has(const std::string& view) {
    if (const auto found = views_.find(view); found != views_.end()) return found->second;
    WEIR_TRY(
        const store::Rows rows,
        session_.Query(fmt::format("SELECT count(*) FROM (SELECT 1 FROM scoped.{} LIMIT 1)", store::QuoteName(view))));
    return views_[view] = rows.IntegerAt(0, 0) > 0;
  }

 private:
  store::Session& session_;
  std::map<std::string, bool> views_;
};

Result<bool> IsFilled(const BriefScope& scope, const Metric& metric, Filled& filled) {
  for (const Metric* base : scope.view.catalog->BasesOf(metric)) {
    WEIR_TRY(const bool has, filled.Has(base->view));
    if (!has) return false;
  }
  return true;
}

std::optional<Decimal> AsDecimal(const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return Decimal{*integer, 0};
  if (const auto* decimal = std::get_if<Decimal>(&value)) return *decimal;
  return std::nullopt;
}

std::optional<Decimal> Difference(const Value& now, const Value& before) {
  const auto left = AsDecimal(now);
  const auto right = AsDecimal(before);
  if (!left || !right) return std::nullopt;
  const std::uint8_t scale = std::max(left->scale, right->scale);
  const auto a = Rescale(*left, scale);
  const auto b = Rescale(*right, scale);
  if (!a || !b) return std::nullopt;
  return Decimal{a->units - b->units, scale};
}

// What is asked of each number, under labels of their own.
struct Steps {
  Date now, day_before, week_before, day_alone, week_alone;
};

// A sum by day tells what a day brought even where the quarter began since; anything else is set beside its past.
std::optional<Decimal> ChangeSince(const Metric& metric, const Value& now, const Value& before, const Value& alone) {
  if (metric.additivity != metrics::Additivity::kAdditive) return Difference(now, before);
  if (store::IsNull(now) && store::IsNull(alone)) return std::nullopt;
  return AsDecimal(alone).value_or(Decimal{0, 0});
}

// The answers by label and metric.
using Answers = std::map<Date, std::vector<Value>>;

Result<Answers> Ask(const BriefScope& scope, const std::vector<std::string>& ids, const Steps& steps,
                    analysis::Context& context, bool& reads_history) {
  const DayRange quarter = scope.view.now;
  const Date yesterday = AddDays(scope.today, -1);
  const Date week_ago = AddDays(scope.today, -kNewDays);
  metrics::Query query = BriefQuery(scope, ids, {std::min(quarter.first, AddDays(week_ago, 1)), scope.today});
  query.is_running = true;
  if (week_ago >= quarter.first) query.steps.push_back({steps.week_before, {quarter.first, week_ago}});
  query.steps.push_back({steps.week_alone, {AddDays(week_ago, 1), scope.today}});
  query.steps.push_back({steps.day_alone, {scope.today, scope.today}});
  if (yesterday >= quarter.first) query.steps.push_back({steps.day_before, {quarter.first, yesterday}});
  query.steps.push_back({steps.now, quarter});
  WEIR_TRY(const metrics::Compiled compiled, metrics::Compile(*scope.view.catalog, query, store::DuckDbDialect()));
  Answers answers;
  if (compiled.is_empty) return answers;
  reads_history = compiled.reads_history;
  WEIR_TRY(const store::Rows rows, context.session().Query(compiled.sql, compiled.parameters));
  for (const auto& row : rows.rows) {
    const auto* label = std::get_if<Date>(&row.front());
    WEIR_CHECK(label != nullptr);
    answers[*label].assign(row.begin() + 1, row.begin() + 1 + static_cast<std::ptrdiff_t>(ids.size()));
  }
  return answers;
}

}  // namespace

metrics::Query BriefQuery(const BriefScope& scope, const std::vector<std::string>& metrics, DayRange days) {
  metrics::Query query{.metrics = metrics,
                       .from = days.first,
                       .to = days.last,
                       .team_ids = scope.view.team_ids,
                       .segment = scope.view.segment,
                       .leave_out = scope.view.leave_out,
                       .as_of = scope.view.as_of,
                       .zone = scope.view.zone,
                       .currency = scope.view.currency};
  if (!scope.owner.empty()) query.where = fmt::format("owner = {}", store::QuoteText(scope.owner));
  return query;
}

std::vector<std::string> BriefViews(const metrics::MetricCatalog& catalog) {
  std::set<std::string> views;
  for (const Choice& choice : kChoices) {
    for (const std::string_view id : choice.metrics) {
      const Metric* metric = catalog.FindMetric(id);
      if (metric == nullptr) continue;
      for (const Metric* base : catalog.BasesOf(*metric)) views.insert(base->view);
    }
  }
  return {views.begin(), views.end()};
}

Result<BriefNumbers> ReadNumbers(const BriefScope& scope, analysis::Context& context) {
  BriefNumbers numbers;
  Filled filled(context.session());
  std::vector<const Metric*> asked;
  std::vector<std::string> ids;
  for (const Metric* metric : CandidatesOf(scope)) {
    WEIR_TRY(const bool is_filled, IsFilled(scope, *metric, filled));
    if (is_filled && asked.size() < kBriefLines) {
      asked.push_back(metric);
      ids.push_back(metric->id);
    } else if (!is_filled) {
      numbers.unknown.push_back(metric);
    }
  }
  if (ids.empty()) return numbers;
  const Steps steps{scope.today, AddDays(scope.today, -1), AddDays(scope.today, -7), AddDays(scope.today, -2),
                    AddDays(scope.today, -3)};
  WEIR_TRY(const Answers answers, Ask(scope, ids, steps, context, numbers.reads_history));
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const auto at = [&](Date label) {
      const auto found = answers.find(label);
      return found == answers.end() ? Value() : found->second[i];
    };
    const Value now = at(steps.now);
    numbers.known.push_back({.metric = asked[i],
                             .value = now,
                             .since_day = ChangeSince(*asked[i], now, at(steps.day_before), at(steps.day_alone)),
                             .since_week = ChangeSince(*asked[i], now, at(steps.week_before), at(steps.week_alone))});
  }
  return numbers;
}

}  // namespace weir::pulse
