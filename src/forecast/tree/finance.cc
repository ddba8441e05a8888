#include "forecast/tree/finance.h"

#include <algorithm>
#include <cmath>

#include "forecast/months.h"

namespace weir::forecast {
namespace {

constexpr double kReach = 1.2815515655446004;  // deviations of a normal distribution that hold eight of ten
constexpr double kFewestMatched = 10;
constexpr int kMostPast = 60;

const std::vector<NodeName>& RevenueNames() {
  static const std::vector<NodeName> names{
      {"revenue", -1, "finance", {"Recurring revenue", "Регулярная выручка"}},
      {"revenue_held", 0, "success", {"From subscriptions of now", "От нынешних подписок"}},
      {"revenue_added", 0, "sales", {"From bookings not billed yet", "От продаж, которые ещё не выставлены"}}};
  return names;
}

const std::vector<NodeName>& CashNames() {
  static const std::vector<NodeName> names{
      {"cash", -1, "finance", {"Cash", "Поступления"}},
      {"cash_open", 0, "finance", {"From invoices that are out", "По выставленным счетам"}},
      {"cash_new", 0, "finance", {"From invoices to come", "По будущим счетам"}}};
  return names;
}

void AddNormal(double mean, double deviation, double floor, OwnForecast& forecast) {
  forecast.mean.push_back(mean);
  forecast.low.push_back(std::max(floor, mean - kReach * deviation));
  forecast.high.push_back(mean + kReach * deviation);
}

struct MonthOfRecurring {
  double before = 0;  // on the evening before
  double started = 0;
  double grown = 0;
  double revenue = 0;
};

// From the month of the first movement to that of as_of.
std::vector<MonthOfRecurring> MonthsOf(const TreeFacts& facts, int first, double& monthly) {
  const int last = MonthOf({facts.as_of});
  std::vector<MonthOfRecurring> months(static_cast<std::size_t>(last - first + 1));
  std::size_t next = 0;
  for (int month = first; month <= last; ++month) {
    MonthOfRecurring& of = months[static_cast<std::size_t>(month - first)];
    of.before = monthly;
    const std::int32_t until = std::min(LastDayOf(month).days, facts.as_of);
    double days = 0;
    for (std::int32_t day = FirstDayOf(month).days; day <= until; ++day) {
      for (; next < facts.recurring.size() && facts.recurring[next].day <= day; ++next) {
        const RecurringDay& turn = facts.recurring[next];
        of.started += turn.started;
        of.grown += turn.grown;
        monthly += turn.started + turn.grown + turn.carried;
      }
      days += monthly;
    }
    of.revenue = days / LengthOf(month);
  }
  return months;
}

void LearnKept(std::span<const MonthOfRecurring> last, RecurringPast& past) {
  std::vector<double> kept;
  for (const MonthOfRecurring& month : last) {
    if (month.before > 0) kept.push_back(1 + month.grown / month.before);
    past.begun += month.started / static_cast<double>(last.size());
  }
  double squares = 0;
  for (const MonthOfRecurring& month : last) squares += std::pow(month.started - past.begun, 2);
  if (last.size() > 1 && past.begun > 0) {
    past.begun_variation = std::sqrt(squares / static_cast<double>(last.size() - 1)) / past.begun;
  }
  if (kept.empty()) return;
  past.kept = 0;
  for (const double share : kept) past.kept += share / static_cast<double>(kept.size());
  double spread = 0;
  for (const double share : kept) spread += std::pow(share - past.kept, 2);
  if (kept.size() > 1) past.kept_deviation = std::sqrt(spread / static_cast<double>(kept.size() - 1));
}

// What begins in each month ahead of recurring revenue, a month: from deals that are won and not yet billed, and from
// those to be won.
std::vector<double> BeginningsOf(const TreeFacts& facts, const RecurringPast& past,
                                 const std::vector<double>& new_bookings, const Starts& starts, std::size_t months) {
  std::vector<double> begins(months);
  const bool is_known = starts.matched >= kFewestMatched && !new_bookings.empty();
  for (std::size_t m = 0; m < months; ++m) {
    const int month = facts.first_month + static_cast<int>(m);
    const std::int32_t from = std::max(FirstDayOf(month).days, facts.as_of + 1);
    const std::int32_t until = LastDayOf(month).days;
    if (!is_known) {
      begins[m] = past.begun * (until - from + 1) / LengthOf(month);
      continue;
    }
    double amount = 0;
    for (const StartingDeal& deal : facts.booked) {
      if (deal.starts <= facts.as_of) continue;
      const std::int32_t waited = facts.as_of - deal.won;
      amount += deal.amount *
                (starts.curve.Between(waited, until - deal.won) - starts.curve.Between(waited, from - 1 - deal.won));
    }
    for (std::size_t of = 0; of <= m; ++of) {
      const int booked = facts.first_month + static_cast<int>(of);
      const std::int32_t first = std::max(FirstDayOf(booked).days, facts.as_of + 1);
      amount += new_bookings[of] * ShareOfEven(starts.curve, first, LastDayOf(booked).days, from, until);
    }
    begins[m] = amount * starts.monthly_share;
  }
  return begins;
}

}  // namespace

RecurringPast RecurringPastOf(const TreeFacts& facts) {
  RecurringPast past;
  past.first_month = facts.first_month;
  if (facts.recurring.empty() || facts.recurring.front().day > facts.as_of) return past;
  const int first = MonthOf({facts.recurring.front().day});
  const std::vector<MonthOfRecurring> months = MonthsOf(facts, first, past.monthly);
  past.first_month = std::max(first + 1, facts.first_month - kMostPast);
  for (int month = past.first_month; month < facts.first_month; ++month) {
    past.months.push_back(months[static_cast<std::size_t>(month - first)].revenue);
  }
  const std::int32_t passed = facts.as_of - FirstDayOf(facts.first_month).days + 1;
  const double days = LengthOf(facts.first_month);
  past.left = (days - std::max(0, passed)) / days;
  if (passed > 0) past.so_far = months.back().revenue;
  const std::size_t whole = static_cast<std::size_t>(std::max(0, facts.first_month - first));
  const std::size_t count = std::min<std::size_t>(12, whole);
  if (count > 0) LearnKept(std::span(months).subspan(whole - count, count), past);
  return past;
}

Starts StartsOf(const TreeFacts& facts) {
  Starts starts;
  std::vector<Wait> waits;
  waits.reserve(facts.booked.size());
  double amount = 0;
  double monthly = 0;
  for (const StartingDeal& deal : facts.booked) {
    waits.push_back({deal.won, deal.starts, 1});
    if (deal.starts > facts.as_of) continue;
    starts.matched += 1;
    amount += deal.amount;
    monthly += deal.monthly;
  }
  starts.curve = DelayCurve::Learn(waits, facts.as_of);
  if (amount > 0) starts.monthly_share = monthly / amount;
  for (const StartingDeal& deal : facts.booked) {
    if (deal.starts <= facts.as_of) continue;
    starts.not_yet += deal.amount * starts.curve.Between(facts.as_of - deal.won, kStillAwaited);
  }
  return starts;
}

Result<Branch> RevenueBranch(const TreeFacts& facts, const FlowNode& root, const OwnForecast& alone,
                             const std::vector<double>& new_bookings, const Starts& starts) {
  const RecurringPast past = RecurringPastOf(facts);
  Branch branch{.names = RevenueNames(), .first_past = past.first_month, .has_history = false};
  branch.nodes = {root, {.parent = 0, .so_far = root.so_far}, {.parent = 0}};
  std::vector<OwnForecast> own(3);
  own[0] = alone;
  own[1].model = "retention";
  own[2].model = "starts";
  const std::size_t months = alone.mean.size();
  const std::vector<double> begins = BeginningsOf(facts, past, new_bookings, starts, months);
  double time = 0;   // months from as_of to the beginning of this one
  double added = 0;  // recurring revenue that began before it
  double variance = 0;
  for (std::size_t m = 0; m < months; ++m) {
    const double part = m == 0 ? past.left : 1;
    const double middle = time + part / 2;
    const double held = past.monthly * std::pow(past.kept, middle) * part;
    AddNormal(held + (m == 0 ? root.so_far : 0), held * past.kept_deviation * std::sqrt(middle), 0, own[1]);
    // What begins within the month brings half of it.
    const double begun = std::pow(past.begun_variation * begins[m], 2);
    AddNormal((added + begins[m] / 2) * part, std::sqrt(variance + begun / 4) * part, 0, own[2]);
    added += begins[m];
    variance += begun;
    time += part;
  }
  WEIR_TRY(branch.forecast, AgreeByIntervals(branch.nodes, std::move(own)));
  return branch;
}

Result<Branch> CashBranch(const TreeFacts& facts, const FlowNode& root, const OwnForecast& alone,
                          const FlowNode& invoiced, const OwnForecast& invoiced_alone,
                          const PaymentBehaviour& behaviour) {
  Branch branch{.names = CashNames(), .has_history = false};
  branch.nodes = {root, {.parent = 0, .so_far = root.so_far}, {.parent = 0}};
  std::vector<OwnForecast> own(3);
  own[0] = alone;
  own[1].model = "payers";
  own[2].model = "payers";
  const std::size_t months = alone.mean.size();
  for (std::size_t m = 0; m < months; ++m) {
    const int month = facts.first_month + static_cast<int>(m);
    const std::int32_t from = std::max(FirstDayOf(month).days, facts.as_of + 1);
    const std::int32_t until = LastDayOf(month).days;
    const auto open = behaviour.OfOpen(facts.invoices, from, until);
    AddNormal(open.mean + (m == 0 ? root.so_far : 0), std::sqrt(open.variance), m == 0 ? root.so_far : 0, own[1]);
    double mean = 0;
    double variance = 0;
    for (std::size_t of = 0; of <= m; ++of) {
      const int issued = facts.first_month + static_cast<int>(of);
      const std::int32_t first = std::max(FirstDayOf(issued).days, facts.as_of + 1);
      const double share = behaviour.OfNew(first, LastDayOf(issued).days, from, until);
      mean += share * (invoiced_alone.mean[of] - (of == 0 ? invoiced.so_far : 0));
      variance += std::pow(share * (invoiced_alone.high[of] - invoiced_alone.low[of]) / (2 * kReach), 2);
    }
    AddNormal(mean, std::sqrt(variance), 0, own[2]);
  }
  WEIR_TRY(branch.forecast, AgreeByIntervals(branch.nodes, std::move(own)));
  return branch;
}

}  // namespace weir::forecast
