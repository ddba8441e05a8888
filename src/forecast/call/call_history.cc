#include "forecast/call/call_history.h"

#include <algorithm>

#include "metrics/left_out.h"

namespace weir::forecast {
namespace {

using analysis::Context;
using metrics::DayRange;

constexpr std::size_t kFirstLine = 0;

std::vector<DayRange> PastPeriods(const std::string& name, std::int64_t count, const Context& context) {
  const auto grain = metrics::GrainNamed(name).value_or(metrics::Grain::kQuarter);
  const int first_month = context.settings().fiscal_year_start_month;
  std::vector<DayRange> periods;
  periods.reserve(static_cast<std::size_t>(count));
  DayRange period = metrics::PeriodAround(context.LocalAsOfDate(), grain, first_month);
  for (std::int64_t i = 0; i < count; ++i) {
    period = metrics::PeriodAround(metrics::AddDays(period.first, -1), grain, first_month);
    periods.push_back(period);
  }
  return periods;
}

std::vector<DealMoney> Within(const std::vector<DealMoney>& deals, DayRange period) {
  std::vector<DealMoney> within;
  std::ranges::copy_if(deals, std::back_inserter(within),
                       [&](const DealMoney& deal) { return deal.day >= period.first && deal.day <= period.last; });
  return within;
}

void TakePeriod(const PlacedWords& placed, const std::vector<LineMoney>& money, std::size_t number,
                const TimeZone& zone, CallHistory& history) {
  const DayRange period = history.periods[number];
  const std::vector<CallNode> nodes = history.tree.Nodes();
  const std::int32_t weeks = WeekOf(period.last, period);
  for (std::int32_t week = 1; week <= weeks; ++week) {
    const Date last = week == weeks ? period.last : Date{period.first.days + 7 * week - 1};
    const std::int64_t moment = zone.EndOfDay(last).micros - 1;
    const CallBoard board = RollUp(nodes, placed.words, kCallCategoryCount, moment, moment);
    for (std::size_t line = 0; line < nodes.size(); ++line) {
      for (std::size_t category = 0; category < kCallCategoryCount; ++category) {
        const CallCell& cell = board.At(line, category);
        PastSaid past{.line = line,
                      .category = static_cast<std::int32_t>(category),
                      .period = number,
                      .week = week,
                      .came = money[line].won};
        if (line == kFirstLine && category == 0 && cell.standing) {
          past.said = *cell.standing;
          history.whole.push_back(past);
        }
        if (!cell.own) continue;
        past.said = *cell.own;
        history.said.push_back(past);
      }
    }
  }
}

// What of everybody's words in the week did not come.
double BiasShareOfAll(const CallHistory& history, std::int32_t week) {
  double said = 0;
  double came = 0;
  std::int64_t n = 0;
  for (const PastSaid& past : history.said) {
    if (past.category != 0 || past.week != week) continue;
    said += PlainAmount(past.said);
    came += PlainAmount(past.came);
    ++n;
  }
  return BiasShare(said, came, n, 0);
}

}  // namespace

std::int32_t WeekOf(Date day, DayRange period) {
  const std::int32_t weeks = std::max(1, (period.last.days - period.first.days + 1 + 3) / 7);
  return std::clamp((day.days - period.first.days) / 7 + 1, 1, weeks);
}

PlacedWords PlaceWords(const CallWords& all, DayRange period, const CallTree& tree, Instant as_of) {
  PlacedWords placed;
  for (std::size_t i = 0; i < all.words.size(); ++i) {
    const SubmittedWord& word = all.words[i];
    if (!word.IsOf(period)) continue;
    const auto line = tree.places.find(word.Node());
    if (line == tree.places.end()) continue;
    if (IsLate(all, word, period, tree.lines[line->second].team_id, as_of)) {
      placed.late.push_back(i);
      continue;
    }
    placed.words.push_back({static_cast<std::int32_t>(line->second), word.category, word.at.micros, word.amount});
    placed.sources.push_back(i);
  }
  return placed;
}

void AddWonSoFar(const CallTree& tree, const std::vector<DealMoney>& deals, DayRange period, const TimeZone& zone,
                 PlacedWords& placed) {
  std::vector<std::vector<std::pair<Date, Int128>>> won(tree.lines.size());
  for (const DealMoney& deal : deals) {
    if (deal.band != kWonBand || deal.day < period.first || deal.day > period.last) continue;
    for (const std::size_t line : LinesOf(tree, deal.seller_id, deal.team_id)) {
      won[line].emplace_back(deal.day, deal.amount);
    }
  }
  for (CallWord& word : placed.words) {
    const Date day = zone.LocalDateOf(Instant{word.at});
    for (const auto& [closed, amount] : won[static_cast<std::size_t>(word.node)]) {
      if (closed <= day) word.amount += amount;
    }
  }
}

void AddPresent(const CallWords& words, const std::vector<DealMoney>& deals, CallPresent& present) {
  for (const SubmittedWord& word : words.words) {
    if (!word.member_id.empty()) present.members.insert(word.member_id);
    if (!word.team_id.empty()) present.teams.insert(word.team_id);
  }
  for (const DealMoney& deal : deals) {
    if (!deal.seller_id.empty()) present.members.insert(deal.seller_id);
    if (!deal.team_id.empty()) present.teams.insert(deal.team_id);
  }
}

Result<CallHistory> ReadCallHistory(const metrics::MetricCatalog& catalog, const HistoryAsked& asked,
                                    Context& context) {
  CallHistory history{.periods = PastPeriods(asked.period, asked.periods, context)};
  if (history.periods.empty()) return history;
  const DayRange days{history.periods.back().first, history.periods.front().last};
  WEIR_TRY(const CallWords words, ReadCallWords(days, context));
  WEIR_TRY(const std::string counted, metrics::CountedSql(catalog, "deal", context.session()));
  WEIR_TRY(const std::vector<DealMoney> deals, ReadDealMoney(counted, days, true, context));
  WEIR_TRY(const TimeZone zone, TimeZone::Find(context.settings().time_zone));
  history.warnings = WarningsOf(words, context.settings().currency);
  CallPresent present;
  AddPresent(words, {}, present);
  WEIR_TRY(history.tree, ReadCallTree(asked.team, present, context));
  if (history.tree.lines.empty()) return history;
  for (std::size_t number = 0; number < history.periods.size(); ++number) {
    if (context.stop().stop_requested()) return Fail(Cancelled("stopped before it was done"));
    const DayRange period = history.periods[number];
    PlacedWords placed = PlaceWords(words, period, history.tree, context.as_of());
    if (placed.words.empty()) continue;
    const std::vector<DealMoney> won = Within(deals, period);
    if (asked.counts == kOpenCounts) AddWonSoFar(history.tree, won, period, zone, placed);
    TakePeriod(placed, MoneyByLine(history.tree, won), number, zone, history);
  }
  return history;
}

PoolingFound PoolingOfWhole(const CallHistory& history, const std::vector<ModelPast>& model, std::int32_t week) {
  PoolingFound found;
  for (const ModelPast& past : model) {
    const bool is_before = past.week <= week;
    const bool was_before = found.model_week > 0 && found.model_week <= week;
    const bool is_nearer =
        is_before ? !was_before || past.week > found.model_week : !was_before && past.week < found.model_week;
    if (found.model_week == 0 || is_nearer) found.model_week = past.week;
  }
  const std::int32_t at = found.model_week == 0 ? week : found.model_week;
  std::vector<PastPair> pairs;
  for (const PastSaid& past : history.whole) {
    if (past.week != at) continue;
    const auto same = std::ranges::find_if(model, [&](const ModelPast& each) {
      return each.week == at && each.period == history.periods[past.period].first;
    });
    if (same != model.end()) pairs.push_back({PlainAmount(past.said), same->p50, PlainAmount(past.came)});
  }
  found.pooling = PoolingOf(pairs, BiasShareOfAll(history, at));
  return found;
}

double BiasShareOfLine(const CallHistory& history, const std::string& node, std::int32_t week, double of_whole) {
  const auto line = history.tree.places.find(node);
  if (line == history.tree.places.end()) return of_whole;
  double said = 0;
  double came = 0;
  std::int64_t n = 0;
  for (const PastSaid& past : history.said) {
    if (past.line != line->second || past.category != 0 || past.week != week) continue;
    said += PlainAmount(past.said);
    came += PlainAmount(past.came);
    ++n;
  }
  return BiasShare(said, came, n, of_whole);
}

}  // namespace weir::forecast
