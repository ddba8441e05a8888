#include "questions/why_parts.h"

#include <algorithm>

#include "analysis/columns.h"
#include "questions/decompose.h"

namespace weir::questions {

using analysis::ColumnType;
using analysis::Of;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using metrics::DayRange;
using store::Value;

namespace {

std::optional<double> Ratio(Int128 part, std::int64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

const std::vector<std::string>& SideMetrics() {
  static const std::vector<std::string> ids{"won_amount", "deals_won", "deals_closed",       "deals_won_with_amount",
                                            "deals_open", "win_rate",  "average_deal_amount"};
  return ids;
}

Side SideOf(const Numbers& numbers) {
  return {.pool = numbers.Count("deals_closed") + numbers.Count("deals_open"),
          .decided = numbers.Count("deals_closed"),
          .won = numbers.Count("deals_won"),
          .with_amount = numbers.Count("deals_won_with_amount"),
          .amount = numbers.Amount("won_amount"),
          .win_rate = numbers.At("win_rate"),
          .average = numbers.At("average_deal_amount")};
}

std::vector<Cause> CausesOf(const Side& before, const Side& now) {
  std::vector<Cause> causes{
      {.id = "pool",
       .title = {"Deals to work on", "Сделки в работе"},
       .fewer = {"there were fewer deals to work on", "в работе было меньше сделок"},
       .more = {"there were more deals to work on", "в работе было больше сделок"},
       .unit = "count",
       .before = before.pool,
       .now = now.pool},
      {.id = "decided",
       .title = {"Share decided in the period", "Доля закрытых за период"},
       .fewer = {"a smaller share of the deals came to a decision", "до решения дошла меньшая доля сделок"},
       .more = {"a larger share of the deals came to a decision", "до решения дошла большая доля сделок"},
       .unit = "share",
       .before = Maybe(ShareOf(before.decided, before.pool)),
       .now = Maybe(ShareOf(now.decided, now.pool))},
      {.id = "win_rate",
       .title = {"Win rate", "Доля выигранных"},
       .fewer = {"fewer of the decided deals were won", "из закрытых сделок выиграна меньшая доля"},
       .more = {"more of the decided deals were won", "из закрытых сделок выиграна большая доля"},
       .unit = "share",
       .before = before.win_rate,
       .now = now.win_rate},
      {.id = "amount_known",
       .title = {"Won deals with an amount", "Выигранные сделки с суммой"},
       .fewer = {"fewer of the won deals have an amount", "сумма указана у меньшей доли выигранных сделок"},
       .more = {"more of the won deals have an amount", "сумма указана у большей доли выигранных сделок"},
       .unit = "share",
       .before = Maybe(ShareOf(before.with_amount, before.won)),
       .now = Maybe(ShareOf(now.with_amount, now.won))},
      {.id = "size",
       .title = {"Average won deal", "Средняя выигранная сделка"},
       .fewer = {"the won deals were smaller", "выигранные сделки были мельче"},
       .more = {"the won deals were larger", "выигранные сделки были крупнее"},
       .unit = "money",
       .before = before.average,
       .now = now.average}};
  const std::vector<Factor> factors{
      {static_cast<double>(before.pool), static_cast<double>(now.pool)},
      {Ratio(before.decided, before.pool), Ratio(now.decided, now.pool)},
      {Ratio(before.won, before.decided), Ratio(now.won, now.decided)},
      {Ratio(before.with_amount, before.won), Ratio(now.with_amount, now.won)},
      {Ratio(before.amount.units, before.with_amount), Ratio(now.amount.units, now.with_amount)}};
  const std::vector<Int128> effects =
      EffectsOf(factors, now.amount.units - before.amount.units, PowerOfTen(kAmountScale - 2));
  for (std::size_t i = 0; i < causes.size(); ++i) causes[i].effect = effects[i];
  // That all won deals have an amount is the rule and no news.
  if (before.with_amount == before.won && now.with_amount == now.won) causes.erase(causes.begin() + 3);
  std::ranges::stable_sort(causes, std::greater<>(),
                           [](const Cause& cause) { return cause.effect < 0 ? -cause.effect : cause.effect; });
  return causes;
}

TableSpec CausesSpec() {
  return {.name = "causes",
          .title = {"From one amount to the other", "От одной суммы к другой"},
          .key = {"cause"},
          .columns = {TextOf("cause", "Cause", "Причина"),
                      TextOf("kind", "Kind: start, part or end", "Вид: start — начало, part — часть, end — итог"),
                      TextOf("title_en", "What", "Что"), TextOf("title_ru", "What (Russian)", "Что (по-русски)"),
                      Of("before", ColumnType::kDecimal, "Before", "Было"),
                      Of("now", ColumnType::kDecimal, "Now", "Стало"), TextOf("unit", "Unit", "Единица"),
                      Of("effect", ColumnType::kMoney, "Adds to the amount", "Вклад в сумму")},
          .chart = analysis::Chart{.kind = "waterfall", .x = "title_en", .y = "effect"}};
}

Table CausesTable(const std::vector<Cause>& causes, const Side& before, const Side& now, const Scope& scope) {
  Table table = Empty(CausesSpec(), scope.currency);
  const auto end = [&](const char* kind, DayRange days, const Side& side) {
    const Text of = Speak(days).within;
    const Text title = Say("Won {0}", "Выиграно {0}", {of});
    table.rows.push_back(
        {std::string(kind), std::string(kind), title.en, title.ru, {}, {}, std::string("money"), side.amount});
  };
  end("start", scope.before, before);
  for (const Cause& cause : causes) {
    table.rows.push_back({cause.id, std::string("part"), cause.title.en, cause.title.ru, cause.before, cause.now,
                          cause.unit, LedgerAmount(cause.effect)});
  }
  end("end", scope.now, now);
  return table;
}

Step CausesStep(const std::vector<Cause>& causes, const Side& before, const Side& now, const Scope& scope) {
  const Cause& first = causes.front();
  const auto because = [](const Cause& cause) { return cause.effect < 0 ? cause.fewer : cause.more; };
  Text text =
      Say("{0} won instead of {1}: {2} to work on instead of {3}, {4} of them decided instead of {5}, {6} of those won "
          "instead "
          "of {7}.",
          "Выиграно {0}, было {1}: в работе {2} вместо {3}, до решения дошло {4} вместо {5}, из них выиграно {6} "
          "вместо {7}.",
          {Deals(now.won), Count(before.won), Deals(now.pool), Count(before.pool),
           Percent(ShareOf(now.decided, now.pool)), Percent(ShareOf(before.decided, before.pool)),
           Percent(ShareOf(now.won, now.decided)), Percent(ShareOf(before.won, before.decided))});
  if (first.effect != 0) {
    text = Say("{0} What weighs most: {1}, {2}.", "{0} Сильнее всего сказалось то, что {1}: {2}.",
               {text, because(first), Signed(LedgerAmount(first.effect), scope.currency)});
  }
  return {"causes", text, "causes"};
}

}  // namespace weir::questions
