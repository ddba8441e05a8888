#include "forecast/call/call_board.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/columns.h"
#include "analysis/tables.h"

namespace weir::forecast {
namespace {

using analysis::Column;
using analysis::ColumnType;
using analysis::CountOf;
using analysis::Maybe;
using analysis::Of;
using analysis::OrNull;
using analysis::Table;
using analysis::TableSpec;
using analysis::Text;
using analysis::TextOf;
using store::Value;

const std::array<Text, kCallCategoryCount>& CategoryTitles() {
  static const std::array<Text, kCallCategoryCount> titles{{{"Commit", "Обязательства"},
                                                            {"Most likely", "Вероятнее всего"},
                                                            {"Best case", "Лучший случай"},
                                                            {"Pipeline", "Воронка"}}};
  return titles;
}

Value MoneyValue(const std::optional<Int128>& units) { return units ? Value(Decimal{*units, kAmountScale}) : Value(); }

void AddCategoryColumns(std::size_t category, std::vector<Column>& columns) {
  const std::string name(kCallCategories[category]);
  const Text& title = CategoryTitles()[category];
  const auto add = [&](const char* suffix, const char* en, const char* ru) {
    columns.push_back(Of(name + suffix, ColumnType::kMoney, title.en + en, title.ru + ru));
  };
  add("", "", "");
  add("_below", ", sum below", ": сумма ниже");
  add("_judgement", ", own less below", ": своё минус ниже");
  add("_delta", ", since the last call", ": с прошлого созвона");
  add("_crm", ", by the CRM's categories", ": по категориям CRM");
}

// The newest word of a line in any category.
const SubmittedWord* NewestWord(const CallState& state, std::size_t line) {
  const SubmittedWord* newest = nullptr;
  for (std::size_t category = 0; category < kCallCategoryCount; ++category) {
    const auto place = state.board.At(line, category).word;
    if (!place) continue;
    const SubmittedWord& word = state.words.words[state.placed.sources[*place]];
    const bool is_newer =
        newest == nullptr || newest->at < word.at || (newest->at == word.at && newest->said_at < word.said_at);
    if (is_newer) newest = &word;
  }
  return newest;
}

std::vector<Value> BoardRow(const CallState& state, std::size_t place) {
  const CallLine& line = state.tree.lines[place];
  const BesideLine& beside = state.beside[place];
  const ModelLine model = beside.model.value_or(ModelLine{});
  const CallTurnout& turnout = state.board.turnout[place];
  const SubmittedWord* newest = NewestWord(state, place);
  const CallLock* lock = LockOf(state.words, state.period, line.team_id, state.as_of);
  std::vector<Value> row{
      line.node, OrNull(line.name), line.kind,
      line.parent < 0 ? Value() : Value(state.tree.lines[static_cast<std::size_t>(line.parent)].node), line.depth};
  for (std::size_t category = 0; category < kCallCategoryCount; ++category) {
    const CallCell& cell = state.board.At(place, category);
    row.insert(row.end(), {MoneyValue(cell.own), MoneyValue(cell.below), MoneyValue(cell.judgement),
                           MoneyValue(cell.delta), MoneyValue(state.money[place].Promised(category))});
  }
  row.insert(
      row.end(),
      {newest == nullptr ? Value() : OrNull(newest->note), newest == nullptr ? Value() : OrNull(newest->by),
       newest == nullptr ? Value() : Value(newest->said_at), turnout.expected, turnout.said,
       MoneyValue(state.money[place].won), Maybe(beside.expected), Maybe(model.p10), Maybe(model.p50), Maybe(model.p90),
       Maybe(beside.target),
       model.target_probability ? Value(std::round(*model.target_probability * 1e6) / 1e6) : Value(),
       Maybe(beside.pooled), beside.weight ? Value(std::round(*beside.weight * 1e6) / 1e6) : Value(), lock != nullptr,
       lock == nullptr ? Value() : Maybe(lock->from), lock == nullptr ? Value() : OrNull(lock->by)});
  return row;
}

std::string NameOfNode(const CallState& state, const std::string& node) {
  const auto place = state.tree.places.find(node);
  return place == state.tree.places.end() ? std::string() : state.tree.lines[place->second].name;
}

}  // namespace

TableSpec BoardSpec() {
  TableSpec spec{
      .name = "board",
      .title = {"The call: who says what", "Доска прогноза: кто что говорит"},
      .key = {"node"},
      .columns = {TextOf("node", "Line", "Строка"), TextOf("name", "Who", "Кто"),
                  TextOf("kind", "Kind of line", "Вид строки"), TextOf("parent", "Line above", "Строка выше"),
                  Of("depth", ColumnType::kInteger, "Depth", "Глубина", "count")}};
  for (std::size_t category = 0; category < kCallCategoryCount; ++category) AddCategoryColumns(category, spec.columns);
  for (Column& column : std::vector<Column>{
           TextOf("note", "Note", "Заметка"), TextOf("said_by", "Said by", "Кто сдал"),
           Of("said_at", ColumnType::kInstant, "Said", "Когда сдано"),
           CountOf("expected", "People asked", "Кто должен сдать"),
           CountOf("said", "People who said", "Кто сдал, чел."),
           Of("won", ColumnType::kMoney, "Won so far", "Уже выиграно"),
           Of("model_expected", ColumnType::kMoney, "Won and open deals by the model", "Выиграно и открытое по модели"),
           Of("model_p10", ColumnType::kMoney, "Model, low (10 %)", "Модель, низ (10 %)"),
           Of("model_p50", ColumnType::kMoney, "Model, middle", "Модель, середина"),
           Of("model_p90", ColumnType::kMoney, "Model, high (90 %)", "Модель, верх (90 %)"),
           Of("target", ColumnType::kMoney, "Target", "Цель"),
           Of("target_probability", ColumnType::kShare, "Target reached with", "Вероятность цели", "share"),
           Of("pooled", ColumnType::kMoney, "People and model pooled", "Люди и модель вместе"),
           Of("pooled_weight", ColumnType::kShare, "Weight of people in it", "Вес людей в этом", "share"),
           Of("is_locked", ColumnType::kBoolean, "Locked", "Заблокирован"),
           Of("locked_from", ColumnType::kInstant, "Locked from", "Заблокирован с"),
           TextOf("locked_by", "Locked by", "Кем заблокирован")}) {
    spec.columns.push_back(std::move(column));
  }
  return spec;
}

TableSpec CellsSpec() {
  return {.name = "cells",
          .title = {"Every line and category", "Каждая строка и категория"},
          .key = {"node", "category"},
          .columns = {TextOf("node", "Line", "Строка"), TextOf("name", "Who", "Кто"),
                      TextOf("category", "Category", "Категория"), Of("own", ColumnType::kMoney, "Said", "Сказано"),
                      Of("was", ColumnType::kMoney, "Said before", "Сказано до этого"),
                      Of("below", ColumnType::kMoney, "Sum below", "Сумма ниже"),
                      Of("standing", ColumnType::kMoney, "Stands", "Итог"),
                      Of("judgement", ColumnType::kMoney, "Own less below", "Своё минус ниже"),
                      Of("delta", ColumnType::kMoney, "Since the last call", "С прошлого созвона"),
                      Of("crm", ColumnType::kMoney, "By the CRM's categories", "По категориям CRM"),
                      TextOf("note", "Note", "Заметка"), TextOf("said_by", "Said by", "Кто сдал"),
                      Of("said_at", ColumnType::kInstant, "Said", "Когда сдано"),
                      TextOf("submission", "Submission", "Сдача")}};
}

TableSpec HistorySpec() {
  return {.name = "history",
          .title = {"Every submission, the newest first", "Все сдачи, сначала последние"},
          .key = {"submission"},
          .columns = {
              TextOf("submission", "Submission", "Сдача"), Of("said_at", ColumnType::kInstant, "Said", "Когда сдано"),
              TextOf("node", "Line", "Строка"), TextOf("name", "Who", "За кого"),
              TextOf("category", "Category", "Категория"), Of("was", ColumnType::kMoney, "Was", "Было"),
              Of("amount", ColumnType::kMoney, "Is", "Стало"), Of("change", ColumnType::kMoney, "Change", "Изменение"),
              TextOf("as_said", "As it was said", "Как сказано"), TextOf("note", "Note", "Заметка"),
              TextOf("said_by", "Said by", "Кто сдал"), TextOf("source", "Source", "Источник"),
              Of("is_late", ColumnType::kBoolean, "After the lock: counts nowhere", "После блокировки: не учтено")}};
}

TableSpec AuditSpec() {
  return {.name = "audit",
          .title = {"Decisions on the call, the newest first", "Решения по прогнозу, сначала последние"},
          .key = {"decision_id"},
          .columns = {Of("decision_id", ColumnType::kInteger, "Decision", "Решение"),
                      Of("at", ColumnType::kInstant, "When", "Когда"), TextOf("who", "Who", "Кто"),
                      TextOf("what", "What was done", "Что сделано"), TextOf("node", "Line", "Строка"),
                      TextOf("name", "Whose", "Чья"), TextOf("category", "Category", "Категория"),
                      TextOf("deal_id", "Deal id", "Id сделки"), TextOf("before", "Was", "Было"),
                      TextOf("after", "Is", "Стало"), TextOf("note", "Note", "Заметка"),
                      TextOf("reason", "Why", "Почему")}};
}

Table BoardTable(const CallState& state, const std::string& currency) {
  Table table = EmptyTable(BoardSpec(), currency);
  table.rows.reserve(state.tree.lines.size());
  for (std::size_t line = 0; line < state.tree.lines.size(); ++line) table.rows.push_back(BoardRow(state, line));
  return table;
}

Table CellsTable(const CallState& state, const std::string& currency) {
  Table table = EmptyTable(CellsSpec(), currency);
  for (std::size_t line = 0; line < state.tree.lines.size(); ++line) {
    for (std::size_t category = 0; category < kCallCategoryCount; ++category) {
      const CallCell& cell = state.board.At(line, category);
      const SubmittedWord* word = cell.word ? &state.words.words[state.placed.sources[*cell.word]] : nullptr;
      const auto was = cell.before ? std::optional(state.placed.words[*cell.before].amount) : std::nullopt;
      table.rows.push_back(
          {state.tree.lines[line].node, OrNull(state.tree.lines[line].name), std::string(kCallCategories[category]),
           MoneyValue(cell.own), MoneyValue(was), MoneyValue(cell.below), MoneyValue(cell.standing),
           MoneyValue(cell.judgement), MoneyValue(cell.delta), MoneyValue(state.money[line].Promised(category)),
           word == nullptr ? Value() : OrNull(word->note), word == nullptr ? Value() : OrNull(word->by),
           word == nullptr ? Value() : Value(word->said_at), word == nullptr ? Value() : Value(word->id)});
    }
  }
  return table;
}

Table SubmissionsTable(const CallState& state, const std::string& currency) {
  Table table = EmptyTable(HistorySpec(), currency);
  std::map<std::pair<std::string, std::int32_t>, Int128> standing;
  for (std::size_t i = 0; i < state.words.words.size(); ++i) {
    const SubmittedWord& word = state.words.words[i];
    const std::string node = word.Node();
    if (!word.IsOf(state.period) || !state.tree.places.contains(node)) continue;
    const auto placed = std::ranges::find(state.placed.sources, i);
    const bool is_late = placed == state.placed.sources.end();
    const Int128 amount =
        is_late ? word.amount
                : state.placed.words[static_cast<std::size_t>(placed - state.placed.sources.begin())].amount;
    const auto before = standing.find({node, word.category});
    const auto was = before == standing.end() ? std::nullopt : std::optional(before->second);
    table.rows.push_back({word.id, word.said_at, node, OrNull(NameOfNode(state, node)),
                          std::string(kCallCategories[static_cast<std::size_t>(word.category)]), MoneyValue(was),
                          MoneyValue(amount), was ? MoneyValue(amount - *was) : Value(),
                          fmt::format("{} {}", FormatDecimal(word.said), word.currency), OrNull(word.note),
                          OrNull(word.by), OrNull(word.source), is_late});
    if (!is_late) standing[{node, word.category}] = amount;
  }
  std::ranges::reverse(table.rows);
  return table;
}

Table AuditTable(const CallState& state, const std::string& currency) {
  Table table = EmptyTable(AuditSpec(), currency);
  table.rows.reserve(state.words.decisions.size());
  for (const CallDecision& decision : state.words.decisions) {
    table.rows.push_back({decision.id, decision.at, decision.by, decision.what, OrNull(decision.node),
                          OrNull(NameOfNode(state, decision.node)), OrNull(decision.category), OrNull(decision.deal_id),
                          OrNull(decision.was), OrNull(decision.is), OrNull(decision.text), OrNull(decision.reason)});
  }
  std::ranges::reverse(table.rows);
  return table;
}

}  // namespace weir::forecast
