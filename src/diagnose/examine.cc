#include "diagnose/examine.h"

#include <algorithm>
#include <set>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "base/internet.h"

namespace weir::diagnose {
namespace {

using analysis::ColumnType;
using analysis::EmptyTable;
using analysis::Of;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

TableSpec ReadingsTable() {
  return {.name = "readings",
          .title = {"Readings", "Измерения"},
          .key = {"line"},
          .columns = {TextOf("line", "Line", "Строка"), TextOf("state", "State", "Состояние"),
                      Of("value", ColumnType::kDecimal, "Value", "Значение"),
                      Of("hits", ColumnType::kInteger, "Cases that count", "Случаев за", "count"),
                      Of("cases", ColumnType::kInteger, "Cases", "Случаев", "count"),
                      TextOf("note_en", "Why it is not measured", "Почему не измерено"),
                      TextOf("note_ru", "Why it is not measured (Russian)", "Почему не измерено (по-русски)")}};
}

template <typename F>
Status ForEachSelected(const Signs& signs, F&& visit) {
  for (const Sign& sign : signs.signs) {
    for (const Line& line : sign.lines) {
      if (std::holds_alternative<Select>(line.source)) {
        WEIR_TRY(visit(NameOf(sign, line), line));
      }
    }
  }
  for (const Line& line : signs.boards) {
    if (std::holds_alternative<Select>(line.source)) {
      WEIR_TRY(visit(std::string(kBoardPrefix) + line.id, line));
    }
  }
  return {};
}

bool IsOfTheLine(const Error& error) {
  return error.code() != Code::kCancelled && error.code() != Code::kUnavailable && error.code() != Code::kBusy;
}

Result<Output> RunReadings(const Made& made, const analysis::NoParams&, analysis::Context& context) {
  WEIR_TRY(const metrics::LeaveOut leave_out, metrics::ReadLeaveOut(context.session()));
  Table table = EmptyTable(ReadingsTable(), context.settings().currency);
  const auto visit = [&](const std::string& name, const Line& line) -> Status {
    auto read = ReadSelected(line, *made.catalog, leave_out, context);
    if (!read && !IsOfTheLine(read.error())) return Fail(read.error());
    const Reading reading = read ? std::move(*read) : ReadRefusal(read.error());
    const bool has_note = !reading.note.en.empty();
    table.rows.push_back({name, std::string(NameOf(reading.state)), reading.value ? Value(*reading.value) : Value(),
                          reading.hits, reading.cases, has_note ? Value(reading.note.en) : Value(),
                          has_note ? Value(reading.note.ru) : Value()});
    return {};
  };
  WEIR_TRY(ForEachSelected(*made.signs, visit));
  return Output{.tables = {std::move(table)}};
}

// Views that the SELECTs read, for who wants to know what a column is used for.
std::vector<std::string> NeedsOf(const Signs& signs) {
  std::set<std::string> needs{"excluded"};
  const auto collect = [&](const std::string&, const Line& line) -> Status {
    const std::string& sql = std::get<Select>(line.source).sql;
    constexpr std::string_view kSchema = "scoped.";
    for (std::size_t at = sql.find(kSchema); at != std::string::npos; at = sql.find(kSchema, at)) {
      at += kSchema.size();
      needs.insert(sql.substr(at, sql.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", at) - at));
    }
    return {};
  };
  WEIR_CHECK(ForEachSelected(signs, collect).has_value());
  return {needs.begin(), needs.end()};
}

}  // namespace

analysis::Analysis ReadingsAnalysis(const Made& made) {
  analysis::Info info{.id = std::string(kReadings),
                      .title = {"Readings of the diagnosis", "Измерения диагноза"},
                      .help = {"What the lines of the diagnosis that rest on the data alone measure.",
                               "Что измеряют строки диагноза, которые опираются только на данные."},
                      .needs = NeedsOf(*made.signs),
                      .tables = {ReadingsTable()}};
  const auto explain = [](const Made& of, const analysis::NoParams&, const std::string&,
                          const std::vector<std::string>& key, analysis::Context& context) {
    return ExplainLine(of, key.empty() ? std::string_view() : std::string_view(key.front()), context);
  };
  return analysis::DeclareOver<analysis::NoParams, Made>(std::make_shared<const Made>(made), std::move(info),
                                                         &RunReadings, +explain);
}

Result<Reading> Answers::Read(const Line& line) {
  const Ask& ask = std::get<Ask>(line.source);
  const analysis::RawParams params = ParamsOf(ask, context_.LocalAsOfDate());
  std::string key = ask.analysis;
  for (const auto& [name, values] : params) key += fmt::format("|{}={}", name, fmt::join(values, ","));
  const auto [found, is_new] = asked_.try_emplace(key);
  if (is_new) {
    auto output = context_.Run(ask.analysis, params);
    if (output) {
      found->second.output = std::move(*output);
    } else if (!IsOfTheLine(output.error())) {
      return Fail(output.error());
    } else if (output.error().code() != Code::kNotFound) {
      found->second.refusal = output.error();
    }
  }
  const Asked& asked = found->second;
  if (asked.refusal) return ReadRefusal(*asked.refusal);
  return ReadAnswer(line, asked.output ? &*asked.output : nullptr);
}

Result<std::map<std::string, Reading>> KeptReadings(analysis::Context& context) {
  WEIR_TRY(const Output output, context.Run(kReadings, {}));
  const Table& table = output.tables.front();
  std::map<std::string, Reading> readings;
  for (const auto& row : table.rows) {
    Reading& reading = readings[store::ToText(row[0])];
    reading.state = StateNamed(store::ToText(row[1])).value_or(State::kFailed);
    if (const auto* value = std::get_if<Decimal>(&row[2])) reading.value = *value;
    if (const auto* hits = std::get_if<std::int64_t>(&row[3])) reading.hits = *hits;
    if (const auto* cases = std::get_if<std::int64_t>(&row[4])) reading.cases = *cases;
    reading.note = {store::ToText(row[5]), store::ToText(row[6])};
  }
  return readings;
}

Result<Examination> Examine(const Made& made, analysis::Context& context) {
  WEIR_TRY(const auto kept, KeptReadings(context));
  Answers answers(context);
  Examination examination;
  std::vector<SignFacts> facts;
  for (const Sign& sign : made.signs->signs) {
    SignFacts& of = facts.emplace_back(
        SignFacts{.side = sign.side, .weight = sign.weight, .needs_no_other = sign.needs_no_other, .lines = {}});
    for (const Line& line : sign.lines) {
      Examined one{.sign = &sign, .line = &line};
      if (std::holds_alternative<Select>(line.source)) {
        one.reading = kept.at(NameOf(sign, line));
      } else {
        WEIR_TRY(one.reading, answers.Read(line));
      }
      one.facts = FactsOf(line, one.reading);
      of.lines.push_back(one.facts);
      examination.lines.push_back(std::move(one));
    }
  }
  examination.judgement = Judge(facts, made.signs->policy, context.seed());
  return examination;
}

bool IsSilent(const Made& made, const Examination& examination, const Sign& sign) {
  const auto at = static_cast<std::size_t>(&sign - made.signs->signs.data());
  return examination.judgement.signs[at].is_silent;
}

std::string_view PullOf(const Examined& one, const Judgement& judgement, const Policy& policy, bool is_silent) {
  if (!one.facts.value || is_silent || judgement.verdict == Verdict::kNotKnown) return "";
  const Verdict own = one.sign->side == Side::kSalesOps ? Verdict::kSalesOps : Verdict::kRevOps;
  const bool is_needed = judgement.verdict == own || judgement.verdict == Verdict::kBoth;
  const bool says_yes = GradeOf(one.facts, *one.facts.value) >= policy.need;
  return says_yes == is_needed ? "for" : "against";
}

std::string AskedWith(const Ask* ask, Date today) {
  std::string text;
  if (ask == nullptr) return text;
  for (const auto& [name, values] : ParamsOf(*ask, today)) {
    text += fmt::format("{}{}={}", text.empty() ? "" : "&", name,
                        PercentEncoded(fmt::format("{}", fmt::join(values, ","))));
  }
  return text;
}

std::vector<std::string> AskedBy(const Signs& signs) {
  std::set<std::string> ids{"?leaks"};
  const auto add = [&](const Line& line) {
    if (const auto* ask = std::get_if<Ask>(&line.source)) ids.insert("?" + ask->analysis);
  };
  for (const Sign& sign : signs.signs) std::ranges::for_each(sign.lines, add);
  std::ranges::for_each(signs.boards, add);
  return {ids.begin(), ids.end()};
}

const Line* FindLine(const Signs& signs, std::string_view name) {
  for (const Sign& sign : signs.signs) {
    for (const Line& line : sign.lines) {
      if (NameOf(sign, line) == name) return &line;
    }
  }
  for (const Line& line : signs.boards) {
    if (std::string(kBoardPrefix) + line.id == name) return &line;
  }
  return nullptr;
}

Result<analysis::Evidence> ExplainLine(const Made& made, std::string_view name, analysis::Context& context) {
  const Line* line = FindLine(*made.signs, name);
  if (line == nullptr) {
    return Fail(NotFound("there is no line '{}'", name).Field("explain").Mend("'weir diagnose evidence' lists them"));
  }
  if (const auto* ask = std::get_if<Ask>(&line->source)) {
    return Fail(BadUsage("the rows of '{}' are those of the analysis {}", name, ask->analysis).Field("explain"));
  }
  WEIR_TRY(const metrics::LeaveOut leave_out, metrics::ReadLeaveOut(context.session()));
  return RowsOf(*line, *made.catalog, leave_out, context);
}

}  // namespace weir::diagnose
