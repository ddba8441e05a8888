#include "forecast/deal_forecast_tables.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "base/decimal.h"
#include "forecast/deal_reasons.h"
#include "forecast/deals/period_backtest.h"

namespace weir::forecast {
namespace {

using analysis::ColumnType;
using analysis::CountOf;
using analysis::EmptyTable;
using analysis::Maybe;
using analysis::Of;
using analysis::OrNull;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

Decimal Ledger(std::int64_t minor, const std::string& currency) {
  const Decimal amount{minor, CurrencyDecimals(currency)};
  return Rescale(amount, kAmountScale).value_or(amount);
}
Decimal Ledger(double amount, const std::string& currency) { return Ledger(ToMinor(amount, currency), currency); }
Decimal Units(std::int64_t units) { return {units, kAmountScale}; }

std::string_view NameOf(HazardKind kind) {
  return kind == HazardKind::kLogit ? "logit" : kind == HazardKind::kBoosted ? "trees" : "rates";
}

TableSpec ForecastSpec() {
  return {.name = "forecast",
          .title = {"What the period brings in", "Что принесёт период"},
          .key = {"first_day"},
          .columns = {Of("first_day", ColumnType::kDate, "First day", "Первый день"),
                      Of("last_day", ColumnType::kDate, "Last day", "Последний день"),
                      Of("won", ColumnType::kMoney, "Won so far", "Уже выиграно"),
                      Of("open", ColumnType::kMoney, "Open deals bring in", "Принесут открытые сделки"),
                      Of("arrivals", ColumnType::kMoney, "Deals to come bring in", "Принесут будущие сделки"),
                      Of("mean", ColumnType::kMoney, "Mean", "В среднем"),
                      Of("p10", ColumnType::kMoney, "Nine in ten above (p10)", "Выше в девяти случаях из десяти (p10)"),
                      Of("p50", ColumnType::kMoney, "As likely above as below (p50)", "Поровну выше и ниже (p50)"),
                      Of("p90", ColumnType::kMoney, "One in ten above (p90)", "Выше в одном случае из десяти (p90)"),
                      Of("target", ColumnType::kMoney, "Target", "Цель"),
                      Of("target_probability", ColumnType::kShare, "Probability of reaching it",
                         "Вероятность достичь её", "share"),
                      Of("gap", ColumnType::kMoney, "Target less p50", "Цель минус p50"),
                      Of("baseline_weighted", ColumnType::kMoney, "By win rates of stages alone",
                         "Только по долям выигранных на этапах"),
                      TextOf("model", "Model: logit, trees or rates", "Модель: logit, trees или rates"),
                      Of("correlation", ColumnType::kNumber, "What a team's deals share", "Общее у сделок команды", ""),
                      CountOf("open_deals", "Open deals", "Открытых сделок"),
                      CountOf("won_deals", "Won deals", "Выигранных сделок"),
                      Of("arrivals_deals", ColumnType::kNumber, "Deals to be created", "Будет создано сделок", "count"),
                      Of("is_judged", ColumnType::kBoolean, "Compared on later weeks", "Сверена на поздних неделях"),
                      Of("is_calibrated", ColumnType::kBoolean, "Calibrated", "Откалибрована"),
                      CountOf("pasts", "Earlier periods learnt from", "Прежних периодов в обучении")}};
}

TableSpec DistributionSpec() {
  return {.name = "distribution",
          .title = {"How much with what probability", "Сколько и с какой вероятностью"},
          .key = {"share"},
          .columns = {Of("share", ColumnType::kShare, "Probability of at most", "Вероятность не больше", "share"),
                      Of("amount", ColumnType::kMoney, "Amount", "Сумма")},
          .chart = analysis::Chart{.kind = "line", .x = "amount", .y = "share"}};
}

TableSpec DealsSpec() {
  return {
      .name = "deals",
      .title = {"Open deals, those that bring in most first", "Открытые сделки, сначала самые весомые"},
      .key = {"deal_id"},
      .columns = {TextOf("deal_id", "Deal id", "Id сделки"), TextOf("name", "Deal", "Сделка"),
                  TextOf("account", "Account", "Компания"), TextOf("owner", "Owner", "Ответственный"),
                  TextOf("team", "Team", "Команда"), TextOf("stage", "Stage", "Этап"),
                  Of("amount", ColumnType::kMoney, "Amount", "Сумма"),
                  Of("close_date", ColumnType::kDate, "Closes", "Закрытие"),
                  Of("probability", ColumnType::kShare, "Won within the period", "Выигрыш за период", "share"),
                  Of("expected", ColumnType::kMoney, "Brings in on average", "Принесёт в среднем"),
                  Of("closing", ColumnType::kDate, "Won on, if it is won", "День выигрыша, если выиграют"),
                  TextOf("reasons_en", "Why", "Почему"), TextOf("reasons_ru", "Why (Russian)", "Почему (по-русски)")},
      .chart = analysis::Chart{.kind = "bar", .x = "name", .y = "expected"}};
}

TableSpec ContributionSpec() {
  return {
      .name = "contribution",
      .title = {"Who and what brings it in", "Кто и что его приносит"},
      .key = {"by", "name"},
      .columns = {TextOf("by", "By: owner, team, stage", "По: ответственным (owner), командам (team), этапам (stage)"),
                  TextOf("name", "Name", "Название"), Of("won", ColumnType::kMoney, "Won so far", "Уже выиграно"),
                  Of("open", ColumnType::kMoney, "Open deals bring in", "Принесут открытые сделки"),
                  CountOf("won_deals", "Won deals", "Выигранных сделок"),
                  CountOf("open_deals", "Open deals", "Открытых сделок")}};
}

TableSpec ChangesSpec() {
  return {.name = "changes",
          .title = {"Why the forecast moved", "Почему прогноз изменился"},
          .key = {"kind"},
          .columns = {TextOf("kind", "Kind", "Вид"), TextOf("title_en", "What", "Что"),
                      TextOf("title_ru", "What (Russian)", "Что (по-русски)"),
                      Of("amount", ColumnType::kMoney, "Amount", "Сумма"), CountOf("deals", "Deals", "Сделок")},
          .chart = analysis::Chart{.kind = "waterfall", .x = "title_en", .y = "amount"}};
}

TableSpec ChangeDealsSpec() {
  return {.name = "change_deals",
          .title = {"Which deals moved it", "Какие сделки его изменили"},
          .key = {"deal_id", "kind"},
          .columns = {TextOf("deal_id", "Deal id", "Id сделки"), TextOf("kind", "Kind", "Вид"),
                      TextOf("name", "Deal", "Сделка"), Of("amount", ColumnType::kMoney, "Moved it by", "На сколько"),
                      TextOf("was", "Was", "Было"), TextOf("is", "Is", "Стало")}};
}

struct Sums {
  std::int64_t won = 0;   // in units of kAmountScale
  std::int64_t open = 0;  // minor
  std::int64_t won_deals = 0;
  std::int64_t open_deals = 0;
};

std::int64_t OpenMinor(const PeriodForecast& forecast, const std::string& currency) {
  std::int64_t open = 0;
  for (const DealProspect& deal : forecast.open) open += ToMinor(deal.Expected(), currency);
  return open;
}

Table ForecastTable(const DealForecastFacts& facts) {
  Table table = EmptyTable(ForecastSpec(), facts.currency);
  const PeriodForecast& forecast = facts.now->forecast;
  const Learnt& learnt = facts.now->model.learnt();
  const auto money = [&](double amount) { return Ledger(amount, facts.currency); };
  const auto sum = [](const Decimal& one, const Decimal& other) { return Decimal{one.units + other.units, one.scale}; };
  std::int64_t won = 0;
  const std::vector<std::size_t> won_deals = WonDeals(facts.book, facts.period);
  for (const std::size_t deal : won_deals) won += facts.book.deals[deal].amount.value_or(0);
  const Decimal open = Ledger(OpenMinor(forecast, facts.currency), facts.currency);
  const Decimal arrivals = money(forecast.arrivals_mean);
  const Decimal p50 = money(forecast.total.Quantile(.5));
  std::optional<double> reached;
  std::optional<Decimal> gap;
  if (facts.target.amount) {
    reached = forecast.total.AtLeast(ToDouble(*facts.target.amount));
    gap = Decimal{facts.target.amount->units - p50.units, kAmountScale};
  }
  table.rows.push_back({facts.days.first,
                        facts.days.last,
                        Units(won),
                        open,
                        arrivals,
                        sum(sum(Units(won), open), arrivals),
                        money(forecast.total.Quantile(.1)),
                        p50,
                        money(forecast.total.Quantile(.9)),
                        Maybe(facts.target.amount),
                        Maybe(reached),
                        Maybe(gap),
                        money(StageWeighted(facts.book.histories, facts.period, facts.book.as_of, facts.book.scope)),
                        std::string(NameOf(learnt.judgement.kind)),
                        learnt.factor.correlation,
                        static_cast<std::int64_t>(forecast.open.size()),
                        static_cast<std::int64_t>(won_deals.size()),
                        forecast.arrivals_created,
                        learnt.is_judged,
                        learnt.judgement.is_calibrated,
                        static_cast<std::int64_t>(learnt.pasts)});
  return table;
}

Table DistributionTable(const DealForecastFacts& facts) {
  constexpr int kParts = 100;
  Table table = EmptyTable(DistributionSpec(), facts.currency);
  table.rows.reserve(kParts - 1);
  for (int part = 1; part < kParts; ++part) {
    const double share = static_cast<double>(part) / kParts;
    table.rows.push_back({share, Ledger(facts.now->forecast.total.Quantile(share), facts.currency)});
  }
  return table;
}

Table DealsTable(const DealForecastFacts& facts) {
  Table table = EmptyTable(DealsSpec(), facts.currency);
  const std::vector<DealProspect>& open = facts.now->forecast.open;
  std::vector<std::size_t> order(open.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, [&](std::size_t one, std::size_t other) {
    return ToMinor(open[one].Expected(), facts.currency) > ToMinor(open[other].Expected(), facts.currency);
  });
  table.rows.reserve(order.size());
  for (const std::size_t i : order) {
    const BookedDeal& deal = facts.book.deals[open[i].deal];
    const auto day = [](const std::optional<Day>& of) { return of ? Value(Date{*of}) : Value(); };
    table.rows.push_back({deal.id, OrNull(deal.name), OrNull(deal.account), OrNull(deal.owner), OrNull(deal.team),
                          OrNull(deal.stage), deal.amount ? Value(Units(*deal.amount)) : Value(), day(deal.close_day),
                          open[i].probability, Ledger(open[i].Expected(), facts.currency), day(open[i].winning_day),
                          OrNull(facts.reasons[i].en), OrNull(facts.reasons[i].ru)});
  }
  return table;
}

Table ContributionTable(const DealForecastFacts& facts) {
  Table table = EmptyTable(ContributionSpec(), facts.currency);
  constexpr std::array<const char*, 3> kBy{"owner", "team", "stage"};
  std::array<std::map<std::string, Sums>, 3> groups;
  const auto each = [&](std::size_t place, const auto& add) {
    const BookedDeal& deal = facts.book.deals[place];
    add(groups[0][deal.owner]);
    add(groups[1][deal.team]);
    add(groups[2][deal.stage]);
  };
  for (const std::size_t deal : WonDeals(facts.book, facts.period)) {
    each(deal, [&](Sums& sums) {
      sums.won += facts.book.deals[deal].amount.value_or(0);
      ++sums.won_deals;
    });
  }
  for (const DealProspect& open : facts.now->forecast.open) {
    each(open.deal, [&](Sums& sums) {
      sums.open += ToMinor(open.Expected(), facts.currency);
      ++sums.open_deals;
    });
  }
  for (std::size_t by = 0; by < kBy.size(); ++by) {
    for (const auto& [name, sums] : groups[by]) {
      table.rows.push_back({std::string(kBy[by]), name, Units(sums.won), Ledger(sums.open, facts.currency),
                            sums.won_deals, sums.open_deals});
    }
  }
  return table;
}

Table ChangesTable(const DealForecastFacts& facts) {
  Table table = EmptyTable(ChangesSpec(), facts.currency);
  if (!facts.change) return table;
  const auto add = [&](std::string_view kind, const analysis::Text& title, std::int64_t amount, const Value& deals) {
    table.rows.push_back({std::string(kind), title.en, title.ru, Ledger(amount, facts.currency), deals});
  };
  add("before", {"Then (p50)", "Тогда (p50)"}, facts.change->before, Value());
  for (const ChangeLine& line : facts.change->lines) {
    add(NameOf(line.kind), TitleOf(line.kind), line.amount, static_cast<std::int64_t>(line.deals));
  }
  add("after", {"Now (p50)", "Сейчас (p50)"}, facts.change->after, Value());
  return table;
}

// How a deal stood then and stands now, as far as the kind of change is about it.
class Stances {
 public:
  explicit Stances(const DealForecastFacts& facts) : facts_(facts) {
    for (const DealProspect& open : facts.then->forecast.open) then_[open.deal] = open.probability;
    for (const DealProspect& open : facts.now->forecast.open) now_[open.deal] = open.probability;
  }

  std::string At(std::size_t deal, ChangeKind kind, bool is_now) const {
    const Day day = is_now ? facts_.book.as_of : facts_.then->model.as_of();
    const DealState* state = StateAt(facts_.book.histories[deal], day, day);
    if (state == nullptr) return {};
    switch (kind) {
      case ChangeKind::kAmountUp:
      case ChangeKind::kAmountDown:
        return FormatDecimal(Ledger(state->amount, facts_.currency));
      case ChangeKind::kPulledIn:
      case ChangeKind::kPushedOut:
        return state->close_day ? FormatDate({*state->close_day}) : std::string();
      case ChangeKind::kStage:
        return state->stage < 0 ? std::string() : facts_.book.stages[static_cast<std::size_t>(state->stage)];
      default:
        break;
    }
    if (state->kind != DealKind::kOpen) return state->kind == DealKind::kWon ? "won" : "lost";
    const auto& said = is_now ? now_ : then_;
    const auto found = said.find(deal);
    return found == said.end() ? std::string() : fmt::format("{} %", std::lround(100 * found->second));
  }

 private:
  const DealForecastFacts& facts_;
  std::map<std::size_t, double> then_;
  std::map<std::size_t, double> now_;
};

Table ChangeDealsTable(const DealForecastFacts& facts) {
  Table table = EmptyTable(ChangeDealsSpec(), facts.currency);
  if (!facts.change) return table;
  const Stances stances(facts);
  table.rows.reserve(facts.change->deals.size());
  for (const DealChange& change : facts.change->deals) {
    const auto place = static_cast<std::size_t>(change.id);
    const BookedDeal& deal = facts.book.deals[place];
    table.rows.push_back({deal.id, std::string(NameOf(change.kind)), OrNull(deal.name),
                          Ledger(change.amount, facts.currency), OrNull(stances.At(place, change.kind, false)),
                          OrNull(stances.At(place, change.kind, true))});
  }
  return table;
}

}  // namespace

int MinorUnitsOf(const std::string& currency) {
  int units = 1;
  for (int i = 0; i < CurrencyDecimals(currency); ++i) units *= 10;
  return units;
}

std::int64_t ToMinor(double amount, const std::string& currency) {
  constexpr double kMost = 1e14;
  return std::llround(std::clamp(amount, -kMost, kMost) * MinorUnitsOf(currency));
}

DealForecast DealForecastOf(const DealBook& book, const MadeForecast& made, double published) {
  const Day day = made.model.as_of();
  DealForecast deals{.arrivals = made.forecast.arrivals_mean, .published = published};
  auto open = made.forecast.open.begin();
  for (std::size_t i = 0; i < book.histories.size(); ++i) {
    const DealState* state = StateAt(book.histories[i], day, day);
    if (state == nullptr || !book.scope.Has(i, *state)) continue;
    ForecastDeal deal{.id = i, .kind = state->kind, .stage = state->stage, .close_day = state->close_day};
    if (state->kind == DealKind::kOpen) {
      while (open->deal < i) ++open;
      deal.amount = open->mean_amount;
      deal.probability = open->probability;
    } else if (state->kind == DealKind::kWon) {
      deal.amount = state->amount;
      deal.probability = made.forecast.period.Has(CountsOn(*state)) ? 1 : 0;
    }
    deals.deals.push_back(deal);
  }
  return deals;
}

std::vector<std::size_t> WonDeals(const DealBook& book, const ForecastPeriod& period) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < book.deals.size(); ++i) {
    const BookedDeal& deal = book.deals[i];
    if (deal.kind == DealKind::kWon && deal.close_day && period.Has(*deal.close_day) && book.IsAsked(i)) {
      places.push_back(i);
    }
  }
  return places;
}

std::vector<TableSpec> DealForecastSpecs() {
  return {ForecastSpec(), DistributionSpec(), DealsSpec(), ContributionSpec(), ChangesSpec(), ChangeDealsSpec()};
}

std::vector<Table> DealForecastTables(const DealForecastFacts& facts) {
  return {ForecastTable(facts),     DistributionTable(facts), DealsTable(facts),
          ContributionTable(facts), ChangesTable(facts),      ChangeDealsTable(facts)};
}

}  // namespace weir::forecast
