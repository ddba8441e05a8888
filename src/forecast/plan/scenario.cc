#include "forecast/plan/scenario.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <utility>

namespace weir::forecast {
namespace {

// An open deal: chances before and after the levers move, of a win within the period.
struct Chances {
  const DealProspect* deal = nullptr;
  double before = 0;
  double after = 0;
};

class Revenue {
 public:
  Revenue(const PeriodModel& model, std::span<const DealHistory> deals, const ForecastScope& scope,
          const ForecastPeriod& period, const Scenario& scenario)
      : model_(model), deals_(deals), scope_(scope), period_(period), scenario_(scenario) {}

  Result<RevenueDistribution> Run(std::size_t cells) {
    WEIR_TRY(FindChances());
    std::vector<CompoundWins> more = Arriving();
    AddHires(more);
    const double won = WonIn(deals_, period_, model_.as_of(), scope_);
    return SumOfDeals(Teams(), more, won, cells);
  }

 private:
  // Levers that stand from the day of the model on are the model's own.
  bool IsAtOnce() const { return scenario_.from <= model_.as_of() + 1; }
  bool HasBefore() const { return !IsAtOnce() && scenario_.from > period_.first; }
  bool HasAfter() const { return scenario_.from <= period_.last; }

  // What becomes of open deals by a day after `from` is what the model says of the day that is as far from it in its
  // own time.
  Day Mapped(Day day) const {
    if (day < scenario_.from) return day;
    return scenario_.from + static_cast<Day>(std::lround((day - scenario_.from) / scenario_.levers.cycle));
  }

  Status FindChances() {
    if (HasBefore()) {
      const ForecastPeriod before{period_.first, std::min(period_.last, scenario_.from - 1)};
      WEIR_TRY(before_, model_.ProspectsOf(deals_, before, {}));
    }
    if (HasAfter()) {
      Levers levers = scenario_.levers;
      ForecastPeriod after = period_;
      if (!IsAtOnce()) {
        after = {std::max(period_.first, scenario_.from), period_.last};
        after = {Mapped(after.first), std::max(Mapped(after.first), Mapped(after.last))};
        levers.cycle = 1;
      }
      WEIR_TRY(after_, model_.ProspectsOf(deals_, after, levers));
    }
    const std::size_t count = std::max(before_.size(), after_.size());
    chances_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      const double before = before_.empty() ? 0 : before_[i].probability;
      const double after = after_.empty() ? 0 : after_[i].probability;
      chances_.push_back({before_.empty() ? &after_[i] : &before_[i], before, std::min(after, 1 - before)});
    }
    return {};
  }

  std::vector<TeamDeals> Teams() const {
    std::map<int, TeamDeals> teams;
    for (const Chances& chance : chances_) {
      const double whole = chance.before + chance.after;
      if (whole <= 0) continue;
      teams[chance.deal->team].deals.push_back({.win_probability = whole, .amounts = AmountsOf(chance)});
    }
    std::vector<TeamDeals> list;
    list.reserve(teams.size());
    for (auto& [team, its_deals] : teams) {
      its_deals.correlation = model_.learnt().factor.correlation;
      list.push_back(std::move(its_deals));
    }
    return list;
  }

  std::vector<PossibleAmount> AmountsOf(const Chances& chance) const {
    const std::vector<PossibleAmount> usual = model_.drift().AmountsOf(chance.deal->stage, chance.deal->amount);
    const double after = chance.after / (chance.before + chance.after);
    std::vector<PossibleAmount> amounts;
    amounts.reserve(2 * usual.size());
    for (const PossibleAmount& possible : usual) {
      if (after < 1) amounts.push_back({possible.amount, possible.share * (1 - after)});
      if (after > 0) amounts.push_back({possible.amount * scenario_.levers.price, possible.share * after});
    }
    return amounts;
  }

  // One number of wins, of which some come before the levers move and some after, each at their amounts.
  std::vector<CompoundWins> Arriving() const {
    const Arrivals& arrivals = model_.arrivals();
    const Day first = std::max(period_.first, model_.as_of() + 1);
    if (IsAtOnce()) return Real(arrivals.Between(first, period_.last, scenario_.levers).wins);
    CompoundWins wins = arrivals.Between(first, period_.last).wins;
    if (!HasAfter() || wins.mean <= 0) return Real(std::move(wins));
    const Day moved = std::max(first, scenario_.from);
    Levers levers = scenario_.levers;
    levers.volume = 1;
    CompoundWins after = arrivals.Between(moved, period_.last, levers).wins;
    after.mean *= 1 + (scenario_.levers.volume - 1) * CreatedAfter(after.mean, levers);
    const double before = std::max(0.0, wins.mean - arrivals.Between(moved, period_.last).wins.mean);
    const double whole = before + after.mean;
    const std::vector<PossibleAmount> usual = std::exchange(wins.amounts, {});
    wins.amounts.reserve(usual.size() + after.amounts.size());
    for (const PossibleAmount& possible : usual) {
      wins.amounts.push_back({possible.amount, possible.share * before / whole});
    }
    for (const PossibleAmount& possible : after.amounts) {
      wins.amounts.push_back({possible.amount, possible.share * after.mean / whole});
    }
    Multiply(wins, whole / wins.mean);
    return Real(std::move(wins));
  }

  static std::vector<CompoundWins> Real(CompoundWins wins) {
    std::vector<CompoundWins> more;
    if (wins.mean > 0) more.push_back(std::move(wins));
    return more;
  }

  // The part of those wins whose deals are created from `from` on: as many as deals created from now on win within as
  // many days.
  double CreatedAfter(double wins, const Levers& levers) const {
    if (wins <= 0) return 0;
    const Day back = scenario_.from - model_.as_of() - 1;
    const Day first = std::max({period_.first, scenario_.from}) - back;
    const double after = model_.arrivals().Between(first, period_.last - back, levers).wins.mean;
    return std::clamp(after / wins, 0.0, 1.0);
  }

  static void Multiply(CompoundWins& wins, double times) {
    const double beyond = std::max(0.0, wins.variance - wins.mean);
    wins.mean *= times;
    wins.variance = wins.mean + beyond * times * times;
  }

  // Hires win deals such as those that are created, as many as bring what they are expected to, with its spread.
  void AddHires(std::vector<CompoundWins>& more) const {
    if (scenario_.hires.mean <= 0) return;
    const Day first = std::max(period_.first, model_.as_of() + 1);
    std::vector<PossibleAmount> amounts =
        model_.arrivals().Between(first, period_.last, {.price = scenario_.levers.price}).wins.amounts;
    double mean = 0;
    double squares = 0;
    for (const PossibleAmount& possible : amounts) {
      mean += possible.share * possible.amount;
      squares += possible.share * possible.amount * possible.amount;
    }
    if (mean <= 0) {
      amounts = {{scenario_.hires.mean, 1}};
      mean = scenario_.hires.mean;
      squares = mean * mean;
    }
    CompoundWins wins{.mean = scenario_.hires.mean / mean, .variance = 0, .amounts = std::move(amounts)};
    const double by_amounts = wins.mean * (squares - mean * mean);
    wins.variance = std::max(wins.mean, (scenario_.hires.variance - by_amounts) / (mean * mean));
    more.push_back(std::move(wins));
  }

  const PeriodModel& model_;
  std::span<const DealHistory> deals_;
  const ForecastScope& scope_;
  const ForecastPeriod& period_;
  const Scenario& scenario_;
  std::vector<DealProspect> before_;
  std::vector<DealProspect> after_;
  std::vector<Chances> chances_;
};

}  // namespace

Result<RevenueDistribution> RevenueUnder(const PeriodModel& model, std::span<const DealHistory> deals,
                                         const ForecastScope& scope, const ForecastPeriod& period,
                                         const Scenario& scenario, std::size_t cells) {
  return Revenue(model, deals, scope, period, scenario).Run(cells);
}

std::vector<double> AddedByEach(std::size_t count, std::span<const double> of) {
  std::vector<double> weights(count + 1, 1);  // k! (n - 1 - k)! / n! of sets of k others
  for (std::size_t k = 0; k < count; ++k) {
    double ways = 1;
    for (std::size_t i = 0; i < k; ++i) ways = ways * static_cast<double>(count - 1 - i) / static_cast<double>(i + 1);
    weights[k] = 1 / (ways * static_cast<double>(count));
  }
  std::vector<double> added(count);
  for (std::size_t move = 0; move < count; ++move) {
    const std::size_t own = std::size_t{1} << move;
    for (std::size_t set = 0; set < of.size(); ++set) {
      if ((set & own) != 0) continue;
      added[move] += weights[static_cast<std::size_t>(std::popcount(set))] * (of[set | own] - of[set]);
    }
  }
  return added;
}

}  // namespace weir::forecast
