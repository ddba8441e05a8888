#include "forecast/call/call_deals.h"

#include <algorithm>
#include <cmath>

#include "analysis/columns.h"
#include "analysis/tables.h"

namespace weir::forecast {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::Of;
using analysis::OrNull;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

constexpr std::string_view kInspection = "pipeline.inspect";

// What is passed on of a deal as the inspection has it.
const std::vector<std::string>& PassedOn() {
  static const std::vector<std::string> columns{
      "deal",       "account",   "owner",          "team",         "amount", "category",        "stage",
      "close_date", "next_step", "next_step_days", "silence_days", "pushes", "days_past_close", "risk",
      "reasons_en", "reasons_ru"};
  return columns;
}

struct CallDeal {
  std::string id = {};
  std::vector<Value> passed = {};  // by PassedOn
  std::optional<Decimal> amount = {};
  std::optional<double> probability = {};
  std::optional<Decimal> at_stake = {};
  std::int64_t changes = 0;
  const CallNote* note = nullptr;  // the newest
  std::int64_t notes = 0;
  bool is_discussed = false;  // since the last call
};

// The part of the amount that is undecided: all of it at 50 %, none at 0 and at 100 %. All where no probability is
// known.
std::optional<Decimal> AtStake(const std::optional<Decimal>& amount, const std::optional<double>& probability,
                               std::uint8_t decimals) {
  if (!amount || !probability) return amount;
  const double p = std::clamp(*probability, 0.0, 1.0);
  const auto exact = ParsePlainDecimal(fmt::format("{:.{}f}", ToDouble(*amount) * 4 * p * (1 - p), decimals));
  return exact ? Rescale(*exact, kAmountScale) : std::nullopt;
}

std::vector<CallDeal> DealsOf(const CallState& state, const Table& inspected, std::uint8_t decimals) {
  std::vector<CallDeal> deals;
  deals.reserve(inspected.rows.size());
  for (const auto& row : inspected.rows) {
    CallDeal deal{.id = store::ToText(row[inspected.IndexOf("deal_id")]),
                  .amount = metrics::MoneyOf(row[inspected.IndexOf("amount")])};
    deal.passed.reserve(PassedOn().size());
    for (const std::string& column : PassedOn()) deal.passed.push_back(row[inspected.IndexOf(column)]);
    if (const auto* count = std::get_if<std::int64_t>(&row[inspected.IndexOf("changes")])) deal.changes = *count;
    const auto model = state.model_deals.find(deal.id);
    if (model != state.model_deals.end()) deal.probability = model->second.probability;
    deal.at_stake = AtStake(deal.amount, deal.probability, decimals);
    for (const CallNote& note : state.words.notes) {
      if (note.deal_id != deal.id) continue;
      ++deal.notes;
      deal.note = &note;
      deal.is_discussed = deal.is_discussed || note.at > state.since;
    }
    deals.push_back(std::move(deal));
  }
  std::ranges::sort(deals, [](const CallDeal& a, const CallDeal& b) {
    if (a.is_discussed != b.is_discussed) return b.is_discussed;
    const Int128 stake_a = a.at_stake ? a.at_stake->units : -1;
    const Int128 stake_b = b.at_stake ? b.at_stake->units : -1;
    return stake_a != stake_b ? stake_a > stake_b : a.id < b.id;
  });
  return deals;
}

Table DealsTable(const CallState& state, const std::vector<CallDeal>& deals, const std::string& currency) {
  Table table = EmptyTable(CallDealsSpec(), currency);
  table.rows.reserve(deals.size());
  for (std::size_t i = 0; i < deals.size(); ++i) {
    const CallDeal& deal = deals[i];
    const auto model = state.model_deals.find(deal.id);
    const bool has_model = model != state.model_deals.end();
    std::vector<Value> row{deal.id, static_cast<std::int64_t>(i + 1)};
    row.insert(row.end(), deal.passed.begin(), deal.passed.end());
    row.insert(row.end(), {analysis::Maybe(deal.probability), analysis::Maybe(deal.at_stake), deal.changes,
                           has_model ? OrNull(model->second.reasons_en) : Value(),
                           has_model ? OrNull(model->second.reasons_ru) : Value(), deal.notes,
                           deal.note == nullptr ? Value() : Value(deal.note->text),
                           deal.note == nullptr ? Value() : Value(deal.note->by),
                           deal.note == nullptr ? Value() : Value(deal.note->said_at), deal.is_discussed});
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table ChangesTable(const Table& changes, const std::string& currency) {
  Table table = EmptyTable(CallDealChangesSpec(), currency);
  table.rows.reserve(changes.rows.size());
  for (const auto& row : changes.rows) {
    std::vector<Value> passed;
    passed.reserve(table.columns.size());
    for (const analysis::Column& column : table.columns) passed.push_back(row[changes.IndexOf(column.name)]);
    table.rows.push_back(std::move(passed));
  }
  return table;
}

Table NotesTable(const CallState& state, const std::vector<CallDeal>& deals, const std::string& currency) {
  Table table = EmptyTable(CallDealNotesSpec(), currency);
  for (const CallDeal& deal : deals) {
    std::int64_t place = deal.notes;
    for (auto note = state.words.notes.rbegin(); note != state.words.notes.rend(); ++note) {
      if (note->deal_id == deal.id) table.rows.push_back({deal.id, place--, note->said_at, note->by, note->text});
    }
  }
  return table;
}

}  // namespace

TableSpec CallDealsSpec() {
  return {.name = "deals",
          .title = {"Deals of the call, the next to talk about first", "Сделки созвона: о какой говорить следующей"},
          .key = {"deal_id"},
          .columns = {TextOf("deal_id", "Deal id", "Id сделки"),
                      Of("place", ColumnType::kInteger, "Place", "Место", "count"),
                      TextOf("deal", "Deal", "Сделка"),
                      TextOf("account", "Account", "Компания"),
                      TextOf("owner", "Owner", "Ответственный"),
                      TextOf("team", "Team", "Команда"),
                      Of("amount", ColumnType::kMoney, "Amount", "Сумма"),
                      TextOf("category", "Category", "Категория"),
                      TextOf("stage", "Stage", "Этап"),
                      Of("close_date", ColumnType::kDate, "Closes", "Закрытие"),
                      TextOf("next_step", "Next step", "Следующий шаг"),
                      Of("next_step_days", ColumnType::kInteger, "Next step is from", "Шаг записан", "days"),
                      Of("silence_days", ColumnType::kInteger, "Silent for", "Тишина", "days"),
                      CountOf("pushes", "Pushes", "Переносов"),
                      Of("days_past_close", ColumnType::kInteger, "Closing date passed", "Дата прошла", "days"),
                      Of("risk", ColumnType::kInteger, "Risk, of 100", "Риск из 100", "count"),
                      TextOf("reasons_en", "What speaks against it", "Что против"),
                      TextOf("reasons_ru", "What speaks against it (Russian)", "Что против (по-русски)"),
                      Of("probability", ColumnType::kShare, "Won in the period, by the model",
                         "Будет выиграна в периоде, по модели", "share"),
                      Of("at_stake", ColumnType::kMoney, "Undecided amount", "Нерешённая сумма"),
                      CountOf("changes", "Changes since the last call", "Изменений с прошлого созвона"),
                      TextOf("model_reasons_en", "What moves the model", "Что двигает модель"),
                      TextOf("model_reasons_ru", "What moves the model (Russian)", "Что двигает модель (по-русски)"),
                      CountOf("notes", "Notes", "Заметок"),
                      TextOf("note", "Last note", "Последняя заметка"),
                      TextOf("note_by", "Noted by", "Кто записал"),
                      Of("note_at", ColumnType::kInstant, "Noted", "Когда записано"),
                      Of("is_discussed", ColumnType::kBoolean, "Talked about since the last call",
                         "Обсуждена с прошлого созвона")},
          .chart = analysis::Chart{.kind = "bar", .x = "deal", .y = "at_stake"}};
}

TableSpec CallDealChangesSpec() {
  return {.name = "deal_changes",
          .title = {"What changed since the last call", "Что изменилось с прошлого созвона"},
          .key = {"deal_id", "field"},
          .columns = {TextOf("deal_id", "Deal id", "Id сделки"), TextOf("deal", "Deal", "Сделка"),
                      TextOf("field", "Field", "Поле"), TextOf("old", "Was", "Было"), TextOf("new", "Is", "Стало"),
                      Of("changed_at", ColumnType::kInstant, "Changed", "Изменено"),
                      TextOf("changed_by", "Changed by", "Кто изменил")}};
}

TableSpec CallDealNotesSpec() {
  return {.name = "deal_notes",
          .title = {"Notes on deals, the newest first", "Заметки к сделкам, сначала последние"},
          .key = {"deal_id", "number"},
          .columns = {TextOf("deal_id", "Deal id", "Id сделки"),
                      Of("number", ColumnType::kInteger, "Number", "Номер", "count"),
                      Of("at", ColumnType::kInstant, "Noted", "Когда записано"),
                      TextOf("by", "Noted by", "Кто записал"), TextOf("text", "Note", "Заметка")}};
}

Result<CallDeals> ReadCallDeals(const CallState& state, const std::string& team, Context& context) {
  const std::string& currency = context.settings().currency;
  analysis::RawParams asked{{"since", {FormatInstant(state.since)}}, {"close_to", {FormatDate(state.period.last)}}};
  if (!team.empty()) asked["team"] = {team};
  const auto output = context.Run(kInspection, asked);
  if (!output) {
    if (output.error().code() == Code::kCancelled) return Fail(Error(output.error()));
    CallDeals none{.tables = {EmptyTable(CallDealsSpec(), currency), EmptyTable(CallDealChangesSpec(), currency),
                              EmptyTable(CallDealNotesSpec(), currency)}};
    none.warnings.push_back(
        {.code = "no_deals",
         .message = MakePhrase("the deals of the call are not listed: {}", output.error().phrase())});
    return none;
  }
  const std::vector<CallDeal> deals = DealsOf(state, *output->Find("deals"), CurrencyDecimals(currency));
  return CallDeals{.tables = {DealsTable(state, deals, currency), ChangesTable(*output->Find("changes"), currency),
                              NotesTable(state, deals, currency)}};
}

}  // namespace weir::forecast
