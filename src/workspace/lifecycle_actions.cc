#include "workspace/lifecycle_actions.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/ranges.h>

#include "base/text.h"
#include "lifecycle/lines.h"
#include "lifecycle/vocabulary.h"
#include "workspace/actions.h"
#include "workspace/setting_values.h"

namespace weir::workspace {
namespace {

using analysis::ParamVisitor;
using lifecycle::SourceStage;
using nlohmann::json;

struct MapParams {
  std::string stage, step, of, source, pipeline, status, type;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "stage",
                 .help = {"Which stage, as its source calls it", "Какой этап, как он назван в источнике"},
                 .required = true,
                 .positional = true},
                stage);
    visitor.Add({.name = "step",
                 .help = {"Which step it is; without one the lines of lifecycle.toml decide again",
                          "К какому шагу он относится; без него снова решают строки lifecycle.toml"},
                 .allowed = lifecycle::CodesOf(lifecycle::Steps()),
                 .positional = true},
                step);
    visitor.Add({.name = "of",
                 .help = {"Of what; needed where several kinds of rows have such a stage",
                          "Чего; нужно, если такой этап есть у строк разных видов"},
                 .allowed = lifecycle::CodesOf(lifecycle::Kinds())},
                of);
    visitor.Add({.name = "source", .help = {"In which source", "В каком источнике"}}, source);
    visitor.Add({.name = "pipeline", .help = {"In which pipeline", "В какой воронке"}}, pipeline);
    visitor.Add({.name = "status",
                 .help = {"Deals that are so; otherwise as the stage is", "Сделки в этом состоянии; иначе — как этап"},
                 .allowed = {"open", "won", "lost"}},
                status);
    visitor.Add(
        {.name = "type",
         .help = {"Deals of this type; otherwise all but renewals", "Сделки этого типа; иначе — все, кроме продлений"},
         .allowed = {"renewal"}},
        type);
  }
};

Result<std::vector<SourceStage>> KnownStages(store::Session& session) {
  WEIR_TRY(const store::Rows rows,
           session.Query("SELECT kind, source, pipeline, stage, status FROM model.stage_sighting ORDER BY kind NULLS "
                         "LAST, source NULLS LAST, pipeline NULLS LAST, stage NULLS LAST"));
  std::vector<SourceStage> stages;
  stages.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    stages.push_back({.kind = rows.TextAt(i, 0),
                      .source = rows.TextAt(i, 1),
                      .pipeline = rows.TextAt(i, 2),
                      .name = rows.TextAt(i, 3),
                      .status = rows.TextAt(i, 4)});
  }
  return stages;
}

Error NoSuchStage(const std::string& name, const std::vector<SourceStage>& known) {
  std::vector<std::string> names;
  names.reserve(known.size());
  for (const SourceStage& stage : known) names.push_back(stage.name);
  Error error = NotFound("there is no stage '{}'", name).Field("stage");
  const std::string_view near = NearestName(name, names);
  return std::move(error).Mend(near.empty() ? MakePhrase("weir lifecycle lists them")
                                            : MakePhrase("Did you mean '{}'?", near));
}

// Exactly one stage must fit what was said of it.
Result<SourceStage> FindStage(const MapParams& params, store::Session& session) {
  WEIR_TRY(const std::vector<SourceStage> known, KnownStages(session));
  std::vector<SourceStage> found;
  for (const bool exactly : {true, false}) {
    if (!found.empty()) break;
    std::ranges::copy_if(known, std::back_inserter(found), [&](const SourceStage& one) {
      const bool is_called_so =
          exactly ? one.name == params.stage : lifecycle::Folded(one.name) == lifecycle::Folded(params.stage);
      return is_called_so && (params.of.empty() || params.of == one.kind) &&
             (params.source.empty() || params.source == one.source) &&
             (params.pipeline.empty() || params.pipeline == one.pipeline);
    });
  }
  if (found.empty()) return Fail(NoSuchStage(params.stage, known));
  // The one without a pipeline cannot be named otherwise.
  if (found.size() > 1 && params.pipeline.empty() && !params.of.empty() && !params.source.empty()) {
    const auto bare = std::ranges::find(found, "", &SourceStage::pipeline);
    if (bare != found.end()) found = {SourceStage(*bare)};
  }
  if (found.size() > 1) {
    std::vector<std::string> where;
    where.reserve(found.size());
    for (const SourceStage& one : found) {
      where.push_back(
          fmt::format("{} of {}{}", one.kind, one.source, one.pipeline.empty() ? "" : " in " + one.pipeline));
    }
    return Fail(Conflict("several stages are called '{}': {}", params.stage, fmt::join(where, "; "))
                    .Field("stage")
                    .Mend("Say which with of, source and pipeline"));
  }
  SourceStage stage = found.front();
  if (stage.kind != "deal" && !(params.status.empty() && params.type.empty())) {
    return Fail(BadUsage("only deals have a status and a type").Field(params.status.empty() ? "type" : "status"));
  }
  if (!params.status.empty()) stage.status = params.status;
  stage.type = params.type;
  return stage;
}

}  // namespace

analysis::Action LifecycleAction() {
  return {
      .info = {.id = std::string(kMapStage),
               .title = {"Say which step a stage is", "Указать шаг для этапа"},
               .help = {"Which step of the lifecycle a stage of a source is; it comes before every line of "
                        "lifecycle.toml",
                        "К какому шагу жизненного цикла относится этап источника; важнее всех строк lifecycle.toml"},
               .right = "settings",
               .tables = {DecisionTable()}},
      .params = analysis::SpecsOf<MapParams>()};
}

Result<Effect> MapStage(store::Connection& connection, const analysis::RawParams& raw, std::int64_t version) {
  WEIR_TRY(const MapParams params, analysis::Bind<MapParams>(raw));
  WEIR_TRY(const SourceStage stage, FindStage(params, connection));
  const std::string name = lifecycle::DecisionName(stage);
  WEIR_TRY(const std::optional<std::string> before, SetValueAt(connection, name, version));
  if (params.step == before.value_or("")) {
    const Phrase step = params.step.empty() ? MakePhrase("undecided") : AsIs(params.step);
    return Fail(Conflict("'{}' is {} already", stage.name, step).Field("step"));
  }
  const std::optional<std::string> after = params.step.empty() ? std::nullopt : std::optional(params.step);
  WEIR_TRY(WriteValue(connection, name, after, version));
  const auto told = [&](const std::optional<std::string>& value) {
    return json{{name, value ? json(*value) : json(nullptr)}};
  };
  return Effect{.kind = "settings", .subject = name, .before = told(before), .after = told(after)};
}

Status AddNotices(engine::Engine& engine, const analysis::Principal& principal, std::stop_token stop,
                  analysis::Output& output) {
  engine::Question question;
  question.id = "lifecycle";
  question.is_own = true;
  WEIR_TRY(engine::Answer answer, engine.Ask(question, principal, {}, std::move(stop)));
  for (analysis::Table& table : output.tables) {
    if (table.name == "notices") table = *answer.output.Find("notices");
  }
  return {};
}

}  // namespace weir::workspace
