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

// An analysis that asks for nothing but the catalogue.
Analysis Declared(analysis::Info info, std::shared_ptr<const SetupCatalog> catalog,
                  Result<Output> (*make)(const SetupCatalog&, Context&)) {
  Analysis declared{.info = std::move(info), .params = analysis::SpecsOf<NoParams>()};
  declared.run = [catalog = std::move(catalog), make](const analysis::RawParams& raw,
                                                      Context& context) -> Result<Output> {
    WEIR_TRY(analysis::Bind<NoParams>(raw));
    return make(*catalog, context);
  };
  return declared;
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
  all.push_back(Declared(
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
      catalog, &MakeQuestions));
  all.push_back(Declared(
      {.id = kChecklist,
       .title = {"Checklist of exports", "Список выгрузок"},
       .help = {"Which exports of which product are here, how to get the others, what each opens, and which to bring "
                "next.",
                "Какие выгрузки каких продуктов уже здесь, как получить остальные, что каждая открывает и какую "
                "загрузить следующей."},
       .needs = {"source_freshness", "deal_version", "lead", "activity", "invoice", "payment", "member"},
       .tables = ChecklistTables()},
      std::move(catalog), &MakeChecklist));
  return all;
}

}  // namespace weir::setup
