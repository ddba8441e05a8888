#include "metrics/ask.h"

#include <algorithm>

namespace weir::metrics {

using analysis::Context;
using analysis::Output;
using store::Value;

void WhoseParams::Describe(analysis::ParamVisitor& visitor) {
  visitor.Add({.name = "team", .help = {"Only this team and those below it", "Только эта команда и входящие в неё"}},
              team);
  visitor.Add({.name = "segment", .help = {"Only this segment", "Только этот сегмент"}}, segment);
  visitor.Add({.name = "where",
               .help = {"Only rows that fit: owner = 'Ann' and product = 'Pro'",
                        "Только подходящие строки: owner = 'Ann' and product = 'Pro'"}},
              where);
}

Result<Output> AskMetrics(const std::vector<std::string>& metrics, DayRange days, const WhoseParams& whose,
                          const std::string& by, const std::string& where, Context& context) {
  analysis::RawParams asked{{"metrics", metrics}, {"from", {FormatDate(days.first)}}, {"to", {FormatDate(days.last)}}};
  if (!whose.team.empty()) asked["team"] = {whose.team};
  if (!whose.segment.empty()) asked["segment"] = {whose.segment};
  if (!by.empty()) asked["by"] = {by};
  std::string condition = whose.where;
  if (!where.empty()) condition = condition.empty() ? where : fmt::format("({}) and {}", condition, where);
  if (!condition.empty()) asked["where"] = {condition};
  return context.Run("metrics", asked);
}

Value ValueOf(const Output& output, std::string_view metric, std::size_t row) {
  const analysis::Table& table = *output.Find("metrics");
  return row < table.rows.size() ? table.rows[row][table.IndexOf(metric)] : Value();
}

std::optional<Decimal> MoneyOf(const Value& value) {
  if (const auto* decimal = std::get_if<Decimal>(&value)) return Rescale(*decimal, kAmountScale);
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return Rescale({*integer, 0}, kAmountScale);
  return std::nullopt;
}

namespace {

// 2: what was asked about; 1: stands in for it; 0: of others.
int RankOf(const std::string& scope, const std::string& scope_of, const WhoseParams& whose) {
  if (!whose.where.empty()) return 0;
  if (whose.IsEverybody()) return scope.empty() || scope == "company" ? 2 : scope == "department" ? 1 : 0;
  if (scope == "team") return whose.segment.empty() && scope_of == whose.team ? 2 : 0;
  if (scope == "segment") return whose.team.empty() && scope_of == whose.segment ? 2 : 0;
  return 0;
}

Result<Target> GoalOf(DayRange days, const WhoseParams& whose, Context& context) {
  WEIR_TRY(const Output registers, context.Run("goals", {}));
  const analysis::Table& goals = registers.tables.front();
  Target best;
  int best_rank = 0;
  for (const auto& row : goals.rows) {
    const auto text = [&](std::string_view column) { return store::ToText(row[goals.IndexOf(column)]); };
    if (text("metric") != "won_amount" || text("state") == "retired") continue;
    if (text("period_start") != FormatDate(days.first) || text("period_end") != FormatDate(days.last)) continue;
    const int rank = RankOf(text("scope"), text("scope_of"), whose);
    const auto target = ParsePlainDecimal(text("target"));
    if (rank <= best_rank || !target) continue;
    best_rank = rank;
    best = {.amount = Rescale(*target, kAmountScale), .source = "goal", .whose = text("scope_of")};
    if (text("currency").empty() || text("currency") == context.settings().currency) continue;
    best.currency = text("currency");
    best.amount.reset();
  }
  return best;
}

// Of the whole company: what the settings say of the fiscal years, day by day.
Result<Target> PlanOf(DayRange days, const WhoseParams& whose, const Context& context) {
  const auto plan = analysis::ParsePlan(context.settings().plan_won_amount);
  if (!plan || plan->empty() || !whose.IsEverybody()) return Target{};
  const DayRange year = PeriodAround(days.first, Grain::kYear, context.settings().fiscal_year_start_month);
  auto found = plan->find(ToCivil(year.first).year);
  if (found == plan->end()) found = plan->find(0);
  if (found == plan->end()) return Target{};
  const auto whole = Rescale(found->second, kAmountScale);
  if (!whole) return Target{};
  const Int128 part = whole->units * (days.last.days - days.first.days + 1);
  const std::int64_t year_days = year.last.days - year.first.days + 1;
  const std::uint8_t decimals = CurrencyDecimals(context.settings().currency);
  const auto rounded = Rescale({part / year_days, kAmountScale}, decimals);
  if (!rounded) return Target{};
  return Target{.amount = Rescale(*rounded, kAmountScale), .source = "plan"};
}

}  // namespace

Result<Target> TargetOf(const std::string& given, DayRange days, const WhoseParams& whose, Context& context) {
  if (!given.empty()) {
    const auto amount = ParsePlainDecimal(given);
    const auto rescaled = amount ? Rescale(*amount, kAmountScale) : std::nullopt;
    if (!rescaled || rescaled->units <= 0) {
      return Fail(
          BadUsage("'{}' is not an amount above zero", given).Field("target").Mend("Write 1500000 or 1500000.50"));
    }
    return Target{.amount = rescaled, .source = "given"};
  }
  WEIR_TRY(Target goal, GoalOf(days, whose, context));
  if (goal.amount || !goal.currency.empty()) return goal;
  return PlanOf(days, whose, context);
}

std::vector<analysis::Warning> WarningsOf(const Target& target) {
  if (!target.currency.empty()) {
    return {{.code = "goal_currency",
             .message =
                 MakePhrase("the goal is in {}, not in the currency of reports: it is not compared", target.currency),
             .params = {{"currency", target.currency}}}};
  }
  if (target.amount) return {};
  return {{.code = "no_target",
           .message = MakePhrase(
               "there is neither a goal of won_amount for these days nor a plan: give 'target', or set one")}};
}

Error NoSuchOwner(const std::string& owner, const std::vector<std::string>& names) {
  const auto near = analysis::NearestName(owner, names);
  return NotFound("no deal is owned by '{}'", owner)
      .Field("owner")
      .Mend(near ? MakePhrase("Did you mean '{}'?", *near)
                 : MakePhrase("Give the name or the id of an owner as deals have it"));
}

std::vector<std::string> PeriodNames() { return {"month", "quarter", "year"}; }

DayRange PeriodNow(const std::string& name, const Context& context) {
  return PeriodAround(context.LocalAsOfDate(), GrainNamed(name).value_or(Grain::kQuarter),
                      context.settings().fiscal_year_start_month);
}

std::optional<Decimal> RatioOf(const std::optional<Decimal>& a, const std::optional<Decimal>& b) {
  if (!a || !b || b->units == 0) return std::nullopt;
  const bool is_negative = (a->units < 0) != (b->units < 0);
  const Int128 part = a->units < 0 ? -a->units : a->units;
  const Int128 whole = b->units < 0 ? -b->units : b->units;
  const Int128 rounded = (part * 2'000'000 + whole) / (whole * 2);
  return Decimal{is_negative ? -rounded : rounded, 6};
}

}  // namespace weir::metrics
