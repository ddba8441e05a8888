// For tests: answers as the engine would give them, and receivers that take or refuse.
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "delivery/outbox.h"
#include "delivery/report.h"
#include "store/database.h"

namespace weir::delivery::testing {

using analysis::ColumnType;
using store::Value;

template <typename T>
T Need(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().ToString());
  return std::move(*result);
}
inline void NeedOk(const Status& status) {
  if (!status) throw std::runtime_error(status.error().ToString());
}

inline Instant At(std::string_view text) { return *ParseIsoInstant(text); }
inline Value Money(std::string_view text) { return *ParsePlainDecimal(text); }
inline Value Words(std::string text) { return Value(std::move(text)); }

// Columns are texts unless a type follows their name: "amount:money".
inline analysis::Table TableOf(std::string name, const std::vector<std::string>& columns,
                               std::vector<std::vector<Value>> rows) {
  analysis::Table table{.name = std::move(name)};
  for (const std::string& column : columns) {
    const std::size_t colon = column.find(':');
    analysis::Column made{.name = column.substr(0, colon), .title = {column.substr(0, colon), column.substr(0, colon)}};
    if (colon != std::string::npos) {
      const std::string type = column.substr(colon + 1);
      made.type = type == "money"   ? ColumnType::kMoney
                  : type == "share" ? ColumnType::kShare
                  : type == "date"  ? ColumnType::kDate
                                    : ColumnType::kDecimal;
      if (made.type == ColumnType::kMoney) made.unit = "EUR";
    }
    table.columns.push_back(std::move(made));
  }
  table.rows = std::move(rows);
  return table;
}

inline engine::Answer AnswerOf(std::string id, std::vector<analysis::Table> tables) {
  engine::Answer answer{.analysis = std::move(id), .as_of = At("2026-11-23T07:40:00Z"), .data_version = 7};
  answer.currency = "EUR";
  answer.output.tables = std::move(tables);
  return answer;
}

// What a mean name does to whoever does not write it as a text.
inline const std::string kHostile =
    "=HYPERLINK(\"http://evil.example\")<script>alert(1)</script>\r\nBcc: x@evil.example";

inline engine::Answer Brief() {
  const Date day = *ParseIsoDate("2026-11-23");
  return AnswerOf(
      "brief",
      {TableOf("numbers",
               {"metric", "title_en", "title_ru", "value:number", "unit", "currency", "since_day:number",
                "since_week:number", "better", "link"},
               {{Words("won_amount"), Words("Won amount"), Words("Выиграно"), Money("1250000.50"), Words("money"),
                 Words("EUR"), Money("12000"), Money("-80000"), Words("up"), Words("/catalog/won_amount")},
                {Words("win_rate"),
                 Words("Win rate"),
                 Words("Доля побед"),
                 Money("0.25"),
                 Words("share"),
                 {},
                 Money("0.012"),
                 {},
                 Words("up"),
                 Words("/catalog/win_rate")}}),
       TableOf("deals",
               {"deal_id", "name", "account", "stage", "owner", "amount:money", "close_date:date", "reasons", "why_en",
                "why_ru", "is_new", "link"},
               {{Words("d1"),
                 Words(kHostile),
                 Words("Acme"),
                 Words("Proposal"),
                 {},
                 Money("5000"),
                 day,
                 Words("closes_today"),
                 Words("is to close today"),
                 Words("закрывается сегодня"),
                 Value(true),
                 Words("/customers/deal/d1")}}),
       TableOf(
           "leaks",
           {"leak", "rule", "title_en", "title_ru", "name", "account", "since:date", "won_back:money", "amount:money",
            "certainty", "department", "owner", "state", "detail_en", "detail_ru", "is_new", "link"},
           {{Words("under_billing:s1"), Words("under_billing"), Words("Billed less"), Words("Недосчитано"),
             Words("S-1"), Words("Acme"), day, Money("700"), Money("900"), Words("certain"), Words("finance"),
             Words("Ann"), Words("open"), Words("12 of 20 seats"), Words("12 из 20 мест"), Value(false),
             Words("/leaks?leak=under_billing%3As1")}}),
       TableOf("openings",
               {"opening", "rule", "title_en", "title_ru", "name", "account", "since:date", "won_back:money",
                "amount:money", "department", "owner", "detail_en", "detail_ru", "is_new", "link"},
               {{Words("outgrown_plan:a1"),
                 Words("outgrown_plan"),
                 Words("Outgrows its plan"),
                 Words("Мал план"),
                 Words("Acme"),
                 Words("Acme"),
                 day,
                 Money("300"),
                 Money("600"),
                 Words("success"),
                 {},
                 Words("95 % used"),
                 Words("занято 95 %"),
                 Value(true),
                 Words("/leaks/openings?leak=outgrown_plan%3Aa1")}}),
       TableOf("summary", {"day:date", "first:date"}, {{day, *ParseIsoDate("2026-10-01")}}),
       TableOf("sentences", {"position", "code", "en", "ru"},
               {{std::int64_t{1}, Words("deals"), Words("1 open deal."), Words("1 сделка.")}}),
       TableOf("missing", {"code", "en", "ru"}, {{Words("mrr"), Words("MRR: none."), Words("MRR: нет.")}})});
}

// Leaks of leaks.list by name and what can be won back, of Ann in finance.
inline engine::Answer LeaksList(const std::vector<std::pair<std::string, std::string>>& leaks) {
  std::vector<std::vector<Value>> rows;
  rows.reserve(leaks.size());
  for (const auto& [leak, money] : leaks) {
    rows.push_back({Words(leak),
                    Words("Leak"),
                    Words("Утечка"),
                    Words(leak),
                    Words("Acme"),
                    money.empty() ? Value() : Money(money),
                    Words("finance"),
                    Words("Ann"),
                    {},
                    Words("why"),
                    Words("почему"),
                    {}});
  }
  return AnswerOf("leaks.list", {TableOf("leaks",
                                         {"leak", "title_en", "title_ru", "name", "account", "won_back:money",
                                          "department", "owner", "assignee", "detail_en", "detail_ru", "counted_by"},
                                         std::move(rows))});
}

inline ReportAnswers Report() {
  ReportAnswers answers;
  answers.brief = Brief();
  answers.pulse =
      AnswerOf("pulse", {TableOf("sentences", {"position", "code", "en", "ru"},
                                 {{std::int64_t{1}, Words("won"), Words("All is well."), Words("Всё хорошо.")}}),
                         TableOf("funnel", {"step", "position", "count:number", "share_of_previous:share"},
                                 {{Words("leads"), std::int64_t{1}, std::int64_t{40}, {}},
                                  {Words("won"), std::int64_t{4}, std::int64_t{10}, Money("0.25")}})});
  const std::vector<std::string> rules{"rule",
                                       "title_en",
                                       "title_ru",
                                       "department",
                                       "certainty",
                                       "state",
                                       "count:number",
                                       "amount:money",
                                       "amount_low:money",
                                       "amount_high:money",
                                       "won_back:money",
                                       "meaning_en",
                                       "meaning_ru",
                                       "formula_en",
                                       "formula_ru",
                                       "definition_version:number"};
  answers.leaks = AnswerOf(
      "leaks", {TableOf("rules", rules,
                        {{Words("stuck"), Words("Stuck & silent"), Words("Застряло"), Words("sales"), Words("probable"),
                          Words("found"), std::int64_t{3}, Money("900"), Money("500"), Money("1400"), Money("400"),
                          Words("m"), Words("с"), Words("a x b"), Words("а x б"), std::int64_t{2}}}),
                TableOf("headline",
                        {"amount:money", "amount_low:money", "amount_high:money", "certain:money", "won_back:money",
                         "share_of_recurring:share", "share_of_bookings:share", "tolerated:number",
                         "tolerated_amount:money", "false_alarms:number", "false_alarms_amount:money"},
                        {{Money("900"),
                          Money("500"),
                          Money("1400"),
                          Money("0"),
                          Money("400"),
                          Money("0.1"),
                          {},
                          std::int64_t{2},
                          Money("70"),
                          std::int64_t{0},
                          {}}})});
  answers.openings =
      AnswerOf("openings",
               {TableOf("rules", rules,
                        {{Words("outgrown_plan"), Words("Outgrows its plan"), Words("Мал план"), Words("success"),
                          Words("probable"), Words("found"), std::int64_t{1}, Money("600"), Money("200"), Money("900"),
                          Money("300"), Words("m"), Words("с"), Words("a"), Words("а"), std::int64_t{1}}})});
  answers.trend = AnswerOf(
      "leaks.trend",
      {TableOf("months", {"period:date", "rule", "title_en", "title_ru", "amount:money"},
               {{*ParseIsoDate("2026-10-31"), Words("stuck"), Words("Stuck"), Words("Застряло"), Money("800")},
                {*ParseIsoDate("2026-11-23"), Words("stuck"), Words("Stuck"), Words("Застряло"), Money("900")}})});
  answers.record =
      AnswerOf("leaks.rules", {TableOf("rules",
                                       {"rule", "title_en", "title_ru", "decided:number", "acted:number",
                                        "recovered:number", "recovered_amount:money", "false_alarms:number"},
                                       {{Words("stuck"), Words("Stuck"), Words("Застряло"), std::int64_t{2},
                                         std::int64_t{2}, std::int64_t{1}, Money("300"), std::int64_t{0}}})});
  std::vector<std::string> months{"period:date"};
  for (const std::string& id : RecurringMetrics()) months.push_back(id + ":money");
  std::vector<Value> month{*ParseIsoDate("2026-11-01"), Money("1000"), Money("50")};
  month.resize(months.size());
  answers.recurring = AnswerOf("metrics", {TableOf("metrics", months, {month})});
  answers.definitions = AnswerOf(
      "metrics.catalog", {TableOf("definitions",
                                  {"id", "version:number", "title_en", "title_ru", "description_en", "description_ru",
                                   "formula", "formula_ru"},
                                  {{Words("mrr"), std::int64_t{1}, Words("MRR"), Words("MRR"), Words("of a month"),
                                    Words("за месяц"), Words("sum(mrr)"), Words("сумма")}})});
  return answers;
}

// Answers as it is told to, and keeps what it got.
class FakeSender final : public Sender {
 public:
  std::optional<Failure> SendMail(const MailChannel&, const Parcel& parcel, std::stop_token) override {
    return Take(parcel);
  }
  std::optional<Failure> SendWebhook(const WebhookChannel&, const Parcel& parcel, std::stop_token) override {
    return Take(parcel);
  }

  std::deque<std::optional<Failure>> answers;  // then nothing fails
  std::vector<Parcel> taken;                   // that arrived, or may have

 private:
  std::optional<Failure> Take(const Parcel& parcel) {
    taken.push_back(parcel);
    if (answers.empty()) return std::nullopt;
    std::optional<Failure> answer = std::move(answers.front());
    answers.pop_front();
    return answer;
  }
};

}  // namespace weir::delivery::testing
