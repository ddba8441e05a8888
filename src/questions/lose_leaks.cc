#include <algorithm>

#include "analysis/columns.h"
#include "questions/lose_parts.h"

namespace weir::questions {

using analysis::ColumnType;
using analysis::CountOf;
using analysis::Of;
using analysis::Table;
using analysis::TextOf;
using store::Value;

namespace {

constexpr std::string_view kStuck = "stuck_deal";
constexpr std::size_t kMostStill = 50;

std::string TextIn(const Table& table, const std::vector<Value>& row, std::string_view column) {
  return store::ToText(row[table.IndexOf(column)]);
}

}  // namespace

Result<Leaking> ReadLeaks(const Scope& scope, analysis::Context& context) {
  analysis::RawParams asked;
  if (!scope.team.empty()) asked["team"] = {scope.team};
  if (!scope.segment.empty()) asked["segment"] = {scope.segment};
  Leaking leaking;
  WEIR_TRY(leaking.ledger, context.Run("leaks", asked));
  const Table& rules = *leaking.ledger.Find("rules");
  for (const auto& row : rules.rows) {
    if (const auto* count = std::get_if<std::int64_t>(&row[rules.IndexOf("count")])) leaking.count += *count;
    leaking.amount.units += AmountOf(row[rules.IndexOf("amount")]).units;
    leaking.exposed.units += AmountOf(row[rules.IndexOf("exposed")]).units;
  }
  return leaking;
}

analysis::TableSpec OpenLeaksSpec() {
  return {
      .name = "leaks",
      .title = {"What leaks now", "Что утекает сейчас"},
      .key = {"rule"},
      .columns = {TextOf("rule", "Rule", "Правило"), TextOf("title_en", "What leaks", "Что утекает"),
                  TextOf("title_ru", "What leaks (Russian)", "Что утекает (по-русски)"),
                  Of("amount", ColumnType::kMoney, "Lost or expected to be", "Потеряно или ожидается"),
                  Of("exposed", ColumnType::kMoney, "Hangs on it", "Под угрозой"), CountOf("count", "Leaks", "Утечек"),
                  TextOf("certainty", "Certainty", "Достоверность"), TextOf("department", "Department", "Отдел")},
      .chart = analysis::Chart{.kind = "bar", .x = "title_en", .y = "amount"}};
}

Table OpenLeaksTable(const Leaking& leaking, const Scope& scope) {
  Table table = Empty(OpenLeaksSpec(), scope.currency);
  const Table& rules = *leaking.ledger.Find("rules");
  for (const auto& row : rules.rows) {
    if (TextIn(rules, row, "state") != "found") continue;
    std::vector<Value>& line = table.rows.emplace_back();
    for (const analysis::Column& column : table.columns) line.push_back(row[rules.IndexOf(column.name)]);
  }
  return table;
}

std::optional<Step> OpenLeaksStep(const Leaking& leaking, const Scope& scope) {
  const Table table = OpenLeaksTable(leaking, scope);
  if (table.rows.empty()) return std::nullopt;
  const auto& first = table.rows.front();
  return Step{
      "leaks",
      Say("{0} leaks are open now: {1} is lost or expected to be, {2} hangs on them; the largest is “{3}”, {4}.",
          "Сейчас открыто утечек: {0}; потеряно или ожидается {1}, под угрозой {2}; крупнейшая — «{3}», {4}.",
          {Count(leaking.count), Money(leaking.amount, scope.currency), Money(leaking.exposed, scope.currency),
           Text{TextIn(table, first, "title_en"), TextIn(table, first, "title_ru")},
           Money(AmountOf(first[table.IndexOf("amount")]), scope.currency)}),
      "leaks"};
}

analysis::Evidence RowsOfRule(const Leaking& leaking, const std::string& rule) {
  const Table& leaks = *leaking.ledger.Find("leaks");
  analysis::Evidence evidence;
  std::int64_t total = 0;
  for (const auto& row : leaks.rows) {
    if (TextIn(leaks, row, "rule") != rule || !store::IsNull(row[leaks.IndexOf("counted_by")])) continue;
    evidence.table = TextIn(leaks, row, "entity");
    if (++total <= static_cast<std::int64_t>(kMaxEvidence)) evidence.ids.push_back(TextIn(leaks, row, "record_id"));
  }
  evidence.total = total;
  return evidence;
}

analysis::TableSpec StillSpec() {
  return {
      .name = "still",
      .title = {"Deals that stand still", "Сделки, которые стоят"},
      .key = {"deal"},
      .columns = {TextOf("deal", "Deal id", "Код сделки"), TextOf("name", "Deal", "Сделка"),
                  TextOf("account", "Account", "Компания"), TextOf("owner", "Who acts", "Кто действует"),
                  Of("exposed", ColumnType::kMoney, "Amount", "Сумма"),
                  Of("since", ColumnType::kDate, "Too long since", "Слишком долго с"),
                  TextOf("detail_en", "Why", "Почему"), TextOf("detail_ru", "Why (Russian)", "Почему (по-русски)")}};
}

Table StillTable(const Leaking& leaking, const Scope& scope) {
  Table table = Empty(StillSpec(), scope.currency);
  const Table& leaks = *leaking.ledger.Find("leaks");
  for (const auto& row : leaks.rows) {
    if (TextIn(leaks, row, "rule") != kStuck) continue;
    std::vector<Value>& line = table.rows.emplace_back();
    for (const analysis::Column& column : table.columns) {
      line.push_back(row[leaks.IndexOf(column.name == "deal" ? "record_id" : column.name)]);
    }
  }
  const std::size_t exposed = table.IndexOf("exposed");
  std::ranges::stable_sort(table.rows, std::greater<>(),
                           [&](const std::vector<Value>& row) { return AmountOf(row[exposed]).units; });
  table.total_rows = static_cast<std::int64_t>(table.rows.size());
  if (table.rows.size() > kMostStill) table.rows.resize(kMostStill);
  return table;
}

std::optional<Step> StillStep(const Table& still, const Numbers& numbers, const Scope& scope) {
  const std::int64_t late = numbers.Count("deals_past_close_date");
  const std::int64_t stuck = still.total_rows.value_or(0);
  if (late + stuck == 0) return std::nullopt;
  const Text past = Say("open past their close date: {0}, {1}", "с прошедшей датой закрытия открыто: {0}, {1}",
                        {Deals(late), Money(numbers.Amount("pipeline_past_close_date_amount"), scope.currency)});
  if (stuck == 0)
    return Step{"still", Say("No deal is stuck in its stage; {0}.", "На этапах никто не застрял; {0}.", {past}),
                "still"};
  return Step{"still",
              Say("Longer in their stage than nine of ten won ones were: {0}; {1}.",
                  "Дольше на этапе, чем девять из десяти выигранных: {0}; {1}.", {Deals(stuck), past}),
              "still"};
}

}  // namespace weir::questions
