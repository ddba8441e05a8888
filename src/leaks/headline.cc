#include "leaks/headline.h"

#include <algorithm>
#include <cmath>

#include "analysis/columns.h"
#include "leaks/money.h"
#include "leaks/said.h"
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

analysis::TableSpec HeadlineTable(const Kind& kind) {
  return {
      .name = "headline",
      .title = {"All together", "Все вместе"},
      .key = {"scope"},
      .columns = {
          Of("scope", ColumnType::kText, "Scope", "Охват"), kind.Count(), kind.Amount(),
          Of("amount_low", ColumnType::kMoney, "At least (80 %)", "Не меньше (80 %)"),
          Of("amount_high", ColumnType::kMoney, "At most (80 %)", "Не больше (80 %)"),
          Of("certain", ColumnType::kMoney, "Certain by arithmetic", "Наверняка, по расчёту"),
          Of("without_range", ColumnType::kMoney, "Probable, by arithmetic: no range",
             "Вероятно, по расчёту: без интервала"),
          Of("of_the_year", ColumnType::kMoney, "Of those that began in twelve months", "По начавшимся за 12 месяцев"),
          kind.WonBack(), kind.Exposed(),
          Of("recurring", ColumnType::kMoney, "Recurring revenue of a year", "Регулярная выручка за год"),
          Of("share_of_recurring", ColumnType::kShare, "Share of recurring revenue", "Доля регулярной выручки"),
          Of("bookings", ColumnType::kMoney, "Won in twelve months", "Выиграно за 12 месяцев"),
          Of("share_of_bookings", ColumnType::kShare, "Share of what was won", "Доля выигранного"),
          Of("tolerated", ColumnType::kInteger, "Taken out: tolerated", "Не учтено: терпимо", "count"),
          Of("tolerated_amount", ColumnType::kMoney, "Money of those tolerated", "Деньги терпимых"),
          Of("false_alarms", ColumnType::kInteger, "Taken out: false alarms", "Не учтено: ложные тревоги", "count"),
          Of("false_alarms_amount", ColumnType::kMoney, "Money of false alarms", "Деньги ложных тревог")}};
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
  Int128 without_range = 0;
  Int128 of_the_year = 0;
  const Date year_ago{context.LocalAsOfDate().days - kYearDays};
  Int128 won_back = 0;
  Int128 exposed = 0;
  bool has_amount = false;
  // What people set aside, by the word that they said.
  struct Aside {
    std::int64_t count = 0;
    std::optional<Decimal> amount = {};
  };
  Aside tolerated;
  Aside false_alarms;
  std::vector<double> draws(kDraws, 0.0);
  for (const Findings& findings : all) {
    for (const Leak& leak : findings.leaks) {
      if (!leak.counted_by.empty()) continue;
      if (!leak.aside.empty()) {
        Aside& aside = leak.aside == kFalseAlarm ? false_alarms : tolerated;
        ++aside.count;
        AddTo(aside.amount, leak.amount);
        continue;
      }
      ++count;
      has_amount = has_amount || leak.amount.has_value();
      amount += UnitsOf(leak.amount);
      if (leak.is_certain) {
        certain += UnitsOf(leak.amount);
      } else if (!findings.cases && !(leak.low && leak.high)) {
        without_range += UnitsOf(leak.amount);
      }
      if (!leak.since || leak.since->days > year_ago.days) of_the_year += UnitsOf(leak.amount);
      won_back += UnitsOf(leak.won_back);
      exposed += UnitsOf(leak.exposed);
    }
    // Rules learn from cases of their own: what one errs by says nothing of another.
    for (std::size_t i = 0; i < findings.draws.size(); ++i) draws[i] += findings.draws[i];
  }
  const auto money = [&](Int128 units) { return has_amount ? Value(Decimal{units, kAmountScale}) : Value(); };
  Value low;
  Value high;
  if (has_amount) {
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
  table.rows.push_back({std::string("all"), count, money(amount), low, high, money(certain), money(without_range),
                        money(of_the_year), money(won_back), Decimal{exposed, kAmountScale}, maybe(recurring),
                        has_amount ? ShareOf(of_the_year, recurring) : Value(), maybe(bookings),
                        has_amount ? ShareOf(of_the_year, bookings) : Value(), tolerated.count, maybe(tolerated.amount),
                        false_alarms.count, maybe(false_alarms.amount)});
  return {};
}

}  // namespace weir::leaks
