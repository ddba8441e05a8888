#include "setup/questions.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "analysis/columns.h"
#include "setup/evidence.h"
#include "setup/proposals.h"
#include "setup/words.h"

namespace weir::setup {
namespace {

using analysis::ColumnType;
using analysis::Of;
using analysis::Output;
using analysis::Settings;
using analysis::TableSpec;
using analysis::Text;
using analysis::TextOf;
using store::Value;

// What somebody has set.
struct Answer {
  std::string value = {};
  std::optional<std::int64_t> decision = {};
};
using Answers = std::map<std::string, Answer, std::less<>>;

Result<Answers> ReadAnswers(store::Session& session) {
  WEIR_TRY(const store::Rows rows,
           session.Query("SELECT name, value, decision_id FROM scoped.setting ORDER BY name NULLS LAST"));
  Answers answers;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Answer answer{.value = rows.TextAt(i, 1)};
    if (!store::IsNull(rows.rows[i][2])) answer.decision = rows.IntegerAt(i, 2);
    answers[rows.TextAt(i, 0)] = std::move(answer);
  }
  return answers;
}

struct Question {
  std::string id = {};
  std::string setting = {};  // empty: answered on a page of its own
  Text title = {};
  Text why = {};
  std::string in_force = {};  // the value that counts now
  Proposal proposal = {};
  std::string page = {};
};

// What people who work here are called is settled on a page of its own; here stands how far it is.
Proposal DepartmentsKnown(const Evidence& evidence) {
  Proposal proposal;
  if (evidence.members == 0) {
    proposal.evidence = {"The data know nobody who works here yet: bring the users of your CRM or a staff list.",
                         "В данных пока нет сотрудников: загрузите пользователей CRM или список сотрудников."};
    return proposal;
  }
  proposal.share = ShareOf(evidence.members_with_department, evidence.members);
  const std::int64_t known = evidence.members_with_department;
  const std::int64_t all = evidence.members;
  const std::int64_t guessed = evidence.members_guessed;
  proposal.evidence = {fmt::format("{} of {} people who work here have a department", GroupedEn(known), GroupedEn(all)),
                       fmt::format("Отдел известен у {} из {} {}", GroupedRu(known), GroupedRu(all),
                                   RussianForm(all, "сотрудника", "сотрудников", "сотрудников"))};
  if (guessed > 0) {
    proposal.evidence.en += fmt::format("; of {} of them it is guessed", GroupedEn(guessed));
    proposal.evidence.ru += fmt::format("; у {} из них — по догадке", GroupedRu(guessed));
  }
  proposal.evidence.en += ".";
  proposal.evidence.ru += ".";
  return proposal;
}

std::vector<Question> AskAll(const Evidence& evidence, const Settings& settings, const Answers& answers) {
  const auto set = [&](std::string_view name) {
    const auto found = answers.find(name);
    return found == answers.end() ? std::optional<std::string>() : std::optional(found->second.value);
  };
  Proposal zone = ProposeTimeZone(evidence, settings);
  const std::string clock = set("time_zone").value_or(zone.value.value_or(settings.time_zone));
  Proposal fiscal = ProposeFiscalYear(evidence);
  const std::string first_month = set("fiscal_year_start_month").value_or(fiscal.value.value_or("1"));
  return {
      {"currency",
       "currency",
       {"In which currency do you report?", "В какой валюте вы ведёте отчётность?"},
       {"All amounts are shown in it, each converted at its own date.",
        "В ней показаны все суммы, каждая пересчитана по курсу своего дня."},
       settings.currency == "XXX" ? "" : settings.currency,
       ProposeCurrency(evidence),
       ""},
      {"time_zone",
       "time_zone",
       {"In which time zone does your day begin?", "В каком часовом поясе начинается ваш день?"},
       {"It decides to which day, month and quarter an event belongs.",
        "От него зависит, к какому дню, месяцу и кварталу относится событие."},
       settings.time_zone,
       std::move(zone),
       ""},
      {"fiscal_year",
       "fiscal_year_start_month",
       {"When does your fiscal year begin?", "Когда начинается ваш финансовый год?"},
       {"Quarters and years on Pulse, and the plan, follow it.", "По нему считаются кварталы и годы на Пульсе и план."},
       std::to_string(settings.fiscal_year_start_month),
       std::move(fiscal),
       ""},
      {"working_hours",
       "working_hours",
       {"When do you work?", "Когда вы работаете?"},
       {"The time to answer a lead is counted in these hours; until they are set, day and night.",
        "В этих часах считается время ответа на лид; пока они не заданы — круглосуточно."},
       set("working_hours").value_or(""),
       ProposeWorkingHours(evidence, clock),
       ""},
      {"sales_pipelines",
       "non_sales_pipelines",
       {"Which pipelines are sales?", "Какие воронки — продажи?"},
       {"Deals of the others stay out of the funnel, of won amounts and of the win rate.",
        "Сделки остальных не входят в воронку, выигранные суммы и долю побед."},
       set("non_sales_pipelines").value_or(""),
       ProposePipelines(evidence),
       ""},
      {"source_order",
       "source_order",
       {"Whose word counts where sources disagree?", "Чьё слово важнее, если источники расходятся?"},
       {"Names, owners, phones and all other fields of companies and people known from several sources.",
        "Названия, ответственные, телефоны и остальные поля компаний и людей из нескольких источников."},
       set("source_order").value_or(""),
       ProposeSourceOrder(evidence),
       ""},
      {"departments",
       "",
       {"Who works in which department?", "Кто в каком отделе работает?"},
       {"Figures by department and per seller count the right people.",
        "Показатели отделов и на продавца считают нужных людей."},
       "",
       DepartmentsKnown(evidence),
       "/settings?tab=people"},
      {"plan",
       "plan_won_amount",
       {"How much do you plan to win in the year?", "Сколько вы планируете выиграть за год?"},
       {"Pulse holds the fact against it, day by day.", "С ним Пульс день за днём сравнивает факт."},
       settings.plan_won_amount,
       ProposePlan(evidence, std::stoi(first_month), settings.currency),
       ""}};
}

// Takes away what there is nothing to choose of, and then, until no more than kMostQuestions are left, what the data
// know one answer of only and what is settled on a page of its own.
void LeaveOutWhatIsPlain(const Answers& answers, std::vector<Question>& questions) {
  const auto is_plain = [&](const Question& question) {
    return question.id == "sales_pipelines" && !answers.contains(question.setting) &&
           question.proposal.options.size() < 2;
  };
  const auto is_elsewhere = [](const Question& question) { return question.setting.empty(); };
  const auto leave_out = [&](const auto& which) {
    while (questions.size() > kMostQuestions) {
      const auto found = std::ranges::find_if(questions, which);
      if (found == questions.end()) return;
      questions.erase(found);
    }
  };
  std::erase_if(questions, [&](const Question& question) {
    return question.id == "source_order" && !answers.contains(question.setting) && !question.proposal.value;
  });
  leave_out(is_plain);
  leave_out(is_elsewhere);
}

// proposed: nobody has answered, and there is a proposal; accepted: the answer is what is proposed; answered: it is
// another; default: nobody has answered, and the data say nothing; elsewhere: it is settled on a page of its own.
std::string StateOf(const Question& question, const Answer* answer) {
  if (question.setting.empty()) return "elsewhere";
  if (answer == nullptr) return question.proposal.value ? "proposed" : "default";
  return question.proposal.value == answer->value ? "accepted" : "answered";
}

void AddQuestion(const Question& question, const Answers& answers, Output& output) {
  const auto found = answers.find(question.setting);
  const Answer* answer = found == answers.end() ? nullptr : &found->second;
  const Proposal& proposal = question.proposal;
  const Text proposed = proposal.value ? ShownValue(question.setting, *proposal.value) : Text{};
  const Text in_force = question.setting.empty() ? Text{} : ShownValue(question.setting, question.in_force);
  const auto maybe = [](const std::string& text) { return text.empty() ? Value() : Value(text); };
  output.tables[0].rows.push_back({question.id,
                                   static_cast<std::int64_t>(output.tables[0].rows.size() + 1),
                                   question.title.en,
                                   question.title.ru,
                                   StateOf(question, answer),
                                   proposal.value ? Value(*proposal.value) : Value(),
                                   maybe(proposed.en),
                                   maybe(proposed.ru),
                                   proposal.evidence.en,
                                   proposal.evidence.ru,
                                   proposal.share ? Value(*proposal.share) : Value(),
                                   maybe(proposal.note.en),
                                   maybe(proposal.note.ru),
                                   question.in_force,
                                   maybe(in_force.en),
                                   maybe(in_force.ru),
                                   question.why.en,
                                   question.why.ru,
                                   maybe(question.setting),
                                   maybe(question.page),
                                   answer != nullptr && answer->decision ? Value(*answer->decision) : Value()});
  for (const Option& option : proposal.options) {
    output.tables[1].rows.push_back({question.id, static_cast<std::int64_t>(output.tables[1].rows.size() + 1),
                                     option.value, option.label.en, option.label.ru, maybe(option.note.en),
                                     maybe(option.note.ru)});
  }
}

}  // namespace

std::vector<TableSpec> QuestionTables() {
  return {
      {.name = "questions",
       .title = {"Questions", "Вопросы"},
       .key = {"question"},
       .columns = {TextOf("question", "Question", "Вопрос"),
                   Of("position", ColumnType::kInteger, "Position", "Место"),
                   TextOf("title_en", "Title", "Формулировка"),
                   TextOf("title_ru", "Title (Russian)", "Формулировка по-русски"),
                   TextOf("state", "State", "Состояние"),
                   TextOf("proposal", "Proposed", "Предложено"),
                   TextOf("proposal_en", "Proposed answer", "Предложенный ответ"),
                   TextOf("proposal_ru", "Proposed answer (Russian)", "Предложенный ответ по-русски"),
                   TextOf("evidence_en", "Evidence", "Основание"),
                   TextOf("evidence_ru", "Evidence (Russian)", "Основание по-русски"),
                   Of("share", ColumnType::kShare, "Share", "Доля", "share"),
                   TextOf("note_en", "To mind", "Учтите"),
                   TextOf("note_ru", "To mind (Russian)", "Учтите (по-русски)"),
                   TextOf("value", "In force", "Действует"),
                   TextOf("value_en", "Answer in force", "Действующий ответ"),
                   TextOf("value_ru", "Answer in force (Russian)", "Действующий ответ по-русски"),
                   TextOf("why_en", "What it changes", "На что влияет"),
                   TextOf("why_ru", "What it changes (Russian)", "На что влияет (по-русски)"),
                   TextOf("setting", "Setting", "Настройка"),
                   TextOf("page", "Page", "Страница"),
                   Of("decision_id", ColumnType::kInteger, "Decision", "Решение")}},
      {.name = "options",
       .title = {"Possible answers", "Возможные ответы"},
       .key = {"question", "position"},
       .columns = {TextOf("question", "Question", "Вопрос"), Of("position", ColumnType::kInteger, "Position", "Место"),
                   TextOf("value", "Value", "Значение"), TextOf("en", "Answer", "Ответ"),
                   TextOf("ru", "Answer (Russian)", "Ответ по-русски"), TextOf("note_en", "Evidence", "Основание"),
                   TextOf("note_ru", "Evidence (Russian)", "Основание по-русски")}}};
}

Result<Output> MakeQuestions(const SetupCatalog& catalog, analysis::Context& context) {
  WEIR_TRY(const Evidence evidence, Evidence::Read(catalog, context));
  WEIR_TRY(const Answers answers, ReadAnswers(context.session()));
  Output output;
  for (TableSpec& spec : QuestionTables()) {
    output.tables.push_back({.name = spec.name, .key = spec.key, .columns = spec.columns});
  }
  std::vector<Question> questions = AskAll(evidence, context.settings(), answers);
  LeaveOutWhatIsPlain(answers, questions);
  WEIR_CHECK(questions.size() <= kMostQuestions);
  for (const Question& question : questions) AddQuestion(question, answers, output);
  return output;
}

}  // namespace weir::setup
