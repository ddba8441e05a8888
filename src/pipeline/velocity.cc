#include "pipeline/velocity.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "analysis/columns.h"
#include "metrics/ask.h"
#include "pipeline/pace.h"
#include "pipeline/scope.h"
#include "store/dialect.h"

namespace weir::pipeline {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::Of;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::Text;
using analysis::TextOf;
using metrics::AskMetrics;
using metrics::DayRange;
using metrics::MoneyOf;
using metrics::ValueOf;
using metrics::WhoseParams;
using store::Value;

constexpr int kUsualDays = 90;

struct VelocityParams {
  std::optional<Date> from = {};
  std::optional<Date> to = {};
  WhoseParams whose = {};
  std::string by = {};

  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add(
        {.name = "from",
         .help = {"First day; without days the last 90 are taken", "Первый день; без дней берутся последние 90"}},
        from);
    visitor.Add({.name = "to", .help = {"Last day", "Последний день"}}, to);
    whose.Describe(visitor);
    visitor.Add({.name = "by",
                 .help = {"A row for each team, owner, segment, product, pipeline or other dimension of deals",
                          "Строка на каждую команду (team), продавца (owner), сегмент, продукт, воронку или другой "
                          "разрез сделок"}},
                by);
  }
};

const std::vector<std::string>& Asked() {
  static const std::vector<std::string> asked{
      "deals_open",     "win_rate",     "average_deal_amount",   "sales_cycle_median_days",
      "sales_velocity", "deals_closed", "sales_cycle_mean_days", "sales_velocity_closed"};
  return asked;
}

// The metrics of one scope in one range of days, in the order of Asked().
using Numbers = std::array<Value, 8>;
using ByScope = std::map<std::string, Numbers>;

Result<DayRange> DaysAsked(const VelocityParams& params, const Context& context) {
  const Date today = context.LocalAsOfDate();
  DayRange days{.last = std::min(params.to.value_or(today), today)};
  days.first = params.from.value_or(metrics::AddDays(days.last, 1 - kUsualDays));
  if (days.first > days.last) {
    return Fail(BadUsage("the period ends on {}, before it begins on {}", FormatDate(days.last), FormatDate(days.first))
                    .Field("from"));
  }
  return days;
}

Result<ByScope> ReadNumbers(const VelocityParams& params, DayRange days, Context& context,
                            std::vector<analysis::Warning>* warnings) {
  WEIR_TRY(Output output, AskMetrics(Asked(), days, params.whose, params.by, "", context));
  const Table& table = *output.Find("metrics");
  ByScope numbers;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    Numbers& own =
        numbers[params.by.empty() ? std::string() : store::ToText(table.rows[row][table.IndexOf(params.by)])];
    for (std::size_t i = 0; i < own.size(); ++i) own[i] = ValueOf(output, Asked()[i], row);
  }
  if (warnings != nullptr) *warnings = std::move(output.warnings);
  return numbers;
}

std::optional<double> NumberOf(const Value& value) {
  if (const auto* decimal = std::get_if<Decimal>(&value)) return ToDouble(*decimal);
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return std::nullopt;
}

std::optional<Factors> FactorsOf(const Numbers& numbers) {
  Factors factors;
  for (std::size_t i = 0; i < 3; ++i) {
    const auto number = NumberOf(numbers[i]);
    if (!number) return std::nullopt;
    factors.multiplied[i] = *number;
  }
  const auto cycle = NumberOf(numbers[3]);
  if (!cycle || *cycle <= 0) return std::nullopt;
  factors.divisor = *cycle;
  return factors;
}

TableSpec VelocitySpec() {
  return {.name = "velocity",
          .title = {"Sales velocity, a day", "Скорость продаж, в день"},
          .key = {"scope"},
          .columns = {TextOf("scope", "Whose", "Чья"),
                      Of("velocity", ColumnType::kMoney, "Velocity, a day", "Скорость, в день"),
                      CountOf("deals_open", "Open deals", "Открытых сделок"),
                      Of("win_rate", ColumnType::kShare, "Win rate", "Доля выигранных", "share"),
                      Of("average_deal_amount", ColumnType::kMoney, "Average won deal", "Средняя выигранная сделка"),
                      Of("cycle_days", ColumnType::kNumber, "Median cycle", "Медиана цикла", "days"),
                      Of("velocity_before", ColumnType::kMoney, "Velocity before", "Скорость прежде"),
                      Of("change", ColumnType::kMoney, "Change", "Изменение"),
                      Of("velocity_closed", ColumnType::kMoney, "By closed deals, a day", "По закрытым, в день"),
                      CountOf("deals_closed", "Closed deals", "Закрытых сделок"),
                      Of("cycle_mean_days", ColumnType::kNumber, "Mean cycle", "Средний цикл", "days")},
          .chart = analysis::Chart{.kind = "bar", .x = "scope", .y = "velocity"}};
}

TableSpec PartsSpec() {
  return {.name = "parts",
          .title = {"What moved the velocity", "Что изменило скорость"},
          .key = {"scope", "part"},
          .columns = {TextOf("scope", "Whose", "Чья"), TextOf("part", "Part", "Часть"),
                      TextOf("title_en", "What", "Что"), TextOf("title_ru", "What (Russian)", "Что (по-русски)"),
                      Of("before", ColumnType::kNumber, "Before", "Прежде"),
                      Of("now", ColumnType::kNumber, "Now", "Теперь"),
                      Of("adds", ColumnType::kMoney, "Adds a day", "Даёт в день")}};
}

void AddParts(const std::string& scope, const Numbers& before, const Numbers& now, Table& table) {
  static const std::array<Text, 4> titles{{{"Open deals", "Открытых сделок"},
                                           {"Win rate", "Доля выигранных"},
                                           {"Average won deal", "Средняя выигранная сделка"},
                                           {"Median cycle, days", "Медиана цикла, дней"}}};
  const auto was = FactorsOf(before);
  const auto is = FactorsOf(now);
  const auto velocity = MoneyOf(now[4]);
  const auto velocity_before = MoneyOf(before[4]);
  std::optional<std::array<std::int64_t, 4>> parts;
  if (was && is && velocity && velocity_before) {
    // In units of the ledger, in which the products are taken too.
    constexpr double kUnits = 10'000;
    Factors old_units = *was;
    Factors new_units = *is;
    old_units.multiplied[2] *= kUnits;
    new_units.multiplied[2] *= kUnits;
    parts = PartsOf(old_units, new_units, static_cast<std::int64_t>(velocity->units - velocity_before->units));
  }
  for (std::size_t i = 0; i < titles.size(); ++i) {
    table.rows.push_back({scope, Asked()[i], titles[i].en, titles[i].ru, before[i], now[i],
                          parts ? Value(Decimal{(*parts)[i], kAmountScale}) : Value()});
  }
}

Result<Output> RunVelocity(const metrics::MetricCatalog& /*catalog*/, const VelocityParams& params, Context& context) {
  WEIR_TRY(const DayRange days, DaysAsked(params, context));
  const DayRange earlier{metrics::AddDays(days.first, days.first.days - days.last.days - 1),
                         metrics::AddDays(days.first, -1)};
  Output output;
  WEIR_TRY(const ByScope now, ReadNumbers(params, days, context, &output.warnings));
  WEIR_TRY(const ByScope before, ReadNumbers(params, earlier, context, nullptr));
  Table velocity = Empty(VelocitySpec(), context.settings().currency);
  Table parts = Empty(PartsSpec(), context.settings().currency);
  std::int64_t untold = 0;
  for (const auto& [scope, numbers] : now) {
    const auto found = before.find(scope);
    const Numbers was = found == before.end() ? Numbers{} : found->second;
    const auto value = MoneyOf(numbers[4]);
    const auto value_before = MoneyOf(was[4]);
    untold += value ? 0 : 1;
    velocity.rows.push_back(
        {scope, Maybe(value), numbers[0], numbers[1], numbers[2], numbers[3], Maybe(value_before),
         value && value_before ? Value(Decimal{value->units - value_before->units, kAmountScale}) : Value(), numbers[7],
         numbers[5], numbers[6]});
    AddParts(scope, was, numbers, parts);
  }
  std::ranges::stable_sort(velocity.rows, [](const auto& one, const auto& other) {
    const auto units = [](const auto& row) { return MoneyOf(row[1]).value_or(Decimal{-1, kAmountScale}).units; };
    return units(one) > units(other);
  });
  if (untold > 0) {
    output.warnings.push_back(
        {.code = "not_enough_won",
         .message = MakePhrase("of {} rows the velocity cannot be told: nothing was won or decided "
                               "in these days, or no cycle is known",
                               untold),
         .params = {{"rows", fmt::format("{}", untold)}}});
  }
  output.tables = {std::move(velocity), std::move(parts)};
  return output;
}

// One row's deals, as the parameters of a scope; refused where those cannot say it.
Result<ScopeParams> ScopeOfRow(const VelocityParams& params, const std::string& scope) {
  ScopeParams whose{.team = params.whose.team, .segment = params.whose.segment};
  std::string* const by = params.by.empty()         ? nullptr
                          : params.by == "team"     ? &whose.team
                          : params.by == "owner"    ? &whose.owner
                          : params.by == "segment"  ? &whose.segment
                          : params.by == "product"  ? &whose.product
                          : params.by == "pipeline" ? &whose.pipeline
                                                    : nullptr;
  if (!params.whose.where.empty() || (by == nullptr && !params.by.empty()) || (by != nullptr && scope.empty())) {
    return Fail(BadUsage("rows behind a condition of one's own are not listed here")
                    .Field("explain")
                    .Mend("Ask 'weir metrics deals_open,win_rate' with the same condition for them"));
  }
  if (by != nullptr) *by = scope;
  return whose;
}

// Behind a velocity the open deals; behind a part the deals that it counts.
Result<analysis::Evidence> ExplainVelocity(const metrics::MetricCatalog& catalog, const VelocityParams& params,
                                           const std::string& table, const std::vector<std::string>& key,
                                           Context& context) {
  if (key.size() != (table == "parts" ? 2 : 1)) return Fail(BadUsage("the key is empty").Field("explain"));
  WEIR_TRY(const DayRange days, DaysAsked(params, context));
  WEIR_TRY(const ScopeParams whose, ScopeOfRow(params, key.front()));
  WEIR_TRY(const Scope scope, ScopeAt(catalog, whose, context));
  const std::string part = table == "parts" ? key.back() : "deals_open";
  if (part == "deals_open" && days.last < context.LocalAsOfDate()) {
    return Fail(BadUsage("deals that were open on an earlier day are not listed here")
                    .Field("explain")
                    .Mend("Ask with --as-of {}", FormatDate(days.last)));
  }
  const std::string closed = part == "win_rate" ? "'won', 'lost'" : "'won'";
  const std::string condition =
      part == "deals_open"
          ? std::string("status = 'open'")
          : fmt::format("status IN ({}) AND close_date BETWEEN {} AND {}{}", closed, store::DateLiteral(days.first),
                        store::DateLiteral(days.last), part == "average_deal_amount" ? " AND amount IS NOT NULL" : "");
  return DealsOf(fmt::format("SELECT deal_id FROM ({}) WHERE {} ORDER BY amount_reporting DESC NULLS LAST, deal_id "
                             "NULLS LAST",
                             ScopedDealsSql(scope), condition),
                 context.session());
}

analysis::Info VelocityInfo() {
  return {
      .id = "pipeline.velocity",
      .title = {"Sales velocity", "Скорость продаж"},
      .help =
          {"What the open pipeline brings a day: open deals x win rate x average won deal / median cycle; whole or by "
           "team, owner, segment, product; against as many days before, and what each part did; beside it the "
           "variant by closed deals",
           "Сколько воронка приносит в день: открытые сделки x доля выигранных x средняя выигранная сделка / "
           "медиана цикла; целиком или по командам, продавцам, сегментам, продуктам; против стольких же дней до "
           "этого и что дала каждая часть; рядом — вариант по закрытым сделкам"},
      .asks = {"metrics"},
      .needs = {"deal", "deal_version", "account", "team", "excluded"},
      .tables = {VelocitySpec(), PartsSpec()}};
}

}  // namespace

analysis::Analysis VelocityAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog) {
  return analysis::DeclareOver<VelocityParams>(catalog, VelocityInfo(), &RunVelocity, &ExplainVelocity);
}

}  // namespace weir::pipeline
