#include "forecast/targets.h"

#include <array>
#include <map>

#include "forecast/money.h"
#include "forecast/months.h"

namespace weir::forecast {
namespace {

using analysis::Context;
using metrics::DayRange;
using metrics::Target;

// The part of an amount for `of` days that falls on the month: what falls up to its end less what falls before it, each
// rounded, so that months add up to the whole.
Decimal PartOf(Decimal amount, DayRange of, int month, const Rounding& rounding) {
  const double days = of.last.days - of.first.days + 1;
  const auto up_to = [&](Date day) {
    return rounding.Of(static_cast<double>(amount.units) * ((day.days - of.first.days) / days));
  };
  return Ledger(up_to(FirstDayOf(month + 1)) - up_to(FirstDayOf(month)));
}

class Targets {
 public:
  Targets(const metrics::WhoseParams& whose, Context& context)
      : whose_(whose), context_(context), rounding_(context.settings().currency) {}

  Result<Target> Of(int month) {
    Target first;
    for (const metrics::Grain grain : {metrics::Grain::kMonth, metrics::Grain::kQuarter, metrics::Grain::kYear}) {
      const DayRange days =
          metrics::PeriodAround(FirstDayOf(month), grain, context_.settings().fiscal_year_start_month);
      WEIR_TRY(Target target, Ask(days));
      if (target.source == "goal") {
        if (target.amount) target.amount = PartOf(*target.amount, days, month, rounding_);
        return target;
      }
      if (grain == metrics::Grain::kMonth) first = std::move(target);
    }
    return first;
  }

 private:
  Result<Target> Ask(DayRange days) {
    const auto found = asked_.find({days.first.days, days.last.days});
    if (found != asked_.end()) return found->second;
    WEIR_TRY(Target target, metrics::TargetOf("", days, whose_, context_));
    asked_[{days.first.days, days.last.days}] = target;
    return target;
  }

  const metrics::WhoseParams& whose_;
  Context& context_;
  Rounding rounding_;
  std::map<std::pair<std::int32_t, std::int32_t>, Target> asked_;
};

}  // namespace

std::optional<Decimal> MonthlyTargets::Sum() const {
  Decimal sum{0, kAmountScale};
  for (const auto& month : months) {
    if (!month) return std::nullopt;
    sum.units += month->units;
  }
  return sum;
}

Result<MonthlyTargets> TargetsByMonth(const std::string& given, int first, int months,
                                      const metrics::WhoseParams& whose, Context& context) {
  MonthlyTargets targets;
  const DayRange all{FirstDayOf(first), LastDayOf(first + months - 1)};
  if (!given.empty()) {
    WEIR_TRY(const Target target, metrics::TargetOf(given, all, whose, context));
    const Rounding rounding(context.settings().currency);
    for (int m = 0; m < months; ++m) {
      targets.months.emplace_back(PartOf(*target.amount, all, first + m, rounding));
      targets.sources.emplace_back("given");
    }
    return targets;
  }
  Targets asked(whose, context);
  std::optional<Target> lacking;
  for (int m = 0; m < months; ++m) {
    WEIR_TRY(Target target, asked.Of(first + m));
    targets.months.push_back(target.amount);
    targets.sources.push_back(target.source);
    if (!target.amount && !lacking) lacking = std::move(target);
  }
  if (lacking) {
    targets.warnings = metrics::WarningsOf(*lacking);
    if (lacking->currency.empty()) {
      targets.warnings = {{.code = "no_target",
                           .message = MakePhrase("months of the plan have neither a goal of won_amount nor a plan of "
                                                 "the settings: give 'target', or set one")}};
    }
  }
  return targets;
}

}  // namespace weir::forecast
