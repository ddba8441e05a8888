#include "questions/why_parts.h"

#include <array>

#include "analysis/columns.h"

namespace weir::questions {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::Of;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using metrics::DayRange;
using store::Rows;
using store::Value;

namespace {

struct Kind {
  std::string_view id;
  Text title;
};
const std::array<Kind, 6>& Kinds() {
  static const std::array<Kind, 6> kinds{
      {{"new", {"Bought for the first time", "Купили впервые"}},
       {"returned", {"Bought earlier, but not then", "Покупали раньше, но не тогда"}},
       {"more", {"Bought in both, more now", "Купили в обоих, теперь больше"}},
       {"less", {"Bought in both, less now", "Купили в обоих, теперь меньше"}},
       {"not_again", {"Bought before, nothing now", "Купили тогда, теперь ничего"}},
       {"unnamed", {"Deals of no customer", "Сделки без клиента"}}}};
  return kinds;
}

const std::array<Kind, 3>& Fates() {
  static const std::array<Kind, 3> fates{{{"won", {"Won in the period", "Выиграны в этом периоде"}},
                                          {"lost", {"Lost in the period", "Проиграны в этом периоде"}},
                                          {"later", {"Not decided in time", "Не решены в срок"}}}};
  return fates;
}

Due SumOf(const DueByFate& due) {
  Due sum;
  for (const auto& [fate, one] : due) {
    sum.deals += one.deals;
    sum.amount.units += one.amount.units;
  }
  return sum;
}

}  // namespace

std::string CustomersSql(const Scope& scope) {
  return fmt::format(
      "WITH bought AS (SELECT account_id, min(close_date) AS first_won, "
      "count(*) FILTER (WHERE {0}) AS deals_now, count(*) FILTER (WHERE {1}) AS deals_before, "
      "coalesce(sum(amount_reporting) FILTER (WHERE {0}), 0) AS now, "
      "coalesce(sum(amount_reporting) FILTER (WHERE {1}), 0) AS before "
      "FROM ({2}) WHERE status = 'won' AND close_date <= {3} GROUP BY account_id), "
      "kinds AS (SELECT *, CASE WHEN account_id IS NULL THEN 'unnamed' "
      "WHEN deals_before = 0 AND first_won >= {4} THEN 'new' WHEN deals_before = 0 THEN 'returned' "
      "WHEN deals_now = 0 THEN 'not_again' WHEN now >= before THEN 'more' ELSE 'less' END AS kind "
      "FROM bought WHERE deals_now > 0 OR deals_before > 0) ",
      InDaysSql("close_date", scope.now), InDaysSql("close_date", scope.before), CountedSql(scope, "deal"),
      DaySql(scope.now.last), DaySql(scope.now.first));
}

std::string DueSql(const Scope& scope, DayRange days) {
  const std::string start = FormatInstant(scope.zone.StartOfDay(days.first));
  return fmt::format(
      "WITH due AS (SELECT v.deal_id, v.amount_reporting AS amount, CASE WHEN d.status IN ('won', 'lost') AND {0} THEN "
      "d.status ELSE 'later' END AS fate FROM scoped.deal_version AS v JOIN ({1}) AS d ON d.deal_id = v.deal_id "
      "WHERE v.status = 'open' AND v.valid_from < TIMESTAMP '{2}' AND (v.valid_to IS NULL OR v.valid_to >= TIMESTAMP "
      "'{2}') AND {3}) ",
      InDaysSql("d.close_date", days), CountedSql(scope, "deal"), start.substr(0, start.size() - 1),
      InDaysSql("v.close_date", days));
}

Result<CustomersByKind> ReadCustomers(const Scope& scope, Context& context) {
  WEIR_TRY(const Rows rows, context.session().Query(CustomersSql(scope) +
                                                    "SELECT kind, count(*), sum(before), sum(now) FROM kinds GROUP BY "
                                                    "kind ORDER BY kind NULLS LAST"));
  CustomersByKind kinds;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    kinds[rows.TextAt(row, 0)] = {rows.IntegerAt(row, 1), AmountOf(rows.rows[row][2]), AmountOf(rows.rows[row][3])};
  }
  return kinds;
}

TableSpec CustomersSpec() {
  return {.name = "customers",
          .title = {"New customers and old ones", "Новые клиенты и прежние"},
          .key = {"kind"},
          .columns = {TextOf("kind", "Kind", "Вид"), TextOf("title_en", "Customers", "Клиенты"),
                      TextOf("title_ru", "Customers (Russian)", "Клиенты (по-русски)"),
                      CountOf("accounts", "Accounts", "Компаний"), Of("before", ColumnType::kMoney, "Before", "Было"),
                      Of("now", ColumnType::kMoney, "Now", "Стало"),
                      Of("change", ColumnType::kMoney, "Change", "Изменение")},
          .chart = analysis::Chart{.kind = "bar", .x = "title_en", .y = "change"}};
}

Table CustomersTable(const CustomersByKind& kinds, const Scope& scope) {
  Table table = Empty(CustomersSpec(), scope.currency);
  for (const Kind& kind : Kinds()) {
    const auto found = kinds.find(kind.id);
    if (found == kinds.end()) continue;
    const Customers& customers = found->second;
    table.rows.push_back({std::string(kind.id), kind.title.en, kind.title.ru,
                          kind.id == "unnamed" ? Value() : Value(customers.accounts), customers.before, customers.now,
                          LedgerAmount(customers.now.units - customers.before.units)});
  }
  return table;
}

Step CustomersStep(const CustomersByKind& kinds, const Scope& scope) {
  const auto of = [&](std::string_view kind) {
    const auto found = kinds.find(kind);
    return found == kinds.end() ? Customers{} : found->second;
  };
  const Int128 known = of("more").now.units + of("less").now.units + of("returned").now.units;
  const Text brought = Say(
      "New customers ({1}) brought {0}, known ones {2}", "Новые клиенты ({1}) принесли {0}, прежние — {2}",
      {Money(of("new").now, scope.currency), Count(of("new").accounts), Money(LedgerAmount(known), scope.currency)});
  const Customers gone = of("not_again");
  const Text lost =
      Say("{0}; {1} who had bought for {2} {3} bought nothing this time.",
          "{0}; не купили снова {1} из тех, кто {3} купил на {2}.",
          {brought, Count(gone.accounts), Money(gone.before, scope.currency), Speak(scope.before).within});
  return {"customers", gone.accounts == 0 ? Say("{0}.", "{0}.", {brought}) : lost, "customers"};
}

Result<DueByFate> ReadDue(const Scope& scope, DayRange days, Context& context) {
  WEIR_TRY(const Rows rows, context.session().Query(
                                DueSql(scope, days) +
                                "SELECT fate, count(*), sum(amount) FROM due GROUP BY fate ORDER BY fate NULLS LAST"));
  DueByFate due;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    due[rows.TextAt(row, 0)] = {rows.IntegerAt(row, 1), AmountOf(rows.rows[row][2])};
  }
  return due;
}

TableSpec DueSpec() {
  return {.name = "due",
          .title = {"What was due on the first day", "Что должно было закрыться, на первый день"},
          .key = {"fate"},
          .columns = {TextOf("fate", "What became of it", "Что стало"),
                      TextOf("title_en", "What became of it", "Что стало"),
                      TextOf("title_ru", "What became of it (Russian)", "Что стало (по-русски)"),
                      CountOf("deals_before", "Deals before", "Сделок было"),
                      Of("before", ColumnType::kMoney, "Amount before", "Сумма была"),
                      Of("share_before", ColumnType::kShare, "Share before", "Доля была", "share"),
                      CountOf("deals_now", "Deals now", "Сделок стало"),
                      Of("now", ColumnType::kMoney, "Amount now", "Сумма стала"),
                      Of("share_now", ColumnType::kShare, "Share now", "Доля стала", "share")}};
}

Table DueTable(const DueByFate& before, const DueByFate& now, const Scope& scope) {
  Table table = Empty(DueSpec(), scope.currency);
  const Due all_before = SumOf(before);
  const Due all_now = SumOf(now);
  if (all_before.deals + all_now.deals == 0) return table;
  const auto of = [](const DueByFate& due, std::string_view fate) {
    const auto found = due.find(fate);
    return found == due.end() ? Due{} : found->second;
  };
  for (const Kind& fate : Fates()) {
    const Due left = of(before, fate.id);
    const Due right = of(now, fate.id);
    table.rows.push_back({std::string(fate.id), fate.title.en, fate.title.ru, left.deals, left.amount,
                          Maybe(ShareOf(left.amount.units, all_before.amount.units)), right.deals, right.amount,
                          Maybe(ShareOf(right.amount.units, all_now.amount.units))});
  }
  return table;
}

std::optional<Step> DueStep(const DueByFate& before, const DueByFate& now, const Scope& scope) {
  const Due all_before = SumOf(before);
  const Due all_now = SumOf(now);
  if (all_before.amount.units == 0 || all_now.amount.units == 0) return std::nullopt;
  const auto share = [](const DueByFate& due, std::string_view fate, const Due& all) {
    const auto found = due.find(fate);
    return Percent(ShareOf(found == due.end() ? Int128{0} : found->second.amount.units, all.amount.units));
  };
  return Step{"due",
              Say("Of {0} due on the first day ({1}), {2} was won and {3} was not decided in time; {7} it was {4} and "
                  "{5} of {6}.",
                  "Из {0}, которые должны были закрыться ({1} на первый день), выиграно {2}, не решено в срок {3}; {7} "
                  "— {4} и {5} "
                  "из {6}.",
                  {Money(all_now.amount, scope.currency), Deals(all_now.deals), share(now, "won", all_now),
                   share(now, "later", all_now), share(before, "won", all_before), share(before, "later", all_before),
                   Money(all_before.amount, scope.currency), Speak(scope.before).within}),
              "due"};
}

}  // namespace weir::questions
