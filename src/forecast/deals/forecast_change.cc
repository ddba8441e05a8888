#include "forecast/deals/forecast_change.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/result.h"

namespace weir::forecast {
namespace {

// Money in whole minor units.
class Minor {
 public:
  explicit Minor(int units) : units_(units) {}

  std::int64_t Of(double amount) const {
    constexpr double kMost = 1e17;
    return std::llround(std::clamp(amount * units_, -kMost, kMost));
  }
  std::int64_t Of(const ForecastDeal& deal) const { return Of(deal.probability * deal.amount); }

 private:
  int units_;
};

std::vector<const ForecastDeal*> ById(const std::vector<ForecastDeal>& deals) {
  std::vector<const ForecastDeal*> sorted;
  sorted.reserve(deals.size());
  for (const ForecastDeal& deal : deals) sorted.push_back(&deal);
  std::sort(sorted.begin(), sorted.end(), [](const auto* one, const auto* other) { return one->id < other->id; });
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end(),
                                        [](const auto* one, const auto* other) { return one->id == other->id; });
  WEIR_CHECK(twice == sorted.end());
  return sorted;
}

ChangeKind DirectionOf(const std::optional<Day>& before, const std::optional<Day>& after) {
  if (!after) return ChangeKind::kPushedOut;
  return !before || *after < *before ? ChangeKind::kPulledIn : ChangeKind::kPushedOut;
}

class Changes {
 public:
  explicit Changes(const Minor& minor) : minor_(minor) {}

  void AddDeal(const ForecastDeal* before, const ForecastDeal* after) {
    if (before == nullptr) return Add(after->id, ChangeKind::kCreated, minor_.Of(*after));
    if (after == nullptr) return Add(before->id, ChangeKind::kLeft, -minor_.Of(*before));
    if (before->kind == after->kind) return AddSteps(*before, *after);
    const ChangeKind kind = after->kind == DealKind::kWon    ? ChangeKind::kWon
                            : after->kind == DealKind::kLost ? ChangeKind::kLost
                                                             : ChangeKind::kReopened;
    Add(after->id, kind, minor_.Of(*after) - minor_.Of(*before));
  }

  // What is of no deal.
  void AddRest(ChangeKind kind, std::int64_t amount) { rest_[static_cast<std::size_t>(kind)] += amount; }

  std::vector<ChangeLine> Lines() const {
    std::array<ChangeLine, kChangeKinds> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = {.kind = static_cast<ChangeKind>(i), .amount = rest_[i]};
    for (const DealChange& change : deals_) {
      ChangeLine& line = all[static_cast<std::size_t>(change.kind)];
      line.amount += change.amount;
      ++line.deals;
    }
    std::vector<ChangeLine> lines;
    for (const ChangeLine& line : all) {
      if (line.amount != 0 || line.deals > 0) lines.push_back(line);
    }
    return lines;
  }

  std::vector<DealChange> Deals() && { return std::move(deals_); }

 private:
  void Add(std::uint64_t id, ChangeKind kind, std::int64_t amount) { deals_.push_back({id, kind, amount}); }

  // A deal of one kind in both: open in both takes all steps, closed in both may differ in its amount and in whether it
  // counts for the period.
  void AddSteps(const ForecastDeal& before, const ForecastDeal& after) {
    std::int64_t so_far = minor_.Of(before);
    double amount = after.old_model_amount.value_or(after.amount);
    const auto step = [&](ChangeKind kind, double probability, bool is_named) {
      const std::int64_t next = minor_.Of(probability * amount);
      if (next != so_far || is_named) Add(after.id, kind, next - so_far);
      so_far = next;
    };
    const bool is_up = amount > before.amount;
    step(is_up ? ChangeKind::kAmountUp : ChangeKind::kAmountDown, before.probability, amount != before.amount);
    const bool is_moved = before.close_day != after.close_day;
    if (after.kind != DealKind::kOpen) {
      return step(DirectionOf(before.close_day, after.close_day), after.probability, is_moved);
    }
    if (is_moved) {
      const double with_date = after.old_model_new_date.value_or(before.probability);
      step(DirectionOf(before.close_day, after.close_day), with_date, true);
    }
    const double as_now = after.old_model_now.value_or(after.probability);
    const bool has_moved_on = before.stage != after.stage;
    step(has_moved_on ? ChangeKind::kStage : ChangeKind::kAge, as_now, has_moved_on);
    amount = after.amount;
    step(ChangeKind::kModel, after.probability, false);
  }

  Minor minor_;
  std::vector<DealChange> deals_;
  std::array<std::int64_t, kChangeKinds> rest_{};
};

// The mean of a forecast, and what was published of it.
struct Figures {
  std::int64_t arrivals = 0;
  std::int64_t mean = 0;
  std::int64_t published = 0;
};

Figures FiguresOf(const DealForecast& forecast, const Minor& minor) {
  Figures figures{.arrivals = minor.Of(forecast.arrivals)};
  figures.mean = figures.arrivals;
  for (const ForecastDeal& deal : forecast.deals) figures.mean += minor.Of(deal);
  figures.published = forecast.published ? minor.Of(*forecast.published) : figures.mean;
  return figures;
}

}  // namespace

ForecastChange ChangeBetween(const DealForecast& earlier, const DealForecast& later, int minor_units) {
  WEIR_CHECK(minor_units >= 1);
  const Minor minor(minor_units);
  Changes changes(minor);
  const std::vector<const ForecastDeal*> before = ById(earlier.deals);
  const std::vector<const ForecastDeal*> after = ById(later.deals);
  for (auto one = before.begin(), other = after.begin(); one != before.end() || other != after.end();) {
    const bool has_before = one != before.end() && (other == after.end() || (*one)->id <= (*other)->id);
    const bool has_after = other != after.end() && (one == before.end() || (*other)->id <= (*one)->id);
    changes.AddDeal(has_before ? *one : nullptr, has_after ? *other : nullptr);
    if (has_before) ++one;
    if (has_after) ++other;
  }
  const Figures then = FiguresOf(earlier, minor);
  const Figures now = FiguresOf(later, minor);
  changes.AddRest(ChangeKind::kArrivals, now.arrivals - then.arrivals);
  changes.AddRest(ChangeKind::kSpread, (now.published - now.mean) - (then.published - then.mean));
  ForecastChange change{.before = then.published, .after = now.published, .lines = changes.Lines()};
  change.deals = std::move(changes).Deals();
  return change;
}

}  // namespace weir::forecast
