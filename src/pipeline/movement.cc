#include "pipeline/movement.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/result.h"

namespace weir::pipeline {
namespace {

constexpr std::int64_t kOne = 1'000'000'000;          // a rate of 1
constexpr Int128 kLargest = 999'999'999'999'999'999;  // of DECIMAL(18,4)
constexpr std::array<std::int64_t, 5> kRateGrains = {10'000'000'000'000, 1'000'000'000'000, 100'000'000'000,
                                                     10'000'000'000, 1'000'000'000};  // of 10^-13, by decimals
constexpr std::array<std::int64_t, 5> kLedgerGrains = {10'000, 1'000, 100, 10, 1};

// The rates of each currency, found by day.
class Rates {
 public:
  explicit Rates(std::span<const Rate> rates) : rates_(rates) {
    for (std::size_t i = 0; i < rates.size(); ++i) {
      const std::size_t currency = rates[i].currency;
      if (currency >= first_.size()) first_.resize(currency + 1, {0, 0});
      if (first_[currency].second == 0) first_[currency].first = i;
      ++first_[currency].second;
    }
  }

  bool Has(std::uint16_t currency) const { return currency < first_.size() && first_[currency].second > 0; }

  // Nothing on a day for which the currency has no rate.
  std::optional<std::int64_t> On(std::uint16_t currency, std::int32_t day) const {
    if (!Has(currency)) return std::nullopt;
    const std::span<const Rate> own = rates_.subspan(first_[currency].first, first_[currency].second);
    const auto after = std::ranges::upper_bound(own, day, {}, &Rate::from_day);
    if (after == own.begin() || std::prev(after)->until_day <= day) return std::nullopt;
    return std::prev(after)->units;
  }

 private:
  std::span<const Rate> rates_;
  std::vector<std::pair<std::size_t, std::size_t>> first_;
};

bool IsClosed(Standing standing) { return standing == Standing::kWon || standing == Standing::kLost; }

// Rows of one deal: the state at each moment, -1 where there is none.
struct Rows {
  std::int32_t before = -1;
  std::int32_t after = -1;
};

class Mover {
 public:
  Mover(const DealVersions& versions, const DealScope& scope, std::span<const Rate> rates, const Window& window)
      : v_(versions), scope_(scope), rates_(rates), window_(window) {
    movement_.totals.emplace_back();
  }

  Movement Run() {
    const auto rows = static_cast<std::int32_t>(v_.deal.size());
    for (std::int32_t first = 0; first < rows;) {
      std::int32_t next = first;
      Rows found;
      for (; next < rows && v_.deal[Of(next)] == v_.deal[Of(first)]; ++next) {
        if (v_.since[Of(next)] <= window_.start) found.before = next;
        if (v_.since[Of(next)] <= window_.end) found.after = next;
      }
      if (found.after >= 0) Move(first, found);
      first = next;
    }
    std::ranges::sort(movement_.totals.begin() + 1, movement_.totals.end(), {}, &Total::currency);
    return std::move(movement_);
  }

 private:
  static std::size_t Of(std::int32_t index) { return static_cast<std::size_t>(index); }

  bool InPeriod(std::int32_t row) const {
    const std::int32_t day = v_.close_day[Of(row)];
    return !window_.has_period || (day >= window_.first_close_day && day <= window_.last_close_day);
  }
  bool Fits(std::int32_t row, bool in_scope) const { return in_scope && v_.in_category[Of(row)] != 0 && InPeriod(row); }
  bool IsCounted(std::int32_t row, bool in_scope) const {
    return v_.standing[Of(row)] == Standing::kOpen && Fits(row, in_scope);
  }
  bool ScopeAtStart(std::int32_t row) const { return scope_.at_start[Of(v_.deal[Of(row)])] != 0; }
  bool ScopeAtEnd(std::int32_t row) const { return scope_.at_end[Of(v_.deal[Of(row)])] != 0; }

  // Whether a deal that is counted at neither moment was, at one between them.
  bool WasCounted(std::int32_t first, Rows rows) const {
    for (std::int32_t row = rows.before < 0 ? first : rows.before + 1; row <= rows.after; ++row) {
      if (IsCounted(row, v_.in_scope[Of(row)] != 0)) return true;
    }
    const bool was_closed = rows.before >= 0 && IsClosed(v_.standing[Of(rows.before)]);
    return !was_closed && IsClosed(v_.standing[Of(rows.after)]) && Fits(rows.after, ScopeAtEnd(rows.after));
  }

  Part WhyItCame(std::int32_t before) const {
    if (before < 0) return Part::kCreated;
    const Standing standing = v_.standing[Of(before)];
    if (IsClosed(standing)) return Part::kReopened;
    if (standing != Standing::kOpen || !ScopeAtStart(before)) return Part::kJoinedScope;
    return InPeriod(before) ? Part::kMovedIn : Part::kPulledIn;
  }

  Part WhyItLeft(std::int32_t after) const {
    const Standing standing = v_.standing[Of(after)];
    if (standing == Standing::kGone) return Part::kRemoved;
    if (standing == Standing::kUnseen || !ScopeAtEnd(after)) return Part::kLeftScope;
    if (IsClosed(standing)) {
      if (window_.has_period && v_.close_day[Of(after)] > window_.last_close_day) return Part::kPushedOut;
      return standing == Standing::kWon ? Part::kWon : Part::kLost;
    }
    return InPeriod(after) ? Part::kMovedOut : Part::kPushedOut;
  }

  // The last row of the window in which a column is not what it was in the row before.
  template <typename Column>
  std::int32_t LastChange(Rows rows, std::int32_t first, const Column& differs) const {
    for (std::int32_t row = rows.after; row > std::max(rows.before, first); --row) {
      if (differs(Of(row), Of(row - 1))) return row;
    }
    return -1;
  }

  std::int32_t CauseOf(Part part, std::int32_t first, Rows rows) const {
    const auto changed = [&](const auto& column) {
      return LastChange(rows, first, [&](std::size_t row, std::size_t last) { return column[row] != column[last]; });
    };
    switch (part) {
      case Part::kCreated:
        return first;
      case Part::kReopened:
        return LastChange(rows, first, [&](std::size_t row, std::size_t last) {
          return v_.standing[row] == Standing::kOpen && IsClosed(v_.standing[last]);
        });
      case Part::kAmountUp:
      case Part::kAmountDown:
      case Part::kFirstKnown:
        return LastChange(rows, first, [&](std::size_t row, std::size_t last) {
          return v_.amount[row] != v_.amount[last] || v_.currency[row] != v_.currency[last];
        });
      case Part::kPulledIn:
      case Part::kPushedOut:
        return changed(v_.close_day);
      case Part::kMovedIn:
      case Part::kMovedOut:
        return changed(v_.in_category);
      case Part::kJoinedScope:
      case Part::kLeftScope:
        return changed(v_.in_scope);
      case Part::kWon:
      case Part::kLost:
      case Part::kRemoved: {
        const std::int32_t row = changed(v_.standing);
        return row < 0 && rows.before < 0 ? first : row;
      }
      case Part::kExchangeRate:
        break;
    }
    return -1;
  }

  std::int32_t RateDay(std::int32_t row, std::int32_t moment) const {
    const std::int32_t day = v_.close_day[Of(row)];
    return IsClosed(v_.standing[Of(row)]) && day != kNoDay ? day : moment;
  }

  std::uint16_t TotalOf(std::int32_t row) const {
    return rates_.Has(v_.currency[Of(row)]) ? kReporting : v_.currency[Of(row)];
  }
  // What the amount of the row is on a day, in the currency of its total.
  std::int64_t ValueOn(std::int32_t row, std::int32_t day) const {
    const std::int64_t amount = v_.amount[Of(row)];
    if (amount == kNoAmount || TotalOf(row) != kReporting) return amount;
    const auto rate = rates_.On(v_.currency[Of(row)], day);
    return rate ? AtRate(amount, *rate, window_.decimals) : kNoAmount;
  }
  static std::int64_t Known(std::int64_t value) { return value == kNoAmount ? 0 : value; }

  Total& At(std::uint16_t currency) {
    if (currency == kReporting) return movement_.totals.front();
    const auto [found, is_new] = own_totals_.try_emplace(currency, movement_.totals.size());
    if (is_new) movement_.totals.push_back({.currency = currency});
    return movement_.totals[found->second];
  }

  void Add(Part part, std::uint16_t currency, std::int64_t units, std::int32_t first, Rows rows) {
    movement_.parts.push_back({.deal = v_.deal[Of(first)],
                               .part = part,
                               .currency = currency,
                               .units = units,
                               .before = rows.before,
                               .after = rows.after,
                               .cause = CauseOf(part, first, rows)});
    Total& total = At(currency);
    total.units[static_cast<std::size_t>(part)] += units;
    ++total.deals[static_cast<std::size_t>(part)];
  }
  void AddChange(Part part, std::uint16_t currency, std::int64_t units, std::int32_t first, Rows rows) {
    if (units != 0) Add(part, currency, units, first, rows);
  }

  void Move(std::int32_t first, Rows rows) {
    const bool is_start = rows.before >= 0 && IsCounted(rows.before, ScopeAtStart(rows.before));
    const bool is_end = IsCounted(rows.after, ScopeAtEnd(rows.after));
    if (!is_start && !is_end && !WasCounted(first, rows)) return;
    const std::uint16_t currency = TotalOf(rows.after);
    const std::int64_t value = ValueOn(rows.after, RateDay(rows.after, window_.end_day));
    if (is_start) {
      movement_.start_rows.push_back(rows.before);
      AddStay(value, currency, first, rows);
    } else {
      Add(WhyItCame(rows.before), currency, Known(value), first, rows);
    }
    if (!is_end) {
      Add(WhyItLeft(rows.after), currency, -Known(value), first, rows);
      return;
    }
    movement_.end_rows.push_back(rows.after);
    Total& total = At(currency);
    total.end += Known(value);
    ++total.end_deals;
    total.end_unknown += value == kNoAmount ? 1 : 0;
  }

  // From its value at the start to that at the end, whether it is still counted there or not.
  void AddStay(std::int64_t value, std::uint16_t currency, std::int32_t first, Rows rows) {
    const std::uint16_t old_currency = TotalOf(rows.before);
    const std::int64_t old_value = ValueOn(rows.before, window_.start_day);
    {
      Total& total = At(old_currency);
      total.start += Known(old_value);
      ++total.start_deals;
      total.start_unknown += old_value == kNoAmount ? 1 : 0;
    }
    if (old_currency != currency) {
      AddDifference(0, Known(old_value), old_currency, first, rows);
      AddDifference(Known(value), 0, currency, first, rows);
      return;
    }
    if (old_value == kNoAmount) {
      AddChange(Part::kFirstKnown, currency, Known(value), first, rows);
      return;
    }
    const std::int64_t at_new_rate = ValueOn(rows.before, RateDay(rows.after, window_.end_day));
    const std::int64_t moved = at_new_rate == kNoAmount ? old_value : at_new_rate;
    AddDifference(Known(value), moved, currency, first, rows);
    AddChange(Part::kExchangeRate, currency, moved - old_value, first, rows);
  }
  void AddDifference(std::int64_t now, std::int64_t was, std::uint16_t currency, std::int32_t first, Rows rows) {
    AddChange(now > was ? Part::kAmountUp : Part::kAmountDown, currency, now - was, first, rows);
  }

  const DealVersions& v_;
  const DealScope& scope_;
  const Rates rates_;
  const Window& window_;
  Movement movement_;
  std::map<std::uint16_t, std::size_t> own_totals_;
};

}  // namespace

std::string_view NameOf(Part part) {
  static constexpr std::array<std::string_view, kParts> kNames{
      "created",    "reopened", "amount_up", "first_known", "pulled_in",  "moved_in", "joined_scope", "amount_down",
      "pushed_out", "lost",     "won",       "moved_out",   "left_scope", "removed",  "exchange_rate"};
  return kNames[static_cast<std::size_t>(part)];
}

std::int64_t AtRate(std::int64_t amount, std::int64_t rate, int decimals) {
  if (rate == kOne) return amount;
  const auto kept = static_cast<std::size_t>(std::clamp(decimals, 0, 4));
  const Int128 grain = kRateGrains[kept];
  const Int128 exact = Int128{amount} * rate;
  Int128 whole = exact / grain;
  const Int128 rest = exact % grain;
  const Int128 twice = (rest < 0 ? -rest : rest) * 2;
  if (twice > grain || (twice == grain && whole % 2 != 0)) whole += exact < 0 ? -1 : 1;
  const Int128 ledger = whole * kLedgerGrains[kept];
  if (ledger > kLargest || ledger < -kLargest) return kNoAmount;
  return static_cast<std::int64_t>(ledger);
}

Movement MovementOf(const DealVersions& versions, const DealScope& scope, std::span<const Rate> rates,
                    const Window& window) {
  const std::size_t rows = versions.deal.size();
  WEIR_CHECK(versions.since.size() == rows && versions.standing.size() == rows && versions.amount.size() == rows);
  WEIR_CHECK(versions.currency.size() == rows && versions.close_day.size() == rows);
  WEIR_CHECK(versions.in_category.size() == rows && versions.in_scope.size() == rows);
  WEIR_CHECK(window.start <= window.end && scope.at_start.size() == scope.at_end.size());
  return Mover(versions, scope, rates, window).Run();
}

}  // namespace weir::pipeline
