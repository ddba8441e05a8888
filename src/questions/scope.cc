#include "questions/scope.h"

#include <algorithm>
#include <cmath>

#include "metrics/analyses.h"
#include "store/database.h"

namespace weir::questions {

using metrics::AddDays;
using metrics::DayRange;

void ScopeParams::Describe(analysis::ParamVisitor& visitor) {
  visitor.Add({.name = "team", .help = {"Only this team and those below it", "Только эта команда и входящие в неё"}},
              team);
  visitor.Add({.name = "segment", .help = {"Only this segment", "Только этот сегмент"}}, segment);
}

Result<Scope> MakeScope(const metrics::MetricCatalog& catalog, const ScopeParams& params, analysis::Context& context) {
  Scope scope{.catalog = &catalog,
              .today = context.LocalAsOfDate(),
              .first_month = context.settings().fiscal_year_start_month,
              .team = params.team,
              .segment = params.segment,
              .currency = context.settings().currency,
              .as_of = context.as_of()};
  WEIR_TRY(scope.zone, TimeZone::Find(context.settings().time_zone));
  WEIR_TRY(scope.team_ids, metrics::TeamsUnder(params.team, context.session()));
  WEIR_TRY(scope.leave_out, metrics::ReadLeaveOut(context.session()));
  return scope;
}

Result<DayRange> DaysAsked(const std::optional<Date>& from, const std::optional<Date>& to, DayRange otherwise,
                           const Scope& scope) {
  if (!from && !to) return otherwise;
  DayRange days{from.value_or(to ? std::min(otherwise.first, *to) : otherwise.first), to.value_or(scope.today)};
  if (days.first > days.last) {
    return Fail(BadUsage("the period ends on {}, before it begins on {}", FormatDate(days.last), FormatDate(days.first))
                    .Field("from"));
  }
  days.last = std::max(days.first, std::min(days.last, scope.today));
  return days;
}

void YearParams::Describe(analysis::ParamVisitor& visitor) {
  visitor.Add({.name = "from",
               .help = {"First day; without days, the last twelve months are taken",
                        "Первый день; без дней берутся последние двенадцать месяцев"}},
              from);
  visitor.Add({.name = "to", .help = {"Last day", "Последний день"}}, to);
}

Result<DayRange> YearParams::Days(const Scope& scope) const { return DaysAsked(from, to, LastYear(scope), scope); }

DayRange LastYear(const Scope& scope) { return {AddMonths(AddDays(scope.today, 1), -12), scope.today}; }

DayRange YearBefore(DayRange days) {
  return {AddMonths(days.first, -12), AddDays(AddMonths(AddDays(days.last, 1), -12), -1)};
}

Result<Numbers> Numbers::Ask(const Scope& scope, const std::vector<std::string>& metrics, DayRange days,
                             analysis::Context& context) {
  analysis::RawParams asked{{"metrics", metrics}, {"from", {FormatDate(days.first)}}, {"to", {FormatDate(days.last)}}};
  if (!scope.team.empty()) asked["team"] = {scope.team};
  if (!scope.segment.empty()) asked["segment"] = {scope.segment};
  WEIR_TRY(analysis::Output output, context.Run("metrics", asked));
  Numbers numbers;
  const analysis::Table& table = *output.Find("metrics");
  for (const std::string& metric : metrics) {
    numbers.values_[metric] = table.rows.empty() ? store::Value() : table.rows.front()[table.IndexOf(metric)];
  }
  numbers.warnings_ = std::move(output.warnings);
  return numbers;
}

const store::Value& Numbers::At(std::string_view metric) const {
  static const store::Value unknown;
  const auto found = values_.find(metric);
  return found == values_.end() ? unknown : found->second;
}

std::int64_t Numbers::Count(std::string_view metric) const {
  const auto* count = std::get_if<std::int64_t>(&At(metric));
  return count == nullptr ? 0 : *count;
}

Decimal Numbers::Amount(std::string_view metric) const { return AmountOf(At(metric)); }

std::string CountedSql(const Scope& scope, std::string_view view) {
  const metrics::View& found = *scope.catalog->FindView(view);
  std::string sql = fmt::format("SELECT * FROM ({})", metrics::CountedRowsSql(*scope.catalog, found, scope.leave_out));
  std::string conditions;
  const auto require = [&](const std::string& condition) {
    conditions += (conditions.empty() ? " WHERE " : " AND ") + condition;
  };
  if (view == "deal") require("is_not_sales IS NULL");
  if (!scope.team_ids.empty()) {
    std::string list;
    for (const std::string& id : scope.team_ids) list += (list.empty() ? "" : ", ") + store::QuoteText(id);
    require(fmt::format("team_id IN ({})", list));
  }
  if (!scope.segment.empty()) require(fmt::format("segment = {}", store::QuoteText(scope.segment)));
  return sql + conditions;
}

std::string DaySql(Date day) { return fmt::format("DATE '{}'", FormatDate(day)); }

std::string InDaysSql(std::string_view column, DayRange days) {
  return fmt::format("({} BETWEEN {} AND {})", column, DaySql(days.first), DaySql(days.last));
}

Decimal AmountOf(const store::Value& value) {
  if (const auto* decimal = std::get_if<Decimal>(&value)) {
    return Rescale(*decimal, kAmountScale).value_or(Decimal{0, kAmountScale});
  }
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return {Int128{*integer} * 10'000, kAmountScale};
  return {0, kAmountScale};
}

std::optional<Decimal> ShareOf(Int128 part, Int128 whole) {
  if (whole == 0) return std::nullopt;
  const bool is_negative = (part < 0) != (whole < 0);
  const Int128 magnitude = part < 0 ? -part : part;
  const Int128 of = whole < 0 ? -whole : whole;
  const Int128 rounded = (magnitude * 2'000'000 + of) / (of * 2);
  return Decimal{is_negative ? -rounded : rounded, 6};
}

Decimal Rounded(double value, std::uint8_t scale) {
  return {static_cast<Int128>(std::llround(value * static_cast<double>(PowerOfTen(scale)))), scale};
}

Result<analysis::Evidence> EvidenceOf(std::string_view table, const std::string& sql, store::Session& session) {
  WEIR_TRY(const store::Rows rows, session.Query(sql));
  analysis::Evidence evidence{.table = std::string(table), .total = static_cast<std::int64_t>(rows.size())};
  for (std::size_t row = 0; row < rows.size() && row < kMaxEvidence; ++row) {
    evidence.ids.push_back(rows.TextAt(row, 0));
  }
  return evidence;
}

}  // namespace weir::questions
