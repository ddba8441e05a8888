#include "questions/answer.h"

#include <iterator>

#include "analysis/columns.h"

namespace weir::questions {
namespace {

using analysis::ColumnType;
using analysis::Of;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

TableSpec AnswerSpec() {
  return {.name = "answer",
          .title = {"Answer", "Ответ"},
          .key = {"question"},
          .columns = {TextOf("question", "Question", "Вопрос"), TextOf("state", "State", "Состояние"),
                      TextOf("text_en", "Answer", "Ответ"), TextOf("text_ru", "Answer (Russian)", "Ответ по-русски"),
                      Of("value", ColumnType::kMoney, "Amount", "Сумма"),
                      Of("before", ColumnType::kMoney, "Compared with", "С чем сравнивается"),
                      Of("first", ColumnType::kDate, "First day", "Первый день"),
                      Of("last", ColumnType::kDate, "Last day", "Последний день"),
                      Of("before_first", ColumnType::kDate, "First day before", "Первый день прежнего периода"),
                      Of("before_last", ColumnType::kDate, "Last day before", "Последний день прежнего периода")}};
}

TableSpec StepsSpec() {
  return {.name = "steps",
          .title = {"How we know", "Откуда это известно"},
          .key = {"position"},
          .columns = {Of("position", ColumnType::kInteger, "Step", "Шаг"), TextOf("code", "Code", "Код"),
                      TextOf("text_en", "What it says", "Что следует"),
                      TextOf("text_ru", "What it says (Russian)", "Что следует (по-русски)"),
                      TextOf("figures", "Table of its figures", "Таблица с цифрами")}};
}

TableSpec UnknownSpec() {
  return {.name = "unknown",
          .title = {"What is not known", "Чего мы не знаем"},
          .key = {"code"},
          .columns = {TextOf("code", "Code", "Код"), TextOf("text_en", "What and why", "Что и почему"),
                      TextOf("text_ru", "What and why (Russian)", "Что и почему (по-русски)")}};
}

TableSpec NextSpec() {
  return {.name = "next",
          .title = {"What to do next", "Что делать дальше"},
          .key = {"position"},
          .columns = {Of("position", ColumnType::kInteger, "Position", "Место"),
                      TextOf("text_en", "What to do", "Что сделать"),
                      TextOf("text_ru", "What to do (Russian)", "Что сделать"), TextOf("page", "Page", "Страница")}};
}

// As a sentence begins, in letters of either language.
std::string Capital(std::string text) {
  if (text.empty()) return text;
  const auto first = static_cast<unsigned char>(text[0]);
  if (first >= 'a' && first <= 'z') text[0] = static_cast<char>(first - 'a' + 'A');
  if (text.size() < 2) return text;
  const auto second = static_cast<unsigned char>(text[1]);
  if (first == 0xD0 && second >= 0xB0 && second <= 0xBF) {  // а to п
    text[1] = static_cast<char>(second - 0x20);
  } else if (first == 0xD1 && second >= 0x80 && second <= 0x8F) {  // р to я
    text[0] = static_cast<char>(0xD0);
    text[1] = static_cast<char>(second + 0x20);
  }
  return text;
}

void AddDays(const std::optional<metrics::DayRange>& days, std::vector<Value>& row) {
  row.push_back(days ? Value(days->first) : Value());
  row.push_back(days ? Value(days->last) : Value());
}

}  // namespace

std::vector<TableSpec> WithFrame(std::vector<TableSpec> steps) {
  std::vector<TableSpec> all{AnswerSpec(), StepsSpec()};
  all.insert(all.end(), std::make_move_iterator(steps.begin()), std::make_move_iterator(steps.end()));
  all.push_back(UnknownSpec());
  all.push_back(NextSpec());
  return all;
}

Table Empty(const TableSpec& spec, const std::string& currency) {
  Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  for (analysis::Column& column : table.columns) {
    if (column.type == ColumnType::kMoney) column.unit = currency;
  }
  return table;
}

analysis::Output MakeOutput(std::string_view question, const Reply& reply, std::vector<Table> steps,
                            const std::string& currency) {
  analysis::Output output;
  Table answer = Empty(AnswerSpec(), currency);
  std::vector<Value>& row = answer.rows.emplace_back();
  row = {std::string(question),      reply.state, Capital(reply.headline.en),
         Capital(reply.headline.ru), reply.value, reply.before};
  AddDays(reply.now_days, row);
  AddDays(reply.before_days, row);
  output.tables.push_back(std::move(answer));

  Table reasoning = Empty(StepsSpec(), currency);
  for (std::size_t i = 0; i < reply.steps.size(); ++i) {
    const Step& step = reply.steps[i];
    reasoning.rows.push_back(
        {static_cast<std::int64_t>(i + 1), step.code, Capital(step.text.en), Capital(step.text.ru), step.table});
  }
  output.tables.push_back(std::move(reasoning));
  std::ranges::move(steps, std::back_inserter(output.tables));

  Table unknown = Empty(UnknownSpec(), currency);
  for (const Remark& remark : reply.unknown)
    unknown.rows.push_back({remark.code, Capital(remark.text.en), Capital(remark.text.ru)});
  output.tables.push_back(std::move(unknown));

  Table next = Empty(NextSpec(), currency);
  for (std::size_t i = 0; i < reply.next.size(); ++i) {
    const Link& link = reply.next[i];
    next.rows.push_back({static_cast<std::int64_t>(i + 1), link.text.en, link.text.ru, link.page});
  }
  output.tables.push_back(std::move(next));
  return output;
}

}  // namespace weir::questions
