#include "pipeline/coverage.h"

#include <array>

#include "analysis/columns.h"
#include "metrics/ask.h"
#include "pipeline/scope.h"
#include "store/dialect.h"

namespace weir::pipeline {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::Evidence;
using analysis::Of;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::Text;
using analysis::TextOf;
using metrics::AskMetrics;
using metrics::DayRange;
using metrics::MoneyOf;
using metrics::PeriodNames;
using metrics::PeriodNow;
using metrics::RatioOf;
using metrics::Target;
using metrics::TargetOf;
using metrics::ValueOf;
using metrics::WarningsOf;
using metrics::WhoseParams;
using store::Value;

struct CoverageParams {
  std::string period = "quarter";
  std::string target = {};
  WhoseParams whose = {};

  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "period",
                 .help = {"The period that holds as-of; quarters and years are fiscal ones",
                          "Период, в который попадает дата отчёта; кварталы и годы — финансовые"},
                 .allowed = PeriodNames()},
                period);
    visitor.Add({.name = "target",
                 .help = {"What is to be won in the period; without it the goal of won_amount, else the plan",
                          "Сколько нужно выиграть за период; без него — цель по won_amount, иначе план"}},
                target);
    whose.Describe(visitor);
  }
};

struct Facts {
  DayRange period = {};
  Target target = {};
  std::optional<Decimal> won = {};
  std::optional<Decimal> open = {};
  std::optional<Decimal> weighted = {};
  std::optional<Decimal> closing = {};   // open, to close within the period
  std::optional<Decimal> gap = {};       // target less won
  std::optional<Decimal> win_rate = {};  // of the twelve months up to as-of
  bool is_rate_by_count = false;         // lost deals have no amounts: by amount nothing would ever be lost
  std::vector<analysis::Warning> warnings = {};
};

std::string ClosingWhere(DayRange period) {
  return fmt::format("close_date >= '{}' and close_date <= '{}'", FormatDate(period.first), FormatDate(period.last));
}

Decimal OrNone(const std::optional<Decimal>& amount) { return amount.value_or(Decimal{0, kAmountScale}); }

Status ReadWinRate(const CoverageParams& params, DayRange year, Context& context, Facts& facts) {
  WEIR_TRY(const Output past, AskMetrics({"win_rate", "win_rate_amount", "deals_lost", "lost_amount"}, year,
                                         params.whose, "", "", context));
  const Value lost = ValueOf(past, "deals_lost");
  const auto* deals_lost = std::get_if<std::int64_t>(&lost);
  const auto lost_amount = MoneyOf(ValueOf(past, "lost_amount"));
  facts.is_rate_by_count = deals_lost != nullptr && *deals_lost > 0 && (!lost_amount || lost_amount->units == 0);
  const Value rate = ValueOf(past, facts.is_rate_by_count ? "win_rate" : "win_rate_amount");
  if (const auto* share = std::get_if<Decimal>(&rate)) facts.win_rate = *share;
  if (facts.is_rate_by_count) {
    facts.warnings.push_back(
        {.code = "lost_without_amount",
         .message = MakePhrase("lost deals have no amounts, by which nothing would ever be lost: the "
                               "win rate is that by count")});
  }
  return {};
}

Result<Facts> ReadFacts(const CoverageParams& params, Context& context) {
  Facts facts{.period = PeriodNow(params.period, context)};
  const Date today = context.LocalAsOfDate();
  WEIR_TRY(facts.target, TargetOf(params.target, facts.period, params.whose, context));
  const DayRange so_far{facts.period.first, today};
  WEIR_TRY(const Output now, AskMetrics({"won_amount", "pipeline_amount", "pipeline_weighted_amount"}, so_far,
                                        params.whose, "", "", context));
  WEIR_TRY(const Output closing,
           AskMetrics({"pipeline_amount"}, so_far, params.whose, "", ClosingWhere(facts.period), context));
  WEIR_TRY(ReadWinRate(params, {AddMonths(metrics::AddDays(today, 1), -12), today}, context, facts));
  WEIR_TRY(const Output without, AskMetrics({"deals_open"}, so_far, params.whose, "", "amount is null", context));
  facts.won = OrNone(MoneyOf(ValueOf(now, "won_amount")));
  facts.open = OrNone(MoneyOf(ValueOf(now, "pipeline_amount")));
  facts.weighted = MoneyOf(ValueOf(now, "pipeline_weighted_amount"));
  facts.closing = OrNone(MoneyOf(ValueOf(closing, "pipeline_amount")));
  if (facts.target.amount) facts.gap = Decimal{facts.target.amount->units - facts.won->units, kAmountScale};
  facts.warnings.insert(facts.warnings.begin(), now.warnings.begin(), now.warnings.end());
  const Value lacking = ValueOf(without, "deals_open");
  if (const auto* count = std::get_if<std::int64_t>(&lacking); count != nullptr && *count > 0) {
    facts.warnings.push_back({.code = "without_amount",
                              .message = MakePhrase("{} open deals have no amount and add none", *count),
                              .params = {{"deals", fmt::format("{}", *count)}}});
  }
  for (analysis::Warning& warning : WarningsOf(facts.target)) facts.warnings.push_back(std::move(warning));
  return facts;
}

TableSpec CoverageSpec() {
  return {.name = "coverage",
          .title = {"Coverage by each published variant", "Покрытие по каждому из принятых определений"},
          .key = {"variant"},
          .columns = {TextOf("variant", "Variant", "Вариант"), TextOf("title_en", "What", "Что"),
                      TextOf("title_ru", "What (Russian)", "Что (по-русски)"),
                      Of("numerator", ColumnType::kMoney, "Pipeline", "Воронка"),
                      Of("denominator", ColumnType::kMoney, "By", "К чему"),
                      Of("coverage", ColumnType::kNumber, "Coverage", "Покрытие"),
                      TextOf("state", "State", "Состояние"), TextOf("used_by", "Used by", "Кто так считает")},
          .chart = analysis::Chart{.kind = "bar", .x = "title_en", .y = "coverage"}};
}

TableSpec NeededSpec() {
  return {.name = "needed",
          .title = {"Pipeline needed, step by step", "Сколько воронки нужно, по шагам"},
          .key = {"step"},
          .columns = {TextOf("step", "Step", "Шаг"), TextOf("title_en", "What", "Что"),
                      TextOf("title_ru", "What (Russian)", "Что (по-русски)"),
                      Of("amount", ColumnType::kMoney, "Amount", "Сумма"),
                      Of("share", ColumnType::kShare, "Share", "Доля", "share")}};
}

void AddVariant(const char* variant, const Text& title, const char* used_by, const std::optional<Decimal>& part,
                const std::optional<Decimal>& whole, Table& table) {
  const bool is_reached = whole && whole->units <= 0;
  const std::string state = !part ? "no_pipeline" : !whole ? "no_target" : is_reached ? "reached" : "told";
  table.rows.push_back({std::string(variant), title.en, title.ru, Maybe(part), Maybe(whole),
                        is_reached ? Value() : Maybe(RatioOf(part, whole)), state, std::string(used_by)});
}

Table CoverageTable(const Facts& facts, const std::string& currency) {
  Table table = Empty(CoverageSpec(), currency);
  AddVariant("open_to_target", {"All open by the target", "Вся открытая к цели"}, "Quartz", facts.open,
             facts.target.amount, table);
  AddVariant("closing_to_gap",
             {"Open to close in the period by what is missing", "Открытая с закрытием в периоде к недостающему"},
             "rework.com", facts.closing, facts.gap, table);
  AddVariant("open_to_gap", {"All open by what is missing", "Вся открытая к недостающему"}, "J. Ignacio", facts.open,
             facts.gap, table);
  AddVariant("weighted_to_gap", {"Weighted by what is missing", "Взвешенная к недостающему"}, "J. Ignacio",
             facts.weighted, facts.gap, table);
  return table;
}

// The pipeline that brings what is missing at the win rate of the past twelve months.
std::optional<Decimal> NeededOf(const Facts& facts) {
  if (!facts.gap || facts.gap->units <= 0 || !facts.win_rate || facts.win_rate->units <= 0) return std::nullopt;
  const auto rate = Rescale(*facts.win_rate, 6);
  if (!rate || rate->units <= 0) return std::nullopt;
  const Decimal exact{(facts.gap->units * 1'000'000 + rate->units / 2) / rate->units, kAmountScale};
  const auto cents = Rescale(exact, 2);
  return cents ? Rescale(*cents, kAmountScale) : std::nullopt;
}

Table NeededTable(const Facts& facts, const std::string& currency) {
  Table table = Empty(NeededSpec(), currency);
  const auto add = [&](const char* step, const Text& title, const std::optional<Decimal>& amount,
                       const std::optional<Decimal>& share) {
    table.rows.push_back({std::string(step), title.en, title.ru, Maybe(amount), Maybe(share)});
  };
  const std::optional<Decimal> needed = NeededOf(facts);
  add("target", {"To be won in the period", "Нужно выиграть за период"}, facts.target.amount, {});
  add("won", {"Won so far", "Уже выиграно"}, facts.won, RatioOf(facts.won, facts.target.amount));
  add("gap", {"Still missing", "Не хватает"}, facts.gap, RatioOf(facts.gap, facts.target.amount));
  const Text by_amount{"Won of what was decided in twelve months, by amount",
                       "Доля выигранного за двенадцать месяцев, по сумме"};
  const Text by_count{"Won of what was decided in twelve months, by count",
                      "Доля выигранного за двенадцать месяцев, по числу"};
  add("win_rate", facts.is_rate_by_count ? by_count : by_amount, {}, facts.win_rate);
  add("needed", {"Pipeline needed: missing / win rate", "Нужно воронки: недостающее / доля выигранного"}, needed, {});
  add("closing", {"Open, to close in the period", "Открыто с закрытием в периоде"}, facts.closing, {});
  std::optional<Decimal> short_of;
  if (needed) short_of = Decimal{needed->units - facts.closing->units, kAmountScale};
  add("short", {"Short of what is needed", "Не хватает до нужной воронки"}, short_of, {});
  return table;
}

Result<Output> RunCoverage(const metrics::MetricCatalog& /*catalog*/, const CoverageParams& params, Context& context) {
  WEIR_TRY(Facts facts, ReadFacts(params, context));
  const std::string& currency = context.settings().currency;
  return Output{.tables = {CoverageTable(facts, currency), NeededTable(facts, currency)},
                .warnings = std::move(facts.warnings)};
}

// Behind a variant the open deals of its numerator; behind a step those that it counts.
Result<Evidence> ExplainCoverage(const metrics::MetricCatalog& catalog, const CoverageParams& params,
                                 const std::string& table, const std::vector<std::string>& key, Context& context) {
  if (key.size() != 1) return Fail(BadUsage("the key is empty").Field("explain"));
  if (!params.whose.where.empty()) {
    return Fail(BadUsage("rows behind a condition of one's own are not listed here")
                    .Field("where")
                    .Mend("Ask 'weir metrics pipeline_amount' with the same condition for them"));
  }
  WEIR_TRY(const Scope scope, ScopeAt(catalog, {.team = params.whose.team, .segment = params.whose.segment}, context));
  const DayRange period = PeriodNow(params.period, context);
  const auto deals = [&](const std::string& condition) {
    return DealsOf(fmt::format("SELECT deal_id FROM ({}) WHERE {} ORDER BY amount_reporting DESC NULLS LAST, deal_id "
                               "NULLS LAST",
                               ScopedDealsSql(scope), condition),
                   context.session());
  };
  const auto within = [](DayRange days) {
    return fmt::format("close_date BETWEEN {} AND {}", store::DateLiteral(days.first), store::DateLiteral(days.last));
  };
  const Date today = context.LocalAsOfDate();
  const std::string& of = key.front();
  if (of == "closing_to_gap" || of == "closing" || of == "needed" || of == "short") {
    return deals("status = 'open' AND " + within(period));
  }
  if (of == "won" || of == "gap") return deals("status = 'won' AND " + within({period.first, today}));
  if (of == "win_rate") {
    return deals("status IN ('won', 'lost') AND " + within({AddMonths(metrics::AddDays(today, 1), -12), today}));
  }
  if (table == "coverage") return deals("status = 'open'");
  return Fail(NotFound("table '{}' has no rows behind it", table).Field("explain"));
}

analysis::Info CoverageInfo() {
  return {
      .id = "pipeline.coverage",
      .title = {"Pipeline coverage", "Покрытие воронкой"},
      .help = {"Whether the open pipeline is enough for what is still to be won, by each published variant, and the "
               "pipeline needed at the win rate of the past twelve months, step by step",
               "Хватает ли открытой воронки на то, что ещё нужно выиграть: по каждому из принятых определений, и "
               "сколько воронки нужно при доле выигранного за двенадцать месяцев, по шагам"},
      .asks = {"goals", "metrics"},
      .needs = {"deal", "deal_version", "account", "team", "excluded"},
      .tables = {CoverageSpec(), NeededSpec()},
      .is_cacheable = false};  // goals change without a data version
}

}  // namespace

analysis::Analysis CoverageAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog) {
  return analysis::DeclareOver<CoverageParams>(catalog, CoverageInfo(), &RunCoverage, &ExplainCoverage);
}

}  // namespace weir::pipeline
