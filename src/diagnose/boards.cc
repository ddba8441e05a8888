#include "diagnose/boards.h"

#include <algorithm>
#include <unordered_map>

#include "analysis/columns.h"
#include "analysis/tables.h"

namespace weir::diagnose {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::EmptyTable;
using analysis::Maybe;
using analysis::Of;
using analysis::OrNull;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

constexpr std::string_view kLeaks = "leaks";

struct BoardsParams {
  std::string board = {};
  std::int64_t days = 91;
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "board",
                 .help = {"Only this board", "Только это табло"},
                 .allowed = {"salesops", "revops"},
                 .positional = true},
                board);
    visitor.Add({.name = "days",
                 .help = {"Beside the figures of so many days before; 0: without them",
                          "Рядом с показателями столько дней назад; 0 — без них"}},
                days);
  }
};

TableSpec FiguresTable() {
  return {.name = "figures",
          .title = {"Boards", "Табло"},
          .key = {"figure"},
          .columns = {TextOf("figure", "Figure", "Показатель"), TextOf("board", "Board", "Табло"),
                      TextOf("title_en", "Title", "Название"),
                      TextOf("title_ru", "Title (Russian)", "Название (по-русски)"),
                      TextOf("state", "State", "Состояние"), Of("value", ColumnType::kDecimal, "Value", "Значение"),
                      Of("value_low", ColumnType::kDecimal, "At least (80 %)", "Не меньше (80 %)"),
                      Of("value_high", ColumnType::kDecimal, "At most (80 %)", "Не больше (80 %)"),
                      Of("before", ColumnType::kDecimal, "Before", "Раньше"), TextOf("value_unit", "Unit", "Единица"),
                      TextOf("turn", "Better or worse", "Лучше или хуже"), CountOf("cases", "Cases", "Случаев"),
                      TextOf("better", "Better", "Что лучше"), TextOf("note_en", "What it needs", "Чего не хватает"),
                      TextOf("note_ru", "What it needs (Russian)", "Чего не хватает (по-русски)"),
                      TextOf("analysis", "Measured by", "Чем измерено"),
                      TextOf("asked", "Asked with", "С какими параметрами"), TextOf("page", "Rows", "Где записи")}};
}

// Of the leaks of customers: those of whom no ticket has come since they began. What a customer has not complained of
// was found before he did.
Result<Reading> FoundFirst(const Line& line, Context& context) {
  auto output = context.Run(kLeaks, {});
  if (!output && output.error().code() == Code::kNotFound) return Reading{.note = line.needs};
  if (!output) return Fail(std::move(output).error());
  const Table* leaks = output->Find(kLeaks);
  WEIR_TRY(
      const store::Rows tickets,
      context.session().Query("SELECT account_id, max(created_date) FROM scoped.ticket WHERE account_id IS NOT NULL "
                              "GROUP BY account_id ORDER BY account_id NULLS LAST"));
  if (leaks == nullptr || tickets.rows.empty()) return Reading{.note = line.needs};
  std::unordered_map<std::string, Date> last;
  for (std::size_t i = 0; i < tickets.size(); ++i) {
    if (const auto* day = std::get_if<Date>(&tickets.rows[i][1])) last.emplace(tickets.TextAt(i, 0), *day);
  }
  Reading reading;
  for (const auto& row : leaks->rows) {
    const Value& account = row[leaks->IndexOf("account_id")];
    const auto* since = std::get_if<Date>(&row[leaks->IndexOf("since")]);
    if (store::IsNull(account) || since == nullptr || !store::IsNull(row[leaks->IndexOf("counted_by")])) continue;
    // A ticket that waits is the customer's own word.
    if (store::ToText(row[leaks->IndexOf("entity")]) == "ticket") continue;
    ++reading.cases;
    const auto ticket = last.find(store::ToText(account));
    if (ticket == last.end() || ticket->second.days < since->days) ++reading.hits;
  }
  if (reading.cases == 0) return Reading{.note = line.needs};
  if (reading.cases < line.least) {
    reading.state = State::kTooFew;
    reading.note = TooFewNote(reading.cases, line.least);
    return reading;
  }
  reading.state = State::kMeasured;
  reading.value = DecimalOf(static_cast<double>(reading.hits) / static_cast<double>(reading.cases));
  return reading;
}

Result<std::vector<Reading>> ReadAll(const Made& made, Context& context) {
  WEIR_TRY(const auto kept, KeptReadings(context));
  Answers answers(context);
  std::vector<Reading> readings;
  for (const Line& line : made.signs->boards) {
    const auto* ask = std::get_if<Ask>(&line.source);
    if (ask == nullptr) {
      readings.push_back(kept.at(std::string(kBoardPrefix) + line.id));
    } else if (ask->analysis == kLeaks && ask->table == "found_first") {
      WEIR_TRY(readings.emplace_back(), FoundFirst(line, context));
    } else {
      WEIR_TRY(readings.emplace_back(), answers.Read(line));
    }
  }
  return readings;
}

std::string_view TurnOf(const Line& line, const Reading& now, const Reading& before) {
  if (now.state != State::kMeasured || before.state != State::kMeasured) return "";
  const double change = ToDouble(*now.value) - ToDouble(*before.value);
  if (change == 0) return "same";
  const auto range = IntervalOf(FactsOf(line, now));
  if (range && ToDouble(*before.value) >= range->low && ToDouble(*before.value) <= range->high) return "unclear";
  return (change < 0) == line.is_less_better ? "better" : "worse";
}

std::vector<Value> RowOf(const Line& line, const Reading& now, const Reading& before, Date today) {
  const auto* ask = std::get_if<Ask>(&line.source);
  const bool is_measured = now.state == State::kMeasured;
  const auto range = is_measured ? IntervalOf(FactsOf(line, now)) : std::nullopt;
  return {line.id,
          line.board,
          line.title.en,
          line.title.ru,
          std::string(NameOf(now.state)),
          is_measured ? Value(*now.value) : Value(),
          range ? Maybe(DecimalOf(range->low)) : Value(),
          range ? Maybe(DecimalOf(range->high)) : Value(),
          before.state == State::kMeasured ? Value(*before.value) : Value(),
          line.unit,
          OrNull(std::string(TurnOf(line, now, before))),
          is_measured ? Value(now.cases) : Value(),
          std::string(line.is_less_better ? "less" : "more"),
          OrNull(now.note.en),
          OrNull(now.note.ru),
          ask == nullptr ? std::string(kReadings) : ask->analysis,
          OrNull(AskedWith(ask, today)),
          OrNull(line.page)};
}

Result<Output> RunBoards(const Made& made, const BoardsParams& params, Context& context) {
  constexpr std::int64_t kMostDays = 3660;
  if (params.days < 0 || params.days > kMostDays) {
    return Fail(BadUsage("'days' is from 0 to {}", kMostDays).Field("days"));
  }
  WEIR_TRY(const std::vector<Reading> now, ReadAll(made, context));
  std::vector<Reading> before(now.size());
  if (params.days > 0) {
    constexpr std::int64_t kDayMicros = 86'400'000'000;
    const Instant then{context.as_of().micros - (params.days * kDayMicros)};
    WEIR_TRY(const std::unique_ptr<Context> past, context.Elsewhere(then, std::nullopt));
    WEIR_TRY(before, ReadAll(made, *past));
  }
  Output output;
  output.tables = {EmptyTable(FiguresTable(), context.settings().currency)};
  for (std::size_t i = 0; i < now.size(); ++i) {
    const Line& line = made.signs->boards[i];
    if (!params.board.empty() && line.board != params.board && line.board != "both") continue;
    output.tables[0].rows.push_back(RowOf(line, now[i], before[i], context.LocalAsOfDate()));
  }
  return output;
}

Result<analysis::Evidence> ExplainBoards(const Made& made, const BoardsParams&, const std::string&,
                                         const std::vector<std::string>& key, Context& context) {
  return ExplainLine(made, std::string(kBoardPrefix) + (key.empty() ? std::string() : key.front()), context);
}

}  // namespace

analysis::Analysis BoardsAnalysis(const Made& made) {
  analysis::Info info{
      .id = "diagnose.boards",
      .title = {"Boards of the operations teams", "Табло команд операций"},
      .help = {"By what SalesOps and RevOps are judged themselves: time to sell and to enter data, use of tools, "
               "state of processes, cycle; churn, value, recurring revenue, finance and success; what both answer "
               "for.",
               "По чему судят сами команды SalesOps и RevOps: время на продажи и на ввод данных, использование "
               "инструментов, состояние процессов, цикл; отток, ценность, регулярная выручка, финансы и успех "
               "клиентов; за что отвечают обе."},
      .asks = {std::string(kReadings)},
      .tables = {FiguresTable()},
      .is_cacheable = false};
  for (const std::string& id : AskedBy(*made.signs)) info.asks.push_back(id);
  return analysis::DeclareOver<BoardsParams, Made>(std::make_shared<const Made>(made), std::move(info), &RunBoards,
                                                   &ExplainBoards);
}

}  // namespace weir::diagnose
