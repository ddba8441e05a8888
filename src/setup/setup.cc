#include "setup/setup.h"

#include "analysis/columns.h"
#include "setup/checklist.h"
#include "setup/questions.h"

namespace weir::setup {
namespace {

using analysis::Analysis;
using analysis::Context;
using analysis::NoParams;
using analysis::Output;

constexpr const char* kChecklist = "setup.checklist";
constexpr const char* kQuestions = "setup.questions";

Result<Output> RunQuestions(const NoParams& /*params*/, Context& context) { return MakeQuestions(context); }

Result<Output> RunSetup(const NoParams& /*params*/, Context& context) {
  WEIR_TRY(Output all, context.Run(kQuestions, {}));
  WEIR_TRY(Output checklist, context.Run(kChecklist, {}));
  for (analysis::Table& table : checklist.tables) all.tables.push_back(std::move(table));
  return all;
}

std::vector<analysis::TableSpec> AllTables() {
  std::vector<analysis::TableSpec> tables = QuestionTables();
  for (analysis::TableSpec& spec : ChecklistTables()) tables.push_back(std::move(spec));
  return tables;
}

}  // namespace

std::vector<Analysis> Analyses(std::shared_ptr<const SetupCatalog> catalog) {
  std::vector<Analysis> all;
  all.push_back(analysis::Declare<NoParams>(
      {.id = "setup",
       .title = {"Setup", "Первые шаги"},
       .help = {"Questions with answers proposed from the data, and the checklist of exports.",
                "Вопросы с ответами, предложенными по данным, и список выгрузок."},
       .right = "settings",
       .asks = {kQuestions, kChecklist},
       .tables = AllTables()},
      &RunSetup));
  all.push_back(analysis::Declare<NoParams>(
      {.id = kQuestions,
       .title = {"Questions of the setup", "Вопросы первых шагов"},
       .help =
           {"At most seven questions: the answer that the data propose, its evidence, and the answer in force. None of "
            "them blocks anything.",
            "Не больше семи вопросов: ответ, предложенный по данным, его основание и действующий ответ. Ни один ничего "
            "не блокирует."},
       .right = "settings",
       .asks = {"people"},
       .needs = {"deal", "invoice", "account", "person", "activity", "call", "tool_usage", "goal",
                 "forecast_submission", "member"},
       .tables = QuestionTables()},
      &RunQuestions));
  Analysis checklist{
      .info =
          {.id = kChecklist,
           .title = {"Checklist of exports", "Список выгрузок"},
           .help =
               {"Which exports of which product are here, how to get the others, what each opens, and which to bring "
                "next.",
                "Какие выгрузки каких продуктов уже здесь, как получить остальные, что каждая открывает и какую "
                "загрузить следующей."},
           .needs = {"source_freshness", "deal_version", "lead", "activity", "invoice", "payment", "member"},
           .tables = ChecklistTables()},
      .params = analysis::SpecsOf<NoParams>()};
  checklist.run = [catalog](const analysis::RawParams& raw, Context& context) -> Result<Output> {
    WEIR_TRY(analysis::Bind<NoParams>(raw));
    return MakeChecklist(*catalog, context);
  };
  all.push_back(std::move(checklist));
  return all;
}

}  // namespace weir::setup
