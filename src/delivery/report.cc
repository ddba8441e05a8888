#include "delivery/report.h"

#include <algorithm>

#include "analysis/words.h"

namespace weir::delivery {
namespace {

constexpr int kMonths = 12;
constexpr std::string_view kLeakMonths = "6";

engine::Question QuestionOf(std::string id, const ReportScope& scope) {
  engine::Question question;
  question.id = std::move(id);
  question.as_of = scope.as_of;
  question.in_currency = scope.in_currency;
  question.known_at = scope.known_at;
  if (!scope.team.empty()) question.params["team"] = {scope.team};
  if (!scope.segment.empty()) question.params["segment"] = {scope.segment};
  return question;
}

Date DayOf(const engine::Answer& brief) {
  const analysis::Table& summary = *brief.output.Find("summary");
  const auto* day = summary.rows.empty() ? nullptr : std::get_if<Date>(&summary.rows[0][summary.IndexOf("day")]);
  return day == nullptr ? DateOf(brief.as_of) : *day;
}

}  // namespace

std::vector<std::string> RecurringMetrics() {
  return {"mrr", "mrr_new", "mrr_expansion", "mrr_reactivation", "mrr_contraction", "mrr_churned", "mrr_fx"};
}

Result<ReportAnswers> AskForReport(const ReportScope& scope, const Asker& ask) {
  ReportAnswers answers;
  WEIR_TRY(answers.brief, ask(QuestionOf("brief", scope)));
  WEIR_TRY(answers.pulse, ask(QuestionOf("pulse", scope)));
  WEIR_TRY(answers.leaks, ask(QuestionOf("leaks", scope)));
  WEIR_TRY(answers.openings, ask(QuestionOf("openings", scope)));
  engine::Question trend = QuestionOf("leaks.trend", scope);
  trend.params["months"] = {std::string(kLeakMonths)};
  WEIR_TRY(answers.trend, ask(trend));
  engine::Question record = QuestionOf("leaks.rules", scope);
  record.params.clear();
  WEIR_TRY(answers.record, ask(record));
  engine::Question recurring = QuestionOf("metrics", scope);
  const Date day = DayOf(answers.brief);
  const Date first = AddMonths({day.days - ToCivil(day).day + 1}, 1 - kMonths);
  // Those of the brief too, so that their definitions stand in the report.
  std::vector<std::string> ids = RecurringMetrics();
  const analysis::Table& numbers = *answers.brief.output.Find("numbers");
  for (const auto& row : numbers.rows) {
    const std::string id = store::ToText(row[numbers.IndexOf("metric")]);
    if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
  }
  recurring.params["metrics"] = ids;
  recurring.params["grain"] = {"month"};
  recurring.params["from"] = {FormatDate(first)};
  recurring.params["to"] = {FormatDate(day)};
  WEIR_TRY(answers.recurring, ask(recurring));
  engine::Question definitions = QuestionOf("metrics.catalog", scope);
  definitions.params.clear();
  WEIR_TRY(answers.definitions, ask(definitions));
  for (analysis::Table& table : answers.definitions.output.tables) {
    std::erase_if(table.rows, [&](const std::vector<store::Value>& row) {
      return std::ranges::find(ids, store::ToText(row[table.IndexOf("id")])) == ids.end();
    });
  }
  for (const engine::Answer* one : {&answers.pulse, &answers.leaks, &answers.openings, &answers.trend, &answers.record,
                                    &answers.recurring, &answers.definitions}) {
    if (one->data_version != answers.brief.data_version) {
      return Fail(Busy("new data came in while the report was made").Mend("Make it again"));
    }
  }
  return answers;
}

std::string ReportName(const ReportAnswers& answers) {
  const Date day = DayOf(answers.brief);
  return "weir-week-" + FormatDate({day.days - WeekdayOf(day)});
}

Result<Letter> WeeklyLetter(const ReportAnswers& answers, const Voice& voice) {
  WEIR_TRY(std::string workbook, ReportXlsx(answers, voice));
  const analysis::Text day = analysis::DayName(DayOf(answers.brief));
  const Page page{.title = fmt::format(fmt::runtime(voice.Pick("Weekly report, {}", "Недельный отчёт, {}")),
                                       voice.Pick(day.en, day.ru)),
                  .lead = SentencesOf(answers.brief, voice),
                  .sections = {NumbersSection(answers.brief, voice)},
                  .foot = voice.Pick("The whole report is attached, as a page and as a workbook.",
                                     "Весь отчёт приложен: страницей и книгой Excel.")};
  Letter letter{
      .subject = page.title, .text = PlainText(page), .html = HtmlText(page), .data = engine::ToJson(answers.brief)};
  const std::string name = ReportName(answers);
  letter.attachments.push_back(
      {.name = name + ".html", .type = "text/html; charset=utf-8", .bytes = ReportHtml(answers, voice)});
  letter.attachments.push_back({.name = name + ".xlsx",
                                .type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                                .bytes = std::move(workbook)});
  return letter;
}

}  // namespace weir::delivery
