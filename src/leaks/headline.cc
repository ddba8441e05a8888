#include "leaks/headline.h"

#include <algorithm>
#include <cmath>

#include "analysis/columns.h"
#include "metrics/query.h"
#include "store/database.h"

namespace weir::leaks {
namespace {

using analysis::ColumnType;
using analysis::Of;
using store::Value;

constexpr std::string_view kRecurring = "arr";
constexpr std::string_view kBookings = "won_amount";
constexpr int kYearDays = 365;

Int128 UnitsOf(const std::optional<Decimal>& amount) {
  const auto scaled = amount ? Rescale(*amount, kAmountScale) : std::nullopt;
  return scaled ? scaled->units : Int128{0};
}

// A metric of the same scope, over the last year where it has a period; nothing where it has no value.
Result<std::optional<Decimal>> MetricOf(std::string_view id, const LedgerScope& scope, analysis::Context& context) {
  if (scope.catalog->FindMetric(id) == nullptr) return std::optional<Decimal>();
  const Date today = context.LocalAsOfDate();
  WEIR_TRY(const TimeZone zone, TimeZone::Find(context.settings().time_zone));
  metrics::Query query{.metrics = {std::string(id)},
                       .team_ids = scope.team_ids,
                       .segment = scope.segment,
                       .leave_out = scope.leave_out,
                       .as_of = context.as_of(),
                       .zone = zone,
                       .currency = context.settings().currency};
  if (id == kBookings) {
    query.from = Date{today.days - kYearDays + 1};
    query.to = today;
  }
  WEIR_TRY(const metrics::Compiled compiled, metrics::Compile(*scope.catalog, query, store::DuckDbDialect()));
  if (compiled.is_empty) return std::optional<Decimal>();
  WEIR_TRY(const store::Rows rows, context.session().Query(compiled.sql, compiled.parameters, 2));
  if (rows.size() != 1) return std::optional<Decimal>();
  const auto column = std::ranges::find(rows.columns, id, &store::ColumnHeader::name);
  if (column == rows.columns.end()) return std::optional<Decimal>();
  const auto* amount = std::get_if<Decimal>(&rows.rows[0][static_cast<std::size_t>(column - rows.columns.begin())]);
  return amount == nullptr ? std::optional<Decimal>() : std::optional(*amount);
}

Value ShareOf(Int128 part, const std::optional<Decimal>& whole) {
  const Int128 units = UnitsOf(whole);
  if (units <= 0) return {};
  constexpr int kDigits = 6;
  return Decimal{part * PowerOfTen(kDigits) / units, kDigits};
}

}  // namespace

std::optional<Decimal> MoneyOf(double value) {
  constexpr double kCents = 100;
  constexpr double kMost = 1e15;
  if (!(std::abs(value) < kMost)) return std::nullopt;
  return Decimal{static_cast<Int128>(std::llround(value * kCents)), 2};
}

analysis::TableSpec HeadlineTable() {
  return {
      .name = "headline",
      .title = {"All that leaks", "Все утечки вместе"},
      .key = {"scope"},
      .columns = {Of("scope", ColumnType::kText, "Scope", "Охват"),
                  Of("count", ColumnType::kInteger, "Leaks", "Утечек", "count"),
                  Of("amount", ColumnType::kMoney, "Lost or expected to be", "Потеряно или ожидается"),
                  Of("amount_low", ColumnType::kMoney, "At least (80 %)", "Не меньше (80 %)"),
                  Of("amount_high", ColumnType::kMoney, "At most (80 %)", "Не больше (80 %)"),
                  Of("certain", ColumnType::kMoney, "Certain by arithmetic", "Наверняка, по расчёту"),
                  Of("won_back", ColumnType::kMoney, "Can be won back", "Можно вернуть"),
                  Of("exposed", ColumnType::kMoney, "Hangs on it", "Под угрозой"),
                  Of("recurring", ColumnType::kMoney, "Recurring revenue of a year", "Регулярная выручка за год"),
                  Of("share_of_recurring", ColumnType::kShare, "Share of recurring revenue", "Доля регулярной выручки"),
                  Of("bookings", ColumnType::kMoney, "Won in twelve months", "Выиграно за 12 месяцев"),
                  Of("share_of_bookings", ColumnType::kShare, "Share of what was won", "Доля выигранного")}};
}

std::vector<std::string> HeadlineNeeds(const metrics::MetricCatalog& catalog) {
  std::vector<std::string> views;
  for (const std::string_view id : {kRecurring, kBookings}) {
    const metrics::Metric* metric = catalog.FindMetric(id);
    if (metric == nullptr) continue;
    for (const metrics::Metric* base : catalog.BasesOf(*metric)) views.push_back(base->view);
  }
  return views;
}

Status AddHeadline(std::span<const Findings> all, const LedgerScope& scope, analysis::Context& context,
                   analysis::Table& table) {
  std::int64_t count = 0;
  Int128 amount = 0;
  Int128 certain = 0;
  Int128 won_back = 0;
  Int128 exposed = 0;
  bool has_amount = false;
  bool has_range = true;
  std::vector<double> draws(kDraws, 0.0);
  for (const Findings& findings : all) {
    for (const Leak& leak : findings.leaks) {
      if (!leak.counted_by.empty()) continue;
      ++count;
      has_amount = has_amount || leak.amount.has_value();
      amount += UnitsOf(leak.amount);
      if (leak.is_certain) certain += UnitsOf(leak.amount);
      won_back += UnitsOf(leak.won_back);
      exposed += UnitsOf(leak.exposed);
      has_range = has_range && (!leak.amount || findings.interval.has_value());
    }
    // Rules learn from cases of their own: what one errs by says nothing of another.
    for (std::size_t i = 0; i < findings.draws.size(); ++i) draws[i] += findings.draws[i];
  }
  const auto money = [&](Int128 units) { return has_amount ? Value(Decimal{units, kAmountScale}) : Value(); };
  Value low;
  Value high;
  if (has_amount && has_range) {
    const auto middle = MiddleOf(draws);
    const Decimal sum{amount, kAmountScale};
    const auto within = [&](double bound, bool is_low) {
      const auto cents = MoneyOf(bound);
      const bool is_beyond = cents && (is_low ? UnitsOf(cents) > amount : UnitsOf(cents) < amount);
      return !cents ? Value() : Value(is_beyond ? sum : *cents);
    };
    low = within(middle->low, true);
    high = within(middle->high, false);
  }
  WEIR_TRY(const std::optional<Decimal> recurring, MetricOf(kRecurring, scope, context));
  WEIR_TRY(const std::optional<Decimal> bookings, MetricOf(kBookings, scope, context));
  const auto maybe = [](const std::optional<Decimal>& value) { return value ? Value(*value) : Value(); };
  table.rows.push_back({std::string("all"), count, money(amount), low, high, money(certain), money(won_back),
                        Decimal{exposed, kAmountScale}, maybe(recurring),
                        has_amount ? ShareOf(amount, recurring) : Value(), maybe(bookings),
                        has_amount ? ShareOf(amount, bookings) : Value()});
  return {};
}

}  // namespace weir::leaks
