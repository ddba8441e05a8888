#include "forecast/call/call.h"

#include <algorithm>

#include "analysis/columns.h"
#include "forecast/call/call_board.h"
#include "forecast/call/call_deals.h"
#include "metrics/left_out.h"

namespace weir::forecast {
namespace {

using analysis::Context;
using analysis::Evidence;
using analysis::Output;

constexpr int kUsualDaysBack = 7;
constexpr std::int64_t kPastPeriods = 8;
// Beside which lines the model stands.
constexpr std::string_view kNoModel = "none";
constexpr std::string_view kWholeModel = "whole";
constexpr std::string_view kTeamsModel = "teams";
// Each is a forecast of its own, which takes as long as that of the whole.
constexpr std::size_t kMostModelLines = 12;

struct CallParams {
  CallPeriodParams period = {};
  std::string team = {};
  std::string since = {};
  std::string counts = std::string(kTotalCounts);
  std::string model = std::string(kWholeModel);
  bool pooled = false;

  void Describe(analysis::ParamVisitor& visitor) {
    period.Describe(visitor);
    visitor.Add({.name = "team", .help = {"Only this team and those below it", "Только эта команда и входящие в неё"}},
                team);
    visitor.Add(
        {.name = "since",
         .help = {"The last call: changes since the end of this day, or this instant; without it, of seven days",
                  "Прошлый созвон: изменения с конца этого дня или с этого момента; без него — за семь дней"}},
        since);
    visitor.Add({.name = "counts",
                 .help = {"What people submit: all that the period brings (total), or what is not won yet (open)",
                          "Что сдают люди: всё, что принесёт период (total), или ещё не выигранное (open)"},
                 .allowed = {std::string(kTotalCounts), std::string(kOpenCounts)}},
                counts);
    visitor.Add(
        {.name = "model",
         .help = {"Beside which lines the model's low, middle and high stand: none, the whole, or teams as well, "
                  "each of which is learnt by itself",
                  "Рядом с какими строками показать низ, середину и верх модели: ни с какими (none), с итогом "
                  "(whole) или и с командами (teams), каждая из которых считается отдельно"},
         .allowed = {std::string(kNoModel), std::string(kWholeModel), std::string(kTeamsModel)}},
        model);
    visitor.Add(
        {.name = "pooled",
         .help = {"Pool people and model by how good both have been; that asks for the back-test, which takes long",
                  "Взвесить людей и модель по тому, насколько они сбывались; для этого нужна долгая проверка на "
                  "прошлом"}},
        pooled);
  }
};

Result<Instant> SinceAsked(const std::string& since, const TimeZone& zone, const Context& context) {
  if (since.empty()) return Instant{zone.EndOfDay({context.LocalAsOfDate().days - kUsualDaysBack}).micros - 1};
  if (const auto day = ParseIsoDate(since)) return Instant{zone.EndOfDay(*day).micros - 1};
  if (const auto instant = ParseIsoInstant(since)) return *instant;
  return Fail(BadUsage("'{}' is not a moment", since)
                  .Field("since")
                  .Mend("Use a date (2026-11-23) or an instant (2026-11-23T09:40:00Z)"));
}

bool HasModel(const CallLine& line) { return line.kind == kCompanyNode || line.kind == "team"; }

// The model knows the period that holds as-of alone.
Status AddModel(const CallParams& params, CallState& state, Context& context,
                std::vector<analysis::Warning>& warnings) {
  const Date today = context.LocalAsOfDate();
  const bool is_now = today >= state.period.first && today <= state.period.last;
  if (state.tree.lines.empty() || !is_now || params.model == kNoModel) return {};
  std::size_t asked = 0;
  std::size_t left = 0;
  for (std::size_t i = 0; i < state.tree.lines.size(); ++i) {
    const CallLine& line = state.tree.lines[i];
    if (!HasModel(line) || (i > 0 && params.model != kTeamsModel)) continue;
    if (asked >= kMostModelLines) {
      ++left;
      continue;
    }
    ++asked;
    WEIR_TRY(ModelAnswer answer, AskModel(params.period.period, line.kind == "team" ? line.name : "", context));
    if (i == 0 && !answer.line) {
      // What the whole lacks no part of it has.
      warnings.push_back(
          {.code = "no_model", .message = MakePhrase("the model stands not beside: {}", answer.why_not)});
      return {};
    }
    state.beside[i].model = answer.line;
    // Parts are as the whole has them, so that they add up.
    if (i == 0) state.model_deals = std::move(answer.deals);
  }
  if (left > 0) {
    warnings.push_back({.code = "few_model_lines",
                        .message = MakePhrase("the model stands beside the first {} lines; ask for a team to have it "
                                              "beside {} more",
                                              kMostModelLines, left)});
  }
  return {};
}

// What the model expects of the deals of each line, won ones with it.
Status AddExpected(const std::string& counted, CallState& state, Context& context) {
  if (state.model_deals.empty()) return {};
  WEIR_TRY(const std::vector<OpenDealLine> open, ReadOpenDealLines(counted, context));
  std::vector<Int128> expected(state.tree.lines.size());
  for (const OpenDealLine& deal : open) {
    const auto model = state.model_deals.find(deal.id);
    if (model == state.model_deals.end() || !model->second.expected) continue;
    for (const std::size_t line : LinesOf(state.tree, deal.seller_id, deal.team_id)) {
      expected[line] += model->second.expected->units;
    }
  }
  for (std::size_t i = 0; i < expected.size(); ++i) {
    state.beside[i].expected = Decimal{state.money[i].won + expected[i], kAmountScale};
  }
  return {};
}

Status AddTargets(CallState& state, Context& context, std::vector<analysis::Warning>& warnings) {
  std::size_t asked = 0;
  for (std::size_t i = 0; i < state.tree.lines.size() && asked < kMostModelLines; ++i) {
    const CallLine& line = state.tree.lines[i];
    if (!HasModel(line)) continue;
    ++asked;
    metrics::WhoseParams whose;
    if (line.kind == "team") whose.team = line.name;
    WEIR_TRY(const metrics::Target target, metrics::TargetOf("", state.period, whose, context));
    state.beside[i].target = target.amount;
    if (i != 0) continue;
    for (analysis::Warning& warning : metrics::WarningsOf(target)) warnings.push_back(std::move(warning));
  }
  return {};
}

std::optional<Decimal> PooledAmount(double pooled, Int128 won, std::uint8_t decimals) {
  const auto exact = ParsePlainDecimal(fmt::format("{:.{}f}", pooled, decimals));
  auto amount = exact ? Rescale(*exact, kAmountScale) : std::nullopt;
  // What is won stays won.
  if (amount && amount->units < won) amount->units = won;
  return amount;
}

void WarnOfPooling(const PoolingFound& found, const ModelPasts& model, std::vector<analysis::Warning>& warnings) {
  if (found.model_week == 0) {
    warnings.push_back({.code = "no_past_model",
                        .message = MakePhrase("people and the model are pooled half and half: how good the model has "
                                              "been is not known ({})",
                                              model.why_not)});
  } else if (found.pooling.state != PoolState::kTold) {
    warnings.push_back({.code = "few_pasts",
                        .message = MakePhrase("people and the model are pooled half and half: of {} past periods both "
                                              "are known, which teaches no weight",
                                              found.pooling.n)});
  }
}

// The weight is that of the first line, whose past the model is known of; of each other line the own bias is taken off.
Status AddPooled(const metrics::MetricCatalog& catalog, const CallParams& params, CallState& state, Context& context,
                 std::vector<analysis::Warning>& warnings) {
  const auto can_pool = [&](std::size_t line) {
    return state.beside[line].model && state.beside[line].model->p50 && state.board.At(line, 0).standing;
  };
  if (state.tree.lines.empty() || !can_pool(0)) return {};
  WEIR_TRY(const CallHistory history,
           ReadCallHistory(
               catalog,
               {.period = params.period.period, .team = params.team, .periods = kPastPeriods, .counts = params.counts},
               context));
  ModelPasts model{.why_not = MakePhrase("years are not back-tested")};
  if (params.period.period != "year") {
    WEIR_TRY(model, AskModelPasts(params.period.period, params.team, context));
  }
  const std::int32_t week = WeekOf(context.LocalAsOfDate(), state.period);
  const PoolingFound found = PoolingOfWhole(history, model.pasts, week);
  WarnOfPooling(found, model, warnings);
  const std::uint8_t decimals = CurrencyDecimals(context.settings().currency);
  for (std::size_t i = 0; i < state.tree.lines.size(); ++i) {
    if (!can_pool(i)) continue;
    Pooling pooling = found.pooling;
    if (i != 0) pooling.bias = BiasShareOfLine(history, state.tree.lines[i].node, week, pooling.bias);
    const double said = PlainAmount(*state.board.At(i, 0).standing);
    state.beside[i].pooled =
        PooledAmount(Pooled(said, ToDouble(*state.beside[i].model->p50), pooling), state.money[i].won, decimals);
    state.beside[i].weight = pooling.weight;
  }
  return {};
}

// Those who submit only what is still open say less than what is won, sooner or later.
void WarnOfOpenWords(const CallParams& params, const CallState& state, std::vector<analysis::Warning>& warnings) {
  if (params.counts != kTotalCounts || state.tree.lines.empty()) return;
  const auto& standing = state.board.At(0, 0).standing;
  if (!standing || *standing >= state.money[0].won) return;
  warnings.push_back(
      {.code = "less_than_won",
       .message = MakePhrase("people commit to less than what is won already: if they submit only what is "
                             "still open, ask with counts=open")});
}

void WarnOfWords(const CallState& state, const std::vector<DealMoney>& deals, const std::string& currency,
                 std::vector<analysis::Warning>& warnings) {
  for (analysis::Warning& warning : WarningsOf(state.words, currency)) warnings.push_back(std::move(warning));
  if (!state.placed.late.empty()) {
    warnings.push_back(
        {.code = "late_submissions",
         .message = MakePhrase("{} submitted forecasts came after the lock and count nowhere; the history "
                               "has them",
                               state.placed.late.size())});
  }
  std::int64_t by_probability = 0;
  std::int64_t without_rate = 0;
  for (const DealMoney& deal : deals) {
    by_probability += deal.by_probability;
    without_rate += deal.without_rate;
  }
  if (by_probability > 0) {
    warnings.push_back({.code = "categories_by_probability",
                        .message = MakePhrase("{} open deals are of a source without forecast categories: from 80 % on "
                                              "they count as commit, from 50 % on as best case",
                                              by_probability)});
  }
  if (without_rate > 0) {
    warnings.push_back({.code = "no_exchange_rate",
                        .message = MakePhrase("{} amounts have no exchange rate to {} and are left out of the sums",
                                              without_rate, currency)});
  }
}

Result<Output> RunCall(const metrics::MetricCatalog& catalog, const CallParams& params, Context& context) {
  WEIR_TRY(const TimeZone zone, TimeZone::Find(context.settings().time_zone));
  CallState state{.period = params.period.Days(context), .as_of = context.as_of()};
  WEIR_TRY(state.since, SinceAsked(params.since, zone, context));
  WEIR_TRY(state.words, ReadCallWords(state.period, context));
  WEIR_TRY(const std::string counted, metrics::CountedSql(catalog, "deal", context.session()));
  WEIR_TRY(const std::vector<DealMoney> deals, ReadDealMoney(counted, state.period, false, context));
  CallPresent present;
  AddPresent(state.words, deals, present);
  WEIR_TRY(state.tree, ReadCallTree(params.team, present, context));
  state.placed = PlaceWords(state.words, state.period, state.tree, state.as_of);
  if (params.counts == kOpenCounts) AddWonSoFar(state.tree, deals, state.period, zone, state.placed);
  state.board = RollUp(state.tree.Nodes(), state.placed.words, kCallCategoryCount, state.as_of.micros,
                       std::min(state.since.micros, state.as_of.micros));
  state.money = MoneyByLine(state.tree, deals);
  state.beside.resize(state.tree.lines.size());
  std::vector<analysis::Warning> warnings;
  WEIR_TRY(AddModel(params, state, context, warnings));
  WEIR_TRY(AddExpected(counted, state, context));
  WEIR_TRY(AddTargets(state, context, warnings));
  if (params.pooled) WEIR_TRY(AddPooled(catalog, params, state, context, warnings));
  WEIR_TRY(CallDeals of_deals, ReadCallDeals(state, params.team, context));
  const std::string& currency = context.settings().currency;
  WarnOfOpenWords(params, state, warnings);
  WarnOfWords(state, deals, currency, warnings);
  std::ranges::move(of_deals.warnings, std::back_inserter(warnings));
  Output output{.tables = {BoardTable(state, currency), CellsTable(state, currency), SubmissionsTable(state, currency)},
                .warnings = std::move(warnings)};
  std::ranges::move(of_deals.tables, std::back_inserter(output.tables));
  output.tables.push_back(AuditTable(state, currency));
  return output;
}

// Behind a line the deals of its period, won and open; behind a deal itself.
Result<Evidence> ExplainCall(const metrics::MetricCatalog& catalog, const CallParams& params, const std::string& table,
                             const std::vector<std::string>& key, Context& context) {
  if (table == "deals" && key.size() == 1) return Evidence{.table = "deal", .ids = key};
  const bool is_line = (table == "board" && key.size() == 1) || (table == "cells" && key.size() == 2);
  if (!is_line) return Fail(NotFound("table '{}' has no rows behind it", table).Field("explain"));
  WEIR_TRY(const std::string counted, metrics::CountedSql(catalog, "deal", context.session()));
  return DealsBehind(counted, key.front(), params.period.Days(context), false, context);
}

}  // namespace

analysis::Analysis CallAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog) {
  return analysis::DeclareOver<CallParams>(
      catalog,
      {.id = "forecast.call",
       .title = {"The forecast call", "Созвон по прогнозу"},
       .help = {"What people say the period will bring, rolled up by teams, beside what the CRM's categories promise, "
                "what the model says and the target; every submission, lock and note; and the deals to talk about",
                "Сколько, по словам людей, принесёт период, с суммами по командам, рядом с категориями CRM, моделью и "
                "целью; все сдачи, блокировки и заметки; и сделки, о которых говорить"},
       .asks = {"goals", "pipeline.inspect", "?forecast.deals", "?forecast.backtest"},
       .needs = {"forecast_submission", "deal", "deal_version", "member", "team", "excluded"},
       .tables = {BoardSpec(), CellsSpec(), HistorySpec(), CallDealsSpec(), CallDealChangesSpec(), CallDealNotesSpec(),
                  AuditSpec()},
       .is_cacheable = false},  // words are said without a data version
      &RunCall, &ExplainCall);
}

}  // namespace weir::forecast
