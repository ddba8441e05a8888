#include "engine/everything.h"

#include <algorithm>

#include <iterator>
#include <memory>

#include "customers/customers.h"
#include "diagnose/constraint_analysis.h"
#include "diagnose/diagnose.h"
#include "diagnose/survey.h"
#include "exclusions/exclusions.h"
#include "exclusions/producer.h"
#include "explore/explore.h"
#include "forecast/forecast.h"
#include "hygiene/desk.h"
#include "hygiene/fields.h"
#include "hygiene/history_gaps.h"
#include "hygiene/quality.h"
#include "hygiene/redirty.h"
#include "leaks/leaks.h"
#include "lifecycle/lifecycle.h"
#include "metrics/analyses.h"
#include "metrics/catalog.h"
#include "people/people.h"
#include "pipeline/pipeline.h"
#include "pulse/pulse.h"
#include "questions/questions.h"
#include "setup/setup.h"
#include "sources/column_producer.h"
#include "sources/unread_producer.h"

namespace weir::engine {
namespace {

void Add(std::vector<analysis::Analysis> some, std::vector<analysis::Analysis>& all) {
  all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
}

}  // namespace

CatalogFiles CatalogFiles::BuiltIn() {
  return {.metrics = BuiltInDefinitions("metrics"),
          .leaks = BuiltInDefinitions("leaks"),
          .openings = BuiltInDefinitions("openings"),
          .setup = BuiltInDefinitions("setup"),
          .lifecycle = {BuiltInDefinition("lifecycle.toml")},
          .hygiene = BuiltInDefinitions("hygiene"),
          .explore = BuiltInDefinitions("explore"),
          .diagnosis = BuiltInDefinitions("diagnosis")};
}

Result<Everything> LoadEverything(const CatalogFiles& files) {
  WEIR_TRY(metrics::MetricCatalog loaded, metrics::MetricCatalog::Load(files.metrics));
  const auto catalog = std::make_shared<const metrics::MetricCatalog>(std::move(loaded));
  WEIR_TRY(const std::vector<leaks::Rule> rules, leaks::LoadRules(files.leaks));
  Everything everything;
  everything.metrics = catalog;
  std::vector<analysis::Analysis>& all = everything.analyses;
  Add(metrics::Analyses(catalog), all);
  Add(exclusions::Analyses(catalog), all);
  Add(leaks::Analyses(std::make_shared<const std::vector<leaks::Rule>>(rules), catalog), all);
  WEIR_TRY(std::vector<leaks::Rule> openings, leaks::LoadRules(files.openings));
  for (const leaks::Rule& opening : openings) {
    // What people said of a line is kept under its rule and record.
    const auto same = std::ranges::find(rules, opening.id, &leaks::Rule::id);
    if (same == rules.end()) continue;
    return Fail(BadInput("a rule of leaks is called '{}' already: {}", opening.id, same->source_file)
                    .At(opening.source_file)
                    .Mend("Give the file another name"));
  }
  Add(leaks::OpeningAnalyses(std::make_shared<const std::vector<leaks::Rule>>(std::move(openings)), catalog), all);
  Add(pulse::Analyses(catalog), all);
  WEIR_TRY(setup::SetupCatalog exports, setup::SetupCatalog::Load(files.setup));
  Add(setup::Analyses(std::make_shared<const setup::SetupCatalog>(std::move(exports))), all);
  WEIR_TRY(lifecycle::LifecycleMap map, lifecycle::LifecycleMap::Load(files.lifecycle));
  Add(lifecycle::Analyses(std::make_shared<const lifecycle::LifecycleMap>(std::move(map))), all);
  WEIR_TRY(std::vector<analysis::Analysis> queries, explore::Analyses(files.explore));
  Add(std::move(queries), all);
  Add(customers::Analyses(), all);
  Add(people::Analyses(), all);
  Add(hygiene::Analyses(), all);
  Add(hygiene::FieldAnalyses(), all);
  Add(hygiene::RedirtyAnalyses(), all);
  WEIR_TRY(std::vector<hygiene::QualityRule> quality, hygiene::LoadQualityRules(files.hygiene));
  Add(hygiene::QualityAnalyses(std::make_shared<const std::vector<hygiene::QualityRule>>(std::move(quality))), all);
  Add(hygiene::DeskAnalyses(), all);
  Add(questions::Analyses(catalog), all);
  Add(pipeline::Analyses(catalog), all);
  Add(forecast::Analyses(catalog), all);
  Add(diagnose::ConstraintAnalyses(catalog), all);
  WEIR_TRY(diagnose::Signs signs, diagnose::LoadSigns(files.diagnosis));
  Add(diagnose::Analyses(std::make_shared<const diagnose::Signs>(std::move(signs)), catalog), all);
  all.push_back(diagnose::SurveyAnalysis());
  everything.producers.push_back(sources::ColumnProfileProducer());
  everything.producers.push_back(sources::UnreadValueProducer());
  everything.producers.push_back(exclusions::ExcludedProducer(catalog));
  return everything;
}

}  // namespace weir::engine
