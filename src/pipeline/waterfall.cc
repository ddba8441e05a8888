#include "pipeline/waterfall.h"

#include <algorithm>
#include <set>

#include "pipeline/rows.h"
#include "pipeline/waterfall_tables.h"
#include "store/dialect.h"

namespace weir::pipeline {
namespace {

using analysis::Context;
using analysis::Evidence;
using analysis::Output;

struct WaterfallParams {
  std::string from = {};
  std::string to = {};
  ScopeParams scope = {};
  std::optional<Date> close_from = {};
  std::optional<Date> close_to = {};
  std::vector<std::string> category = {};
  std::string organisation = "then";

  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "from",
                 .help = {"First day, or the instant to start from; without it the first day of the quarter",
                          "Первый день или момент начала; без него — первый день квартала"}},
                from);
    visitor.Add({.name = "to",
                 .help = {"Last day, or the instant to end at; without it as-of",
                          "Последний день или момент конца; без него — дата отчёта"}},
                to);
    scope.Describe(visitor);
    visitor.Add({.name = "close_from",
                 .help = {"Only deals that are to close on this day or later",
                          "Только сделки с закрытием в этот день или позже"}},
                close_from);
    visitor.Add({.name = "close_to",
                 .help = {"Only deals that are to close on this day or earlier",
                          "Только сделки с закрытием в этот день или раньше"}},
                close_to);
    visitor.Add({.name = "category",
                 .help = {"Only deals of these forecast categories", "Только сделки этих категорий прогноза"}},
                category);
    visitor.Add({.name = "organisation",
                 .help = {"Teams of the start as they stood then, or as they stand at the end",
                          "Команды на начало: как были тогда или как сейчас, на конец"},
                 .allowed = {"then", "now"}},
                organisation);
  }
};

// Who made the states that brought the parts, as far as a history names them.
Result<Editors> ReadEditors(const DealStates& states, const Movement& movement, Context& context, Instant start) {
  std::map<std::string_view, std::int32_t> numbers;
  for (const DealPart& part : movement.parts) {
    if (part.cause >= 0) numbers.emplace(states.ids[static_cast<std::size_t>(part.deal)], part.deal);
  }
  Editors editors;
  WEIR_TRY(EachRow(context.session(),
                   fmt::format("SELECT deal_id, CAST(version AS BIGINT) AS version, editor FROM "
                               "scoped.deal_version_brief WHERE editor IS NOT NULL AND valid_from > {} ORDER BY "
                               "deal_id NULLS LAST, version NULLS LAST",
                               store::InstantLiteral(start)),
                   [&](const store::Chunk& chunk, std::size_t row) {
                     const auto found = numbers.find(chunk.Column(0).TextAt(row));
                     if (found == numbers.end()) return;
                     const auto version = static_cast<std::int32_t>(chunk.Column(1).Integers()[row]);
                     editors.emplace(std::pair(found->second, version), store::TextOr(chunk, 2, row));
                   }));
  return editors;
}

Status CheckPeriod(const WaterfallParams& params) {
  if (params.close_from && params.close_to && *params.close_from > *params.close_to) {
    return Fail(BadUsage("the period ends on {}, before it begins on {}", FormatDate(*params.close_to),
                         FormatDate(*params.close_from))
                    .Field("close_from"));
  }
  return {};
}

Result<Told> Tell(const metrics::MetricCatalog& catalog, const WaterfallParams& params, Context& context) {
  WEIR_TRY(CheckPeriod(params));
  Told told{.has_categories = !params.category.empty(), .currency = context.settings().currency};
  WEIR_TRY(told.span, SpanAsked(params.from, params.to, context));
  told.has_scope = !(params.scope.team + params.scope.owner + params.scope.segment).empty();
  const StatesQuestion question{.scope = params.scope,
                                .categories = params.category,
                                .as_it_stood = params.organisation == "then",
                                .start = told.span.start,
                                .end = told.span.end};
  WEIR_TRY(told.states, ReadDealStates(catalog, question, context));
  told.window = {.start = told.span.start.micros,
                 .end = told.span.end.micros,
                 .start_day = told.span.start_day.days,
                 .end_day = told.span.end_day.days,
                 .has_period = params.close_from || params.close_to,
                 .first_close_day = params.close_from ? params.close_from->days : kNoDay + 1,
                 .last_close_day = params.close_to ? params.close_to->days : std::numeric_limits<std::int32_t>::max(),
                 .decimals = told.states.decimals};
  told.movement = MovementOf(told.states.columns(), told.states.scope(), told.states.rates, told.window);
  WEIR_TRY(told.editors, ReadEditors(told.states, told.movement, context, told.span.start));
  return told;
}

Result<Output> RunWaterfall(const metrics::MetricCatalog& catalog, const WaterfallParams& params, Context& context) {
  WEIR_TRY(const Told told, Tell(catalog, params, context));
  return Output{.tables = {BarsTable(told), DealsTable(told), OwnCurrencyTable(told)},
                .warnings = WarningsOf(told),
                .history = HistoryOf(told)};
}

// Behind a bar: its deals, those that weigh most first. `currency` is empty for the bars in the reporting currency.
Evidence BehindBar(const Told& told, std::string_view bar, std::string_view currency) {
  const auto is_of = [&](std::uint16_t total) {
    return currency.empty() ? total == kReporting : total != kReporting && told.states.currencies[total] == currency;
  };
  std::vector<std::pair<std::int64_t, std::int32_t>> found;
  if (bar == "start" || bar == "end") {
    const auto& rows = bar == "start" ? told.movement.start_rows : told.movement.end_rows;
    std::set<std::uint16_t> rated;
    for (const Rate& rate : told.states.rates) rated.insert(rate.currency);
    for (const std::int32_t row : rows) {
      const auto at = static_cast<std::size_t>(row);
      const std::uint16_t own = told.states.currency[at];
      if (!is_of(rated.contains(own) ? kReporting : own)) continue;
      found.emplace_back(told.states.amount[at] == kNoAmount ? 0 : -std::abs(told.states.amount[at]),
                         told.states.deal[at]);
    }
  } else {
    for (const DealPart& part : told.movement.parts) {
      if (NameOf(part.part) == bar && is_of(part.currency)) found.emplace_back(-std::abs(part.units), part.deal);
    }
  }
  std::ranges::sort(found);
  Evidence evidence{.table = "deal", .total = static_cast<std::int64_t>(found.size())};
  for (std::size_t i = 0; i < std::min(found.size(), kMaxEvidence); ++i) {
    evidence.ids.push_back(told.states.ids[static_cast<std::size_t>(found[i].second)]);
  }
  return evidence;
}

Result<Evidence> ExplainWaterfall(const metrics::MetricCatalog& catalog, const WaterfallParams& params,
                                  const std::string& table, const std::vector<std::string>& key, Context& context) {
  if (table == "deals") {
    if (key.size() != 3) return Fail(BadUsage("the key is not a part, a deal and a currency").Field("explain"));
    return Evidence{.table = "deal", .ids = {key[1]}};
  }
  const std::size_t keys = table == "own_currency" ? 2 : 1;
  if (table != "waterfall" && table != "own_currency") {
    return Fail(NotFound("table '{}' has no rows behind it", table).Field("explain"));
  }
  if (key.size() != keys) return Fail(BadUsage("the key is not a part").Field("explain"));
  WEIR_TRY(const Told told, Tell(catalog, params, context));
  return BehindBar(told, key.back(), keys == 2 ? key.front() : std::string());
}

analysis::Info WaterfallInfo() {
  return {.id = "pipeline.waterfall",
          .title = {"Pipeline waterfall", "Водопад воронки"},
          .help = {"What the open pipeline was at one moment, what came and went, and what it is at another: created, "
                   "reopened, amount up and down, pulled in and pushed out, won, lost, moved between scopes, exchange "
                   "rate. Adds up to the cent; every part opens its deals with old and new values and who changed them",
                   "Какой была открытая воронка в один момент, что пришло и ушло и какой она стала в другой: создано, "
                   "открыто заново, сумма выросла и снизилась, перенесено в период и из него, выиграно, проиграно, "
                   "переходы между выборками, курс валют. Сходится до копейки; каждая часть раскрывается до сделок с "
                   "прежним и новым значением и тем, кто изменил"},
          .needs = {"deal", "deal_version", "account", "member", "team", "rate", "excluded"},
          .tables = WaterfallTables()};
}

}  // namespace

analysis::Analysis WaterfallAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog) {
  return analysis::DeclareOver<WaterfallParams>(catalog, WaterfallInfo(), &RunWaterfall, &ExplainWaterfall);
}

}  // namespace weir::pipeline
