#include "workspace/settings_actions.h"

#include "workspace/actions.h"
#include "workspace/exclusion_actions.h"
#include "workspace/lifecycle_actions.h"
#include "workspace/recipe_actions.h"
#include "workspace/setting_values.h"
#include "workspace/survivorship_actions.h"

namespace weir::workspace {
namespace {

using analysis::ParamVisitor;
using analysis::RawParams;
using nlohmann::json;

constexpr std::string_view kSet = "settings.set";

struct SettingParams {
  std::string name;
  std::string value;
  void Describe(ParamVisitor& visitor) {
    std::vector<std::string> names;
    for (const SettingSpec& spec : SettingSpecs()) names.emplace_back(spec.name);
    visitor.Add({.name = "name",
                 .help = {"Which setting", "Какая настройка"},
                 .allowed = names,
                 .required = true,
                 .positional = true},
                name);
    visitor.Add({.name = "value",
                 .help = {"Its new value; empty takes it back", "Новое значение; пустое отменяет настройку"},
                 .allowed = {},
                 .required = false,
                 .positional = true},
                value);
  }
};

struct AcceptParams {
  std::vector<std::string> answers;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "answers",
                 .help = {"Answers as setting=value; without any, all that are proposed",
                          "Ответы в виде настройка=значение; без них — все предложенные"},
                 .allowed = {},
                 .required = false,
                 .positional = true,
                 .is_whole = true},
                answers);
  }
};

json JsonOf(const std::optional<std::string>& value) { return value ? json(*value) : json(nullptr); }
// What is made of parts, such as an exclusion rule, is kept as the text of its object.
std::optional<std::string> ValueOf(const json& value) {
  if (value.is_object()) return value.dump();
  return value.is_string() ? std::optional(value.get<std::string>()) : std::nullopt;
}

Result<Effect> Set(store::Connection& connection, const SettingParams& params, std::int64_t version) {
  WEIR_TRY(CheckSetting(params.name, params.value));
  WEIR_TRY(const std::optional<std::string> before, SetValueAt(connection, params.name, version));
  const std::optional<std::string> after = AsSet(params.name, params.value);
  WEIR_TRY(WriteValue(connection, params.name, after, version));
  return Effect{
      .kind = "settings", .subject = "setting:" + params.name, .before = JsonOf(before), .after = JsonOf(after)};
}

Result<Effect> Accept(store::Connection& connection, const AcceptParams& params, std::int64_t version) {
  Effect effect{.kind = "settings", .subject = "setup", .before = json::object(), .after = json::object()};
  for (const std::string& answer : params.answers) {
    const std::size_t equals = std::min(answer.find('='), answer.size());
    const std::string name = answer.substr(0, equals);
    const std::string value = equals < answer.size() ? answer.substr(equals + 1) : "";
    if (effect.after.contains(name)) return Fail(BadUsage("'{}' is answered twice", name).Field("answers"));
    WEIR_TRY(CheckSetting(name, value));
    WEIR_TRY(const std::optional<std::string> before, SetValueAt(connection, name, version));
    const std::optional<std::string> after = AsSet(name, value);
    WEIR_TRY(WriteValue(connection, name, after, version));
    effect.before[name] = JsonOf(before);
    effect.after[name] = JsonOf(after);
  }
  if (effect.after.empty()) {
    return Fail(Conflict("there is no answer to accept: none is proposed, or all are given already")
                    .Field("answers")
                    .Mend("Give one, such as time_zone=Europe/Berlin"));
  }
  return effect;
}

// "setting:currency" with a value; answers of the setup and stages with an object of them.
json NamedValues(const DecisionRow& decision, const std::string& values) {
  json parsed = json::parse(values);
  if (decision.action != kSet) return parsed;
  return json{{decision.subject.substr(decision.subject.find(':') + 1), parsed}};
}

}  // namespace

std::vector<analysis::Action> SettingsActions() {
  std::vector<analysis::Action> all;
  all.push_back({.info = {.id = std::string(kSet),
                          .title = {"Change a setting", "Изменить настройку"},
                          .help = {"Numbers are computed anew with it", "Числа будут пересчитаны"},
                          .right = "settings",
                          .tables = {DecisionTable()}},
                 .params = analysis::SpecsOf<SettingParams>()});
  all.push_back(LifecycleAction());
  for (analysis::Action& action : ExclusionActions()) all.push_back(std::move(action));
  all.push_back(SurvivorshipAction());
  for (analysis::Action& action : RecipeActions()) all.push_back(std::move(action));
  all.push_back({.info = {.id = std::string(kAcceptSetup),
                          .title = {"Accept the answers of the setup", "Принять ответы первых шагов"},
                          .help = {"All proposed answers, or those that are named, become settings in one decision",
                                   "Все предложенные или названные ответы становятся настройками одним решением"},
                          .right = "settings",
                          .tables = {DecisionTable()}},
                 .params = analysis::SpecsOf<AcceptParams>()});
  return all;
}

bool IsSettingsAction(std::string_view action) {
  return action == kSet || action == kAcceptSetup || action == kMapStage || action == kSetSurvivorship ||
         IsExclusionAction(action) || IsRecipeAction(action);
}

Result<Effect> ApplySettings(store::Connection& connection, std::string_view action, const RawParams& params,
                             std::int64_t version) {
  if (action == kSet) {
    WEIR_TRY(const SettingParams set, analysis::Bind<SettingParams>(params));
    return Set(connection, set, version);
  }
  if (action == kMapStage) return MapStage(connection, params, version);
  if (action == kSetSurvivorship) return SetSurvivorship(connection, params, version);
  if (IsRecipeAction(action)) return ApplyRecipe(connection, action, params, version);
  if (IsExclusionAction(action)) return ApplyExclusion(connection, action, params, version);
  WEIR_TRY(const AcceptParams accept, analysis::Bind<AcceptParams>(params));
  return Accept(connection, accept, version);
}

Result<Effect> UndoSettings(store::Connection& connection, const DecisionRow& decision, std::int64_t version) {
  const json before = NamedValues(decision, decision.before);
  const json after = NamedValues(decision, decision.after);
  Effect effect{.kind = "settings",
                .subject = decision.subject,
                .before = json::object(),
                .after = json::object(),
                .undoes = decision.id};
  for (const auto& [name, value] : before.items()) {
    WEIR_TRY(const std::optional<std::string> now, SetValueAt(connection, name, version));
    if (now != ValueOf(after[name])) continue;
    WEIR_TRY(WriteValue(connection, name, ValueOf(value), version));
    effect.before[name] = after[name];
    effect.after[name] = value;
  }
  if (effect.after.empty()) {
    return Fail(Conflict("everything that decision {} set has been changed since", decision.id)
                    .Field("decision_id")
                    .Mend("Change the settings themselves"));
  }
  return effect;
}

Result<RawParams> WithProposals(engine::Engine& engine, const RawParams& params, const analysis::Principal& principal,
                                std::stop_token stop) {
  if (const auto given = params.find("answers"); given != params.end() && !given->second.empty()) return params;
  engine::Question question;
  question.id = "setup.questions";
  question.is_own = true;
  WEIR_TRY(const engine::Answer answer, engine.Ask(question, principal, {}, std::move(stop)));
  const analysis::Table* questions = answer.output.Find("questions");
  WEIR_CHECK(questions != nullptr);
  RawParams filled = params;
  std::vector<std::string>& answers = filled["answers"];
  for (const auto& row : questions->rows) {
    const auto cell = [&](std::string_view column) { return store::ToText(row[questions->IndexOf(column)]); };
    if (cell("state") == "proposed" && !cell("setting").empty()) {
      answers.push_back(fmt::format("{}={}", cell("setting"), cell("proposal")));
    }
  }
  return filled;
}

}  // namespace weir::workspace
