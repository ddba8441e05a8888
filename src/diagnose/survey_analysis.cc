#include <algorithm>
#include <cmath>
#include <map>
#include <span>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "diagnose/survey.h"

namespace weir::diagnose {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::Of;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

std::vector<analysis::Column> AnswerColumns() {
  return {TextOf("survey", "Survey", "Опрос"),
          TextOf("option", "Answer", "Ответ"),
          TextOf("department", "Department", "Отдел"),
          TextOf("text_en", "Answer in words", "Ответ словами"),
          TextOf("text_ru", "Answer in words (Russian)", "Ответ словами (по-русски)"),
          CountOf("respondents", "Answered", "Ответили"),
          CountOf("chosen", "Chose it", "Выбрали"),
          Of("share", ColumnType::kShare, "Share", "Доля"),
          Of("share_low", ColumnType::kShare, "At least (80 %)", "Не меньше (80 %)"),
          Of("share_high", ColumnType::kShare, "At most (80 %)", "Не больше (80 %)")};
}

TableSpec AnswersTable() {
  TableSpec spec{.name = "answers",
                 .title = {"Answers beside the published ones", "Ответы рядом с опубликованными"},
                 .key = {"survey", "option", "department"},
                 .columns = AnswerColumns()};
  spec.columns.push_back(Of("published", ColumnType::kShare, "Published", "Опубликовано"));
  spec.columns.push_back(
      Of("published_other", ColumnType::kShare, "Published, the other group", "Опубликовано, другая группа"));
  spec.columns.push_back(TextOf("beside", "Beside the published", "Рядом с опубликованным"));
  return spec;
}

TableSpec SurveysTable() {
  return {.name = "surveys",
          .title = {"The surveys, and by how much departments differ", "Опросы и насколько расходятся отделы"},
          .key = {"survey"},
          .columns = {TextOf("survey", "Survey", "Опрос"), TextOf("title_en", "Title", "Название"),
                      TextOf("title_ru", "Title (Russian)", "Название по-русски"),
                      TextOf("question_en", "Question", "Вопрос"),
                      TextOf("question_ru", "Question (Russian)", "Вопрос по-русски"),
                      TextOf("source_en", "Published by", "Источник"),
                      TextOf("source_ru", "Published by (Russian)", "Источник (по-русски)"),
                      CountOf("sample", "Asked there", "Опрошено там"),
                      CountOf("respondents", "Answered here", "Ответили здесь"),
                      CountOf("departments", "Departments shown", "Показано отделов"),
                      Of("divergence", ColumnType::kShare, "Explained by departments", "Объясняют отделы"),
                      Of("chance", ColumnType::kShare, "Chance would do as much", "Столько же дал бы случай"),
                      Of("differs", ColumnType::kBoolean, "Departments differ", "Отделы расходятся"),
                      TextOf("widest", "Widest apart on", "Дальше всего в"), TextOf("most", "Most in", "Больше всего"),
                      TextOf("least", "Least in", "Меньше всего")}};
}

TableSpec PhilosophyTable() {
  return {.name = "philosophy",
          .title = {"What people believe; no part of the evidence", "Во что верят люди; в свидетельства не входит"},
          .key = {"survey", "option", "department"},
          .columns = AnswerColumns()};
}

Value ShareValue(double share) { return Decimal{static_cast<Int128>(std::llround(share * 1e6)), 6}; }

// By survey, what each department chose. The department of those that are only shown together is "…".
using Counts = std::map<std::string, std::vector<SurveyCount>, std::less<>>;

Result<Counts> ReadCounts(Context& context) {
  WEIR_TRY(const store::Rows rows,
           context.session().Query("SELECT survey, department, respondents, option, chosen FROM scoped.survey_count "
                                   "ORDER BY survey, department, option"));
  Counts counts;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto survey = std::ranges::find(BuiltInSurveys(), rows.TextAt(i, 0), &Survey::id);
    if (survey == BuiltInSurveys().end()) continue;
    std::vector<SurveyCount>& of = counts[survey->id];
    if (of.empty() || of.back().department != rows.TextAt(i, 1)) {
      of.push_back({.department = rows.TextAt(i, 1),
                    .respondents = rows.IntegerAt(i, 2),
                    .chosen = std::vector<std::int64_t>(survey->options.size(), 0)});
    }
    if (const SurveyOption* option = survey->Find(rows.TextAt(i, 3))) {
      of.back().chosen[static_cast<std::size_t>(option - survey->options.data())] = rows.IntegerAt(i, 4);
    }
  }
  return counts;
}

void AddAnswers(const Survey& survey, const SurveyCount& count, Table& table) {
  for (std::size_t i = 0; i < survey.options.size(); ++i) {
    const SurveyOption& option = survey.options[i];
    const ShareRange range = ShareOf(count.chosen[i], count.respondents);
    const bool is_answered = count.respondents > 0;
    std::vector<Value> row{survey.id,      option.id,         count.department, option.text.en,
                           option.text.ru, count.respondents, count.chosen[i]};
    for (const double share : {range.share, range.low, range.high}) {
      row.push_back(is_answered ? ShareValue(share) : Value());
    }
    if (table.columns.size() > row.size()) {
      const auto published = [&](std::size_t column) {
        return column < option.published.size() ? ShareValue(option.published[column]) : Value();
      };
      row.push_back(published(0));
      row.push_back(published(1));
      Value beside;
      if (is_answered && !option.published.empty()) {
        const double there = option.published.front();
        beside = there < range.low ? "more" : there > range.high ? "less" : "alike";
      }
      row.push_back(std::move(beside));
    }
    table.rows.push_back(std::move(row));
  }
}

void AddSurvey(const Survey& survey, std::span<const SurveyCount> counts, std::int64_t respondents, std::uint64_t seed,
               Table& table) {
  std::vector<Value> row{survey.id,          survey.title.en,
                         survey.title.ru,    survey.question.en,
                         survey.question.ru, survey.source.en,
                         survey.source.ru,   survey.sample > 0 ? Value(survey.sample) : Value(),
                         respondents,        static_cast<std::int64_t>(counts.size())};
  if (const auto divergence = DivergenceOf(counts, seed)) {
    constexpr double kSure = 0.05;
    row.push_back(ShareValue(divergence->explained));
    row.push_back(ShareValue(divergence->chance));
    row.emplace_back(divergence->chance <= kSure);
    row.push_back(survey.options[divergence->widest].id);
    row.push_back(counts[divergence->most].department);
    row.push_back(counts[divergence->least].department);
  }
  row.resize(table.columns.size());
  table.rows.push_back(std::move(row));
}

Result<Output> RunSurvey(const analysis::NoParams& /*params*/, Context& context) {
  WEIR_TRY(const Counts counts, ReadCounts(context));
  Table surveys = analysis::EmptyTable(SurveysTable());
  Table answers = analysis::EmptyTable(AnswersTable());
  Table philosophy = analysis::EmptyTable(PhilosophyTable());
  bool has_answers = false;
  for (const Survey& survey : BuiltInSurveys()) {
    static const std::vector<SurveyCount> kNone;
    const auto found = counts.find(survey.id);
    const std::vector<SurveyCount>& of = found == counts.end() ? kNone : found->second;
    SurveyCount all{.department = "", .respondents = 0, .chosen = std::vector<std::int64_t>(survey.options.size(), 0)};
    for (const SurveyCount& count : of) {
      all.respondents += count.respondents;
      for (std::size_t i = 0; i < all.chosen.size(); ++i) all.chosen[i] += count.chosen[i];
    }
    has_answers = has_answers || all.respondents > 0;
    AddSurvey(survey, of, all.respondents, context.seed(), surveys);
    Table& table = survey.is_philosophy ? philosophy : answers;
    AddAnswers(survey, all, table);
    for (const SurveyCount& count : of) AddAnswers(survey, count, table);
  }
  Output output{.tables = {std::move(surveys), std::move(answers), std::move(philosophy)}};
  if (!has_answers) {
    output.warnings.push_back(
        {.code = "no_answers",
         .message = MakePhrase("nothing is shown yet: a department is shown from {} answers on", kLeastShown)});
  }
  return output;
}

}  // namespace

analysis::Analysis SurveyAnalysis() {
  return analysis::Declare<analysis::NoParams>(
      {.id = "diagnose.survey",
       .title = {"Survey of departments", "Опрос отделов"},
       .help =
           {"What departments answered to the questions of published surveys, beside the published shares, with an "
            "80 % interval, and by how much departments differ. A department with fewer than three answers is not "
            "shown alone. What people believe stands apart and changes no evidence.",
            "Что ответили отделы на вопросы опубликованных опросов, рядом с опубликованными долями, с интервалом "
            "80 %, и насколько отделы расходятся. Отдел, где ответов меньше трёх, отдельно не показан. Во что верят "
            "люди, стоит особо и свидетельств не меняет."},
       .needs = {"survey_count"},
       .tables = {SurveysTable(), AnswersTable(), PhilosophyTable()},
       .is_cacheable = false},  // answers raise no data version
      &RunSurvey);
}

}  // namespace weir::diagnose
