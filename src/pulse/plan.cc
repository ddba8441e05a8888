#include "pulse/plan.h"

#include <algorithm>
#include <chrono>

namespace weir::pulse {
namespace {

using metrics::DayRange;

std::int64_t DaysIn(DayRange range) { return std::int64_t{range.last.days} - range.first.days + 1; }

// numerator / denominator with so many digits; half to even, or half away from zero.
Decimal Ratio(Int128 numerator, Int128 denominator, std::uint8_t digits, bool is_half_even) {
  Int128 scale = 1;
  for (int i = 0; i < digits; ++i) scale *= 10;
  const bool is_negative = numerator < 0;
  const Int128 scaled = (is_negative ? -numerator : numerator) * scale;
  Int128 whole = scaled / denominator;
  const Int128 twice = (scaled % denominator) * 2;
  if (twice > denominator || (twice == denominator && (!is_half_even || whole % 2 == 1))) ++whole;
  return {is_negative ? -whole : whole, digits};
}

int YearOf(Date date) {
  return static_cast<int>(std::chrono::year_month_day(std::chrono::sys_days(std::chrono::days(date.days))).year());
}

}  // namespace

std::optional<Decimal> PlanOf(const analysis::YearPlan& plan, DayRange range, int first_month, std::uint8_t decimals) {
  // Years have 365 or 366 days: over the common denominator the parts are whole numbers.
  constexpr std::int64_t kCommon = std::int64_t{365} * 366;
  Int128 units = 0;
  bool is_known = false;
  for (Date day = range.first; day.days <= range.last.days;) {
    const DayRange year = metrics::PeriodAround(day, metrics::Grain::kYear, first_month);
    const DayRange part{day, {std::min(year.last.days, range.last.days)}};
    auto amount = plan.find(YearOf(year.first));
    if (amount == plan.end()) amount = plan.find(0);
    if (amount != plan.end()) {
      units += amount->second.units * DaysIn(part) * (kCommon / DaysIn(year));
      is_known = true;
    }
    day = metrics::AddDays(part.last, 1);
  }
  if (!is_known) return std::nullopt;
  Int128 ledger = kCommon;
  for (int i = 0; i < kAmountScale; ++i) ledger *= 10;
  return Ratio(units, ledger, decimals, true);
}

std::optional<PlanFact> MakePlan(const PulseView& view, const analysis::Settings& settings,
                                 const std::optional<Decimal>& won) {
  if (!view.team_ids.empty() || !view.segment.empty()) return std::nullopt;
  const auto plan = analysis::ParsePlan(settings.plan_won_amount);
  if (!plan || plan->empty()) return std::nullopt;
  const std::uint8_t decimals = CurrencyDecimals(view.currency);
  const auto whole = PlanOf(*plan, view.whole, settings.fiscal_year_start_month, decimals);
  const auto to_date = PlanOf(*plan, view.now, settings.fiscal_year_start_month, decimals);
  if (!whole || !to_date) return std::nullopt;
  PlanFact fact{.period = view.whole, .plan = *whole, .plan_to_date = *to_date};
  constexpr std::uint8_t kShareDigits = 6;
  fact.share_of_days = Ratio(DaysIn(view.now), DaysIn(view.whole), kShareDigits, false);
  const auto amount = won ? Rescale(*won, kAmountScale) : std::nullopt;
  const auto planned = Rescale(*whole, kAmountScale);
  const auto due = Rescale(*to_date, kAmountScale);
  if (!amount || !planned || !due || planned->units == 0) return fact;
  fact.fact = *won;
  fact.share_of_plan = Ratio(amount->units, planned->units, kShareDigits, false);
  fact.ahead_of_plan = Decimal{amount->units - due->units, kAmountScale};
  return fact;
}

}  // namespace weir::pulse
